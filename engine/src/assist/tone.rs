//! The manner of an answer, from how the customer feels: an opening line without a language model, a rule for it with one.

use qn_domain::Language;
use qn_llm::Tone;
use qn_nlu::emotion::Moods;
use qn_nlu::{Emotion, Mood};

/// Weaker feelings do not change how we speak.
const INTENSITY_MIN: f32 = 0.45;
const CONFIDENCE_MIN: f32 = 0.6;

pub(crate) fn read(text: &str) -> Tone {
    of(&Moods::new().read(text))
}

pub(crate) fn of(mood: &Mood) -> Tone {
    if mood.intensity < INTENSITY_MIN || mood.confidence < CONFIDENCE_MIN {
        return Tone::Plain;
    }
    match mood.emotion {
        Emotion::Anger | Emotion::Disappointment => Tone::Sorry,
        Emotion::Anxiety => Tone::Reassuring,
        Emotion::Joy => Tone::Warm,
        Emotion::Neutral => Tone::Plain,
    }
}

/// What is said before an answer; nothing for the even-tempered.
pub(crate) fn opening(tone: Tone, language: Language) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Sorry => Some(language.pick("很抱歉给您带来不好的体验。", "I'm sorry for the trouble.")),
        Tone::Reassuring => Some(language.pick("请先别着急。", "Let's sort this out.")),
        Tone::Warm => Some(language.pick("很高兴为您服务！", "Happy to help!")),
    }
}
