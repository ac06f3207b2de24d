//! Order and tracking numbers: the tenant's patterns, the well-known carriers', and whatever follows words such as 订单号.

use super::pattern::Pattern;
use super::{Context, Find, Recogniser, Text, Value};
use std::sync::OnceLock;

pub struct Order;

const CUES: &[&str] = &[
    "订单编号",
    "订单号",
    "订单",
    "运单号",
    "运单",
    "快递单号",
    "物流单号",
    "单号",
    "order number",
    "order no",
    "order",
    "tracking number",
    "tracking no",
    "tracking",
];

/// Between a cue and its number.
const BETWEEN: &[&str] = &["number", "no.", "no", "id", "是", "为", "is", "#", ":", "：", " "];

const NUMBER_CHARS_MAX: usize = 32;

/// Carriers whose numbers are known by their form.
fn carriers() -> &'static [Pattern] {
    static CARRIERS: OnceLock<Vec<Pattern>> = OnceLock::new();
    CARRIERS.get_or_init(|| {
        [
            ("sf", "SF#{12,15}"),
            ("jd", "JD@{0,2}#{10,16}"),
            ("yto", "YT#{13,15}"),
            ("jt", "JT#{13}"),
            ("ups", "1Z?{16}"),
            ("post", "@@#{9}CN"),
        ]
        .iter()
        .filter_map(|(name, pattern)| Pattern::new(name, pattern).ok())
        .collect()
    })
}

impl Recogniser for Order {
    fn find(&self, text: &Text, context: &Context<'_>, out: &mut Vec<Find>) {
        for start in (0..text.len()).filter(|at| text.is_border(*at)) {
            for (pattern, confidence) in context.patterns.iter().map(|p| (p, 1.0)).chain(carriers().iter().map(|p| (p, 0.95))) {
                if let Some(end) = pattern.matches(text, start) {
                    out.push(find(text, start, end, pattern.name(), confidence));
                }
            }
            if let Some((start, end)) =
                CUES.iter().find_map(|cue| text.has(start, cue).then(|| after(text, start + cue.chars().count()))).flatten()
            {
                out.push(find(text, start, end, "named", 0.85));
            }
        }
    }
}

fn find(text: &Text, start: usize, end: usize, pattern: &str, confidence: f32) -> Find {
    let number = text.string(start, end).to_ascii_uppercase();
    Find { start, end, value: Value::Order { number, pattern: pattern.to_owned() }, confidence }
}

/// A number of at least six signs, among them four digits, that follows a cue.
fn after(text: &Text, mut at: usize) -> Option<(usize, usize)> {
    for _ in 0..6 {
        let Some(word) = BETWEEN.iter().find(|w| text.has(at, w)) else { break };
        at += word.chars().count();
    }
    let mut end = at;
    while text.at(end).is_ascii_alphanumeric() || (text.at(end) == '-' && text.at(end + 1).is_ascii_alphanumeric()) {
        end += 1;
        if end - at > NUMBER_CHARS_MAX {
            return None;
        }
    }
    let digits = (at..end).filter(|n| text.at(*n).is_ascii_digit()).count();
    (end - at >= 6 && digits >= 4).then_some((at, end))
}
