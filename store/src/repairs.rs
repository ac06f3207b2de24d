//! What a company lets its bot say when a talk leaves its straight way; one document a tenant.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{Repairs, TenantId};

/// The words and their version; version 0 where only the built-in ones are used.
pub async fn get(db: &Db, tenant_id: &TenantId) -> Result<(Repairs, i64)> {
    let row: Option<(String, i64)> =
        db.one("SELECT document, version FROM repairs WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    match row {
        Some((document, version)) => Ok((json("repairs.document", &document)?, version)),
        None => Ok((Repairs::default(), 0)),
    }
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put(db: &Db, tenant_id: &TenantId, repairs: &Repairs, version: i64) -> Result<i64> {
    let values = args![tenant_id.as_str(), to_json(repairs), version];
    let sql = if version == 0 {
        "INSERT INTO repairs (tenant_id, document, version) VALUES ($1, $2, $3 + 1) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE repairs SET document = $2, version = $3 + 1 WHERE tenant_id = $1 AND version = $3"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("repairs", tenant_id.as_str())) } else { Ok(version + 1) }
}
