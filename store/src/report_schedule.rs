//! Reports that go out by mail. What is due becomes effects in the transaction that moves the row on, so a period is sent once.

use crate::args::args;
use crate::db::Db;
use crate::each::Rows;
use crate::effect;
use crate::error::{Error, Result, json, to_json};
use qn_domain::report_schedule::{FAILURES_MAX, ReportSchedule, ScheduleOutcome};
use qn_domain::{Effect, ReportScheduleId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct ScheduleRow {
    id: String,
    tenant_id: String,
    document: String,
    active: i64,
    next_at: i64,
    created_by: String,
    created_at: i64,
    version: i64,
    sent_at: Option<i64>,
    failed_at: Option<i64>,
    error: Option<String>,
    failures: i64,
}

impl ScheduleRow {
    fn read(self) -> Result<ReportSchedule> {
        Ok(ReportSchedule {
            letter: json("report_schedule.document", &self.document)?,
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            active: self.active != 0,
            next_at: self.next_at,
            created_by: UserId(self.created_by),
            created_at: self.created_at,
            version: self.version,
            outcome: ScheduleOutcome { sent_at: self.sent_at, failed_at: self.failed_at, error: self.error, failures: self.failures },
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, document, active, next_at, created_by, created_at, version, sent_at, failed_at, error, failures \
             FROM report_schedule WHERE ",
            $rest
        )
    };
}

/// Oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<ReportSchedule>> {
    let rows: Vec<ScheduleRow> = db.all(select!("tenant_id = $1 ORDER BY id LIMIT 1000"), args![tenant_id.as_str()]).await?;
    rows.into_iter().map(ScheduleRow::read).collect()
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ReportScheduleId) -> Result<Option<ReportSchedule>> {
    let row: Option<ScheduleRow> = db.one(select!("tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ScheduleRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ReportScheduleId) -> Result<ReportSchedule> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("report schedule", id))
}

/// Of all tenants.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<ReportSchedule>> {
    let rows: Vec<ScheduleRow> = db.all(select!("active = 1 AND next_at <= $1 ORDER BY next_at, id LIMIT $2"), args![now, limit]).await?;
    rows.into_iter().map(ScheduleRow::read).collect()
}

pub async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = db.one("SELECT next_at FROM report_schedule WHERE active = 1 ORDER BY next_at LIMIT 1", vec![]).await?;
    Ok(row.map(|(at,)| at))
}

pub async fn insert(db: &Db, s: &ReportSchedule) -> Result<()> {
    let sql = "INSERT INTO report_schedule (id, tenant_id, document, active, next_at, created_by, created_at, version, failures) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT (id) DO NOTHING";
    let args = args![
        s.id.as_str(),
        s.tenant_id.as_str(),
        to_json(&s.letter),
        s.active,
        s.next_at,
        s.created_by.as_str(),
        s.created_at,
        s.version,
    ];
    if db.run(sql, args).await? == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

/// `s.version` is the one that was read; failures are forgotten. Returns the new version.
pub async fn update(db: &Db, s: &ReportSchedule) -> Result<i64> {
    let sql = "UPDATE report_schedule SET document = $4, active = $5, next_at = $6, failures = 0, failed_period = NULL, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let args = args![s.tenant_id.as_str(), s.id.as_str(), s.version, to_json(&s.letter), s.active, s.next_at];
    if db.run(sql, args).await? == 0 {
        get(db, &s.tenant_id, &s.id).await?;
        return Err(Error::stale("report schedule", &s.id));
    }
    Ok(s.version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &ReportScheduleId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM report_schedule WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("report schedule", id));
    }
    Ok(())
}

/// Owes the letters and moves the row on, both or neither. False when somebody was faster.
pub async fn fire(db: &Db, s: &ReportSchedule, next_at: Timestamp, letters: &[Effect], now: Timestamp) -> Result<bool> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE report_schedule SET next_at = $4 WHERE tenant_id = $1 AND id = $2 AND next_at = $3 AND active = 1";
    if tx.run(sql, args![s.tenant_id.as_str(), s.id.as_str(), s.next_at, next_at]).await? == 0 {
        return Ok(false);
    }
    if !letters.is_empty() {
        let mut rows = Rows::default();
        letters.iter().for_each(|letter| effect::push(&mut rows, &s.tenant_id, letter, now));
        tx.run(effect::INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// A letter of the period left. Others of the same period that failed still count.
pub async fn sent(db: &Db, tenant_id: &TenantId, id: &ReportScheduleId, period: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE report_schedule SET sent_at = $4, failures = CASE WHEN failed_period = $3 THEN failures ELSE 0 END \
        WHERE tenant_id = $1 AND id = $2";
    db.run(sql, args![tenant_id.as_str(), id.as_str(), period, now]).await?;
    Ok(())
}

/// A letter of the period was given up. A period counts once; after too many in a row nothing is sent until a person saves it again.
pub async fn failed(db: &Db, tenant_id: &TenantId, id: &ReportScheduleId, period: &str, error: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE report_schedule SET failed_at = $5, error = $4, failures = failures + 1, failed_period = $3, \
        active = CASE WHEN failures + 1 >= $6 THEN 0 ELSE active END, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND (failed_period IS NULL OR failed_period <> $3)";
    db.run(sql, args![tenant_id.as_str(), id.as_str(), period, error, now, FAILURES_MAX]).await?;
    Ok(())
}
