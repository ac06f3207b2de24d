-- What a run was begun with, as it is searched for: short texts and numbers of its input and event, in small letters.
-- Runs from before are found by everything else.
ALTER TABLE flow_run ADD COLUMN search TEXT NOT NULL DEFAULT '';

-- Which values a run set.
CREATE INDEX flow_value_run ON flow_value (tenant_id, run_id);

-- What people did to many runs at once: the order, and what came of it (empty until then). The id follows from the Idempotency-Key.
CREATE TABLE flow_bulk (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    act TEXT NOT NULL,
    filter TEXT NOT NULL,
    reason TEXT NOT NULL,
    ordered_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX flow_bulk_at ON flow_bulk (tenant_id, at, id);
