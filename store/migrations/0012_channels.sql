-- What channels bring and what each inbox must remember about its platform.

-- The journal: a verified event is here before its call is answered. The body is forgotten once the event is settled; the key stays,
-- so that a platform's repetition changes nothing.
CREATE TABLE channel_event (
    pk {rowid},
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    lane TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    last_error TEXT,
    received_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX channel_event_key ON channel_event (inbox_id, key);
CREATE INDEX channel_event_waiting ON channel_event (pk) WHERE state = 'waiting';
CREATE INDEX channel_event_dead ON channel_event (inbox_id, pk) WHERE state = 'dead';

-- How far a stream that is fetched has been read; moved in the transaction that keeps its events.
CREATE TABLE channel_cursor (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    stream TEXT NOT NULL,
    position TEXT NOT NULL,
    moved_at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, stream)
);

-- The platform's access token, sealed for its tenant and inbox.
CREATE TABLE channel_token (
    inbox_id TEXT NOT NULL PRIMARY KEY REFERENCES inbox (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    sealed TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- One row for each request that carried a part of a message: progress of sending, what the platform calls it, and how much of a
-- reply window is used.
CREATE TABLE channel_sent (
    message_id TEXT NOT NULL,
    step BIGINT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    contact TEXT NOT NULL,
    external_id TEXT,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, step)
);
CREATE INDEX channel_sent_external ON channel_sent (inbox_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX channel_sent_contact ON channel_sent (inbox_id, contact, sent_at);

-- The last time a contact opened a reply window, for each way of opening one.
CREATE TABLE channel_opening (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    contact TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, contact, opened_by)
){clustered};

-- The newest address or ticket a platform gave for answering a contact, sealed: whoever has it may write to the contact.
CREATE TABLE channel_handle (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    contact TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    sealed TEXT NOT NULL,
    once BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, contact)
){clustered};

CREATE TABLE channel_health (
    inbox_id TEXT NOT NULL PRIMARY KEY REFERENCES inbox (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    received BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    received_at BIGINT,
    sent_at BIGINT,
    error_at BIGINT,
    error_side TEXT,
    error TEXT
);
