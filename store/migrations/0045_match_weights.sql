-- What likeness of two contacts proves at a company. One row a tenant, written by the house as it learns and by admins as they choose; the
-- thresholds (link_policy) are people's alone and compared by version.

CREATE TABLE match_weights (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    used BIGINT NOT NULL,
    document TEXT
);

-- only: postgres
CREATE TRIGGER wake AFTER INSERT OR UPDATE OR DELETE ON match_weights FOR EACH STATEMENT
WHEN (current_setting('application_name') <> 'qingniao server') EXECUTE FUNCTION qingniao_wake('settings');
