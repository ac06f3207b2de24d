-- Unfinished runs are gone on with tenant by tenant in turn, so that nobody waits for another company's hundred thousand.
DROP INDEX flow_run_active;
CREATE INDEX flow_run_active ON flow_run (tenant_id, id) WHERE state = 'active';
DROP INDEX flow_task_untold;
CREATE INDEX flow_task_untold ON flow_task (tenant_id, run_id) WHERE told = 0;
