-- What joins contacts to one person. Everything here can be taken back.

-- What is known of a contact that could be known of another too; `grade` is its rank, so that a better proof replaces a worse one.
CREATE TABLE contact_fact (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    contact_id TEXT NOT NULL REFERENCES contact (id),
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    grade BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (contact_id, kind, scope, value)
);
CREATE INDEX contact_fact_value ON contact_fact (tenant_id, value, kind, scope);

CREATE TABLE contact_link (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    a TEXT NOT NULL REFERENCES contact (id),
    b TEXT NOT NULL REFERENCES contact (id),
    state TEXT NOT NULL,
    grade BIGINT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    made_by TEXT,
    at BIGINT NOT NULL,
    undone_by TEXT,
    undone_at BIGINT
);
CREATE UNIQUE INDEX contact_link_standing ON contact_link (a, b) WHERE state = 'standing';
CREATE INDEX contact_link_a ON contact_link (tenant_id, a);
CREATE INDEX contact_link_b ON contact_link (tenant_id, b);

-- Derived from the standing links; contacts without links have no row.
CREATE TABLE contact_person (
    contact_id TEXT NOT NULL PRIMARY KEY REFERENCES contact (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    person_id TEXT NOT NULL
);
CREATE INDEX contact_person_person ON contact_person (tenant_id, person_id);
