-- Where a customer's orders are looked up, and who looked.

CREATE TABLE order_source (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Append-only: each time the other system was asked.
CREATE TABLE order_look (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    contact_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    found BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX order_look_contact ON order_look (tenant_id, contact_id, pk);
