-- Who shares a value is read in the order of contacts, the first few only: of a common name there are thousands.
DROP INDEX contact_fact_value;
CREATE INDEX contact_fact_value ON contact_fact (tenant_id, value, kind, scope, contact_id);
