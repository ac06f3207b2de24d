//! Entity-level scoring: a span counts only with the right borders and the right slot. Called by `qingniao nlu tag eval`.

use super::scheme::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of spans and what follows from them; all ratios in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Counts {
    pub expected: usize,
    pub predicted: usize,
    pub right: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Counts {
    fn close(&mut self) {
        let ratio = |of: usize| if of == 0 { 0.0 } else { self.right as f64 / of as f64 };
        (self.precision, self.recall) = (ratio(self.predicted), ratio(self.expected));
        let both = self.predicted + self.expected;
        self.f1 = if both == 0 { 0.0 } else { 2.0 * self.right as f64 / both as f64 };
    }
}

/// Over all slots (micro average) and by slot.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Score {
    pub sentences: usize,
    /// Sentences with every span right and none too many.
    pub sentences_right: usize,
    pub overall: Counts,
    pub by_slot: BTreeMap<String, Counts>,
}

/// `pairs`: expected and predicted spans of each sentence.
pub fn score<'a>(pairs: impl Iterator<Item = (&'a [Span], &'a [Span])>) -> Score {
    let mut score = Score::default();
    for (expected, predicted) in pairs {
        score.sentences += 1;
        let right: Vec<&Span> = predicted.iter().filter(|s| expected.contains(s)).collect();
        score.sentences_right += usize::from(right.len() == expected.len() && right.len() == predicted.len());
        count(&mut score, expected.iter(), |c| &mut c.expected);
        count(&mut score, predicted.iter(), |c| &mut c.predicted);
        count(&mut score, right.into_iter(), |c| &mut c.right);
    }
    score.overall.close();
    score.by_slot.values_mut().for_each(Counts::close);
    score
}

fn count<'a>(score: &mut Score, spans: impl Iterator<Item = &'a Span>, field: fn(&mut Counts) -> &mut usize) {
    for span in spans {
        *field(&mut score.overall) += 1;
        *field(score.by_slot.entry(span.slot.clone()).or_default()) += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_and_slots_must_both_be_right() {
        let span = |start, end, slot: &str| Span { start, end, slot: slot.to_owned() };
        let expected = [span(0, 2, "a"), span(3, 4, "b"), span(5, 6, "a")];
        let predicted = [span(0, 2, "a"), span(3, 4, "a"), span(5, 7, "a")];
        let score = score([(&expected[..], &predicted[..]), (&[], &[])].into_iter());
        assert_eq!((score.overall.expected, score.overall.predicted, score.overall.right), (3, 3, 1));
        assert!((score.overall.f1 - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(score.by_slot["b"].recall, 0.0);
        assert_eq!((score.sentences, score.sentences_right), (2, 1));
    }
}
