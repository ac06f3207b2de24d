-- Reviews that a supervisor asked for by hand, and those that a reviewer passed over with a reason.

ALTER TABLE review ADD COLUMN asked_by TEXT;
ALTER TABLE review ADD COLUMN asked_why TEXT NOT NULL DEFAULT '';
ALTER TABLE review ADD COLUMN skip_reason TEXT;
ALTER TABLE review ADD COLUMN skipped_at BIGINT;

-- How many conversations are parts of others.
CREATE INDEX conversation_tie_standing ON conversation_tie (tenant_id, kind) WHERE undone_at IS NULL;
