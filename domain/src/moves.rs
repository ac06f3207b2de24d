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
mod tests {
    use super::*;
    use crate::{HandoffReason, Language};

    fn fresh() -> Conversation {
        Conversation::new("cnv_1".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 1_000)
    }

    fn enqueue() -> Move {
        Move::Enqueue {
            team_id: Some("tea_1".into()),
            packet: HandoffPacket {
                reason: HandoffReason::CustomerAsked,
                summary: String::new(),
                asked: vec![],
                shown: vec![],
                language: Language::Zh,
                wish: "转人工".into(),
                at: 2_000,
            },
        }
    }

    fn claim(agent: &str) -> Move {
        Move::Claim { agent_id: agent.into(), agent_name: agent.into() }
    }

    #[test]
    fn bot_to_queue_to_agent_to_resolved() {
        let queued = fresh().apply(enqueue(), 2_000).unwrap().conversation;
        assert_eq!(queued.queued_at, Some(2_000));
        assert_eq!(queued.routing.at_handover.as_ref().map(|felt| felt.at), Some(2_000));
        assert!(!queued.bot_speaks());
        let owned = queued.apply(claim("usr_a"), 3_000).unwrap().conversation;
        assert_eq!(owned.owner.agent_id(), Some(&"usr_a".into()));
        assert_eq!(owned.apply(claim("usr_b"), 3_100), Err(MoveError::OwnedByOther));
        let done = owned.apply(Move::Resolve, 4_000).unwrap().conversation;
        assert_eq!(done.status, Status::Resolved);
        assert_eq!(done.apply(claim("usr_b"), 4_100), Err(MoveError::Resolved));
        let again = done.apply(Move::Reopen, 5_000).unwrap().conversation;
        assert!(again.bot_speaks());
        assert_eq!(again.last_agent_id, Some("usr_a".into()));
    }

    #[test]
    fn a_released_conversation_keeps_its_place_in_the_queue() {
        let owned = fresh().apply(enqueue(), 2_000).unwrap().conversation.apply(claim("usr_a"), 3_000).unwrap().conversation;
        let back = owned.apply(Move::Release { agent_name: "a".into(), team_id: None }, 9_000).unwrap().conversation;
        assert_eq!(back.queued_at, Some(2_000));
    }

    #[test]
    fn the_same_move_made_twice_is_already_so() {
        let owned = fresh().apply(claim("usr_a"), 2_000).unwrap().conversation;
        let offer = |at| Move::OfferTransfer {
            offer: TransferOffer { from: "usr_a".into(), to: "usr_b".into(), note: "n".into(), at },
            from_name: "a".into(),
            to_name: "b".into(),
            reason: None,
        };
        let offered = owned.apply(offer(3_000), 3_000).unwrap().conversation;
        assert_eq!(offered.apply(offer(3_100), 3_100), Err(MoveError::Already));
        let snoozed = owned.apply(Move::Snooze { until: 9_000 }, 3_000).unwrap().conversation;
        assert_eq!(snoozed.apply(Move::Snooze { until: 9_000 }, 3_100), Err(MoveError::Already));
        assert!(snoozed.apply(Move::Snooze { until: 9_999 }, 3_100).is_ok());
        let to_team = || Move::TransferToTeam { team_id: "tea_1".into(), team_name: "t".into(), note: String::new(), reason: None };
        let queued = owned.apply(to_team(), 3_000).unwrap().conversation;
        assert_eq!(queued.apply(to_team(), 4_000), Err(MoveError::Already));
    }

    #[test]
    fn an_offer_is_one_persons_until_it_is_over_and_goes_with_the_queue() {
        let queued = fresh().apply(enqueue(), 2_000).unwrap().conversation;
        let offer = |to: &str| Move::Offer {
            offer: RoutedOffer { to: to.into(), at: 3_000, until: 4_000 },
            agent_name: to.into(),
            reason: "least_busy".into(),
        };
        let accept = |who: &str| Move::AcceptOffer { agent_id: who.into(), agent_name: who.into() };
        let pass = |who: &str| Move::PassOffer {
            passed: PassedOffer { user_id: who.into(), until: 9_000 },
            agent_name: who.into(),
            missed: false,
        };
        assert_eq!(fresh().apply(offer("usr_a"), 3_000), Err(MoveError::Already));
        let offered = queued.apply(offer("usr_a"), 3_000).unwrap().conversation;
        assert!(matches!(offered.owner, Owner::Queue { .. }));
        assert_eq!(offered.apply(offer("usr_b"), 3_100), Err(MoveError::Already));
        assert_eq!(offered.apply(accept("usr_b"), 3_100), Err(MoveError::NoTransfer));
        assert_eq!(offered.apply(pass("usr_b"), 3_100), Err(MoveError::NoTransfer));
        assert_eq!(offered.apply(accept("usr_a"), 4_000), Err(MoveError::NoTransfer));
        let taken = offered.apply(accept("usr_a"), 3_900).unwrap().conversation;
        assert_eq!((taken.owner.agent_id(), &taken.routing.offer), (Some(&"usr_a".into()), &None));
        let passed = offered.apply(pass("usr_a"), 3_100).unwrap().conversation;
        assert_eq!((passed.routing.offer.clone(), passed.routing.passed.len()), (None, 1));
        let claimed = passed.apply(offer("usr_b"), 3_200).unwrap().conversation.apply(claim("usr_c"), 3_300).unwrap().conversation;
        assert_eq!((claimed.routing.offer, claimed.routing.passed.len()), (None, 0));
    }

    #[test]
    fn only_the_person_asked_can_take_a_transfer() {
        let owned = fresh().apply(claim("usr_a"), 2_000).unwrap().conversation;
        let offer = TransferOffer { from: "usr_a".into(), to: "usr_b".into(), note: String::new(), at: 3_000 };
        let reason = Some(TransferReason { key: "second".into(), zh: "需要二线".into(), en: "Second line".into() });
        let offer = Move::OfferTransfer { offer, from_name: "a".into(), to_name: "b".into(), reason };
        let moved = owned.apply(offer, 3_000).unwrap();
        assert_eq!((moved.activity.public, &moved.activity.params["reason"]), (false, &json!("second")), "customers never see why");
        let offered = moved.conversation;
        let wrong = Move::AcceptTransfer { agent_id: "usr_c".into(), agent_name: "c".into() };
        assert_eq!(offered.apply(wrong, 3_100), Err(MoveError::NoTransfer));
        let right = Move::AcceptTransfer { agent_id: "usr_b".into(), agent_name: "b".into() };
        assert_eq!(offered.apply(right, 3_200).unwrap().conversation.owner.agent_id(), Some(&"usr_b".into()));
    }
}
