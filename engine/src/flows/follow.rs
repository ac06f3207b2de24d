//! What goes from conversations to runs and back, out of the outbox: answers, cancellations, questions that nobody waits for, and what
//! a run's end means for the conversation it talked in.

use super::talk::{about, ask, ask_again, is_silenced, reopen};
use super::{bound, stack};
use crate::assist::summary;
use crate::deliver::Done;
use crate::draft::Draft;
use crate::handoff::{self, Handing};
use crate::openings::Opening;
use crate::{Engine, EngineError, Result};
use qn_domain::{
    ActivityKey, Author, AuthorKind, Button, ButtonAction, Content, ConversationId, EffectKind, EffectRow, HandoffReason, MessageId,
    MessageKind, Owner, Repair, TenantId,
};
use qn_workflow::model::ErrorKind;
use qn_workflow::{Outcome, StepError};
use serde_json::json;

/// A run that has ended, as its conversation hears of it.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// Names this end: a run that goes on after a failure may end again.
    pub key: String,
    pub run_id: String,
    pub flow: String,
    pub name: String,
    /// `done`, `failed` or `cancelled`.
    pub status: String,
    pub error: Option<StepError>,
    /// It failed where the flow has no way for it: the customer is told the truth and gets a person.
    pub apologise: bool,
}

/// A person's decision, as the conversation hears of it.
#[derive(Debug, Clone)]
pub struct Decided<'a> {
    /// Names this decision: run, step and attempt.
    pub key: String,
    pub run_id: &'a str,
    pub flow: &'a str,
    pub name: &'a str,
    pub title: &'a str,
    pub approved: bool,
    pub by: qn_domain::UserId,
    pub by_name: &'a str,
    pub comment: &'a str,
}

impl Engine {
    pub(crate) async fn on_flow_effect(&self, effect: &EffectRow) -> Done {
        let done = match effect.kind {
            EffectKind::FlowReply => self.bring_answer(effect).await,
            EffectKind::FlowCancel => self.stop_run(effect).await,
            EffectKind::FlowCorrect => self.take_answer_back(effect).await,
            EffectKind::FlowWithdraw => self.withdraw_question(effect).await,
            EffectKind::FlowSilence => self.ask_once_more(effect).await,
            _ => self.flow_ended(&effect.tenant_id, &text(effect, "conversation_id").into(), &end_of(effect)).await,
        };
        match done {
            // The conversation or the run is gone: nobody is left to tell.
            Ok(()) | Err(EngineError::NotFound { .. } | EngineError::Flow(qn_runner::Error::NoRun(_))) => Done::Yes,
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    async fn bring_answer(&self, effect: &EffectRow) -> Result<()> {
        let (run_id, step) = (text(effect, "run_id"), text(effect, "step"));
        let attempt = u32::try_from(effect.payload["attempt"].as_i64().unwrap_or(1)).unwrap_or(1);
        let mut outcome = outcome_of(&effect.payload["outcome"]);
        if let Ok(answer) = &mut outcome {
            self.name_besides(&effect.tenant_id, answer).await?;
        }
        match self.runner()?.reply(&effect.tenant_id, run_id, step, attempt, outcome).await {
            // Late or repeated: the question had its time, and the run has gone on.
            Ok(()) | Err(qn_runner::Error::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What the customer's words name besides what they answer. A choice that was tapped names nothing.
    pub(super) async fn name_besides(&self, tenant_id: &TenantId, answer: &mut serde_json::Value) -> Result<()> {
        let Some(id) = answer["message_id"].as_str().map(MessageId::from) else { return Ok(()) };
        let Some(message) = qn_store::message::find(&self.db, tenant_id, &id).await? else { return Ok(()) };
        let words = message.content.text.trim();
        let tapped = answer["choice"].is_number() && answer["text"].as_str() == Some(words);
        if tapped {
            return Ok(());
        }
        let named = self.named_in_answer(tenant_id, words).await?;
        if let Some(answer) = answer.as_object_mut().filter(|_| !named.is_empty()) {
            answer.insert(qn_workflow::NAMED.to_owned(), json!(named));
        }
        Ok(())
    }

    async fn stop_run(&self, effect: &EffectRow) -> Result<()> {
        match self.runner()?.cancel(&effect.tenant_id, text(effect, "run_id"), "the customer cancelled").await {
            Ok(()) | Err(qn_runner::Error::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Time is up, or another branch was faster.
    async fn withdraw_question(&self, effect: &EffectRow) -> Result<()> {
        let (run_id, step) = (text(effect, "run_id"), text(effect, "step"));
        let id = ConversationId::from(text(effect, "conversation_id"));
        self.decide_once(&effect.tenant_id, &id, &effect.key, |draft| Ok(stack::close(&mut draft.conversation.bot, run_id, step))).await?;
        Ok(())
    }

    /// The customer has not answered for a while: they are asked once more, or the company's flow for it begins.
    async fn ask_once_more(&self, effect: &EffectRow) -> Result<()> {
        let (run_id, step, attempt) = (text(effect, "run_id"), text(effect, "step"), effect.payload["attempt"].as_u64());
        let id = ConversationId::from(text(effect, "conversation_id"));
        let book = self.book(&effect.tenant_id).await;
        self.decide_in_words(&effect.tenant_id, &id, run_id, &effect.key, |draft| {
            let waits = |question: &&qn_domain::ActiveFlow| {
                question.run_id == run_id && question.step == step && Some(u64::from(question.attempt)) == attempt
            };
            let Some(question) = stack::open(&draft.conversation.bot).filter(waits).cloned() else { return Ok(false) };
            if !draft.conversation.bot_speaks() {
                return Ok(false);
            }
            if !bound::follow_silence(draft, &question, &book, &effect.key) {
                let before = draft.repair(&question.run_id, Repair::Silence, "");
                ask(draft, &question, &before);
            }
            Ok(true)
        })
        .await?;
        Ok(())
    }

    /// Takes the flow off the stack, leaves its line, and asks again what lies below. A failure that the flow has no way for is told, and
    /// a person takes over.
    pub(super) async fn flow_ended(&self, tenant_id: &TenantId, id: &ConversationId, end: &End) -> Result<()> {
        let conversation = self.talk_of(tenant_id, id).await?;
        let settings = self.settings(tenant_id).await?;
        let inbox = settings.inbox(&conversation.inbox_id)?.clone();
        let facts = crate::rules::facts(&conversation, &serde_json::Map::new(), &settings);
        let mut opening = self.answers_now(&settings, &inbox, inbox.team_id.as_ref(), &facts);
        // What worked beside the talk fails without the customer: colleagues see its line.
        let is_told = end.apologise && self.book(tenant_id).await.find(&end.flow).is_none_or(|flow| flow.talks);
        if is_told {
            let whose = (inbox.team_id.as_ref(), HandoffReason::FlowFailed);
            opening = Box::pin(self.with_place(&settings, &conversation, whose, opening)).await;
        }
        let (has_llm, now) = (self.llm.is_some(), self.now());
        self.decide_in_words(tenant_id, id, &end.run_id, &end.key, |draft| {
            let is_it = |flow: &qn_domain::ActiveFlow| flow.is_of(&end.run_id, &end.flow);
            // A customer who cancelled took it off the stack themselves, and was told.
            let was_here = draft.conversation.bot.flows.iter().any(is_it);
            let uncovered = stack::leave(&mut draft.conversation.bot, is_it);
            let line = |text: String| qn_base::text::line(&text, 300);
            let error = end.error.as_ref().map(|error| line(error.to_string()));
            let zh = end.error.as_ref().map(|error| line(if error.zh.is_empty() { error.message.clone() } else { error.zh.clone() }));
            let more = [("status", json!(end.status)), ("error", json!(error)), ("error_zh", json!(zh))];
            draft.activity(about(ActivityKey::FlowEnded, &end.run_id, &end.flow, &end.name, more), Author::bot());
            // Of a part that goes on with nobody here, people have the whole.
            let is_part = draft.conversation.tied.merged_into.is_some();
            if is_told && !is_part && !is_silenced(&draft.conversation) {
                apologise(draft, inbox.team_id.clone(), opening, &end.run_id)?;
                if has_llm {
                    summary::effect(&draft.conversation, now).into_iter().for_each(|effect| draft.effect(effect));
                }
            } else {
                if end.status == "cancelled" && was_here && draft.conversation.bot_speaks() {
                    stopped(draft, &end.run_id, &end.name);
                }
                if uncovered && draft.conversation.bot_speaks() {
                    ask_again(draft);
                }
            }
            Ok(true)
        })
        .await?;
        if end.apologise {
            qn_store::flow_run::note_handed_off(&self.db, tenant_id, &end.run_id, self.now()).await?;
        }
        Ok(())
    }

    /// Colleagues see in the conversation what was decided, and by whom.
    pub async fn flow_decided(&self, tenant_id: &TenantId, id: &ConversationId, decided: &Decided<'_>) -> Result<()> {
        let more = [
            ("title", json!(decided.title)),
            ("approved", json!(decided.approved)),
            ("by", json!(decided.by_name)),
            ("comment", json!(decided.comment)),
        ];
        let by = Author { kind: AuthorKind::Agent, id: Some(decided.by.0.clone()), name: decided.by_name.to_owned() };
        let key = format!("decided:{}", decided.key);
        let told = self.decide_once(tenant_id, id, &key, |draft| {
            draft.activity(about(ActivityKey::FlowDecided, decided.run_id, decided.flow, decided.name, more.clone()), by.clone());
            Ok(true)
        });
        match told.await {
            // The run's journal is what counts.
            Err(EngineError::NotFound { .. }) => Ok(()),
            told => told.map(drop),
        }
    }
}

/// Somebody stopped it: the customer who waits is told, and may ask why.
fn stopped(draft: &mut Draft, run: &str, name: &str) {
    let language = draft.conversation.language;
    let text = draft.repair(run, Repair::Stopped, name);
    let label = language.pick("转人工", "Talk to a person").to_owned();
    let buttons = vec![Button { label, action: ButtonAction::Handoff }];
    draft.message(MessageKind::Outgoing, Author::bot(), Content { buttons, ai: true, ..Content::text(text) });
}

fn apologise(draft: &mut Draft, team_id: Option<qn_domain::TeamId>, opening: Opening, run: &str) -> Result<()> {
    reopen(draft)?;
    let (language, wish) = (draft.conversation.language, draft.conversation.bot.asked.last().cloned().unwrap_or_default());
    let handing = Handing { team_id, wish: &wish, language, reason: HandoffReason::FlowFailed, opening, run, quiet: false };
    match draft.conversation.owner {
        Owner::Bot => handoff::hand_over(draft, &handing)?,
        // It waits for a person already; they read the line.
        Owner::Queue { .. } | Owner::Agent { .. } => {}
    }
    Ok(())
}

fn end_of(effect: &EffectRow) -> End {
    let status = text(effect, "status").to_owned();
    let error: Option<StepError> = serde_json::from_value(effect.payload["error"].clone()).ok();
    // What a flow ends with by its own decision it has told the customer itself.
    let own = error.as_ref().is_some_and(|error| error.kind == ErrorKind::Failed);
    End {
        key: effect.key.clone(),
        run_id: text(effect, "run_id").to_owned(),
        flow: text(effect, "flow_id").to_owned(),
        name: text(effect, "name").to_owned(),
        apologise: status == "failed" && !own,
        error: error.filter(|_| status != "done"),
        status,
    }
}

fn outcome_of(stored: &serde_json::Value) -> Outcome {
    match serde_json::from_value::<StepError>(json!({
        "kind": stored["error"]["kind"],
        "message": stored["error"]["message"],
        "zh": stored["error"]["zh"].as_str().unwrap_or_default(),
    })) {
        Ok(error) => Err(error),
        Err(_) => Ok(stored["ok"].clone()),
    }
}

pub(super) fn text<'a>(effect: &'a EffectRow, field: &str) -> &'a str {
    effect.payload[field].as_str().unwrap_or_default()
}
