//! Score forms: one row per version, written once. Putting a form away is a version too.

use crate::args::args;
use crate::db::Db;
use crate::each::Rows;
use crate::error::{Error, Result, json, to_json};
use crate::oversight;
use qn_domain::{Oversight, Scorecard, ScorecardId, TenantId, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct ScorecardRow {
    tenant_id: String,
    id: String,
    version: i64,
    document: String,
    changed_by: String,
    changed_at: i64,
}

impl ScorecardRow {
    fn read(self) -> Result<Scorecard> {
        Ok(Scorecard {
            form: json("scorecard.document", &self.document)?,
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            version: self.version,
            changed_by: UserId(self.changed_by),
            changed_at: self.changed_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT tenant_id, id, version, document, changed_by, changed_at FROM scorecard s WHERE tenant_id = $1 AND ", $rest)
    };
}

/// The newest version of every form that was not put away, oldest form first.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<Scorecard>> {
    let sql = select!(
        "archived = 0 AND version = (SELECT MAX(version) FROM scorecard n WHERE n.tenant_id = s.tenant_id AND n.id = s.id) ORDER BY id LIMIT 1000"
    );
    let rows: Vec<ScorecardRow> = db.all(sql, args![tenant_id.as_str()]).await?;
    rows.into_iter().map(ScorecardRow::read).collect()
}

/// The newest version, also of one that was put away.
pub async fn newest(db: &Db, tenant_id: &TenantId, id: &ScorecardId) -> Result<Scorecard> {
    let row: Option<ScorecardRow> =
        db.one(select!("id = $2 ORDER BY version DESC LIMIT 1"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.ok_or_else(|| Error::not_found("scorecard", id))?.read()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ScorecardId, version: i64) -> Result<Scorecard> {
    let row: Option<ScorecardRow> = db.one(select!("id = $2 AND version = $3"), args![tenant_id.as_str(), id.as_str(), version]).await?;
    row.ok_or_else(|| Error::not_found("scorecard", id))?.read()
}

/// Writes `card.version` as the next version, with the entry of who did. `Exists` for a first version that is there, stale for a later one.
pub async fn write(db: &Db, card: &Scorecard, archived: bool, entry: &Oversight) -> Result<()> {
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO scorecard (tenant_id, id, version, document, archived, changed_by, changed_at) \
        SELECT $1, $2, $3, $4, $5, $6, $7 WHERE $3 = 1 + COALESCE((SELECT MAX(version) FROM scorecard WHERE tenant_id = $1 AND id = $2), 0) \
        ON CONFLICT DO NOTHING";
    let args = args![
        card.tenant_id.as_str(),
        card.id.as_str(),
        card.version,
        to_json(&card.form),
        archived,
        card.changed_by.as_str(),
        card.changed_at,
    ];
    if tx.run(sql, args).await? == 0 {
        return Err(if card.version == 1 { Error::Exists("id".into()) } else { Error::stale("scorecard", &card.id) });
    }
    let mut rows = Rows::default();
    oversight::push(&mut rows, entry);
    tx.run(oversight::INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}
