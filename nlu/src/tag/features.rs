//! What the tagger looks at: characters or words around each token, their classes, known phrases, and what the
//! whole sentence holds. Every feature is a hash; nothing is kept of the text. Called by the trainer and the tagger.

use super::lexicon::{Lexicon, Match};
use std::fmt::Display;

/// The features of one sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Those that hold at every token.
    pub everywhere: Vec<u64>,
    /// Those of each token.
    pub at: Vec<Vec<u64>>,
}

const BEFORE: &str = "\u{2}";
const AFTER: &str = "\u{3}";

/// Windows of tokens, as offsets from the token: (first, last).
const WINDOWS: [(isize, isize); 20] = [
    (0, 0),
    (-1, -1),
    (1, 1),
    (-2, -2),
    (2, 2),
    (-3, -3),
    (3, 3),
    (-1, 0),
    (0, 1),
    (-2, -1),
    (1, 2),
    (-3, -2),
    (2, 3),
    (-2, 0),
    (-1, 1),
    (0, 2),
    (-3, -1),
    (1, 3),
    (-4, -1),
    (1, 4),
];

pub fn features(tokens: &[String], lexicon: &Lexicon, own: &[Match]) -> Features {
    let lower: Vec<String> = tokens.iter().map(|t| t.to_lowercase()).collect();
    let mut found = Features { everywhere: whole(&lower), at: vec![Vec::with_capacity(96); tokens.len()] };
    for at in 0..tokens.len() {
        let out = &mut found.at[at];
        windows(&lower, at, out);
        shape(tokens, &lower, at, out);
    }
    for hit in lexicon.matches(&lower, own) {
        phrase(&lower, &hit, lexicon, &mut found.at);
    }
    found
}

fn token(lower: &[String], at: isize) -> &str {
    if at < 0 {
        return BEFORE;
    }
    lower.get(at as usize).map_or(AFTER, String::as_str)
}

fn windows(lower: &[String], at: usize, out: &mut Vec<u64>) {
    let at = at as isize;
    out.push(hash("bias", &[]));
    for (n, (first, last)) in WINDOWS.iter().enumerate() {
        let mut key = Hasher::new("window").add(n);
        for offset in *first..=*last {
            key = key.add(token(lower, at + offset));
        }
        out.push(key.0);
    }
    out.push(Hasher::new("skip").add(token(lower, at - 1)).add(token(lower, at + 1)).0);
    out.push(Hasher::new("skip2").add(token(lower, at - 2)).add(token(lower, at)).0);
    out.push(Hasher::new("skip3").add(token(lower, at)).add(token(lower, at + 2)).0);
}

fn shape(tokens: &[String], lower: &[String], at: usize, out: &mut Vec<u64>) {
    let class = |at: isize| if at < 0 { 'b' } else { tokens.get(at as usize).map_or('e', |t| class_of(t)) };
    let here = at as isize;
    out.push(Hasher::new("class").add(class(here)).0);
    out.push(Hasher::new("class3").add(class(here - 1)).add(class(here)).add(class(here + 1)).0);
    out.push(Hasher::new("class5").add(class(here - 2)).add(class(here - 1)).add(class(here)).add(class(here + 1)).add(class(here + 2)).0);
    out.push(Hasher::new("first").add(at.min(8)).0);
    out.push(Hasher::new("last").add((tokens.len() - at).min(8)).0);
    let chars: Vec<char> = lower[at].chars().collect();
    if chars.len() > 1 {
        for n in 1..=chars.len().min(4) {
            out.push(Hasher::new("head").add(n).chars(&chars[..n]).0);
            out.push(Hasher::new("tail").add(n).chars(&chars[chars.len() - n..]).0);
        }
        let cased: String = tokens[at].chars().take(12).map(cased_class).collect();
        out.push(Hasher::new("shape").add(cased).0);
    }
}

fn class_of(token: &str) -> char {
    match token.chars().next() {
        Some('0'..='9') => 'd',
        Some('a'..='z') => 'l',
        Some('A'..='Z') => 'u',
        Some('零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '两') => 'n',
        Some(c) if qn_base::text::is_cjk(c) => 'h',
        Some(c) if c.is_alphabetic() => 'a',
        Some(c) if c.is_numeric() => 'd',
        _ => 'p',
    }
}

fn cased_class(c: char) -> char {
    match c {
        _ if c.is_numeric() => '0',
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ => c,
    }
}

/// What the sentence is about, as far as its pairs of tokens, its head and its tail say.
fn whole(lower: &[String]) -> Vec<u64> {
    let mut out = Vec::with_capacity(lower.len() * 2 + 8);
    for at in 0..=lower.len() as isize {
        out.push(Hasher::new("pair").add(token(lower, at - 1)).add(token(lower, at)).0);
    }
    out.extend(lower.iter().map(|t| Hasher::new("one").add(t).0));
    for n in 2..=4 {
        let head = lower.iter().take(n).fold(Hasher::new("heads").add(n), Hasher::add);
        let tail = lower.iter().rev().take(n).fold(Hasher::new("tails").add(n), Hasher::add);
        out.extend([head.0, tail.0]);
    }
    out.push(Hasher::new("length").add(lower.len().min(12)).0);
    out.sort_unstable();
    out.dedup();
    out
}

/// A known phrase says: this may be one, so many tokens long, with these neighbours, and so often it was one.
fn phrase(lower: &[String], hit: &Match, lexicon: &Lexicon, at: &mut [Vec<u64>]) {
    let (left, right) = (token(lower, hit.start as isize - 1), token(lower, hit.end as isize));
    let length = (hit.end - hit.start).min(5);
    for (cell, out) in at.iter_mut().enumerate().take(hit.end).skip(hit.start) {
        let key = Hasher::new("phrase").add(place(cell, hit.start, hit.end)).add(lexicon.slot(hit.slot));
        out.push(key.add(length).0);
        out.push(key.add("often").add(hit.often).0);
        out.push(key.add("often").add(hit.often).add(length).0);
        out.push(key.add("left").add(left).0);
        out.push(key.add("right").add(right).0);
        out.push(key.add("both").add(left).add(right).0);
        out.push(key.add("rank").add(hit.longest).add(length.min(3)).0);
    }
}

fn place(cell: usize, start: usize, end: usize) -> char {
    match (cell == start, cell + 1 == end) {
        (true, true) => 's',
        (true, false) => 'b',
        (false, true) => 'e',
        (false, false) => 'i',
    }
}

fn hash(kind: &str, parts: &[&str]) -> u64 {
    parts.iter().fold(Hasher::new(kind), |h, p| h.add(p)).0
}

/// FNV-1a with a mark between parts. Part of the model's format: a change needs a new format version.
#[derive(Clone, Copy)]
pub(super) struct Hasher(pub u64);

impl Hasher {
    pub fn new(kind: &str) -> Self {
        Hasher(0xcbf2_9ce4_8422_2325).bytes(kind.as_bytes())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes.iter().chain(&[0xFF]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    pub fn add(self, part: impl Display) -> Self {
        let mut hasher = Writer(self);
        // Writing into a hash cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut hasher, format_args!("{part}"));
        hasher.0.bytes(&[])
    }

    fn chars(self, chars: &[char]) -> Self {
        chars.iter().fold(self, |h, c| h.bytes(c.encode_utf8(&mut [0; 4]).as_bytes()))
    }
}

struct Writer(Hasher);

impl std::fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0.0 = (self.0.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
