-- Quality of conversations: how they are scored, which are drawn, and what reviewers said.

-- Versions are never changed; the largest is the one in use.
CREATE TABLE scorecard (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    archived BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, version)
);

CREATE TABLE review_plan (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    document TEXT NOT NULL,
    active BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX review_plan_tenant ON review_plan (tenant_id, id);
CREATE INDEX review_plan_due ON review_plan (next_at) WHERE active = 1;

CREATE TABLE review (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    plan_id TEXT NOT NULL,
    period_from BIGINT NOT NULL,
    conversation_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    agent_id TEXT NOT NULL,
    reviewer_id TEXT,
    scorecard_id TEXT NOT NULL,
    scorecard_version BIGINT NOT NULL,
    state TEXT NOT NULL,
    answers TEXT NOT NULL,
    note TEXT NOT NULL,
    score_x100 BIGINT,
    fatal BIGINT NOT NULL,
    first_score_x100 BIGINT,
    appeal TEXT,
    settlement TEXT,
    drawn_at BIGINT NOT NULL,
    submitted_at BIGINT,
    appealed_at BIGINT,
    settled_at BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX review_conversation ON review (tenant_id, conversation_id);
CREATE INDEX review_recent ON review (tenant_id, state, id);
CREATE INDEX review_agent ON review (tenant_id, agent_id, id);
CREATE INDEX review_plan_period ON review (tenant_id, plan_id, period_from);
CREATE INDEX review_opened ON review (tenant_id, opened_at);

CREATE INDEX episode_resolved ON episode (tenant_id, resolved_at) WHERE resolved_at IS NOT NULL;
