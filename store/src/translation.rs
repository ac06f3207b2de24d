//! Texts that were read in another language once, by a digest of the text: an edited message is another text.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::{TenantId, Timestamp};

pub async fn find(db: &Db, tenant_id: &TenantId, source: &str, language: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db
        .one(
            "SELECT text FROM translation WHERE tenant_id = $1 AND source = $2 AND language = $3",
            args![tenant_id.as_str(), source, language],
        )
        .await?;
    Ok(row.map(|(text,)| text))
}

pub async fn keep(db: &Db, tenant_id: &TenantId, source: &str, language: &str, text: &str, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO translation (tenant_id, source, language, text, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant_id, source, language) DO UPDATE SET text = excluded.text, at = excluded.at",
        args![tenant_id.as_str(), source, language, text, now],
    )
    .await?;
    Ok(())
}
