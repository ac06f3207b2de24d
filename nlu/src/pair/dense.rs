//! How alike two questions are, as a few dozen numbers: shared and differing parts by length and by rarity, order, the company of the
//! differing words, negation, question words. What the trees decide on.

use super::lexis::{Lexis, hash_gram, hash_word};
use super::side::Side;
use std::collections::BTreeSet;

const NEGATIONS: &str = "不没未无非别";
/// Words that say what kind of answer is wanted.
const QUESTION_WORDS: [&str; 22] = [
    "为什么",
    "怎么",
    "如何",
    "吗",
    "多少",
    "什么",
    "哪",
    "能",
    "可以",
    "是不是",
    "多久",
    "几",
    "何时",
    "会",
    "啥",
    "咋",
    "why",
    "how",
    "what",
    "when",
    "where",
    "can",
];

/// The numbers of a pair; the same for either order. Their count does not depend on the pair.
pub fn dense(a: &Side, b: &Side, lexis: &Lexis) -> Vec<f32> {
    let mut out = Vec::with_capacity(90);
    for n in 1..=3 {
        grams(&a.grams(n), &b.grams(n), lexis, &mut out);
    }
    words(a, b, lexis, &mut out);
    order(a, b, &mut out);
    kinds(a, b, &mut out);
    out
}

fn grams(a: &BTreeSet<&[char]>, b: &BTreeSet<&[char]>, lexis: &Lexis, out: &mut Vec<f32>) {
    let shared = a.intersection(b).count() as f32;
    out.push(shared / (a.union(b).count() as f32).max(1.0));
    out.push(shared / (a.len().min(b.len()) as f32).max(1.0));
    let weight = |g: &&&[char]| lexis.idf(hash_gram(g));
    let both: f32 = a.intersection(b).map(|g| weight(&g)).sum();
    let only = [a.difference(b).map(|g| weight(&g)).collect::<Vec<f32>>(), b.difference(a).map(|g| weight(&g)).collect()];
    overlap(both, only, out);
}

/// Rarity shared against all; the rarest and the total on the poorer and on the richer side.
fn overlap(both: f32, only: [Vec<f32>; 2], out: &mut Vec<f32>) {
    let sums = only.each_ref().map(|o| o.iter().sum::<f32>());
    let tops = only.each_ref().map(|o| o.iter().copied().fold(0.0, f32::max));
    out.push(both / (both + sums[0] + sums[1]).max(1e-6));
    out.extend([sums[0].min(sums[1]), sums[0].max(sums[1]), tops[0].min(tops[1]), tops[0].max(tops[1])]);
}

fn words(a: &Side, b: &Side, lexis: &Lexis, out: &mut Vec<f32>) {
    let (of_a, of_b) = (a.word_set(), b.word_set());
    let weight = |w: &&&str| lexis.idf(hash_word(w));
    let both: f32 = of_a.intersection(&of_b).map(|w| weight(&w)).sum();
    let only_a: Vec<&str> = of_a.difference(&of_b).copied().collect();
    let only_b: Vec<&str> = of_b.difference(&of_a).copied().collect();
    overlap(both, [only_a.iter().map(|w| weight(&w)).collect(), only_b.iter().map(|w| weight(&w)).collect()], out);
    out.push(of_a.intersection(&of_b).count() as f32);
    out.extend([only_a.len().min(only_b.len()) as f32, only_a.len().max(only_b.len()) as f32]);
    let all_a: Vec<&str> = of_a.iter().copied().collect();
    let all_b: Vec<&str> = of_b.iter().copied().collect();
    for (u, v) in [(&only_a, &only_b), (&all_a, &all_b)] {
        let (there, back) = (covered(u, v, lexis), covered(v, u, lexis));
        out.extend([there.min(back), there.max(back)]);
    }
}

/// How well each word of the one has a companion in the other, weighed by rarity; 0 when there is none to compare.
fn covered(one: &[&str], other: &[&str], lexis: &Lexis) -> f32 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for u in one {
        let best = other.iter().filter_map(|v| lexis.likeness(u, v)).fold(None, |best: Option<f32>, l| Some(best.map_or(l, |b| b.max(l))));
        if let Some(best) = best {
            let weight = lexis.idf(hash_word(u));
            (sum, weights) = (sum + weight * best, weights + weight);
        }
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

fn order(a: &Side, b: &Side, out: &mut Vec<f32>) {
    let (short, long) = (a.chars.len().min(b.chars.len()) as f32, a.chars.len().max(b.chars.len()) as f32);
    let (subsequence, substring) = common(&a.chars, &b.chars);
    out.extend([short, long, long - short, short / long.max(1.0)]);
    out.extend([subsequence / short.max(1.0), subsequence / long.max(1.0), substring]);
    let same = |x: Option<&[char]>, y: Option<&[char]>| f32::from(u8::from(x == y));
    out.push(same(a.chars.get(..2), b.chars.get(..2)));
    out.push(same(a.chars.last_chunk::<1>().map(|c| &c[..]), b.chars.last_chunk::<1>().map(|c| &c[..])));
}

/// Length of the longest common subsequence and of the longest common run.
fn common(a: &[char], b: &[char]) -> (f32, f32) {
    let (mut sequence, mut run) = (vec![0u16; b.len() + 1], vec![0u16; b.len() + 1]);
    let mut longest = 0;
    for x in a {
        let (before_sequence, before_run) = (sequence.clone(), run.clone());
        for (j, y) in b.iter().enumerate() {
            let same = x == y;
            sequence[j + 1] = if same { before_sequence[j] + 1 } else { before_sequence[j + 1].max(sequence[j]) };
            run[j + 1] = if same { before_run[j] + 1 } else { 0 };
            longest = longest.max(run[j + 1]);
        }
    }
    (f32::from(sequence[b.len()]), f32::from(longest))
}

fn kinds(a: &Side, b: &Side, out: &mut Vec<f32>) {
    let count = |side: &Side, set: &str| side.chars.iter().filter(|c| set.contains(**c)).count() as f32;
    for set in [NEGATIONS, "#", "0123456789"] {
        let (of_a, of_b) = (count(a, set), count(b, set));
        out.extend([of_a.min(of_b), of_a.max(of_b), f32::from(u8::from((of_a > 0.0) != (of_b > 0.0)))]);
    }
    let (text_a, text_b): (String, String) = (a.chars.iter().collect(), b.chars.iter().collect());
    for word in QUESTION_WORDS {
        let (in_a, in_b) = (text_a.contains(word), text_b.contains(word));
        out.extend([f32::from(u8::from(in_a) + u8::from(in_b)), f32::from(u8::from(in_a != in_b))]);
    }
}
