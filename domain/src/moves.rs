//! The ownership state machine: every way a conversation changes hands or state, in one place, as a pure function.
//! The result still has to be committed against the version it was computed from.

use crate::content::{Activity, ActivityKey};
use crate::move_error::MoveError;
use crate::routing::{PassedOffer, RoutedOffer};
use crate::{Conversation, ConversationId, HandoffPacket, Owner, Status, TeamId, Timestamp, TransferOffer, TransferReason, UserId};
use serde_json::{Map, Value, json};

/// What somebody wants to happen to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Into a queue, with what the next owner needs to know.
    Enqueue {
        team_id: Option<TeamId>,
        packet: HandoffPacket,
    },
    /// The router gives it to a person.
    Assign {
        agent_id: UserId,
        agent_name: String,
        reason: String,
    },
    /// The router asks a person to take it; it goes on waiting.
    Offer {
        offer: RoutedOffer,
        agent_name: String,
        reason: String,
    },
    /// The person who was asked takes it.
    AcceptOffer {
        agent_id: UserId,
        agent_name: String,
    },
    /// The person who was asked declines, or did not answer; they are not asked again for a while.
    PassOffer {
        passed: PassedOffer,
        agent_name: String,
        missed: bool,
    },
    /// A person takes it: out of a queue, from the bot, or from themselves.
    Claim {
        agent_id: UserId,
        agent_name: String,
    },
    /// A supervisor takes it from whoever has it, also from a colleague.
    TakeOver {
        agent_id: UserId,
        agent_name: String,
    },
    /// A colleague answers beside the owner from now on.
    Invite {
        agent_id: UserId,
        agent_name: String,
    },
    /// No longer.
    Leave {
        agent_id: UserId,
        agent_name: String,
    },
    /// A person's first keystroke in a conversation the bot owns.
    SilenceBot {
        agent_id: UserId,
        agent_name: String,
    },
    OfferTransfer {
        offer: TransferOffer,
        from_name: String,
        to_name: String,
        /// Of the company's list.
        reason: Option<TransferReason>,
    },
    AcceptTransfer {
        agent_id: UserId,
        agent_name: String,
    },
    DeclineTransfer {
        agent_id: UserId,
        agent_name: String,
    },
    TransferToTeam {
        team_id: TeamId,
        team_name: String,
        note: String,
        /// Of the company's list.
        reason: Option<TransferReason>,
    },
    /// Their agent went away: back to the queue it came from, in its old place.
    Release {
        agent_name: String,
        team_id: Option<TeamId>,
    },
    ReturnToBot,
    Resolve,
    Pend,
    Snooze {
        until: Timestamp,
    },
    /// Out of snooze or pending.
    Wake,
    /// A resolved conversation gets a new message.
    Reopen,
    /// It is a part of another from now on.
    Merge {
        into: ConversationId,
        line: Activity,
    },
    /// It is what it was before that again.
    Unmerge {
        before: Box<Conversation>,
        line: Activity,
    },
}

/// The state after a move and the line the thread shows for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub conversation: Conversation,
    pub activity: Activity,
}

impl Conversation {
    /// Applies a move. `version` and `last_seq` are left for the commit to count.
    pub fn apply(&self, wanted: Move, now: Timestamp) -> Result<Moved, MoveError> {
        let ties = matches!(wanted, Move::Merge { .. } | Move::Unmerge { .. });
        if self.tied.merged_into.is_some() && !matches!(wanted, Move::Unmerge { .. }) {
            return Err(MoveError::Merged);
        }
        if self.status == Status::Resolved && !ties && !matches!(wanted, Move::Reopen) {
            return Err(MoveError::Resolved);
        }
        let mut next = self.clone();
        next.updated_at = now;
        let activity = next.step(wanted, now)?;
        Ok(Moved { conversation: next, activity })
    }

    fn step(&mut self, wanted: Move, now: Timestamp) -> Result<Activity, MoveError> {
        match wanted {
            Move::Enqueue { team_id, packet } => {
                if matches!(self.owner, Owner::Queue { .. }) {
                    return Err(MoveError::Already);
                }
                let reason = json!(packet.reason);
                let team = json!(team_id);
                self.handoff = Some(packet);
                self.routing.hand_over(now);
                self.enter_queue(team_id, now);
                Ok(shown(ActivityKey::Queued, [("reason", reason), ("team_id", team)]))
            }
            Move::Assign { agent_id, agent_name, reason } => {
                if !matches!(self.owner, Owner::Queue { .. }) {
                    return Err(MoveError::Already);
                }
                self.give_to(agent_id);
                Ok(shown(ActivityKey::Assigned, [("agent", json!(agent_name)), ("reason", json!(reason))]))
            }
            Move::Offer { offer, agent_name, reason } => {
                if !matches!(self.owner, Owner::Queue { .. }) || self.routing.offer.is_some() {
                    return Err(MoveError::Already);
                }
                self.routing.passed.retain(|passed| passed.until > now);
                self.routing.offer = Some(offer);
                Ok(hidden(ActivityKey::Offered, [("agent", json!(agent_name)), ("reason", json!(reason))]))
            }
            Move::AcceptOffer { agent_id, agent_name } => {
                if self.routing.offer.as_ref().is_none_or(|offer| offer.to != agent_id || offer.until <= now) {
                    return Err(MoveError::NoTransfer);
                }
                self.give_to(agent_id);
                Ok(shown(ActivityKey::Assigned, [("agent", json!(agent_name)), ("reason", json!("accepted"))]))
            }
            Move::PassOffer { passed, agent_name, missed } => {
                if self.routing.offer.as_ref().is_none_or(|offer| offer.to != passed.user_id) {
                    return Err(MoveError::NoTransfer);
                }
                self.routing.offer = None;
                self.routing.passed.push(passed);
                let key = if missed { ActivityKey::OfferMissed } else { ActivityKey::OfferDeclined };
                Ok(hidden(key, [("agent", json!(agent_name))]))
            }
            Move::Claim { agent_id, agent_name } => {
                match &self.owner {
                    Owner::Agent { agent_id: owner } if *owner == agent_id => return Err(MoveError::Already),
                    Owner::Agent { .. } => return Err(MoveError::OwnedByOther),
                    Owner::Bot | Owner::Queue { .. } => self.give_to(agent_id),
                }
                Ok(shown(ActivityKey::Claimed, [("agent", json!(agent_name))]))
            }
            Move::TakeOver { agent_id, agent_name } => {
                if self.owner.agent_id() == Some(&agent_id) {
                    return Err(MoveError::Already);
                }
                self.give_to(agent_id);
                Ok(shown(ActivityKey::TakenOver, [("agent", json!(agent_name))]))
            }
            Move::Invite { agent_id, agent_name } => {
                if self.owner.agent_id() == Some(&agent_id) || self.participants.contains(&agent_id) {
                    return Err(MoveError::Already);
                }
                if self.participants.len() >= crate::conversation::PARTICIPANTS_MAX {
                    return Err(MoveError::TooMany);
                }
                self.participants.push(agent_id);
                Ok(hidden(ActivityKey::Invited, [("agent", json!(agent_name))]))
            }
            Move::Leave { agent_id, agent_name } => {
                if !self.participants.contains(&agent_id) {
                    return Err(MoveError::Already);
                }
                self.participants.retain(|id| *id != agent_id);
                Ok(hidden(ActivityKey::Left, [("agent", json!(agent_name))]))
            }
            Move::SilenceBot { agent_id, agent_name } => {
                if self.owner != Owner::Bot {
                    return Err(MoveError::Already);
                }
                self.give_to(agent_id);
                Ok(shown(ActivityKey::BotSilenced, [("agent", json!(agent_name))]))
            }
            Move::OfferTransfer { offer, from_name, to_name, reason } => {
                if self.owner.agent_id() != Some(&offer.from) {
                    return Err(MoveError::OwnedByOther);
                }
                let stands = self.transfer.as_ref().is_some_and(|t| t.to == offer.to && t.note == offer.note);
                if offer.from == offer.to || stands {
                    return Err(MoveError::Already);
                }
                let note = json!(offer.note);
                self.transfer = Some(offer);
                let line = hidden(ActivityKey::TransferOffered, [("from", json!(from_name)), ("to", json!(to_name)), ("note", note)]);
                Ok(with_reason(line, reason))
            }
            Move::AcceptTransfer { agent_id, agent_name } => {
                self.take_offer(&agent_id)?;
                self.give_to(agent_id);
                Ok(shown(ActivityKey::TransferAccepted, [("agent", json!(agent_name))]))
            }
            Move::DeclineTransfer { agent_id, agent_name } => {
                self.take_offer(&agent_id)?;
                Ok(hidden(ActivityKey::TransferDeclined, [("agent", json!(agent_name))]))
            }
            Move::TransferToTeam { team_id, team_name, note, reason } => {
                // a second click must not send the customer to the end of the queue
                if (self.owner == Owner::Queue { team_id: Some(team_id.clone()) }) {
                    return Err(MoveError::Already);
                }
                self.remember_agent();
                let team = json!(team_id);
                self.enter_queue(Some(team_id), now);
                let params = [("team", json!(team_name)), ("team_id", team), ("note", json!(note))];
                Ok(with_reason(hidden(ActivityKey::TransferredToTeam, params), reason))
            }
            Move::Release { agent_name, team_id } => {
                if !matches!(self.owner, Owner::Agent { .. }) {
                    return Err(MoveError::Already);
                }
                let (place, team) = (self.queued_at, json!(team_id));
                self.enter_queue(team_id, now);
                self.queued_at = place.or(self.queued_at);
                Ok(hidden(ActivityKey::Released, [("agent", json!(agent_name)), ("team_id", team)]))
            }
            // The bot speaks where the customer's own thread is.
            Move::ReturnToBot if self.tied.split_from.is_some() => Err(MoveError::SplitOff),
            Move::ReturnToBot => {
                if self.owner == Owner::Bot && !self.bot.muted {
                    return Err(MoveError::Already);
                }
                self.remember_agent();
                self.owner = Owner::Bot;
                self.bot = self.bot.anew();
                self.handoff = None;
                self.transfer = None;
                self.queued_at = None;
                self.routing.points = 0;
                self.routing.forget_offers();
                Ok(hidden(ActivityKey::ReturnedToBot, []))
            }
            Move::Merge { into, line } => {
                self.close(now);
                self.unread = 0;
                self.tied.merged_into = Some(into);
                Ok(line)
            }
            Move::Unmerge { before, line } => {
                if self.tied.merged_into.is_none() {
                    return Err(MoveError::Already);
                }
                *self = self.restored(&before, now);
                Ok(line)
            }
            Move::Resolve => {
                self.close(now);
                Ok(shown(ActivityKey::Resolved, []))
            }
            Move::Pend => {
                if self.status == Status::Pending {
                    return Err(MoveError::Already);
                }
                self.status = Status::Pending;
                self.snoozed_until = None;
                Ok(hidden(ActivityKey::Pending, []))
            }
            Move::Snooze { until } => {
                if self.status == Status::Snoozed && self.snoozed_until == Some(until) {
                    return Err(MoveError::Already);
                }
                self.status = Status::Snoozed;
                self.snoozed_until = Some(until);
                Ok(hidden(ActivityKey::Snoozed, [("until", json!(until))]))
            }
            Move::Wake => {
                if self.status == Status::Open {
                    return Err(MoveError::Already);
                }
                self.status = Status::Open;
                self.snoozed_until = None;
                Ok(hidden(ActivityKey::Woken, []))
            }
            Move::Reopen => {
                if self.status != Status::Resolved {
                    return Err(MoveError::NotResolved);
                }
                self.status = Status::Open;
                self.resolved_at = None;
                self.owner = Owner::Bot;
                self.bot = self.bot.anew();
                self.handoff = None;
                self.csat = None;
                self.participants.clear();
                self.routing.points = 0;
                Ok(shown(ActivityKey::Reopened, []))
            }
        }
    }

    fn close(&mut self, now: Timestamp) {
        self.remember_agent();
        self.status = Status::Resolved;
        self.resolved_at = Some(now);
        self.waiting_since = None;
        self.queued_at = None;
        self.transfer = None;
        self.routing.forget_offers();
        self.snoozed_until = None;
    }

    fn give_to(&mut self, agent_id: UserId) {
        self.participants.retain(|id| *id != agent_id);
        self.last_agent_id = Some(agent_id.clone());
        self.owner = Owner::Agent { agent_id };
        self.bot.muted = true;
        self.transfer = None;
        self.routing.forget_offers();
        if self.status != Status::Open {
            self.status = Status::Open;
            self.snoozed_until = None;
        }
    }

    fn enter_queue(&mut self, team_id: Option<TeamId>, now: Timestamp) {
        self.owner = Owner::Queue { team_id };
        self.bot.muted = true;
        self.queued_at = Some(now);
        self.transfer = None;
        self.routing.forget_offers();
        self.status = Status::Open;
        self.snoozed_until = None;
    }

    fn take_offer(&mut self, agent_id: &UserId) -> Result<(), MoveError> {
        match self.transfer.take() {
            Some(offer) if offer.to == *agent_id => Ok(()),
            _ => Err(MoveError::NoTransfer),
        }
    }

    fn remember_agent(&mut self) {
        if let Owner::Agent { agent_id } = &self.owner {
            self.last_agent_id = Some(agent_id.clone());
        }
    }
}

fn activity<const N: usize>(key: ActivityKey, params: [(&str, Value); N], public: bool) -> Activity {
    let params: Map<String, Value> = params.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    Activity { key, params, public }
}

fn shown<const N: usize>(key: ActivityKey, params: [(&str, Value); N]) -> Activity {
    activity(key, params, true)
}

fn hidden<const N: usize>(key: ActivityKey, params: [(&str, Value); N]) -> Activity {
    activity(key, params, false)
}

/// As it was called then, for colleagues alone: reports count the key.
fn with_reason(mut line: Activity, reason: Option<TransferReason>) -> Activity {
    if let Some(TransferReason { key, zh, en }) = reason {
        let named = [("reason", key), ("reason_zh", zh), ("reason_en", en)];
        line.params.extend(named.map(|(name, value)| (name.to_owned(), json!(value))));
    }
    line
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
