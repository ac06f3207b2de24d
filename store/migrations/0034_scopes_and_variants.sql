-- Who may read an article, when, and which products it is about; what a product comes in, each with its own SKU, price and stock.

ALTER TABLE article ADD COLUMN audience TEXT NOT NULL DEFAULT 'everyone';
ALTER TABLE article ADD COLUMN tiers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE article ADD COLUMN valid_from TEXT;
ALTER TABLE article ADD COLUMN valid_until TEXT;
ALTER TABLE article ADD COLUMN products TEXT NOT NULL DEFAULT '[]';

ALTER TABLE product ADD COLUMN variants TEXT NOT NULL DEFAULT '[]';
