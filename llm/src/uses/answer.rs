//! A grounded answer: written from given passages only, cited by their numbers, and refused when it says a number or an address that
//! neither the passages nor the customer said. For agents' drafts and for the bot.

use super::{DATA_IS_DATA, Line, document, language_rule, talk};
use crate::prompt::Chat;
use crate::veil::Veil;
use crate::{LlmError, Result};
use qn_domain::Language;
use serde_json::{Value, json};

const PASSAGES_MAX: usize = 6;
const PASSAGE_CHARS_MAX: usize = 2_000;
const ANSWER_CHARS_MAX: usize = 1_200;
const ANSWER_TOKENS_MAX: u32 = 600;

/// What the answer may be written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub title: String,
    pub text: String,
}

/// How the customer feels, as far as the answer's manner goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    /// For the angry and the disappointed: an apology first, no cheer.
    Sorry,
    /// For the anxious and hurried: what happens next, first.
    Reassuring,
    /// For the happy.
    Warm,
}

#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Oldest first; the last line of the customer is what is answered.
    pub lines: &'a [Line],
    pub passages: &'a [Passage],
    pub language: Language,
    pub tone: Tone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Markdown without links or pictures that are not in a cited passage.
    pub text: String,
    /// Positions of the passages it rests on; at least one.
    pub cited: Vec<usize>,
}

const TASK: &str = "You write replies for a company's customer service. Answer the customer's last message using only the passages. \
If the passages do not answer it, set \"answerable\" to false and leave \"answer\" empty. Do not add facts, numbers, promises, prices or \
links that are not in the passages. Be short and concrete: at most six sentences, or a short list of steps. Name in \"cited\" the ids of \
the passages you used.";

fn tone_rule(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "Be friendly and matter-of-fact.",
        Tone::Sorry => {
            "The customer is upset: begin with one sincere sentence of apology, then the answer. No exclamation marks, no cheer."
        }
        Tone::Reassuring => "The customer is worried or in a hurry: say what to do next first, calmly.",
        Tone::Warm => "The customer is in a good mood: be warm, and brief.",
    }
}

pub fn chat(ask: &Ask<'_>, veil: &mut Veil) -> Chat {
    let passages: Vec<Value> = ask.passages.iter().take(PASSAGES_MAX).enumerate().map(|(i, p)| passage(i, p, veil)).collect();
    // Passages before the talk: they stay the same from question to question, and servers reuse what stays the same.
    let data = json!({"a_passages": passages, "b_conversation": talk(ask.lines, veil)});
    let ids: Vec<String> = (0..passages.len()).map(id).collect();
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["answerable", "answer", "cited"],
        "properties": {
            "answerable": {"type": "boolean"},
            "answer": {"type": "string", "maxLength": ANSWER_CHARS_MAX},
            "cited": {"type": "array", "maxItems": PASSAGES_MAX, "items": {"type": "string", "enum": ids}},
        }
    });
    let system = vec![TASK, DATA_IS_DATA, language_rule(ask.language), tone_rule(ask.tone)];
    Chat::new(system, document(&data, veil), ANSWER_TOKENS_MAX).shaped("grounded_answer", schema)
}

fn id(position: usize) -> String {
    format!("P{}", position + 1)
}

fn passage(position: usize, passage: &Passage, veil: &mut Veil) -> Value {
    let text = qn_base::text::truncate(&passage.text, PASSAGE_CHARS_MAX);
    json!({"id": id(position), "title": veil.hide(&passage.title).as_str(), "text": veil.hide(text).as_str()})
}

/// None when the model says that the passages do not answer.
pub fn read(value: &Value, ask: &Ask<'_>, veil: &Veil) -> Result<Option<Answered>> {
    if value["answerable"] != Value::Bool(true) {
        return Ok(None);
    }
    let text = qn_base::text::clean(&veil.show(value["answer"].as_str().unwrap_or_default())?).trim().to_owned();
    let mut cited: Vec<usize> = value["cited"].as_array().into_iter().flatten().filter_map(|c| position(c.as_str()?)).collect();
    cited.sort_unstable();
    cited.dedup();
    if text.is_empty() || cited.is_empty() || cited.iter().any(|c| *c >= ask.passages.len()) {
        return Err(unusable("it cites nothing or says nothing"));
    }
    let sources: Vec<&str> = cited.iter().flat_map(|c| [ask.passages[*c].title.as_str(), ask.passages[*c].text.as_str()]).collect();
    let said: Vec<&str> = ask.lines.iter().map(|line| line.text.as_str()).collect();
    check_links(&text, &sources)?;
    check_numbers(&text, &[sources, said].concat())?;
    Ok(Some(Answered { text, cited }))
}

fn position(id: &str) -> Option<usize> {
    id.strip_prefix('P')?.parse::<usize>().ok()?.checked_sub(1)
}

fn unusable(reason: &str) -> LlmError {
    LlmError::Unusable { reason: reason.to_owned() }
}

/// Every address stands in a cited passage, word for word; pictures, HTML and other schemes never.
fn check_links(text: &str, sources: &[&str]) -> Result<()> {
    let lower = text.to_ascii_lowercase();
    let forbidden = ["![", "<a ", "<img", "<script", "<iframe", "javascript:", "data:", "file:"];
    if forbidden.iter().any(|f| lower.contains(f)) {
        return Err(unusable("it holds a picture, HTML or an address that is not allowed"));
    }
    let starts = lower.match_indices("http://").chain(lower.match_indices("https://")).chain(lower.match_indices("www."));
    for (at, _) in starts {
        // `www.` inside an address was judged with it.
        if at > 0 && lower[..at].ends_with("//") {
            continue;
        }
        let link = address(&text[at..]);
        if !sources.iter().any(|source| source.contains(link)) {
            return Err(unusable("it holds an address that no cited passage has"));
        }
    }
    // A relative target, as in [here](/x), would be a link as well.
    let targets = text.match_indices("](").map(|(at, _)| &text[at + 2..]);
    for target in targets {
        let target = target.split(')').next().unwrap_or_default();
        if !sources.iter().any(|source| source.contains(target)) || target.trim().is_empty() {
            return Err(unusable("it holds an address that no cited passage has"));
        }
    }
    Ok(())
}

fn address(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || !c.is_ascii() || "<>()[]{}\"'`|".contains(c);
    text.split(ends).next().unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?'])
}

/// Numbers of two digits or more are facts: each must have been said.
fn check_numbers(text: &str, said: &[&str]) -> Result<()> {
    let known: Vec<String> = said.iter().flat_map(|s| numbers(s)).collect();
    match numbers(text).into_iter().find(|n| n.trim_start_matches('0').len() >= 2 && !known.contains(n)) {
        Some(_) => Err(unusable("it holds a number that nobody said")),
        None => Ok(()),
    }
}

/// Runs of digits with their decimals, without separators of thousands.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let next_is_digit = chars.get(i + 1).is_some_and(char::is_ascii_digit);
        match c {
            '0'..='9' => run.push(c),
            '.' if !run.is_empty() && next_is_digit => run.push('.'),
            ',' if !run.is_empty() && next_is_digit => {}
            _ if !run.is_empty() => found.push(std::mem::take(&mut run)),
            _ => {}
        }
    }
    if !run.is_empty() {
        found.push(run);
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Speaker;
    use super::*;

    fn read_text(text: &str) -> Result<Option<Answered>> {
        let lines = [Line { speaker: Speaker::Customer, text: "订单1999元能退吗".into() }];
        let passages = [
            Passage {
                title: "退货".into(), text: "签收后 7 天内可退，运费 12.50 元，见 https://shop.example/return?a=1 。".into()
            },
            Passage { title: "别的".into(), text: "https://other.example/x 30 天".into() },
        ];
        let ask = Ask { lines: &lines, passages: &passages, language: Language::Zh, tone: Tone::Plain };
        read(&json!({"answerable": true, "answer": text, "cited": ["P1"]}), &ask, &Veil::default())
    }

    #[test]
    fn what_the_passages_say_may_be_said() {
        let answer = read_text("1999元的订单 7 天内可退，运费 12.50 元：https://shop.example/return?a=1。").unwrap().unwrap();
        assert_eq!(answer.cited, [0]);
        assert!(read_text("见[这里](https://shop.example/return?a=1)。").is_ok());
        assert!(read_text("分 3 步：1. 申请 2. 寄回 3. 退款").is_ok(), "small numbers order a list");
    }

    #[test]
    fn inventions_are_refused() {
        for text in [
            "",
            "可以退，见 https://evil.example/",
            "见 https://other.example/x",
            "https://shop.example/return?a=1&token=2 见",
            "www.evil.example",
            "![x](https://shop.example/return?a=1)",
            "[x](/help)",
            "<img src=x>",
            "[x](javascript:alert(1))",
            "30 天内可退",
            "运费 12.5 元",
            "请致电 [PHONE_1]",
        ] {
            assert_eq!(read_text(text).map_err(|e| e.code()), Err("llm_unusable"), "{text}");
        }
        let ask = Ask { lines: &[], passages: &[], language: Language::Zh, tone: Tone::Plain };
        assert_eq!(read(&json!({"answerable": false, "answer": "", "cited": []}), &ask, &Veil::default()), Ok(None));
        assert!(read(&json!({"answerable": true, "answer": "好", "cited": ["P3"]}), &ask, &Veil::default()).is_err());
    }
}
