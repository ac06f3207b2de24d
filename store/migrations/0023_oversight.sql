-- What supervisors did over the heads of agents: read along, whispered, took over, set a state. Never changed, never deleted.

CREATE TABLE oversight (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    user_id TEXT,
    conversation_id TEXT,
    text TEXT NOT NULL,
    state TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX oversight_recent ON oversight (tenant_id, id);
CREATE INDEX oversight_conversation ON oversight (tenant_id, conversation_id, id) WHERE conversation_id IS NOT NULL;
