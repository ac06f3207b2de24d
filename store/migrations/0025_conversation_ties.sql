-- Which conversations were linked, merged or split, and what undoing restores. Rows are never changed but for being undone.

CREATE TABLE conversation_tie (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL,
    from_id TEXT NOT NULL REFERENCES conversation (id),
    to_id TEXT NOT NULL REFERENCES conversation (id),
    seqs TEXT NOT NULL,
    before_state TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_by TEXT,
    undone_at BIGINT
);
CREATE INDEX conversation_tie_from ON conversation_tie (from_id, at, id);
CREATE INDEX conversation_tie_to ON conversation_tie (to_id, at, id);

-- What every message has to know of them, beside the conversation.
ALTER TABLE conversation ADD COLUMN tied TEXT NOT NULL DEFAULT '{}';
