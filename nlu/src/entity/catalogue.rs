//! The names of a tenant's products and brands, ready for finding: exact, with a typing error or two, by the sound of Chinese
//! characters (花为 for 华为), and in pinyin (huawei). Built once for a catalogue, shared between turns.

use crate::normalise::simplified;
use pinyin::ToPinyin;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The most names one catalogue holds; further ones are left out.
pub const NAMES_MAX: usize = 50_000;
/// Shorter names are too common, longer ones nobody types.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=40;

/// Shorter tails of a name are not corrected.
const TAIL_CHARS_MIN: usize = 3;

/// What a customer may name: a product, a variant or a brand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    /// The name first, then synonyms; in any language.
    pub names: Vec<String>,
}

/// One spelling of an item.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Folded, without spaces and signs.
    pub chars: Vec<char>,
    /// As the catalogue writes the item.
    pub shown: String,
    pub ids: Vec<String>,
    /// The sounds of `chars`; empty when none of them is Chinese.
    pub sounds: Vec<u32>,
    /// Typing errors allowed in it.
    pub errors: usize,
}

#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub(super) names: Vec<Name>,
    /// Names by each pair of neighbouring characters.
    pub(super) by_pair: FxHashMap<(char, char), Vec<u32>>,
    pub(super) by_sounds: FxHashMap<(u32, u32), Vec<u32>>,
    pub(super) by_latin: FxHashMap<String, Vec<u32>>,
    /// Names that are another name and a word: (that name, the word, the whole). "P10 Pro" is (P10, pro, P10 Pro).
    pub(super) tailed: Vec<(u32, Vec<char>, u32)>,
}

impl Catalogue {
    pub fn new(items: &[Item]) -> Self {
        let mut catalogue = Self::default();
        let mut known: FxHashMap<Vec<char>, usize> = FxHashMap::default();
        for item in items {
            let shown = item.names.first().cloned().unwrap_or_default();
            for written in &item.names {
                let chars: Vec<char> = written.chars().filter_map(letter).collect();
                if !NAME_CHARS.contains(&chars.len()) || catalogue.names.len() == NAMES_MAX {
                    continue;
                }
                let at = *known.entry(chars.clone()).or_insert_with(|| catalogue.push(chars, &shown));
                let ids = &mut catalogue.names[at].ids;
                if !ids.contains(&item.id) {
                    ids.push(item.id.clone());
                }
            }
        }
        catalogue.tailed = catalogue.names.iter().enumerate().filter_map(|(whole, name)| tailed(&known, &name.chars, whole)).collect();
        catalogue
    }

    fn push(&mut self, chars: Vec<char>, shown: &str) -> usize {
        let at = self.names.len() as u32;
        let chinese = chars.iter().filter(|c| c.to_pinyin().is_some()).count();
        let sounds: Vec<u32> = if chinese >= 2 { chars.iter().map(|c| sound(*c)).collect() } else { Vec::new() };
        // Its pinyin in Latin letters, for names that are Chinese throughout.
        let latin: String = if chinese == chars.len() { chars.iter().map(|c| syllable(*c)).collect() } else { String::new() };
        enlist(&mut self.by_pair, &chars, at);
        enlist(&mut self.by_sounds, &sounds, at);
        if latin.len() >= 5 {
            self.by_latin.entry(latin).or_default().push(at);
        }
        let errors = errors(&chars);
        self.names.push(Name { chars, shown: shown.to_owned(), ids: Vec::new(), sounds, errors });
        at as usize
    }
}

/// The longest other name that a name begins with, when a word of letters follows it.
fn tailed(known: &FxHashMap<Vec<char>, usize>, chars: &[char], whole: usize) -> Option<(u32, Vec<char>, u32)> {
    let letters = chars.iter().rev().take_while(|c| c.is_ascii_lowercase()).count();
    let from = chars.len().checked_sub(letters)?;
    let at = (from..=chars.len().checked_sub(TAIL_CHARS_MIN)?).rev().find(|at| known.contains_key(&chars[..*at]))?;
    Some((*known.get(&chars[..at])? as u32, chars[at..].to_vec(), whole as u32))
}

fn enlist<T: Copy + Eq + std::hash::Hash>(index: &mut FxHashMap<(T, T), Vec<u32>>, signs: &[T], name: u32) {
    for pair in signs.windows(2) {
        let list = index.entry((pair[0], pair[1])).or_default();
        if list.last() != Some(&name) {
            list.push(name);
        }
    }
}

/// A character in its compared form; none for spaces and signs, so that "Mate-60" and "mate 60" are one name.
pub(super) fn letter(c: char) -> Option<char> {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let lower = c.to_lowercase().next().unwrap_or(c);
    (lower.is_alphanumeric() || lower == '+').then(|| simplified(lower))
}

/// A wrong digit is another product, so names that are short or mostly digits allow none.
fn errors(chars: &[char]) -> usize {
    let word = chars.iter().filter(|c| !c.is_numeric()).count();
    let chinese = chars.iter().filter(|c| qn_base::text::is_cjk(**c)).count();
    match (word, chinese) {
        (w, 0) if w >= 9 => 2,
        (w, 0) if w >= 5 => 1,
        (w, _) if w >= 4 => 1,
        _ => 0,
    }
}

fn syllable(c: char) -> &'static str {
    c.to_pinyin().map_or("", |p| p.plain())
}

/// What a character sounds like without its tone; characters without a sound stand for themselves.
/// n/l, z/zh, c/ch, s/sh, in/ing, en/eng are one sound each, as many speakers type them.
pub(super) fn sound(c: char) -> u32 {
    let plain = syllable(c).as_bytes();
    let Some((first, rest)) = plain.split_first() else { return c as u32 };
    let first = if *first == b'l' { b'n' } else { *first };
    let rest = if matches!(first, b'z' | b'c' | b's') { rest.strip_prefix(b"h").unwrap_or(rest) } else { rest };
    let rest = if plain.ends_with(b"ing") || plain.ends_with(b"eng") { &rest[..rest.len() - 1] } else { rest };
    let hash = |h: u32, b: &u8| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193);
    // Above the range of characters.
    0x8000_0000 | rest.iter().fold(hash(0x811c_9dc5, &first), hash)
}
