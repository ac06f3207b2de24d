//! Products and brands of the tenant's catalogue, under any of their names, with a typing error or two, by sound or in pinyin.

use super::catalogue::{Catalogue, Name, letter, sound};
use super::{Context, Find, Recogniser, Text, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

pub struct Product;

/// Names are looked for in this much of a text.
const CHARS_MAX: usize = 2_000;
/// Names with errors are looked for in this much, and for at most this many candidates.
const FUZZY_CHARS_MAX: usize = 400;
const CANDIDATES_MAX: usize = 400;

/// The letters of a text, with the position of each.
struct Letters {
    chars: Vec<char>,
    at: Vec<usize>,
}

impl Recogniser for Product {
    fn find(&self, text: &Text, context: &Context<'_>, out: &mut Vec<Find>) {
        let Some(catalogue) = context.catalogue else { return };
        let at: Vec<usize> = (0..text.len().min(CHARS_MAX)).filter(|n| letter(text.at(*n)).is_some()).collect();
        let letters = Letters { chars: at.iter().map(|n| text.at(*n)).collect(), at };
        exact(text, &letters, catalogue, out);
        tails(text, &letters, catalogue, out);
        if out.is_empty() {
            let short = letters.chars.len().min(FUZZY_CHARS_MAX);
            by_latin(text, &letters, catalogue, out);
            by_sound(text, &letters, short, catalogue, out);
            misspelt(text, &letters, short, catalogue, out);
        }
    }
}

fn exact(text: &Text, letters: &Letters, catalogue: &Catalogue, out: &mut Vec<Find>) {
    for name in candidates(&letters.chars, &catalogue.by_pair, |n| catalogue.names[n as usize].chars.len().saturating_sub(1)) {
        let name = &catalogue.names[name as usize];
        for (start, _) in letters.chars.windows(name.chars.len()).enumerate().filter(|(_, w)| *w == name.chars) {
            push(text, letters, (start, start + name.chars.len()), name, 1.0, out);
        }
    }
}

/// Words of their own that are one error away from what models are called.
const WORDS: &str = "like|life|line|live|late|list|lie|lit|link|lift|lte|lute|per|pre|pry|prop|prod|pros|pad|map|mat|max|may|man|mad|mar|mix|air|aid|aim|\
    fair|hair|pair|mine|mind|main|mini|plug|plush|pus|ultras|not|vote|noted|notes|nite|site|bite";

/// "p10 prp" and "p10proo": a name that is written right, and the word behind it with one error.
fn tails(text: &Text, letters: &Letters, catalogue: &Catalogue, out: &mut Vec<Find>) {
    let short = letters.chars.len().min(FUZZY_CHARS_MAX);
    for (base, tail, whole) in &catalogue.tailed {
        let base = &catalogue.names[*base as usize].chars;
        for start in (0..short.saturating_sub(base.len())).filter(|n| letters.chars[*n..].starts_with(base)) {
            let from = start + base.len();
            let joined = |n: &usize| letters.chars[*n].is_ascii_lowercase() && (*n == from || letters.at[*n] == letters.at[n - 1] + 1);
            let end = (from..short).take_while(joined).last().map_or(from, |n| n + 1);
            let word = &letters.chars[from..end];
            let is_word = || WORDS.split('|').any(|known| known.chars().eq(word.iter().copied()));
            if word.len() >= 3 && word != tail && one_error(word, tail) && !is_word() {
                push(text, letters, (start, end), &catalogue.names[*whole as usize], 0.7, out);
            }
        }
    }
}

/// Both begin alike and differ by one letter: another, one more, one less, or two that changed places.
fn one_error(word: &[char], tail: &[char]) -> bool {
    let same = word.iter().zip(tail).take_while(|(a, b)| a == b).count();
    let (a, b) = (&word[same..], &tail[same..]);
    let swapped = a.len() >= 2 && a.len() == b.len() && (a[0], a[1]) == (b[1], b[0]) && a[2..] == b[2..];
    let changed = |a: &[char], b: &[char]| a.get(1..) == b.get(1..) && a.len() == b.len() && !a.is_empty();
    let longer = |a: &[char], b: &[char]| a.len() == b.len() + 1 && a[1..] == *b;
    same > 0 && (swapped || changed(a, b) || longer(a, b) || longer(b, a))
}

/// Names that share at least `needed` of their different pairs with the text.
fn candidates<T: Copy + Eq + Hash>(signs: &[T], index: &FxHashMap<(T, T), Vec<u32>>, needed: impl Fn(u32) -> usize) -> Vec<u32> {
    let pairs: FxHashSet<(T, T)> = signs.windows(2).map(|p| (p[0], p[1])).collect();
    let mut shared: FxHashMap<u32, usize> = FxHashMap::default();
    for name in pairs.iter().filter_map(|pair| index.get(pair)).flatten() {
        *shared.entry(*name).or_default() += 1;
    }
    let mut found: Vec<(usize, u32)> =
        shared.into_iter().filter(|(name, n)| enough(*n, needed(*name))).map(|(name, n)| (n, name)).collect();
    found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.truncate(CANDIDATES_MAX);
    found.into_iter().map(|(_, name)| name).collect()
}

/// A name may hold the same pair twice ("1111"); up to a third of its pairs is allowed for.
fn enough(shared: usize, needed: usize) -> bool {
    shared + needed / 3 >= needed
}

fn by_latin(text: &Text, letters: &Letters, catalogue: &Catalogue, out: &mut Vec<Find>) {
    let mut start = 0;
    while start < letters.chars.len() {
        let end = (start..letters.chars.len()).find(|n| !letters.chars[*n].is_ascii_lowercase()).unwrap_or(letters.chars.len());
        for to in (start + 5..=end.min(start + 40)).filter(|_| text.is_border(letters.at[start])) {
            let written: String = letters.chars[start..to].iter().collect();
            for name in catalogue.by_latin.get(&written).into_iter().flatten() {
                push(text, letters, (start, to), &catalogue.names[*name as usize], 0.8, out);
            }
        }
        // On to the next word: "huawei" may stand after "buy".
        let next = (start + 1..end).find(|n| letters.at[*n] > letters.at[n - 1] + 1);
        start = next.unwrap_or(end.max(start) + usize::from(end == start)).max(start + 1);
    }
}

fn by_sound(text: &Text, letters: &Letters, short: usize, catalogue: &Catalogue, out: &mut Vec<Find>) {
    let sounds: Vec<u32> = letters.chars[..short].iter().map(|c| sound(*c)).collect();
    for name in candidates(&sounds, &catalogue.by_sounds, |n| catalogue.names[n as usize].sounds.len().saturating_sub(1)) {
        let name = &catalogue.names[name as usize];
        // Two syllables alone are shared by too many words; their first or last character must be right.
        for (start, _) in sounds.windows(name.sounds.len()).enumerate().filter(|(_, w)| *w == name.sounds) {
            let same = name.chars.iter().zip(&letters.chars[start..]).filter(|(a, b)| a == b).count();
            if name.chars.len() > 2 || same > 0 {
                push(text, letters, (start, start + name.sounds.len()), name, if same > 0 { 0.75 } else { 0.6 }, out);
            }
        }
    }
}

fn misspelt(text: &Text, letters: &Letters, short: usize, catalogue: &Catalogue, out: &mut Vec<Find>) {
    let chars = &letters.chars[..short];
    // Each error takes two pairs away.
    let needed = |n: u32| {
        let name = &catalogue.names[n as usize];
        if name.errors == 0 { usize::MAX } else { (name.chars.len() - 1).saturating_sub(2 * name.errors).max(1) }
    };
    for name in candidates(chars, &catalogue.by_pair, needed) {
        let name = &catalogue.names[name as usize];
        let allowed = name.errors;
        if let Some((start, end, distance)) = nearest(chars, &name.chars).filter(|(_, _, d)| (1..=allowed).contains(d)) {
            // An error in a long name hides little of it.
            let wrong = distance as f32 / name.chars.len() as f32;
            push(text, letters, (start, end), name, 0.9 - 1.5 * wrong, out);
        }
    }
}

/// The part of `text` nearest to `name`: start, end, errors (Sellers' algorithm). Digits must not differ.
fn nearest(text: &[char], name: &[char]) -> Option<(usize, usize, usize)> {
    let wrong = |a: char, b: char| {
        if a == b {
            0
        } else if a.is_numeric() || b.is_numeric() {
            9
        } else {
            1
        }
    };
    let mut row: Vec<(usize, usize)> = (0..=name.len()).map(|n| (n, 0)).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (at, c) in text.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (0, at + 1);
        for (n, own) in name.iter().enumerate() {
            let up = row[n + 1];
            let change = (diagonal.0 + wrong(*c, *own), diagonal.1);
            let extra = (up.0 + if c.is_numeric() { 9 } else { 1 }, up.1);
            let missing = (row[n].0 + if own.is_numeric() { 9 } else { 1 }, row[n].1);
            diagonal = up;
            row[n + 1] = change.min(extra).min(missing);
        }
        let (distance, start) = row[name.len()];
        if best.is_none_or(|(_, _, d)| distance < d) {
            best = Some((start, at + 1, distance));
        }
    }
    best.filter(|(start, end, _)| end > start)
}

fn push(text: &Text, letters: &Letters, (start, end): (usize, usize), name: &Name, confidence: f32, out: &mut Vec<Find>) {
    let (from, to) = (letters.at[start], letters.at[end - 1] + 1);
    // A name may be written with spaces, but not over half a sentence; and "mate" is not in "material".
    let spread = to - from > 2 * (end - start) + 2 || (from..to).any(|n| matches!(text.at(n), '，' | '。' | ',' | '?' | '？' | '!' | '\n'));
    if spread || !text.is_border(from) || !text.is_border(to) {
        return;
    }
    let value = Value::Product { ids: name.ids.clone(), name: name.shown.clone() };
    out.push(Find { start: from, end: to, value, confidence });
}
