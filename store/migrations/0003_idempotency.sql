-- What was first sent under an Idempotency-Key. Both columns are digests: of who sent it where under which key, and of the body.

CREATE TABLE idempotency (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_at ON idempotency (at);
