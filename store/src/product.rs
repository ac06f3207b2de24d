//! The product catalogue.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{Product, ProductId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, sku, name_zh, name_en, category, price_cents, stock, attributes, accessories, version, created_at FROM product ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ProductRow {
    id: String,
    tenant_id: String,
    sku: String,
    name_zh: String,
    name_en: String,
    category: String,
    price_cents: i64,
    stock: i64,
    attributes: String,
    accessories: String,
    version: i64,
    created_at: i64,
}

impl ProductRow {
    fn read(self) -> Result<Product> {
        Ok(Product {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            sku: self.sku,
            name_zh: self.name_zh,
            name_en: self.name_en,
            category: self.category,
            price_cents: self.price_cents,
            stock: self.stock,
            attributes: json("product.attributes", &self.attributes)?,
            accessories: json("product.accessories", &self.accessories)?,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

fn read_all(rows: Vec<ProductRow>) -> Result<Vec<Product>> {
    rows.into_iter().map(ProductRow::read).collect()
}

pub async fn insert(db: &Db, p: &Product) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO product (id, tenant_id, sku, name_zh, name_en, category, price_cents, stock, attributes, accessories, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
            args![
                p.id.as_str(),
                p.tenant_id.as_str(),
                &p.sku,
                &p.name_zh,
                &p.name_en,
                &p.category,
                p.price_cents,
                p.stock,
                to_json(&p.attributes),
                to_json(&p.accessories),
                p.version,
                p.created_at
            ],
        )
        .await
        .map_err(|e| e.exists("sku"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ProductId) -> Result<Option<Product>> {
    let row: Option<ProductRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ProductRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ProductId) -> Result<Product> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("product", id))
}

/// By SKU, which is also the cursor. `text` is part of the SKU or a name.
pub async fn list(db: &Db, tenant_id: &TenantId, text: Option<&str>, cursor: Option<&str>, limit: i64) -> Result<Page<Product>> {
    let sql = select!(
        "WHERE tenant_id = $1 AND sku > $2 AND (LOWER(sku) LIKE $3 ESCAPE '!' OR LOWER(name_zh) LIKE $3 ESCAPE '!' \
         OR LOWER(name_en) LIKE $3 ESCAPE '!') ORDER BY sku LIMIT $4"
    );
    let pattern = format!("%{}%", like(&text.unwrap_or("").trim().to_lowercase()));
    let rows: Vec<ProductRow> = db.all(sql, args![tenant_id.as_str(), cursor.unwrap_or(""), pattern, limit + 1]).await?;
    Ok(Page::cut(read_all(rows)?, limit, |p| p.sku.clone()))
}

/// The whole catalogue (at most 20,000), for the bot.
pub async fn list_all(db: &Db, tenant_id: &TenantId) -> Result<Vec<Product>> {
    read_all(db.all(select!("WHERE tenant_id = $1 ORDER BY sku LIMIT 20000"), args![tenant_id.as_str()]).await?)
}

/// `p.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, p: &Product) -> Result<i64> {
    let n = db
        .run(
            "UPDATE product SET sku = $4, name_zh = $5, name_en = $6, category = $7, price_cents = $8, stock = $9, attributes = $10, \
             accessories = $11, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![
                p.tenant_id.as_str(),
                p.id.as_str(),
                p.version,
                &p.sku,
                &p.name_zh,
                &p.name_en,
                &p.category,
                p.price_cents,
                p.stock,
                to_json(&p.attributes),
                to_json(&p.accessories)
            ],
        )
        .await
        .map_err(|e| e.exists("sku"))?;
    if n == 0 {
        get(db, &p.tenant_id, &p.id).await?;
        return Err(Error::stale("product", &p.id));
    }
    Ok(p.version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &ProductId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM product WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("product", id));
    }
    Ok(())
}
