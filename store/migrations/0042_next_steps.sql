-- The flow that an article offers after its answer; all of an article in its versions; what categories of products are called.

ALTER TABLE article ADD COLUMN next_flow TEXT;

-- Null in versions from before they were kept.
ALTER TABLE article_revision ADD COLUMN category TEXT;
ALTER TABLE article_revision ADD COLUMN scope TEXT;
ALTER TABLE article_revision ADD COLUMN next_flow TEXT;

CREATE TABLE product_category (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    key TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
