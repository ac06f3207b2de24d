-- Views: named filters over conversations, and which of them a person keeps beside the list, in their order.

CREATE TABLE conversation_view (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    sort TEXT NOT NULL,
    audience TEXT NOT NULL,
    team_id TEXT,
    maker_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX conversation_view_tenant ON conversation_view (tenant_id, maker_id);

-- No row: all that the person may see.
CREATE TABLE pinned_views (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL,
    view_ids TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
