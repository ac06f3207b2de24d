//! Why people pass conversations on: the company's list.

use crate::check::{self, Check, Invalid};
use qn_domain::TransferReason;
use qn_domain::transfer_reason::REASONS_MAX;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferReasonView {
    /// What is kept and counted; it outlives a change of the names.
    pub key: String,
    pub zh: String,
    /// Empty: the Chinese name.
    #[serde(default)]
    pub en: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferReasonsView {
    /// In the order people choose from; at most 30.
    pub items: Vec<TransferReasonView>,
    /// The version this was read at; 0: there were none.
    pub version: i64,
}

impl TransferReasonsView {
    pub fn of(reasons: Vec<TransferReason>, version: i64) -> Self {
        let items = reasons.into_iter().map(|r| TransferReasonView { key: r.key, zh: r.zh, en: r.en }).collect();
        Self { items, version }
    }

    pub fn reasons(self) -> Vec<TransferReason> {
        self.items.into_iter().map(|r| TransferReason { key: r.key, zh: r.zh, en: r.en }).collect()
    }
}

impl Check for TransferReasonsView {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.items.len() > REASONS_MAX {
            wrong.push(Invalid::new("items", format!("最多 {REASONS_MAX} 个"), format!("are at most {REASONS_MAX}")));
        }
        let mut seen = HashSet::new();
        for (n, item) in self.items.iter_mut().enumerate() {
            check::key(&item.key, &format!("items.{n}.key"), 40, wrong);
            check::name(&mut item.zh, &format!("items.{n}.zh"), 80, wrong);
            check::optional_name(&mut item.en, &format!("items.{n}.en"), 80, wrong);
            if item.en.is_empty() {
                item.en.clone_from(&item.zh);
            }
            if !seen.insert(item.key.clone()) {
                wrong.push(Invalid::new(format!("items.{n}.key"), format!("「{}」重复", item.key), format!("{} is there twice", item.key)));
            }
        }
    }
}
