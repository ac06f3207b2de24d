//! Conversations change hands as the table of moves says, and in no other way.

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
    let pass =
        |who: &str| Move::PassOffer { passed: PassedOffer { user_id: who.into(), until: 9_000 }, agent_name: who.into(), missed: false };
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
