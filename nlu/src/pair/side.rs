//! One question of a pair, taken apart once: characters, words, and sequences of characters, without punctuation and case.

use crate::normalise::simplified;
use jieba_rs::Jieba;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Characters of a question that are read; the number of crossed features grows with the square.
pub const CHARS_MAX: usize = 60;

#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    pub chars: Vec<char>,
    pub words: Vec<String>,
}

impl Side {
    pub fn new(text: &str) -> Self {
        let mut folded = String::new();
        let mut gap = false;
        for c in text.chars().map(half_width).map(simplified).take(4 * CHARS_MAX) {
            match c {
                '*' if folded.ends_with('#') => {}
                // Masked numbers are one thing however many stars they have.
                '*' => folded.push('#'),
                _ if c.is_alphanumeric() => {
                    if std::mem::take(&mut gap) && c.is_ascii() && folded.ends_with(|l: char| l.is_ascii_alphanumeric()) {
                        folded.push(' ');
                    }
                    folded.extend(c.to_lowercase());
                }
                _ => gap = true,
            }
        }
        let folded: String = folded.chars().take(CHARS_MAX).collect();
        let words = jieba().cut(&folded, true).into_iter().map(|t| t.word.trim().to_owned()).filter(|w| !w.is_empty()).collect();
        Self { chars: folded.chars().collect(), words }
    }

    /// Distinct sequences of `n` characters.
    pub fn grams(&self, n: usize) -> BTreeSet<&[char]> {
        self.chars.windows(n).collect()
    }

    pub fn word_set(&self) -> BTreeSet<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The segmenter with its general dictionary: some tens of megabytes, loaded when the first pair is read.
fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}
