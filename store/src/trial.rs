//! What a version on trial did: turns counted, and those in which it differs from the live one. A background reader of the log fills
//! both tables from the explanations stored with messages, so that every turn counts once, whatever crashes.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Tx};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json, word};
use qn_base::text;
use qn_domain::{Content, Language, MessageId, Speaker, TenantId, TrialDifference, TrialOutcome, TrialTally, TrialTurn};
use serde_json::Value;
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet};

/// The reader's name in the follower table.
const FOLLOWER: &str = "trial";
/// What is kept of a message.
const TEXT_CHARS_MAX: usize = 300;
/// Differences kept of a version; the oldest go.
const DIFFERENCES_MAX: i64 = 2_000;

#[derive(FromRow)]
struct TurnRow {
    conversation_id: String,
    seq: i64,
    content: String,
    trace: String,
    created_at: i64,
}

const TURNS: &str = "SELECT m.conversation_id, m.seq, m.content, m.trace, m.created_at FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND m.kind = 'incoming' AND m.trace LIKE '%\"trial\":{%' \
    AND m.recalled_at IS NULL ORDER BY m.pk";
const COUNT: EachSql = each_sql!(
    "INSERT INTO trial_tally (tenant_id, number, against, spoke, outcome, turns, missed, handed_over) \
     SELECT value->>0, CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), value->>3, value->>4, CAST(value->>5 AS BIGINT), \
     CAST(value->>6 AS BIGINT), CAST(value->>7 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (tenant_id, number, against, spoke, outcome) DO UPDATE SET turns = trial_tally.turns + excluded.turns, \
     missed = trial_tally.missed + excluded.missed, handed_over = trial_tally.handed_over + excluded.handed_over"
);
/// Of versions before this one that are no longer stored: nobody can look at them.
const FORGET_OLD: &str = "DELETE FROM trial_difference WHERE tenant_id = $1 AND number < $2 AND number NOT IN \
    (SELECT number FROM intent_model WHERE tenant_id = $1)";
const DIFFER: EachSql = each_sql!(
    "INSERT INTO trial_difference (tenant_id, number, message_id, against, conversation_id, seq, text, language, spoke, outcome, live, \
     trial, at) SELECT value->>0, CAST(value->>1 AS BIGINT), value->>2, CAST(value->>3 AS BIGINT), value->>4, CAST(value->>5 AS BIGINT), \
     value->>6, value->>7, value->>8, value->>9, value->>10, value->>11, CAST(value->>12 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);
const FORGET: &str = "DELETE FROM trial_difference WHERE tenant_id = $1 AND number = $2 AND at < COALESCE((SELECT at FROM trial_difference \
    WHERE tenant_id = $1 AND number = $2 ORDER BY at DESC, message_id DESC LIMIT 1 OFFSET $3), 0)";

/// Turns counted so far in one batch: [turns, missed, handed over] of each (number, against, spoke, outcome).
type Counts = BTreeMap<(i64, i64, &'static str, &'static str), [i64; 3]>;

/// Brings the tables forward by up to `limit` log entries in one transaction. True when there may be more to do at once.
pub async fn fill_after(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<bool> {
    let tenant = tenant_id.as_str();
    let from = crate::follower::position(db, FOLLOWER, tenant_id).await?;
    let Some(to) = crate::follower::next(db, tenant_id, from, limit).await? else { return Ok(false) };
    let (mut counts, mut differences) = (Counts::new(), Rows::default());
    let mut numbers = BTreeSet::new();
    for row in db.all::<TurnRow>(TURNS, args![tenant, from, to]).await? {
        let trace: Value = json("message.trace", &row.trace)?;
        let Ok(turn) = serde_json::from_value::<TrialTurn>(trace["trial"].clone()) else { continue };
        let key = (turn.number, turn.against, turn.spoke.as_str(), turn.outcome.as_str());
        let [turns, missed, handed_over] = counts.entry(key).or_default();
        *turns += 1;
        *missed += i64::from(trace["answer"]["kind"] == "none");
        *handed_over += i64::from(trace["route"]["to"] == "person");
        if turn.live.is_some() && turn.trial.is_some() {
            numbers.insert(turn.number);
            differ(&mut differences, tenant, &row, &turn, trace["understood"]["language"].as_str().unwrap_or_default())?;
        }
    }
    let mut tx = db.begin().await?;
    if !crate::follower::take(&mut tx, FOLLOWER, tenant_id, from, to).await? {
        return Ok(true);
    }
    write(&mut tx, tenant, counts, differences).await?;
    for number in &numbers {
        tx.run(FORGET, args![tenant, *number, DIFFERENCES_MAX - 1]).await?;
    }
    if let Some(number) = numbers.first() {
        tx.run(FORGET_OLD, args![tenant, *number]).await?;
    }
    tx.commit().await?;
    Ok(to - from >= limit)
}

fn differ(rows: &mut Rows, tenant: &str, row: &TurnRow, turn: &TrialTurn, language: &str) -> Result<()> {
    let content: Content = json("message.content", &row.content)?;
    let id = MessageId::at(&row.conversation_id.as_str().into(), row.seq);
    let said = text::line(&content.text, TEXT_CHARS_MAX);
    let values = rows.row().text(tenant).int(turn.number).text(id.as_str()).int(turn.against).text(&row.conversation_id).int(row.seq);
    let values = values.text(&said).text(Language::from_tag(language).code()).text(turn.spoke.as_str()).text(turn.outcome.as_str());
    values.json(&turn.live).json(&turn.trial).int(row.created_at);
    Ok(())
}

async fn write(tx: &mut Tx, tenant: &str, counts: Counts, differences: Rows) -> Result<()> {
    let mut rows = Rows::default();
    for ((number, against, spoke, outcome), [turns, missed, handed_over]) in counts {
        rows.row().text(tenant).int(number).int(against).text(spoke).text(outcome).int(turns).int(missed).int(handed_over);
    }
    if !rows.is_empty() {
        tx.run(COUNT.text(tx.dialect()), rows.finish()).await?;
    }
    if !differences.is_empty() {
        tx.run(DIFFER.text(tx.dialect()), differences.finish()).await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct TallyRow {
    spoke: String,
    outcome: String,
    turns: i64,
    missed: i64,
    handed_over: i64,
}

/// What was counted for a version against one live version.
pub async fn tally(db: &Db, tenant_id: &TenantId, number: i64, against: i64) -> Result<Vec<TrialTally>> {
    let sql = "SELECT spoke, outcome, turns, missed, handed_over FROM trial_tally WHERE tenant_id = $1 AND number = $2 AND against = $3 \
               ORDER BY spoke, outcome";
    let rows: Vec<TallyRow> = db.all(sql, args![tenant_id.as_str(), number, against]).await?;
    let read = |r: TallyRow| {
        Ok(TrialTally {
            spoke: word("trial_tally.spoke", &r.spoke, Speaker::parse)?,
            outcome: word("trial_tally.outcome", &r.outcome, TrialOutcome::parse)?,
            turns: r.turns,
            missed: r.missed,
            handed_over: r.handed_over,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The live versions a version was compared with, the latest first.
pub async fn opponents(db: &Db, tenant_id: &TenantId, number: i64) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT against FROM trial_tally WHERE tenant_id = $1 AND number = $2 ORDER BY against DESC";
    let rows: Vec<(i64,)> = db.all(sql, args![tenant_id.as_str(), number]).await?;
    Ok(rows.into_iter().map(|(n,)| n).collect())
}

#[derive(FromRow)]
struct DifferenceRow {
    tenant_id: String,
    number: i64,
    against: i64,
    message_id: String,
    conversation_id: String,
    text: String,
    language: String,
    spoke: String,
    outcome: String,
    live: String,
    trial: String,
    at: i64,
}

impl DifferenceRow {
    fn read(self) -> Result<TrialDifference> {
        Ok(TrialDifference {
            tenant_id: self.tenant_id.into(),
            number: self.number,
            against: self.against,
            message_id: self.message_id.into(),
            conversation_id: self.conversation_id.into(),
            text: self.text,
            language: Language::from_tag(&self.language),
            spoke: word("trial_difference.spoke", &self.spoke, Speaker::parse)?,
            outcome: word("trial_difference.outcome", &self.outcome, TrialOutcome::parse)?,
            live: json("trial_difference.live", &self.live)?,
            trial: json("trial_difference.trial", &self.trial)?,
            at: self.at,
        })
    }
}

/// Newest first, of one outcome or all. What its writer recalled is left out. The cursor is `"<at>.<message id>"`.
pub async fn differences(
    db: &Db,
    tenant_id: &TenantId,
    (number, outcome): (i64, Option<TrialOutcome>),
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<TrialDifference>> {
    let (at, id) = crate::before(cursor)?;
    let sql = "SELECT d.tenant_id, d.number, d.against, d.message_id, d.conversation_id, d.text, d.language, d.spoke, d.outcome, d.live, \
               d.trial, d.at FROM trial_difference d JOIN message m ON m.conversation_id = d.conversation_id AND m.seq = d.seq \
               WHERE d.tenant_id = $1 AND d.number = $2 AND d.outcome LIKE $3 AND (d.at, d.message_id) < ($4, $5) AND m.recalled_at IS NULL \
               ORDER BY d.at DESC, d.message_id DESC LIMIT $6";
    let outcome = outcome.map_or("%", TrialOutcome::as_str);
    let rows: Vec<DifferenceRow> = db.all(sql, args![tenant_id.as_str(), number, outcome, at, id, limit + 1]).await?;
    let found: Result<Vec<TrialDifference>> = rows.into_iter().map(DifferenceRow::read).collect();
    Ok(Page::cut(found?, limit, |d| format!("{}.{}", d.at, d.message_id)))
}
