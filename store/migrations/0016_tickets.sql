-- Tickets, what their kinds ask for, the conversations they are about, and their history. Tasks of flows say what is asked.

CREATE TABLE ticket_kind (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    fields TEXT NOT NULL,
    due_ms BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- The last number given.
CREATE TABLE ticket_number (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
    last BIGINT NOT NULL
);

CREATE TABLE ticket (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    fields TEXT NOT NULL,
    state TEXT NOT NULL,
    priority TEXT NOT NULL,
    team_id TEXT,
    assignee_id TEXT,
    contact_id TEXT,
    run_id TEXT,
    due_at BIGINT,
    opened_by TEXT NOT NULL,
    solved_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ticket_number_of ON ticket (tenant_id, number);
CREATE INDEX ticket_state ON ticket (tenant_id, state, number);
CREATE INDEX ticket_assignee ON ticket (tenant_id, assignee_id, number) WHERE assignee_id IS NOT NULL;
CREATE INDEX ticket_contact ON ticket (tenant_id, contact_id, number) WHERE contact_id IS NOT NULL;

CREATE TABLE ticket_conversation (
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    conversation_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, conversation_id)
);
CREATE INDEX ticket_conversation_of ON ticket_conversation (tenant_id, conversation_id);

CREATE TABLE ticket_event (
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    seq BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    what TEXT NOT NULL,
    changed TEXT NOT NULL,
    note TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    -- What asked for it, so that the same is done once; the line's own number when nobody repeats it.
    cause TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, seq)
);
CREATE UNIQUE INDEX ticket_event_cause ON ticket_event (ticket_id, cause);

-- `approve`, `ask` and so on: lists of approvals are found by it.
ALTER TABLE flow_task ADD COLUMN kind TEXT NOT NULL DEFAULT '';
-- only: sqlite
UPDATE flow_task SET kind = COALESCE(json_extract(request, '$.do'), '');
-- only: postgres
UPDATE flow_task SET kind = COALESCE(CAST(request AS JSONB)->>'do', '');
CREATE INDEX flow_task_kind ON flow_task (tenant_id, kind, at, run_id, step);
