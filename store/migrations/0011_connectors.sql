-- What flows may reach outside: secrets (sealed), connectors, and what was said on each call.

CREATE TABLE secret (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    sealed TEXT NOT NULL,
    hosts TEXT NOT NULL,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE connector (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    definition TEXT NOT NULL,
    source_url TEXT,
    enabled BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE flow_exchange (
    run_id TEXT NOT NULL,
    step TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    state TEXT NOT NULL,
    exchange TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (run_id, step, attempt)
){clustered};
