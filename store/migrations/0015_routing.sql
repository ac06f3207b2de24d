-- Routing policies, what people can do, and what routing keeps of a conversation.

ALTER TABLE conversation ADD COLUMN routing TEXT NOT NULL DEFAULT '{}';

-- Version 0 is the draft everybody edits; the largest other one is live.
CREATE TABLE routing_policy (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

CREATE TABLE routing_person (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    skills TEXT NOT NULL,
    languages TEXT NOT NULL,
    channels TEXT NOT NULL,
    busy_reason TEXT,
    busy_since BIGINT,
    PRIMARY KEY (tenant_id, user_id)
);
