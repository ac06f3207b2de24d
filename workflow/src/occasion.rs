//! A flow's own words for when its talk leaves its straight way: in its start node, before the company's and the built-in ones. Read by
//! the conversation's side; the interpreter does not look at them. What several flows are concerned with is the company's alone.

use crate::compiler::Compiler;
use crate::form::{form, options};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub const OWN_WORDS_CHARS_MAX: usize = 500;

// No doc comments: the schema would list its values in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    Resume,
    Repeat,
    Silence,
    Corrected,
    Busy,
    TakenBack,
    TooLate,
    Cancelled,
    Stopped,
    NotKnown,
    NotSure,
    NotHelpful,
    HandOff,
    HandOffNotKnown,
    HandOffFailed,
    HandOffClosed,
    HandOffFailedClosed,
}

/// Value, zh, en; in the order people read them.
const NAMES: [(Occasion, &str, &str, &str); 17] = [
    (Occasion::Resume, "resume", "回到刚才的问题", "Back to the question"),
    (Occasion::Repeat, "repeat", "再说一遍", "Said once more"),
    (Occasion::Silence, "silence", "客户没有回答", "No answer"),
    (Occasion::Corrected, "corrected", "更正之后要重做", "Again after a correction"),
    (Occasion::Busy, "busy", "正在办理", "Under way"),
    (Occasion::TakenBack, "taken_back", "办理中更正", "Corrected under way"),
    (Occasion::TooLate, "too_late", "来不及更正", "Too late to correct"),
    (Occasion::Cancelled, "cancelled", "客户取消", "Cancelled by the customer"),
    (Occasion::Stopped, "stopped", "被同事停止", "Stopped by a colleague"),
    (Occasion::NotKnown, "not_known", "没有答案", "Not known"),
    (Occasion::NotSure, "not_sure", "没有把握", "Not sure"),
    (Occasion::NotHelpful, "not_helpful", "没有帮到", "No help"),
    (Occasion::HandOff, "hand_off", "转人工", "To a person"),
    (Occasion::HandOffNotKnown, "hand_off_not_known", "连续答不上来", "Not known twice"),
    (Occasion::HandOffFailed, "hand_off_failed", "办理失败", "The flow failed"),
    (Occasion::HandOffClosed, "hand_off_closed", "下班时转人工", "To a person while closed"),
    (Occasion::HandOffFailedClosed, "hand_off_failed_closed", "下班时办理失败", "Failed while closed"),
];

impl Occasion {
    pub fn all() -> impl Iterator<Item = Occasion> {
        NAMES.iter().map(|(occasion, ..)| *occasion)
    }

    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(occasion, ..)| *occasion == self).map_or("", |(_, name, ..)| name)
    }
}

fn choices() -> serde_json::Value {
    let named: Vec<_> = NAMES.iter().map(|(_, value, zh, en)| (*value, *zh, *en)).collect();
    options(form("情形|客户偏离流程时的哪一种情形", "Occasion|How the talk leaves its straight way", "choices"), &named)
}

/// What is said on one occasion; an empty text is the company's or the built-in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWords {
    #[schemars(extend("x-qn" = choices()))]
    pub on: Occasion,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("中文|不填则用公司的说法；可以用 {name}（流程名称）、{back}（上班时间）、{position}（排队的位次）、{wait}（预计等待）", "Chinese|Left empty, the company's words; {name} is the flow, {back} when people are back, {position} the place in the queue, {wait} the expected wait", "text")))]
    pub zh: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("英文|说英文的客户听到的", "English|As customers who write English hear it", "text")))]
    pub en: String,
}

/// Each occasion once, and something is said.
pub(crate) fn check(words: &[OwnWords], compiler: &mut Compiler<'_>) {
    let mut seen = BTreeSet::new();
    for (n, own) in words.iter().enumerate() {
        let field = format!("words.{n}");
        if !seen.insert(own.on) {
            compiler.problem("bad_settings", &field, "同一种情形只能填写一次", "each occasion has its words once");
        }
        if own.zh.trim().is_empty() && own.en.trim().is_empty() {
            compiler.problem("bad_settings", &field, "请填写要说的话", "say what is said");
        }
        if [&own.zh, &own.en].into_iter().any(|text| text.chars().count() > OWN_WORDS_CHARS_MAX) {
            compiler.problem("bad_settings", &field, "最多 500 字", "at most 500 characters");
        }
    }
}
