//! Why the bot did what it did with a message, as supervisors see it: what each stage made of it. Stored with the message, never
//! shown to customers. Called by `reply`.

use crate::Reading;
use crate::flows::turn::Turn;
use crate::rules::Ruling;
use crate::stages::phrased::Phrased;
use crate::stages::routed::Route;
use crate::stages::several::{Does, Wish};
use crate::stages::understood::Understood;
use qn_domain::{ArticleId, Json, TrialTurn};
use qn_knowledge::catalogue::Reply;
use qn_knowledge::{Answer, Hit, Near};
use qn_nlu::Understanding;
use serde::Serialize;

pub(crate) fn trace(understood: &Understood, route: Route) -> Json {
    let thought = &understood.thought;
    Json::of(&Trace {
        understood: &understood.understanding,
        took_us: understood.took_us,
        product: thought.product.as_ref(),
        intent: thought.reading.as_ref(),
        answer: thought.answer.as_ref().map(Retrieved::of),
        reworded: thought.reworded.as_deref(),
        phrased: thought.phrased.as_ref(),
        several: thought.several.iter().map(Part::of).collect(),
        flow: understood.turn.as_ref(),
        route,
        rules: understood.ruling.as_ref(),
        trial: understood.trial.as_ref(),
    })
}

#[derive(Serialize)]
struct Trace<'a> {
    understood: &'a Understanding,
    took_us: u64,
    product: Option<&'a Reply>,
    intent: Option<&'a Reading>,
    answer: Option<Retrieved<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reworded: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrased: Option<&'a Phrased>,
    /// The wishes of a turn that has several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    several: Vec<Part<'a>>,
    /// What it means to the flows of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<&'a Turn>,
    route: Route,
    /// The rules that held and the version they are of, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a Ruling>,
    /// How the version on trial compares, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    trial: Option<&'a TrialTurn>,
}

/// One wish, and what was done about it.
#[derive(Serialize)]
struct Part<'a> {
    part: &'a str,
    intent: Option<&'a Reading>,
    #[serde(flatten)]
    does: Done<'a>,
}

#[derive(Serialize)]
#[serde(tag = "does", rename_all = "snake_case")]
enum Done<'a> {
    Quote { hit: Scored<'a> },
    Tell { product: &'a Reply },
    Say,
    Begin { flow: &'a str, name: &'a str },
    Miss,
}

impl<'a> Part<'a> {
    fn of(wish: &'a Wish) -> Self {
        let does = match &wish.does {
            Does::Quote(hit) => Done::Quote { hit: Scored { article_id: &hit.article_id, title: &hit.title, score: hit.score } },
            Does::Tell(product) => Done::Tell { product },
            Does::Say { .. } => Done::Say,
            Does::Begin { flow, name } => Done::Begin { flow, name },
            Does::Miss { .. } => Done::Miss,
        };
        Self { part: &wish.part, intent: wish.reading.as_ref(), does }
    }
}

/// What was found, without its text: that is the answer itself.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Retrieved<'a> {
    Found { hit: Scored<'a>, near: &'a [Near] },
    Close { hits: Vec<Scored<'a>> },
    None { near: &'a [Near] },
}

#[derive(Serialize)]
struct Scored<'a> {
    article_id: &'a ArticleId,
    title: &'a str,
    score: f32,
}

impl<'a> Retrieved<'a> {
    fn of(answer: &'a Answer) -> Self {
        let scored = |hit: &'a Hit| Scored { article_id: &hit.article_id, title: &hit.title, score: hit.score };
        match answer {
            Answer::Found { hit, near } => Retrieved::Found { hit: scored(hit), near },
            Answer::Close { hits } => Retrieved::Close { hits: hits.iter().map(scored).collect() },
            Answer::None { near } => Retrieved::None { near },
        }
    }
}
