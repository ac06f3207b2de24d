//! What two questions share and where they differ, as named sparse features. The differing words decide whether two near-identical
//! questions mean the same (「花呗」/「借呗」, 「怎么」/「为什么」), so differences are crossed with each other and with what is shared.

use super::side::Side;
use crate::learn::grams::{Bag, Block};
use std::collections::BTreeSet;

/// Kinds of features, each of which a learner can weigh on its own.
pub const KINDS: usize = 4;

/// The features of a pair by kind: sequences of characters, words, differing words in shared company, characters crossed. The order of
/// the two questions does not matter.
pub fn crosses(a: &Side, b: &Side) -> [Bag; KINDS] {
    let mut kinds: [Vec<String>; KINDS] = Default::default();
    let [sequences, words, company, characters] = &mut kinds;
    for n in 1..=3 {
        let (of_a, of_b) = (edged(a, n), edged(b, n));
        sequences.extend(of_a.intersection(&of_b).map(|g| format!("b{g}")));
        sequences.extend(of_a.symmetric_difference(&of_b).map(|g| format!("d{g}")));
    }
    cross_words(a, b, words, company);
    cross_chars(a, b, characters);
    kinds.map(|names| {
        let mut bag = Bag::default();
        bag.add(Block::Words, names.iter().map(|name| (name.as_str(), 1.0)));
        bag
    })
}

fn cross_words(a: &Side, b: &Side, names: &mut Vec<String>, company: &mut Vec<String>) {
    let (of_a, of_b) = (a.word_set(), b.word_set());
    let shared: Vec<&str> = of_a.intersection(&of_b).copied().collect();
    let (only_a, only_b): (Vec<&str>, Vec<&str>) = (of_a.difference(&of_b).copied().collect(), of_b.difference(&of_a).copied().collect());
    names.extend(shared.iter().map(|w| format!("B{w}")));
    for word in only_a.iter().chain(&only_b) {
        names.push(format!("D{word}"));
        company.extend(shared.iter().map(|s| format!("z{word}|{s}")));
        if only_a.is_empty() || only_b.is_empty() {
            names.push(format!("y{word}"));
        }
    }
    against(&only_a, &only_b, "x", names);
}

fn cross_chars(a: &Side, b: &Side, names: &mut Vec<String>) {
    for (n, kind) in [(1, "q"), (2, "s")] {
        let (of_a, of_b) = (strings(a, n), strings(b, n));
        let only_a: Vec<&str> = of_a.difference(&of_b).map(String::as_str).collect();
        let only_b: Vec<&str> = of_b.difference(&of_a).map(String::as_str).collect();
        against(&only_a, &only_b, kind, names);
        if n == 1 {
            let shared: Vec<&String> = of_a.intersection(&of_b).collect();
            names.extend(only_a.iter().chain(&only_b).flat_map(|d| shared.iter().map(move |s| format!("r{d}{s}"))));
        }
    }
}

/// Each of the one against each of the other, in either order the same.
fn against(one: &[&str], other: &[&str], kind: &str, names: &mut Vec<String>) {
    for u in one {
        names.extend(other.iter().map(|v| if u < v { format!("{kind}{u}|{v}") } else { format!("{kind}{v}|{u}") }));
    }
}

fn strings(side: &Side, n: usize) -> BTreeSet<String> {
    side.grams(n).into_iter().map(|g| g.iter().collect()).collect()
}

/// Sequences with the two ends of the question marked.
fn edged(side: &Side, n: usize) -> BTreeSet<String> {
    let mut chars = vec!['^'];
    chars.extend(&side.chars);
    chars.push('$');
    chars.windows(n).map(|g| g.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_feature_is_of_two_kinds_and_the_order_does_not_matter() {
        let (a, b) = (Side::new("花呗怎么还款"), Side::new("借呗为什么不能还款"));
        let kinds = crosses(&a, &b);
        let all = Bag::together(&kinds);
        assert!(kinds.iter().all(|bag| !bag.is_empty()));
        assert_eq!(all.len(), kinds.iter().map(Bag::len).sum::<usize>());
        assert_eq!(all, Bag::together(&crosses(&b, &a)));
    }
}
