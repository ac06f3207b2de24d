//! How runs begin: by a customer's message, from the outbox; by a webhook, the clock or the API. A trigger begins one run, however
//! often it comes.

use super::context::Beginning;
use super::talk::about;
use super::{LiveFlow, stack};
use crate::deliver::Done;
use crate::{Engine, EngineError, Result};
use qn_domain::{ActivityKey, Author, ContactId, ConversationId, EffectRow, MessageId, TenantId};
use qn_runner::{Began, Wish};
use qn_workflow::StepError;
use qn_workflow::model::ErrorKind;
use qn_workflow::trigger::Trigger;
use serde_json::{Map, Value};

impl Engine {
    /// A customer's message, or what happened to a conversation, begins a run. The conversation hears of the run before it says anything.
    pub(crate) async fn on_flow_start(&self, effect: &EffectRow) -> Done {
        match self.start_by_message(effect).await {
            Ok(_) => Done::Yes,
            Err(error) if is_hopeless(&error) => Done::Never { error: error.to_string() },
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    async fn start_by_message(&self, effect: &EffectRow) -> Result<Began> {
        let text = |field: &str| effect.payload[field].as_str().unwrap_or_default();
        let tenant_id = &effect.tenant_id;
        if !text("ticket_id").is_empty() {
            return self.start_by_ticket(effect).await;
        }
        let (flow_id, message_id) = (text("flow_id"), MessageId::from(text("message_id")));
        let (conversation_id, contact_id) = (ConversationId::from(text("conversation_id")), ContactId::from(text("contact_id")));
        let flow = self.live_flow(tenant_id, flow_id).await?;
        // The same effect is the same run, whenever it is carried out again.
        let run_id = format!("run_{}", effect.id.as_str().trim_start_matches("eff_"));
        let said = Some(&message_id).filter(|id| !id.as_str().is_empty());
        let from =
            Beginning { conversation_id: Some(&conversation_id), contact_id: Some(&contact_id), message_id: said, flow_id: Some(flow_id) };
        let context = self.flow_context(tenant_id, from, effect.payload["event"].clone()).await?;
        // One message may start one flow that answers it, any number beside it, and by hand again; an event any number.
        let is_own = effect.payload["beside"] == true || effect.payload["by_hand"] == true;
        let trigger = if is_own { effect.key.clone() } else { message_id.to_string() };
        self.note_begun(tenant_id, &conversation_id, &run_id, &flow).await?;
        let wish = Wish {
            run_id: Some(run_id.clone()),
            context,
            conversation_id: Some(conversation_id.clone()),
            contact_id: Some(contact_id.clone()),
            ..Wish::of(tenant_id, flow.version_for(contact_id.as_str()), Some(&trigger))
        };
        Ok(self.runner()?.begin(wish).await?)
    }

    /// The conversation hears of the run before it says anything.
    pub(super) async fn note_begun(&self, tenant_id: &TenantId, id: &ConversationId, run_id: &str, flow: &LiveFlow) -> Result<()> {
        let begun = format!("begun:{run_id}");
        let noted = self.decide_once(tenant_id, id, &begun, |draft| {
            stack::begin(&mut draft.conversation.bot, &flow.id, run_id);
            draft.activity(about(ActivityKey::FlowBegun, run_id, &flow.id, &flow.name, []), Author::bot());
            Ok(true)
        });
        noted.await.map(drop)
    }

    /// The last try to begin a run failed: the customer is told, and gets a person.
    pub(crate) async fn on_flow_start_given_up(&self, effect: &EffectRow, error: &str) -> Result<()> {
        let text = |field: &str| effect.payload[field].as_str().unwrap_or_default();
        if text("conversation_id").is_empty() {
            tracing::warn!(error, flow = text("flow_id"), "a flow could not begin on a ticket's news");
            return Ok(());
        }
        let end = super::follow::End {
            key: effect.key.clone(),
            run_id: format!("run_{}", effect.id.as_str().trim_start_matches("eff_")),
            flow: text("flow_id").to_owned(),
            name: text("name").to_owned(),
            status: "failed".to_owned(),
            error: Some(StepError::new(ErrorKind::Unavailable, error).zh("没有启动成功")),
            apologise: effect.payload["beside"] != true,
        };
        self.flow_ended(&effect.tenant_id, &text("conversation_id").into(), &end).await
    }

    /// Whether the live flow's start lets signed calls begin it.
    pub async fn takes_hooks(&self, tenant_id: &TenantId, flow_id: &str) -> Result<bool> {
        let flow = self.live_flow(tenant_id, flow_id).await?;
        Ok(matches!(flow.begins.trigger, Trigger::Webhook | Trigger::Api))
    }

    /// A signed call begins a run; `id` names the call, and `body` is read as `context.event`.
    pub async fn start_by_hook(&self, tenant_id: &TenantId, flow_id: &str, id: &str, body: Value) -> Result<Began> {
        let flow = self.live_flow(tenant_id, flow_id).await?;
        let key = format!("hook:{flow_id}:{id}");
        let input = self.known_inputs(tenant_id, flow.version_for(&key), &body).await?;
        self.start_flow(tenant_id, flow_id, Some(&key), input, body).await
    }

    /// Begins a run of a live flow for nobody in particular. The same key begins no second run.
    pub async fn start_flow(
        &self,
        tenant_id: &TenantId,
        flow_id: &str,
        key: Option<&str>,
        input: Map<String, Value>,
        event: Value,
    ) -> Result<Began> {
        let flow = self.live_flow(tenant_id, flow_id).await?;
        let context = self.flow_context(tenant_id, Beginning::default(), event).await?;
        let version = flow.version_for(key.unwrap_or_default());
        Ok(self.runner()?.begin(Wish { input, context, ..Wish::of(tenant_id, version, key) }).await?)
    }

    /// Begins a run of a live flow in a conversation: its questions go there.
    pub async fn start_flow_in(
        &self,
        tenant_id: &TenantId,
        flow_id: &str,
        key: Option<&str>,
        input: Map<String, Value>,
        conversation_id: &ConversationId,
    ) -> Result<Began> {
        let flow = self.live_flow(tenant_id, flow_id).await?;
        let conversation = qn_store::conversation::get(&self.db, tenant_id, conversation_id).await?;
        let contact_id = conversation.contact_id;
        let from = Beginning {
            conversation_id: Some(conversation_id),
            contact_id: Some(&contact_id),
            flow_id: Some(flow_id),
            ..Beginning::default()
        };
        let context = self.flow_context(tenant_id, from, Value::Null).await?;
        let wish = Wish {
            input,
            context,
            conversation_id: Some(conversation_id.clone()),
            contact_id: Some(contact_id.clone()),
            ..Wish::of(tenant_id, flow.version_for(contact_id.as_str()), key)
        };
        Ok(self.runner()?.begin(wish).await?)
    }

    pub(super) async fn live_flow(&self, tenant_id: &TenantId, flow_id: &str) -> Result<LiveFlow> {
        let book = self.read_book(tenant_id).await?;
        book.find(flow_id).cloned().ok_or_else(|| EngineError::not_found("live flow", flow_id))
    }

    /// Of a webhook's fields those that the flow takes as inputs.
    pub(super) async fn known_inputs(&self, tenant_id: &TenantId, hash: &str, body: &Value) -> Result<Map<String, Value>> {
        let version = qn_store::flow_version::find(&self.db, tenant_id, hash).await?;
        let document = version.and_then(|v| serde_json::from_str::<qn_workflow::Flow>(&v.document).ok());
        let takes = |name: &str| document.as_ref().is_some_and(|d| d.variables.iter().any(|v| v.input && v.name == name));
        let fields = body.as_object().cloned().unwrap_or_default();
        Ok(fields.into_iter().filter(|(name, _)| takes(name)).collect())
    }
}

/// Trying again changes nothing.
fn is_hopeless(error: &EngineError) -> bool {
    use qn_runner::Error;
    matches!(
        error,
        EngineError::NotFound { .. }
            | EngineError::Store(qn_store::Error::NotFound { .. })
            | EngineError::Flow(Error::NoVersion(_) | Error::Unsound(_) | Error::Refused(_) | Error::Limit(_))
    )
}
