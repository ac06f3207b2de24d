//! How a group of commits is written: as a handful of statements in one transaction. Called by `committer`.
//!
//! Nearly always everything is new and nobody was faster, so statements over many rows only count, and SQLite is handed the whole group
//! in two messages. Where a count is wrong nothing is written, and the group is written again by statements that name their rows.

use crate::args::args;
use crate::db::{Pools, Tx};
use crate::dedupe::DedupeRow;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result};
use crate::script::{Part, Scripted};
use crate::{assignment, conversation, conversation_tie, dedupe, effect, log, mention, message, oversight};
use qn_base::Timestamp;
use qn_domain::{Change, Commit, LogEntry, Outcome, TenantId};
use sqlx::sqlite::SqlitePool;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// SQLite's; PostgreSQL locks the rows of tenants one by one, in the same order on every node.
const COUNT_ON_EACH: EachSql = each_sql!(
    "UPDATE tenant SET log_seq = log_seq + CAST(r.value->>1 AS BIGINT) FROM ",
    " AS r WHERE tenant.id = r.value->>0 RETURNING tenant.id, log_seq"
);

pub(crate) enum Work {
    Commit(Box<Commit>),
    Announce { tenant_id: TenantId, at: Timestamp, resource: String, id: String },
}

impl Work {
    fn tenant_id(&self) -> &TenantId {
        match self {
            Work::Commit(c) => &c.tenant_id,
            Work::Announce { tenant_id, .. } => tenant_id,
        }
    }

    fn commit(&self) -> Option<&Commit> {
        match self {
            Work::Commit(c) => Some(c),
            Work::Announce { .. } => None,
        }
    }

    fn entry(&self, seq: i64) -> LogEntry {
        match self {
            Work::Announce { tenant_id, at, resource, id } => LogEntry {
                tenant_id: tenant_id.clone(),
                seq,
                at: *at,
                conversation_id: None,
                contact_id: None,
                version: None,
                changes: vec![Change::ResourceChanged { resource: resource.clone(), id: id.clone() }],
            },
            Work::Commit(c) => entry_of(c, seq),
        }
    }
}

fn entry_of(c: &Commit, seq: i64) -> LogEntry {
    let conversation = c.conversation.clone();
    let mut changes: Vec<Change> = c.messages.iter().map(|m| Change::MessageCreated { message: m.clone() }).collect();
    changes.extend(c.changed.iter().map(|m| Change::MessageUpdated { message: m.clone() }));
    changes.push(match conversation.version {
        1 => Change::ConversationCreated { conversation },
        _ => Change::ConversationUpdated { conversation },
    });
    LogEntry {
        tenant_id: c.tenant_id.clone(),
        seq,
        at: c.at,
        conversation_id: Some(c.conversation.id.clone()),
        contact_id: Some(c.conversation.contact_id.clone()),
        version: Some(c.conversation.version),
        changes,
    }
}

/// How a statement over many rows says which of them it left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    /// It only counts: enough while none is left out, which is nearly always.
    Count,
    /// It names the rows it wrote, one by one.
    Names,
}

pub(crate) type Written = Vec<(Outcome, Option<Arc<LogEntry>>)>;

pub(crate) async fn write(pools: &Pools, works: &[Work]) -> Result<Written> {
    if let Some(written) = write_all_or_none(pools, works).await? {
        return Ok(written);
    }
    let written = write_in_steps(pools, works, Report::Names).await?;
    written.ok_or_else(|| Error::Database(sqlx::Error::Protocol("a group of commits was not told what it wrote".into())))
}

/// None, and nothing written, where an event was seen before or somebody was faster.
pub(crate) async fn write_all_or_none(pools: &Pools, works: &[Work]) -> Result<Option<Written>> {
    match pools {
        Pools::Sqlite { writer, .. } => write_at_once(writer, works).await,
        Pools::Postgres(_) => write_in_steps(pools, works, Report::Count).await,
    }
}

async fn write_at_once(writer: &SqlitePool, works: &[Work]) -> Result<Option<Written>> {
    let outcomes: Vec<Option<Outcome>> = works.iter().map(|_| None).collect();
    let (inserts, updates) = conversations(works, &outcomes);
    let wanted = wanted(works, &outcomes);
    let mut tenants = Rows::default();
    wanted.iter().for_each(|(id, count)| _ = tenants.row().text(id).int(*count));
    let whole: Vec<Part> =
        vec![(&dedupe::INSERT_EACH, events(works)), (&conversation::INSERT_EACH, inserts), (&conversation::UPDATE_EACH, updates)];
    let Some((script, heads)) = Scripted::begin(writer, whole, (&COUNT_ON_EACH, tenants)).await? else { return Ok(None) };
    let entries = match entries(works, &outcomes, &wanted, heads.into_iter().collect()) {
        Ok(entries) => entries,
        Err(error) => {
            script.rollback().await;
            return Err(error);
        }
    };
    script.commit(rows_of(works, &entries)).await?;
    Ok(Some(told(outcomes, entries)))
}

/// None, and nothing written, when counting was not enough.
async fn write_in_steps(pools: &Pools, works: &[Work], report: Report) -> Result<Option<Written>> {
    let mut tx = match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    };
    let mut outcomes: Vec<Option<Outcome>> = works.iter().map(|_| None).collect();
    if !drop_repeated(&mut tx, works, &mut outcomes, report).await? || !drop_conflicts(&mut tx, works, &mut outcomes, report).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let wanted = wanted(works, &outcomes);
    let mut heads = HashMap::new();
    for (id, count) in &wanted {
        let rows: Vec<(i64,)> =
            tx.all("UPDATE tenant SET log_seq = log_seq + $2 WHERE id = $1 RETURNING log_seq", args![*id, *count]).await?;
        heads.extend(rows.first().map(|(head,)| (id.to_string(), *head)));
    }
    let entries = entries(works, &outcomes, &wanted, heads)?;
    tx.run_all(rows_of(works, &entries)).await?;
    tx.commit().await?;
    Ok(Some(told(outcomes, entries)))
}

/// Each work's own outcome, or that it is done with its entry in the log.
fn told(outcomes: Vec<Option<Outcome>>, entries: Vec<Option<Arc<LogEntry>>>) -> Written {
    let outcome = |(outcome, entry): (Option<Outcome>, Option<Arc<LogEntry>>)| {
        (outcome.or_else(|| entry.clone().map(|entry| Outcome::Done { entry })).unwrap_or(Outcome::Conflict), entry)
    };
    outcomes.into_iter().zip(entries).map(outcome).collect()
}

/// The events that the works are about.
fn events(works: &[Work]) -> Rows {
    let mut rows = Rows::default();
    for c in works.iter().filter_map(Work::commit) {
        if let Some(d) = &c.dedupe {
            dedupe::push(&mut rows, &c.tenant_id, d, c.at);
        }
    }
    rows
}

/// Events seen before get their first result. False when the count says that there are some.
async fn drop_repeated(tx: &mut Tx, works: &[Work], outcomes: &mut [Option<Outcome>], report: Report) -> Result<bool> {
    let rows = events(works);
    if rows.is_empty() {
        return Ok(true);
    }
    if report == Report::Count {
        let count = rows.len();
        return Ok(tx.run(dedupe::INSERT_EACH.text(tx.dialect()), rows.finish()).await? == count);
    }
    let fresh: Vec<DedupeRow> = tx.all(dedupe::INSERT_EACH_NAMING.text(tx.dialect()), rows.finish()).await?;
    let fresh: HashSet<(String, String, String)> = fresh.into_iter().map(|r| (r.tenant_id, r.scope, r.key)).collect();
    for (work, outcome) in works.iter().zip(outcomes) {
        let Some((c, d)) = work.commit().and_then(|c| Some((c, c.dedupe.as_ref()?))) else { continue };
        if fresh.contains(&(c.tenant_id.0.clone(), d.scope.clone(), d.key.clone())) {
            continue;
        }
        let first: Vec<DedupeRow> = tx.all(dedupe::FIND, args![c.tenant_id.as_str(), &d.scope, &d.key]).await?;
        *outcome = Some(first.into_iter().next().map_or(Outcome::Conflict, |r| Outcome::Duplicate(r.read())));
    }
    Ok(true)
}

/// Writes the conversations; those somebody else moved first become conflicts and give their event back. False when the count says
/// that there are some.
async fn drop_conflicts(tx: &mut Tx, works: &[Work], outcomes: &mut [Option<Outcome>], report: Report) -> Result<bool> {
    let (inserts, updates) = conversations(works, outcomes);
    if report == Report::Count {
        for (rows, sql) in [(inserts, &conversation::INSERT_EACH), (updates, &conversation::UPDATE_EACH)] {
            let count = rows.len();
            if count > 0 && tx.run(sql.text(tx.dialect()), rows.finish()).await? != count {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let mut written: HashSet<String> = HashSet::new();
    for (rows, sql) in [(inserts, &conversation::INSERT_EACH_NAMING), (updates, &conversation::UPDATE_EACH_NAMING)] {
        if !rows.is_empty() {
            let ids: Vec<(String,)> = tx.all(sql.text(tx.dialect()), rows.finish()).await?;
            written.extend(ids.into_iter().map(|(id,)| id));
        }
    }
    let mut forget = Rows::default();
    for (work, outcome) in works.iter().zip(outcomes.iter_mut()) {
        let Some(c) = work.commit() else { continue };
        if outcome.is_some() || written.contains(c.conversation.id.as_str()) {
            continue;
        }
        *outcome = Some(Outcome::Conflict);
        if let Some(d) = &c.dedupe {
            dedupe::push(&mut forget, &c.tenant_id, d, c.at);
        }
    }
    if !forget.is_empty() {
        tx.run(dedupe::DELETE_EACH.text(tx.dialect()), forget.finish()).await?;
    }
    Ok(true)
}

/// New conversations, and changed ones, of the works that have no outcome yet.
fn conversations(works: &[Work], outcomes: &[Option<Outcome>]) -> (Rows, Rows) {
    let (mut inserts, mut updates) = (Rows::default(), Rows::default());
    for (work, outcome) in works.iter().zip(outcomes) {
        if let (Some(c), None) = (work.commit(), outcome) {
            conversation::push(if c.conversation.version == 1 { &mut inserts } else { &mut updates }, &c.conversation);
        }
    }
    (inserts, updates)
}

/// By how much each tenant's log grows.
fn wanted<'w>(works: &'w [Work], outcomes: &[Option<Outcome>]) -> BTreeMap<&'w str, i64> {
    let mut wanted = BTreeMap::new();
    for (work, _) in works.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_none()) {
        *wanted.entry(work.tenant_id().as_str()).or_default() += 1;
    }
    wanted
}

/// The entries of the works that have no outcome yet, numbered in order up to what each tenant's log has grown to.
fn entries(
    works: &[Work],
    outcomes: &[Option<Outcome>],
    wanted: &BTreeMap<&str, i64>,
    heads: HashMap<String, i64>,
) -> Result<Vec<Option<Arc<LogEntry>>>> {
    let mut next: HashMap<&str, i64> = HashMap::new();
    for (id, count) in wanted {
        let head = heads.get(*id).ok_or_else(|| Error::NotFound { what: "tenant", id: (*id).to_owned() })?;
        next.insert(id, head - count);
    }
    let entry = |(work, outcome): (&Work, &Option<Outcome>)| {
        let seq = next.get_mut(work.tenant_id().as_str()).filter(|_| outcome.is_none())?;
        *seq += 1;
        Some(Arc::new(work.entry(*seq)))
    };
    Ok(works.iter().zip(outcomes).map(entry).collect())
}

/// What is written beside the conversations: the messages before all that may be about them.
fn rows_of(works: &[Work], entries: &[Option<Arc<LogEntry>>]) -> [Vec<Part>; 2] {
    let (mut messages, mut changed, mut revisions) = (Rows::default(), Rows::default(), Rows::default());
    let (mut effects, mut assignments, mut overseen, mut logs) = (Rows::default(), Rows::default(), Rows::default(), Rows::default());
    let mut ties = Rows::default();
    let mut mentions = Rows::default();
    for (work, entry) in works.iter().zip(entries) {
        let Some(entry) = entry else { continue };
        log::push(&mut logs, entry);
        let Some(c) = work.commit() else { continue };
        c.messages.iter().for_each(|m| message::push(&mut messages, m));
        c.messages.iter().for_each(|m| mention::push(&mut mentions, m));
        c.changed.iter().for_each(|m| message::push(&mut changed, m));
        c.revisions.iter().for_each(|r| message::push_revision(&mut revisions, &c.tenant_id, r));
        c.effects.iter().for_each(|e| effect::push(&mut effects, &c.tenant_id, e, c.at));
        c.assignment.iter().for_each(|a| assignment::push(&mut assignments, a));
        c.tie.iter().for_each(|t| conversation_tie::push(&mut ties, t));
        c.oversight.iter().for_each(|o| oversight::push(&mut overseen, o));
    }
    let rest = vec![
        (&mention::INSERT_EACH, mentions),
        (&message::UPDATE_EACH, changed),
        (&message::INSERT_REVISION_EACH, revisions),
        (&effect::INSERT_EACH, effects),
        (&assignment::INSERT_EACH, assignments),
        (&oversight::INSERT_EACH, overseen),
        (&conversation_tie::PUT_EACH, ties),
        (&log::INSERT_EACH, logs),
    ];
    [vec![(&message::INSERT_EACH, messages)], rest]
}
