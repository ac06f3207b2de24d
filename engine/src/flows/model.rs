//! What flows ask of the language model: an answer from facts, values out of a text. Veiled, checked and charged like everything else
//! it is asked; without a model, or with its budget spent, the step fails as unavailable and the flow takes its other way.

use crate::{Engine, Result};
use qn_domain::Language;
use qn_knowledge::Answer;
use qn_llm::uses::{answer, extract};
use qn_llm::{Line, Llm, LlmError, Passage, Speaker, Veil};
use qn_runner::Errand;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::{Wanted, WantedKind};
use qn_workflow::{Outcome, StepError};
use serde_json::json;
use std::sync::Arc;

const FACT_CHARS_MAX: usize = 2_000;

pub(super) async fn write(
    engine: &Arc<Engine>,
    errand: &Errand,
    (question, facts, knowledge): (&str, &[String], bool),
    timeout_ms: i64,
) -> Result<Outcome> {
    let Some(llm) = engine.llm.clone() else { return Ok(Err(none())) };
    let mut passages: Vec<Passage> = facts
        .iter()
        .filter(|fact| !fact.trim().is_empty())
        .map(|fact| Passage { title: String::new(), text: qn_base::text::truncate(fact, FACT_CHARS_MAX).to_owned() })
        .collect();
    if knowledge {
        let asked = Box::pin(super::desk::ask(engine, errand, question)).await?;
        match (asked.said, asked.answer) {
            (Some(text), _) => passages.push(Passage { title: String::new(), text }),
            (None, Answer::Found { hit, .. }) => passages.push(Passage { title: hit.title, text: hit.passage }),
            _ => {}
        }
    }
    if passages.is_empty() {
        return Ok(Ok(json!({"found": false})));
    }
    let (mut veil, language) = veil(engine, errand).await;
    let lines = [Line { speaker: Speaker::Customer, text: question.to_owned() }];
    let ask = answer::Ask { lines: &lines, passages: &passages, language, tone: crate::assist::tone::read(question) };
    let chat = answer::chat(&ask, &mut veil).within(u64::try_from(timeout_ms).unwrap_or(20_000));
    let written = asked(&llm, engine, errand, &chat).await.and_then(|value| answer::read(&value, &ask, &veil));
    Ok(match written {
        Ok(Some(answered)) => Ok(json!({"found": true, "text": answered.text})),
        Ok(None) => Ok(json!({"found": false})),
        Err(error) => Err(failed(&error)),
    })
}

pub(super) async fn extract(engine: &Arc<Engine>, errand: &Errand, text: &str, fields: &[Wanted], timeout_ms: i64) -> Result<Outcome> {
    let Some(llm) = engine.llm.clone() else { return Ok(Err(none())) };
    let fields: Vec<extract::Field> = fields
        .iter()
        .map(|field| extract::Field {
            name: field.name.clone(),
            about: field.about.clone(),
            kind: match field.kind {
                WantedKind::Text => extract::Kind::Text,
                WantedKind::Number => extract::Kind::Number,
                WantedKind::Boolean => extract::Kind::Boolean,
            },
        })
        .collect();
    let (mut veil, _) = veil(engine, errand).await;
    let chat = extract::chat(text, &fields, &mut veil).within(u64::try_from(timeout_ms).unwrap_or(20_000));
    let read = asked(&llm, engine, errand, &chat).await.and_then(|value| extract::read(&value, text, &fields, &veil));
    Ok(read.map(serde_json::Value::Object).map_err(|error| failed(&error)))
}

async fn asked(llm: &Llm, engine: &Engine, errand: &Errand, chat: &qn_llm::Chat) -> qn_llm::Result<serde_json::Value> {
    llm.ask_for(engine, &errand.tenant_id, chat).await
}

/// A veil that knows the customer's name, and the language they are spoken to in.
async fn veil(engine: &Engine, errand: &Errand) -> (Veil, Language) {
    let mut veil = Veil::default();
    if let Some(id) = &errand.contact_id
        && let Ok(Some(contact)) = qn_store::contact::find(&engine.db, &errand.tenant_id, id).await
    {
        veil.know_name(&contact.name);
    }
    let language = match &errand.conversation_id {
        Some(id) => Box::pin(engine.talk_of(&errand.tenant_id, id)).await.ok().map(|c| c.language),
        None => engine.settings(&errand.tenant_id).await.ok().map(|settings| settings.tenant.language),
    };
    (veil, language.unwrap_or_default())
}

fn none() -> StepError {
    StepError::new(ErrorKind::Unavailable, "no language model is configured").zh("没有配置语言模型")
}

fn failed(error: &LlmError) -> StepError {
    tracing::info!(%error, "a flow goes on without the language model");
    StepError::new(ErrorKind::Unavailable, error.code())
}
