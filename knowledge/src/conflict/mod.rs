//! Articles that say the same twice, and articles that say different things about the same: found by comparing them with each other, for
//! their editor to judge. Pure, and only a hint: nothing is changed, and the bot answers as before.

mod facts;
mod pairs;
mod sentences;

use crate::import;
pub use facts::Clash;
use facts::clash;
use pairs::{Pair, alike};
use qn_domain::{Article, Language};
pub use qn_domain::{ClashKind, ConflictKind};
use sentences::Sentence;

/// Articles of a language that are compared; the rest is left out.
const ARTICLES_MAX: usize = 5_000;
const CONFLICTS_MAX: usize = 200;
const CLASHES_MAX: usize = 5;
/// Cosines from which two articles say the same: what they are asked by and what they say.
const SAME_TOPIC: f32 = 0.45;
const SAME_BODY: f32 = 0.6;
/// A body that is nearly another's, whatever its title.
const COPIED_BODY: f32 = 0.85;
/// Articles less alike than this speak of different things: that they differ is no contradiction.
const NEAR_TOPIC: f32 = 0.28;
const NEAR_BODY: f32 = 0.5;

/// Two articles an editor should look at side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict<'a> {
    pub kind: ConflictKind,
    pub a: &'a Article,
    pub b: &'a Article,
    /// How much they are about the same, 0 to 1.
    pub alike: f32,
    /// Where they contradict each other; empty for duplicates.
    pub clashes: Vec<Clash>,
}

impl Conflict<'_> {
    /// Names the two articles and what they say now: when either changes, it is another conflict.
    pub fn key(&self) -> String {
        let side = |article: &Article| format!("{}\u{0}{}\u{0}{}\u{0}{}", article.id, article.language.code(), article.title, article.body);
        import::hash(format!("{}\u{1}{}", side(self.a), side(self.b)).as_bytes())[..32].to_owned()
    }
}

/// Contradictions first, then what is most alike. Takes about 0.1 s for a hundred articles: call it off the async threads.
pub fn find(articles: &[Article]) -> Vec<Conflict<'_>> {
    let mut found = Vec::new();
    for language in [Language::Zh, Language::En] {
        let own: Vec<&Article> = articles.iter().filter(|article| article.language == language).take(ARTICLES_MAX).collect();
        let sentences: Vec<Vec<Sentence>> = own.iter().map(|article| sentences::of(article)).collect();
        for pair in alike(&own) {
            found.extend(judge(&own, &sentences, &pair));
        }
    }
    let rank = |c: &Conflict<'_>| (c.kind == ConflictKind::Duplicate, std::cmp::Reverse((c.alike * 1e6) as i64));
    found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| (&a.a.id, &a.b.id).cmp(&(&b.a.id, &b.b.id))));
    found.truncate(CONFLICTS_MAX);
    found
}

fn judge<'a>(own: &[&'a Article], sentences: &[Vec<Sentence>], pair: &Pair) -> Option<Conflict<'a>> {
    let (a, b) = (own[pair.a], own[pair.b]);
    // What no customer can be told on the same day about the same product is no contradiction.
    if !a.scope.meets(&b.scope) {
        return None;
    }
    let is_near = pair.topic >= NEAR_TOPIC || pair.body >= NEAR_BODY;
    let clashes = if is_near { clash(&sentences[pair.a], &sentences[pair.b], CLASHES_MAX) } else { Vec::new() };
    let is_same = pair.body >= COPIED_BODY || (pair.topic >= SAME_TOPIC && pair.body >= SAME_BODY);
    let kind = match (clashes.is_empty(), is_same) {
        (false, _) => ConflictKind::Contradiction,
        (true, true) => ConflictKind::Duplicate,
        (true, false) => return None,
    };
    Some(Conflict { kind, a, b, alike: pair.topic.max(pair.body).min(1.0), clashes })
}
