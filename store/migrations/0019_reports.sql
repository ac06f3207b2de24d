-- Stretches of conversations, told again from the messages behind the log; what reports count.

CREATE TABLE episode (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    conversation_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    contact_id TEXT NOT NULL,
    inbox_id TEXT NOT NULL,
    language TEXT NOT NULL,
    intent TEXT,
    team_id TEXT,
    agent_id TEXT,
    handoff TEXT,
    opened_at BIGINT NOT NULL,
    bot_replied_at BIGINT,
    queued_at BIGINT,
    owned_at BIGINT,
    agent_replied_at BIGINT,
    resolved_at BIGINT,
    waited_ms BIGINT NOT NULL,
    held_ms BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    bot_messages BIGINT NOT NULL,
    agent_messages BIGINT NOT NULL,
    transfers BIGINT NOT NULL,
    csat BIGINT,
    PRIMARY KEY (tenant_id, conversation_id, number)
);
CREATE INDEX episode_opened ON episode (tenant_id, opened_at, conversation_id);
