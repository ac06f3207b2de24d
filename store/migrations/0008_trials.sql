-- A version on trial beside the live one: the share it answers, what became of its turns, where the two differ; and the steps of
-- every version's life. The workshop's background runs keep their results. Examples can be set aside for testing.

ALTER TABLE intent_model ADD COLUMN share_percent BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX intent_model_trial ON intent_model (tenant_id) WHERE state = 'shadow' OR state = 'canary';

-- `against` is the number of the live version, 0 for none.
CREATE TABLE trial_tally (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    number BIGINT NOT NULL,
    against BIGINT NOT NULL,
    spoke TEXT NOT NULL,
    outcome TEXT NOT NULL,
    turns BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    handed_over BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number, against, spoke, outcome)
);

CREATE TABLE trial_difference (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    number BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    against BIGINT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    spoke TEXT NOT NULL,
    outcome TEXT NOT NULL,
    live TEXT NOT NULL,
    trial TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number, message_id)
);
CREATE INDEX trial_difference_newest ON trial_difference (tenant_id, number, at, message_id);

-- Never changed, never deleted.
CREATE TABLE version_step (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    model_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    share_percent BIGINT NOT NULL,
    threshold_e6 BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX version_step_newest ON version_step (tenant_id, pk);

ALTER TABLE intent_example ADD COLUMN test_since BIGINT;

CREATE TABLE workshop_run (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    report TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
);
CREATE INDEX workshop_run_newest ON workshop_run (tenant_id, kind, started_at, id);
