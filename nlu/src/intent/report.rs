//! What to expect of a model before it goes live: predictions compared with labels, or cross-validation over the examples themselves.
//! Pure; the evaluation page and the command line print it.

use super::model::{IntentModel, Prediction};
use super::train::{TrainError, TrainOptions, train};
use super::{CurvePoint, Example};
use crate::encoder::Encoder;
use crate::learn::folds;
use crate::learn::measure::{Confusion, auroc, calibration_error};
use serde::Serialize;
use std::collections::BTreeMap;

/// Pairs of intents a report names, and those a confusion matrix is drawn from.
const MISTAKES_MAX: usize = 50;
const CELLS_MAX: usize = 1_000;

/// Shares in [0, 1]. Strangers are turns that are no known intent, marked by the out-of-scope label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub examples: usize,
    /// Without strangers: best guesses that are right. With strangers: right decisions, an intent answered rightly or a stranger rejected.
    pub accuracy: f32,
    /// Over intents, best guesses of known turns whatever the scope decision.
    pub macro_f1: f32,
    /// Known turns that are answered, and rightly: a known turn rejected counts as wrong.
    pub in_scope_accuracy: f32,
    /// Strangers rejected, and rejected turns that were strangers; nothing without strangers.
    pub oos_recall: Option<f32>,
    pub oos_precision: Option<f32>,
    /// How well scope scores tell known turns from strangers.
    pub auroc: Option<f32>,
    /// The same for the probability of the best intent alone, for comparison.
    pub auroc_probability: Option<f32>,
    /// Expected calibration error of the best intent's probability, over known turns.
    pub ece: f32,
    /// Known turns that are answered.
    pub coverage: f32,
    /// Known turns that are answered wrongly.
    pub wrong: f32,
    pub intents: Vec<IntentReport>,
    /// Most frequent first.
    pub mistakes: Vec<Mistake>,
    /// Best guesses of known turns, by truth and guess, the right ones too; the commonest mistakes first, then what was right.
    #[serde(skip)]
    pub cells: Vec<Mistake>,
    pub curve: Vec<CurvePoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntentReport {
    pub label: String,
    pub precision: f32,
    pub recall: f32,
    pub f1: f32,
    pub support: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    pub label: String,
    pub predicted: String,
    pub count: u32,
}

/// Each example is predicted by a model that was not taught it. Deterministic, whatever the number of threads.
pub fn cross_validate(
    examples: &[Example],
    folds: usize,
    options: &TrainOptions,
    encoder: Option<&dyn Encoder>,
) -> Result<Report, TrainError> {
    cross_validate_watched(examples, Folds { parts: folds, rounds: folds }, options, encoder, &|_| true)
}

/// Into how many parts examples are dealt, and how many of them are held out, one after the other: all, or of large sets only the first,
/// because each takes about as long as training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folds {
    pub parts: usize,
    pub rounds: usize,
}

/// The same, watched: `go_on` is asked before each round, with the number of rounds done, whether to. With fewer rounds than parts only what
/// was held out is measured; every intent of two examples has one there.
pub fn cross_validate_watched(
    examples: &[Example],
    folds: Folds,
    options: &TrainOptions,
    encoder: Option<&dyn Encoder>,
    go_on: &dyn Fn(usize) -> bool,
) -> Result<Report, TrainError> {
    let labels = intents(examples, options.oos_label.as_deref());
    let codes: Vec<u32> = examples.iter().map(|e| labels.binary_search(&e.label).unwrap_or(labels.len()) as u32).collect();
    let parts = folds.parts.max(2);
    let rounds = folds.rounds.clamp(1, parts);
    let mut fold = folds::stratified(&codes, parts, options.seed);
    if rounds < parts {
        hold_out_of_each(&mut fold, &codes);
    }
    let mut judged = Vec::new();
    let mut curve = Vec::new();
    for held_out in 0..rounds {
        if !go_on(held_out) {
            return Err(TrainError::Stopped);
        }
        let (inside, outside) = folds::split(&fold, held_out);
        let taught: Vec<Example> = inside.iter().map(|i| examples[*i].clone()).collect();
        let model = train(&taught, &[], options, encoder)?;
        curve = model.operating(model.encoded.is_some()).curve.clone();
        judged.extend(predicted(&model, examples, &outside, encoder, options.threads));
    }
    Ok(Report::of(&labels, &judged, curve))
}

/// Puts one example of each label into the first part, where the label has another to learn from.
fn hold_out_of_each(fold: &mut [usize], codes: &[u32]) {
    // Of each label: its examples, and those in the first part.
    let mut counts: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (part, code) in fold.iter().zip(codes) {
        let (all, first) = counts.entry(*code).or_default();
        *all += 1;
        *first += usize::from(*part == 0);
    }
    for (part, code) in fold.iter_mut().zip(codes) {
        let (all, first) = counts.entry(*code).or_default();
        if *first == 0 && *all > 1 {
            *part = 0;
            *first = 1;
        }
    }
}

/// What the model makes of the examples at these places, in their order, on several threads.
fn predicted<'e>(
    model: &IntentModel,
    examples: &'e [Example],
    places: &[usize],
    encoder: Option<&dyn Encoder>,
    threads: usize,
) -> Vec<(&'e str, Prediction)> {
    let part = places.len().div_ceil(threads.max(1)).max(1);
    let read = |part: &[usize]| -> Vec<(&'e str, Prediction)> {
        part.iter().map(|i| (examples[*i].label.as_str(), model.predict(&examples[*i].text, encoder, 1))).collect()
    };
    std::thread::scope(|scope| {
        let read = &read;
        let parts: Vec<_> = places.chunks(part).map(|part| scope.spawn(move || read(part))).collect();
        parts.into_iter().flat_map(|p| p.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Predictions of a model compared with labels. Labels it was never taught count as known turns it gets wrong, unless they are
/// `oos_label`.
pub fn compare(model: &IntentModel, judged: &[(&str, Prediction)], oos_label: Option<&str>) -> Report {
    let mut labels: Vec<String> = model.labels().to_vec();
    labels.extend(judged.iter().map(|(truth, _)| *truth).filter(|l| oos_label != Some(*l)).map(str::to_owned));
    labels.sort();
    labels.dedup();
    let encoded = judged.iter().any(|(_, p)| p.encoded);
    Report::of(&labels, judged, model.operating(encoded).curve.clone())
}

fn intents(examples: &[Example], oos_label: Option<&str>) -> Vec<String> {
    let mut labels: Vec<String> = examples.iter().map(|e| &e.label).filter(|l| oos_label != Some(l)).cloned().collect();
    labels.sort();
    labels.dedup();
    labels
}

impl Report {
    /// From predictions with their true labels; `labels` are the known intents in order, all others are strangers.
    pub fn of(labels: &[String], judged: &[(&str, Prediction)], curve: Vec<CurvePoint>) -> Self {
        let code = |label: &str| labels.binary_search_by(|l| l.as_str().cmp(label)).ok().map(|k| k as u32);
        let mut guesses = Confusion::new(labels.len());
        let (known, strange): (Vec<_>, Vec<_>) = judged.iter().partition(|(truth, _)| code(truth).is_some());
        let top = |p: &Prediction| p.alternatives.first().map(|a| a.label.clone()).unwrap_or_default();
        for (truth, prediction) in &known {
            guesses.add(code(truth).unwrap_or_default(), code(&top(prediction)));
        }
        let answered: Vec<bool> = known.iter().filter(|(_, p)| p.in_scope).map(|(truth, p)| top(p) == *truth).collect();
        let right = answered.iter().filter(|r| **r).count();
        let rejected_known = known.len() - answered.len();
        let rejected = strange.iter().filter(|(_, p)| !p.in_scope).count();
        let is_known: Vec<bool> = known.iter().map(|_| true).chain(strange.iter().map(|_| false)).collect();
        let scores = |score: &dyn Fn(&Prediction) -> f32| -> Option<f32> {
            let all: Vec<f32> = known.iter().chain(&strange).map(|(_, p)| score(p)).collect();
            (!strange.is_empty() && !known.is_empty()).then(|| auroc(&all, &is_known))
        };
        let probability = |p: &Prediction| p.alternatives.first().map_or(0.0, |a| a.probability);
        let hits: Vec<bool> = known.iter().map(|(truth, p)| top(p) == *truth).collect();
        Self {
            examples: judged.len(),
            accuracy: if strange.is_empty() { guesses.accuracy() } else { share(right + rejected, judged.len()) },
            macro_f1: guesses.macro_f1(),
            in_scope_accuracy: share(right, known.len()),
            oos_recall: (!strange.is_empty()).then(|| share(rejected, strange.len())),
            oos_precision: (!strange.is_empty()).then(|| share(rejected, rejected + rejected_known)),
            auroc: scores(&|p: &Prediction| p.scope_score),
            auroc_probability: scores(&probability),
            ece: calibration_error(&known.iter().map(|(_, p)| probability(p)).collect::<Vec<_>>(), &hits),
            coverage: share(answered.len(), known.len()),
            wrong: share(answered.len() - right, known.len()),
            intents: labels.iter().enumerate().map(|(k, label)| intent(&guesses, k, label)).collect(),
            mistakes: mistakes(&guesses, labels, MISTAKES_MAX),
            cells: mistakes(&guesses, labels, CELLS_MAX).into_iter().chain(hits_of(&guesses, labels)).collect(),
            curve,
        }
    }
}

fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

fn intent(guesses: &Confusion, class: usize, label: &str) -> IntentReport {
    let q = guesses.quality(class);
    IntentReport { label: label.to_owned(), precision: q.precision, recall: q.recall, f1: q.f1, support: q.support }
}

fn hits_of(guesses: &Confusion, labels: &[String]) -> Vec<Mistake> {
    let hit = |(k, label): (usize, &String)| Mistake { label: label.clone(), predicted: label.clone(), count: guesses.count(k, k) };
    labels.iter().enumerate().map(hit).collect()
}

fn mistakes(guesses: &Confusion, labels: &[String], most: usize) -> Vec<Mistake> {
    let named = |(t, p, count): (usize, usize, u32)| Mistake { label: labels[t].clone(), predicted: labels[p].clone(), count };
    guesses.mistakes(most).into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_with_two_examples_has_one_in_the_part_that_is_held_out() {
        let codes = [0, 0, 0, 1, 1, 2];
        let mut fold = [1, 0, 2, 3, 4, 1];
        hold_out_of_each(&mut fold, &codes);
        assert_eq!(fold, [1, 0, 2, 0, 4, 1], "the second label has one now; the third has none to spare");
    }
}
