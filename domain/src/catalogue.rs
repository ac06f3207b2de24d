//! The product catalogue: what the company sells, with attributes and what goes with what.

use crate::{ProductId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub tenant_id: TenantId,
    pub sku: String,
    pub name_zh: String,
    pub name_en: String,
    pub category: String,
    /// Cents of the currency, 100 = 1 yuan.
    pub price_cents: i64,
    pub stock: i64,
    /// Flat object, e.g. `{"water_resistance": "IP68", "battery_mah": 5000}`.
    pub attributes: serde_json::Map<String, serde_json::Value>,
    /// SKUs of accessories that fit.
    pub accessories: Vec<String>,
    /// What it comes in, each with its own price and stock; empty for what comes in one.
    #[serde(default)]
    pub variants: Vec<Variant>,
    pub version: i64,
    pub created_at: Timestamp,
}

/// What a category is called, where the company says so; an empty language is served by the words everybody has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTitle {
    /// As products name it.
    pub key: String,
    pub zh: String,
    pub en: String,
}

/// A form of a product that is sold by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Unique within the tenant, among products as well.
    pub sku: String,
    /// What tells it from the others, such as `{"color": "深海蓝", "color_en": "deep-sea blue", "storage": "256GB"}`.
    pub options: BTreeMap<String, String>,
    pub price_cents: i64,
    pub stock: i64,
}

impl Product {
    /// With variants, what stands for the whole follows from them: the lowest price, and all there is in stock.
    pub fn settle(&mut self) {
        if let Some(lowest) = self.variants.iter().map(|v| v.price_cents).min() {
            self.price_cents = lowest;
            self.stock = self.variants.iter().map(|v| v.stock.max(0)).sum();
        }
    }

    /// The SKUs under which it, or a form of it, is sold.
    pub fn skus(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.sku.as_str()).chain(self.variants.iter().map(|v| v.sku.as_str()))
    }
}
