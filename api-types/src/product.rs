//! The product catalogue.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

const ACCESSORIES_MAX: usize = 100;
const VARIANTS_MAX: usize = 200;
const OPTIONS_MAX: usize = 12;

/// A form of a product, sold by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductVariant {
    /// Unique within the tenant, among products as well.
    pub sku: String,
    /// What tells it from the others: `color`, `size`, `storage`, `spec` or names of the company's own; `color_en` is what English readers see.
    pub options: BTreeMap<String, String>,
    /// 100 = 1 yuan.
    pub price_cents: i64,
    #[serde(default)]
    pub stock: i64,
}

impl From<domain::Variant> for ProductVariant {
    fn from(v: domain::Variant) -> Self {
        let domain::Variant { sku, options, price_cents, stock } = v;
        Self { sku, options, price_cents, stock }
    }
}

impl From<ProductVariant> for domain::Variant {
    fn from(v: ProductVariant) -> Self {
        let ProductVariant { sku, options, price_cents, stock } = v;
        Self { sku, options, price_cents, stock }
    }
}

fn variants(list: &mut [ProductVariant], wrong: &mut Vec<Invalid>) {
    if list.len() > VARIANTS_MAX {
        wrong.push(Invalid::new("variants", format!("最多 {VARIANTS_MAX} 个"), format!("has at most {VARIANTS_MAX} entries")));
    }
    let mut seen: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for (i, variant) in list.iter_mut().enumerate().take(VARIANTS_MAX) {
        let field = |name: &str| format!("variants[{i}].{name}");
        check::key(&variant.sku, &field("sku"), 64, wrong);
        amount(&field("price_cents"), variant.price_cents, wrong);
        amount(&field("stock"), variant.stock, wrong);
        options(&mut variant.options, &field("options"), wrong);
        if seen.iter().any(|(sku, _)| *sku == variant.sku) {
            wrong.push(Invalid::new(field("sku"), "与另一个规格的 SKU 相同", "is the SKU of another variant"));
        } else if seen.iter().any(|(_, options)| *options == variant.options) {
            wrong.push(Invalid::new(field("options"), "与另一个规格完全相同", "are those of another variant"));
        }
        seen.push((variant.sku.clone(), variant.options.clone()));
    }
}

fn options(all: &mut BTreeMap<String, String>, field: &str, wrong: &mut Vec<Invalid>) {
    let cleaned = std::mem::take(all).into_iter().map(|(key, value)| (qn_base::text::line(&key, 40), qn_base::text::line(&value, 100)));
    *all = cleaned.filter(|(key, value)| !key.is_empty() && !value.is_empty()).collect();
    if all.is_empty() || all.len() > OPTIONS_MAX {
        wrong.push(Invalid::new(
            field,
            format!("应有 1 到 {OPTIONS_MAX} 项，例如颜色"),
            format!("has 1 to {OPTIONS_MAX} entries, such as a colour"),
        ));
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductView {
    pub id: String,
    pub sku: String,
    pub name_zh: String,
    pub name_en: String,
    pub category: String,
    /// 100 = 1 yuan.
    pub price_cents: i64,
    pub stock: i64,
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    /// SKUs of what fits.
    pub accessories: Vec<String>,
    /// With variants, the price is the lowest of theirs, and the stock all of theirs.
    pub variants: Vec<ProductVariant>,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::Product> for ProductView {
    fn from(p: domain::Product) -> Self {
        Self {
            id: p.id.0,
            sku: p.sku,
            name_zh: p.name_zh,
            name_en: p.name_en,
            category: p.category,
            price_cents: p.price_cents,
            stock: p.stock,
            attributes: p.attributes,
            accessories: p.accessories,
            variants: p.variants.into_iter().map(Into::into).collect(),
            version: p.version,
            created_at: p.created_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProduct {
    /// Unique within the tenant.
    pub sku: String,
    pub name_zh: String,
    pub name_en: String,
    #[serde(default)]
    pub category: String,
    pub price_cents: i64,
    #[serde(default)]
    pub stock: i64,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    #[serde(default)]
    pub accessories: Vec<String>,
    #[serde(default)]
    pub variants: Vec<ProductVariant>,
}

impl CreateProduct {
    pub fn into_product(self, id: domain::ProductId, tenant_id: domain::TenantId, created_at: i64) -> domain::Product {
        let mut product = domain::Product {
            id,
            tenant_id,
            sku: self.sku,
            name_zh: self.name_zh,
            name_en: self.name_en,
            category: self.category,
            price_cents: self.price_cents,
            stock: self.stock,
            attributes: self.attributes,
            accessories: self.accessories,
            variants: self.variants.into_iter().map(Into::into).collect(),
            version: 1,
            created_at,
        };
        product.settle();
        product
    }
}

impl Check for CreateProduct {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.sku, "sku", 64, wrong);
        check::name(&mut self.name_zh, "name_zh", 200, wrong);
        check::name(&mut self.name_en, "name_en", 200, wrong);
        check::optional_name(&mut self.category, "category", 60, wrong);
        amounts(Some(self.price_cents), Some(self.stock), wrong);
        check::attributes(&mut self.attributes, "attributes", wrong);
        accessories(&self.accessories, wrong);
        variants(&mut self.variants, wrong);
    }
}

/// What changes; everything absent stays. `attributes`, `accessories` and `variants` are replaced whole.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProduct {
    #[serde(default, deserialize_with = "patch::some")]
    pub sku: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub name_zh: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub name_en: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub category: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub price_cents: Option<i64>,
    #[serde(default, deserialize_with = "patch::some")]
    pub stock: Option<i64>,
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub accessories: Option<Vec<String>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub variants: Option<Vec<ProductVariant>>,
}

impl Check for UpdateProduct {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &self.sku {
            check::key(value, "sku", 64, wrong);
        }
        for (field, value) in [("name_zh", &mut self.name_zh), ("name_en", &mut self.name_en)] {
            if let Some(value) = value {
                check::name(value, field, 200, wrong);
            }
        }
        if let Some(value) = &mut self.category {
            check::optional_name(value, "category", 60, wrong);
        }
        amounts(self.price_cents, self.stock, wrong);
        if let Some(value) = &mut self.attributes {
            check::attributes(value, "attributes", wrong);
        }
        accessories(self.accessories.as_deref().unwrap_or_default(), wrong);
        variants(self.variants.as_deref_mut().unwrap_or_default(), wrong);
    }
}

impl UpdateProduct {
    pub fn apply(self, to: &mut domain::Product) {
        macro_rules! take {
            ($($name:ident),*) => { $(if let Some(value) = self.$name { to.$name = value; })* };
        }
        take!(sku, name_zh, name_en, category, price_cents, stock, attributes, accessories);
        if let Some(variants) = self.variants {
            to.variants = variants.into_iter().map(Into::into).collect();
        }
        to.settle();
    }
}

fn amounts(price_cents: Option<i64>, stock: Option<i64>, wrong: &mut Vec<Invalid>) {
    for (field, value) in [("price_cents", price_cents), ("stock", stock)] {
        value.iter().for_each(|value| amount(field, *value, wrong));
    }
}

fn amount(field: &str, value: i64, wrong: &mut Vec<Invalid>) {
    if !(0..=1_000_000_000_000).contains(&value) {
        wrong.push(Invalid::new(field, "不能为负，也不能过大", "is not negative and not absurdly large"));
    }
}

fn accessories(skus: &[String], wrong: &mut Vec<Invalid>) {
    if skus.len() > ACCESSORIES_MAX {
        wrong.push(Invalid::new("accessories", format!("最多 {ACCESSORIES_MAX} 项"), format!("has at most {ACCESSORIES_MAX} entries")));
    }
    for (i, sku) in skus.iter().enumerate().take(ACCESSORIES_MAX) {
        check::key(sku, &format!("accessories[{i}]"), 64, wrong);
    }
}

/// A category in use.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductCategory {
    /// As products name it; empty for products without one.
    pub name: String,
    pub products: i64,
    /// What it is called: as the company says, else in the words everybody has, else its name.
    pub title_zh: String,
    pub title_en: String,
    /// What the company says; empty where it says nothing.
    pub own_zh: String,
    pub own_en: String,
}

/// What a category is called; without words in either language it has no title of its own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TitleCategory {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

impl Check for TitleCategory {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::optional_name(&mut self.zh, "zh", 60, wrong);
        check::optional_name(&mut self.en, "en", 60, wrong);
    }
}

/// What importing a file of products does. Nothing is written where a row is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductsImported {
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    /// False for a trial, and where a row is wrong.
    pub written: bool,
    /// At most 200.
    pub wrong: Vec<WrongRow>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrongRow {
    /// As a spreadsheet numbers it: the header is 1.
    pub line: i64,
    /// The column, where one is to blame.
    pub column: String,
    pub zh: String,
    pub en: String,
}
