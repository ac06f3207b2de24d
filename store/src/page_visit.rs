//! The pages a customer visited, as their browser told us.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{ContactId, Page, TenantId};
use sqlx::FromRow;

/// What a contact's list shows.
const SHOWN_MAX: i64 = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageVisit {
    pub url: String,
    pub title: String,
    pub at: Timestamp,
}

#[derive(FromRow)]
struct VisitRow {
    url: String,
    title: String,
    at: i64,
}

pub async fn insert(db: &Db, tenant_id: &TenantId, contact_id: &ContactId, page: &Page, at: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO page_visit (tenant_id, contact_id, url, title, at) VALUES ($1, $2, $3, $4, $5)",
        args![tenant_id.as_str(), contact_id.as_str(), &page.url, &page.title, at],
    )
    .await?;
    Ok(())
}

/// The last 50, newest first.
pub async fn list(db: &Db, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<PageVisit>> {
    let rows: Vec<VisitRow> = db
        .all(
            "SELECT url, title, at FROM page_visit WHERE tenant_id = $1 AND contact_id = $2 ORDER BY at DESC, pk DESC LIMIT $3",
            args![tenant_id.as_str(), contact_id.as_str(), SHOWN_MAX],
        )
        .await?;
    Ok(rows.into_iter().map(|r| PageVisit { url: r.url, title: r.title, at: r.at }).collect())
}

/// Forgets visits older than `before`; returns how many.
pub async fn delete_before(db: &Db, tenant_id: &TenantId, before: Timestamp) -> Result<u64> {
    db.run("DELETE FROM page_visit WHERE tenant_id = $1 AND at < $2", args![tenant_id.as_str(), before]).await
}
