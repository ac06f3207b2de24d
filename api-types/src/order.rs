//! A customer's orders, looked up in another system while an agent looks on. Times are epoch milliseconds.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

const INPUTS_MAX: usize = 20;
const STATES_MAX: usize = 50;
const WORD_MAX: usize = 200;

/// A state's code and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderState {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// Which operation of which connector knows orders, what it is asked with, and where in its answer things lie. Paths are names joined by
/// dots, e.g. `data.orders`; an empty one is not there (an empty `list` is the answer itself).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderSource {
    pub connector: String,
    /// One that only reads.
    pub operation: String,
    /// By input of the operation: `contact_id`, `external_id`, `email`, `phone`, `name`, `attribute:<name>`, or `=<fixed text>`.
    pub input: BTreeMap<String, String>,
    #[serde(default)]
    pub list: String,
    pub number: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub total: String,
    #[serde(default)]
    pub placed_at: String,
    /// An address with `{number}` in it.
    #[serde(default)]
    pub link: String,
    #[serde(default)]
    pub states: Vec<OrderState>,
}

const KNOWN: [&str; 5] = ["contact_id", "external_id", "email", "phone", "name"];

impl Check for OrderSource {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.connector, "connector", 80, wrong);
        check::key(&self.operation, "operation", 120, wrong);
        check::name(&mut self.number, "number", WORD_MAX, wrong);
        let words = [
            ("list", &mut self.list),
            ("title", &mut self.title),
            ("state", &mut self.state),
            ("total", &mut self.total),
            ("placed_at", &mut self.placed_at),
        ];
        for (field, word) in words {
            check::text(word, field, WORD_MAX, wrong);
        }
        check::text(&mut self.link, "link", 500, wrong);
        if !["https://", "http://"].iter().any(|scheme| self.link.starts_with(scheme)) && !self.link.is_empty() {
            wrong.push(Invalid::new("link", "应以 https:// 开头", "must begin with https://"));
        }
        if self.input.len() > INPUTS_MAX || self.states.len() > STATES_MAX {
            wrong.push(Invalid::new("input", "过多", "has too many"));
        }
        for (name, what) in &self.input {
            let known =
                KNOWN.contains(&what.as_str()) || what.strip_prefix("attribute:").is_some_and(|a| !a.is_empty()) || what.starts_with('=');
            if !known || what.len() > WORD_MAX || name.is_empty() {
                let help = "must be contact_id, external_id, email, phone, name, attribute:<name> or =<text>";
                wrong.push(Invalid::new(format!("input.{name}"), "应为客户的某项资料或 =固定文字", help));
            }
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderSourceView {
    /// Null where orders are not looked up.
    pub source: Option<OrderSource>,
    /// The version this was read at; 0: there was none.
    pub version: i64,
}

impl Check for OrderSourceView {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(source) = &mut self.source {
            source.check(wrong);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OrderView {
    pub number: String,
    pub title: String,
    /// As the other system says it, or as the setting names it in the reader's language.
    pub state: String,
    pub total: String,
    /// As the other system writes it.
    pub placed_at: String,
    pub url: Option<String>,
}

/// What the other system was asked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderKey {
    /// As in `OrderSource.input`.
    pub what: String,
    pub value: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrdersView {
    /// False: nobody said where orders come from.
    pub configured: bool,
    /// What is asked with and is not known of this customer, as in `OrderSource.input`; then nobody was asked.
    pub missing: Option<String>,
    pub asked_with: Vec<OrderKey>,
    /// When the other system answered; an answer is kept for a minute.
    pub asked_at: Option<i64>,
    /// Why there is no answer, for people.
    pub error: Option<String>,
    /// At most 20.
    pub items: Vec<OrderView>,
}

/// Somebody looked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderLookView {
    pub user_id: String,
    /// Null: there was no answer.
    pub found: Option<i64>,
    pub at: i64,
}
