-- Flows as people keep them: which version is live, who edits what, and every change of what is live.

-- New runs begin with live_hash while enabled is 1.
CREATE TABLE flow (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    live_hash TEXT,
    enabled BIGINT NOT NULL,
    hook_secret TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- One per author. base_hash is the live version it began from.
CREATE TABLE flow_draft (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    flow_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    document TEXT NOT NULL,
    base_hash TEXT,
    revision BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, flow_id, author_id)
);

-- Never changed, never deleted.
CREATE TABLE flow_release (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    flow_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT,
    taken_by TEXT NOT NULL,
    note TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX flow_release_newest ON flow_release (tenant_id, flow_id, pk);
