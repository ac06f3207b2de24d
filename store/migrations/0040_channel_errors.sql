-- The last error of each side of an inbox's channel: one that hides another would hide its cause.

CREATE TABLE channel_error (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    side TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    error TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, side)
){clustered};

INSERT INTO channel_error (inbox_id, side, tenant_id, error, at)
    SELECT inbox_id, error_side, tenant_id, error, error_at FROM channel_health
    WHERE error_side IS NOT NULL AND error IS NOT NULL AND error_at IS NOT NULL;
