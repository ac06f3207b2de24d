//! An article as sentences: its body without markdown, cut where a statement ends.

use pulldown_cmark::{Event, Parser, TagEnd};
use qn_domain::Article;
use qn_nlu::learn::grams::{Bag, Block, GramOptions};

const SENTENCES_MAX: usize = 80;
const CHARS_MIN: usize = 4;

pub(super) struct Sentence {
    pub text: String,
    /// Hashed grams of the sentence without its numbers and denials, each once, sorted: what it speaks of.
    pub grams: Vec<u32>,
}

pub(super) fn of(article: &Article) -> Vec<Sentence> {
    let plain = plain(&article.body);
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n');
    let mut cut: Vec<&str> = plain.split(ends).collect();
    // An English full stop ends a sentence only before a blank: 1.5 m does not.
    cut = cut.into_iter().flat_map(|part| part.split(". ")).collect();
    let texts = cut.into_iter().map(|text| text.trim().trim_end_matches('.')).filter(|text| text.chars().count() >= CHARS_MIN);
    texts.take(SENTENCES_MAX).map(|text| Sentence { text: text.to_owned(), grams: grams(&super::facts::skeleton(text)) }).collect()
}

pub(super) fn plain(body: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(body, crate::markdown::options()) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableRow) => out.push('\n'),
            Event::End(TagEnd::TableCell) => out.push(' '),
            _ => {}
        }
    }
    out
}

/// The distinct grams of a text, sorted: words and their pairs, characters and their neighbours, and pieces of words.
pub(super) fn grams(text: &str) -> Vec<u32> {
    let options = GramOptions { concepts: false, pairs: 0, ..GramOptions::default() };
    let bag = Bag::read(text, &options);
    let mut grams: Vec<u32> = bag.hashes(Block::Words).chain(bag.hashes(Block::Pieces)).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The share of grams two sentences have in common (Dice), 0 to 1.
pub(super) fn overlap(a: &[u32], b: &[u32]) -> f32 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    if a.is_empty() || b.is_empty() { 0.0 } else { 2.0 * shared as f32 / (a.len() + b.len()) as f32 }
}
