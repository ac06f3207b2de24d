//! Why a company's people pass conversations on; one document a tenant.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{TenantId, TransferReason};

/// In the company's order, and their version; version 0 when there are none yet.
pub async fn get(db: &Db, tenant_id: &TenantId) -> Result<(Vec<TransferReason>, i64)> {
    let row: Option<(String, i64)> =
        db.one("SELECT document, version FROM transfer_reasons WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    match row {
        Some((document, version)) => Ok((json("transfer_reasons.document", &document)?, version)),
        None => Ok((Vec::new(), 0)),
    }
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put(db: &Db, tenant_id: &TenantId, reasons: &[TransferReason], version: i64) -> Result<i64> {
    let values = args![tenant_id.as_str(), to_json(&reasons), version];
    let sql = if version == 0 {
        "INSERT INTO transfer_reasons (tenant_id, document, version) VALUES ($1, $2, $3 + 1) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE transfer_reasons SET document = $2, version = $3 + 1 WHERE tenant_id = $1 AND version = $3"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("transfer_reasons", tenant_id.as_str())) } else { Ok(version + 1) }
}
