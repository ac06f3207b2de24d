//! The wall between a question and however articles are found. The full-text index is one implementation; retrieval by trained
//! vectors will be another.

use crate::evidence::Evidence;
use qn_domain::{ArticleAudience, ArticleId, Language, Reader};
use serde::{Deserialize, Serialize};

/// Hits one search may ask for.
pub const LIMIT_MAX: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// As typed; only the first `qn_nlu::normalise::TEXT_CHARS_MAX` characters are read.
    pub text: &'a str,
    /// Articles of this language are searched; those of the other only when this one has none at all.
    pub language: Language,
    /// At most `LIMIT_MAX`.
    pub limit: usize,
    /// Only what this reader may read today is found.
    pub reader: Reader<'a>,
}

/// An article that may answer, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub article_id: ArticleId,
    pub language: Language,
    pub title: String,
    /// Confidence in [0, 1] that this article answers the question; comparable between questions, unlike a raw search score.
    pub score: f32,
    /// The part of the article to quote, markdown.
    pub passage: String,
    /// The sentences of the passage that speak to the question most, as they stand there without markdown. Of the first hit only.
    pub sentences: Vec<String>,
    /// Words of the question that the passage holds, as they stand there in normalised spelling, for marking.
    pub highlights: Vec<String>,
    /// What the score was made of, for the test box and the trace.
    pub evidence: Evidence,
    /// Who else may read it: what is not for everyone has no public page.
    pub audience: ArticleAudience,
    /// Id of the flow that the answer offers to begin.
    #[serde(default)]
    pub next_flow: Option<String>,
    /// SKUs of the products it is about; empty for what is about none or all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

/// Finds articles for a question. Implementations never fail and are bounded in time: nothing found is an empty list.
pub trait Retriever: Send + Sync {
    fn search(&self, query: &Query<'_>) -> Vec<Hit>;
}
