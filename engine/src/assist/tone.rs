//! The manner of an answer, from how the customer feels: an opening line without a language model, a rule for it with one.

use qn_domain::Language;
use qn_llm::Tone;
use qn_nlu::emotion::Moods;
use qn_nlu::{Emotion, Mood};

/// Weaker feelings do not change how we speak.
const INTENSITY_MIN: f32 = 0.45;
const CONFIDENCE_MIN: f32 = 0.6;

/// Beside words of joy these say that the joy may be scorn (「太棒了，又坏了」), which the emotions do not see.
const TROUBLE_ZH: [&str; 18] =
    ["又", "还没", "还不", "还是不", "没有", "坏", "破", "漏", "错", "丢", "慢", "等了", "投诉", "骗", "差评", "没人", "不见", "退款"];
const TROUBLE_EN: [&str; 20] = [
    "another", "again", "still", "broken", "broke", "wrong", "lost", "losing", "late", "never", "nobody", "nothing", "waiting", "waited",
    "ruined", "ruining", "fail", "failed", "refund", "not",
];

pub(crate) fn read(text: &str) -> Tone {
    to(text, &Moods::new().read(text))
}

/// How to speak to who said this in this mood.
pub(crate) fn to(text: &str, mood: &Mood) -> Tone {
    match of(mood) {
        Tone::Warm if tells_of_trouble(text) => Tone::Plain,
        tone => tone,
    }
}

fn tells_of_trouble(text: &str) -> bool {
    let low = text.to_lowercase();
    let mut words = low.split(|c: char| !c.is_alphanumeric());
    TROUBLE_ZH.iter().any(|word| low.contains(word)) || words.any(|word| TROUBLE_EN.contains(&word))
}

fn of(mood: &Mood) -> Tone {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_how_happy_we_are_about_what_went_wrong() {
        let glad = Mood { emotion: Emotion::Joy, intensity: 0.9, confidence: 0.9, evidence: Vec::new() };
        for text in ["太棒了，又坏了", "oh great, another broken phone", "wow, thanks for losing my parcel"] {
            assert!(matches!(to(text, &glad), Tone::Plain), "{text}");
        }
        for text in ["太好了，很喜欢，怎么保养", "love it! how do I use the case?"] {
            assert!(matches!(to(text, &glad), Tone::Warm), "{text}");
        }
        let cross = Mood { emotion: Emotion::Anger, ..glad };
        assert!(matches!(to("又坏了", &cross), Tone::Sorry));
    }
}
