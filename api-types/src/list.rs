//! One page of any list.

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; null on the last one.
    #[serde(serialize_with = "crate::cursor::write")]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that has no further pages.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
