//! The editor's test box: what the bot would do with a message, without a conversation.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::article::{Ask, AskCandidate, AskDecision, AskView};
use qn_api_types::content::{ButtonView, CitationView};
use qn_engine::{Asked, Readership};
use qn_knowledge::{Answer, FOUND_MIN, Hit};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ask))
}

/// Ask the bot
///
/// What it would answer to the first message of a conversation, with the scores of what it found.
#[utoipa::path(post, path = "/knowledge/ask", tag = "articles", request_body = Ask, responses((status = 200, body = AskView)))]
async fn ask(State(state): State<AppState>, person: Reader, Json(body): Json<Ask>) -> Result<Json<AskView>> {
    let anybody = state.engine.anybody(person.tenant_id()).await?;
    let readers = Readership { signed_in: body.signed_in, tier: body.tier, ..anybody };
    let question = qn_engine::Ask { text: &body.text, language: body.language.map(Into::into), model: None };
    let asked = state.engine.ask(person.tenant_id(), &question, &readers).await?;
    Ok(Json(view(&asked)))
}

pub(super) fn view(asked: &Asked) -> AskView {
    let nothing = (String::new(), vec![], vec![]);
    let (decision, (text, citations, offered)) = match &asked.answer {
        _ if asked.wants_person => (AskDecision::Handoff, nothing),
        _ if !asked.is_question => (AskDecision::SmallTalk, nothing),
        _ if asked.said.is_some() => (AskDecision::Answer, (asked.said.clone().unwrap_or_default(), vec![], vec![])),
        Answer::Found { hit, near } => {
            let near = near.iter().map(|n| n.title.as_str()).collect();
            (AskDecision::Answer, (hit.passage.clone(), vec![citation(hit)], near))
        }
        Answer::Close { hits } => (AskDecision::AskBack, (String::new(), vec![], hits.iter().map(|h| h.title.as_str()).collect())),
        Answer::None { near } if near.is_empty() => (AskDecision::Miss, nothing),
        Answer::None { near } => (AskDecision::Suggest, (String::new(), vec![], near.iter().map(|n| n.title.as_str()).collect())),
    };
    let candidate = |h: &Hit| AskCandidate { article_id: h.article_id.0.clone(), title: h.title.clone(), score: h.score };
    AskView {
        decision,
        text,
        score: asked.hits.first().map(|h| h.score),
        threshold: asked.is_question.then_some(FOUND_MIN),
        citations,
        buttons: asked.next_flow.as_deref().into_iter().chain(offered).map(button).collect(),
        candidates: asked.hits.iter().map(candidate).collect(),
    }
}

fn button(text: &str) -> ButtonView {
    ButtonView::Reply { label: text.to_owned(), text: text.to_owned() }
}

fn citation(hit: &Hit) -> CitationView {
    CitationView {
        article_id: hit.article_id.0.clone(),
        title: hit.title.clone(),
        url: format!("/help/{}/{}", hit.language.code(), hit.article_id),
        quotes: hit.sentences.clone(),
    }
}
