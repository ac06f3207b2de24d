//! What the message says: language, what it wants, and what the company's knowledge has to say about it.
//! Skipped when no machine will answer. Pure apart from reading the clock for its own timing.

use crate::inbound::InboundMessage;
use crate::stages::threaded::Threaded;
use crate::{Engine, Result};
use qn_domain::{ArticleId, Language, Status, TenantId};
use qn_knowledge::{Answer, Hit, Query};
use qn_nlu::{Act, Understanding, Utterance};
use std::time::Instant;

/// Candidates retrieval looks at.
const HITS_MAX: usize = 5;
/// A steering act counts from this confidence.
pub(crate) const ACT_MIN: f32 = 0.6;

#[derive(Debug)]
pub(crate) struct Understood {
    pub understanding: Understanding,
    /// None when the message was not a question to the knowledge base.
    pub answer: Option<Answer>,
    pub took_us: u64,
}

/// What the bot would say to a text, for the test box.
#[derive(Debug, Clone)]
pub struct Asked {
    pub understanding: Understanding,
    /// The customer would get a person instead of an answer.
    pub wants_person: bool,
    /// False for what only steers (a greeting, thanks …): then no article is quoted.
    pub is_question: bool,
    pub answer: Answer,
    pub hits: Vec<Hit>,
    pub took_us: u64,
}

pub(crate) fn run(engine: &Engine, message: &InboundMessage, threaded: &Threaded) -> Understood {
    let started = Instant::now();
    let c = &threaded.conversation;
    // What the conversation was held in says more than the language of the customer's browser.
    let spoken = (c.version > 0).then_some(c.language).or(message.language);
    let utterance = Utterance { text: &message.content.text, language: spoken, choices: 0 };
    let understanding = engine.intents.understand(&utterance);
    let listens =
        message.inbox.bot_enabled && !message.wants_person && message.left.is_none() && (c.bot_speaks() || c.status == Status::Resolved);
    let answer = (listens && asks(&understanding, &message.content.text)).then(|| look_up(engine, message, understanding.language));
    Understood { understanding, answer, took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX) }
}

/// A question to the knowledge base is everything that has words and is not one of the steering acts. "ok" after an answer asks
/// nothing, and neither do marks ("?") and pictures.
fn asks(understanding: &Understanding, text: &str) -> bool {
    let steers = understanding.intent.is_some_and(|i| i.confidence >= ACT_MIN && !matches!(i.act, Act::Choose { .. }));
    !steers && text.chars().any(char::is_alphabetic)
}

fn look_up(engine: &Engine, message: &InboundMessage, language: Language) -> Answer {
    let query = Query { text: &message.content.text, language, limit: HITS_MAX };
    qn_knowledge::answer(&engine.knowledge.search(&message.tenant_id, &query))
}

impl Engine {
    /// Published articles that may answer a text, best first; without a language, in that of the text.
    pub fn find_articles(&self, tenant_id: &TenantId, text: &str, language: Option<Language>) -> Vec<(ArticleId, Language)> {
        let language = language.unwrap_or_else(|| qn_nlu::identify(text, None).0);
        let hits = self.knowledge.search(tenant_id, &Query { text, language, limit: qn_knowledge::LIMIT_MAX });
        hits.into_iter().filter(|hit| hit.score >= qn_knowledge::NEAR_MIN).map(|hit| (hit.article_id, hit.language)).collect()
    }

    /// What the bot would answer, without a conversation; for the editor's test box.
    pub fn ask(&self, tenant_id: &TenantId, text: &str, language: Option<Language>) -> Result<Asked> {
        let started = Instant::now();
        let understanding = self.intents.understand(&Utterance { text, language, choices: 0 });
        let query = Query { text, language: language.unwrap_or(understanding.language), limit: HITS_MAX };
        let hits = self.knowledge.search(tenant_id, &query);
        let answer = qn_knowledge::answer(&hits);
        let (wants_person, is_question) = (understanding.is(Act::AskPerson, ACT_MIN), asks(&understanding, text));
        Ok(Asked {
            understanding,
            wants_person,
            is_question,
            answer,
            hits,
            took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        })
    }
}
