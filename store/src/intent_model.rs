//! Trained models of a tenant: numbered versions of which one at most is live and one at most on trial beside it. Every move is written
//! down with who made it, in the same transaction. Lists never read the bytes.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, json, to_json, word};
use crate::version_step;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qn_domain::{ModelId, ModelState, StepKind, TenantId, TrainedModel, UserId, VersionStep};
use sqlx::FromRow;

/// Versions kept of a tenant; the oldest that are not in use go.
const KEPT_MAX: i64 = 20;
pub(crate) const MILLION: f32 = 1_000_000.0;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, number, state, intents, examples, threshold_e6, report, size_bytes, trained_by, trained_at, published_at, \
             share_percent FROM intent_model ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ModelRow {
    id: String,
    tenant_id: String,
    number: i64,
    state: String,
    intents: i64,
    examples: i64,
    threshold_e6: i64,
    report: String,
    size_bytes: i64,
    trained_by: String,
    trained_at: i64,
    published_at: Option<i64>,
    share_percent: i64,
}

impl ModelRow {
    fn read(self) -> Result<TrainedModel> {
        Ok(TrainedModel {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            number: self.number,
            state: word("intent_model.state", &self.state, ModelState::parse)?,
            share_percent: self.share_percent,
            intents: self.intents,
            examples: self.examples,
            threshold: self.threshold_e6 as f32 / MILLION,
            report: json("intent_model.report", &self.report)?,
            size_bytes: self.size_bytes,
            trained_by: UserId(self.trained_by),
            trained_at: self.trained_at,
            published_at: self.published_at,
        })
    }
}

pub(crate) fn millionths(score: f32) -> i64 {
    (score * MILLION).round() as i64
}

/// Keeps a training under the tenant's next number, which is returned, and drops versions beyond the newest `KEPT_MAX`.
pub async fn insert(db: &Db, m: &TrainedModel, bytes: &[u8]) -> Result<i64> {
    let tenant = m.tenant_id.as_str();
    let mut tx = db.begin().await?;
    let newest: Vec<(Option<i64>,)> = tx.all("SELECT MAX(number) FROM intent_model WHERE tenant_id = $1", args![tenant]).await?;
    let number = newest.first().and_then(|(n,)| *n).unwrap_or(0) + 1;
    let n = tx
        .run(
            "INSERT INTO intent_model (id, tenant_id, number, state, intents, examples, threshold_e6, report, size_bytes, body, trained_by, \
             trained_at, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
            args![
                m.id.as_str(),
                tenant,
                number,
                ModelState::Ready.as_str(),
                m.intents,
                m.examples,
                millionths(m.threshold),
                to_json(&m.report),
                bytes.len() as i64,
                STANDARD.encode(bytes),
                m.trained_by.as_str(),
                m.trained_at,
                None::<i64>
            ],
        )
        .await
        .map_err(|e| e.exists("number"))?;
    if n == 0 {
        return Err(Error::Exists("id".into()));
    }
    let sql = "DELETE FROM intent_model WHERE tenant_id = $1 AND number <= $2 AND (state = 'ready' OR state = 'retired')";
    tx.run(sql, args![tenant, number - KEPT_MAX]).await?;
    let trained = VersionStep {
        tenant_id: m.tenant_id.clone(),
        model_id: m.id.clone(),
        number,
        kind: StepKind::Trained,
        share_percent: 0,
        threshold: m.threshold,
        taken_by: m.trained_by.clone(),
        at: m.trained_at,
    };
    version_step::insert(&mut tx, &trained).await?;
    tx.commit().await?;
    Ok(number)
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ModelId) -> Result<Option<TrainedModel>> {
    let row: Option<ModelRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ModelRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ModelId) -> Result<TrainedModel> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("model", id))
}

pub async fn find_live(db: &Db, tenant_id: &TenantId) -> Result<Option<TrainedModel>> {
    let row: Option<ModelRow> = db.one(select!("WHERE tenant_id = $1 AND state = 'live'"), args![tenant_id.as_str()]).await?;
    row.map(ModelRow::read).transpose()
}

/// What was trained, as the model wrote itself.
pub async fn bytes(db: &Db, tenant_id: &TenantId, id: &ModelId) -> Result<Vec<u8>> {
    let sql = "SELECT body FROM intent_model WHERE tenant_id = $1 AND id = $2";
    let row: Option<(String,)> = db.one(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    let (body,) = row.ok_or_else(|| Error::not_found("model", id))?;
    STANDARD.decode(body).map_err(|e| Error::Corrupt { column: "intent_model.body", reason: e.to_string() })
}

/// Newest first; the cursor is a number.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<TrainedModel>> {
    let before = crate::below(cursor)?;
    let sql = select!("WHERE tenant_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
    let rows: Vec<ModelRow> = db.all(sql, args![tenant_id.as_str(), before, limit + 1]).await?;
    let models: Result<Vec<TrainedModel>> = rows.into_iter().map(ModelRow::read).collect();
    Ok(Page::cut(models?, limit, |m| m.number.to_string()))
}

/// The version that was live before the one that is, to go back to.
pub async fn find_previous(db: &Db, tenant_id: &TenantId) -> Result<Option<TrainedModel>> {
    let sql =
        select!("WHERE tenant_id = $1 AND state = 'retired' AND published_at IS NOT NULL ORDER BY published_at DESC, number DESC LIMIT 1");
    let row: Option<ModelRow> = db.one(sql, args![tenant_id.as_str()]).await?;
    row.map(ModelRow::read).transpose()
}

/// The version on trial beside the live one.
pub async fn find_trial(db: &Db, tenant_id: &TenantId) -> Result<Option<TrainedModel>> {
    let sql = select!("WHERE tenant_id = $1 AND (state = 'shadow' OR state = 'canary')");
    let row: Option<ModelRow> = db.one(sql, args![tenant_id.as_str()]).await?;
    row.map(ModelRow::read).transpose()
}

/// Makes the version live and retires the one that was. A trial of another version goes on.
pub async fn publish(db: &Db, step: &VersionStep) -> Result<()> {
    let (tenant, id) = (step.tenant_id.as_str(), step.model_id.as_str());
    let mut tx = db.begin().await?;
    let sql = "UPDATE intent_model SET state = 'retired' WHERE tenant_id = $1 AND state = 'live' AND id <> $2";
    tx.run(sql, args![tenant, id]).await?;
    let sql = "UPDATE intent_model SET state = 'live', share_percent = 0, threshold_e6 = $3, published_at = $4 \
               WHERE tenant_id = $1 AND id = $2";
    let args = args![tenant, id, millionths(step.threshold), step.at];
    if tx.run(sql, args).await.map_err(|e| e.exists("live model"))? == 0 {
        return Err(Error::not_found("model", id));
    }
    version_step::insert(&mut tx, step).await?;
    tx.commit().await
}

/// Puts the version on trial, or changes its trial, and ends that of another. The live version is not for trial.
pub async fn start_trial(db: &Db, step: &VersionStep) -> Result<()> {
    let (tenant, id) = (step.tenant_id.as_str(), step.model_id.as_str());
    let state = if step.kind == StepKind::Canary { ModelState::Canary } else { ModelState::Shadow };
    let mut tx = db.begin().await?;
    withdraw_all(&mut tx, tenant, id).await?;
    let sql = "UPDATE intent_model SET state = $3, share_percent = $4, threshold_e6 = $5 \
               WHERE tenant_id = $1 AND id = $2 AND state <> 'live'";
    let args = args![tenant, id, state.as_str(), step.share_percent, millionths(step.threshold)];
    if tx.run(sql, args).await.map_err(|e| e.exists("trial"))? == 0 {
        return Err(Error::not_found("model", id));
    }
    version_step::insert(&mut tx, step).await?;
    tx.commit().await
}

/// Takes versions on trial back to where they came from, all but `except`.
async fn withdraw_all(tx: &mut Tx, tenant: &str, except: &str) -> Result<u64> {
    let sql = "UPDATE intent_model SET state = CASE WHEN published_at IS NULL THEN 'ready' ELSE 'retired' END, share_percent = 0 \
               WHERE tenant_id = $1 AND id <> $2 AND (state = 'shadow' OR state = 'canary')";
    tx.run(sql, args![tenant, except]).await
}

/// Ends the trial of the step's version, if it is on trial. True when it was.
pub async fn withdraw(db: &Db, step: &VersionStep) -> Result<bool> {
    let sql = "UPDATE intent_model SET state = CASE WHEN published_at IS NULL THEN 'ready' ELSE 'retired' END, share_percent = 0 \
               WHERE tenant_id = $1 AND id = $2 AND (state = 'shadow' OR state = 'canary')";
    take(db, step, sql).await
}

/// Takes the step's version out of use, if it is live: the bot answers from the knowledge base alone. True when it was.
pub async fn retire_live(db: &Db, step: &VersionStep) -> Result<bool> {
    take(db, step, "UPDATE intent_model SET state = 'retired' WHERE tenant_id = $1 AND id = $2 AND state = 'live'").await
}

async fn take(db: &Db, step: &VersionStep, sql: &'static str) -> Result<bool> {
    let mut tx = db.begin().await?;
    let taken = tx.run(sql, args![step.tenant_id.as_str(), step.model_id.as_str()]).await? > 0;
    if taken {
        version_step::insert(&mut tx, step).await?;
    }
    tx.commit().await?;
    Ok(taken)
}
