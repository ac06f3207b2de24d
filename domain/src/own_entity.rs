//! What a company's customers name beside what everybody does: numbers of its own form, values of a list, and what is learnt from examples.

use crate::{EntityId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnEntity {
    pub id: EntityId,
    pub tenant_id: TenantId,
    /// What flows call it: small letters, digits and `_`. Unique within the tenant.
    pub name: String,
    /// What people call it.
    pub label: String,
    pub found_by: FoundBy,
    pub version: i64,
    pub created_at: Timestamp,
}

/// How it is found in what a customer writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum FoundBy {
    /// By its form: `#` a digit, `@` a letter, `?` either, `{m,n}` repeats, everything else is itself.
    Patterns { patterns: Vec<String> },
    /// It is one of these.
    Values { values: Vec<NamedValue> },
    /// As in these sentences, in which it stands in square brackets: 「改到[下周三]送」.
    Examples { examples: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValue {
    pub value: String,
    /// Other words for it.
    #[serde(default)]
    pub synonyms: Vec<String>,
}
