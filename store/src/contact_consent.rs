//! What contacts agreed to and took back, in rows that are never changed. The engine writes.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, word};
use qn_domain::consent::{Consent, Purpose};
use qn_domain::{ContactId, TenantId};

type Row = (String, i64, String, String, i64);

fn read((purpose, given, inbox_id, notice, at): Row) -> Result<Consent> {
    let purpose = word("contact_consent.purpose", &purpose, Purpose::parse)?;
    Ok(Consent { purpose, given: given != 0, inbox_id: inbox_id.into(), notice, at })
}

pub async fn append(db: &Db, tenant_id: &TenantId, contact_id: &ContactId, consent: &Consent) -> Result<()> {
    let sql =
        "INSERT INTO contact_consent (tenant_id, contact_id, purpose, given, inbox_id, notice, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let args = args![
        tenant_id.as_str(),
        contact_id.as_str(),
        consent.purpose.as_str(),
        consent.given,
        consent.inbox_id.as_str(),
        &consent.notice,
        consent.at,
    ];
    db.run(sql, args).await?;
    Ok(())
}

/// Their last word on it, wherever they said it.
pub async fn find_last(db: &Db, tenant_id: &TenantId, contact_id: &ContactId, purpose: Purpose) -> Result<Option<Consent>> {
    let sql = "SELECT purpose, given, inbox_id, notice, at FROM contact_consent \
        WHERE tenant_id = $1 AND contact_id = $2 AND purpose = $3 ORDER BY pk DESC LIMIT 1";
    let row: Option<Row> = db.one(sql, args![tenant_id.as_str(), contact_id.as_str(), purpose.as_str()]).await?;
    row.map(read).transpose()
}

/// Newest first, at most 100.
pub async fn list(db: &Db, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<Consent>> {
    let sql = "SELECT purpose, given, inbox_id, notice, at FROM contact_consent \
        WHERE tenant_id = $1 AND contact_id = $2 ORDER BY pk DESC LIMIT 100";
    let rows: Vec<Row> = db.all(sql, args![tenant_id.as_str(), contact_id.as_str()]).await?;
    rows.into_iter().map(read).collect()
}
