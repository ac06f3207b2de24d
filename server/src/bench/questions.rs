//! `qingniao bench questions`: customers' questions played against the demo company over HTTP, each by a customer of its own, and who
//! ended up with them. A simple one counts as resolved when the bot keeps it and its first answer quotes an article that was expected,
//! or holds the words that were, or asks back and what the customer then presses brings that. An angry or complex one must be with people
//! after its one message, a calm one must not. Nothing here knows single questions.

use super::child::Server;
use super::http::Connection;
use super::round;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;

const INBOX_KEY: &str = "bluewhale-web";
const SET: &str = include_str!("../../../scenarios/questions/blue-whale.csv");
/// Questions shown by name in the report, at most.
const SHOWN_MAX: usize = 400;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Questions as CSV: kind (simple, angry, vip_complex, calm), language, split, question, expected; the repository's set without it
    #[arg(long)]
    file: Option<PathBuf>,
    /// Only this half: `tune` may be looked at while the product is changed, `report` is for figures
    #[arg(long)]
    split: Option<String>,
    /// Every n-th question only, for a quick look
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Name the questions that went wrong
    #[arg(long)]
    show: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Simple,
    Angry,
    VipComplex,
    /// No anger in it; whether the bot knows the answer does not count.
    Calm,
}

#[derive(Debug, Deserialize)]
struct Question {
    kind: Kind,
    language: String,
    split: String,
    question: String,
    /// Parted by ` | `: keys of articles, or `=` and words of the answer.
    expected: String,
}

/// One kind in one language; `language` "all" is the kind whole.
#[derive(Debug, Serialize)]
pub struct Row {
    kind: Kind,
    language: String,
    questions: usize,
    with_people: usize,
    /// Answered by the bot, as expected.
    resolved: usize,
    /// Of them, without asking back.
    at_once: usize,
    /// What the goal is about: resolved of the simple ones, left to the bot of the calm ones, with people of the others; per cent.
    share_percent: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrong: Vec<Value>,
}

/// What became of a question.
struct Played {
    with_people: bool,
    resolved: bool,
    at_once: bool,
    said: String,
}

/// Plays the set on a new server that ends with it.
pub async fn run(args: &Args) -> Result<Vec<Row>> {
    let text = match &args.file {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?,
        None => SET.to_owned(),
    };
    let questions = chosen(&text, args)?;
    let titles = titles()?;
    let server = Server::start(&["serve", "--demo"], None).await?;
    let mut http = Connection::open(&server.address).await?;
    let mut played = Vec::with_capacity(questions.len());
    for question in &questions {
        played.push(play(&mut http, question, &titles).await.with_context(|| question.question.clone())?);
    }
    server.stop().await?;
    Ok(rows(&questions, &played, args.show))
}

fn chosen(text: &str, args: &Args) -> Result<Vec<Question>> {
    let mut all = Vec::new();
    for question in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        all.push(question.context("the questions cannot be read")?);
    }
    let wanted = |q: &Question| args.split.as_ref().is_none_or(|split| *split == q.split);
    let kept: Vec<Question> = all.into_iter().filter(wanted).step_by(args.every as usize).collect();
    ensure!(!kept.is_empty(), "no question is left to ask");
    Ok(kept)
}

/// Titles of the demo's articles, in both languages, by their key.
fn titles() -> Result<HashMap<String, Vec<String>>> {
    let mut titles: HashMap<String, Vec<String>> = HashMap::new();
    for (key, article) in crate::demo::published()? {
        titles.entry(key).or_default().push(article.title);
    }
    Ok(titles)
}

async fn play(http: &mut Connection, question: &Question, titles: &HashMap<String, Vec<String>>) -> Result<Played> {
    let boot = json!({"key": INBOX_KEY, "language": question.language}).to_string();
    let boot = http.post("/api/v1/widget/boot", None, &boot).await?.ok()?.json()?;
    let token = boot["visitor_token"].as_str().context("boot gives no visitor_token")?.to_owned();
    if question.kind == Kind::VipComplex {
        let known = json!({"attributes": {"tier": "vip"}}).to_string();
        http.post("/api/v1/widget/attributes", Some(&token), &known).await?.ok()?;
    }
    let (with_people, content) = say(http, &token, "question", &question.question).await?;
    let at_once = !with_people && as_expected(&content, &question.expected, titles);
    let mut resolved = at_once;
    if let Some(choice) = offered(&content, &question.expected, titles).filter(|_| !with_people && !at_once) {
        let (fetched, after) = say(http, &token, "choice", &choice).await?;
        resolved = !fetched && as_expected(&after, &question.expected, titles);
    }
    let said = content["text"].as_str().unwrap_or_default().chars().take(60).collect();
    Ok(Played { with_people, resolved, at_once, said })
}

/// Whether people have it then, and the content of the first answer.
async fn say(http: &mut Connection, token: &str, name: &str, text: &str) -> Result<(bool, Value)> {
    let body = json!({"client_msg_id": name, "text": text}).to_string();
    let sent = http.post("/api/v1/widget/messages", Some(token), &body).await?.ok()?.json()?;
    let owner = sent["conversation"]["owner_kind"].as_str().context("no owner")?;
    let seq = sent["message"]["seq"].as_i64().context("no seq")?;
    let messages = http.get("/api/v1/widget/messages", Some(token)).await?.ok()?.json()?;
    let later = |m: &&Value| m["kind"] == "outgoing" && m["seq"].as_i64().is_some_and(|s| s > seq);
    let answer = messages["items"].as_array().and_then(|items| items.iter().find(later)).cloned().unwrap_or_default();
    Ok((owner != "bot", answer["content"].clone()))
}

/// Whether the first source of the answer is an expected article, or the words are there.
fn as_expected(content: &Value, expected: &str, titles: &HashMap<String, Vec<String>>) -> bool {
    expected.split(" | ").any(|one| match one.strip_prefix('=') {
        Some(words) => content["text"].as_str().is_some_and(|text| text.contains(words)),
        None => content["citations"][0]["title"].as_str().is_some_and(|quoted| is_title(quoted, one, titles)),
    })
}

/// The button that a customer who looks for an expected article would press, as the words it sends.
fn offered(content: &Value, expected: &str, titles: &HashMap<String, Vec<String>>) -> Option<String> {
    let buttons = content["buttons"].as_array()?.iter();
    let mut wanted =
        buttons.filter(|b| b["label"].as_str().is_some_and(|label| expected.split(" | ").any(|key| is_title(label, key, titles))));
    let pressed = wanted.next()?;
    Some(pressed["text"].as_str().or(pressed["label"].as_str())?.to_owned())
}

fn is_title(text: &str, key: &str, titles: &HashMap<String, Vec<String>>) -> bool {
    titles.get(key).is_some_and(|known| known.iter().any(|title| title == text))
}

fn rows(questions: &[Question], played: &[Played], show: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in [Kind::Simple, Kind::Angry, Kind::VipComplex, Kind::Calm] {
        for language in ["all", "zh-CN", "en"] {
            let of = |q: &Question| q.kind == kind && (language == "all" || q.language == language);
            let asked: Vec<(&Question, &Played)> = questions.iter().zip(played).filter(|(q, _)| of(q)).collect();
            if !asked.is_empty() {
                rows.push(row(kind, language, &asked, show && language == "all"));
            }
        }
    }
    rows
}

fn row(kind: Kind, language: &str, asked: &[(&Question, &Played)], show: bool) -> Row {
    let with_people = asked.iter().filter(|(_, p)| p.with_people).count();
    let resolved = asked.iter().filter(|(_, p)| p.resolved).count();
    let at_once = asked.iter().filter(|(_, p)| p.at_once).count();
    let is_right = |p: &Played| match kind {
        Kind::Simple => p.resolved,
        Kind::Angry | Kind::VipComplex => p.with_people,
        Kind::Calm => !p.with_people,
    };
    let wrong = asked.iter().filter(|(_, p)| show && !is_right(p)).take(SHOWN_MAX);
    let wrong = wrong.map(|(q, p)| json!({"question": q.question, "split": q.split, "with_people": p.with_people, "said": p.said}));
    let wrong = wrong.collect();
    let good = asked.iter().filter(|(_, p)| is_right(p)).count();
    let share_percent = round(good as f64 * 100.0 / asked.len() as f64);
    Row { kind, language: language.to_owned(), questions: asked.len(), with_people, resolved, at_once, share_percent, wrong }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_what_was_promised_and_names_only_articles_there_are() {
        let all = Args { file: None, split: None, every: 1, show: false };
        let (questions, titles) = (chosen(SET, &all).unwrap(), titles().unwrap());
        assert!(questions.len() >= 300, "{}", questions.len());
        for kind in [Kind::Simple, Kind::Angry, Kind::VipComplex] {
            for language in ["zh-CN", "en"] {
                let of = questions.iter().filter(|q| q.kind == kind && q.language == language).count();
                assert!(of >= 20, "{kind:?} {language}: {of}");
            }
        }
        for q in questions.iter().filter(|q| q.kind == Kind::Simple) {
            let known = |one: &str| one.starts_with('=') || titles.contains_key(one);
            assert!(q.expected.split(" | ").all(known), "{} expects {}", q.question, q.expected);
        }
    }

    #[test]
    fn an_answer_counts_by_its_first_source_or_by_its_words() {
        let titles = HashMap::from([("fee".to_owned(), vec!["运费".to_owned()])]);
        let quoted = |title: &str| json!({"text": "¥4,999", "citations": [{"title": title}]});
        assert!(as_expected(&quoted("运费"), "time | fee", &titles));
        assert!(!as_expected(&quoted("发票"), "fee", &titles) && !as_expected(&json!({"text": "运费"}), "fee", &titles));
        let asks = json!({"buttons": [{"label": "转人工"}, {"label": "运费", "action": "reply", "text": "运费"}]});
        assert_eq!((offered(&asks, "time | fee", &titles).as_deref(), offered(&asks, "time", &titles)), (Some("运费"), None));
        assert!(as_expected(&quoted("x"), "=4,999", &titles) && !as_expected(&quoted("x"), "=5,999", &titles));
    }
}
