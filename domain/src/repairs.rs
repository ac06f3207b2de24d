//! What the bot says when a talk leaves its straight way: it comes back to a question, stops, asks which was meant, finds nothing, hands
//! over. Each has words in both languages; a company may have its own. Data and its checks.

use crate::Language;
use crate::people::text_enum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const REPAIR_CHARS_MAX: usize = 500;
pub const SILENCE_MINUTES_MAX: u32 = 24 * 60;
const SILENCE_MINUTES: u32 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Before a question that is asked again after something else.
    Resume,
    /// Before a question that the customer wants to hear again.
    Repeat,
    /// A step was carried out with an answer that was corrected since.
    Corrected,
    /// The customer stopped a flow.
    Cancelled,
    /// A person stopped it.
    Stopped,
    /// The flow that is asked for is at work.
    Busy,
    /// A flow that is at work goes back to an answer that the customer took back.
    TakenBack,
    /// It cannot any more.
    TooLate,
    /// Several flows may be meant.
    Clarify,
    /// None of them was.
    NoneMeant,
    /// Before a question that the customer has not answered for a while.
    Silence,
    /// Nothing was found.
    NotKnown,
    /// Nothing certain was found.
    NotSure,
    /// Of the world, and of nothing the company speaks of.
    Unrelated,
    /// Of several wishes in one turn one is not clear.
    PartNotKnown,
    /// The answer was no help.
    NotHelpful,
    HandOff,
    /// Nothing was found twice in a row.
    HandOffNotKnown,
    /// A flow failed.
    HandOffFailed,
    /// The same while nobody is there.
    HandOffClosed,
    HandOffFailedClosed,
}

text_enum!(Repair {
    Resume = "resume",
    Repeat = "repeat",
    Corrected = "corrected",
    Cancelled = "cancelled",
    Stopped = "stopped",
    Busy = "busy",
    TakenBack = "taken_back",
    TooLate = "too_late",
    Clarify = "clarify",
    NoneMeant = "none_meant",
    Silence = "silence",
    NotKnown = "not_known",
    NotSure = "not_sure",
    Unrelated = "unrelated",
    PartNotKnown = "part_not_known",
    NotHelpful = "not_helpful",
    HandOff = "hand_off",
    HandOffNotKnown = "hand_off_not_known",
    HandOffFailed = "hand_off_failed",
    HandOffClosed = "hand_off_closed",
    HandOffFailedClosed = "hand_off_failed_closed",
});

impl Repair {
    /// In the order people read them.
    pub const ALL: [Repair; 21] = [
        Repair::Resume,
        Repair::Repeat,
        Repair::Corrected,
        Repair::Cancelled,
        Repair::Stopped,
        Repair::Busy,
        Repair::TakenBack,
        Repair::TooLate,
        Repair::Clarify,
        Repair::NoneMeant,
        Repair::Silence,
        Repair::NotKnown,
        Repair::NotSure,
        Repair::Unrelated,
        Repair::PartNotKnown,
        Repair::NotHelpful,
        Repair::HandOff,
        Repair::HandOffNotKnown,
        Repair::HandOffFailed,
        Repair::HandOffClosed,
        Repair::HandOffFailedClosed,
    ];

    /// What may stand in braces: `{name}` is the flow or step, `{back}` when people are back, `{part}` the customer's own words,
    /// `{position}` the place in the queue and `{wait}` how long that is likely to last.
    pub fn places(self) -> &'static [&'static str] {
        match self {
            Repair::Corrected | Repair::Cancelled | Repair::Stopped | Repair::Busy | Repair::TakenBack | Repair::TooLate => &["name"],
            Repair::HandOff | Repair::HandOffNotKnown | Repair::HandOffFailed => &["position", "wait"],
            Repair::HandOffClosed | Repair::HandOffFailedClosed => &["back"],
            Repair::PartNotKnown => &["part"],
            _ => &[],
        }
    }

    /// The built-in words, zh and en.
    pub fn built_in(self) -> (&'static str, &'static str) {
        match self {
            Repair::Resume => ("我们接着刚才的问题：", "Back to my question: "),
            Repair::Repeat => ("", ""),
            Repair::Corrected => (
                "「{name}」已经按您原来的回答办理过一次，不会自动撤销。要按新的回答再办一次吗？",
                "“{name}” was already carried out with your earlier answer and is not undone. Do it again with the new one?",
            ),
            Repair::Cancelled => ("好的，「{name}」不再继续办理。", "All right, I won't go on with “{name}”."),
            Repair::Stopped => {
                ("「{name}」已停止办理。如需了解原因，可以转人工。", "“{name}” has been stopped. A person can tell you why.")
            }
            Repair::Busy => {
                ("「{name}」正在办理中，有结果会马上告诉您。", "“{name}” is under way. You'll hear as soon as there is a result.")
            }
            Repair::TakenBack => ("好的，「{name}」按您更正的重新办理。", "All right, I'll go through “{name}” again with that."),
            Repair::TooLate => (
                "「{name}」已经办到后面，这一项来不及更正了。需要更改的话，可以转人工。",
                "“{name}” has gone too far to change that now. If it has to be changed, please talk to a person.",
            ),
            Repair::Clarify => ("您想办理的是下面哪一项？", "Which of these would you like?"),
            Repair::NoneMeant => ("好的，请换个说法告诉我您想办什么。", "All right. Please tell me in other words what you need."),
            Repair::Silence => ("您还在吗？刚才的问题是：", "Are you still there? My question was: "),
            Repair::NotKnown => (
                "抱歉，这个问题我还不会回答。可以换个说法再问一次，或者直接转人工。",
                "Sorry, I don't know the answer to that. You could put it another way, or talk to a person.",
            ),
            Repair::NotSure => (
                "抱歉，这个问题我没有把握。下面有您要找的吗？也可以换个说法，或者直接转人工。",
                "Sorry, I'm not sure about that. Is one of these what you need? You can also put it another way, or talk to a person.",
            ),
            Repair::Unrelated => (
                "抱歉，这个我帮不上忙。我能回答商品、订单和服务方面的问题，也可以为您转人工。",
                "Sorry, I can't help with that. I can answer questions about our products, orders and services, or you can talk to a person.",
            ),
            Repair::PartNotKnown => (
                "「{part}」这部分我没有把握，可以换个说法再问一次，或者直接转人工。",
                "I'm not sure about “{part}”. You could put that part another way, or talk to a person.",
            ),
            Repair::NotHelpful => (
                "抱歉没有帮到您。可以换个说法，我再找找；也可以直接转人工。",
                "Sorry that didn't help. Put it another way and I'll look again, or talk to a person.",
            ),
            Repair::HandOff => (
                "正在为您转接人工客服，请稍候。您现在排在第 {position} 位。预计等待{wait}。",
                "I'm passing you to a colleague, one moment please. You are number {position} in the queue. The expected wait is {wait}.",
            ),
            Repair::HandOffNotKnown => (
                "这个问题我处理不了，正在为您转接人工客服，请稍候。您现在排在第 {position} 位。预计等待{wait}。",
                "I can't solve this one. I'm passing you to a colleague, one moment please. You are number {position} in the queue. The expected wait is {wait}.",
            ),
            Repair::HandOffFailed => (
                "抱歉，刚才的办理没有成功。正在为您转接人工客服继续处理，请稍候。您现在排在第 {position} 位。预计等待{wait}。",
                "Sorry, that did not work out. I'm passing you to a colleague who will go on with it, one moment please. You are number {position} in the queue. The expected wait is {wait}.",
            ),
            Repair::HandOffClosed => (
                "现在是非工作时间，您的消息已经记下，客服{back}上班后会第一时间回复您。您也可以留下联系方式。",
                "We're closed right now{back}. Your message is saved and a colleague will answer first thing. You can also leave your contact details.",
            ),
            Repair::HandOffFailedClosed => (
                "抱歉，刚才的办理没有成功。现在是非工作时间，情况已经记下，客服{back}上班后会第一时间处理并回复您。",
                "Sorry, that did not work out. We're closed right now{back}; it is noted and a colleague will go on with it first thing.",
            ),
        }
    }
}

/// A company's own words; an empty text is the built-in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repairs {
    pub texts: BTreeMap<String, RepairWords>,
    /// After how many minutes without an answer a flow's question is asked once more; 0 for never.
    pub silence_minutes: u32,
    /// Flows that take the place of words: by `Bound`, the flow's id.
    pub flows: BTreeMap<Bound, String>,
    /// What the runs that talk here say in their flows' own words, by the run's id; they stand before the company's. Not the company's to keep.
    #[serde(skip)]
    pub of_runs: BTreeMap<String, BTreeMap<String, RepairWords>>,
}

/// Where a flow may take the place of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// A flow's question was not answered for a while.
    Silence,
    /// Several flows may be meant.
    Clarify,
    /// The customer stopped a flow.
    Cancelled,
    /// Nothing, or nothing certain, was found.
    CannotHandle,
    /// The customer is to be given to a person.
    HandOff,
}

text_enum!(Bound {
    Silence = "silence",
    Clarify = "clarify",
    Cancelled = "cancelled",
    CannotHandle = "cannot_handle",
    HandOff = "hand_off",
});

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RepairWords {
    pub zh: String,
    pub en: String,
}

impl Default for Repairs {
    fn default() -> Self {
        Self { texts: BTreeMap::new(), silence_minutes: SILENCE_MINUTES, flows: BTreeMap::new(), of_runs: BTreeMap::new() }
    }
}

impl Repairs {
    /// In a run its flow's own words, else the company's, else the built-in ones; `run` is its id, empty outside of flows.
    pub fn say(&self, run: &str, repair: Repair, language: Language) -> &str {
        let (zh, en) = repair.built_in();
        let texts = self.of_runs.get(run).into_iter().chain([&self.texts]);
        let mut said =
            texts.filter_map(|texts| texts.get(repair.as_str())).map(|words| language.pick(words.zh.as_str(), words.en.as_str()));
        said.find(|text| !text.trim().is_empty()).unwrap_or(language.pick(zh, en))
    }

    /// With what stands in braces filled in, where only one thing may.
    pub fn say_with(&self, run: &str, repair: Repair, language: Language, value: &str) -> String {
        let text = self.say(run, repair, language);
        repair.places().first().map_or_else(|| text.to_owned(), |place| text.replace(&braced(place), value))
    }

    /// With what is known filled in. A sentence with something that is not known is left out, so that nobody hears of a number without
    /// ground; where nothing is left of own words, the built-in ones are said. `known`: each of the repair's places.
    pub fn say_known(&self, run: &str, repair: Repair, language: Language, known: &[(&str, Option<String>)]) -> String {
        let (zh, en) = repair.built_in();
        let own = known_only(self.say(run, repair, language), known);
        if own.is_empty() { known_only(language.pick(zh, en), known) } else { own }
    }
}

fn braced(place: &str) -> String {
    format!("{{{place}}}")
}

fn known_only(text: &str, known: &[(&str, Option<String>)]) -> String {
    let is_told = |sentence: &&str| known.iter().all(|(place, value)| value.is_some() || !sentence.contains(&braced(place)));
    let mut told: String = sentences(text).filter(is_told).collect();
    for (place, value) in known {
        told = told.replace(&braced(place), value.as_deref().unwrap_or_default());
    }
    told.trim().to_owned()
}

/// Each with its mark and the space behind it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split_inclusive(['。', '！', '？', '；', '\n']);
    lines
        .flat_map(|line| line.split_inclusive(". "))
        .flat_map(|part| part.split_inclusive("! "))
        .flat_map(|part| part.split_inclusive("? "))
}

#[cfg(test)]
mod tests {
    use super::{Repair, RepairWords, Repairs};
    use crate::Language;

    #[test]
    fn own_words_stand_before_the_built_in_ones_language_by_language() {
        let mut repairs = Repairs::default();
        repairs.texts.insert("cancelled".into(), RepairWords { zh: "{name}先放一放。".into(), en: " ".into() });
        assert_eq!(repairs.say_with("", Repair::Cancelled, Language::Zh, "退款"), "退款先放一放。");
        assert_eq!(repairs.say_with("", Repair::Cancelled, Language::En, "Refund"), "All right, I won't go on with “Refund”.");
        let own = [("cancelled".to_owned(), RepairWords { zh: "那就不退了。".into(), en: String::new() })];
        repairs.of_runs.insert("run_1".into(), own.into());
        assert_eq!(repairs.say_with("run_1", Repair::Cancelled, Language::Zh, "退款"), "那就不退了。");
        assert_eq!(repairs.say_with("run_2", Repair::Cancelled, Language::Zh, "发票"), "发票先放一放。");
        assert_eq!(repairs.say_with("run_1", Repair::Resume, Language::En, ""), "Back to my question: ");
    }

    #[test]
    fn every_repair_has_its_name_and_words() {
        for repair in Repair::ALL {
            assert_eq!(Repair::parse(repair.as_str()), Some(repair));
            let (zh, en) = repair.built_in();
            let has = |text: &str| repair.places().iter().all(|place| text.contains(&super::braced(place)));
            assert!(has(zh) && has(en), "{repair:?}");
        }
    }

    #[test]
    fn a_sentence_with_a_number_that_nobody_knows_is_left_out() {
        let mut repairs = Repairs::default();
        let known =
            |position: Option<&str>, wait: Option<&str>| [("position", position.map(str::to_owned)), ("wait", wait.map(str::to_owned))];
        let say =
            |repairs: &Repairs, language, known: [(&str, Option<String>); 2]| repairs.say_known("", Repair::HandOff, language, &known);
        assert_eq!(say(&repairs, Language::Zh, known(None, None)), "正在为您转接人工客服，请稍候。");
        assert_eq!(
            say(&repairs, Language::Zh, known(Some("3"), Some("约 5 分钟"))),
            "正在为您转接人工客服，请稍候。您现在排在第 3 位。预计等待约 5 分钟。"
        );
        assert_eq!(
            say(&repairs, Language::En, known(Some("3"), None)),
            "I'm passing you to a colleague, one moment please. You are number 3 in the queue."
        );
        let (zh, en) =
            ("{wait}后由 shop.example.cn 的同事答复您".to_owned(), "Hello! About {wait} to go. Number {position}. Bye.".to_owned());
        repairs.texts.insert("hand_off".into(), RepairWords { zh, en });
        assert_eq!(say(&repairs, Language::Zh, known(None, Some("约 2 分钟"))), "约 2 分钟后由 shop.example.cn 的同事答复您");
        assert_eq!(say(&repairs, Language::Zh, known(Some("1"), None)), "正在为您转接人工客服，请稍候。您现在排在第 1 位。");
        assert_eq!(say(&repairs, Language::En, known(Some("2"), None)), "Hello! Number 2. Bye.");
    }
}
