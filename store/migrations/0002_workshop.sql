-- What the bot is taught: intents with their examples, the models trained on them, and messages it should learn from.

CREATE TABLE intent (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    reply TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE intent_example (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    intent_id TEXT NOT NULL REFERENCES intent (id),
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, language, text)
);
CREATE INDEX intent_example_newest ON intent_example (tenant_id, intent_id, created_at, id);

-- The body is base64: a dump holds text and numbers only. A threshold is kept in millionths.
CREATE TABLE intent_model (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    intents BIGINT NOT NULL,
    examples BIGINT NOT NULL,
    threshold_e6 BIGINT NOT NULL,
    report TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    body TEXT NOT NULL,
    trained_by TEXT NOT NULL,
    trained_at BIGINT NOT NULL,
    published_at BIGINT,
    UNIQUE (tenant_id, number)
);
CREATE UNIQUE INDEX intent_model_live ON intent_model (tenant_id) WHERE state = 'live';

CREATE TABLE learning_item (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    message_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX learning_item_newest ON learning_item (tenant_id, state, at, message_id);
