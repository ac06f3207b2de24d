//! What a text is made of, for learning: words and pairs of words, pieces of words, and for Chinese single characters and their
//! neighbours (so that no segmenter's mistake can drop a term). Each gram is a 32-bit hash; nothing is looked up in a dictionary.

use crate::normalise::Normal;
use qn_base::text::is_cjk;

/// A group of grams that is brought to the same length before groups are mixed, so that many small pieces do not drown the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Words and their pairs; for Chinese characters, pairs and triples.
    Words = 0,
    /// Pieces of words in alphabetic scripts.
    Pieces = 1,
    /// What a caller adds: segmented words, lexicon hits, context.
    Extra = 2,
}

pub const BLOCKS: usize = 3;

/// Which grams are read. The default suits intents in English and Chinese.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GramOptions {
    /// Longest sequence of words, 1 to 4.
    pub words_max: u8,
    /// Longest sequence of Chinese characters, 1 to 4.
    pub han_max: u8,
    /// Shortest and longest piece of a word, counted with the word's two edges; 0 and 0 for none.
    pub piece_min: u8,
    pub piece_max: u8,
    /// Words without their English endings ("cards" and "card" alike) in place of words as typed; pieces keep what was typed.
    pub stem: bool,
    /// English words also as the group of near-synonyms they belong to (`concepts`), alone and in sequences and pairs.
    pub concepts: bool,
    /// Pairs of words at most this far apart, in either order; 0 for none.
    pub pairs: u8,
    /// The same for Chinese characters.
    pub han_pairs: u8,
}

impl Default for GramOptions {
    fn default() -> Self {
        Self { words_max: 2, han_max: 2, piece_min: 2, piece_max: 5, stem: true, concepts: true, pairs: 8, han_pairs: 0 }
    }
}

/// One occurrence of a gram; `start..end` are bytes of the normalised text it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gram {
    pub block: Block,
    pub hash: u32,
    pub start: usize,
    pub end: usize,
    /// Only the words at the two ends belong to it.
    pub pair: bool,
}

/// The grams of a text with how often each occurs, sorted by hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bag {
    pub(super) entries: Vec<(u32, Block, f32)>,
}

impl Bag {
    /// Reads a text as typed; it is normalised first (`normalise::Normal`), and only its first 2,000 characters are read.
    pub fn read(text: &str, options: &GramOptions) -> Self {
        let mut bag = Self::default();
        each(&Normal::new(text).joined(), options, &mut |gram| bag.entries.push((gram.hash, gram.block, 1.0)));
        bag.settle();
        bag
    }

    /// Adds features of the caller's own. Names are hashed together with the block, so "w:退货" in `Extra` meets no gram of the text.
    pub fn add<'a>(&mut self, block: Block, features: impl IntoIterator<Item = (&'a str, f32)>) {
        self.entries.extend(features.into_iter().map(|(name, count)| (hash(block, 7, name.bytes()), block, count)));
        self.settle();
    }

    /// What several bags hold together.
    pub fn together(bags: &[Bag]) -> Self {
        let mut bag = Self { entries: bags.iter().flat_map(|b| b.entries.iter().copied()).collect() };
        bag.settle();
        bag
    }

    /// The distinct grams of one block.
    pub fn hashes(&self, block: Block) -> impl Iterator<Item = u32> {
        self.entries.iter().filter(move |e| e.1 == block).map(|e| e.0)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn settle(&mut self) {
        self.entries.sort_unstable_by_key(|e| (e.0, e.1 as u8));
        self.entries.dedup_by(|later, first| {
            let same = later.0 == first.0 && later.1 == first.1;
            first.2 += if same { later.2 } else { 0.0 };
            same
        });
    }
}

/// Calls `visit` for every gram of a text that is already normalised.
pub fn each(normal: &str, options: &GramOptions, visit: &mut impl FnMut(Gram)) {
    let tokens: Vec<Coded> = tokens(normal).into_iter().take(TOKENS_MAX).map(|t| coded(normal, t, options)).collect();
    for first in 0..tokens.len() {
        sequences(&tokens[first..], options, visit);
        pairs(&tokens[first..], options, visit);
        if options.piece_max > 0 && !tokens[first].token.han {
            pieces(normal, tokens[first].token, options, visit);
        }
    }
}

/// Words read of one text: pairs grow with their square.
const TOKENS_MAX: usize = 160;

/// A token with what stands for it alone and in company.
#[derive(Debug, Clone, Copy)]
struct Coded {
    token: Token,
    word: u64,
    /// Its group of near-synonyms, or the word itself.
    group: u64,
}

fn coded(normal: &str, token: Token, options: &GramOptions) -> Coded {
    let typed = &normal[token.start..token.end];
    let word = if options.stem && !token.han { super::stem::stem(typed) } else { typed };
    let code = word.bytes().fold(17, |state, byte| step(state, u64::from(byte)));
    let group = if options.concepts && !token.han { super::concepts::of(word) } else { None };
    Coded { token, word: code, group: group.map_or(code, |g| step(23, u64::from(g))) }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) han: bool,
}

/// Words, and Chinese characters and pictographs one by one.
pub(crate) fn tokens(normal: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = false;
    for (start, c) in normal.char_indices() {
        let end = start + c.len_utf8();
        match tokens.last_mut() {
            _ if c == ' ' => open = false,
            Some(last) if open && c.is_alphanumeric() && !is_cjk(c) => last.end = end,
            _ => {
                tokens.push(Token { start, end, han: is_cjk(c) });
                open = c.is_alphanumeric() && !is_cjk(c);
            }
        }
    }
    tokens
}

fn sequences(from: &[Coded], options: &GramOptions, visit: &mut impl FnMut(Gram)) {
    let mut state = start(Block::Words, 0);
    let longest = options.words_max.max(options.han_max) as usize;
    let mut all_han = true;
    for (n, coded) in from.iter().take(longest).enumerate() {
        all_han &= coded.token.han;
        let limit = if all_han { options.han_max } else { options.words_max };
        if n >= limit as usize {
            return;
        }
        let gram = |hash| Gram { block: Block::Words, hash, start: from[0].token.start, end: coded.token.end, pair: false };
        if n == 0 && coded.group != coded.word {
            visit(gram(finish(step(state, coded.word))));
        }
        state = step(state, coded.group);
        visit(gram(finish(state)));
    }
}

fn pairs(from: &[Coded], options: &GramOptions, visit: &mut impl FnMut(Gram)) {
    let one = from[0];
    let reach = if one.token.han { options.han_pairs } else { options.pairs };
    for other in from.iter().skip(1).take(reach as usize).filter(|o| o.token.han == one.token.han) {
        let (low, high) = (one.group.min(other.group), one.group.max(other.group));
        let hash = finish(step(step(start(Block::Words, 1), low), high));
        visit(Gram { block: Block::Words, hash, start: one.token.start, end: other.token.end, pair: true });
    }
}

/// Character sequences inside a word, with its edges marked; a word shorter than the piece is read once, whole.
fn pieces(normal: &str, token: Token, options: &GramOptions, visit: &mut impl FnMut(Gram)) {
    let word = &normal[token.start..token.end];
    let edged: Vec<(usize, char)> =
        std::iter::once((0, ' ')).chain(word.char_indices()).chain(std::iter::once((word.len(), ' '))).take(64).collect();
    for first in 0..edged.len() {
        let mut state = start(Block::Pieces, 0);
        for n in 0..(options.piece_max as usize).min(edged.len() - first) {
            let (at, c) = edged[first + n];
            state = step(state, c as u64);
            if n + 1 >= options.piece_min as usize {
                let end = (token.start + at + if c == ' ' { 0 } else { c.len_utf8() }).min(token.end);
                visit(Gram { block: Block::Pieces, hash: finish(state), start: token.start + edged[first].0, end, pair: false });
            }
        }
    }
}

fn hash(block: Block, kind: u64, bytes: impl Iterator<Item = u8>) -> u32 {
    finish(bytes.fold(start(block, kind), |state, byte| step(state, u64::from(byte))))
}

fn start(block: Block, kind: u64) -> u64 {
    0x51_7C_C1_B7_27_22_0A_95 ^ ((block as u64) << 8 | kind)
}

fn step(state: u64, value: u64) -> u64 {
    (state.rotate_left(5) ^ value.wrapping_add(1)).wrapping_mul(0x517C_C1B7_2722_0A95)
}

fn finish(state: u64) -> u32 {
    let mixed = (state ^ (state >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as u32
}
