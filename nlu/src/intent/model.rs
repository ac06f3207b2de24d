//! A trained intent model: a turn in, ranked intents with believable probabilities and a decision about scope out. Immutable and shared
//! between threads; made by `train`, kept as bytes by `stored`.

use super::heads::{self, Heads, Signals};
use super::mix::Mix;
use super::scope::{Operating, Scope, facts};
use crate::encoder::Encoder;
use crate::learn::calibrate::Temperature;
use crate::learn::grams::Bag;
use serde::Serialize;

/// What turns signals into an answer; one for use without the encoder, one for use with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judge {
    pub mix: Mix,
    pub temperature: Temperature,
    pub scope: Scope,
    pub operating: Operating,
}

#[derive(Debug, Clone, PartialEq)]
pub struct IntentModel {
    pub(super) labels: Vec<String>,
    pub(super) heads: Heads,
    pub(super) plain: Judge,
    pub(super) encoded: Option<Judge>,
    /// Name of the encoder whose vectors the model was trained on.
    pub(super) encoder: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alternative {
    pub label: String,
    /// In [0, 1], of all intents together, given that it is one of them.
    pub probability: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Most probable first, at most as many as asked for.
    pub alternatives: Vec<Alternative>,
    /// Whether it is one of the known intents at all, at the model's operating point.
    pub in_scope: bool,
    /// Compared with the operating point's threshold; comparable within one model only.
    pub scope_score: f32,
    /// The probability of being one of the known intents, in [0, 1].
    pub scope_probability: f32,
    /// Whether the encoder took part.
    pub encoded: bool,
}

impl Prediction {
    /// The best intent, when the turn is in scope.
    pub fn intent(&self) -> Option<&Alternative> {
        if self.in_scope { self.alternatives.first() } else { None }
    }

    /// The same turn where only some intents can be meant (a flow that waits for an answer, a group of intents): their probabilities
    /// are brought to 1 again. Ask `predict` for all alternatives (limit 0) first.
    pub fn among(mut self, allowed: impl Fn(&str) -> bool) -> Self {
        self.alternatives.retain(|a| allowed(&a.label));
        let sum: f32 = self.alternatives.iter().map(|a| a.probability).sum();
        self.alternatives.iter_mut().for_each(|a| a.probability /= sum.max(f32::MIN_POSITIVE));
        self.in_scope &= !self.alternatives.is_empty();
        self
    }
}

/// A turn this near to an example of the intent was taught, near enough word for word; cosine.
const TAUGHT_MIN: f32 = 0.85;

fn is_taught(signals: &Signals, class: usize) -> bool {
    signals.near.iter().any(|near| near.class as usize == class && near.top >= TAUGHT_MIN)
}

impl IntentModel {
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Name of the encoder the model can use.
    pub fn encoder(&self) -> Option<&str> {
        self.encoder.as_deref()
    }

    /// Threshold and curve, with or without the encoder.
    pub fn operating(&self, encoded: bool) -> &Operating {
        &self.judge(encoded).operating
    }

    /// Moves the threshold of the scope decision, as chosen on the curve.
    pub fn set_threshold(&mut self, encoded: bool, threshold: f32) {
        match &mut self.encoded {
            Some(judge) if encoded => judge.operating.threshold = threshold,
            _ => self.plain.operating.threshold = threshold,
        }
    }

    /// Reads a turn; `limit` alternatives, 0 for all. An encoder that fails, or another than the model was trained with, is left aside:
    /// the model answers without it.
    pub fn predict(&self, text: &str, encoder: Option<&dyn Encoder>, limit: usize) -> Prediction {
        self.predict_encoded(text, &self.vector(text, encoder), limit)
    }

    /// As `predict`, with the vector that `encoder()` gave the text; one of another width, such as none, is left aside.
    pub fn predict_encoded(&self, text: &str, vector: &[f32], limit: usize) -> Prediction {
        let fits = self.encoded.is_some() && vector.len() == self.heads.near.dense_width();
        let dense = if fits { unit(vector.to_vec()) } else { Vec::new() };
        let bag = Bag::read(text, &heads::grams());
        self.judge_signals(&self.heads.signals(&bag, &dense), !dense.is_empty(), limit)
    }

    /// The threshold without the encoder that answers as many known turns as `threshold` does with it.
    pub fn threshold_without_encoder(&self, threshold: f32) -> f32 {
        let Some(encoded) = &self.encoded else { return threshold };
        // Both curves have a point for each share of known turns answered.
        let (with, without) = (&encoded.operating.curve, &self.plain.operating.curve);
        let at = with.partition_point(|p| p.threshold < threshold).min(with.len().min(without.len()).saturating_sub(1));
        let (Some(from), Some(to)) = (with.get(at), without.get(at)) else { return threshold };
        let beyond = at == 0 || threshold > from.threshold;
        if beyond { to.threshold + threshold - from.threshold } else { to.threshold }
    }

    /// The best margin of the linear learners alone: the simple rule that `scope_score` is measured against.
    pub fn margin(&self, text: &str, encoder: Option<&dyn Encoder>) -> f32 {
        let dense = self.vector(text, encoder);
        let signals = self.heads.signals(&Bag::read(text, &heads::grams()), &dense);
        let mix = Mix { near: 0.0, near_dense: 0.0, ..self.judge(!dense.is_empty()).mix };
        mix.scores(&signals).into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    /// The encoder's vector at length 1; empty when there is none to use.
    fn vector(&self, text: &str, encoder: Option<&dyn Encoder>) -> Vec<f32> {
        let (Some(encoder), Some(name)) = (encoder, &self.encoder) else { return Vec::new() };
        if encoder.name() != name {
            return Vec::new();
        }
        let mut vectors = encoder.encode(&[text]).unwrap_or_default();
        let vector = vectors.pop().map(unit).unwrap_or_default();
        if vector.len() == self.heads.near.dense_width() { vector } else { Vec::new() }
    }

    pub(super) fn judge_signals(&self, signals: &Signals, encoded: bool, limit: usize) -> Prediction {
        let judge = self.judge(encoded);
        let probabilities = judge.temperature.apply(&judge.mix.scores(signals));
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        let by_probability = |a: &usize, b: &usize| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b));
        if limit > 0 && limit < order.len() {
            order.select_nth_unstable_by(limit - 1, by_probability);
            order.truncate(limit);
        }
        order.sort_by(by_probability);
        let alternatives = order.iter().map(|&k| Alternative { label: self.labels[k].clone(), probability: probabilities[k] }).collect();
        let mut score = judge.scope.score(&facts(signals, &judge.mix));
        if order.first().is_some_and(|best| is_taught(signals, *best)) {
            // Scope is learnt from turns that training had not seen; one it has seen passes at every threshold.
            score = judge.operating.curve.last().map_or(score, |strictest| score.max(strictest.threshold));
        }
        Prediction {
            alternatives,
            // A turn of which nothing was ever seen is a stranger whatever its score.
            in_scope: score >= judge.operating.threshold && (signals.known > 0.0 || encoded),
            scope_score: score,
            scope_probability: judge.scope.probability(score),
            encoded,
        }
    }

    fn judge(&self, encoded: bool) -> &Judge {
        match &self.encoded {
            Some(judge) if encoded => judge,
            _ => &self.plain,
        }
    }

    /// Bytes the model takes in memory, near enough.
    pub fn bytes(&self) -> usize {
        self.heads.bytes() + self.labels.iter().map(|l| l.len() + 24).sum::<usize>()
    }
}

/// A vector at length 1; one of length 0 stays.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|v| *v /= length);
    }
    vector
}
