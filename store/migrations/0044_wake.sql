-- What another session writes wakes the server at once, by LISTEN/NOTIFY (ADR 27). PostgreSQL only: an SQLite file is looked at again, as before.
-- The server's own connections bear the name below (`store::connect::SERVING`): for them each trigger is one comparison, and nothing is sent.
-- A payload is a topic, or a topic with the ids of a row; never what is in it. The same one twice in a transaction is sent once.
-- No line but the last of a statement may end in a semicolon: the text is split there.

-- only: postgres
CREATE FUNCTION qingniao_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('qingniao_wake', TG_ARGV[0]); RETURN NULL; END
$$;

-- only: postgres
CREATE FUNCTION qingniao_wake_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('qingniao_wake', 'run ' || NEW.tenant_id || ' ' || NEW.id); RETURN NULL; END
$$;

-- only: postgres
CREATE FUNCTION qingniao_wake_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('qingniao_wake', 'log ' || NEW.tenant_id || ' ' || NEW.seq); RETURN NULL; END
$$;

-- A run that is held or let go, for each row: who does it names few.
-- only: postgres
CREATE TRIGGER wake_run AFTER UPDATE OF paused_at ON flow_run FOR EACH ROW
WHEN (current_setting('application_name') <> 'qingniao server' AND OLD.paused_at IS DISTINCT FROM NEW.paused_at)
EXECUTE FUNCTION qingniao_wake_run();

-- An entry of the log: caches and consoles follow it as they follow the server's own.
-- only: postgres
CREATE TRIGGER wake_log AFTER INSERT ON log FOR EACH ROW
WHEN (current_setting('application_name') <> 'qingniao server')
EXECUTE FUNCTION qingniao_wake_log();

-- Everything else once for each statement.
-- only: postgres
DO $$
DECLARE w RECORD;BEGIN FOR w IN SELECT * FROM (VALUES
    ('flow_timer', 'INSERT OR UPDATE', 'timers'),
    ('flow_run', 'INSERT OR UPDATE OF state', 'runs'),
    ('flow_task', 'INSERT OR UPDATE', 'runs'),
    ('kept_signal', 'INSERT', 'signals'),
    ('effect', 'INSERT OR UPDATE', 'effects'),
    ('flow_schedule', 'INSERT OR UPDATE OR DELETE', 'hours'),
    ('flow_plan', 'INSERT OR UPDATE OR DELETE', 'hours'),
    ('flow', 'INSERT OR UPDATE OR DELETE', 'flows'),
    ('flow_canary', 'INSERT OR UPDATE OR DELETE', 'flows'),
    ('article_stamp', 'INSERT OR UPDATE', 'articles'),
    ('channel_event', 'INSERT OR UPDATE', 'journal'),
    ('mail', 'INSERT OR UPDATE', 'mail'),
    ('knowledge_source', 'INSERT OR UPDATE', 'sources'),
    ('review_plan', 'INSERT OR UPDATE OR DELETE', 'rounds'),
    ('report_schedule', 'INSERT OR UPDATE OR DELETE', 'rounds'),
    ('tenant', 'INSERT OR UPDATE OF name, language, time_zone OR DELETE', 'settings'),
    ('inbox', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('app_user', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('team', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('team_member', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('webhook', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('routing_policy', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('routing_person', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('wrap_up_form', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('repairs', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('link_policy', 'INSERT OR UPDATE OR DELETE', 'settings'),
    ('product', 'INSERT OR UPDATE OR DELETE', 'products'),
    ('product_category', 'INSERT OR UPDATE OR DELETE', 'products'),
    ('entity', 'INSERT OR UPDATE OR DELETE', 'words'),
    ('intent', 'INSERT OR UPDATE OR DELETE', 'words'),
    ('intent_example', 'INSERT OR UPDATE OR DELETE', 'words'),
    ('intent_model', 'INSERT OR UPDATE OR DELETE', 'words'),
    ('canned_response', 'INSERT OR UPDATE OR DELETE', 'words'),
    ('session', 'UPDATE OR DELETE', 'keys'),
    ('api_token', 'UPDATE OR DELETE', 'keys')
) AS v (place, events, topic)
LOOP EXECUTE format(
    'CREATE TRIGGER wake AFTER %s ON %I FOR EACH STATEMENT WHEN (current_setting(''application_name'') <> ''qingniao server'') EXECUTE FUNCTION qingniao_wake(%L)',
    w.events, w.place, w.topic); END LOOP; END
$$;
