//! What a body of questions teaches about its words without labels: how rare each is, and which stand in the same company (positive
//! pointwise mutual information with the two words on either side). 「咋办」 and 「怎么处理」 meet here although they share no character.

use super::side::Side;
use crate::learn::codec::{CodecError, Reader, Writer};
use rustc_hash::FxHashMap;

/// Words commoner than this rank have a company vector.
const WORDS_MAX: usize = 6_000;
/// Strongest contexts kept for each word.
const CONTEXTS_MAX: usize = 64;
const WINDOW: i32 = 2;
/// Contexts count by this power of their frequency, so that rare ones do not dominate (Levy et al. 2015).
const CONTEXT_POWER: f32 = 0.75;

/// Contexts of a word, ascending, and their weights; length 1.
type Company = Vec<(u32, f32)>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lexis {
    questions: f32,
    /// In how many questions a word or sequence of characters stands, by hash.
    counts: FxHashMap<u32, u32>,
    company: FxHashMap<u32, Company>,
}

impl Lexis {
    pub fn fit<'a>(sides: impl Iterator<Item = &'a Side> + Clone) -> Self {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        let mut questions = 0.0;
        for side in sides.clone() {
            questions += 1.0;
            let grams = (1..=2).flat_map(|n| side.grams(n).into_iter().map(hash_gram));
            grams.chain(side.word_set().into_iter().map(hash_word)).for_each(|h| *counts.entry(h).or_default() += 1);
        }
        // What stands in one question only is as rare as what stands in none.
        counts.retain(|_, n| *n > 1);
        Self { questions, counts, company: company(sides) }
    }

    /// How rare, as the logarithm of 1 / share of questions; unseen ones are the rarest.
    pub fn idf(&self, hash: u32) -> f32 {
        ((1.0 + self.questions) / (1.0 + self.counts.get(&hash).copied().unwrap_or(0) as f32)).ln() + 1.0
    }

    /// How alike the company of two words is, 0 to 1; 1 for the same word, none when one is too rare to say.
    pub fn likeness(&self, u: &str, v: &str) -> Option<f32> {
        if u == v {
            return Some(1.0);
        }
        let (mut u, mut v) = (self.company.get(&hash_word(u))?.iter().peekable(), self.company.get(&hash_word(v))?.iter().peekable());
        let mut sum = 0.0;
        while let (Some(x), Some(y)) = (u.peek(), v.peek()) {
            match x.0.cmp(&y.0) {
                std::cmp::Ordering::Less => drop(u.next()),
                std::cmp::Ordering::Greater => drop(v.next()),
                std::cmp::Ordering::Equal => {
                    sum += x.1 * y.1;
                    u.next();
                    v.next();
                }
            }
        }
        Some(sum)
    }

    pub fn write(&self, out: &mut Writer) {
        out.f32(self.questions);
        let mut counts: Vec<(u32, u32)> = self.counts.iter().map(|(h, n)| (*h, *n)).collect();
        counts.sort_unstable();
        out.u32s(&counts.iter().map(|c| c.0).collect::<Vec<_>>());
        out.u32s(&counts.iter().map(|c| c.1).collect::<Vec<_>>());
        let mut company: Vec<(&u32, &Company)> = self.company.iter().collect();
        company.sort_unstable_by_key(|c| c.0);
        out.u32(company.len() as u32);
        for (word, contexts) in company {
            out.u32(*word);
            out.u32s(&contexts.iter().map(|c| c.0).collect::<Vec<_>>());
            out.f32s(&contexts.iter().map(|c| c.1).collect::<Vec<_>>());
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let questions = from.f32()?;
        let counts = from.u32s()?.into_iter().zip(from.u32s()?).collect();
        let mut company = FxHashMap::default();
        for _ in 0..from.u32()? {
            let word = from.u32()?;
            let (contexts, weights) = (from.u32s()?, from.f32s()?);
            company.insert(word, contexts.into_iter().zip(weights).collect());
        }
        Ok(Self { questions, counts, company })
    }
}

pub fn hash_word(word: &str) -> u32 {
    word.bytes().fold(0x811C_9DC5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

pub fn hash_gram(gram: &[char]) -> u32 {
    gram.iter().fold(0x9747_B28C, |h, c| (h.rotate_left(5) ^ *c as u32).wrapping_mul(0x85EB_CA6B))
}

fn company<'a>(sides: impl Iterator<Item = &'a Side> + Clone) -> FxHashMap<u32, Company> {
    let mut words: FxHashMap<u32, u32> = FxHashMap::default();
    sides.clone().flat_map(|s| &s.words).for_each(|w| *words.entry(hash_word(w)).or_default() += 1);
    let mut common: Vec<(u32, u32)> = words.into_iter().collect();
    common.sort_unstable_by_key(|(hash, n)| (std::cmp::Reverse(*n), *hash));
    common.truncate(WORDS_MAX);
    let kept: FxHashMap<u32, ()> = common.into_iter().map(|(hash, _)| (hash, ())).collect();
    let mut pairs: FxHashMap<(u32, u32), f32> = FxHashMap::default();
    for side in sides {
        let hashes: Vec<u32> = side.words.iter().map(|w| hash_word(w)).collect();
        for at in 0..hashes.len() {
            if kept.contains_key(&hashes[at]) {
                for offset in (-WINDOW..=WINDOW).filter(|o| *o != 0) {
                    *pairs.entry((hashes[at], context(&hashes, at, offset))).or_default() += 1.0;
                }
            }
        }
    }
    weigh(pairs)
}

/// The word `offset` away, or the question's edge, told apart by offset.
fn context(hashes: &[u32], at: usize, offset: i32) -> u32 {
    let near = usize::try_from(at as i64 + i64::from(offset)).ok().and_then(|i| hashes.get(i)).copied().unwrap_or(1);
    near.rotate_left(7).wrapping_mul(0x9E37_79B1) ^ (offset + WINDOW) as u32
}

fn weigh(pairs: FxHashMap<(u32, u32), f32>) -> FxHashMap<u32, Company> {
    let (mut of_word, mut of_context): (FxHashMap<u32, f32>, FxHashMap<u32, f32>) = Default::default();
    let mut pairs: Vec<((u32, u32), f32)> = pairs.into_iter().collect();
    pairs.sort_unstable_by_key(|p| p.0);
    for ((word, context), n) in &pairs {
        *of_word.entry(*word).or_default() += n;
        *of_context.entry(*context).or_default() += n;
    }
    let mut contexts: Vec<(u32, f32)> = of_context.into_iter().collect();
    contexts.sort_unstable_by_key(|c| c.0);
    let all: f32 = contexts.iter().map(|(_, n)| n.powf(CONTEXT_POWER)).sum();
    let share: FxHashMap<u32, f32> = contexts.into_iter().map(|(c, n)| (c, n.powf(CONTEXT_POWER) / all)).collect();
    let mut company: FxHashMap<u32, Company> = FxHashMap::default();
    for ((word, context), n) in pairs {
        let information = (n / (of_word[&word] * share[&context])).ln();
        if information > 0.0 {
            company.entry(word).or_default().push((context, information));
        }
    }
    company.values_mut().for_each(settle);
    company
}

/// The strongest contexts only, in order, scaled to length 1.
fn settle(contexts: &mut Company) {
    contexts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    contexts.truncate(CONTEXTS_MAX);
    let length = contexts.iter().map(|c| c.1 * c.1).sum::<f32>().sqrt().max(1e-9);
    contexts.iter_mut().for_each(|c| c.1 /= length);
    contexts.sort_unstable_by_key(|c| c.0);
}
