-- Colleagues in a conversation: who is invited beside its owner, who was named in a note; and messages read in other languages.

ALTER TABLE conversation ADD COLUMN participants TEXT NOT NULL DEFAULT '[]';
CREATE INDEX conversation_participants ON conversation (tenant_id, last_message_at, id) WHERE participants <> '[]';

CREATE TABLE mention (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (message_id, user_id)
);
CREATE INDEX mention_user ON mention (tenant_id, user_id, conversation_id);
CREATE INDEX mention_unseen ON mention (tenant_id, user_id, at) WHERE seen_at IS NULL;

-- A translation stands as long as the text it was made of.
CREATE TABLE translation (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source, language)
);
