//! Building the index of one language: analyse every article once, number its terms, hand them to the posting lists, and keep
//! what scoring needs beside them.

use super::postings::{Postings, PostingsWriter};
use super::vectors::Vectors;
use super::vocabulary::Vocabulary;
use crate::analysis::{Analysis, Analyzer, Key};
use crate::{markdown, passages};
use qn_domain::{Article, ArticleId, ArticleScope, Language};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Places read of one title or question.
const ASKED_PLACES_MAX: u32 = 200;
/// Bodies are read in windows of this many characters.
const WINDOW_CHARS: usize = 1_500;

pub(super) struct LanguageIndex {
    pub docs: Vec<Doc>,
    pub vocabulary: Vocabulary,
    pub postings: Option<Postings>,
    /// Once an encoder has been through.
    pub vectors: OnceLock<Vectors>,
}

/// An article as searching sees it.
pub(super) struct Doc {
    pub article_id: ArticleId,
    pub language: Language,
    pub title: String,
    pub scope: ArticleScope,
    pub next_flow: Option<String>,
    /// The title, then the similar questions.
    pub asked: Vec<Asked>,
    pub passages: Vec<Passage>,
    pub topic: Topic,
    /// The products its title or a third of its questions name, in ascending order.
    pub things: Vec<u16>,
}

/// A title counts like this many similar questions.
const TITLE_WEIGHT: usize = 3;

/// What an article is about: its asked terms, each weighing more the more of its questions have it.
#[derive(Default)]
pub(super) struct Topic {
    /// Squared weights by term, in ascending order of term.
    pub terms: Box<[(u32, f32)]>,
    pub sum: f32,
}

impl Topic {
    /// The share of the texts that have each term, in ascending order of term.
    fn shares(asked: &[Asked]) -> Box<[(u32, f32)]> {
        let mut all: Vec<u32> = asked
            .iter()
            .enumerate()
            .flat_map(|(n, asked)| std::iter::repeat_n(asked, if n == 0 { TITLE_WEIGHT } else { 1 }))
            .flat_map(|a| a.terms.iter().copied())
            .collect();
        all.sort_unstable();
        let total = (asked.len() + TITLE_WEIGHT - 1) as f32;
        all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f32 / total)).collect()
    }

    fn of(mut terms: Box<[(u32, f32)]>, vocabulary: &Vocabulary) -> Self {
        terms.iter_mut().for_each(|(id, share)| *share *= vocabulary.weight(*id).powi(2));
        Self { sum: terms.iter().map(|(_, weight)| weight).sum(), terms }
    }
}

/// Distinct terms in ascending order, and the length of their weight vector.
pub(super) struct Asked {
    /// In the spelling used for comparing.
    pub text: String,
    pub terms: Box<[u32]>,
    pub norm: f32,
}

pub(super) struct Passage {
    pub text: String,
    pub terms: Box<[u32]>,
}

impl LanguageIndex {
    pub fn build(analyzer: &Analyzer, articles: &[&Article]) -> Self {
        let mut vocabulary = Vocabulary::new(analyzer, articles.len());
        let mut docs = Vec::with_capacity(articles.len());
        if articles.is_empty() {
            return Self { docs, vocabulary, postings: None, vectors: OnceLock::new() };
        }
        let mut writer = PostingsWriter::default();
        let mut all_shares = Vec::with_capacity(articles.len());
        for article in articles {
            let (doc, asked, body) = read(analyzer, &mut vocabulary, article);
            writer.add(&asked, &body);
            let shares = Topic::shares(&doc.asked);
            vocabulary.count(&shares, &distinct(body));
            all_shares.push(shares);
            docs.push(doc);
        }
        vocabulary.freeze();
        let postings = Some(writer.finish(vocabulary.len()));
        docs.iter_mut().zip(all_shares).for_each(|(doc, shares)| doc.topic = Topic::of(shares, &vocabulary));
        for asked in docs.iter_mut().flat_map(|doc| &mut doc.asked) {
            asked.norm = asked.terms.iter().map(|id| vocabulary.weight(*id).powi(2)).sum::<f32>().sqrt();
        }
        Self { docs, vocabulary, postings, vectors: OnceLock::new() }
    }
}

/// The article, and the terms of its title and questions and of its body, with repetitions.
fn read(analyzer: &Analyzer, vocabulary: &mut Vocabulary, article: &Article) -> (Doc, Vec<u32>, Vec<u32>) {
    let mut all_asked = Vec::new();
    let mut asked = Vec::new();
    let mut mentions: BTreeMap<u16, usize> = BTreeMap::new();
    for text in std::iter::once(&article.title).chain(&article.questions) {
        let analysis = analyzer.analyze(text, ASKED_PLACES_MAX);
        let terms = numbers(vocabulary, &analysis);
        let mut named: Vec<u16> = things(analyzer, &analysis);
        named.dedup();
        let times = if asked.is_empty() { article.questions.len() + 1 } else { 1 };
        for thing in named {
            *mentions.entry(thing).or_default() += times;
        }
        all_asked.extend_from_slice(&terms);
        asked.push(Asked { text: analysis.text, terms: distinct(terms), norm: 0.0 });
    }
    let mut body = Vec::new();
    let mut parts = Vec::new();
    for text in passages::split(&article.body) {
        let mut terms = Vec::new();
        for window in windows(&markdown::to_text(&text)) {
            terms.extend(numbers(vocabulary, &analyzer.analyze(window, u32::MAX)));
        }
        body.extend_from_slice(&terms);
        parts.push(Passage { text, terms: distinct(terms) });
    }
    let things = mentions.into_iter().filter(|(_, times)| times * 3 > article.questions.len()).map(|(thing, _)| thing).collect();
    let doc = Doc {
        article_id: article.id.clone(),
        language: article.language,
        title: article.title.clone(),
        scope: article.scope.clone(),
        next_flow: article.next_flow.clone(),
        asked,
        passages: parts,
        topic: Topic::default(),
        things,
    };
    (doc, all_asked, body)
}

/// The products a text names, in ascending order.
pub(super) fn things(analyzer: &Analyzer, analysis: &Analysis) -> Vec<u16> {
    let concepts = analysis.terms.iter().filter_map(|term| match term.key {
        Key::Concept(id) => analyzer.concepts().is_thing(id).then_some(id),
        Key::Text { .. } => None,
    });
    let mut things: Vec<u16> = concepts.collect();
    things.sort_unstable();
    things.dedup();
    things
}

fn numbers(vocabulary: &mut Vocabulary, analysis: &Analysis) -> Vec<u32> {
    analysis.terms.iter().map(|term| vocabulary.number(analysis, term)).collect()
}

fn distinct(mut terms: Vec<u32>) -> Box<[u32]> {
    terms.sort_unstable();
    terms.dedup();
    terms.into_boxed_slice()
}

fn windows(text: &str) -> Vec<&str> {
    let mut windows = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let window = qn_base::text::truncate(rest, WINDOW_CHARS);
        windows.push(window);
        rest = &rest[window.len()..];
    }
    windows
}
