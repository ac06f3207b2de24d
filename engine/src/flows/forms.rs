//! Forms begin flows: a form asks for what the flow takes as inputs, and one submission begins one run. Colleagues fill in any form,
//! beside a conversation or not; whoever has its address only those that are for anyone.

use super::LiveFlow;
use super::context::Beginning;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{ConversationId, Language, TenantId};
use qn_runner::{Began, Wish};
use qn_workflow::Flow;
use qn_workflow::answers::{Fault, faults};
use qn_workflow::model::Variable;
use qn_workflow::trigger::{FormFor, Trigger};
use serde_json::{Map, Value, json};

/// The form of a live flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub flow_id: String,
    /// Whoever has its address may fill it in.
    pub is_public: bool,
    pub asks: Vec<Variable>,
    title: Words,
    text: Words,
    thanks: Words,
}

/// The same in Chinese and in English; empty where nobody said it.
#[derive(Debug, Clone, PartialEq)]
struct Words {
    zh: String,
    en: String,
}

impl Words {
    fn of(zh: Option<&String>, en: Option<&String>) -> Self {
        let said = |text: Option<&String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
        Self { zh: said(zh), en: said(en) }
    }

    /// Better the other language than none.
    fn read(&self, language: Language) -> &str {
        let (own, other) = if language == Language::Zh { (&self.zh, &self.en) } else { (&self.en, &self.zh) };
        if own.is_empty() { other } else { own }
    }
}

impl Form {
    /// None where the flow begins otherwise.
    fn of(flow: &LiveFlow) -> Option<Self> {
        let begins = &flow.begins;
        if begins.trigger != Trigger::Form {
            return None;
        }
        let own = Words::of(begins.form_title.as_ref(), begins.form_title_en.as_ref());
        let named = Words::of(Some(&flow.name), flow.name_en.as_ref());
        Some(Self {
            flow_id: flow.id.clone(),
            is_public: begins.form_for == FormFor::Anyone,
            asks: flow.inputs.clone(),
            title: if own.zh.is_empty() && own.en.is_empty() { named } else { own },
            text: Words::of(begins.form_text.as_ref(), begins.form_text_en.as_ref()),
            thanks: Words::of(begins.form_thanks.as_ref(), begins.form_thanks_en.as_ref()),
        })
    }

    pub fn title(&self, language: Language) -> &str {
        self.title.read(language)
    }

    /// What it is for; may be empty.
    pub fn text(&self, language: Language) -> &str {
        self.text.read(language)
    }

    pub fn thanks(&self, language: Language) -> &str {
        match self.thanks.read(language) {
            "" => language.pick("已提交，谢谢。", "Sent, thank you."),
            said => said,
        }
    }

    pub fn faults(&self, answers: &Map<String, Value>) -> Vec<Fault> {
        faults(&self.asks, answers)
    }
}

/// A form that somebody has filled in.
#[derive(Debug, Clone)]
pub struct FilledIn<'a> {
    pub flow_id: &'a str,
    /// Names it: the same submission begins no second run.
    pub submission: &'a str,
    pub answers: Map<String, Value>,
    /// None: somebody from outside.
    pub by: Option<&'a Actor>,
    pub language: Language,
    /// Beside which it was filled in.
    pub conversation_id: Option<&'a ConversationId>,
}

impl Engine {
    /// Every form that a colleague may fill in.
    pub async fn forms(&self, tenant_id: &TenantId) -> Result<Vec<Form>> {
        let book = self.read_book(tenant_id).await?;
        Ok(book.flows.iter().filter_map(Form::of).collect())
    }

    /// One of them.
    pub async fn form(&self, tenant_id: &TenantId, flow_id: &str) -> Result<Form> {
        let book = self.read_book(tenant_id).await?;
        book.find(flow_id).and_then(Form::of).ok_or_else(|| EngineError::not_found("form", flow_id))
    }

    /// One that whoever has its address may fill in. The address may name anything: what is not there is not kept in memory.
    pub async fn public_form(&self, tenant_id: &TenantId, flow_id: &str) -> Result<Form> {
        let found = qn_store::flow::find(&self.db, tenant_id, flow_id).await?;
        if found.is_none_or(|flow| !flow.enabled || flow.live.is_none()) {
            return Err(EngineError::not_found("form", flow_id));
        }
        let form = self.form(tenant_id, flow_id).await?;
        if form.is_public { Ok(form) } else { Err(EngineError::not_found("form", flow_id)) }
    }

    /// Begins the run of a submission; returns once that is on disk. Answers have passed `Form::faults`.
    pub async fn take_form(&self, tenant_id: &TenantId, filled: FilledIn<'_>) -> Result<Began> {
        let flow = self.live_flow(tenant_id, filled.flow_id).await?;
        let key = format!("form:{}:{}", flow.id, filled.submission);
        let contact_id = match filled.conversation_id {
            Some(id) => Some(qn_store::conversation::get(&self.db, tenant_id, id).await?.contact_id),
            None => None,
        };
        let from = Beginning { conversation_id: filled.conversation_id, contact_id: contact_id.as_ref(), ..Beginning::default() };
        let context = self.flow_context(tenant_id, from, event(&filled)).await?;
        let about = contact_id.as_ref().map_or(key.as_str(), |id| id.as_str());
        let version = self.asks_the_same(tenant_id, &flow, flow.version_for(about)).await?;
        let wish = Wish {
            input: filled.answers,
            context,
            conversation_id: filled.conversation_id.cloned(),
            contact_id,
            ..Wish::of(tenant_id, version, Some(&key))
        };
        Ok(self.runner()?.begin(wish).await?)
    }

    /// A version on trial takes only what the live one has asked for.
    pub(super) async fn asks_the_same<'f>(&self, tenant_id: &TenantId, flow: &'f LiveFlow, hash: &'f str) -> Result<&'f str> {
        if hash == flow.hash {
            return Ok(hash);
        }
        let version = qn_store::flow_version::find(&self.db, tenant_id, hash).await?;
        let document = version.and_then(|version| serde_json::from_str::<Flow>(&version.document).ok());
        let same = document.is_some_and(|flow_on_trial| {
            let asks: Vec<Variable> = flow_on_trial.variables.into_iter().filter(|one| one.input).collect();
            asks == flow.inputs
        });
        Ok(if same { hash } else { &flow.hash })
    }
}

/// Read as `context.event`; the answers are the run's inputs.
fn event(filled: &FilledIn<'_>) -> Value {
    let by = filled.by.map(|actor| &actor.user_id);
    json!({"by": by, "by_name": filled.by.map(|actor| &actor.name), "language": filled.language.pick("zh", "en")})
}
