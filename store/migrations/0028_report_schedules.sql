-- Reports that go out by mail, and how the last letters fared.

CREATE TABLE report_schedule (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    document TEXT NOT NULL,
    active BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    sent_at BIGINT,
    failed_at BIGINT,
    error TEXT,
    failures BIGINT NOT NULL,
    failed_period TEXT
);
CREATE INDEX report_schedule_tenant ON report_schedule (tenant_id, id);
CREATE INDEX report_schedule_due ON report_schedule (next_at) WHERE active = 1;
