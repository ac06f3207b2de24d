//! What a person writes when a conversation is done (会话小结): the form a company made, and one filled in. Data and its checks.

use crate::{ConversationId, InboxId, Language, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Levels of the category tree.
pub const DEPTH_MAX: usize = 4;
/// Categories in all.
pub const CATEGORIES_MAX: usize = 500;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrapUpForm {
    pub categories: Vec<Category>,
    /// Inboxes that ask; others do not.
    pub inboxes: BTreeMap<InboxId, WrapUpTerms>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Unique in the form; what is kept and counted.
    pub key: String,
    pub zh: String,
    pub en: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Category>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrapUpTerms {
    /// No new work before it is written, however long that takes.
    pub required: bool,
    /// For how long no new work is given, at most, where it is not required.
    pub seconds: i64,
}

impl WrapUpForm {
    /// A category without children, by key.
    pub fn leaf(&self, key: &str) -> Option<&Category> {
        fn search<'a>(all: &'a [Category], key: &str) -> Option<&'a Category> {
            all.iter().find_map(|c| if c.key == key && c.children.is_empty() { Some(c) } else { search(&c.children, key) })
        }
        search(&self.categories, key)
    }

    /// Every category by key, named with those above it, e.g. `退款 / 未到账`.
    pub fn paths(&self, language: Language) -> Vec<(String, String)> {
        fn walk(all: &[Category], above: &str, language: Language, paths: &mut Vec<(String, String)>) {
            for category in all {
                let path = format!("{above}{}", language.pick(category.zh.as_str(), category.en.as_str()));
                walk(&category.children, &format!("{path} / "), language, paths);
                paths.push((category.key.clone(), path));
            }
        }
        let mut paths = Vec::new();
        walk(&self.categories, "", language, &mut paths);
        paths
    }

    /// Keys in order of the tree, with the level of each (1 is the top).
    pub fn keys(&self) -> Vec<(&str, usize)> {
        fn walk<'a>(all: &'a [Category], level: usize, keys: &mut Vec<(&'a str, usize)>) {
            for category in all {
                keys.push((&category.key, level));
                walk(&category.children, level + 1, keys);
            }
        }
        let mut keys = Vec::new();
        walk(&self.categories, 1, &mut keys);
        keys
    }
}

/// One time a person was asked. `began_at` tells the times of one conversation apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUp {
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub began_at: Timestamp,
    pub inbox_id: InboxId,
    pub agent_id: UserId,
    pub required: bool,
    pub until_at: Timestamp,
    /// New work may come again.
    pub ended_at: Option<Timestamp>,
    /// A leaf of the form as it was.
    pub category: Option<String>,
    pub note: String,
    pub saved_at: Option<Timestamp>,
}
