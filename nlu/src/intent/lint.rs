//! What is wrong with a set of examples, before anybody trains on it: duplicates, contradicting labels, tiny intents, intents that
//! overlap, test examples that leak, a language that is missing. Pure functions; the console offers a fix for each finding.

use super::Example;
use super::heads;
use crate::language;
use crate::learn::grams::{Bag, GramOptions};
use crate::learn::vectoriser::{Vectoriser, VectoriserOptions};
use crate::normalise::Normal;
use qn_domain::Language;
use serde::Serialize;
use std::collections::BTreeMap;

/// Fewer examples than this teach an intent too little.
pub const EXAMPLES_MIN: usize = 5;
/// Cosine of two intents' mean examples from which on they are reported as overlapping.
const OVERLAP_MIN: f32 = 0.75;
/// An intent with this share of its examples in one language, in a set where the other has a fifth, is unbalanced.
const ONE_SIDED: f32 = 0.95;

/// One thing to mend. Indices are of the examples given.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The same text several times under one label; all but the first can go.
    Duplicate {
        examples: Vec<usize>,
        label: String,
    },
    /// The same text under different labels.
    Conflict {
        examples: Vec<usize>,
        labels: Vec<String>,
    },
    /// Nothing to read in the text.
    Empty {
        example: usize,
    },
    Tiny {
        label: String,
        examples: usize,
    },
    /// Two intents whose examples look alike; similarity is a cosine in [0, 1].
    Overlap {
        labels: [String; 2],
        similarity: f32,
    },
    /// A test example that is also a training example.
    Leak {
        test: usize,
        example: usize,
    },
    /// An intent with hardly any example in a language the set is otherwise written in.
    Unbalanced {
        label: String,
        missing: Language,
        share: f32,
    },
}

/// Everything at once, in the order of the kinds. `test` may be empty.
pub fn check(examples: &[Example], test: &[Example]) -> Vec<Finding> {
    let texts: Vec<String> = examples.iter().map(|e| Normal::new(&e.text).joined()).collect();
    let mut findings = same_texts(examples, &texts);
    findings.extend(tiny(examples));
    findings.extend(overlaps(examples));
    findings.extend(leaks(&texts, test));
    findings.extend(unbalanced(examples));
    findings
}

fn same_texts(examples: &[Example], texts: &[String]) -> Vec<Finding> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    texts.iter().enumerate().for_each(|(i, text)| groups.entry(text).or_default().push(i));
    let mut findings = Vec::new();
    for (text, members) in groups {
        if text.is_empty() {
            findings.extend(members.into_iter().map(|example| Finding::Empty { example }));
            continue;
        }
        let mut by_label: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        members.iter().for_each(|i| by_label.entry(&examples[*i].label).or_default().push(*i));
        if by_label.len() > 1 {
            let labels = by_label.keys().map(|l| (*l).to_owned()).collect();
            findings.push(Finding::Conflict { examples: members.clone(), labels });
        }
        let repeated = by_label.into_iter().filter(|(_, same)| same.len() > 1);
        findings.extend(repeated.map(|(label, examples)| Finding::Duplicate { examples, label: label.to_owned() }));
    }
    findings
}

fn tiny(examples: &[Example]) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    examples.iter().for_each(|e| *counts.entry(&e.label).or_default() += 1);
    let few = counts.into_iter().filter(|(_, n)| *n < EXAMPLES_MIN);
    few.map(|(label, examples)| Finding::Tiny { label: label.to_owned(), examples }).collect()
}

/// Pairs of intents by the cosine of their mean vectors, most alike first.
fn overlaps(examples: &[Example]) -> Vec<Finding> {
    // Pairs would make any two intents look different.
    let grams = GramOptions { pairs: 0, han_pairs: 0, ..heads::grams() };
    let bags: Vec<Bag> = examples.iter().map(|e| Bag::read(&e.text, &grams)).collect();
    let vectoriser = Vectoriser::fit(&bags, &VectoriserOptions { columns_max: 4_096, texts_min: 2, ..Default::default() });
    let mut means: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for (example, bag) in examples.iter().zip(&bags) {
        let mean = means.entry(&example.label).or_insert_with(|| vec![0.0; vectoriser.width()]);
        let vector = vectoriser.vector(bag);
        vector.columns.iter().zip(&vector.values).for_each(|(c, v)| mean[*c as usize] += v);
    }
    let means: Vec<(&str, Vec<f32>)> = means.into_iter().map(|(l, m)| (l, super::model::unit(m))).collect();
    let mut found = Vec::new();
    for (i, (one, a)) in means.iter().enumerate() {
        for (other, b) in &means[i + 1..] {
            let similarity = crate::learn::svm::dot(a, b);
            if similarity >= OVERLAP_MIN {
                found.push((similarity, [(*one).to_owned(), (*other).to_owned()]));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(similarity, labels)| Finding::Overlap { labels, similarity }).collect()
}

fn leaks(texts: &[String], test: &[Example]) -> Vec<Finding> {
    let known: BTreeMap<&str, usize> = texts.iter().enumerate().rev().map(|(i, t)| (t.as_str(), i)).collect();
    let found = test.iter().enumerate().filter_map(|(i, e)| Some((i, *known.get(Normal::new(&e.text).joined().as_str())?)));
    found.map(|(test, example)| Finding::Leak { test, example }).collect()
}

fn unbalanced(examples: &[Example]) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut all = [0usize; 2];
    for example in examples {
        let language = example.language.unwrap_or_else(|| language::identify(&example.text, None).0);
        let side = usize::from(language == Language::En);
        counts.entry(&example.label).or_default()[side] += 1;
        all[side] += 1;
    }
    if all[0].min(all[1]) * 5 < all[0] + all[1] {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (label, [zh, en]) in counts {
        let missing = if zh < en { Language::Zh } else { Language::En };
        let share = zh.max(en) as f32 / (zh + en) as f32;
        if share >= ONE_SIDED {
            findings.push(Finding::Unbalanced { label: label.to_owned(), missing, share: 1.0 - share });
        }
    }
    findings
}
