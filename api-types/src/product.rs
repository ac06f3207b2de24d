//! The product catalogue.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

const ACCESSORIES_MAX: usize = 100;

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
    }
}

/// What changes; everything absent stays. `attributes` and `accessories` are replaced whole.
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
    }
}

impl UpdateProduct {
    pub fn apply(self, to: &mut domain::Product) {
        macro_rules! take {
            ($($name:ident),*) => { $(if let Some(value) = self.$name { to.$name = value; })* };
        }
        take!(sku, name_zh, name_en, category, price_cents, stock, attributes, accessories);
    }
}

fn amounts(price_cents: Option<i64>, stock: Option<i64>, wrong: &mut Vec<Invalid>) {
    for (field, value) in [("price_cents", price_cents), ("stock", stock)] {
        if value.is_some_and(|n| !(0..=1_000_000_000_000).contains(&n)) {
            wrong.push(Invalid::new(field, "不能为负，也不能过大", "is not negative and not absurdly large"));
        }
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
