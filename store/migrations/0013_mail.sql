-- Mails as they came, kept before anything is read of them and for as long as their inbox lives: what is read can be read again.
-- `raw` is base64. A mail is one whatever folder or UID it is met under: `fingerprint` says so.
CREATE TABLE mail (
    pk {rowid},
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    folder TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    raw TEXT NOT NULL,
    is_whole BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    kept_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    last_error TEXT,
    nature TEXT NOT NULL DEFAULT '',
    message_id TEXT,
    subject TEXT NOT NULL DEFAULT '',
    people TEXT NOT NULL DEFAULT '[]',
    conversation_id TEXT
);
CREATE UNIQUE INDEX mail_id ON mail (id);
CREATE UNIQUE INDEX mail_fingerprint ON mail (inbox_id, fingerprint);
CREATE INDEX mail_waiting ON mail (pk) WHERE state = 'waiting';
CREATE INDEX mail_unread ON mail (inbox_id, pk) WHERE state IN ('dead', 'skipped');
CREATE INDEX mail_message_id ON mail (inbox_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX mail_subject ON mail (inbox_id, subject, received_at) WHERE conversation_id IS NOT NULL;
CREATE INDEX mail_conversation ON mail (conversation_id, pk) WHERE conversation_id IS NOT NULL;
