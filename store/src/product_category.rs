//! What a company calls the categories of its products.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::{CategoryTitle, TenantId};

/// Those that have a title of their own (at most 500).
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<CategoryTitle>> {
    let sql = "SELECT key, name_zh, name_en FROM product_category WHERE tenant_id = $1 ORDER BY key LIMIT 500";
    let rows: Vec<(String, String, String)> = db.all(sql, args![tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(key, zh, en)| CategoryTitle { key, zh, en }).collect())
}

/// Without words in either language the category has no title of its own.
pub async fn put(db: &Db, tenant_id: &TenantId, title: &CategoryTitle) -> Result<()> {
    if title.zh.is_empty() && title.en.is_empty() {
        let sql = "DELETE FROM product_category WHERE tenant_id = $1 AND key = $2";
        db.run(sql, args![tenant_id.as_str(), &title.key]).await?;
        return Ok(());
    }
    let sql = "INSERT INTO product_category (tenant_id, key, name_zh, name_en) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id, key) DO UPDATE SET name_zh = $3, name_en = $4";
    db.run(sql, args![tenant_id.as_str(), &title.key, &title.zh, &title.en]).await?;
    Ok(())
}
