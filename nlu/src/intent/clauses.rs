//! Several intents in one turn: "where is my order and how do I return the other one". A turn is cut at punctuation and at words that
//! begin a further wish; it has several intents only when each part says its own with confidence.

use super::model::{IntentModel, Prediction};
use crate::encoder::Encoder;
use qn_base::text::{is_cjk, truncate};

/// Below this a part of a turn is a remark, not a wish.
const CONFIDENT: f32 = 0.6;
const PARTS_MAX: usize = 6;

/// Words that begin a further wish. English ones are whole words, and the part before and after must have words of its own.
const JOINTS_EN: [&str; 5] = [" and also ", " and ", " also ", " then ", " plus "];
const JOINTS_ZH: [&str; 8] = ["另外", "还有", "顺便", "而且", "然后", "以及", "并且", "再就是"];

/// Parts of a turn that may say something of their own, in order; the whole turn when it has only one.
pub fn split(text: &str) -> Vec<&str> {
    let text = truncate(text, crate::normalise::TEXT_CHARS_MAX);
    let mut parts: Vec<&str> = text.split(['.', '?', '!', ';', '。', '？', '！', '；', '，', ',', '\n']).collect();
    for joint in JOINTS_EN.iter().chain(&JOINTS_ZH) {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|p| says_something(p)).take(PARTS_MAX).collect();
    if parts.len() < 2 { vec![text.trim()] } else { parts }
}

/// Said openly to be a further wish, not the rest of the one before it: 「另外…」.
const FURTHER: [&str; 8] = ["另外", "还有", "顺便", "以及", "再就是", "also", "plus", "besides"];

/// Whether one of these words stands right before the part of the turn.
pub fn is_further(text: &str, part: &str) -> bool {
    let Some(at) = text.find(part) else { return false };
    let before = text[..at].trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    FURTHER.iter().any(|word| if word.is_ascii() { last == *word } else { last.ends_with(word) })
}

/// What a part is made of that asks where or how to do the thing it speaks of, and names nothing of its own.
const BARE_ZH: [&str; 22] = [
    "请问", "具体", "操作", "哪里", "哪儿", "怎么", "如何", "可以", "在", "哪", "弄", "办", "做", "要", "该", "我", "去", "能", "呢", "啊",
    "呀", "的",
];
const BARE_EN: [&str; 24] = [
    "where", "how", "what", "when", "do", "does", "did", "can", "could", "should", "would", "is", "to", "i", "we", "you", "that", "this",
    "it", "exactly", "go", "please", "then", "and",
];

/// 「在哪里操作」, "where do I do that": nothing of its own is named, so it is about what was said before it.
pub fn goes_on(part: &str) -> bool {
    let said = part.to_lowercase();
    let mut rest = said.trim();
    let words = |c: char| !c.is_alphanumeric();
    if !rest.contains(is_cjk) {
        return rest.split(words).all(|word| word.is_empty() || BARE_EN.contains(&word));
    }
    while let Some(shorter) = BARE_ZH.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start_matches(words);
    }
    rest.is_empty()
}

/// Two words or three Chinese characters.
fn says_something(part: &str) -> bool {
    part.split_whitespace().count() >= 2 || part.chars().filter(|c| is_cjk(*c)).count() >= 3
}

impl IntentModel {
    /// The intents of a turn, each with the part that says it. One prediction of the whole turn unless at least two parts are
    /// confidently in scope with different intents.
    pub fn predict_all<'t>(&self, text: &'t str, encoder: Option<&dyn Encoder>, limit: usize) -> Vec<(&'t str, Prediction)> {
        let whole = (text, self.predict(text, encoder, limit));
        let parts = split(text);
        if parts.len() < 2 {
            return vec![whole];
        }
        let mut said: Vec<(&str, Prediction)> = Vec::new();
        for part in parts {
            let prediction = self.predict(part, encoder, limit);
            let Some(intent) = prediction.intent().filter(|i| i.probability >= CONFIDENT) else { continue };
            if said.iter().all(|(_, p)| p.intent().is_none_or(|i| i.label != intent.label)) {
                said.push((part, prediction));
            }
        }
        if said.len() < 2 { vec![whole] } else { said }
    }
}

#[cfg(test)]
mod tests {
    use super::{goes_on, is_further, split};

    #[test]
    fn a_further_wish_says_so() {
        for (turn, part, expected) in [
            ("发票怎么开，另外火星上怎么种土豆", "火星上怎么种土豆", true),
            ("发票怎么开？还有，火星上怎么种土豆", "火星上怎么种土豆", true),
            ("怎么退货？在哪里操作", "在哪里操作", false),
            ("How do I return it? Also, how do potatoes grow?", "how do potatoes grow", true),
            ("how do I return it and what do I need", "what do I need", false),
            ("I have a surplus, how do I return it", "how do I return it", false),
        ] {
            assert_eq!(is_further(turn, part), expected, "{turn}");
        }
    }

    #[test]
    fn a_part_that_names_nothing_goes_on() {
        for part in ["在哪里操作", "具体怎么弄呢", "要去哪办", "where do I do that", "how do I do it, exactly?"] {
            assert!(goes_on(part), "{part}");
        }
        for part in ["快递在哪里", "怎么退货", "在哪里操作退货", "where is my parcel", "how do I return it"] {
            assert!(!goes_on(part), "{part}");
        }
    }

    #[test]
    fn turns_are_cut_where_a_new_wish_begins() {
        for (turn, parts) in [
            ("where is my order and how do I return it", &["where is my order", "how do I return it"][..]),
            ("我的订单到哪了，另外怎么退货", &["我的订单到哪了", "怎么退货"]),
            ("salt and pepper", &["salt and pepper"]),
            ("hi, where is my order", &["hi, where is my order"]),
            ("", &[""]),
        ] {
            assert_eq!(split(turn), parts, "{turn}");
        }
    }
}
