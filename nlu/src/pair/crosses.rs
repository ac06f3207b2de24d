//! What two questions share and where they differ, as named sparse features. The differing words decide whether two near-identical
//! questions mean the same (「花呗」/「借呗」, 「怎么」/「为什么」), so differences are crossed with each other and with what is shared.

use super::side::Side;
use crate::learn::grams::{Bag, Block};
use std::collections::BTreeSet;

/// The features of a pair; the order of the two questions does not matter.
pub fn crosses(a: &Side, b: &Side) -> Bag {
    let mut names = Vec::with_capacity(400);
    for n in 1..=3 {
        let (of_a, of_b) = (edged(a, n), edged(b, n));
        names.extend(of_a.intersection(&of_b).map(|g| format!("b{g}")));
        names.extend(of_a.symmetric_difference(&of_b).map(|g| format!("d{g}")));
    }
    words(a, b, &mut names);
    chars(a, b, &mut names);
    let mut bag = Bag::default();
    bag.add(Block::Words, names.iter().map(|name| (name.as_str(), 1.0)));
    bag
}

fn words(a: &Side, b: &Side, names: &mut Vec<String>) {
    let (of_a, of_b) = (a.word_set(), b.word_set());
    let shared: Vec<&str> = of_a.intersection(&of_b).copied().collect();
    let (only_a, only_b): (Vec<&str>, Vec<&str>) = (of_a.difference(&of_b).copied().collect(), of_b.difference(&of_a).copied().collect());
    names.extend(shared.iter().map(|w| format!("B{w}")));
    for word in only_a.iter().chain(&only_b) {
        names.push(format!("D{word}"));
        names.extend(shared.iter().map(|s| format!("z{word}|{s}")));
        if only_a.is_empty() || only_b.is_empty() {
            names.push(format!("y{word}"));
        }
    }
    against(&only_a, &only_b, "x", names);
}

fn chars(a: &Side, b: &Side, names: &mut Vec<String>) {
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
