//! What happens to conversations by itself or by people begins the flows that start on it: effects of the commit in which it happened,
//! so that none is forgotten and none begins twice. What a flow does begins no other; flows call one another by events they emit.

use super::Book;
use qn_domain::{Activity, ActivityKey, AuthorKind, Commit, Effect, EffectKind, Message, MessageId, MessageKind};
use serde_json::{Value, json};

/// An event the house tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseEvent {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// What it tells, read as `context.event.<field>`.
    pub fields: &'static [&'static str],
}

const OF_CONVERSATION: &[&str] = &["event", "status", "owner", "agent_id", "labels", "score", "inbox_id", "language"];

/// The same, and how to reach whoever filled in the form.
const LEFT: &[&str] = &["event", "status", "owner", "agent_id", "labels", "score", "inbox_id", "language", "form"];

const fn of_conversation(name: &'static str, zh: &'static str, en: &'static str) -> HouseEvent {
    HouseEvent { name, zh, en, fields: OF_CONVERSATION }
}

const OF_TICKET: &[&str] = &[
    "event",
    "id",
    "number",
    "kind",
    "title",
    "text",
    "fields",
    "state",
    "priority",
    "team_id",
    "assignee_id",
    "contact_id",
    "due_at",
    "by",
    "by_name",
    "changed",
    "note",
];

const fn of_ticket(name: &'static str, zh: &'static str, en: &'static str) -> HouseEvent {
    HouseEvent { name, zh, en, fields: OF_TICKET }
}

/// Everything that begins flows without one saying so.
pub const EVENTS: &[HouseEvent] = &[
    of_conversation("message.received", "客户发来消息", "A customer writes"),
    of_conversation("message.sent", "坐席发出消息", "A person writes to a customer"),
    of_conversation("conversation.created", "新会话开始", "A conversation begins"),
    of_conversation("conversation.queued", "会话进入排队", "A conversation waits for a person"),
    of_conversation("conversation.assigned", "会话分配给坐席", "A person gets a conversation"),
    of_conversation("conversation.resolved", "会话结束", "A conversation is resolved"),
    of_conversation("conversation.reopened", "会话重新打开", "A conversation is reopened"),
    of_conversation("conversation.rated", "客户评价", "A customer rates"),
    HouseEvent {
        name: "conversation.message_left", zh: "客户填写留言表单", en: "A customer fills in the contact form", fields: LEFT
    },
    of_conversation("conversation.compensation_offered", "规则给出补偿", "A rule offers to make up"),
    of_conversation("service_level.warned", "服务目标即将超时", "A service level is nearly missed"),
    of_conversation("service_level.breached", "服务目标已超时", "A service level is missed"),
    of_ticket("ticket.created", "新建工单", "A ticket is opened"),
    of_ticket("ticket.updated", "工单有更新", "A ticket changes"),
    of_ticket("ticket.state_changed", "工单状态变化", "A ticket's state changes"),
    of_ticket("ticket.warned", "工单快到处理期限", "A ticket is nearly overdue"),
    of_ticket("ticket.overdue", "工单超过处理期限", "A ticket is overdue"),
];

/// One thing that happened, and the message it is about, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    event: &'static str,
    message_id: Option<MessageId>,
}

pub(crate) fn begin_flows(commit: &mut Commit, events: &[Heard], book: &Book) {
    for Heard { event, message_id } in events {
        for flow in book.hearing(event) {
            let c = &commit.conversation;
            let payload = json!({"flow_id": flow.id, "name": flow.name, "conversation_id": c.id, "contact_id": c.contact_id,
                "message_id": message_id, "event": facts(commit, event), "beside": true});
            let of = message_id.as_ref().map_or_else(|| c.version.to_string(), ToString::to_string);
            let key = format!("flow_hear:{}:{of}:{event}:{}", c.id, flow.id);
            commit.effects.push(Effect { kind: EffectKind::FlowStart, key, payload, due_at: commit.at, trace: None });
        }
    }
}

pub(crate) fn events(commit: &Commit) -> Vec<Heard> {
    let plain = |event| Heard { event, message_id: None };
    let created = (commit.conversation.version == 1).then(|| plain("conversation.created"));
    let told = commit.messages.iter().filter_map(|message| {
        let moved = message.content.activity.as_ref().and_then(event_of).map(plain);
        moved.or_else(|| said(message))
    });
    let mut events: Vec<Heard> = created.into_iter().chain(told).collect();
    events.dedup();
    events
}

/// What a customer or a person wrote; what the bot says begins nothing.
fn said(message: &Message) -> Option<Heard> {
    let event = match (message.kind, message.author.kind) {
        (MessageKind::Incoming, _) if message.content.rating => return None,
        (MessageKind::Incoming, _) => "message.received",
        (MessageKind::Outgoing, AuthorKind::Agent) => "message.sent",
        _ => return None,
    };
    Some(Heard { event, message_id: Some(message.id.clone()) })
}

fn event_of(activity: &Activity) -> Option<&'static str> {
    Some(match activity.key {
        ActivityKey::Queued | ActivityKey::TransferredToTeam => "conversation.queued",
        ActivityKey::Assigned | ActivityKey::Claimed | ActivityKey::TakenOver | ActivityKey::TransferAccepted => "conversation.assigned",
        ActivityKey::Resolved => "conversation.resolved",
        ActivityKey::Reopened => "conversation.reopened",
        ActivityKey::CsatGiven => "conversation.rated",
        ActivityKey::LeaveMessage => "conversation.message_left",
        ActivityKey::SlaWarned => "service_level.warned",
        ActivityKey::SlaBreached => "service_level.breached",
        ActivityKey::CompensationOffered => "conversation.compensation_offered",
        _ => return None,
    })
}

/// What a flow reads as `context.event`.
fn facts(commit: &Commit, event: &str) -> Value {
    let c = &commit.conversation;
    json!({"event": event, "status": c.status, "owner": c.owner.kind(), "agent_id": c.owner.agent_id(), "labels": c.labels,
        "form": form(commit), "score": c.csat.as_ref().map(|csat| csat.score), "inbox_id": c.inbox_id, "language": c.language,
        "compensation": c.routing.compensation.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>()})
}

/// What was filled in, where this commit brings it.
fn form(commit: &Commit) -> Option<&Value> {
    let mut lines = commit.messages.iter().filter_map(|message| message.content.activity.as_ref());
    lines.find(|line| line.key == ActivityKey::LeaveMessage)?.params.get("contact")
}
