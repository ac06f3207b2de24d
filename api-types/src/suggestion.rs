//! Answers offered to agents beside a thread, drafts, and summaries.

use crate::words::Language;
use qn_domain as domain;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SuggestionsView {
    /// `seq` of the customer's message they answer; 0 when nothing waits for an answer.
    pub seq: i64,
    /// At most three, best first.
    pub items: Vec<SuggestionView>,
    /// A language model is configured and there is something to draft from.
    pub can_draft: bool,
}

/// An answer to insert, never sent by itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SuggestionView {
    /// To be sent as `suggestion` with the message it was inserted into.
    pub key: String,
    pub source: SuggestionSource,
    pub title: String,
    /// Markdown.
    pub text: String,
    pub language: Language,
    /// 0 to 1: how likely it answers.
    pub confidence: f32,
    /// Articles it rests on.
    pub article_ids: Vec<String>,
    /// From an article that only colleagues may read.
    pub internal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionSource {
    Article,
    Canned,
    Product,
    /// Written by the language model from the articles it rests on.
    Draft,
}

/// A draft by the language model, or why there is none.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftView {
    pub item: Option<SuggestionView>,
    /// Null with a draft; else `off`, `nothing_asked`, `nothing_found`, `not_answerable`, `llm_budget`, `llm_unusable` or another code.
    pub reason: Option<String>,
}

/// A conversation in a few lines.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SummaryView {
    pub text: String,
    /// Written by the language model; else put together from quotes.
    pub by_model: bool,
    /// Why the model did not write it, when one is configured.
    pub reason: Option<String>,
}

impl From<domain::Offered> for SuggestionView {
    fn from(o: domain::Offered) -> Self {
        Self {
            key: o.key,
            source: o.source.into(),
            title: o.title,
            text: o.text,
            language: o.language.into(),
            confidence: o.confidence,
            article_ids: o.articles.into_iter().map(|id| id.0).collect(),
            internal: o.internal,
        }
    }
}

impl From<domain::SuggestionSource> for SuggestionSource {
    fn from(source: domain::SuggestionSource) -> Self {
        match source {
            domain::SuggestionSource::Article => SuggestionSource::Article,
            domain::SuggestionSource::Canned => SuggestionSource::Canned,
            domain::SuggestionSource::Product => SuggestionSource::Product,
            domain::SuggestionSource::Draft => SuggestionSource::Draft,
        }
    }
}
