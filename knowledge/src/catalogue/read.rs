//! Reads a question about products word by word: every word must be a product, an attribute, a kind, a pointer or a word that only
//! carries the question. What is left over says that the question is about something else, and the catalogue stays silent.

use super::shelf::Shelf;
use super::words::{
    ACCESSORIES_EN, ACCESSORIES_ZH, COLORS, COMPARES_EN, COMPARES_ZH, FAMILIES, FILLERS_EN, FILLERS_ZH, KINDS, LISTS_EN, LISTS_ZH,
    POINTERS_EN, POINTERS_ZH, PRICE,
};
use crate::analysis::distance_at_most;
use pinyin::ToPinyin;
use qn_base::text::is_cjk;
use qn_domain::{CategoryTitle, Language};
use rustc_hash::FxHashMap;

/// Stands where a product was named.
const NAMED: char = '\u{FFFC}';
/// Shorter English words are not corrected.
const TYPO_CHARS_MIN: usize = 6;
/// Words of a question that are read; longer turns are stories, not questions about an attribute.
pub const CHARS_MAX: usize = 120;

/// What a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Index into `FAMILIES`.
    Family(usize),
    /// Index into the shelf's own attributes.
    Own(usize),
    /// Index into the shelf's kinds.
    Kind(usize),
    /// Index into `COLORS`.
    Color(usize),
    Pointer,
    Compare,
    List,
    Accessories,
    Filler,
}

/// What a turn is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub families: Vec<usize>,
    pub own: Vec<usize>,
    pub kinds: Vec<usize>,
    pub colors: Vec<usize>,
    pub points: bool,
    /// By more than a lone 那, which begins any turn.
    pub points_clearly: bool,
    pub compares: bool,
    pub lists: bool,
    pub accessories: bool,
    /// A kind is told by what it has: 防水的手机, "phones with NFC".
    pub described: bool,
    /// Where families were named: (family, first character, past the last).
    pub places: Vec<(usize, usize, usize)>,
    /// Words that are none of these.
    pub left_over: usize,
}

impl Reading {
    /// Something was asked for by name.
    pub fn asks(&self) -> bool {
        !self.families.is_empty() || !self.own.is_empty() || !self.colors.is_empty() || self.accessories
    }

    /// What a phrase at `start..end` says. Of several families the first counts.
    fn take_all(&mut self, senses: &[Sense], start: usize, end: usize) {
        let mut found = false;
        for sense in senses {
            if let Sense::Family(n) = sense {
                if found {
                    continue;
                }
                found = true;
                self.places.push((*n, start, end));
            }
            self.take(*sense);
        }
    }

    fn take(&mut self, sense: Sense) {
        let push = |list: &mut Vec<usize>, n: usize| {
            if !list.contains(&n) {
                list.push(n);
            }
        };
        match sense {
            Sense::Family(n) => push(&mut self.families, n),
            Sense::Own(n) => push(&mut self.own, n),
            Sense::Kind(n) => push(&mut self.kinds, n),
            Sense::Color(n) => push(&mut self.colors, n),
            Sense::Pointer => self.points = true,
            Sense::Compare => self.compares = true,
            Sense::List => self.lists = true,
            Sense::Accessories => self.accessories = true,
            Sense::Filler => {}
        }
    }
}

struct Phrase {
    chars: Vec<char>,
    senses: Vec<Sense>,
}

/// All phrases, by first character, longest first.
#[derive(Default)]
pub struct Lexicon {
    by_first: FxHashMap<char, Vec<Phrase>>,
    /// Chinese phrases by their pinyin in one word, for customers without a Chinese keyboard.
    by_pinyin: FxHashMap<String, String>,
    pinyin_chars_max: usize,
}

impl Lexicon {
    /// `kinds`: the words of each of the shelf's kinds. `own`: names of attributes that only this company has.
    pub fn new(kinds: &[Vec<String>], own: &[String]) -> Self {
        let mut lexicon = Self::default();
        for (n, family) in FAMILIES.iter().enumerate() {
            lexicon.add_all(family.zh, Sense::Family(n));
            lexicon.add_all(family.en, Sense::Family(n));
        }
        for (n, words) in kinds.iter().enumerate() {
            words.iter().for_each(|word| lexicon.add(word, Sense::Kind(n)));
        }
        own.iter().enumerate().for_each(|(n, name)| lexicon.add(&name.replace('_', " "), Sense::Own(n)));
        for (n, (zh, en, _)) in COLORS.iter().enumerate() {
            lexicon.add_all(zh, Sense::Color(n));
            lexicon.add_all(en, Sense::Color(n));
        }
        for (words, sense) in [
            (POINTERS_ZH, Sense::Pointer),
            (POINTERS_EN, Sense::Pointer),
            (COMPARES_ZH, Sense::Compare),
            (COMPARES_EN, Sense::Compare),
            (LISTS_ZH, Sense::List),
            (LISTS_EN, Sense::List),
            (ACCESSORIES_ZH, Sense::Accessories),
            (ACCESSORIES_EN, Sense::Accessories),
            (FILLERS_ZH, Sense::Filler),
            (FILLERS_EN, Sense::Filler),
        ] {
            lexicon.add_all(words, sense);
        }
        lexicon
            .by_first
            .values_mut()
            .for_each(|phrases| phrases.sort_by(|a, b| b.chars.len().cmp(&a.chars.len()).then(a.chars.cmp(&b.chars))));
        lexicon
    }

    fn add_all(&mut self, words: &str, sense: Sense) {
        words.split('|').for_each(|word| self.add(word, sense));
    }

    fn add(&mut self, word: &str, sense: Sense) {
        let chars: Vec<char> = word.trim().chars().map(fold).collect();
        let Some(first) = chars.first() else { return };
        if chars.iter().all(|c| is_cjk(*c)) {
            let sound: String = chars.iter().filter_map(|c| c.to_pinyin()).map(|p| p.plain()).collect();
            self.pinyin_chars_max = self.pinyin_chars_max.max(sound.len());
            // Of words that sound alike the first counts: what is asked stands before what only carries the question.
            self.by_pinyin.entry(sound).or_insert_with(|| word.trim().to_owned());
        }
        let phrases = self.by_first.entry(*first).or_default();
        match phrases.iter_mut().find(|p| p.chars == chars) {
            Some(known) => known.senses.push(sense),
            None => phrases.push(Phrase { chars, senses: vec![sense] }),
        }
    }

    /// The text with a blank for every letter of a word for a kind.
    pub fn without_kinds(&self, text: &str) -> String {
        let mut plain: Vec<char> = text.chars().collect();
        let chars: Vec<char> = plain.iter().copied().map(fold).collect();
        let is_kind = |phrase: &&Phrase| phrase.senses.iter().any(|sense| matches!(sense, Sense::Kind(_)));
        let mut at = 0;
        while at < chars.len() {
            let mut kinds = self.by_first.get(&chars[at]).into_iter().flatten().filter(is_kind);
            at += match kinds.find(|phrase| stands(&chars, at, &phrase.chars)) {
                Some(phrase) => {
                    plain[at..at + phrase.chars.len()].fill(' ');
                    phrase.chars.len()
                }
                None => 1,
            };
        }
        plain.into_iter().collect()
    }

    /// `spans`: the byte ranges of products and amounts, which need no reading.
    pub fn read(&self, text: &str, spans: &[(usize, usize)]) -> Reading {
        let masked = |at: usize| spans.iter().any(|(from, to)| (*from..*to).contains(&at));
        let chars: Vec<char> = text.char_indices().map(|(at, c)| if masked(at) { NAMED } else { fold(c) }).take(CHARS_MAX + 1).collect();
        let mut reading = Reading::default();
        if chars.len() > CHARS_MAX {
            reading.left_over = usize::MAX;
            return reading;
        }
        let mut kinds = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let phrase = self.by_first.get(&chars[at]).and_then(|list| list.iter().find(|p| stands(&chars, at, &p.chars)));
            at += match phrase {
                Some(phrase) => {
                    let end = at + phrase.chars.len();
                    if phrase.senses.iter().any(|sense| matches!(sense, Sense::Kind(_))) {
                        kinds.push((at, end));
                    }
                    reading.take_all(&phrase.senses, at, end);
                    reading.points_clearly |= phrase.senses.contains(&Sense::Pointer) && !matches!(phrase.chars[..], ['那'] | ['这']);
                    phrase.chars.len()
                }
                None => self.unknown(&chars, at, &mut reading),
            };
        }
        reading.described = kinds.iter().any(|kind| describes(&chars, &reading.places, *kind));
        reading
    }

    /// A phrase of the lexicon begins with these bytes of the text and goes on: 无线充 in 无线充电.
    pub fn goes_on(&self, text: &str, start: usize, end: usize) -> bool {
        let chars: Vec<char> = text[start..].chars().take(CHARS_MAX).map(fold).collect();
        let length = text[start..end].chars().count();
        let Some(list) = chars.first().and_then(|first| self.by_first.get(first)) else { return false };
        list.iter().any(|p| p.chars.len() > length && stands(&chars, 0, &p.chars))
    }

    /// The kind a word names.
    pub fn kind(&self, word: &str) -> Option<usize> {
        let chars: Vec<char> = word.trim().chars().map(fold).collect();
        let phrase = self.by_first.get(chars.first()?)?.iter().find(|p| p.chars == chars)?;
        phrase.senses.iter().find_map(|sense| if let Sense::Kind(n) = sense { Some(*n) } else { None })
    }

    /// A word that no table has: passed over, corrected or counted. Returns its length.
    fn unknown(&self, chars: &[char], at: usize, reading: &mut Reading) -> usize {
        if !is_word(chars[at]) {
            reading.left_over += usize::from(chars[at].is_alphanumeric());
            return 1;
        }
        let length = chars[at..].iter().take_while(|c| is_word(**c)).count();
        let word: String = chars[at..at + length].iter().collect();
        if word.chars().all(|c| c.is_ascii_digit()) {
            return length;
        }
        match self.corrected(&word) {
            Some(phrase) => reading.take_all(&phrase.senses, at, at + length),
            None => reading.left_over += 1,
        }
        length
    }

    fn corrected(&self, word: &str) -> Option<&Phrase> {
        let first = word.chars().next().filter(|_| word.len() >= TYPO_CHARS_MIN)?;
        self.by_first.get(&first)?.iter().find(|p| {
            let known: String = p.chars.iter().collect();
            known.is_ascii() && known.len() >= TYPO_CHARS_MIN && !known.contains(' ') && distance_at_most(word, &known, 1)
        })
    }

    /// "zhege shouji fangshui ma" as 这个手机防水吗; none when the words are not pinyin throughout (products by name aside).
    pub fn as_chinese(&self, text: &str, shelf: &Shelf) -> Option<String> {
        if !text.is_ascii() {
            return None;
        }
        let (mut out, mut words) = (String::new(), 0);
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
            match self.chinese(&word.to_ascii_lowercase()) {
                Some(chinese) => {
                    out.push_str(&chinese);
                    words += 1;
                }
                None if shelf.is_name_part(word) => {
                    out.push(' ');
                    out.push_str(word);
                    out.push(' ');
                }
                None => return None,
            }
        }
        (words >= 2 || (words == 1 && out.chars().filter(|c| is_cjk(*c)).count() >= 3)).then_some(out)
    }

    /// One word of letters as phrases, the longest first.
    fn chinese(&self, word: &str) -> Option<String> {
        if word.is_empty() {
            return Some(String::new());
        }
        (1..=word.len().min(self.pinyin_chars_max)).rev().find_map(|length| {
            let phrase = self.by_pinyin.get(&word[..length])?;
            Some(format!("{phrase}{}", self.chinese(&word[length..])?))
        })
    }
}

fn fold(c: char) -> char {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '’' | '‘' => '\'',
        _ => c,
    };
    qn_nlu::normalise::simplified(c.to_lowercase().next().unwrap_or(c))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '\''
}

/// A phrase of letters stands between borders.
fn stands(chars: &[char], at: usize, phrase: &[char]) -> bool {
    let fits = chars[at..].starts_with(phrase);
    let before = at == 0 || !is_word(phrase[0]) || !is_word(chars[at - 1]);
    let end = at + phrase.len();
    fits && before && (end == chars.len() || !is_word(chars[end]) || !phrase.last().is_some_and(|c| is_word(*c)))
}

/// What is asked stands before the kind (防水的手机, "waterproof phones") or behind it ("a phone with NFC"). Its price tells no kind.
fn describes(chars: &[char], places: &[(usize, usize, usize)], (start, end): (usize, usize)) -> bool {
    let mut families = places.iter().filter(|(n, ..)| FAMILIES[*n].id != PRICE);
    let before: String = chars[..start].iter().collect();
    let before = before.trim_end();
    let bare = before.chars().count();
    let behind: String = chars[end..].iter().collect();
    let joined = behind.trim_start().split(' ').next().is_some_and(|w| ["with", "that", "which", "having", "supporting"].contains(&w));
    let known = ["the", "this", "that", "my", "your"].iter().any(|word| before.split(' ').next_back() == Some(*word));
    families.any(|(_, from, to)| {
        let of = *to < bare && before.ends_with('的') || *to == bare;
        of || joined && !known && *from >= end
    })
}

/// The words of a category's kind, the category's own name and title among them.
pub fn kind_words(category: &str, title: Option<&CategoryTitle>) -> Vec<String> {
    let own = plain(category);
    let mut all: Vec<String> =
        kind(category).map(|line| line.1.split('|').chain(line.2.split('|')).map(str::to_owned).collect()).unwrap_or_default();
    let titles = title.into_iter().flat_map(|title| [title.zh.to_lowercase(), title.en.to_lowercase()]);
    for word in std::iter::once(own).chain(titles).filter(|word| !word.is_empty()) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

fn plain(category: &str) -> String {
    category.replace('_', " ").to_lowercase()
}

/// The line of a category: by its key or by any of its words.
fn kind(category: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let own = plain(category);
    KINDS.iter().find(|line| line.0 == category || line.1.split('|').chain(line.2.split('|')).any(|word| word == own))
}

/// What a category is called: as the company says, else in the words everybody has, else as products name it.
pub fn kind_title(category: &str, title: Option<&CategoryTitle>, language: Language) -> String {
    let said = |of: Language| title.map(|title| of.pick(title.zh.as_str(), title.en.as_str())).filter(|said| !said.is_empty());
    if let Some(said) = said(language) {
        return said.to_owned();
    }
    // A category that is named in this language already is called that, not by a wider word.
    let readable = category.chars().any(is_cjk) == (language == Language::Zh);
    let known = kind(category).filter(|line| line.0 == category || !readable);
    match known.and_then(|line| language.pick(line.1, line.2).split('|').next()) {
        Some(word) if language == Language::En => word[..1].to_uppercase() + &word[1..],
        Some(word) => word.to_owned(),
        None => said(Language::Zh).or(said(Language::En)).unwrap_or(category).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_called_as_the_company_says_else_as_everybody() {
        let own = CategoryTitle { key: "phone_holder".into(), zh: "手机支架".into(), en: String::new() };
        for (category, title, zh, en) in [
            ("power_bank", None, "充电宝", "Power bank"),
            ("headphones", None, "耳机", "headphones"),
            ("蓝牙耳机", None, "蓝牙耳机", "Earphones"),
            ("phone_holder", Some(&own), "手机支架", "手机支架"),
            ("phone_holder", None, "phone_holder", "phone_holder"),
        ] {
            let called = [Language::Zh, Language::En].map(|language| kind_title(category, title, language));
            assert_eq!(called, [zh, en], "{category}");
        }
        assert!(kind_words("phone_holder", Some(&own)).contains(&"手机支架".to_owned()));
    }
}
