//! Messages in another language, on demand: by the operator's HTTP hook or by the language model. What was said stays what was said; a
//! translation stands beside it, is kept by the text it was made of, and leaves no personal data outside (`qn_llm::Veil`).
//! Absent unless the operator configures it.

use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{ConversationId, MessageId, MessageKind};
use qn_egress::{Egress, Request};
use qn_llm::Veil;
use qn_llm::uses::translate::{self, TEXT_CHARS_MAX};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Tags and English names of what texts are translated into.
const LANGUAGES: [(&str, &str); 14] = [
    ("zh-CN", "Simplified Chinese"),
    ("en", "English"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("fr", "French"),
    ("de", "German"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
    ("it", "Italian"),
    ("ru", "Russian"),
    ("ar", "Arabic"),
    ("th", "Thai"),
    ("vi", "Vietnamese"),
    ("id", "Indonesian"),
];

/// Who translates.
pub enum Translator {
    Hook(TranslationHook),
    /// `Parts::llm`, within its budgets.
    Model,
}

/// Called with `{"text", "target"}`; answers 200 with `{"text"}`. Nothing else may be reached through its client.
pub struct TranslationHook {
    pub url: String,
    /// Sent as a bearer token; empty for none.
    pub key: String,
    pub timeout_ms: u64,
    pub egress: Egress,
}

/// One text, one name.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Engine {
    /// Tags of languages; empty where nobody translates.
    pub fn translates_into(&self) -> Vec<String> {
        let tags = self.translator.iter().flat_map(|_| LANGUAGES);
        tags.map(|(tag, _)| tag.to_owned()).collect()
    }

    /// A public message or note as it stands now.
    pub async fn translate_message(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId, target: &str) -> Result<String> {
        let message = qn_store::message::get(&self.db, &actor.tenant_id, message_id).await?;
        if message.conversation_id != *id || message.kind == MessageKind::Activity {
            return Err(EngineError::not_found("message", message_id));
        }
        self.translate(actor, id, &message.content.text, target).await
    }

    pub async fn translate(&self, actor: &Actor, id: &ConversationId, text: &str, target: &str) -> Result<String> {
        let Some(translator) = &self.translator else { return Err(EngineError::NotTranslated { reason: "off" }) };
        let c = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let Some((tag, name)) = LANGUAGES.into_iter().find(|(tag, _)| *tag == target) else {
            return Err(EngineError::Invalid { field: "language" });
        };
        if text.trim().is_empty() {
            return Err(EngineError::EmptyMessage);
        }
        if text.chars().nth(TEXT_CHARS_MAX).is_some() {
            return Err(EngineError::NotTranslated { reason: "too_long" });
        }
        let source = digest(text);
        if let Some(known) = qn_store::translation::find(&self.db, &c.tenant_id, &source, tag).await? {
            return Ok(known);
        }
        let mut veil = self.veil(&c).await;
        let made = match translator {
            Translator::Hook(hook) => hook.ask(text, tag, &mut veil).await,
            Translator::Model => self.ask_model(&c.tenant_id, text, name, &mut veil).await,
        };
        let made = made.map_err(|reason| {
            tracing::info!(reason, conversation = %id, "a message was not translated");
            EngineError::NotTranslated { reason }
        })?;
        qn_store::translation::keep(&self.db, &c.tenant_id, &source, tag, &made, self.now()).await?;
        Ok(made)
    }

    async fn ask_model(
        &self,
        tenant_id: &qn_domain::TenantId,
        text: &str,
        into: &'static str,
        veil: &mut Veil,
    ) -> std::result::Result<String, &'static str> {
        let Some(llm) = &self.llm else { return Err("off") };
        let chat = translate::chat(text, into, veil);
        let asked = llm.ask_for(self, tenant_id, &chat).await;
        asked.and_then(|value| translate::read(&value, veil)).map_err(|error| error.code())
    }
}

impl TranslationHook {
    async fn ask(&self, text: &str, target: &str, veil: &mut Veil) -> std::result::Result<String, &'static str> {
        let body = json!({"text": veil.hide(text).as_str(), "target": target}).to_string();
        let mut request = Request::post(&self.url, body).header("content-type", "application/json");
        if !self.key.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.key));
        }
        request.timeout_ms = self.timeout_ms;
        let answer = self.egress.send(request).await.map_err(|error| error.code())?;
        if !answer.is_success() {
            return Err("hook_status");
        }
        let value: Value = serde_json::from_slice(&answer.body).map_err(|_| "hook_answer")?;
        let said = value["text"].as_str().ok_or("hook_answer")?;
        translate::shown(said, veil).map_err(|_| "hook_answer")
    }
}
