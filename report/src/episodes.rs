//! From a conversation's stored messages to its stretches. The same messages always give the same stretches, so a figure can be
//! counted again from the raw events at any time.

use crate::holding::Holding;
use qn_domain::{Activity, ActivityKey, Assignment, AuthorKind, Conversation, Episode, Message, MessageKind, TeamId, Timestamp, UserId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything that is known of one conversation.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub conversation: &'a Conversation,
    /// All of them, by `seq`.
    pub messages: &'a [Message],
    /// The router's decisions, oldest first.
    pub assignments: &'a [Assignment],
}

/// Oldest first; empty when nothing was said.
pub fn episodes(told: &Told<'_>) -> Vec<Episode> {
    let mut teller = Teller { told, done: Vec::new(), open: None, parted: None };
    for message in told.messages {
        teller.hear(message);
    }
    let Teller { mut done, open, .. } = teller;
    done.extend(open.map(Open::close));
    done
}

struct Teller<'a> {
    told: &'a Told<'a>,
    done: Vec<Episode>,
    open: Option<Open>,
    /// Counted with the whole that the conversation is a part of, for as long as it is.
    parted: Option<Option<Open>>,
}

struct Open {
    episode: Episode,
    holding: Holding,
    /// Why the transfer that stands was offered.
    offered: Option<String>,
}

impl Open {
    fn close(self) -> Episode {
        Episode { waited_ms: self.holding.waited_ms, held_ms: self.holding.held_ms, ..self.episode }
    }
}

impl Teller<'_> {
    fn hear(&mut self, message: &Message) {
        let activity = message.content.activity.as_ref().filter(|_| message.kind == MessageKind::Activity);
        if let Some(Activity { key: ActivityKey::CsatGiven, params, .. }) = activity {
            let score = params.get("score").and_then(serde_json::Value::as_i64);
            if let Some(rated) = self.open.as_mut().map(|open| &mut open.episode).or(self.done.last_mut()) {
                rated.csat = score;
            }
            return;
        }
        if message.content.rating {
            return;
        }
        // What was split off counts where it is worked on.
        let is_split_off = message.content.case.as_ref().is_some_and(|case| self.told.conversation.tied.splits.contains(case));
        if is_split_off || self.is_apart(activity) {
            return;
        }
        let opens = message.kind == MessageKind::Incoming
            || message.kind == MessageKind::Outgoing
            || activity.is_some_and(|a| matches!(a.key, ActivityKey::Reopened | ActivityKey::Queued | ActivityKey::Claimed));
        if self.open.is_none() {
            if !opens {
                return;
            }
            self.open = Some(self.begin(message.created_at));
        }
        match activity {
            Some(activity) => self.step(activity, message),
            None => self.say(message),
        }
    }

    /// A part is no conversation of its own: what was under way in it is told again only when the merge is undone.
    fn is_apart(&mut self, activity: Option<&Activity>) -> bool {
        let of_part = |key| activity.is_some_and(|a| a.key == key && a.params.get("role").is_some_and(|role| role == "part"));
        if of_part(ActivityKey::Merged) || of_part(ActivityKey::Unsplit) {
            self.parted = Some(self.open.take());
        } else if of_part(ActivityKey::Unmerged) {
            self.open = self.parted.take().flatten();
        }
        self.parted.is_some()
    }

    fn begin(&self, at: Timestamp) -> Open {
        let c = self.told.conversation;
        let episode = Episode {
            tenant_id: c.tenant_id.clone(),
            conversation_id: c.id.clone(),
            number: self.done.len() as i64,
            contact_id: c.contact_id.clone(),
            inbox_id: c.inbox_id.clone(),
            language: c.language,
            intent: None,
            team_id: None,
            agent_id: None,
            handoff: None,
            opened_at: at,
            bot_replied_at: None,
            queued_at: None,
            owned_at: None,
            agent_replied_at: None,
            resolved_at: None,
            waited_ms: 0,
            held_ms: 0,
            asked: 0,
            bot_messages: 0,
            agent_messages: 0,
            transfers: 0,
            csat: None,
            transfer_reasons: BTreeMap::new(),
        };
        Open { episode, holding: Holding::default(), offered: None }
    }

    fn say(&mut self, message: &Message) {
        let Some(Open { episode, .. }) = &mut self.open else { return };
        let at = message.created_at;
        match (message.kind, message.author.kind) {
            (MessageKind::Incoming, _) => {
                episode.asked += 1;
                if episode.intent.is_none() {
                    episode.intent = intent(message);
                }
            }
            (MessageKind::Outgoing, AuthorKind::Bot) => {
                episode.bot_messages += 1;
                episode.bot_replied_at.get_or_insert(at);
            }
            (MessageKind::Outgoing, AuthorKind::Agent) => {
                episode.agent_messages += 1;
                episode.agent_replied_at.get_or_insert(at);
            }
            _ => {}
        }
    }

    fn step(&mut self, activity: &Activity, message: &Message) {
        let at = message.created_at;
        let acting = || message.author.id.clone().map(UserId).filter(|_| message.author.kind == AuthorKind::Agent);
        let assigned = self.assigned_at(at);
        let Some(Open { episode, holding, offered }) = &mut self.open else { return };
        if let Some(team) = activity.params.get("team_id") {
            episode.team_id = team.as_str().map(TeamId::from);
        }
        match activity.key {
            ActivityKey::Queued => {
                episode.handoff = episode.handoff.take().or_else(|| activity.params.get("reason")?.as_str().map(str::to_owned));
                episode.queued_at.get_or_insert(at);
                holding.queue(at);
            }
            ActivityKey::TransferOffered => *offered = reason(activity),
            ActivityKey::TransferredToTeam => {
                passed_on(episode, reason(activity));
                episode.queued_at.get_or_insert(at);
                holding.queue(at);
            }
            ActivityKey::Released => holding.queue(at),
            ActivityKey::Assigned => {
                let (agent, team) = assigned.unzip();
                episode.team_id = team.flatten().or(episode.team_id.take());
                held_by(episode, holding, agent.flatten(), at);
            }
            ActivityKey::Claimed | ActivityKey::TakenOver | ActivityKey::BotSilenced => held_by(episode, holding, acting(), at),
            ActivityKey::TransferAccepted => {
                passed_on(episode, offered.take());
                held_by(episode, holding, acting(), at);
            }
            ActivityKey::ReturnedToBot => holding.bot(at),
            ActivityKey::Snoozed | ActivityKey::Pending => holding.rest(at),
            ActivityKey::Woken => holding.wake(at),
            ActivityKey::Resolved => {
                holding.leave(at);
                episode.resolved_at = Some(at);
                self.done.extend(self.open.take().map(Open::close));
            }
            _ => {}
        }
    }

    /// Whom the router's decision of that moment named, and of which team.
    fn assigned_at(&self, at: Timestamp) -> Option<(Option<UserId>, Option<TeamId>)> {
        let decision = self.told.assignments.iter().rev().find(|a| a.at <= at && a.agent_id.is_some())?;
        Some((decision.agent_id.clone(), decision.team_id.clone()))
    }
}

/// The key of the reason that whoever passes it on chose.
fn reason(activity: &Activity) -> Option<String> {
    activity.params.get("reason")?.as_str().map(str::to_owned)
}

fn passed_on(episode: &mut Episode, reason: Option<String>) {
    episode.transfers += 1;
    if let Some(reason) = reason {
        *episode.transfer_reasons.entry(reason).or_default() += 1;
    }
}

fn held_by(episode: &mut Episode, holding: &mut Holding, agent: Option<UserId>, at: Timestamp) {
    episode.owned_at.get_or_insert(at);
    episode.agent_id = agent.clone().or(episode.agent_id.take());
    holding.person(agent, at);
}

/// The name of the intent that the message was sure to have.
fn intent(message: &Message) -> Option<String> {
    #[derive(Deserialize)]
    struct Trace {
        intent: Option<Reading>,
    }
    #[derive(Deserialize)]
    struct Reading {
        accepted: bool,
        ranked: Vec<Ranked>,
    }
    #[derive(Deserialize)]
    struct Ranked {
        name: String,
    }
    let reading = message.trace.as_ref()?.read::<Trace>()?.intent.filter(|reading| reading.accepted)?;
    reading.ranked.into_iter().next().map(|first| first.name)
}
