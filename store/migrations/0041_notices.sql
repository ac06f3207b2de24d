-- What the house itself tells people about a flow: its draft is to be looked at. Without a run there is none to look at.
ALTER TABLE notice ADD COLUMN flow_id TEXT;

-- When others are asked about an approval as well; empty once they were told, or where nobody else is asked.
ALTER TABLE flow_task ADD COLUMN also_at BIGINT;
CREATE INDEX flow_task_also ON flow_task (also_at) WHERE also_at IS NOT NULL;
