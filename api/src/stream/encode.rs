//! Log entries as frames: once for the company's people, once for the customer. Every socket of a kind shares the bytes.

use bytes::Bytes;
use qn_api_types::conversation::{ContactBrief, ConversationView};
use qn_api_types::message::VisitorMessage;
use qn_api_types::stream::{ChangeView, EntryType, PeopleEntry, VisitorEntry};
use qn_api_types::widget::VisitorConversation;
use qn_domain::{Change, Conversation, LogEntry};
use serde::Serialize;

/// The conversation an entry leaves behind.
pub fn conversation_of(entry: &LogEntry) -> Option<&Conversation> {
    entry.changes.iter().find_map(|change| match change {
        Change::ConversationCreated { conversation } | Change::ConversationUpdated { conversation } => Some(&**conversation),
        _ => None,
    })
}

pub fn people(entry: &LogEntry, brief: Option<&ContactBrief>) -> Bytes {
    let view = |c: &Conversation| {
        let brief = brief.cloned().unwrap_or_else(|| ContactBrief::nameless(&c.contact_id));
        ConversationView::of(c.clone(), brief)
    };
    let changes = entry.changes.iter().map(|change| match change {
        Change::ConversationCreated { conversation } => ChangeView::ConversationCreated { conversation: view(conversation) },
        Change::ConversationUpdated { conversation } => ChangeView::ConversationUpdated { conversation: view(conversation) },
        Change::MessageCreated { message } => ChangeView::MessageCreated { message: message.as_ref().into() },
        Change::MessageUpdated { message } => ChangeView::MessageUpdated { message: message.as_ref().into() },
        Change::ResourceChanged { resource, id } => ChangeView::ResourceChanged { resource: resource.clone(), id: id.clone() },
    });
    bytes(&PeopleEntry {
        r#type: EntryType::Entry,
        seq: entry.seq,
        conversation_id: entry.conversation_id.as_ref().map(ToString::to_string),
        version: entry.version,
        at: entry.at,
        changes: changes.collect(),
    })
}

/// Without notes, traces and what else is private; the entry itself is always there, so that versions stay consecutive.
pub fn customer(entry: &LogEntry, conversation: &VisitorConversation) -> Bytes {
    let changes = entry.changes.iter().filter_map(|change| {
        Some(match change {
            Change::ConversationCreated { .. } => ChangeView::ConversationCreated { conversation: conversation.clone() },
            Change::ConversationUpdated { .. } => ChangeView::ConversationUpdated { conversation: conversation.clone() },
            Change::MessageCreated { message } => ChangeView::MessageCreated { message: VisitorMessage::of(message)? },
            Change::MessageUpdated { message } => ChangeView::MessageUpdated { message: VisitorMessage::of(message)? },
            Change::ResourceChanged { .. } => return None,
        })
    });
    bytes(&VisitorEntry {
        r#type: EntryType::Entry,
        conversation_id: conversation.id.clone(),
        version: entry.version.unwrap_or(0),
        at: entry.at,
        changes: changes.collect(),
    })
}

fn bytes<T: Serialize>(value: &T) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
