-- The flow that articles of a category offer to begin, where they name none of their own.
CREATE TABLE article_category (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    next_flow TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
