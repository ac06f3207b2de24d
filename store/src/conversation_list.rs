//! Lists of conversations: the one place where a filter becomes SQL, for pages and for the counts of views.

use crate::Page;
use crate::args::{Arg, args};
use crate::conversation::{COLUMNS, ConversationRow, like};
use crate::db::{Db, Dialect};
use crate::error::{Result, to_json};
use qn_base::clock::MINUTE_MS;
use qn_domain::{ContactId, Conversation, ConversationFilter, ConversationId, OwnerIs, SlaIs, Status, TenantId, Timestamp, UserId};
use std::collections::BTreeSet;

/// What a list shows, and to whom.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub by: ConversationFilter,
    /// Who `OwnerIs::Me` is.
    pub me: Option<UserId>,
    pub now: Timestamp,
    /// Of any of these contacts; empty: of all.
    pub contact_ids: Vec<ContactId>,
    pub oldest_waiting_first: bool,
}

/// A text filter looks at this many of the newest messages that hold it, and of the contacts last seen that match it.
const MENTIONING_MESSAGES_MAX: i64 = 300;
const MENTIONED_CONTACTS_MAX: i64 = 300;

/// A view is counted no further: "99+" is all that is shown.
pub const VIEW_COUNT_MAX: i64 = 100;

/// A part of another conversation is no resolved work of its own: lists by status leave it out, wherever all are listed it says so.
const PART: &str = "%\"merged_into\"%";

const UNRESOLVED: [Status; 3] = [Status::Open, Status::Pending, Status::Snoozed];

/// `cursor` is `"<sort value>.<id>"` of the last row seen.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Page<Conversation>> {
    let mut query = Query::new(db.dialect(), tenant_id);
    query.filter(filter);
    if let Some(text) = &filter.by.text {
        let hits = crate::search::messages(db, tenant_id, text, None, MENTIONING_MESSAGES_MAX).await?;
        query.mentions(text, &hits.items.into_iter().map(|hit| hit.conversation_id).collect());
    }
    let sort = if filter.oldest_waiting_first { "COALESCE(waiting_since, queued_at, last_message_at)" } else { "last_message_at" };
    let (order, compare) = if filter.oldest_waiting_first { ("", ">") } else { (" DESC", "<") };
    if cursor.is_some() {
        let (value, id) = crate::before(cursor)?;
        let (a, b) = (query.bind(value), query.bind(id));
        query.and(&format!("({sort}, id) {compare} ({a}, {b})"));
    }
    let limit_at = query.bind(limit + 1);
    let sql = format!("SELECT {COLUMNS} FROM conversation WHERE {} ORDER BY {sort}{order}, id{order} LIMIT {limit_at}", query.sql);
    let rows: Vec<ConversationRow> = db.all_text(sql, query.args).await?;
    let mut items = rows.into_iter().map(ConversationRow::read).collect::<Result<Vec<_>>>()?;
    let next_cursor = if items.len() as i64 > limit {
        items.truncate(usize::try_from(limit).unwrap_or(0));
        items.last().map(|c| format!("{}.{}", sort_value(c, filter.oldest_waiting_first), c.id))
    } else {
        None
    };
    Ok(Page { items, next_cursor })
}

fn sort_value(c: &Conversation, oldest_waiting_first: bool) -> i64 {
    if oldest_waiting_first { c.waiting_since.or(c.queued_at).unwrap_or(c.last_message_at) } else { c.last_message_at }
}

/// How many of what it shows are not resolved, at most `VIEW_COUNT_MAX`. None where it shows only resolved ones or looks for words:
/// a number there would cost more than it tells.
pub async fn count(db: &Db, tenant_id: &TenantId, filter: &Filter) -> Result<Option<i64>> {
    let wanted = &filter.by.statuses;
    let statuses: Vec<Status> = UNRESOLVED.into_iter().filter(|s| wanted.is_empty() || wanted.contains(s)).collect();
    if statuses.is_empty() || filter.by.text.is_some() {
        return Ok(None);
    }
    let filter = Filter { by: ConversationFilter { statuses, ..filter.by.clone() }, ..filter.clone() };
    let mut query = Query::new(db.dialect(), tenant_id);
    query.filter(&filter);
    let limit = query.bind(VIEW_COUNT_MAX);
    let sql =
        format!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM conversation WHERE {} LIMIT {limit}) AS found", query.sql);
    let rows: Vec<(i64,)> = db.all_text(sql, query.args).await?;
    Ok(rows.first().map(|(n,)| *n))
}

struct Query {
    dialect: Dialect,
    sql: String,
    args: Vec<Arg>,
}

impl Query {
    fn new(dialect: Dialect, tenant_id: &TenantId) -> Self {
        Self { dialect, sql: "tenant_id = $1".into(), args: args![tenant_id.as_str()] }
    }

    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// `($2, $3, …)`, bound.
    fn places<'a>(&mut self, values: impl Iterator<Item = &'a str>) -> String {
        let places: Vec<String> = values.map(|value| self.bind(value)).collect();
        format!("({})", places.join(", "))
    }

    fn one_of<'a>(&mut self, column: &str, values: impl ExactSizeIterator<Item = &'a str>) {
        if values.len() > 0 {
            let places = self.places(values);
            self.and(&format!("{column} IN {places}"));
        }
    }

    fn filter(&mut self, filter: &Filter) {
        let by = &filter.by;
        self.statuses(&by.statuses);
        self.owners(filter);
        if !by.team_ids.is_empty() {
            let places = self.places(by.team_ids.iter().map(|id| id.as_str()));
            self.and(&format!(
                "(team_id IN {places} OR agent_id IN (SELECT user_id FROM team_member WHERE tenant_id = $1 AND team_id IN {places}))"
            ));
        }
        self.one_of("inbox_id", by.inbox_ids.iter().map(|id| id.as_str()));
        if !by.channels.is_empty() {
            let places = self.places(by.channels.iter().map(|c| c.as_str()));
            self.and(&format!("inbox_id IN (SELECT id FROM inbox WHERE tenant_id = $1 AND channel IN {places})"));
        }
        if by.with_me || by.mentions_me {
            self.about_me(filter);
        }
        self.one_of("language", by.languages.iter().map(|l| l.code()));
        self.one_of("contact_id", filter.contact_ids.iter().map(|id| id.as_str()));
        self.labels(&by.labels_any, " OR ");
        self.labels(&by.labels_all, " AND ");
        self.moods(&by.moods);
        self.tiers(&by.tiers);
        if let Some(minutes) = by.waiting_minutes {
            let since = self.bind(filter.now - minutes * MINUTE_MS);
            self.and(&format!("waiting_since <= {since}"));
        }
        if let Some(sla) = by.sla {
            self.promises(sla, filter.now);
        }
    }

    fn statuses(&mut self, statuses: &[Status]) {
        if statuses.is_empty() {
            return;
        }
        let words: Vec<String> = statuses.iter().map(|s| format!("'{}'", s.as_str())).collect();
        self.and(&format!("status IN ({})", words.join(", ")));
        if statuses.contains(&Status::Resolved) {
            self.and(&format!("tied NOT LIKE '{PART}'"));
        }
    }

    fn owners(&mut self, filter: &Filter) {
        let by = &filter.by;
        let kind = |owner: &OwnerIs| match owner {
            OwnerIs::Me => None,
            OwnerIs::Agent => Some("'agent'"),
            OwnerIs::Queue => Some("'queue'"),
            OwnerIs::Bot => Some("'bot'"),
        };
        let kinds: Vec<&str> = by.owners.iter().filter_map(kind).collect();
        let mut agents: Vec<&UserId> = by.agent_ids.iter().collect();
        if by.owners.contains(&OwnerIs::Me) {
            agents.extend(&filter.me);
        }
        let mut any = Vec::new();
        if !kinds.is_empty() {
            any.push(format!("owner_kind IN ({})", kinds.join(", ")));
        }
        if !agents.is_empty() {
            let places = self.places(agents.into_iter().map(|id| id.as_str()));
            any.push(format!("agent_id IN {places}"));
        }
        if !any.is_empty() {
            self.and(&format!("({})", any.join(" OR ")));
        } else if !by.owners.is_empty() {
            // Mine, asked by nobody.
            self.and("FALSE");
        } else if !by.with_me && !by.statuses.is_empty() && !by.statuses.contains(&Status::Resolved) {
            // All there are: so that few rows are read by the index of groups, which begins with the owner's kind.
            self.and("owner_kind IN ('bot', 'queue', 'agent')");
        }
    }

    fn about_me(&mut self, filter: &Filter) {
        let me = filter.me.as_ref().map_or("", |id| id.as_str());
        if filter.by.with_me {
            let at = self.bind(to_json(&me));
            let found = self.find("participants", &at);
            self.and(&format!("participants <> '[]' AND {found}"));
        }
        if filter.by.mentions_me {
            let at = self.bind(me);
            self.and(&format!("id IN (SELECT conversation_id FROM mention WHERE tenant_id = $1 AND user_id = {at})"));
        }
    }

    /// A list is JSON text; quotes inside a value are escaped there, so a quoted value is found whole.
    fn find(&self, column: &str, at: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("INSTR({column}, {at}) > 0"),
            Dialect::Postgres => format!("STRPOS({column}, {at}) > 0"),
        }
    }

    fn labels(&mut self, labels: &[String], joined: &str) {
        if labels.is_empty() {
            return;
        }
        let at: Vec<String> = labels.iter().map(|label| self.bind(to_json(label))).collect();
        let found: Vec<String> = at.iter().map(|at| self.find("labels", at)).collect();
        self.and(&format!("({})", found.join(joined)));
    }

    fn moods(&mut self, moods: &[String]) {
        let emotion = match self.dialect {
            Dialect::Sqlite => "routing->>'emotion'",
            Dialect::Postgres => "CAST(routing AS JSONB)->>'emotion'",
        };
        self.one_of(emotion, moods.iter().map(String::as_str));
    }

    /// The same rule as `qn_domain::contact::tier`.
    fn tiers(&mut self, tiers: &[String]) {
        if tiers.is_empty() {
            return;
        }
        let tier = match self.dialect {
            Dialect::Sqlite => {
                "CASE WHEN json_type(k.attributes, '$.tier') = 'text' AND TRIM(k.attributes->>'tier') <> '' \
                 THEN LOWER(TRIM(k.attributes->>'tier')) WHEN json_type(k.attributes, '$.vip') = 'true' THEN 'vip' END"
            }
            Dialect::Postgres => {
                "CASE WHEN jsonb_typeof(CAST(k.attributes AS JSONB)->'tier') = 'string' AND TRIM(CAST(k.attributes AS JSONB)->>'tier') <> '' \
                 THEN LOWER(TRIM(CAST(k.attributes AS JSONB)->>'tier')) WHEN CAST(k.attributes AS JSONB)->>'vip' = 'true' THEN 'vip' END"
            }
        };
        let places = self.places(tiers.iter().map(String::as_str));
        self.and(&format!(
            "EXISTS (SELECT 1 FROM contact k WHERE k.id = conversation.contact_id AND k.tenant_id = $1 AND {tier} IN {places})"
        ));
    }

    fn promises(&mut self, sla: SlaIs, now: Timestamp) {
        let now = self.bind(now);
        let (each, breached) = match self.dialect {
            Dialect::Sqlite => ("json_each(routing, '$.sla.due') AS due", "due.value->>'breached'"),
            Dialect::Postgres => {
                ("jsonb_array_elements(CAST(routing AS JSONB)->'sla'->'due') AS due", "CAST(due.value->>'breached' AS BOOLEAN)")
            }
        };
        let late = format!("({breached} OR COALESCE(CAST(due.value->>'due_at' AS BIGINT) < {now}, FALSE))");
        let state = match sla {
            SlaIs::Breached => late,
            SlaIs::AtRisk => format!("NOT {late} AND CAST(due.value->>'warn_at' AS BIGINT) <= {now}"),
        };
        self.and(&format!("EXISTS (SELECT 1 FROM {each} WHERE due.value->>'done_at' IS NULL AND {state})"));
    }

    /// By what was said in it, as the message index found it, or by who said it. Both are looked up first, so that no list of
    /// conversations is scanned for text.
    fn mentions(&mut self, text: &str, said_in: &BTreeSet<ConversationId>) {
        let ids = self.bind(to_json(said_in));
        let like = self.bind(format!("%{}%", like(&text.to_lowercase())));
        let each = match self.dialect {
            Dialect::Sqlite => format!("SELECT value FROM json_each({ids})"),
            Dialect::Postgres => format!("SELECT jsonb_array_elements_text(CAST({ids} AS JSONB))"),
        };
        self.and(&format!(
            "id IN ({each} UNION SELECT c.id FROM conversation c WHERE c.tenant_id = $1 AND c.contact_id IN \
             (SELECT id FROM contact WHERE tenant_id = $1 AND search LIKE {like} ESCAPE '!' ORDER BY last_seen_at DESC, id DESC \
             LIMIT {MENTIONED_CONTACTS_MAX}))"
        ));
    }
}
