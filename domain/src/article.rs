//! Knowledge articles 知识条目: one row per language of one article, written in markdown.

use crate::people::text_enum;
use crate::{ArticleId, Language, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub id: ArticleId,
    pub tenant_id: TenantId,
    pub language: Language,
    /// The question or title a reader sees.
    pub title: String,
    /// Other ways people ask the same.
    pub questions: Vec<String>,
    /// Markdown.
    pub body: String,
    pub category: String,
    pub state: ArticleState,
    /// Counts edits of this language from 1.
    pub version: i64,
    pub updated_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleState {
    Draft,
    Published,
    Archived,
}

text_enum!(ArticleState { Draft = "draft", Published = "published", Archived = "archived" });

/// An earlier version of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleRevision {
    pub article_id: ArticleId,
    pub language: Language,
    pub version: i64,
    pub title: String,
    pub questions: Vec<String>,
    pub body: String,
    pub state: ArticleState,
    pub updated_by: Option<UserId>,
    pub at: Timestamp,
}
