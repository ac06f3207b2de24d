-- Why a run ended, for Chinese readers; none where only the other side's own words are known.
ALTER TABLE flow_run ADD COLUMN error_zh TEXT;
