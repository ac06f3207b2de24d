-- Presence as it was lived, what people write when a conversation is done, and what a prepared answer does beside answering.

-- Append-only: a state holds until the person's next row.
CREATE TABLE presence_change (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    caused_by TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX presence_change_user ON presence_change (tenant_id, user_id, pk);
CREATE INDEX presence_change_at ON presence_change (tenant_id, at);

CREATE TABLE wrap_up_form (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- One row each time a person closed a conversation of an inbox that asks for it.
CREATE TABLE wrap_up (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    began_at BIGINT NOT NULL,
    inbox_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    required BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT,
    category TEXT,
    note TEXT NOT NULL,
    saved_at BIGINT,
    PRIMARY KEY (conversation_id, began_at)
);
CREATE INDEX wrap_up_open ON wrap_up (tenant_id, agent_id) WHERE ended_at IS NULL;
CREATE INDEX wrap_up_began ON wrap_up (tenant_id, began_at);

ALTER TABLE canned_response ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
