//! Where a flow that has never run would have begun: customers' messages of the newest conversations that have its words, or were
//! understood as one of its intents, and what the customer said after that. Reads only; what is made of it is simulated by the caller.

use super::context::Beginning;
use crate::{Engine, Result};
use qn_domain::{Author, AuthorKind, Conversation, ConversationId, Message, MessageKind, TenantId, Timestamp};
use qn_workflow::model::Happening;
use qn_workflow::simulate::Script;
use qn_workflow::trigger::{Begins, Trigger};
use serde_json::Value;

/// Conversations looked through, and messages of each.
const CONVERSATIONS_MAX: usize = 500;
const MESSAGES_MAX: i64 = 200;
/// What the customer says after the beginning, and what they were told.
const SAID_MAX: usize = 20;

/// One beginning, ready to be played.
#[derive(Debug, Clone)]
pub struct PastBeginning {
    pub conversation_id: ConversationId,
    pub at: Timestamp,
    pub script: Script,
    /// What the customer was told then, by whomever.
    pub told: Vec<String>,
}

impl Engine {
    /// Newest conversations first, at most `wanted`; one for each conversation. None for a flow that no message begins.
    pub async fn past_beginnings(&self, tenant_id: &TenantId, begins: &Begins, wanted: usize) -> Result<Vec<PastBeginning>> {
        let mut found = Vec::new();
        if begins.trigger != Trigger::Message {
            return Ok(found);
        }
        let (mut seen, mut cursor) = (0, None);
        let filter = qn_store::conversation::Filter::default();
        loop {
            let page = qn_store::conversation::list(&self.db, tenant_id, &filter, cursor.as_deref(), 100).await?;
            for conversation in &page.items {
                found.extend(self.past_beginning(tenant_id, conversation, begins).await?);
                seen += 1;
                if found.len() >= wanted || seen >= CONVERSATIONS_MAX {
                    return Ok(found);
                }
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    async fn past_beginning(&self, tenant_id: &TenantId, c: &Conversation, begins: &Begins) -> Result<Option<PastBeginning>> {
        let messages = qn_store::message::list_after(&self.db, tenant_id, &c.id, 0, MESSAGES_MAX).await?;
        let Some(at) = messages.iter().position(|message| begins_by(message, begins)) else { return Ok(None) };
        let first = &messages[at];
        let from = Beginning {
            conversation_id: Some(&c.id),
            contact_id: Some(&c.contact_id),
            message_id: Some(&first.id),
            ..Beginning::default()
        };
        // A customer who is gone has nothing to begin.
        let Ok(context) = self.flow_context(tenant_id, from, Value::Null).await else { return Ok(None) };
        let later = || messages[at + 1..].iter().filter(|message| !message.content.text.trim().is_empty());
        let says = later().filter(|message| message.kind == MessageKind::Incoming).take(SAID_MAX);
        let happens = says.map(|message| Happening::Says { text: message.content.text.clone() }).collect();
        let told = later().filter(|message| message.kind == MessageKind::Outgoing && !is_contact(&message.author)).take(SAID_MAX);
        let mut script = Script { context: *context, begins_at: first.created_at, happens, ..Script::default() };
        let words = script.words().map(str::to_owned).collect();
        script.names = self.names_in(tenant_id, words).await?;
        let told = told.map(|message| message.content.text.clone()).collect();
        Ok(Some(PastBeginning { conversation_id: c.id.clone(), at: first.created_at, script, told }))
    }
}

fn is_contact(author: &Author) -> bool {
    author.kind == AuthorKind::Contact
}

/// Its words are said, or it was understood then as one of the intents.
fn begins_by(message: &Message, begins: &Begins) -> bool {
    if message.kind != MessageKind::Incoming {
        return false;
    }
    let trace: Value = message.trace.as_ref().and_then(|trace| trace.read()).unwrap_or_default();
    let intent = trace["intent"]["ranked"][0]["name"].as_str().filter(|_| trace["intent"]["accepted"] == true);
    begins.is_said(&message.content.text) || intent.is_some_and(|intent| begins.intents.iter().any(|known| known == intent))
}
