-- One-time codes that were sent to an address a customer claimed. The code itself is nowhere: it follows from the id and a key that is not in
-- the database. A row that was used is the proof behind a fact and stays.
CREATE TABLE verification (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    visit TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    last_said TEXT,
    used_by TEXT,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX verification_conversation ON verification (tenant_id, conversation_id, at);
CREATE INDEX verification_visit ON verification (tenant_id, visit, at);
CREATE INDEX verification_at ON verification (tenant_id, at);
