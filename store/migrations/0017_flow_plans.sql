-- What is to go live later, and a version tried in a share of new runs beside the live one.

-- At most one per flow. The version is written already; base_hash must be live still when its time comes.
CREATE TABLE flow_plan (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    flow_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    base_hash TEXT,
    author_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    note TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    -- It could not go live at its time.
    failed_at BIGINT,
    failure TEXT,
    PRIMARY KEY (tenant_id, flow_id)
){clustered};
CREATE INDEX flow_plan_due ON flow_plan (due_at) WHERE failed_at IS NULL;

-- At most one per flow; gone when anything else goes live.
CREATE TABLE flow_canary (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    flow_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    -- Of new runs, in percent.
    share BIGINT NOT NULL,
    author_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    note TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, flow_id)
){clustered};

-- When a run gave its conversation to a person.
ALTER TABLE flow_run ADD COLUMN handed_off_at BIGINT;
