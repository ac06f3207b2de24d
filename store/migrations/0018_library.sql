-- Documents that become articles: what was uploaded and waits to be taken over, places documents are fetched from, and what of them is known;
-- what articles say against each other and people have settled; what agents corrected of a turn; groups of intents.

-- Grows with every change of a tenant's published articles, whoever makes it: a server reads its index anew when it sees another number.
CREATE TABLE article_stamp (
    tenant_id TEXT PRIMARY KEY,
    stamp BIGINT NOT NULL
);

-- Sections are kept until the import is taken over or thrown away.
CREATE TABLE knowledge_import (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    hash TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    section_count BIGINT NOT NULL,
    sections TEXT NOT NULL,
    counts TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX knowledge_import_newest ON knowledge_import (tenant_id, created_at, id);

CREATE TABLE knowledge_source (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    places TEXT NOT NULL,
    interval_minutes BIGINT NOT NULL,
    language TEXT,
    category TEXT NOT NULL,
    publish BIGINT NOT NULL,
    enabled BIGINT NOT NULL,
    report TEXT,
    due_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);
CREATE INDEX knowledge_source_due ON knowledge_source (enabled, due_at);

-- An uploaded document has no source, written as an empty text.
CREATE TABLE knowledge_document (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, name)
);

-- The key names the two articles and what they said when a person looked.
CREATE TABLE article_conflict_settled (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    key TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

-- What a person says a turn was; none where the bot was right.
CREATE TABLE turn_correction (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    message_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    emotion TEXT,
    emotion_read TEXT,
    intent_id TEXT,
    intent_read TEXT,
    corrected_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX turn_correction_conversation ON turn_correction (tenant_id, conversation_id);
CREATE INDEX turn_correction_newest ON turn_correction (tenant_id, at, message_id);

-- Intents of one group share a subject; one that stands only in a context is read only there.
ALTER TABLE intent ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE intent ADD COLUMN context TEXT NOT NULL DEFAULT '';
