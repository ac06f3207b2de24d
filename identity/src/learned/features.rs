//! A pair of records as numbers: per column how alike the two values are by characters, by words, by rare words and by the numbers
//! in them; then the records as wholes. What the numbers prove is learnt from labels (`learned`).

use super::Record;
use crate::normal::{fold, words};
use crate::similarity::{bigrams, dice, edit_share, jaro_winkler, monge_elkan, shared};
use rustc_hash::{FxHashMap, FxHashSet};

const CHARS_MAX: usize = 256;
pub const OF_COLUMN: usize = 16;
pub const OF_WHOLE: usize = 4;

/// How rare words are, and in which columns: learnt from the records of the training pairs.
#[derive(Debug, Clone, Default)]
pub struct Rarity {
    records: f32,
    seen: FxHashMap<String, u32>,
}

impl Rarity {
    pub fn of<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut rarity = Self::default();
        for record in records {
            rarity.records += 1.0;
            let distinct: FxHashSet<String> = record.fields.iter().flat_map(|(_, text)| words(text)).collect();
            for word in distinct {
                *rarity.seen.entry(word).or_default() += 1;
            }
        }
        rarity
    }

    /// Natural logarithm of the inverse share of records with the word, smoothed.
    fn weight(&self, word: &str) -> f32 {
        let seen = self.seen.get(word).copied().unwrap_or_default() as f32;
        ((self.records + 1.0) / (seen + 0.5)).ln().max(0.1)
    }
}

/// One value in the ways it is compared.
struct Read {
    chars: Vec<char>,
    grams: Vec<u64>,
    words: Vec<String>,
    word_chars: Vec<Vec<char>>,
    /// The last words of the parts between commas: surnames of a list of people.
    ends: Vec<String>,
    numbers: Vec<String>,
}

impl Read {
    fn new(text: &str) -> Self {
        let folded = fold(text);
        let chars: Vec<char> = folded.chars().take(CHARS_MAX).collect();
        let in_order = words(text);
        let word_chars = in_order.iter().map(|w| w.chars().collect()).collect();
        let is_number = |w: &&String| w.chars().any(|c| c.is_ascii_digit()) || is_roman(w);
        let mut numbers: Vec<String> = in_order.iter().filter(is_number).cloned().collect();
        numbers.sort_unstable();
        let mut ends: Vec<String> = folded.split([',', ';', '、']).filter_map(|part| words(part).pop()).collect();
        ends.sort_unstable();
        let mut sorted = in_order;
        sorted.sort_unstable();
        Self { grams: bigrams(&chars), chars, words: sorted, word_chars, ends, numbers }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

fn is_roman(word: &str) -> bool {
    word.len() <= 4 && !word.is_empty() && word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
}

/// `OF_COLUMN` numbers a column in the order of `columns`, then `OF_WHOLE`.
pub fn of_pair(one: &Record, other: &Record, columns: &[String], rarity: &Rarity) -> Vec<f32> {
    let mut row = Vec::with_capacity(columns.len() * OF_COLUMN + OF_WHOLE);
    for column in columns {
        row.extend(of_values(one.get(column), other.get(column), rarity));
    }
    row.extend(of_wholes(one, other, rarity));
    row
}

fn of_values(one: &str, other: &str, rarity: &Rarity) -> [f32; OF_COLUMN] {
    let (a, b) = (Read::new(one), Read::new(other));
    if a.is_empty() || b.is_empty() {
        let mut row = [-1.0; OF_COLUMN];
        row[0] = if a.is_empty() && b.is_empty() { -2.0 } else { -1.0 };
        return row;
    }
    let common = shared(&a.words, &b.words) as f32;
    let (cosine, unmatched) = rare_words(&a.words, &b.words, rarity);
    let alone = only_in_one(&a, &b);
    [
        f32::from(u8::from(a.chars == b.chars)),
        jaro_winkler(&a.chars, &b.chars),
        edit_share(&a.chars, &b.chars),
        dice(&a.grams, &b.grams),
        dice(&a.words, &b.words),
        common / a.words.len().min(b.words.len()) as f32,
        monge_elkan(&a.word_chars, &b.word_chars),
        cosine,
        unmatched,
        number_distance(&a.words, &b.words),
        dice(&a.numbers, &b.numbers),
        a.numbers.len().abs_diff(b.numbers.len()) as f32,
        (a.chars.len() as f32 / b.chars.len() as f32).ln().abs(),
        dice(&a.ends, &b.ends),
        a.ends.len().abs_diff(b.ends.len()) as f32,
        alone,
    ]
}

/// How unlike everything on the other side the least matched word is: 1 for a word without any counterpart.
fn only_in_one(a: &Read, b: &Read) -> f32 {
    let worst = |from: &[Vec<char>], to: &[Vec<char>]| {
        let best = |w: &Vec<char>| to.iter().map(|o| jaro_winkler(w, o)).fold(0.0, f32::max);
        from.iter().map(|w| 1.0 - best(w)).fold(0.0, f32::max)
    };
    worst(&a.word_chars, &b.word_chars).min(worst(&b.word_chars, &a.word_chars))
}

fn of_wholes(one: &Record, other: &Record, rarity: &Rarity) -> [f32; OF_WHOLE] {
    let whole = |r: &Record| {
        let mut all: Vec<String> = r.fields.iter().flat_map(|(_, text)| words(text)).collect();
        all.sort_unstable();
        all
    };
    let (a, b) = (whole(one), whole(other));
    let (cosine, unmatched) = rare_words(&a, &b, rarity);
    [cosine, unmatched, dice(&a, &b), shared(&a, &b) as f32 / a.len().min(b.len()).max(1) as f32]
}

/// Cosine of the word counts weighted by rarity, and the weight of the rarest word that only one of the two has.
fn rare_words(a: &[String], b: &[String], rarity: &Rarity) -> (f32, f32) {
    let counted = |words: &[String]| {
        let mut counts: FxHashMap<String, f32> = FxHashMap::default();
        words.iter().for_each(|w| *counts.entry(w.clone()).or_default() += rarity.weight(w));
        counts
    };
    let (one, other) = (counted(a), counted(b));
    // Summed in the order of the words: sums of floats depend on it.
    let norm = |words: &[String], counts: &FxHashMap<String, f32>| {
        let mut distinct: Vec<&String> = words.iter().collect();
        distinct.dedup();
        distinct.iter().map(|w| counts[*w] * counts[*w]).sum::<f32>().sqrt()
    };
    let mut distinct: Vec<&String> = a.iter().collect();
    distinct.dedup();
    let dot: f32 = distinct.iter().filter_map(|w| Some(one[*w] * other.get(*w)?)).sum();
    let alone = |from: &FxHashMap<String, f32>, to: &FxHashMap<String, f32>| {
        from.keys().filter(|w| !to.contains_key(*w)).map(|w| rarity.weight(w)).fold(0.0, f32::max)
    };
    let unmatched = alone(&one, &other).max(alone(&other, &one));
    (dot / (norm(a, &one) * norm(b, &other)).max(1e-6), unmatched)
}

/// Between two values that are one number each; -1 elsewhere.
fn number_distance(a: &[String], b: &[String]) -> f32 {
    match (a, b) {
        ([one], [other]) => match (one.parse::<f32>(), other.parse::<f32>()) {
            (Ok(one), Ok(other)) => (one - other).abs().min(1e6),
            _ => -1.0,
        },
        _ => -1.0,
    }
}
