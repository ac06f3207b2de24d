//! The product catalogue: what the company sells, with attributes and what goes with what.

use crate::{ProductId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

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
    pub version: i64,
    pub created_at: Timestamp,
}
