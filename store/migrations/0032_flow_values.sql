-- What flows keep for a conversation, a contact or the whole company (owner: their id, or the tenant's); the last write wins.
CREATE TABLE flow_value (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    scope TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    run_id TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope, owner, name)
){clustered};

-- What flows tell people in the console, until they have read it.
CREATE TABLE notice (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    flow_name TEXT NOT NULL,
    run_id TEXT NOT NULL,
    conversation_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (id, user_id)
);
CREATE INDEX notice_user ON notice (tenant_id, user_id, at);
