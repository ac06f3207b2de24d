-- One text for both databases. Tokens: {rowid} an integer key the database counts; {clustered} rows are kept in the order of their primary key, where the database can; TEXT compares by bytes on PostgreSQL too.
-- A statement under "-- only: sqlite" or "-- only: postgres" runs on that one. Times are epoch milliseconds; flags are 0 or 1.

CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    log_seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE server_secret (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE app_user (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    presence TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change_password BIGINT NOT NULL,
    disabled BIGINT NOT NULL,
    failed_sign_ins BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, email)
);
CREATE INDEX app_user_email ON app_user (email);

CREATE TABLE team (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE team_member (
    tenant_id TEXT NOT NULL,
    team_id TEXT NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_member_user ON team_member (tenant_id, user_id);

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL UNIQUE,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_user ON session (tenant_id, user_id);

CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX api_token_tenant ON api_token (tenant_id, id);

CREATE TABLE inbox (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    team_id TEXT,
    bot_enabled BIGINT NOT NULL,
    language TEXT NOT NULL,
    hours TEXT NOT NULL,
    widget TEXT NOT NULL,
    channel_settings TEXT NOT NULL,
    reopen_window_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX inbox_tenant ON inbox (tenant_id, id);

CREATE TABLE contact (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    language TEXT,
    attributes TEXT NOT NULL,
    blocked BIGINT NOT NULL,
    search TEXT NOT NULL,
    tokens_valid_after BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX contact_tenant ON contact (tenant_id, last_seen_at, id);

CREATE TABLE contact_identity (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contact (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (inbox_id, external_id)
);
CREATE INDEX contact_identity_contact ON contact_identity (tenant_id, contact_id);

CREATE TABLE page_visit (
    pk {rowid},
    tenant_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX page_visit_contact ON page_visit (tenant_id, contact_id, at);

CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    inbox_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    thread_key TEXT NOT NULL,
    version BIGINT NOT NULL,
    status TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    team_id TEXT,
    agent_id TEXT,
    language TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_text TEXT NOT NULL,
    last_message_at BIGINT NOT NULL,
    waiting_since BIGINT,
    queued_at BIGINT,
    snoozed_until BIGINT,
    resolved_at BIGINT,
    last_agent_id TEXT,
    unread BIGINT NOT NULL,
    agent_read_seq BIGINT NOT NULL,
    contact_read_seq BIGINT NOT NULL,
    contact_delivered_seq BIGINT NOT NULL,
    labels TEXT NOT NULL,
    bot TEXT NOT NULL,
    handoff TEXT,
    transfer TEXT,
    csat TEXT,
    page TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversation_thread ON conversation (inbox_id, thread_key) WHERE status <> 'resolved';
CREATE INDEX conversation_recent ON conversation (tenant_id, last_message_at, id);
CREATE INDEX conversation_bucket ON conversation (tenant_id, owner_kind, status, last_message_at, id);
CREATE INDEX conversation_agent ON conversation (tenant_id, agent_id, status, last_message_at, id);
-- An agent's own list, in its order, without what they ended long ago.
CREATE INDEX conversation_mine ON conversation (tenant_id, agent_id, last_message_at, id) WHERE agent_id IS NOT NULL AND status IN ('open', 'pending');
CREATE INDEX conversation_contact ON conversation (tenant_id, contact_id, created_at);
CREATE INDEX conversation_queue ON conversation (tenant_id, queued_at, id) WHERE owner_kind = 'queue';

CREATE TABLE message (
    pk {rowid},
    tenant_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to TEXT,
    client_msg_id TEXT,
    state TEXT NOT NULL,
    state_reason TEXT,
    trace TEXT,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    recalled_at BIGINT,
    UNIQUE (conversation_id, seq)
);

CREATE TABLE message_revision (
    pk {rowid},
    tenant_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    content TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    replaced_by TEXT NOT NULL
);
CREATE INDEX message_revision_message ON message_revision (tenant_id, message_id);

CREATE TABLE dedupe (
    tenant_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    message_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope, key)
){clustered};
CREATE INDEX dedupe_at ON dedupe (at);

CREATE TABLE log (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    conversation_id TEXT,
    contact_id TEXT,
    version BIGINT,
    seq_from BIGINT,
    seq_to BIGINT,
    updated_seqs TEXT,
    resource TEXT,
    resource_id TEXT,
    PRIMARY KEY (tenant_id, seq)
){clustered};
CREATE INDEX log_conversation ON log (conversation_id, version);

CREATE TABLE effect (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    lane TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    last_error TEXT,
    trace TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, key)
);
CREATE INDEX effect_due ON effect (due_at, lane) WHERE state = 'pending';
CREATE INDEX effect_leased ON effect (lease_until, lane) WHERE state = 'leased';
CREATE INDEX effect_state ON effect (tenant_id, state, id);

CREATE TABLE assignment (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    agent_id TEXT,
    team_id TEXT,
    explanation TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX assignment_conversation ON assignment (tenant_id, conversation_id, at);
CREATE INDEX assignment_agent ON assignment (tenant_id, agent_id, at);

CREATE TABLE article (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    questions TEXT NOT NULL,
    body TEXT NOT NULL,
    category TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, language)
);
CREATE INDEX article_recent ON article (tenant_id, updated_at, id);
CREATE INDEX article_id ON article (id, language);

CREATE TABLE article_revision (
    tenant_id TEXT NOT NULL,
    article_id TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    questions TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    updated_by TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, article_id, language, version)
);

CREATE TABLE product (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    sku TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    category TEXT NOT NULL,
    price_cents BIGINT NOT NULL,
    stock BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    accessories TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, sku)
);

CREATE TABLE canned_response (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    shortcut TEXT NOT NULL,
    text TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, shortcut)
);

CREATE TABLE label (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_tenant ON webhook (tenant_id, id);

CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    inline BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob_key TEXT NOT NULL,
    uploader_kind TEXT NOT NULL,
    uploader_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX attachment_tenant ON attachment (tenant_id, id);

CREATE TABLE follower (
    name TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (name, tenant_id)
);

-- only: sqlite
CREATE VIRTUAL TABLE message_search USING fts5 (tokens, content='', contentless_delete=1, detail='none', tokenize='unicode61 remove_diacritics 0');

-- only: postgres
CREATE TABLE message_search (
    pk BIGINT PRIMARY KEY,
    tokens TSVECTOR NOT NULL
);

-- only: postgres
CREATE INDEX message_search_tokens ON message_search USING GIN (tokens);
