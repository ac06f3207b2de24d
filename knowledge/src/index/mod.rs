//! The full-text retriever of one tenant: one immutable index per language, built whole from the published articles.

mod build;
mod postings;
mod search;
mod vocabulary;

use crate::analysis::Analyzer;
use crate::retriever::{Hit, LIMIT_MAX, Query, Retriever};
use qn_domain::{Article, ArticleId, ArticleState, Language};
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the full-text index could not be built")]
    Tantivy(#[from] tantivy::TantivyError),
    #[error("the full-text index could not be read back")]
    Io(#[from] std::io::Error),
}

pub struct TenantIndex {
    analyzer: Arc<Analyzer>,
    zh: build::LanguageIndex,
    en: build::LanguageIndex,
}

impl TenantIndex {
    /// Indexes the published ones among `articles`; the rest are ignored.
    pub fn build(analyzer: Arc<Analyzer>, articles: &[Article]) -> Result<Self, IndexError> {
        let of = |language: Language| -> Vec<&Article> {
            articles.iter().filter(|a| a.state == ArticleState::Published && a.language == language).collect()
        };
        let zh = build::LanguageIndex::build(&analyzer, &of(Language::Zh))?;
        let en = build::LanguageIndex::build(&analyzer, &of(Language::En))?;
        Ok(Self { analyzer, zh, en })
    }

    /// Published articles in this language.
    pub fn count(&self, language: Language) -> usize {
        self.of(language).docs.len()
    }

    /// The part of this article that fits the question best; its score is 0, for the caller to say why it is quoted.
    pub fn quote(&self, article_id: &ArticleId, query: &Query<'_>) -> Option<Hit> {
        let quoted = |language| search::quote(self.of(language), &self.analyzer, article_id, query.text);
        quoted(query.language).or_else(|| quoted(other(query.language)))
    }

    fn of(&self, language: Language) -> &build::LanguageIndex {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

impl Retriever for TenantIndex {
    fn search(&self, query: &Query<'_>) -> Vec<Hit> {
        let wanted = self.of(query.language);
        let index = if wanted.docs.is_empty() { self.of(other(query.language)) } else { wanted };
        search::search(index, &self.analyzer, query.text, query.limit.min(LIMIT_MAX))
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    }
}
