//! One search: question → terms → posting lists → the best candidates → evidence for each → hits. Nothing here allocates per
//! article of the library beyond three flat arrays.

use super::build::{Doc, LanguageIndex, things};
use super::postings::{Part, Postings};
use crate::analysis::{Analysis, Analyzer, Key, Kind, Term, Unit};
use crate::evidence::{Evidence, Judged, judge};
use crate::retriever::{Hit, LIMIT_MAX, Query};
use qn_domain::{ArticleId, Reader};

/// Places read of a sentence.
const SENTENCE_PLACES_MAX: u32 = 300;
/// Places of a question that are searched for; people who write more say it in the first words.
const QUERY_PLACES_MAX: u32 = 160;
/// Known terms of a question that are searched for, the weightiest; their matches fit one word of bits.
const QUERY_TERMS_MAX: usize = 64;
/// Articles that are looked at closely.
const CANDIDATES: usize = 20;
/// Articles beyond these that are looked at because their vectors are nearest.
const CANDIDATES_BY_VECTOR: usize = 10;
/// A term in the title or a question counts this many times one in the body.
const ASKED_BOOST: f32 = 2.5;
/// What the frequency part of BM25 stays below.
const BM25_MAX: f32 = 2.2;
/// Mistyped words looked up by spelling, per question.
const CORRECTIONS_MAX: usize = 4;
/// The most an article may be trusted to answer a question that only names a product.
const NAMES_ONLY_MAX: f32 = 0.4;
/// An article that speaks to less than this of what was said beside the product's name is not the answer, however alike the rest is.
const CONTENT_MIN: f32 = 0.5;
const UNSAID_MAX: f32 = 0.6;
/// Likeness decides only where it is near 1, which needs most of the question covered. It is work for each similar question of an
/// article, so elsewhere it is left at 0.
const LIKENESS_COVERAGE_MIN: f32 = 0.85;
/// What a corrected word proves of what the word itself would.
const CORRECTED: f32 = 0.5;

/// A term of the question that the library knows.
#[derive(Clone, Copy)]
struct Wanted {
    id: u32,
    weight: f32,
}

/// Where a wanted term stands in the question.
struct Place {
    /// Index into `Question::wanted`.
    bit: usize,
    /// Index into `Analysis::terms`.
    term: usize,
    cover: f32,
}

/// The question as numbers.
struct Question {
    analysis: Analysis,
    /// In ascending order of id, each once.
    wanted: Vec<Wanted>,
    places: Vec<Place>,
    /// Length of the weight vector, with the terms the library does not know.
    norm: f32,
    /// Sum of the weights, likewise.
    sum: f32,
    /// The products it names, in ascending order.
    things: Vec<u16>,
    /// Rarity times strength of each unit.
    unit_weights: Vec<f32>,
    /// The same, without the units that name a product.
    content_weights: Vec<f32>,
}

/// `vector` is the question's own at length 1, or empty; it counts where the articles have vectors as well.
pub(super) fn search(index: &LanguageIndex, analyzer: &Analyzer, query: &Query<'_>, vector: &[f32]) -> Vec<Hit> {
    let limit = query.limit.min(LIMIT_MAX);
    let Some(postings) = &index.postings else { return Vec::new() };
    let question = read(index, analyzer, query.text);
    let vectors = index.vectors.get().filter(|vectors| vectors.trust > 0.0 && vectors.dims() == vector.len());
    if limit == 0 || question.wanted.is_empty() && vectors.is_none() {
        return Vec::new();
    }
    let matches = Matches::collect(postings, &question, index, &query.reader);
    let alike = vectors.map(|vectors| (vectors.trust, vectors.likenesses(vector)));
    let seen = |doc: usize| {
        let near = alike.as_ref().map_or(0.0, |(trust, alike)| trust * alike[doc].max(0.0));
        (doc, Evidence { vector: near, ..evidence(index, &question, &matches, doc) })
    };
    let candidates: Vec<(usize, Evidence)> = matches.best(alike.as_ref().map(|(_, alike)| &alike[..])).into_iter().map(seen).collect();
    let all: Vec<Evidence> = candidates.iter().map(|(_, evidence)| *evidence).collect();
    let names_only = names_only(analyzer, &question.analysis);
    let mut judged: Vec<(Judged, usize, Evidence)> =
        candidates.into_iter().zip(judge(&all)).map(|((doc, evidence), judged)| (judged, doc, evidence)).collect();
    judged.sort_by(|a, b| b.0.rank.total_cmp(&a.0.rank).then_with(|| index.docs[a.1].article_id.cmp(&index.docs[b.1].article_id)));
    judged.truncate(limit);
    let hit = |(judged, doc, evidence): (Judged, usize, Evidence)| {
        hit(&index.docs[doc], &question, judged.confidence.min(most(names_only, &evidence)), evidence)
    };
    let mut hits: Vec<Hit> = judged.into_iter().map(hit).collect();
    if let Some(first) = hits.first_mut() {
        first.sentences = sentences(index, analyzer, &question, &first.passage);
    }
    hits
}

/// A sentence counts beside the best one from this share of what that one holds.
const BESIDE_MIN: f32 = 0.7;
const SENTENCES_MAX: usize = 3;

/// The sentences that hold most of the question; the first one where none holds anything.
fn sentences(index: &LanguageIndex, analyzer: &Analyzer, question: &Question, passage: &str) -> Vec<String> {
    let all = crate::marks::sentences(passage);
    let held = |sentence: &String| -> f32 {
        let analysis = analyzer.analyze(sentence, SENTENCE_PLACES_MAX);
        let mut ids: Vec<u32> = analysis.terms.iter().filter_map(|term| index.vocabulary.find(&analysis, term)).collect();
        ids.sort_unstable();
        question.wanted.iter().filter(|wanted| ids.binary_search(&wanted.id).is_ok()).map(|wanted| wanted.weight).sum()
    };
    let weights: Vec<f32> = all.iter().map(held).collect();
    let best = weights.iter().copied().fold(0.0, f32::max);
    if best <= 0.0 {
        return all.into_iter().take(1).collect();
    }
    all.into_iter().zip(weights).filter(|(_, weight)| *weight >= best * BESIDE_MIN).map(|(text, _)| text).take(SENTENCES_MAX).collect()
}

/// The most an article may be trusted, short of its own words: less when all that was said is a product's name, or when it speaks
/// to little of what was said beside the name.
fn most(names_only: bool, evidence: &Evidence) -> f32 {
    if evidence.same_words {
        1.0
    } else if names_only {
        NAMES_ONLY_MAX
    } else if evidence.content < CONTENT_MIN {
        UNSAID_MAX
    } else {
        1.0
    }
}

/// Nothing but the name of a product: what the customer wants to know about it is not said.
fn names_only(analyzer: &Analyzer, analysis: &Analysis) -> bool {
    let is_model = |unit: &Unit| {
        let words = analysis.terms.iter().filter(|term| term.kind == Kind::Word && term.from == unit.from && term.to == unit.to);
        words.filter_map(|term| if let Key::Text { from, to } = term.key { Some(analysis.slice(from, to)) } else { None }).any(is_model)
    };
    let mut said = analysis.units.iter().filter(|unit| unit.strength > 0.0).peekable();
    said.peek().is_some() && said.all(|unit| names_thing(analyzer, analysis, unit) || is_model(unit))
}

fn names_thing(analyzer: &Analyzer, analysis: &Analysis, unit: &Unit) -> bool {
    let thing = |term: &Term| matches!(term.key, Key::Concept(id) if analyzer.concepts().is_thing(id));
    analysis.terms.iter().any(|term| thing(term) && term.from <= unit.from && unit.to <= term.to)
}

fn is_model(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit()) || matches!(word, "pro" | "max" | "plus" | "mini" | "lit" | "lite" | "ultra")
}

/// One article, whether or not the question finds it.
pub(super) fn quote(index: &LanguageIndex, analyzer: &Analyzer, article_id: &ArticleId, query: &Query<'_>) -> Option<Hit> {
    let doc = index.docs.iter().find(|doc| doc.article_id == *article_id && doc.scope.admits(&query.reader))?;
    let question = read(index, analyzer, query.text);
    let quoted = hit(doc, &question, 0.0, Evidence::default());
    Some(Hit { sentences: sentences(index, analyzer, &question, &quoted.passage), ..quoted })
}

fn read(index: &LanguageIndex, analyzer: &Analyzer, text: &str) -> Question {
    let analysis = analyzer.analyze(text, QUERY_PLACES_MAX);
    let vocabulary = &index.vocabulary;
    let mut wanted: Vec<Wanted> = Vec::with_capacity(analysis.terms.len());
    let mut found: Vec<(u32, usize, f32)> = Vec::with_capacity(analysis.terms.len());
    let mut unknown = 0.0;
    let mut unknown_sum = 0.0;
    let mut corrections = 0;
    let mut place_rarity = vec![0.0f32; analysis.places as usize];
    for (at, term) in analysis.terms.iter().enumerate() {
        let known = vocabulary.find(&analysis, term).map(|id| (id, 1.0));
        let known = known.or_else(|| corrected(index, &analysis, term, &mut corrections));
        let rarity = vocabulary.rarity(known.map(|(id, _)| id));
        if matches!(term.kind, Kind::Word | Kind::Concept) {
            place_rarity[term.from as usize..term.to as usize].iter_mut().for_each(|r| *r = if *r == 0.0 { rarity } else { r.min(rarity) });
        }
        match known {
            Some((id, share)) => {
                wanted.push(Wanted { id, weight: vocabulary.weight(id) * term.strength * share });
                found.push((id, at, term.kind.cover() * share));
            }
            None => {
                unknown += (rarity * term.kind.weight() * term.strength).powi(2);
                unknown_sum += rarity * term.kind.weight() * term.strength;
            }
        }
    }
    // The same term twice counts once, at its strongest.
    wanted.sort_unstable_by(|a, b| a.id.cmp(&b.id).then(b.weight.total_cmp(&a.weight)));
    let sum = wanted.chunk_by(|a, b| a.id == b.id).map(|same| same[0].weight).sum::<f32>() + unknown_sum;
    let norm = wanted.chunk_by(|a, b| a.id == b.id).map(|same| same[0].weight.powi(2)).sum::<f32>() + unknown;
    wanted.dedup_by_key(|w| w.id);
    if wanted.len() > QUERY_TERMS_MAX {
        wanted.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight));
        wanted.truncate(QUERY_TERMS_MAX);
        wanted.sort_unstable_by_key(|w| w.id);
    }
    let place =
        |(id, term, cover): (u32, usize, f32)| wanted.binary_search_by_key(&id, |w| w.id).ok().map(|bit| Place { bit, term, cover });
    let places = found.into_iter().filter_map(place).collect();
    let unit_weights: Vec<f32> = analysis
        .units
        .iter()
        .map(|unit| {
            let rarest = place_rarity[unit.from as usize..unit.to as usize].iter().copied().fold(0.0, f32::max);
            unit.strength * if rarest > 0.0 { rarest } else { vocabulary.rarity(None) }
        })
        .collect();
    let things = things(analyzer, &analysis);
    let beside = |(unit, weight): (&Unit, &f32)| if names_thing(analyzer, &analysis, unit) { 0.0 } else { *weight };
    let content_weights = analysis.units.iter().zip(&unit_weights).map(beside).collect();
    Question { analysis, things, wanted, places, norm: norm.sqrt(), sum, unit_weights, content_weights }
}

fn corrected(index: &LanguageIndex, analysis: &Analysis, term: &Term, corrections: &mut usize) -> Option<(u32, f32)> {
    let Key::Text { from, to } = term.key else { return None };
    if term.kind != Kind::Word || *corrections >= CORRECTIONS_MAX {
        return None;
    }
    let word = analysis.slice(from, to);
    if !word.is_ascii() {
        return None;
    }
    *corrections += 1;
    index.vocabulary.corrected(word).map(|id| (id, CORRECTED))
}

/// What the posting lists said, by article.
struct Matches {
    scores: Vec<f32>,
    /// The part of the score that the body gave.
    body_scores: Vec<f32>,
    /// Bit n: the n-th wanted term is in the title or questions.
    asked: Vec<u64>,
    /// The same for the body.
    body: Vec<u64>,
    /// The reader may read it.
    admitted: Vec<bool>,
}

impl Matches {
    fn collect(postings: &Postings, question: &Question, index: &LanguageIndex, reader: &Reader<'_>) -> Self {
        let n = index.docs.len();
        let admitted = index.docs.iter().map(|doc| doc.scope.admits(reader)).collect();
        let mut matches = Self { scores: vec![0.0; n], body_scores: vec![0.0; n], asked: vec![0; n], body: vec![0; n], admitted };
        for (bit, wanted) in question.wanted.iter().enumerate() {
            for (doc, score) in postings.list(Part::Asked, wanted.id) {
                matches.scores[*doc as usize] += score * wanted.weight * ASKED_BOOST;
                matches.asked[*doc as usize] |= 1 << bit;
            }
            for (doc, score) in postings.list(Part::Body, wanted.id) {
                matches.scores[*doc as usize] += score * wanted.weight;
                matches.body_scores[*doc as usize] += score * wanted.weight;
                matches.body[*doc as usize] |= 1 << bit;
            }
        }
        matches
    }

    /// The articles with the highest scores, at most `CANDIDATES`, none without a match; and those nearest by vector.
    fn best(&self, alike: Option<&[f32]>) -> Vec<usize> {
        let mut docs: Vec<usize> = (0..self.scores.len()).filter(|doc| self.scores[*doc] > 0.0 && self.admitted[*doc]).collect();
        let by_score = |a: &usize, b: &usize| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b));
        if docs.len() > CANDIDATES {
            docs.select_nth_unstable_by(CANDIDATES, by_score);
            docs.truncate(CANDIDATES);
        }
        if let Some(alike) = alike {
            let mut near: Vec<usize> = (0..alike.len()).filter(|doc| self.admitted[*doc] && !docs.contains(doc)).collect();
            let by_likeness = |a: &usize, b: &usize| alike[*b].total_cmp(&alike[*a]).then(a.cmp(b));
            if near.len() > CANDIDATES_BY_VECTOR {
                near.select_nth_unstable_by(CANDIDATES_BY_VECTOR, by_likeness);
                near.truncate(CANDIDATES_BY_VECTOR);
            }
            docs.extend(near);
        }
        docs
    }
}

fn evidence(index: &LanguageIndex, question: &Question, matches: &Matches, doc: usize) -> Evidence {
    let asked = matches.asked[doc];
    let possible = question.sum.max(f32::MIN_POSITIVE) * BM25_MAX;
    let coverage_asked = coverage(question, asked, &question.unit_weights).unwrap_or(0.0);
    Evidence {
        coverage: coverage_asked,
        coverage_all: coverage(question, asked | matches.body[doc], &question.unit_weights).unwrap_or(0.0),
        content: coverage(question, asked | matches.body[doc], &question.content_weights).unwrap_or(1.0),
        asked: ((matches.scores[doc] - matches.body_scores[doc]) / (possible * ASKED_BOOST)).min(1.0),
        body: (matches.body_scores[doc] / possible).min(1.0),
        topic: topic(question, asked, &index.docs[doc]),
        likeness: if coverage_asked < LIKENESS_COVERAGE_MIN { 0.0 } else { likeness(index, question, asked, &index.docs[doc]) },
        vector: 0.0,
        thing: thing(&question.things, &index.docs[doc].things),
        same_words: index.docs[doc].asked.iter().any(|asked| asked.text == question.analysis.text),
    }
}

/// 1 when question and article name the same product, -1 when each names only others, 0 when either names none.
fn thing(asked: &[u16], article: &[u16]) -> f32 {
    match (asked.is_empty() || article.is_empty(), asked.iter().any(|thing| article.contains(thing))) {
        (true, _) => 0.0,
        (false, true) => 1.0,
        (false, false) => -1.0,
    }
}

/// Share of what the article is about that the question holds.
fn topic(question: &Question, asked: u64, doc: &Doc) -> f32 {
    let weight = |wanted: &Wanted| doc.topic.terms.binary_search_by_key(&wanted.id, |t| t.0).map_or(0.0, |at| doc.topic.terms[at].1);
    let held: f32 = bits(asked).map(|bit| weight(&question.wanted[bit])).sum();
    held / doc.topic.sum.max(f32::MIN_POSITIVE)
}

/// Cosine with the most alike of the article's title and questions.
fn likeness(index: &LanguageIndex, question: &Question, asked: u64, doc: &Doc) -> f32 {
    let present: Vec<Wanted> = bits(asked).map(|bit| question.wanted[bit]).collect();
    let mut best = 0.0f32;
    for asked in &doc.asked {
        let mut dot = 0.0;
        let mut at = 0;
        for wanted in &present {
            at += asked.terms[at..].partition_point(|id| *id < wanted.id);
            if asked.terms.get(at) == Some(&wanted.id) {
                dot += wanted.weight * index.vocabulary.weight(wanted.id);
            }
        }
        best = best.max(dot / (question.norm * asked.norm).max(f32::MIN_POSITIVE));
    }
    best.min(1.0)
}

/// Share of the question's units, by weight, that the matched terms cover; none when nothing weighs anything.
fn coverage(question: &Question, matched: u64, weights: &[f32]) -> Option<f32> {
    let mut covered = vec![0.0f32; question.analysis.places as usize];
    for place in question.places.iter().filter(|place| matched >> place.bit & 1 == 1) {
        let term = &question.analysis.terms[place.term];
        for cover in &mut covered[term.from as usize..term.to as usize] {
            *cover = cover.max(place.cover);
        }
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for (unit, weight) in question.analysis.units.iter().zip(weights) {
        let places = &covered[unit.from as usize..unit.to as usize];
        sum += weight * places.iter().sum::<f32>() / places.len() as f32;
        total += weight;
    }
    (total > 0.0).then(|| sum / total)
}

fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(bit)
    })
}

fn hit(doc: &Doc, question: &Question, score: f32, evidence: Evidence) -> Hit {
    let held = |terms: &[u32]| question.wanted.iter().filter(|w| terms.binary_search(&w.id).is_ok()).map(|w| w.weight).sum::<f32>();
    let mut best: Option<(f32, &super::build::Passage)> = None;
    for passage in &doc.passages {
        let sum = if doc.passages.len() == 1 { 0.0 } else { held(&passage.terms) };
        if best.is_none_or(|(most, _)| sum > most) {
            best = Some((sum, passage));
        }
    }
    let passage = best.map(|(_, passage)| passage);
    Hit {
        article_id: doc.article_id.clone(),
        language: doc.language,
        title: doc.title.clone(),
        score,
        passage: passage.map(|p| p.text.clone()).unwrap_or_default(),
        sentences: Vec::new(),
        highlights: passage.map(|p| highlights(question, &p.terms)).unwrap_or_default(),
        evidence,
        audience: doc.scope.audience,
        next_flow: doc.next_flow.clone(),
        products: doc.scope.products.clone(),
    }
}

/// The words of the question that stand in the passage, each once.
fn highlights(question: &Question, terms: &[u32]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for place in &question.places {
        let term = &question.analysis.terms[place.term];
        let Key::Text { from, to } = term.key else { continue };
        let word = question.analysis.slice(from, to);
        let marks = term.kind == Kind::Word && term.strength > 0.5 && (word.len() > 3 || word.is_ascii());
        if marks && terms.binary_search(&question.wanted[place.bit].id).is_ok() && !words.iter().any(|w| w == word) {
            words.push(word.to_owned());
        }
    }
    words
}
