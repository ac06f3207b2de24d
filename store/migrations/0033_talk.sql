-- What a company lets its bot say when a talk leaves its straight way.
CREATE TABLE repairs (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- What a step listens for: name, field and value of a signal, as one text.
ALTER TABLE flow_task ADD COLUMN listens TEXT;
CREATE INDEX flow_task_listens ON flow_task (tenant_id, listens) WHERE listens IS NOT NULL;

-- Signals by what they are about. One that nobody listens for is kept for a while; its id means one signal as long as the row is there.
CREATE TABLE kept_signal (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    -- Only runs of this flow hear it; empty: any.
    flow_id TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL,
    heard_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX kept_signal_expires ON kept_signal (expires_at);
-- What it may be found by: one row for each field.
CREATE TABLE kept_signal_key (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    listens TEXT NOT NULL,
    signal_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, listens, signal_id)
);
CREATE INDEX kept_signal_key_signal ON kept_signal_key (tenant_id, signal_id);

-- A failed run that a person has looked at and wants nothing more of.
ALTER TABLE flow_run ADD COLUMN closed_at BIGINT;
ALTER TABLE flow_run ADD COLUMN closed_by TEXT;
ALTER TABLE flow_run ADD COLUMN closed_note TEXT;
CREATE INDEX flow_run_dead ON flow_run (tenant_id, started_at, id) WHERE state = 'failed' AND handed_off_at IS NULL AND closed_at IS NULL;
