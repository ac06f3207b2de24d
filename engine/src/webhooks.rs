//! What every commit owes the outside: a delivery for each outgoing message of a channel that must be called, and one event per
//! change for each webhook that asked. Pure: added to the decision just before it is committed, so neither can be forgotten or doubled.

use crate::draft::Draft;
use crate::settings::TenantSettings;
use qn_domain::{
    Activity, ActivityKey, AuthorKind, ChannelKind, Commit, DeliveryState, Effect, EffectKind, Message, MessageKind, Status,
    WebhookEndpoint,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn finish(settings: &TenantSettings, mut draft: Draft) -> Commit {
    let channel = settings.inboxes.get(&draft.conversation.inbox_id).map(|inbox| inbox.channel);
    if let Some(channel) = channel.filter(|channel| *channel != ChannelKind::Web) {
        deliver(&mut draft, channel);
    }
    let mut commit = draft.finish();
    for webhook in settings.webhooks.iter().filter(|w| w.enabled) {
        announce(&mut commit, webhook);
    }
    commit
}

/// How long a person's letter waits before it leaves: the time to take it back.
pub const LETTER_HELD_MS: i64 = 10_000;

/// Outgoing messages wait as `queued` until their channel took them.
fn deliver(draft: &mut Draft, channel: ChannelKind) {
    let now = draft.now;
    let conversation = draft.conversation.clone();
    let mut effects = Vec::new();
    for message in draft.messages_mut().iter_mut().filter(|m| m.kind == MessageKind::Outgoing) {
        message.state = DeliveryState::Queued;
        // What the bot asks at the end does not overtake the person's last letter.
        let is_held = channel == ChannelKind::Email && (message.author.kind == AuthorKind::Agent || message.content.rating);
        let effect = delivery(message, &conversation.inbox_id, now, 0);
        effects.push(Effect { due_at: if is_held { now + LETTER_HELD_MS } else { now }, ..effect });
    }
    effects.into_iter().for_each(|effect| draft.effect(effect));
}

/// The effect that sends a message over its channel; `round` grows when a person asks for another try.
pub(crate) fn delivery(message: &Message, inbox_id: &qn_domain::InboxId, now: i64, round: i64) -> Effect {
    Effect {
        kind: EffectKind::ChannelDeliver,
        key: format!("deliver:{}:{round}", message.id),
        payload: json!({"message_id": message.id, "conversation_id": message.conversation_id, "inbox_id": inbox_id}),
        due_at: now,
        trace: None,
    }
}

fn announce(commit: &mut Commit, webhook: &WebhookEndpoint) {
    let c = &commit.conversation;
    let mut events = Vec::new();
    let shown = |m: &&Arc<Message>| m.kind != MessageKind::Activity;
    events.extend(commit.messages.iter().filter(shown).map(|m| ("message.created", message_event(m))));
    events.extend(commit.changed.iter().map(|m| ("message.updated", message_event(m))));
    let summary = json!({
        "id": c.id, "inbox_id": c.inbox_id, "contact_id": c.contact_id, "status": c.status, "owner": c.owner, "language": c.language,
        "labels": c.labels, "last_seq": c.last_seq, "version": c.version, "csat": c.csat, "compensation": c.routing.compensation,
    });
    if c.version == 1 {
        events.push(("conversation.created", summary.clone()));
    }
    events.extend(commit.messages.iter().filter_map(|m| m.content.activity.as_ref()).filter_map(|line| told(line, &summary)));
    let moved = commit.messages.iter().any(|m| m.kind == MessageKind::Activity);
    if moved {
        events.push((if c.status == Status::Resolved { "conversation.resolved" } else { "conversation.updated" }, summary));
    }
    let (at, version, conversation) = (commit.at, c.version, c.id.clone());
    for (n, (kind, data)) in
        events.into_iter().enumerate().filter(|(_, (kind, _))| webhook.events.is_empty() || webhook.events.iter().any(|e| e == kind))
    {
        commit.effects.push(Effect {
            kind: EffectKind::WebhookSend,
            key: format!("{}:{conversation}:{version}:{n}", webhook.id),
            payload: json!({"webhook_id": webhook.id, "type": kind, "timestamp": at, "data": data}),
            due_at: at,
            trace: None,
        });
    }
}

/// Lines that are events of their own: what happened, with the conversation it happened to.
fn told(line: &Activity, conversation: &Value) -> Option<(&'static str, Value)> {
    let named = |name: &'static str, keys: &[&str]| {
        let mut data = json!({"conversation": conversation});
        keys.iter().for_each(|key| data[*key] = line.params.get(*key).cloned().unwrap_or_default());
        (name, data)
    };
    let is_wanted = || line.params.get("actions").and_then(Value::as_array).is_some_and(|actions| actions.contains(&json!("webhook")));
    match line.key {
        ActivityKey::SlaWarned | ActivityKey::SlaBreached if is_wanted() => Some(named("conversation.sla", &["metric", "percent"])),
        ActivityKey::CompensationOffered => Some(named("conversation.compensation_offered", &["name", "rule", "rule_id"])),
        _ => None,
    }
}

fn message_event(m: &Message) -> serde_json::Value {
    json!({
        "id": m.id, "conversation_id": m.conversation_id, "seq": m.seq, "kind": m.kind, "author": m.author, "content": m.content,
        "reply_to": m.reply_to, "state": m.state, "created_at": m.created_at, "edited_at": m.edited_at, "recalled_at": m.recalled_at,
    })
}
