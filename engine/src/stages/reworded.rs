//! A question that found nothing, put again: without the words that only show how the customer feels, and, where it follows up, so that
//! it stands alone: with its value in the place of the one asked about before, by the language model, or by putting what was asked before in
//! front of it. Only searched with; what it finds passes the same gate as any answer.

use crate::inbound::InboundMessage;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{Mind, Understood};
use qn_domain::{ArticleId, Language};
use qn_knowledge::{Answer, Query};
use qn_llm::uses::rewrite;
use qn_llm::{Line, Speaker, Veil};
use qn_nlu::dialogue::elided;
use qn_nlu::emotion::Moods;
use qn_nlu::entity::Context;

/// A longer question stands alone.
const FOLLOW_UP_CHARS_MAX: usize = 40;
const BEFORE_MAX: usize = 3;
const HITS_MAX: usize = 5;
/// By whose clock dates are read; only their words are used.
const CHINA_MINUTES: i32 = 480;

pub(crate) async fn run(mind: &Mind<'_>, message: &InboundMessage, threaded: &Threaded, understood: &mut Understood) {
    let text = message.content.text.trim();
    let thought = &understood.thought;
    if !matches!(thought.answer, Some(Answer::None { .. })) || thought.product.is_some() || thought.unrelated {
        return;
    }
    let (language, bot) = (understood.understanding.language, &threaded.conversation.bot);
    let wording = Wording { language, about: &understood.about };
    let mut found = match calmly(text) {
        Some(question) => look_up(mind, &wording, question, &[]).await,
        None => None,
    };
    if found.is_none() {
        // The same question about another place or day has the same answer: what was shown counts.
        let context = Context::new(mind.engine.now(), CHINA_MINUTES);
        if let Some(question) = elided(&bot.asked, text, &context) {
            found = look_up(mind, &wording, question, &[]).await;
        }
    }
    if found.is_none() && !bot.asked.is_empty() && text.chars().count() <= FOLLOW_UP_CHARS_MAX {
        let question = match by_model(mind, &bot.asked, text, language).await {
            Some(question) => Some(question),
            None => follows_up(text).then(|| format!("{} {text}", bot.asked.last().map_or("", String::as_str))),
        };
        // What was shown already was not what is asked now.
        found = match question {
            Some(question) => look_up(mind, &wording, question, &bot.shown).await,
            None => None,
        };
    }
    if let Some((question, answer)) = found {
        understood.thought.answer = Some(answer);
        understood.thought.reworded = Some(question);
    }
}

struct Wording<'a> {
    language: Language,
    about: &'a [String],
}

/// Only what the gate lets be said. By words and by meaning, like the question as it was asked.
async fn look_up(mind: &Mind<'_>, wording: &Wording<'_>, question: String, shown: &[ArticleId]) -> Option<(String, Answer)> {
    let reader = mind.readers.reader(wording.about);
    let query = Query { text: &question, language: wording.language, limit: HITS_MAX, reader };
    let vector = mind.engine.question_vector(mind.tenant_id, &question).await;
    let mut hits = mind.engine.knowledge.search_near(mind.tenant_id, &query, &vector);
    hits.retain(|hit| !shown.contains(&hit.article_id));
    match qn_knowledge::answer(&hits) {
        found @ Answer::Found { .. } => Some((question, found)),
        _ => None,
    }
}

/// What is asked beside the anger: the clauses without those that show how the customer feels. None when nothing else is said.
fn calmly(text: &str) -> Option<String> {
    let mood = Moods::new().read(text);
    let is_break = |c: char| c == '\n' || "，。！？,.!?;；…~".contains(c);
    let (mut kept, mut at, mut dropped) = (Vec::new(), 0u32, false);
    for clause in text.split(is_break) {
        let end = at + u32::try_from(clause.chars().count()).unwrap_or(0);
        let shows = mood.evidence.iter().any(|span| span.start < end && at < span.end);
        dropped |= shows;
        if !shows && clause.chars().any(char::is_alphabetic) {
            kept.push(clause.trim());
        }
        at = end + 1;
    }
    (dropped && !kept.is_empty()).then(|| kept.join(" "))
}

async fn by_model(mind: &Mind<'_>, asked: &[String], text: &str, language: Language) -> Option<String> {
    let llm = mind.engine.llm.as_ref().filter(|llm| llm.settings().answers_customers)?;
    let before = &asked[asked.len().saturating_sub(BEFORE_MAX)..];
    let lines: Vec<Line> =
        before.iter().map(String::as_str).chain([text]).map(|t| Line { speaker: Speaker::Customer, text: t.to_owned() }).collect();
    let mut veil = Veil::default();
    // Half of the turn's time: the answer may want the other half.
    let chat = rewrite::chat(&lines, language, &mut veil).within(llm.settings().turn_ms / 2);
    let asked = llm.ask_for(mind.engine, mind.tenant_id, &chat).await;
    match asked.and_then(|value| rewrite::read(&value, &veil)) {
        Ok(question) => Some(question),
        Err(error) => {
            tracing::info!(%error, "a follow-up is searched as it was asked");
            None
        }
    }
}

/// Words that lean on what was said before.
fn follows_up(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = text.trim_end_matches(['?', '？', '。', '.', '!', '！', ' ']);
    let begins = ["那", "它", "这个", "这款", "还有", "and ", "what about", "how about", "what if", "and"];
    begins.iter().any(|word| text.starts_with(word)) || text.ends_with('呢')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_left_when_the_anger_is_taken_away() {
        assert_eq!(calmly("气死我了！怎么退货").as_deref(), Some("怎么退货"));
        assert_eq!(calmly("怎么退货"), None);
        assert_eq!(calmly("气死我了！！"), None);
    }

    #[test]
    fn some_words_lean_on_what_was_said() {
        for text in ["那发票呢？", "它多少钱", "And shipping?", "what about the white one?", "白色的呢"] {
            assert!(follows_up(text), "{text}");
        }
        for text in ["怎么退货", "火星上能种土豆吗", "How do I return it?", "呢子大衣怎么洗"] {
            assert!(!follows_up(text), "{text}");
        }
    }
}
