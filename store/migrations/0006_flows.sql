-- Flows. Published versions never change; a run is its journal; a timer row is the truth about when a run goes on.

CREATE TABLE flow_version (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    hash TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    UNIQUE (tenant_id, flow_id, number)
);

CREATE TABLE flow_run (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    version_hash TEXT NOT NULL,
    trigger_key TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    started_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (tenant_id, trigger_key)
);
CREATE INDEX flow_run_active ON flow_run (id) WHERE state = 'active';

CREATE TABLE flow_journal (
    run_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
){clustered};

CREATE TABLE flow_timer (
    run_id TEXT NOT NULL,
    step TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, step)
){clustered};
CREATE INDEX flow_timer_due ON flow_timer (due_at);

CREATE TABLE flow_signal (
    run_id TEXT NOT NULL,
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (run_id, id)
){clustered};

CREATE TABLE flow_task (
    run_id TEXT NOT NULL,
    step TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    request TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (run_id, step)
){clustered};
CREATE INDEX flow_task_tenant ON flow_task (tenant_id, at, run_id);
