//! The emotions every installation reads from the first second: the model learnt from the examples in this repository, and the lexicon
//! for strength and for the words to point at.

use super::classifier::{Classifier, best};
use super::examples::LABELS;
use super::features::is_shouted;
use super::lexicon::{Hit, boosters, fold, hits};
use super::reading::{Mood, Signals, Span};
use crate::normalise::TEXT_CHARS_MAX;
use crate::understanding::Emotion;
use qn_base::text::truncate;
use std::sync::OnceLock;

/// Alone they say that somebody waits or wonders, not how they feel.
const MARKS: &str = "?!.,~？！。，、…～";
static MODEL: &[u8] = include_bytes!("../../emotion/model.bin");

/// Spans pointed at in one turn, at most.
const EVIDENCE_MAX: usize = 5;

/// Reads moods. The model is unpacked once for the process, a few megabytes; this is only a handle.
#[derive(Debug, Clone, Copy)]
pub struct Moods {
    /// None only if the embedded file were broken, which a test rules out; every turn is neutral then.
    classifier: Option<&'static Classifier>,
}

impl Default for Moods {
    fn default() -> Self {
        Self::new()
    }
}

impl Moods {
    pub fn new() -> Self {
        static UNPACKED: OnceLock<Option<Classifier>> = OnceLock::new();
        Self { classifier: UNPACKED.get_or_init(|| Classifier::read(MODEL).ok()).as_ref() }
    }

    /// The mood of a typed turn; only its first 2,000 characters are read.
    pub fn read(&self, text: &str) -> Mood {
        self.read_with(text, &Signals::default())
    }

    /// The same with what else is known. Signals change how strong an emotion is, not which one it is.
    pub fn read_with(&self, text: &str, signals: &Signals) -> Mood {
        let text = truncate(text, TEXT_CHARS_MAX);
        let Some(classifier) = self.classifier else { return Mood::default() };
        if text.chars().all(|c| c.is_whitespace() || MARKS.contains(c)) {
            return Mood { confidence: 1.0, ..Mood::default() };
        }
        let probabilities = classifier.probabilities(text);
        let label = best(&probabilities);
        let (emotion, confidence) = (emotion_of(label), probabilities[label as usize]);
        if emotion == Emotion::Neutral {
            return Mood { confidence, ..Mood::default() };
        }
        let folded = fold(text);
        let shown: Vec<Hit> = hits(&folded).into_iter().filter(|h| h.emotion == emotion && !h.negated).collect();
        let mut evidence: Vec<Span> = shown.iter().map(|h| Span { start: h.start as u32, end: h.end as u32 }).collect();
        if evidence.is_empty() {
            evidence.extend(strongest_clause(classifier, &folded, label));
        }
        evidence.truncate(EVIDENCE_MAX);
        let intensity = intensity(confidence, &shown, &folded, is_shouted(text), signals);
        Mood { emotion, intensity, confidence, evidence }
    }

    /// Probability of each emotion, for whoever compares or measures.
    pub fn probabilities(&self, text: &str) -> Vec<(Emotion, f32)> {
        let probabilities = self.classifier.map(|c| c.probabilities(text)).unwrap_or_default();
        LABELS.iter().map(|(emotion, _)| *emotion).zip(probabilities).collect()
    }
}

fn emotion_of(label: u32) -> Emotion {
    LABELS.get(label as usize).map_or(Emotion::Neutral, |(emotion, _)| *emotion)
}

/// From how sure the model is, how strong the words are and how they are set: capitals, exclamation marks, "so", "太".
fn intensity(confidence: f32, shown: &[Hit], folded: &[char], shouted: bool, signals: &Signals) -> f32 {
    let strongest = shown.iter().map(|h| h.strength).max().unwrap_or(0);
    let marks = folded.iter().filter(|c| **c == '!').count().min(3) as f32;
    let mut intensity = 0.15 + 0.35 * confidence + 0.12 * f32::from(strongest) + 0.04 * marks;
    intensity += 0.04 * boosters(folded).min(3) as f32 + 0.03 * shown.len().saturating_sub(1).min(3) as f32;
    intensity += if shouted { 0.15 } else { 0.0 };
    intensity += 0.2 * signals.arousal.unwrap_or(0.0).clamp(0.0, 1.0);
    intensity.clamp(0.0, 1.0)
}

/// The clause that speaks most for the label when read alone.
fn strongest_clause(classifier: &Classifier, folded: &[char], label: u32) -> Option<Span> {
    const CLAUSES_MAX: usize = 24;
    let is_break = |c: char| matches!(c, '\n' | '，' | '。' | '！' | '？' | ',' | '.' | '!' | '?' | ';' | '；' | '…');
    let mut spans: Vec<Span> = Vec::new();
    let mut start = 0;
    for at in 0..=folded.len() {
        if at == folded.len() || is_break(folded[at]) {
            let from = (start..at).find(|i| !folded[*i].is_whitespace()).unwrap_or(at);
            if from < at {
                spans.push(Span { start: from as u32, end: at as u32 });
            }
            start = at + 1;
        }
    }
    spans.truncate(CLAUSES_MAX);
    if spans.len() <= 1 {
        return spans.pop().or(Some(Span { start: 0, end: folded.len() as u32 }));
    }
    let alone = |span: &Span| {
        let clause: String = folded[span.start as usize..span.end as usize].iter().collect();
        classifier.probabilities(&clause)[label as usize]
    };
    spans.into_iter().map(|s| (alone(&s), s)).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, s)| s)
}
