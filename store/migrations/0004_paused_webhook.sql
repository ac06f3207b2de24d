-- An endpoint that is refused for good, or failed for days, is paused: since when, and the last reason.

ALTER TABLE webhook ADD COLUMN paused_at BIGINT;
ALTER TABLE webhook ADD COLUMN paused_reason TEXT;
