//! `qingniao catalogue import`: products from a CSV, XLSX or JSON file into a company's catalogue, by SKU: new ones are added, others changed,
//! none removed. The whole file is checked first; one bad row and nothing is written. A running server sees the change
//! at once on PostgreSQL, within a minute on SQLite.

use super::user::Of;
use super::{Failure, Output, answer, block_on, database, usage};
use crate::config::Config;
use anyhow::{Context, Result, anyhow, bail, ensure};
use qn_api::catalogue::Plan;
use qn_api_types::product::CreateProduct;
use qn_api_types::{Check, Invalid};
use qn_base::{Clock, SystemClock};
use qn_domain::{Product, ProductId, TenantId};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const FILE_BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao catalogue import --products products.csv\n  qingniao catalogue import --products products.json --dry-run --output json\n\n\
    CSV and XLSX: sku, name_zh, name_en, category, price (or price_cents), stock, accessories (SKUs parted by blanks);\n\
    a row with variant_of (an SKU) and options (color=blue; storage=256GB) is a variant; every other column is an attribute.\n\
    JSON: a list of objects with the same keys, `attributes` and `variants`"
)]
pub enum Command {
    /// Add and change products from a file
    Import {
        #[arg(long)]
        products: PathBuf,
        /// Check the file and say what would change
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        of: Of,
    },
}

pub fn run(config: &Config, command: &Command, output: Output) -> Result<(), Failure> {
    let Command::Import { products, dry_run, of } = command;
    let read = read(products).map_err(usage)?;
    let plan = block_on(import(config, read, of.tenant.as_deref(), *dry_run))?;
    let (added, changed, same) = (plan.fresh.len(), plan.changed.len(), plan.unchanged);
    answer(output, &json!({"added": added, "changed": changed, "unchanged": same, "dry_run": dry_run}), || {
        let would = if *dry_run { "would be " } else { "" };
        format!("{added} products {would}added, {changed} {would}changed, {same} as they were")
    });
    Ok(())
}

/// What a file holds.
enum Read {
    /// A sheet, the header first, and the file's name for what is wrong with it.
    Rows(String, Vec<Vec<String>>),
    /// Whole products.
    Products(Vec<CreateProduct>),
}

async fn import(config: &Config, read: Read, tenant: Option<&str>, dry_run: bool) -> Result<Plan, Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, tenant).await.map_err(usage)?;
    let known = qn_store::product::list_all(&db, &tenant.id).await.map_err(|error| anyhow!(error))?;
    let plan = match read {
        Read::Rows(name, rows) => {
            let plan = qn_api::catalogue::plan(&rows, known, &tenant.id, SystemClock.now());
            if let Some(first) = plan.wrong.first() {
                return Err(usage(anyhow!("{name} line {}: {} {}", first.line, first.column, first.en)));
            }
            plan
        }
        Read::Products(products) => whole(products, known, &tenant.id),
    };
    if !dry_run {
        let written = qn_store::product::write_all(&db, &plan.fresh, &plan.changed).await;
        written.context("the products could not be written; run the import again").map_err(Failure::from)?;
    }
    db.close().await;
    Ok(plan)
}

/// Products that replace those of their SKU.
fn whole(products: Vec<CreateProduct>, known: Vec<Product>, tenant_id: &TenantId) -> Plan {
    let mut known: HashMap<String, Product> = known.into_iter().map(|p| (p.sku.clone(), p)).collect();
    let mut plan = Plan::default();
    for wanted in products {
        let before = known.remove(&wanted.sku);
        let now = SystemClock.now();
        let id = before.as_ref().map_or_else(|| ProductId::fresh(now), |p| p.id.clone());
        let mut fresh = wanted.into_product(id, tenant_id.clone(), before.as_ref().map_or(now, |p| p.created_at));
        fresh.version = before.as_ref().map_or(1, |p| p.version);
        match before {
            None => plan.fresh.push(fresh),
            Some(before) if before == fresh => plan.unchanged += 1,
            Some(_) => plan.changed.push(fresh),
        }
    }
    plan
}

fn read(path: &Path) -> Result<Read> {
    let size = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    ensure!(size <= FILE_BYTES_MAX, "{} is larger than {} MB", path.display(), FILE_BYTES_MAX >> 20);
    let bytes = std::fs::read(path)?;
    let name = path.display().to_string();
    if path.extension().is_none_or(|e| e != "json") {
        let rows = qn_document::read_rows(&name, bytes).with_context(|| name.clone())?;
        ensure!(rows.len() > 1, "{name} has no products");
        return Ok(Read::Rows(name, rows));
    }
    let text = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))?;
    let mut products = from_json(text.trim_start_matches('\u{FEFF}'))?;
    let mut places: HashMap<String, u64> = HashMap::new();
    for (n, product) in &mut products {
        let mut wrong: Vec<Invalid> = Vec::new();
        product.check(&mut wrong);
        if let Some(first) = wrong.first() {
            bail!("{name} {n}: {} {}", first.field, first.en);
        }
        if let Some(earlier) = places.insert(product.sku.clone(), *n) {
            bail!("{name} {n}: {} was on {earlier} already", product.sku);
        }
    }
    ensure!(!products.is_empty(), "{name} has no products");
    Ok(Read::Products(products.into_iter().map(|(_, product)| product).collect()))
}

/// With the number of the element, from 1.
fn from_json(text: &str) -> Result<Vec<(u64, CreateProduct)>> {
    let values: Vec<Value> = serde_json::from_str(text).context("not a JSON list")?;
    (1u64..).zip(values).map(|(n, value)| Ok((n, serde_json::from_value(value).with_context(|| format!("element {n}"))?))).collect()
}
