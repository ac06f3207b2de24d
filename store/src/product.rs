//! The product catalogue.

use crate::Page;
use crate::args::{Arg, args};
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{Product, ProductId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, sku, name_zh, name_en, category, price_cents, stock, attributes, accessories, version, created_at, variants FROM product ",
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
    variants: String,
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
            variants: json("product.variants", &self.variants)?,
        })
    }
}

fn read_all(rows: Vec<ProductRow>) -> Result<Vec<Product>> {
    rows.into_iter().map(ProductRow::read).collect()
}

const INSERT: &str = "INSERT INTO product \
    (id, tenant_id, sku, name_zh, name_en, category, price_cents, stock, attributes, accessories, version, created_at, variants) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING";

fn inserted(p: &Product) -> Vec<Arg> {
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
        p.created_at,
        to_json(&p.variants)
    ]
}

pub async fn insert(db: &Db, p: &Product) -> Result<()> {
    let n = db.run(INSERT, inserted(p)).await.map_err(|e| e.exists("sku"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ProductId) -> Result<Option<Product>> {
    let row: Option<ProductRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ProductRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ProductId) -> Result<Product> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("product", id))
}

/// What a list shows; every filter narrows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of an SKU or of a name.
    pub text: Option<String>,
    pub category: Option<String>,
    pub in_stock: Option<bool>,
}

/// By SKU, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Page<Product>> {
    let mut args: Vec<Arg> = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let mut sql = select!("WHERE tenant_id = $1 AND sku > $2").to_owned();
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        args.push(format!("%{}%", like(&text.to_lowercase())).into());
        let clause = " AND (LOWER(sku) LIKE ? ESCAPE '!' OR LOWER(name_zh) LIKE ? ESCAPE '!' OR LOWER(name_en) LIKE ? ESCAPE '!' \
            OR LOWER(variants) LIKE ? ESCAPE '!')";
        sql.push_str(&clause.replace('?', &format!("${}", args.len())));
    }
    if let Some(category) = &filter.category {
        args.push(category.clone().into());
        sql.push_str(&format!(" AND category = ${}", args.len()));
    }
    match filter.in_stock {
        Some(true) => sql.push_str(" AND stock > 0"),
        Some(false) => sql.push_str(" AND stock <= 0"),
        None => {}
    }
    sql.push_str(" ORDER BY sku LIMIT $3");
    let rows: Vec<ProductRow> = db.all_text(sql, args).await?;
    Ok(Page::cut(read_all(rows)?, limit, |p| p.sku.clone()))
}

/// The categories in use, with how many products each has (at most 500).
pub async fn categories(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT category, COUNT(*) FROM product WHERE tenant_id = $1 GROUP BY category ORDER BY category LIMIT 500";
    db.all(sql, args![tenant_id.as_str()]).await
}

/// The whole catalogue (at most 20,000), for the bot.
pub async fn list_all(db: &Db, tenant_id: &TenantId) -> Result<Vec<Product>> {
    read_all(db.all(select!("WHERE tenant_id = $1 ORDER BY sku LIMIT 20000"), args![tenant_id.as_str()]).await?)
}

const UPDATE: &str = "UPDATE product SET sku = $4, name_zh = $5, name_en = $6, category = $7, price_cents = $8, stock = $9, \
    attributes = $10, accessories = $11, variants = $12, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";

fn updated(p: &Product) -> Vec<Arg> {
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
        to_json(&p.accessories),
        to_json(&p.variants)
    ]
}

/// `p.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, p: &Product) -> Result<i64> {
    if db.run(UPDATE, updated(p)).await.map_err(|e| e.exists("sku"))? == 0 {
        get(db, &p.tenant_id, &p.id).await?;
        return Err(Error::stale("product", &p.id));
    }
    Ok(p.version + 1)
}

/// New ones and changed ones in one transaction, all or none of them: for importers. A changed one still has its version, or is `Stale`.
pub async fn write_all(db: &Db, fresh: &[Product], changed: &[Product]) -> Result<()> {
    let mut tx = db.begin().await?;
    for p in changed {
        if tx.run(UPDATE, updated(p)).await.map_err(|e| e.exists("sku"))? == 0 {
            return Err(Error::stale("product", &p.id));
        }
    }
    for p in fresh {
        tx.run(INSERT, inserted(p)).await.map_err(|e| e.exists("sku"))?;
    }
    tx.commit().await
}

/// Whether another product, or a form of one, is sold under this SKU.
pub async fn is_taken(db: &Db, tenant_id: &TenantId, id: &ProductId, sku: &str) -> Result<bool> {
    let sql = "SELECT id FROM product WHERE tenant_id = $1 AND id <> $2 AND (sku = $3 OR variants LIKE $4 ESCAPE '!') LIMIT 1";
    let inside = format!("%\"sku\":{}%", like(&to_json(&sku)));
    let row: Option<(String,)> = db.one(sql, args![tenant_id.as_str(), id.as_str(), sku, inside]).await?;
    Ok(row.is_some())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &ProductId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM product WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("product", id));
    }
    Ok(())
}
