-- What a company allows itself to spend at the language model in a month, below what the configuration allows each. 0 is no limit of its own.

CREATE TABLE llm_limit (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    month_tokens BIGINT NOT NULL,
    month_cents BIGINT NOT NULL,
    version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
