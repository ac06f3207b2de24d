//! What a customer's message means to the flows of its conversation: an answer to the open question, something else asked in between,
//! a wish to cancel, to hear it again, or to begin a flow. Pure. `first` decides what needs no looking up; `then` the rest, once it is
//! known what the articles, the catalogue and the trained version make of the text.

use super::stack::{self, FLOWS_MAX};
use super::{Book, LiveFlow, dated, words};
use crate::stages::next_step;
use crate::stages::understood::{ACT_MIN, Taught, Thought, asks};
use qn_domain::{ActiveFlow, BotState, Timestamp};
use qn_nlu::entity::{self, Catalogue, Item, Value};
use qn_nlu::{Act, IntentBackend, Understanding, Utterance, dialogue};
use qn_workflow::choice;
use serde::Serialize;

/// More flows are not asked about at once.
const CLARIFY_MAX: usize = 5;
/// The button for none of them, and what it stands for.
pub(crate) const NONE: (&str, &str) = ("都不是", "None of these");
const NONE_MEANT: [&str; 8] = ["都不是", "都不对", "没有", "不是", "noneofthese", "noneofthem", "neither", "none"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Turn {
    /// `text` is the choice it means, or the customer's words.
    Answer {
        text: String,
        choice: Option<usize>,
        /// It may correct an earlier answer; only the run knows. The customer's words as they came.
        #[serde(skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// Answered as any question; then the open one is asked again.
    Digression,
    /// The flow at hand stops; id and name of the one that then begins, where the company has one.
    Cancel {
        #[serde(skip_serializing_if = "Option::is_none")]
        then: Option<(String, String)>,
    },
    Repeat,
    Start {
        flow: String,
        name: String,
    },
    /// The flow they ask for is at work already.
    Busy {
        name: String,
    },
    /// An answer is taken back while its run asks nothing, and the run can still go back to it.
    Correct {
        run_id: String,
        name: String,
    },
    /// The run cannot any more.
    TooLate {
        run_id: String,
        name: String,
    },
    /// Each of these flows may be meant: id and name.
    Clarify {
        flows: Vec<(String, String)>,
    },
    /// None of those that were asked about.
    NoneMeant,
}

impl Turn {
    /// The flows have it, and the bot looks nothing up.
    pub fn is_flows(&self) -> bool {
        *self != Turn::Digression
    }
}

/// What is looked at.
pub(crate) struct Heard<'a> {
    pub bot: &'a BotState,
    pub text: &'a str,
    pub understanding: &'a Understanding,
    pub book: &'a Book,
    pub intents: &'a dyn IntentBackend,
    /// What relative times are of.
    pub now: Timestamp,
    /// What the text takes back of a run that asks nothing, where it was looked up.
    pub takes_back: Option<&'a Turn>,
    /// The open question was asked in another channel: whoever begins here may have it in mind or not, so that something else that can be
    /// answered is no answer to it.
    pub moved: bool,
}

/// What the text settles by itself. None: it is to be looked up, or nothing of flows.
pub(crate) fn first(heard: &Heard<'_>) -> Option<Turn> {
    if let Some(turn) = clarified(heard) {
        return Some(turn);
    }
    let Some(question) = stack::open(heard.bot) else { return offered(heard).or_else(|| unasked(heard)) };
    let meant = meant(heard);
    if corrects(heard, &meant) {
        let choice = chosen(&meant, question).or_else(|| chosen(heard, question));
        let text = choice.map_or_else(|| heard.text.trim().to_owned(), |n| question.choices[n].clone());
        return Some(Turn::Answer { text, choice, said: Some(heard.text.trim().to_owned()) });
    }
    if let Some(choice) = chosen(heard, question) {
        return Some(Turn::Answer { text: question.choices[choice].clone(), choice: Some(choice), said: None });
    }
    if let Some(turn) = offered(heard) {
        return Some(turn);
    }
    if question.optional && choice::skips(heard.text) {
        return Some(own_words(heard.text));
    }
    if wants_person(heard) {
        return None;
    }
    if words::cancels(heard.text) {
        return Some(Turn::Cancel { then: None });
    }
    if words::repeats(heard.text) {
        return Some(Turn::Repeat);
    }
    let begun = said(&meant, |said, phrase| said == phrase || (!question.choices.is_empty() && said.contains(phrase)));
    if !begun.is_empty() {
        return Some(one_of(heard, &begun));
    }
    if steers(heard.understanding) {
        return Some(Turn::Digression);
    }
    // What has no form of a question and none of the choices may still begin another flow, by a trained intent.
    let may_begin = !question.choices.is_empty() && heard.book.spoken().any(|flow| !flow.begins.intents.is_empty());
    let looks_up = asks(heard.understanding, heard.text) && (words::is_question(heard.text) || may_begin || heard.moved);
    if looks_up { None } else { Some(own_words(heard.text)) }
}

/// After the text was looked up.
pub(crate) fn then(heard: &Heard<'_>, thought: &Thought) -> Option<Turn> {
    let question = stack::open(heard.bot);
    if let Some(Taught::Flow { id }) = &thought.taught
        && let Some(flow) = heard.book.find(id)
    {
        let intent = thought.reading.as_ref().and_then(|read| read.ranked.first()).map_or("", |first| first.name.as_str());
        let alike: Vec<&LiveFlow> = heard.book.spoken().filter(|other| other.begins.intents.iter().any(|name| name == intent)).collect();
        return Some(if alike.len() > 1 { one_of(heard, &alike) } else { begins(heard, flow) });
    }
    let Some(question) = question else {
        let meant = said(heard, |said, phrase| said.contains(phrase));
        return (!meant.is_empty() && !thought.is_clear()).then(|| one_of(heard, &meant));
    };
    if wants_person(heard) || thought.taught == Some(Taught::FetchPerson) {
        return None;
    }
    // Where one of several choices is asked for, a question is no answer, whether there is something to say to it or not.
    let asks_back = words::is_question(heard.text) && (thought.is_clear() || !question.choices.is_empty());
    let speaks_of_else = heard.moved && thought.product.is_none() && thought.is_clear();
    if asks_back || speaks_of_else { Some(Turn::Digression) } else { Some(own_words(heard.text)) }
}

/// Without an open question: only a flow's own words settle anything. A question that holds them is looked up first, unless they are the
/// question themselves (「你好，我的快递到哪了」).
fn unasked(heard: &Heard<'_>) -> Option<Turn> {
    if wants_person(heard) {
        return None;
    }
    if stack::at_work(heard.bot).is_some() && words::cancels(heard.text) {
        return Some(Turn::Cancel { then: None });
    }
    if let Some(flow) = stack::at_work(heard.bot).filter(|_| words::asks_how_far(heard.text)) {
        return Some(Turn::Busy { name: flow.name.clone() });
    }
    if let Some(turn) = heard.takes_back {
        return Some(turn.clone());
    }
    let in_question = words::is_question(heard.text);
    let meant = said(heard, |said, phrase| {
        said == phrase || (said.contains(phrase) && (!in_question || is_the_question(heard.text, said, phrase)))
    });
    (!meant.is_empty()).then(|| one_of(heard, &meant))
}

/// Whether the text may take an answer back though nothing is asked; only the runs know. The beginning of a correction counts alone here.
pub(crate) fn may_correct(heard: &Heard<'_>) -> bool {
    let is_at_work = stack::open(heard.bot).is_none() && stack::at_work(heard.bot).is_some();
    is_at_work && qn_workflow::run::begins_correction(heard.text) && corrects(heard, &meant(heard))
}

/// Without what is taken back in it.
fn meant<'a>(heard: &Heard<'a>) -> Heard<'a> {
    Heard { text: dialogue::instead(heard.text).unwrap_or(heard.text), ..*heard }
}

/// The flow's words are what is asked, and most of what is said or a line by themselves, as under the subject of a letter.
fn is_the_question(text: &str, said: &str, phrase: &str) -> bool {
    let rest = said.replace(phrase, "");
    let is_most = || rest.chars().count() <= phrase.chars().count();
    let is_line = || text.lines().any(|line| words::normal(line) == phrase);
    words::is_question(phrase) && !words::is_question(&rest) && (is_most() || is_line())
}

/// What the customer makes of the question which flow they meant. None: they speak of something else.
fn clarified(heard: &Heard<'_>) -> Option<Turn> {
    let asked = heard.bot.clarifying.as_ref()?;
    let names: Vec<String> = asked.flows.iter().map(|(_, name)| name.clone()).collect();
    let chosen = chosen_of(heard, &names);
    if let Some(flow) = chosen.and_then(|n| heard.book.find(&asked.flows[n].0)) {
        return Some(begins(heard, flow));
    }
    let none = NONE_MEANT.contains(&words::normal(heard.text).as_str()) || words::cancels(heard.text);
    none.then_some(Turn::NoneMeant)
}

/// The button of a flow that an answer offered.
fn offered(heard: &Heard<'_>) -> Option<Turn> {
    let id = next_step::pressed(heard.bot, heard.text)?;
    next_step::find(heard.book, id).map(|flow| begins(heard, flow))
}

/// Which is asked, where it is more than one.
fn one_of(heard: &Heard<'_>, meant: &[&LiveFlow]) -> Turn {
    let language = heard.understanding.language;
    match meant {
        [flow] => begins(heard, flow),
        // It goes on already: the words are about that one.
        several => match several.iter().find(|flow| stack::has(heard.bot, &flow.id)) {
            Some(flow) => begins(heard, flow),
            None => {
                let named = |flow: &&LiveFlow| (flow.id.clone(), flow.title(language).to_owned());
                Turn::Clarify { flows: several.iter().take(CLARIFY_MAX).map(named).collect() }
            }
        },
    }
}

fn own_words(text: &str) -> Turn {
    Turn::Answer { text: text.trim().to_owned(), choice: None, said: None }
}

/// 「不对，订单号是 B2002」: the beginning of a correction, and nothing that steers otherwise. `meant` is without what is taken back.
fn corrects(heard: &Heard<'_>, meant: &Heard<'_>) -> bool {
    let steers = || wants_person(heard) || words::cancels(heard.text) || words::repeats(heard.text) || words::is_question(heard.text);
    let takes_back = qn_workflow::run::begins_correction(heard.text) || meant.text != heard.text;
    takes_back && !steers() && said(meant, |said, phrase| said.contains(phrase)).is_empty()
}

fn wants_person(heard: &Heard<'_>) -> bool {
    heard.understanding.is(Act::AskPerson, ACT_MIN)
}

/// A greeting or thanks is no answer to anything.
fn steers(understanding: &Understanding) -> bool {
    [Act::Greeting, Act::Thanks, Act::Goodbye].into_iter().any(|act| understanding.is(act, ACT_MIN))
}

fn begins(heard: &Heard<'_>, flow: &LiveFlow) -> Turn {
    let (bot, name) = (heard.bot, flow.title(heard.understanding.language).to_owned());
    match stack::open(bot) {
        // It asks already, or there is no room for more.
        Some(open) if open.flow == flow.id || stack::has(bot, &flow.id) || bot.flows.len() >= FLOWS_MAX => Turn::Repeat,
        None if stack::has(bot, &flow.id) || bot.flows.len() >= FLOWS_MAX => Turn::Busy { name },
        _ => Turn::Start { flow: flow.id.clone(), name },
    }
}

/// The flows whose words are said; of several those with the longest.
fn said<'a>(heard: &Heard<'a>, fits: impl Fn(&str, &str) -> bool) -> Vec<&'a LiveFlow> {
    if heard.book.flows.is_empty() {
        return Vec::new();
    }
    let said = words::normal(heard.text);
    let longest = |flow: &LiveFlow| flow.begins.phrases.iter().filter(|p| fits(&said, p)).map(String::len).max();
    let meant: Vec<(usize, &LiveFlow)> = heard.book.spoken().filter_map(|flow| Some((longest(flow)?, flow))).collect();
    let most = meant.iter().map(|(length, _)| *length).max();
    meant.into_iter().filter(|(length, _)| Some(*length) == most).map(|(_, flow)| flow).collect()
}

/// Which of the question's choices the customer means.
fn chosen(heard: &Heard<'_>, question: &ActiveFlow) -> Option<usize> {
    chosen_of(heard, &question.choices)
}

/// Which of these they mean: by its words, its number, its date, a part only it has, its sound or with a typing error, or by
/// yes and no.
fn chosen_of(heard: &Heard<'_>, choices: &[String]) -> Option<usize> {
    if choices.is_empty() {
        return None;
    }
    choice::named(choices, heard.text)
        .or_else(|| by_ordinal(heard, choices.len()))
        .or_else(|| dated::meant(choices, heard.text, heard.now))
        .or_else(|| choice::near(choices, heard.text))
        .or_else(|| by_name(heard.text, choices))
        .or_else(|| match heard.understanding.intent {
            Some(intent) if intent.confidence >= ACT_MIN && matches!(intent.act, Act::Yes | Act::No) => by_act(heard, choices, intent.act),
            _ => None,
        })
}

fn by_ordinal(heard: &Heard<'_>, count: usize) -> Option<usize> {
    match heard.understanding.intent.map(|intent| intent.act) {
        Some(Act::Choose { ordinal }) => usize::from(ordinal).checked_sub(1).filter(|n| *n < count),
        _ => None,
    }
}

/// With typing errors and in pinyin, as the names of products are found.
fn by_name(text: &str, choices: &[String]) -> Option<usize> {
    let item = |(n, choice): (usize, &String)| Item { id: n.to_string(), names: vec![choice.clone()] };
    let items: Vec<Item> = choices.iter().enumerate().map(item).collect();
    let catalogue = Catalogue::new(&items);
    let context = entity::Context { catalogue: Some(&catalogue), ..entity::Context::new(0, 0) };
    let mut found = entity::find(text, &context).into_iter().filter_map(|entity| match entity.value {
        Value::Product { ids, .. } if ids.len() == 1 => ids[0].parse().ok(),
        _ => None,
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// 「好的」 means the one choice that says yes.
fn by_act(heard: &Heard<'_>, choices: &[String], act: Act) -> Option<usize> {
    let means = |choice: &&String| heard.intents.understand(&Utterance::new(choice.as_str())).is(act, ACT_MIN);
    let fitting: Vec<usize> = (0..choices.len()).filter(|n| means(&&choices[*n])).collect();
    if let [only] = fitting.as_slice() { Some(*only) } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_nlu::RulesBackend;
    use qn_workflow::trigger::{Begins, Trigger};

    fn flow(id: &str, name: &str, phrases: &[&str]) -> LiveFlow {
        let phrases = phrases.iter().map(|p| words::normal(p)).collect();
        let begins = Begins { trigger: Trigger::Message, phrases, ..Begins::default() };
        LiveFlow { id: id.into(), name: name.into(), begins, talks: true, ..LiveFlow::default() }
    }

    /// What `first` makes of a text, in short; `choices` of the open question, or none without one.
    fn read(choices: Option<&[&str]>, text: &str) -> String {
        read_moved(choices, text, false)
    }

    fn read_moved(choices: Option<&[&str]>, text: &str, moved: bool) -> String {
        let book = Book {
            flows: vec![flow("refund", "退款", &["我要退款", "退款"]), flow("invoice", "开发票", &["我要开发票", "发票在哪"])],
        };
        let mut bot = BotState::default();
        if let Some(choices) = choices {
            let choices = choices.iter().map(|c| (*c).to_owned()).collect();
            bot.flows.push(ActiveFlow { run_id: "r".into(), flow: "refund".into(), step: "a@".into(), choices, ..ActiveFlow::default() });
        }
        let intents = RulesBackend::default();
        let count = choices.map_or(0, |c| u8::try_from(c.len()).unwrap());
        let understanding = intents.understand(&Utterance { text, language: None, choices: count });
        let (intents, now) = (&intents, 1_795_833_000_000);
        let heard = Heard { bot: &bot, text, understanding: &understanding, book: &book, intents, now, takes_back: None, moved };
        match first(&heard) {
            Some(Turn::Answer { text, said: Some(said), .. }) => format!("corrects {said}, or {text}"),
            Some(Turn::Answer { text, choice: Some(n), .. }) => format!("choice {n} {text}"),
            Some(Turn::Answer { text, .. }) => format!("words {text}"),
            Some(Turn::Start { flow, .. }) => format!("start {flow}"),
            Some(Turn::Clarify { flows }) => format!("which of {}", flows.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ")),
            Some(Turn::Cancel { .. }) => "cancel".into(),
            Some(other) => format!("{other:?}").to_lowercase(),
            None => "look up".into(),
        }
    }

    #[test]
    fn without_a_question_a_flows_words_begin_it_and_a_question_about_it_is_looked_up() {
        for (text, expected) in [
            ("我要退款", "start refund"),
            ("你好，我要退款！", "start refund"),
            ("我要开发票", "start invoice"),
            ("退款多久到账？", "look up"),
            ("你好，发票在哪？", "start invoice"),
            ("发票在哪 (li)\n\n发票在哪", "start invoice"),
            ("letter cnv_01m8nntgvb8rqbvmv3cd014x7t\n\n发票在哪", "start invoice"),
            ("发票在哪，怎么下载", "look up"),
            ("发票在哪个页面申请，我找了半天", "look up"),
            ("怎么退货", "look up"),
            ("转人工", "look up"),
            ("谢谢", "look up"),
        ] {
            assert_eq!(read(None, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_said_first_in_another_channel_is_looked_up_before_it_is_an_answer() {
        for (choices, text, expected) in [
            (vec![], "屏幕坏了", "look up"),
            (vec![], "我要开发票", "start invoice"),
            (vec![], "你好", "digression"),
            (vec![], "取消", "cancel"),
            (vec!["A1001", "B2002"], "第二个", "choice 1 B2002"),
            (vec!["A1001", "B2002"], "the first one", "choice 0 A1001"),
        ] {
            assert_eq!(read_moved(Some(choices.as_slice()), text, true), expected, "{text}");
        }
    }

    #[test]
    fn a_choice_is_meant_in_many_ways() {
        let orders: &[&str] = &["A1001 蓝牙耳机", "B2002 智能手表", "都不是"];
        for (text, expected) in [
            ("A1001 蓝牙耳机", "choice 0 A1001 蓝牙耳机"),
            ("2", "choice 1 B2002 智能手表"),
            ("第二个", "choice 1 B2002 智能手表"),
            ("b2002", "choice 1 B2002 智能手表"),
            ("手表那个", "choice 1 B2002 智能手表"),
            ("智能手表", "choice 1 B2002 智能手表"),
            ("就是都不是啊", "choice 2 都不是"),
            ("上个月那单", "words 上个月那单"),
            ("9", "words 9"),
            ("随便", "words 随便"),
        ] {
            assert_eq!(read(Some(orders), text), expected, "{text}");
        }
        let dated: &[&str] = &["A1001 蓝牙耳机 2026-10-05", "B2002 智能手表 2026-11-11"];
        assert_eq!(read(Some(dated), "上个月那单"), "choice 0 A1001 蓝牙耳机 2026-10-05");
        let corrected = "corrects 不对，是上个月那单, or A1001 蓝牙耳机 2026-10-05";
        assert_eq!(read(Some(dated), "不对，是上个月那单"), corrected);
        let yes_no: &[&str] = &["是的", "不是"];
        for (text, expected) in [("好的", "choice 0 是的"), ("嗯", "choice 0 是的"), ("不要", "choice 1 不是"), ("不", "choice 1 不是")]
        {
            assert_eq!(read(Some(yes_no), text), expected, "{text}");
        }
    }

    #[test]
    fn while_it_is_asked_a_turn_may_mean_something_else() {
        let orders: &[&str] = &["A1001", "B2002"];
        for (text, expected) in [
            ("算了，不退了", "cancel"),
            ("Never mind", "cancel"),
            ("没听清", "repeat"),
            ("等等，我要开发票", "start invoice"),
            ("我要退款", "repeat"),
            ("谢谢", "digression"),
            ("你好", "digression"),
            ("运费谁出？", "look up"),
            ("转人工", "look up"),
            ("不对，数量是 3", "corrects 不对，数量是 3, or 不对，数量是 3"),
            ("不是，B2002", "corrects 不是，B2002, or B2002"),
            ("不是 A1001，是 B2002", "corrects 不是 A1001，是 B2002, or B2002"),
            ("你搞错了，我要 B2002", "corrects 你搞错了，我要 B2002, or B2002"),
            ("不是退款，我要开发票", "start invoice"),
            ("不是说包邮的吗，还收我运费", "look up"),
            ("不对，我要开发票", "start invoice"),
        ] {
            assert_eq!(read(Some(orders), text), expected, "{text}");
        }
        for (text, expected) in [
            ("质量问题，我要开发票给公司报销", "words 质量问题，我要开发票给公司报销"),
            ("我要开发票", "start invoice"),
            ("屏幕坏了", "words 屏幕坏了"),
            ("取消", "cancel"),
            ("取消订单太麻烦了", "words 取消订单太麻烦了"),
        ] {
            assert_eq!(read(Some(&[]), text), expected, "{text}");
        }
    }
}
