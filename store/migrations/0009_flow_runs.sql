-- Runs know the conversation they talk in, questions know whether they were asked, and flows have hours at which they begin.

ALTER TABLE flow_run ADD COLUMN conversation_id TEXT;
ALTER TABLE flow_run ADD COLUMN contact_id TEXT;
-- Since when a person holds it; nothing new is asked of the outside meanwhile.
ALTER TABLE flow_run ADD COLUMN paused_at BIGINT;
CREATE INDEX flow_run_tenant ON flow_run (tenant_id, started_at, id);
CREATE INDEX flow_run_flow ON flow_run (tenant_id, flow_id, started_at, id);
CREATE INDEX flow_run_conversation ON flow_run (tenant_id, conversation_id, started_at, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX flow_run_failed ON flow_run (tenant_id, started_at, id) WHERE state = 'failed';
CREATE INDEX flow_run_parked ON flow_run (tenant_id, started_at, id) WHERE state = 'parked';

ALTER TABLE flow_task ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
CREATE INDEX flow_task_untold ON flow_task (run_id) WHERE told = 0;

-- When a flow that begins by the clock begins next; one row per flow.
CREATE TABLE flow_schedule (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    flow_id TEXT NOT NULL,
    -- The expression and time zone the time was computed from.
    rule TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, flow_id)
){clustered};
CREATE INDEX flow_schedule_due ON flow_schedule (next_at);
