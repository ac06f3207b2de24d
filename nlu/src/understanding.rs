//! The types between a turn and whoever decides on it. Stored with the turn as part of its explanation.

use crate::emotion::Mood;
use qn_domain::Language;
use serde::{Deserialize, Serialize};

/// One turn of a customer, with the little context that changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utterance<'a> {
    /// As typed; only the first `normalise::TEXT_CHARS_MAX` characters are read.
    pub text: &'a str,
    /// The language the conversation was in, for turns that show none ("2", an emoji).
    pub language: Option<Language>,
    /// How many numbered options the last message offered; 0 when it offered none.
    pub choices: u8,
}

impl<'a> Utterance<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, language: None, choices: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    pub language: Language,
    /// What the turn wants, when it is one of the things a conversation is steered by; none for everything else.
    pub intent: Option<Intent>,
    /// Further readings, most likely first.
    pub alternatives: Vec<Intent>,
    /// How the customer feels in this turn. Stored as "emotion", which older rows hold as one word.
    #[serde(rename = "emotion")]
    pub mood: Mood,
}

impl Understanding {
    /// The turn reads as this with at least this confidence.
    pub fn is(&self, act: Act, confidence_min: f32) -> bool {
        self.intent.is_some_and(|i| i.act == act && i.confidence >= confidence_min)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    #[serde(flatten)]
    pub act: Act,
    /// In [0, 1].
    pub confidence: f32,
}

/// What a turn does in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    AskPerson,
    Greeting,
    Thanks,
    Goodbye,
    Yes,
    No,
    /// The customer says the matter is settled.
    Resolved,
    /// The customer says the answer did not help.
    NotHelpful,
    /// Asks whether a machine answers here, or what it can do.
    AboutBot,
    /// Picks one of the options offered, counted from 1.
    Choose {
        ordinal: u8,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    #[default]
    Neutral,
    /// Rows written before emotions were told apart say "upset".
    #[serde(alias = "upset")]
    Anger,
    /// Sadness as well.
    Disappointment,
    /// Worry and urgency.
    Anxiety,
    /// Satisfaction and thanks from the heart; a plain "thanks" is neutral.
    Joy,
}

/// Reads a turn. Implementations are pure, bounded in time and never fail: what they do not understand has no intent.
pub trait IntentBackend: Send + Sync {
    fn understand(&self, utterance: &Utterance<'_>) -> Understanding;
}
