//! The passage that was found, put into words for this customer by the language model. Only where the gate allowed the article, the
//! operator allows it and the answer keeps to its source; in every other case, and when the time is up, the passage itself is quoted.

use crate::assist::tone;
use crate::inbound::InboundMessage;
use crate::stages::routed::Route;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{Mind, Understood};
use qn_knowledge::Answer;
use qn_llm::uses::answer::{self, Ask};
use qn_llm::{Line, LlmError, Passage, Speaker, Veil};
use serde::Serialize;
use std::time::Instant;

const BEFORE_MAX: usize = 3;

/// What came of it, for the explanation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Phrased {
    /// None: the passage is quoted.
    #[serde(skip)]
    pub text: Option<String>,
    /// Why not, a stable code.
    pub problem: Option<&'static str>,
    pub took_ms: u64,
}

pub(crate) async fn run(
    mind: &Mind<'_>,
    message: &InboundMessage,
    threaded: &Threaded,
    understood: &Understood,
    route: Route,
) -> Option<Phrased> {
    let llm = mind.engine.llm.as_ref().filter(|llm| llm.settings().answers_customers)?;
    let thought = &understood.thought;
    let (Route::Bot, Some(Answer::Found { hit, .. }), None, None) = (route, &thought.answer, &thought.product, &thought.taught) else {
        return None;
    };
    let started = Instant::now();
    let text = &message.content.text;
    let asked = &threaded.conversation.bot.asked;
    let before = asked[asked.len().saturating_sub(BEFORE_MAX)..].iter().map(String::as_str);
    let lines: Vec<Line> = before.chain([text.as_str()]).map(|t| Line { speaker: Speaker::Customer, text: t.to_owned() }).collect();
    let passages = [Passage { title: hit.title.clone(), text: hit.passage.clone() }];
    let ask = Ask {
        lines: &lines,
        passages: &passages,
        language: understood.understanding.language,
        tone: tone::to(text, &understood.understanding.mood),
    };
    let mut veil = Veil::default();
    let left_ms = llm.settings().turn_ms / if thought.reworded.is_some() { 2 } else { 1 };
    let chat = answer::chat(&ask, &mut veil).within(left_ms);
    let written = llm.ask_for(mind.engine, mind.tenant_id, &chat).await.and_then(|value| answer::read(&value, &ask, &veil));
    let (text, problem) = match written {
        Ok(Some(answered)) => (Some(answered.text), None),
        Ok(None) => (None, Some("not_answerable")),
        Err(error) => (None, Some(note(&error))),
    };
    Some(Phrased { text, problem, took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) })
}

fn note(error: &LlmError) -> &'static str {
    tracing::info!(%error, "the passage is quoted as it is");
    error.code()
}
