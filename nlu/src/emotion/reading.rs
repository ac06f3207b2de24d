//! The emotion read in one turn, as it is stored and shown.

use crate::understanding::Emotion;
use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values, not bytes) `start..end` of the turn as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Mood {
    pub emotion: Emotion,
    /// How strong, 0 to 1, for ordering and thresholds; not a probability. 0 when neutral.
    pub intensity: f32,
    /// Probability that the emotion is read rightly, calibrated on held-out examples.
    pub confidence: f32,
    /// The words that show it, in order; empty when neutral.
    pub evidence: Vec<Span>,
}

/// What is known beside the words.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// How agitated the voice is against the speaker's own usual, 0 calm to 1; none for typed turns.
    pub arousal: Option<f32>,
}

/// Moods as rows hold them: before intensity was known, just the word "neutral" or "upset".
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Word(Emotion),
    Mood {
        emotion: Emotion,
        #[serde(default)]
        intensity: f32,
        #[serde(default)]
        confidence: f32,
        #[serde(default)]
        evidence: Vec<Span>,
    },
}

impl From<Stored> for Mood {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Word(emotion) => Self { emotion, ..Self::default() },
            Stored::Mood { emotion, intensity, confidence, evidence } => Self { emotion, intensity, confidence, evidence },
        }
    }
}
