-- What tenants spent at the language model, by day of their own calendar (2026-11-28). Money in millionths of a hundredth of the
-- operator's currency.

CREATE TABLE llm_spend (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    day TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    micro_cents BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day)
);

-- What was offered to an agent for a customer's message, and what became of it. `offered` is a JSON array.

CREATE TABLE suggestion (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    seq BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    offered TEXT NOT NULL,
    outcome TEXT NOT NULL,
    used TEXT,
    at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (conversation_id, seq, user_id)
);
CREATE INDEX suggestion_settled ON suggestion (tenant_id, settled_at);
