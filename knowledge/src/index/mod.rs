//! The full-text retriever of one tenant: one immutable index per language, built whole from the published articles.

mod build;
mod postings;
mod search;
mod vectors;
mod vocabulary;

use crate::analysis::Analyzer;
use crate::retriever::{Hit, Query, Retriever};
use qn_domain::{Article, ArticleId, ArticleState, Language};
use std::sync::Arc;
use vectors::Vectors;
pub(crate) use vectors::{Known, unit};

pub struct TenantIndex {
    analyzer: Arc<Analyzer>,
    zh: build::LanguageIndex,
    en: build::LanguageIndex,
}

impl TenantIndex {
    /// Indexes the published ones among `articles`; the rest are ignored.
    pub fn build(analyzer: Arc<Analyzer>, articles: &[Article]) -> Self {
        let of = |language: Language| -> Vec<&Article> {
            articles.iter().filter(|a| a.state == ArticleState::Published && a.language == language).collect()
        };
        let zh = build::LanguageIndex::build(&analyzer, &of(Language::Zh));
        let en = build::LanguageIndex::build(&analyzer, &of(Language::En));
        Self { analyzer, zh, en }
    }

    /// Published articles in this language.
    pub fn count(&self, language: Language) -> usize {
        self.of(language).docs.len()
    }

    /// A search that also goes by the question's vector, at length 1, once the articles have theirs. An empty one is none.
    pub fn search_near(&self, query: &Query<'_>, vector: &[f32]) -> Vec<Hit> {
        search::search(self.serving(query.language), &self.analyzer, query, vector)
    }

    pub fn has_vectors(&self) -> bool {
        [&self.zh, &self.en].iter().any(|index| index.vectors.get().is_some_and(|vectors| vectors.trust > 0.0))
    }

    /// The texts that should have vectors.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.zh, &self.en].into_iter().flat_map(vectors::texts).map(|(_, text)| text)
    }

    /// Puts the vectors in place, once all are known.
    pub(crate) fn take_vectors(&self, known: &Known) {
        for index in [&self.zh, &self.en] {
            if let Some(vectors) = Vectors::new(index, known) {
                let _: Result<(), Vectors> = index.vectors.set(vectors);
            }
        }
    }

    /// Articles of the other language serve a language that has none.
    fn serving(&self, language: Language) -> &build::LanguageIndex {
        let wanted = self.of(language);
        if wanted.docs.is_empty() { self.of(other(language)) } else { wanted }
    }

    /// The part of this article that fits the question best; its score is 0, for the caller to say why it is quoted.
    pub fn quote(&self, article_id: &ArticleId, query: &Query<'_>) -> Option<Hit> {
        let quoted = |language| search::quote(self.of(language), &self.analyzer, article_id, query);
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
        self.search_near(query, &[])
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    }
}
