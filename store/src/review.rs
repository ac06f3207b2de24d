//! Conversations drawn for review, and what reviewers and agents wrote of them. A conversation is drawn once.

use crate::args::{Arg, args};
use crate::db::{Db, Tx};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result, json, to_json};
use crate::{Page, oversight};
use qn_domain::quality::Scored;
use qn_domain::{ConversationId, Oversight, Review, ReviewId, ReviewPlanId, ReviewState, TenantId, Timestamp, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct ReviewRow {
    id: String,
    tenant_id: String,
    plan_id: String,
    period_from: i64,
    conversation_id: String,
    number: i64,
    opened_at: i64,
    agent_id: String,
    reviewer_id: Option<String>,
    scorecard_id: String,
    scorecard_version: i64,
    state: String,
    answers: String,
    note: String,
    score_x100: Option<i64>,
    fatal: i64,
    first_score_x100: Option<i64>,
    appeal: Option<String>,
    settlement: Option<String>,
    drawn_at: i64,
    submitted_at: Option<i64>,
    appealed_at: Option<i64>,
    settled_at: Option<i64>,
    asked_by: Option<String>,
    asked_why: String,
    skip_reason: Option<String>,
    skipped_at: Option<i64>,
    version: i64,
}

impl ReviewRow {
    fn read(self) -> Result<Review> {
        let unknown = || Error::Corrupt { column: "review.state", reason: self.state.clone() };
        Ok(Review {
            state: ReviewState::parse(&self.state).ok_or_else(unknown)?,
            answers: json("review.answers", &self.answers)?,
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            plan_id: self.plan_id.into(),
            period_from: self.period_from,
            conversation_id: self.conversation_id.into(),
            number: self.number,
            opened_at: self.opened_at,
            agent_id: UserId(self.agent_id),
            reviewer_id: self.reviewer_id.map(UserId),
            scorecard_id: self.scorecard_id.into(),
            scorecard_version: self.scorecard_version,
            note: self.note,
            score_x100: self.score_x100,
            fatal: self.fatal != 0,
            first_score_x100: self.first_score_x100,
            appeal: self.appeal,
            settlement: self.settlement,
            drawn_at: self.drawn_at,
            submitted_at: self.submitted_at,
            appealed_at: self.appealed_at,
            settled_at: self.settled_at,
            asked_by: self.asked_by.map(UserId),
            asked_why: self.asked_why,
            skip_reason: self.skip_reason,
            skipped_at: self.skipped_at,
            version: self.version,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, plan_id, period_from, conversation_id, number, opened_at, agent_id, reviewer_id, scorecard_id, \
             scorecard_version, state, answers, note, score_x100, fatal, first_score_x100, appeal, settlement, drawn_at, submitted_at, \
             appealed_at, settled_at, asked_by, asked_why, skip_reason, skipped_at, version FROM review WHERE tenant_id = $1 AND ",
            $rest
        )
    };
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ReviewId) -> Result<Review> {
    let row: Option<ReviewRow> = db.one(select!("id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.ok_or_else(|| Error::not_found("review", id))?.read()
}

pub async fn find_of_conversation(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Option<Review>> {
    let row: Option<ReviewRow> = db.one(select!("conversation_id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ReviewRow::read).transpose()
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<ReviewState>,
    /// Neither open nor passed over.
    pub submitted: bool,
    pub agent_id: Option<UserId>,
    /// Also those that nobody has yet.
    pub reviewer_id: Option<UserId>,
    /// Of this person's own work only what was submitted.
    pub not_unsubmitted_of: Option<UserId>,
    pub conversation_id: Option<ConversationId>,
}

/// Newest first; `before` is the id of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, before: Option<&str>, limit: i64) -> Result<Page<Review>> {
    let sql = select!(
        "id < $2 AND (CAST($3 AS TEXT) IS NULL OR state = $3) AND ($4 = 0 OR state NOT IN ('open', 'skipped')) AND (CAST($5 AS TEXT) IS NULL OR agent_id = $5) \
         AND (CAST($6 AS TEXT) IS NULL OR reviewer_id = $6 OR reviewer_id IS NULL) AND (CAST($7 AS TEXT) IS NULL OR agent_id <> $7 OR state NOT IN ('open', 'skipped')) \
         AND (CAST($8 AS TEXT) IS NULL OR conversation_id = $8) ORDER BY id DESC LIMIT $9"
    );
    let id = |id: &Option<UserId>| id.as_ref().map(|id| id.0.clone());
    let args = args![
        tenant_id.as_str(),
        // Every id is less than this: prefixes and digits are ASCII.
        before.unwrap_or("~"),
        filter.state.map(ReviewState::as_str),
        filter.submitted,
        id(&filter.agent_id),
        id(&filter.reviewer_id),
        id(&filter.not_unsubmitted_of),
        filter.conversation_id.as_ref().map(|id| id.0.clone()),
        limit + 1,
    ];
    let rows: Vec<ReviewRow> = db.all(sql, args).await?;
    let all = rows.into_iter().map(ReviewRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, limit, |r| r.id.0.clone()))
}

/// What a plan drew of a period.
pub async fn list_of_period(db: &Db, tenant_id: &TenantId, plan_id: &ReviewPlanId, period_from: Timestamp) -> Result<Vec<Review>> {
    let sql = select!("plan_id = $2 AND period_from = $3 ORDER BY id LIMIT 100000");
    let rows: Vec<ReviewRow> = db.all(sql, args![tenant_id.as_str(), plan_id.as_str(), period_from]).await?;
    rows.into_iter().map(ReviewRow::read).collect()
}

/// Conversations among these that were drawn before, by whatever plan.
pub async fn drawn(db: &Db, tenant_id: &TenantId, ids: &[ConversationId]) -> Result<Vec<ConversationId>> {
    const SQLITE: &str = "SELECT conversation_id FROM review WHERE tenant_id = $1 AND conversation_id IN (SELECT value FROM json_each($2))";
    const POSTGRES: &str = "SELECT conversation_id FROM review WHERE tenant_id = $1 \
        AND conversation_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))";
    let rows: Vec<(String,)> = db.all(db.dialect().pick(SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?;
    Ok(rows.into_iter().map(|(id,)| ConversationId(id)).collect())
}

/// Scores of stretches begun in `[from, to)`.
pub async fn list_scored(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp) -> Result<Vec<Scored>> {
    let sql = "SELECT conversation_id, number, score_x100, fatal FROM review \
        WHERE tenant_id = $1 AND opened_at >= $2 AND opened_at < $3 AND score_x100 IS NOT NULL";
    let rows: Vec<(String, i64, i64, i64)> = db.all(sql, args![tenant_id.as_str(), from, to]).await?;
    let scored = |(id, number, score_x100, fatal)| Scored { conversation_id: ConversationId(id), number, score_x100, fatal: fatal != 0 };
    Ok(rows.into_iter().map(scored).collect())
}

const INSERT: EachSql = each_sql!(
    "INSERT INTO review (id, tenant_id, plan_id, period_from, conversation_id, number, opened_at, agent_id, reviewer_id, scorecard_id, \
     scorecard_version, drawn_at, asked_by, asked_why, state, answers, note, fatal, version) \
     SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), value->>4, CAST(value->>5 AS BIGINT), CAST(value->>6 AS BIGINT), \
     value->>7, value->>8, value->>9, CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT), value->>12, value->>13, 'open', '{}', '', 0, 1 FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

/// Adds open reviews; a conversation that was drawn meanwhile is left out. Returns how many are new.
pub async fn insert(db: &Db, reviews: &[Review]) -> Result<u64> {
    if reviews.is_empty() {
        return Ok(0);
    }
    db.run(INSERT.text(db.dialect()), rows_of(reviews)).await
}

/// Adds what a person asked for. False when the conversation was drawn meanwhile.
pub async fn insert_asked(db: &Db, review: &Review, entry: &Oversight) -> Result<bool> {
    let mut tx = db.begin().await?;
    if tx.run(INSERT.text(tx.dialect()), rows_of(std::slice::from_ref(review))).await? == 0 {
        return Ok(false);
    }
    keep(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(true)
}

async fn keep(tx: &mut Tx, entry: &Oversight) -> Result<()> {
    let mut rows = Rows::default();
    oversight::push(&mut rows, entry);
    tx.run(oversight::INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    Ok(())
}

fn rows_of(reviews: &[Review]) -> Vec<Arg> {
    let mut rows = Rows::default();
    for r in reviews {
        let row = rows.row().text(r.id.as_str()).text(r.tenant_id.as_str()).text(r.plan_id.as_str()).int(r.period_from);
        let row = row.text(r.conversation_id.as_str()).int(r.number).int(r.opened_at).text(r.agent_id.as_str());
        let row = row.text_or_null(r.reviewer_id.as_ref().map(UserId::as_str)).text(r.scorecard_id.as_str());
        let row = row.int(r.scorecard_version).int(r.drawn_at);
        row.text_or_null(r.asked_by.as_ref().map(UserId::as_str)).text(&r.asked_why);
    }
    rows.finish()
}

/// Writes what a reviewer or the agent said. `review.version` is the one that was read. Returns the new one.
pub async fn update(db: &Db, r: &Review, entry: Option<&Oversight>) -> Result<i64> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE review SET reviewer_id = $4, scorecard_version = $5, state = $6, answers = $7, note = $8, score_x100 = $9, fatal = $10, \
        first_score_x100 = $11, appeal = $12, settlement = $13, submitted_at = $14, appealed_at = $15, settled_at = $16, asked_by = $17, asked_why = $18, \
        skip_reason = $19, skipped_at = $20, scorecard_id = $21, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let args = args![
        r.tenant_id.as_str(),
        r.id.as_str(),
        r.version,
        r.reviewer_id.as_ref().map(UserId::as_str),
        r.scorecard_version,
        r.state.as_str(),
        to_json(&r.answers),
        &r.note,
        r.score_x100,
        r.fatal,
        r.first_score_x100,
        r.appeal.as_deref(),
        r.settlement.as_deref(),
        r.submitted_at,
        r.appealed_at,
        r.settled_at,
        r.asked_by.as_ref().map(UserId::as_str),
        &r.asked_why,
        r.skip_reason.as_deref(),
        r.skipped_at,
        r.scorecard_id.as_str(),
    ];
    if tx.run(sql, args).await? == 0 {
        return Err(Error::stale("review", &r.id));
    }
    if let Some(entry) = entry {
        keep(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(r.version + 1)
}
