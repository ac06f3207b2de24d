-- Why people pass conversations on: a company's short list, one document, and how often each was given in a stretch.
CREATE TABLE transfer_reasons (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- only: postgres
CREATE TRIGGER wake AFTER INSERT OR UPDATE OR DELETE ON transfer_reasons FOR EACH STATEMENT
WHEN (current_setting('application_name') <> 'qingniao server') EXECUTE FUNCTION qingniao_wake('settings');

ALTER TABLE episode ADD COLUMN transfer_reasons TEXT NOT NULL DEFAULT '{}';
