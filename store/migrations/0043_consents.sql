-- What customers agreed to and took back. Append-only: a row for each change of their word.

CREATE TABLE contact_consent (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    contact_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    given BIGINT NOT NULL,
    inbox_id TEXT NOT NULL,
    notice TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX contact_consent_contact ON contact_consent (tenant_id, contact_id, pk);
