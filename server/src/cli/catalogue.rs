//! `qingniao catalogue import`: products from a CSV or JSON file into a company's catalogue, by SKU: new ones are added, others changed,
//! none removed. The whole file is checked first; one bad row and nothing is written. A running server sees the change within a minute.

use super::user::Of;
use super::{Failure, Output, answer, block_on, database, usage};
use crate::config::Config;
use anyhow::{Context, Result, anyhow, bail, ensure};
use qn_api_types::product::CreateProduct;
use qn_api_types::{Check, Invalid};
use qn_base::{Clock, SystemClock};
use qn_domain::{Product, ProductId};
use qn_store::Db;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const FILE_BYTES_MAX: u64 = 64 << 20;
/// Columns that are not attributes.
const COLUMNS: [&str; 8] = ["sku", "name_zh", "name_en", "category", "price", "price_cents", "stock", "accessories"];

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao catalogue import --products products.csv\n  qingniao catalogue import --products products.json --dry-run --output json\n\n\
    CSV: sku, name_zh, name_en, category, price (or price_cents), stock, accessories (SKUs parted by blanks);\n\
    every other column is an attribute. JSON: a list of objects with the same keys and `attributes`"
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
    let (added, changed, same) = block_on(import(config, read, of.tenant.as_deref(), *dry_run))?;
    answer(output, &json!({"added": added, "changed": changed, "unchanged": same, "dry_run": dry_run}), || {
        let would = if *dry_run { "would be " } else { "" };
        format!("{added} products {would}added, {changed} {would}changed, {same} as they were")
    });
    Ok(())
}

async fn import(config: &Config, read: Vec<CreateProduct>, tenant: Option<&str>, dry_run: bool) -> Result<(usize, usize, usize), Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, tenant).await.map_err(usage)?;
    let known = qn_store::product::list_all(&db, &tenant.id).await.map_err(|error| anyhow!(error))?;
    let mut known: HashMap<String, Product> = known.into_iter().map(|p| (p.sku.clone(), p)).collect();
    let (mut added, mut changed, mut same) = (0, 0, 0);
    for wanted in read {
        let before = known.remove(&wanted.sku);
        let fresh = Product {
            id: before.as_ref().map_or_else(|| ProductId::fresh(SystemClock.now()), |p| p.id.clone()),
            tenant_id: tenant.id.clone(),
            sku: wanted.sku,
            name_zh: wanted.name_zh,
            name_en: wanted.name_en,
            category: wanted.category,
            price_cents: wanted.price_cents,
            stock: wanted.stock,
            attributes: wanted.attributes,
            accessories: wanted.accessories,
            version: before.as_ref().map_or(1, |p| p.version),
            created_at: before.as_ref().map_or_else(|| SystemClock.now(), |p| p.created_at),
        };
        match &before {
            Some(before) if *before == fresh => same += 1,
            Some(_) => changed += 1,
            None => added += 1,
        }
        if !dry_run && before.as_ref() != Some(&fresh) {
            write(&db, &fresh, before.is_some()).await?;
        }
    }
    db.close().await;
    Ok((added, changed, same))
}

async fn write(db: &Db, product: &Product, exists: bool) -> Result<()> {
    let written = match exists {
        true => qn_store::product::update(db, product).await.map(drop),
        false => qn_store::product::insert(db, product).await,
    };
    written.with_context(|| format!("{} could not be written; run the import again", product.sku))
}

fn read(path: &Path) -> Result<Vec<CreateProduct>> {
    let size = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    ensure!(size <= FILE_BYTES_MAX, "{} is larger than {} MB", path.display(), FILE_BYTES_MAX >> 20);
    let text = std::fs::read_to_string(path).with_context(|| format!("{} is not UTF-8 text", path.display()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut products = if path.extension().is_some_and(|e| e == "json") { from_json(text)? } else { from_csv(text)? };
    let mut lines: HashMap<String, u64> = HashMap::new();
    for (line, product) in &mut products {
        let mut wrong: Vec<Invalid> = Vec::new();
        product.check(&mut wrong);
        if let Some(first) = wrong.first() {
            bail!("{} {line}: {} {}", path.display(), first.field, first.en);
        }
        if let Some(earlier) = lines.insert(product.sku.clone(), *line) {
            bail!("{} {line}: {} was on {earlier} already", path.display(), product.sku);
        }
    }
    ensure!(!products.is_empty(), "{} has no products", path.display());
    Ok(products.into_iter().map(|(_, product)| product).collect())
}

/// With the number of the element, from 1.
fn from_json(text: &str) -> Result<Vec<(u64, CreateProduct)>> {
    let values: Vec<Value> = serde_json::from_str(text).context("not a JSON list")?;
    (1u64..).zip(values).map(|(n, value)| Ok((n, serde_json::from_value(value).with_context(|| format!("element {n}"))?))).collect()
}

/// With the line of the row.
fn from_csv(text: &str) -> Result<Vec<(u64, CreateProduct)>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers()?.iter().map(|h| h.trim().to_owned()).collect();
    for needed in ["sku", "name_zh", "name_en"] {
        ensure!(header.iter().any(|h| h == needed), "line 1: there is no column {needed}");
    }
    let mut products = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let fields: HashMap<&str, &str> = header.iter().map(String::as_str).zip(record.iter().map(str::trim)).collect();
        products.push((line, row(&fields).with_context(|| format!("line {line}"))?));
    }
    Ok(products)
}

fn row(fields: &HashMap<&str, &str>) -> Result<CreateProduct> {
    let text = |name: &str| fields.get(name).copied().unwrap_or_default();
    let whole = |name: &str| -> Result<i64> {
        let text = text(name);
        if text.is_empty() { Ok(0) } else { text.parse().with_context(|| format!("{name} {text:?} is not a whole number")) }
    };
    let price_cents = match text("price") {
        "" => whole("price_cents")?,
        price => cents(price).with_context(|| format!("price {price:?} is not an amount such as 1299 or 19.90"))?,
    };
    let mut attributes = Map::new();
    for (name, value) in fields.iter().filter(|(name, value)| !COLUMNS.contains(name) && !value.is_empty()) {
        attributes.insert((*name).to_owned(), typed(value));
    }
    let accessories = text("accessories").split([' ', '|', ';']).filter(|sku| !sku.is_empty()).map(str::to_owned).collect();
    let owned = |name: &str| text(name).to_owned();
    Ok(CreateProduct {
        sku: owned("sku"),
        name_zh: owned("name_zh"),
        name_en: owned("name_en"),
        category: owned("category"),
        price_cents,
        stock: whole("stock")?,
        attributes,
        accessories,
    })
}

fn cents(price: &str) -> Option<i64> {
    let (yuan, rest) = price.split_once('.').unwrap_or((price, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(yuan) || !digits(rest) || rest.len() > 2 || yuan.is_empty() {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// Yes, no and numbers as what they are; everything else is text.
fn typed(text: &str) -> Value {
    match text {
        "true" | "yes" | "是" => Value::Bool(true),
        "false" | "no" | "否" => Value::Bool(false),
        _ => match text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)) {
            Ok(number) if !number.is_null() => number,
            _ => Value::from(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_products() {
        let csv = "sku,name_zh,name_en,category,price,stock,accessories,battery_mah,nfc,colors\nA1,手机,Phone,phone,1299.5,3,B1 B2,5000,true,黑 / 白\n";
        let read = from_csv(csv).unwrap_or_default();
        let [(line, product)] = &read[..] else { panic!("{read:?}") };
        assert_eq!((*line, product.price_cents, product.stock), (2, 129_950, 3));
        assert_eq!(product.accessories, ["B1", "B2"]);
        assert_eq!(Value::Object(product.attributes.clone()), json!({"battery_mah": 5000, "nfc": true, "colors": "黑 / 白"}));
    }

    #[test]
    fn bad_rows_are_named() {
        let said = |csv: &str| from_csv(csv).err().map(|e| format!("{e:#}")).unwrap_or_default();
        assert!(said("sku,name_zh\nA,甲\n").contains("no column name_en"));
        assert!(said("sku,name_zh,name_en,price\nA,甲,a,12x\n").contains("line 2: price \"12x\""));
        assert!(said("sku,name_zh,name_en,stock\nA,甲,a,many\n").contains("line 2: stock"));
        assert_eq!([cents("12"), cents("0.5"), cents("1.234"), cents("-1"), cents("")], [Some(1_200), Some(50), None, None, None]);
    }
}
