//! What the message says: language, what it wants, what the company taught the bot about it, and what its knowledge has to say.
//! Skipped when no machine will answer. Waits only for the encoder, when there is one, and never long.

use crate::inbound::InboundMessage;
use crate::stages::threaded::Threaded;
use crate::workshop::{LiveModel, Reading};
use crate::{Engine, Result};
use qn_domain::{ArticleId, IntentReply, Language, ModelId, Status, TenantId};
use qn_knowledge::{Answer, Hit, Query};
use qn_nlu::{Act, Understanding, Utterance};
use std::sync::Arc;
use std::time::Instant;

/// Candidates retrieval looks at.
const HITS_MAX: usize = 5;
/// A steering act counts from this confidence.
pub(crate) const ACT_MIN: f32 = 0.6;

#[derive(Debug)]
pub(crate) struct Understood {
    pub understanding: Understanding,
    pub thought: Thought,
    pub took_us: u64,
}

/// What is known about a question; all of it none when the message was not one.
#[derive(Debug, Default)]
pub(crate) struct Thought {
    /// What the tenant's trained version made of it.
    pub reading: Option<Reading>,
    /// What the intent it was understood as wants done, other than quoting an article.
    pub taught: Option<Taught>,
    /// What to quote; with `taught` there is nothing to.
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Taught {
    Say(String),
    FetchPerson,
}

/// What the bot would say to a text, for the test box.
#[derive(Debug, Clone)]
pub struct Asked {
    pub understanding: Understanding,
    /// The customer would get a person instead of an answer.
    pub wants_person: bool,
    /// False for what only steers (a greeting, thanks …): then no article is quoted.
    pub is_question: bool,
    /// What the trained version made of it; none when there is no version or nothing was asked.
    pub reading: Option<Reading>,
    /// The words an intent has for it.
    pub said: Option<String>,
    pub answer: Answer,
    pub hits: Vec<Hit>,
    pub took_us: u64,
}

pub(crate) async fn run(engine: &Engine, message: &InboundMessage, threaded: &Threaded, model: Option<&LiveModel>) -> Understood {
    let started = Instant::now();
    let c = &threaded.conversation;
    // What the conversation was held in says more than the language of the customer's browser.
    let spoken = (c.version > 0).then_some(c.language).or(message.language);
    let text = &message.content.text;
    let utterance = Utterance { text, language: spoken, choices: 0 };
    let understanding = engine.intents.understand(&utterance);
    let listens =
        message.inbox.bot_enabled && !message.wants_person && message.left.is_none() && (c.bot_speaks() || c.status == Status::Resolved);
    let thought = match listens && asks(&understanding, text) {
        true => think(engine, &message.tenant_id, text, understanding.language, model).await,
        false => Thought::default(),
    };
    Understood { understanding, thought, took_us: us_since(started) }
}

/// A question to the knowledge base is everything that has words and is not one of the steering acts. "ok" after an answer asks
/// nothing, and neither do marks ("?") and pictures.
fn asks(understanding: &Understanding, text: &str) -> bool {
    let steers = understanding.intent.is_some_and(|i| i.confidence >= ACT_MIN && !matches!(i.act, Act::Choose { .. }));
    !steers && text.chars().any(char::is_alphabetic)
}

/// An intent that is understood well enough decides; everything else is looked up.
async fn think(engine: &Engine, tenant_id: &TenantId, text: &str, language: Language, model: Option<&LiveModel>) -> Thought {
    let reading = match model {
        Some(model) => Some(model.read(text, &engine.encoder).await),
        None => None,
    };
    let reply = model.zip(reading.as_ref()).and_then(|(model, reading)| model.reply(reading));
    let (taught, quoted) = match reply {
        Some(IntentReply::Text { zh, en }) => (Some(Taught::Say(pick(language, zh, en).to_owned())), None),
        Some(IntentReply::Handoff) => (Some(Taught::FetchPerson), None),
        Some(IntentReply::Article { article_id }) => {
            (None, quote(engine, tenant_id, article_id, &Query { text, language, limit: 1 }, reading.as_ref()))
        }
        Some(IntentReply::None) | None => (None, None),
    };
    let answer = match taught {
        Some(_) => None,
        None => Some(quoted.unwrap_or_else(|| qn_knowledge::answer(&look_up(engine, tenant_id, text, language)))),
    };
    Thought { reading, taught, answer }
}

/// A language that was left empty is served by the other.
fn pick<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    let (wanted, other) = if language == Language::Zh { (zh, en) } else { (en, zh) };
    if wanted.trim().is_empty() { other } else { wanted }
}

/// None when the article is not published (any more): then the knowledge base is asked.
fn quote(engine: &Engine, tenant_id: &TenantId, article_id: &ArticleId, query: &Query<'_>, reading: Option<&Reading>) -> Option<Answer> {
    let mut hit = engine.knowledge.quote(tenant_id, article_id, query)?;
    hit.score = reading.map_or(0.0, |r| r.in_scope);
    Some(Answer::Found { hit: Box::new(hit), near: Vec::new() })
}

fn look_up(engine: &Engine, tenant_id: &TenantId, text: &str, language: Language) -> Vec<Hit> {
    engine.knowledge.search(tenant_id, &Query { text, language, limit: HITS_MAX })
}

fn us_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

impl Engine {
    /// Published articles that may answer a text, best first; without a language, in that of the text.
    pub fn find_articles(&self, tenant_id: &TenantId, text: &str, language: Option<Language>) -> Vec<(ArticleId, Language)> {
        let language = language.unwrap_or_else(|| qn_nlu::identify(text, None).0);
        let hits = self.knowledge.search(tenant_id, &Query { text, language, limit: qn_knowledge::LIMIT_MAX });
        hits.into_iter().filter(|hit| hit.score >= qn_knowledge::NEAR_MIN).map(|hit| (hit.article_id, hit.language)).collect()
    }

    /// What the bot would answer, without a conversation; for the test boxes. `model` reads it instead of the live version.
    pub async fn ask(&self, tenant_id: &TenantId, text: &str, language: Option<Language>, model: Option<&ModelId>) -> Result<Asked> {
        let model = match model {
            Some(id) => Some(Arc::new(self.load_model(&qn_store::intent_model::get(&self.db, tenant_id, id).await?).await?)),
            None => self.live_model(tenant_id).await,
        };
        let started = Instant::now();
        let understanding = self.intents.understand(&Utterance { text, language, choices: 0 });
        let language = language.unwrap_or(understanding.language);
        let is_question = asks(&understanding, text);
        let hits = look_up(self, tenant_id, text, language);
        let thought = match is_question {
            true => think(self, tenant_id, text, language, model.as_deref()).await,
            false => Thought::default(),
        };
        Ok(Asked {
            wants_person: understanding.is(Act::AskPerson, ACT_MIN) || thought.taught == Some(Taught::FetchPerson),
            understanding,
            is_question,
            said: thought.taught.and_then(|taught| if let Taught::Say(text) = taught { Some(text) } else { None }),
            reading: thought.reading,
            answer: thought.answer.unwrap_or_else(|| qn_knowledge::answer(&hits)),
            hits,
            took_us: us_since(started),
        })
    }
}
