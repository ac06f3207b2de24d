//! What likeness proves at a company, as its own contacts taught it, and whether that counts; one row a tenant.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, json, to_json};
use qn_domain::{MatchWeights, TenantId};

/// What was learnt, and whether it counts: yes, until somebody says no.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnWeights {
    pub used: bool,
    pub learnt: Option<MatchWeights>,
}

impl OwnWeights {
    /// Those that count; none: the usual ones do.
    pub fn counting(self) -> Option<MatchWeights> {
        self.learnt.filter(|_| self.used)
    }
}

pub async fn get(db: &Db, tenant_id: &TenantId) -> Result<OwnWeights> {
    let row: Option<(i64, Option<String>)> =
        db.one("SELECT used, document FROM match_weights WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    let Some((used, document)) = row else { return Ok(OwnWeights { used: true, learnt: None }) };
    let learnt = document.map(|document| json("match_weights.document", &document)).transpose()?;
    Ok(OwnWeights { used: used != 0, learnt })
}

/// In place of what was learnt before. Whether it counts stays as it was.
pub async fn put(db: &Db, tenant_id: &TenantId, learnt: &MatchWeights) -> Result<()> {
    const SQL: &str = "INSERT INTO match_weights (tenant_id, used, document) VALUES ($1, 1, $2) \
        ON CONFLICT (tenant_id) DO UPDATE SET document = excluded.document";
    db.run(SQL, args![tenant_id.as_str(), to_json(learnt)]).await?;
    Ok(())
}

pub async fn set_used(db: &Db, tenant_id: &TenantId, used: bool) -> Result<()> {
    const SQL: &str = "INSERT INTO match_weights (tenant_id, used) VALUES ($1, $2) \
        ON CONFLICT (tenant_id) DO UPDATE SET used = excluded.used";
    db.run(SQL, args![tenant_id.as_str(), used]).await?;
    Ok(())
}
