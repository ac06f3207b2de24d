//! What a dump holds: every table with its columns, in an order in which each row's foreign keys are already there.
//! A test compares this with the schema, so a new table or column cannot be left out. The search index is derived and not listed.

/// One table of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    /// `name` or `name int`, in the schema's order.
    columns: &'static str,
    /// What makes the order of rows certain.
    pub(super) order: &'static str,
    /// Rows that are not part of a dump are left out by this condition.
    pub(super) keep: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

impl Table {
    pub fn columns(&self) -> Vec<Column> {
        let column = |text: &'static str| match text.strip_suffix(" int") {
            Some(name) => Column { name, kind: Kind::Int },
            None => Column { name: text, kind: Kind::Text },
        };
        self.columns.split(", ").map(column).collect()
    }

    /// The database counts these rows itself (`pk`), and must go on counting after a restore.
    pub(super) fn is_counted(&self) -> bool {
        self.order == "pk"
    }
}

/// The table of that name.
pub fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

const fn table(name: &'static str, columns: &'static str, order: &'static str) -> Table {
    Table { name, columns, order, keep: "" }
}

pub const TABLES: &[Table] = &[
    table("tenant", "id, name, language, time_zone, log_seq int, created_at int", "id"),
    table("server_secret", "name, value, created_at int", "name"),
    table(
        "app_user",
        "id, tenant_id, email, name, role, language, capacity int, presence, password_hash, must_change_password int, disabled int, \
         failed_sign_ins int, locked_until int, version int, created_at int",
        "id",
    ),
    table("team", "id, tenant_id, name, version int, created_at int", "id"),
    table("team_member", "tenant_id, team_id, user_id", "team_id, user_id"),
    table("session", "id, tenant_id, user_id, secret_hash, user_agent, created_at int, expires_at int", "id"),
    table(
        "api_token",
        "id, tenant_id, user_id, name, secret_hash, scopes, expires_at int, last_used_at int, version int, created_at int",
        "id",
    ),
    table(
        "inbox",
        "id, tenant_id, name, channel, key, secret, team_id, bot_enabled int, language, hours, widget, channel_settings, \
         reopen_window_ms int, version int, created_at int",
        "id",
    ),
    table(
        "contact",
        "id, tenant_id, name, email, phone, language, attributes, blocked int, search, tokens_valid_after int, version int, \
         created_at int, last_seen_at int",
        "id",
    ),
    table(
        "channel_event",
        "pk int, tenant_id, inbox_id, lane, key, kind, event, state, attempts int, due_at int, last_error, received_at int",
        "pk",
    ),
    table("channel_cursor", "tenant_id, inbox_id, stream, position, moved_at int", "inbox_id, stream"),
    table("channel_token", "inbox_id, tenant_id, sealed, expires_at int, taken_at int", "inbox_id"),
    table("channel_sent", "message_id, step int, tenant_id, inbox_id, contact, external_id, sent_at int", "message_id, step"),
    table("channel_opening", "inbox_id, contact, opened_by, tenant_id, at int", "inbox_id, contact, opened_by"),
    table("channel_handle", "inbox_id, contact, tenant_id, sealed, once int, expires_at int", "inbox_id, contact"),
    table(
        "channel_health",
        "inbox_id, tenant_id, received int, refused int, sent int, failed int, received_at int, sent_at int, error_at int, error_side, error",
        "inbox_id",
    ),
    table("channel_error", "inbox_id, side, tenant_id, error, at int", "inbox_id, side"),
    table(
        "mail",
        "pk int, id, tenant_id, inbox_id, folder, uid_validity int, uid int, fingerprint, raw, is_whole int, received_at int, kept_at int, \
         state, attempts int, due_at int, last_error, nature, message_id, subject, people, conversation_id",
        "pk",
    ),
    table("contact_identity", "id, tenant_id, contact_id, inbox_id, channel, external_id, evidence, created_at int", "id"),
    table("contact_fact", "tenant_id, contact_id, kind, scope, value, grade int, at int", "contact_id, kind, scope, value"),
    table("contact_consent", "pk int, tenant_id, contact_id, purpose, given int, inbox_id, notice, at int", "pk"),
    table("contact_link", "id, tenant_id, a, b, state, grade int, reason, evidence, made_by, at int, undone_by, undone_at int", "id"),
    table("contact_person", "contact_id, tenant_id, person_id", "contact_id"),
    table("page_visit", "pk int, tenant_id, contact_id, url, title, at int", "pk"),
    table(
        "conversation",
        "id, tenant_id, inbox_id, contact_id, thread_key, version int, status, owner_kind, team_id, agent_id, language, last_seq int, \
         last_text, last_message_at int, waiting_since int, queued_at int, snoozed_until int, resolved_at int, last_agent_id, \
         unread int, agent_read_seq int, contact_read_seq int, contact_delivered_seq int, labels, bot, handoff, transfer, csat, page, \
         created_at int, updated_at int, routing, tied, participants",
        "id",
    ),
    table(
        "conversation_tie",
        "id, tenant_id, kind, from_id, to_id, seqs, before_state, made_by, made_name, at int, undone_by, undone_at int",
        "id",
    ),
    table(
        "message",
        "pk int, tenant_id, conversation_id, seq int, kind, author_kind, author_id, author_name, content, reply_to, client_msg_id, \
         state, state_reason, trace, created_at int, edited_at int, recalled_at int",
        "pk",
    ),
    table("message_revision", "pk int, tenant_id, message_id, content, replaced_at int, replaced_by", "pk"),
    table("idempotency", "tenant_id, key, body, at int", "tenant_id, key"),
    table("dedupe", "tenant_id, scope, key, conversation_id, message_id, at int", "tenant_id, scope, key"),
    table(
        "log",
        "tenant_id, seq int, at int, conversation_id, contact_id, version int, seq_from int, seq_to int, updated_seqs, resource, resource_id",
        "tenant_id, seq",
    ),
    table(
        "effect",
        "id, tenant_id, kind, key, lane, payload, state, attempts int, due_at int, lease_owner, lease_until int, last_error, trace, created_at int",
        "id",
    ),
    table("assignment", "id, tenant_id, conversation_id, agent_id, team_id, explanation, at int", "id"),
    table(
        "article",
        "tenant_id, id, language, title, questions, body, category, state, version int, updated_by, created_at int, updated_at int, audience, \
         tiers, valid_from, valid_until, products, next_flow",
        "tenant_id, id, language",
    ),
    table(
        "article_revision",
        "tenant_id, article_id, language, version int, title, questions, body, state, updated_by, at int, category, scope, next_flow",
        "tenant_id, article_id, language, version",
    ),
    table(
        "product",
        "id, tenant_id, sku, name_zh, name_en, category, price_cents int, stock int, attributes, accessories, version int, created_at int, variants",
        "id",
    ),
    table("product_category", "tenant_id, key, name_zh, name_en", "tenant_id, key"),
    table("canned_response", "id, tenant_id, shortcut, text, version int, created_at int, actions", "id"),
    table("conversation_view", "id, tenant_id, name, filter, sort, audience, team_id, maker_id, version int, created_at int", "id"),
    table("mention", "tenant_id, user_id, message_id, conversation_id, at int, seen_at int", "message_id, user_id"),
    table("translation", "tenant_id, source, language, text, at int", "tenant_id, source, language"),
    table("pinned_views", "tenant_id, user_id, view_ids", "tenant_id, user_id"),
    table("entity", "id, tenant_id, name, label, found_by, version int, created_at int", "id"),
    table("label", "id, tenant_id, name, color, version int, created_at int", "id"),
    table("webhook", "id, tenant_id, url, secret, events, enabled int, version int, created_at int, paused_at int, paused_reason", "id"),
    table(
        "attachment",
        "id, tenant_id, name, media_type, inline int, size_bytes int, blob_key, uploader_kind, uploader_id, created_at int",
        "id",
    ),
    table("intent", "id, tenant_id, name, description, reply, version int, created_at int, updated_at int, topic, context", "id"),
    table("intent_example", "id, tenant_id, intent_id, language, text, source, created_at int, test_since int", "id"),
    table(
        "intent_model",
        "id, tenant_id, number int, state, intents int, examples int, threshold_e6 int, report, size_bytes int, body, trained_by, \
         trained_at int, published_at int, share_percent int",
        "id",
    ),
    table(
        "learning_item",
        "tenant_id, message_id, conversation_id, seq int, text, language, reason, state, at int",
        "tenant_id, message_id",
    ),
    table("article_stamp", "tenant_id, stamp int", "tenant_id"),
    table("article_category", "tenant_id, name, next_flow", "tenant_id, name"),
    table(
        "knowledge_import",
        "id, tenant_id, name, size_bytes int, hash, language, category, state, problem, section_count int, sections, counts, created_by, \
         created_at int, ended_at int",
        "id",
    ),
    table(
        "knowledge_source",
        "id, tenant_id, name, kind, places, interval_minutes int, language, category, publish int, enabled int, report, due_at int, \
         version int, created_by, created_at int",
        "id",
    ),
    table("knowledge_document", "tenant_id, source_id, name, hash, etag, modified, changed_at int", "tenant_id, source_id, name"),
    table("article_conflict_settled", "tenant_id, key, settled_by, at int", "tenant_id, key"),
    table(
        "turn_correction",
        "tenant_id, message_id, conversation_id, text, language, emotion, emotion_read, intent_id, intent_read, corrected_by, at int",
        "tenant_id, message_id",
    ),
    table(
        "flow_version",
        "tenant_id, hash, flow_id, number int, document, note, published_by, published_at int",
        "tenant_id, flow_id, number",
    ),
    table(
        "flow_run",
        "id, tenant_id, flow_id, version_hash, trigger_key, state, error, started_at int, changed_at int, conversation_id, contact_id, \
         paused_at int, handed_off_at int, error_zh, closed_at int, closed_by, closed_note, search",
        "id",
    ),
    table("flow_journal", "run_id, position int, tenant_id, at int, entries", "run_id, position"),
    table("flow_timer", "run_id, step, tenant_id, due_at int", "run_id, step"),
    table("flow_signal", "run_id, id, tenant_id, at int", "run_id, id"),
    table("flow_task", "run_id, step, tenant_id, attempt int, request, at int, told int, kind, listens, also_at int", "run_id, step"),
    table("flow_schedule", "tenant_id, flow_id, rule, next_at int", "tenant_id, flow_id"),
    table("flow", "tenant_id, id, name, live_hash, enabled int, hook_secret, version int, created_at int, updated_at int", "tenant_id, id"),
    table(
        "flow_draft",
        "tenant_id, flow_id, author_id, document, base_hash, revision int, updated_at int",
        "tenant_id, flow_id, author_id",
    ),
    table("flow_release", "pk int, tenant_id, flow_id, kind, hash, taken_by, note, at int", "pk"),
    table(
        "flow_plan",
        "tenant_id, flow_id, hash, base_hash, author_id, revision int, note, due_at int, made_at int, failed_at int, failure",
        "tenant_id, flow_id",
    ),
    table("flow_canary", "tenant_id, flow_id, hash, share int, author_id, revision int, note, since int", "tenant_id, flow_id"),
    table("flow_value", "tenant_id, scope, owner, name, value, run_id, updated_at int", "tenant_id, scope, owner, name"),
    table("notice", "id, user_id, tenant_id, title, body, flow_name, run_id, conversation_id, at int, flow_id, ticket_id", "id, user_id"),
    table("secret", "tenant_id, name, sealed, hosts, note, created_by, created_at int, changed_at int, used_at int", "tenant_id, name"),
    table(
        "connector",
        "tenant_id, name, title, definition, source_url, enabled int, version int, created_by, created_at int, updated_at int",
        "tenant_id, name",
    ),
    table("order_source", "tenant_id, document, version int, updated_by, updated_at int", "tenant_id"),
    table("order_look", "pk int, tenant_id, contact_id, user_id, found int, at int", "pk"),
    table("link_policy", "tenant_id, document, version int, changed_by, changed_at int", "tenant_id"),
    table("match_weights", "tenant_id, used int, document", "tenant_id"),
    table("repairs", "tenant_id, document, version int", "tenant_id"),
    table(
        "verification",
        "tenant_id, id, contact_id, conversation_id, visit, kind, address, state, tries int, last_said, used_by, at int, expires_at int",
        "tenant_id, id",
    ),
    table("kept_signal", "tenant_id, id, flow_id, name, payload, at int, heard_at int, expires_at int", "tenant_id, id"),
    table("kept_signal_key", "tenant_id, listens, signal_id", "tenant_id, listens, signal_id"),
    table("flow_bulk", "tenant_id, id, act, filter, reason, ordered_by, at int, outcome", "tenant_id, id"),
    table("flow_exchange", "run_id, step, attempt int, tenant_id, state, exchange, at int", "run_id, step, attempt"),
    table("routing_policy", "tenant_id, version int, document, note, changed_by, changed_at int, revision int", "tenant_id, version"),
    table("routing_person", "tenant_id, user_id, skills, languages, channels, busy_reason, busy_since int", "tenant_id, user_id"),
    table("presence_change", "pk int, tenant_id, user_id, state, reason, caused_by, at int", "pk"),
    table("wrap_up_form", "tenant_id, document, version int", "tenant_id"),
    table("transfer_reasons", "tenant_id, document, version int", "tenant_id"),
    table(
        "wrap_up",
        "tenant_id, conversation_id, began_at int, inbox_id, agent_id, required int, until_at int, ended_at int, category, note, saved_at int",
        "conversation_id, began_at",
    ),
    table("ticket_kind", "tenant_id, id, name_zh, name_en, fields, due_ms int, version int, created_at int", "tenant_id, id"),
    table("ticket_number", "tenant_id, last int", "tenant_id"),
    table(
        "ticket",
        "id, tenant_id, number int, kind, title, body, fields, state, priority, team_id, assignee_id, contact_id, run_id, due_at int, \
         opened_by, solved_at int, version int, created_at int, updated_at int, sla",
        "id",
    ),
    table("ticket_conversation", "ticket_id, conversation_id, tenant_id, at int", "ticket_id, conversation_id"),
    table("ticket_event", "ticket_id, seq int, tenant_id, what, changed, note, taken_by, cause, at int", "ticket_id, seq"),
    table("llm_limit", "tenant_id, month_tokens int, month_cents int, version int, changed_by, changed_at int", "tenant_id"),
    table("llm_spend", "tenant_id, day, tokens int, micro_cents int, calls int", "tenant_id, day"),
    table(
        "suggestion",
        "tenant_id, conversation_id, seq int, user_id, offered, outcome, used, at int, settled_at int",
        "conversation_id, seq, user_id",
    ),
    table(
        "trial_tally",
        "tenant_id, number int, against int, spoke, outcome, turns int, missed int, handed_over int",
        "tenant_id, number, against, spoke, outcome",
    ),
    table(
        "trial_difference",
        "tenant_id, number int, message_id, against int, conversation_id, seq int, text, language, spoke, outcome, live, trial, at int",
        "tenant_id, number, message_id",
    ),
    table("version_step", "pk int, tenant_id, model_id, number int, kind, share_percent int, threshold_e6 int, taken_by, at int", "pk"),
    table("workshop_run", "id, tenant_id, kind, state, report, started_by, started_at int, ended_at int", "id"),
    // The search index is filled again from the log, so its reader starts from the beginning.
    Table { name: "follower", columns: "name, tenant_id, position int", order: "name, tenant_id", keep: "name <> 'message_search'" },
    table("scorecard", "tenant_id, id, version int, document, archived int, changed_by, changed_at int", "tenant_id, id, version"),
    table("review_plan", "id, tenant_id, document, active int, next_at int, version int, created_at int", "id"),
    table(
        "review",
        "id, tenant_id, plan_id, period_from int, conversation_id, number int, opened_at int, agent_id, reviewer_id, scorecard_id, \
         scorecard_version int, state, answers, note, score_x100 int, fatal int, first_score_x100 int, appeal, settlement, drawn_at int, \
         submitted_at int, appealed_at int, settled_at int, version int, asked_by, asked_why, skip_reason, skipped_at int",
        "id",
    ),
    table(
        "report_schedule",
        "id, tenant_id, document, active int, next_at int, created_by, created_at int, version int, sent_at int, failed_at int, error, \
         failures int, failed_period",
        "id",
    ),
    table("oversight", "id, tenant_id, kind, actor_id, actor_name, user_id, conversation_id, text, state, at int", "id"),
    table(
        "episode",
        "tenant_id, conversation_id, number int, contact_id, inbox_id, language, intent, team_id, agent_id, handoff, opened_at int, \
         bot_replied_at int, queued_at int, owned_at int, agent_replied_at int, resolved_at int, waited_ms int, held_ms int, asked int, \
         bot_messages int, agent_messages int, transfers int, csat int, transfer_reasons",
        "tenant_id, conversation_id, number",
    ),
];
