-- From which likelihood on two contacts are suggested as one person, or linked.

CREATE TABLE link_policy (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
