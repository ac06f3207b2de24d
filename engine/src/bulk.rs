//! One act on many conversations. Each is its own decision and commit, by the function a single act has; what cannot be done to one is
//! told and leaves the others alone. What would take an act back is told with it.

use crate::agent::Acted;
use crate::{Action, Actor, AgentSend, Engine, Result};
use futures_util::{StreamExt, stream};
use qn_domain::{CannedResponse, Content, Conversation, ConversationId, Dedupe, Status, Timestamp, UserId};

/// At a time; the committer groups them.
const AT_ONCE: usize = 16;

#[derive(Debug, Clone)]
pub enum ManyAct {
    Do(Action),
    /// Its words to the customer and what it does besides.
    Send(CannedResponse),
}

#[derive(Debug)]
pub struct DoneToOne {
    pub id: ConversationId,
    /// What takes it back; none where nothing changed or nothing would.
    pub done: Result<Option<Action>>,
}

impl Engine {
    /// In the order of `ids`. `name` is the same for a repetition, which changes nothing.
    pub async fn act_on_many(&self, actor: &Actor, ids: Vec<ConversationId>, act: &ManyAct, name: &str) -> Vec<DoneToOne> {
        let each = ids.into_iter().map(async |id| {
            let done = self.act_on_one(actor, &id, act, name).await;
            DoneToOne { id, done }
        });
        stream::iter(each).buffered(AT_ONCE).collect().await
    }

    async fn act_on_one(&self, actor: &Actor, id: &ConversationId, act: &ManyAct, name: &str) -> Result<Option<Action>> {
        match act {
            ManyAct::Do(action) => {
                let event = Dedupe {
                    scope: format!("many:{}:{name}", actor.user_id),
                    key: id.0.clone(),
                    conversation_id: id.clone(),
                    message_id: None,
                };
                let acted = self.act_as(actor, id, action, Some(event)).await?;
                Ok(takes_back(action, &acted, &actor.user_id, self.now()))
            }
            ManyAct::Send(canned) => {
                let send = AgentSend {
                    client_msg_id: name.to_owned(),
                    note: false,
                    content: Content::text(canned.text.clone()),
                    reply_to: None,
                    force: false,
                    steps: canned.actions.clone(),
                };
                self.agent_send(actor, id, send).await?;
                Ok(None)
            }
        }
    }
}

/// Only what leads back to what was, exactly as far as people see it.
fn takes_back(action: &Action, acted: &Acted, me: &UserId, now: Timestamp) -> Option<Action> {
    let (before, after) = (&acted.before, &acted.after);
    if before.version == after.version {
        return None;
    }
    match action {
        Action::ChangeLabels { .. } => {
            let without = |all: &[String], those: &[String]| all.iter().filter(|label| !those.contains(label)).cloned().collect();
            Some(Action::ChangeLabels { add: without(&before.labels, &after.labels), remove: without(&after.labels, &before.labels) })
        }
        Action::SetPriority(_) => Some(Action::SetPriority(before.routing.priority)),
        Action::Resolve if before.owner.agent_id() == Some(me) && before.status == Status::Open => Some(Action::Reopen),
        Action::Pend | Action::Snooze { .. } | Action::Wake => set_aside_again(before, now),
        _ => None,
    }
}

fn set_aside_again(before: &Conversation, now: Timestamp) -> Option<Action> {
    match before.status {
        Status::Open => Some(Action::Wake),
        Status::Pending => Some(Action::Pend),
        Status::Snoozed => before.snoozed_until.filter(|until| *until > now).map(|until| Action::Snooze { until }),
        Status::Resolved => None,
    }
}
