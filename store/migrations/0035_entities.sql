-- What a company's customers name beside what everybody does: numbers of its own form, values of a list, and what is learnt from marked examples.

CREATE TABLE entity (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    found_by TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);
