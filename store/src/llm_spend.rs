//! What tenants spent at the language model, one row a day.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::TenantId;
use sqlx::FromRow;

/// Money in millionths of a hundredth of the operator's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Spend {
    pub tokens: i64,
    pub micro_cents: i64,
    pub calls: i64,
}

/// From the day `first` to the day `last`, both counted; days are written `2026-11-28`.
pub async fn sum(db: &Db, tenant_id: &TenantId, first: &str, last: &str) -> Result<Spend> {
    let sql = "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT) AS tokens, CAST(COALESCE(SUM(micro_cents), 0) AS BIGINT) AS micro_cents, \
               CAST(COALESCE(SUM(calls), 0) AS BIGINT) AS calls FROM llm_spend WHERE tenant_id = $1 AND day >= $2 AND day <= $3";
    Ok(db.one(sql, args![tenant_id.as_str(), first, last]).await?.unwrap_or_default())
}

/// Adds to a day; negative numbers give back.
pub async fn add(db: &Db, tenant_id: &TenantId, day: &str, spend: Spend) -> Result<()> {
    let sql = "INSERT INTO llm_spend (tenant_id, day, tokens, micro_cents, calls) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (tenant_id, day) DO UPDATE SET tokens = llm_spend.tokens + excluded.tokens, \
               micro_cents = llm_spend.micro_cents + excluded.micro_cents, calls = llm_spend.calls + excluded.calls";
    db.run(sql, args![tenant_id.as_str(), day, spend.tokens, spend.micro_cents, spend.calls]).await?;
    Ok(())
}
