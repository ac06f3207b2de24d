//! How alike two strings are: Jaro–Winkler, edits with transpositions, shared q-grams and words. All symmetric, all in [0, 1] but
//! the number of edits. Lengths are bounded by the callers.

use rustc_hash::FxHashMap;

/// Jaro (1989) with Winkler's (1990) bonus for a common start of up to four characters.
pub fn jaro_winkler(a: &[char], b: &[char]) -> f32 {
    let jaro = jaro(a, b);
    let start = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f32;
    jaro + start * 0.1 * (1.0 - jaro)
}

fn jaro(a: &[char], b: &[char]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; b.len()];
    let mut met = Vec::with_capacity(a.len());
    for (i, c) in a.iter().enumerate() {
        let (from, to) = (i.saturating_sub(reach), (i + reach + 1).min(b.len()));
        if let Some(j) = (from..to).find(|j| !taken[*j] && b[*j] == *c) {
            taken[j] = true;
            met.push(*c);
        }
    }
    if met.is_empty() {
        return 0.0;
    }
    let others = b.iter().zip(&taken).filter(|(_, t)| **t).map(|(c, _)| *c);
    let moved = met.iter().zip(others).filter(|(x, y)| **x != *y).count() as f32 / 2.0;
    let m = met.len() as f32;
    (m / a.len() as f32 + m / b.len() as f32 + (m - moved) / m) / 3.0
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), counted up to `max`; `max + 1` means more.
pub fn edits(a: &[char], b: &[char], max: usize) -> usize {
    if a.len().abs_diff(b.len()) > max {
        return max + 1;
    }
    let width = b.len() + 1;
    let (mut before, mut above, mut row) = (vec![0; width], (0..width).collect::<Vec<_>>(), vec![0; width]);
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
            least = least.min(best);
        }
        if least > max {
            return max + 1;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()].min(max + 1)
}

/// 1 for equal, 0 for nothing in common, by edits over the longer length.
pub fn edit_share(a: &[char], b: &[char]) -> f32 {
    let longest = a.len().max(b.len());
    if longest == 0 { 1.0 } else { 1.0 - edits(a, b, longest) as f32 / longest as f32 }
}

/// Pairs of neighbouring characters, as sorted numbers; the edges count as characters.
pub fn bigrams(chars: &[char]) -> Vec<u64> {
    let mut padded = Vec::with_capacity(chars.len() + 2);
    padded.push('\u{2}');
    padded.extend_from_slice(chars);
    padded.push('\u{3}');
    let mut grams: Vec<u64> = padded.windows(2).map(|w| u64::from(u32::from(w[0])) << 32 | u64::from(u32::from(w[1]))).collect();
    grams.sort_unstable();
    grams
}

/// How many elements two sorted lists share, each as often as both have it.
pub fn shared<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, n) = (i + 1, j + 1, n + 1),
        }
    }
    n
}

/// Dice's coefficient of two sorted lists.
pub fn dice<T: Ord>(a: &[T], b: &[T]) -> f32 {
    let all = a.len() + b.len();
    if all == 0 { 1.0 } else { 2.0 * shared(a, b) as f32 / all as f32 }
}

/// Monge and Elkan (1996), made symmetric: each word by its likest partner.
pub fn monge_elkan(a: &[Vec<char>], b: &[Vec<char>]) -> f32 {
    let one_way = |from: &[Vec<char>], to: &[Vec<char>]| {
        let best = |w: &Vec<char>| to.iter().map(|o| jaro_winkler(w, o)).fold(0.0, f32::max);
        if from.is_empty() { 0.0 } else { from.iter().map(best).sum::<f32>() / from.len() as f32 }
    };
    (one_way(a, b) + one_way(b, a)) / 2.0
}

/// How often each value stands in a column, for what is common to prove less.
pub fn counts<'a>(values: impl Iterator<Item = &'a str>) -> FxHashMap<&'a str, u32> {
    let mut counts = FxHashMap::default();
    values.for_each(|v| *counts.entry(v).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn published_values() {
        // Winkler's examples.
        assert!((jaro_winkler(&chars("martha"), &chars("marhta")) - 0.9611).abs() < 1e-3);
        assert!((jaro_winkler(&chars("dwayne"), &chars("duane")) - 0.84).abs() < 1e-3);
        assert_eq!(jaro_winkler(&chars("abc"), &chars("xyz")), 0.0);
    }

    #[test]
    fn edits_stop_at_their_bound() {
        assert_eq!(edits(&chars("kitten"), &chars("sitting"), 5), 3);
        assert_eq!(edits(&chars("kitten"), &chars("sitting"), 1), 2);
        assert_eq!(edits(&chars("ab"), &chars("ba"), 3), 1);
        assert_eq!(edits(&chars(""), &chars("ab"), 3), 2);
    }

    #[test]
    fn grams_and_words() {
        assert_eq!(dice(&bigrams(&chars("night")), &bigrams(&chars("night"))), 1.0);
        assert!(dice(&bigrams(&chars("night")), &bigrams(&chars("nacht"))) > 0.4);
        let words = |t: &str| t.split(' ').map(chars).collect::<Vec<_>>();
        assert!(monge_elkan(&words("paul johnson"), &words("johson paule")) > 0.9);
    }
}
