//! From stored messages to stretches.

use crate::talk::{MINUTE, Talk};
use qn_domain::ActivityKey::{
    BotSilenced, Claimed, CsatGiven, LabelsChanged, Merged, Reopened, Snoozed, TransferAccepted, TransferDeclined, TransferOffered,
    TransferredToTeam, Unmerged, Woken,
};
use qn_domain::UserId;
use serde_json::{Value, json};

#[test]
fn a_bot_that_answers_alone_leaves_one_stretch_without_people() {
    let told = Talk::new("con_1").asks(Some("退货")).bot().after(30).resolved().told();
    assert_eq!(told.len(), 1);
    let e = &told[0];
    assert_eq!((e.number, e.asked, e.bot_messages, e.agent_messages), (0, 1, 1, 0));
    assert_eq!((e.bot_replied_at, e.queued_at, e.owned_at, e.resolved_at), (Some(0), None, None, Some(30 * MINUTE)));
    assert_eq!((e.intent.as_deref(), e.held_ms, e.waited_ms), (Some("退货"), 0, 0));
}

#[test]
fn queues_people_pauses_and_transfers_are_timed_apart() {
    let told = Talk::new("con_1").asks(None).bot().queued().after(2).assigned("usr_1").after(1).person("usr_1");
    let told = told.after(3).happens(Snoozed, Some("usr_1"), Value::Null).after(100).happens(Woken, None, Value::Null);
    let told = told.after(4).happens(TransferAccepted, Some("usr_2"), Value::Null).after(5).person("usr_2");
    let told = told.happens(TransferredToTeam, Some("usr_2"), json!({"team": "x"})).after(7).assigned("usr_3").after(1).resolved().told();
    let e = &told[0];
    assert_eq!(e.waited_ms, 9 * MINUTE);
    assert_eq!(e.held_ms, (4 + 4 + 5 + 1) * MINUTE, "the snooze is nobody's work");
    assert_eq!((e.queued_at, e.owned_at, e.agent_replied_at), (Some(0), Some(2 * MINUTE), Some(3 * MINUTE)));
    assert_eq!((e.transfers, e.agent_id.clone()), (2, Some(UserId::from("usr_3"))));
    assert_eq!((e.handoff.as_deref(), e.team_id.as_ref().map(|t| t.as_str())), (Some("customer_asked"), Some("tea_1")));
}

#[test]
fn a_transfer_counts_with_the_reason_of_the_offer_that_was_accepted() {
    let offered =
        |talk: Talk, reason: &str| talk.happens(TransferOffered, Some("usr_1"), json!({"from": "a", "to": "b", "reason": reason}));
    let told = Talk::new("con_1").asks(None).happens(BotSilenced, Some("usr_1"), Value::Null);
    let told = offered(told, "shift").happens(TransferDeclined, Some("usr_2"), Value::Null);
    let told = offered(told, "expert").happens(TransferAccepted, Some("usr_2"), Value::Null);
    let told =
        told.happens(TransferOffered, Some("usr_2"), json!({"from": "b", "to": "c"})).happens(TransferAccepted, Some("usr_3"), Value::Null);
    let told = told.happens(TransferredToTeam, Some("usr_3"), json!({"team": "x", "reason": "expert"})).told();
    assert_eq!(told[0].transfers, 3);
    assert_eq!(told[0].transfer_reasons, [("expert".to_owned(), 2)].into());
}

#[test]
fn a_reopened_conversation_begins_another_stretch_and_a_late_rating_belongs_to_the_one_that_ended() {
    let told = Talk::new("con_1").asks(None).happens(BotSilenced, Some("usr_1"), Value::Null).person("usr_1").after(1).resolved();
    let told = told.after(1).happens(CsatGiven, None, json!({"score": 5})).happens(LabelsChanged, Some("usr_1"), Value::Null).note("usr_1");
    let told = told.after(10).happens(Reopened, None, Value::Null).asks(Some("投诉")).happens(Claimed, Some("usr_2"), Value::Null).told();
    assert_eq!(told.len(), 2, "labels and notes after the end open nothing");
    assert_eq!((told[0].csat, told[0].agent_id.clone(), told[0].held_ms), (Some(5), Some(UserId::from("usr_1")), MINUTE));
    assert_eq!((told[1].number, told[1].opened_at, told[1].resolved_at), (1, 12 * MINUTE, None));
    assert_eq!((told[1].agent_id.clone(), told[1].csat, told[1].intent.as_deref()), (Some(UserId::from("usr_2")), None, Some("投诉")));
}

#[test]
fn a_rating_by_message_is_of_the_stretch_that_ended_and_begins_none() {
    let told = Talk::new("con_1").asks(None).bot().after(1).resolved().rated_by_message(4).told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].csat, told[0].asked, told[0].bot_messages, told[0].resolved_at), (Some(4), 1, 1, Some(MINUTE)));
}

#[test]
fn nothing_said_is_no_stretch() {
    assert!(Talk::new("con_1").told().is_empty());
    assert!(Talk::new("con_1").note("usr_1").told().is_empty());
}

#[test]
fn a_part_is_counted_with_its_whole_and_what_was_split_off_where_it_is_worked_on() {
    let part = || json!({"role": "part"});
    let open = Talk::new("con_1").asks(None).bot().queued();
    let merged = open.after(1).happens(Merged, Some("usr_1"), part()).after(1).asks(None).person("usr_1");
    assert!(merged.told().is_empty(), "not a conversation of its own, whatever is said in it");
    let undone = merged.after(1).happens(Unmerged, Some("usr_1"), part()).after(1).assigned("usr_1").person("usr_1").told();
    assert_eq!((undone.len(), undone[0].asked, undone[0].agent_messages), (1, 1, 1), "as it was, and on");
    let whole = Talk::new("con_2").asks(None).queued().happens(Merged, Some("usr_1"), json!({"role": "whole"})).told();
    assert_eq!((whole.len(), whole[0].asked), (1, 1));

    let mut first = Talk::new("con_3").asks(None).assigned("usr_1").asks(None).person("usr_1");
    first.conversation.tied.splits.push("cnv_split".into());
    first.messages.iter_mut().skip(2).for_each(|m| m.content.case = Some("cnv_split".into()));
    let told = first.told();
    assert_eq!((told[0].asked, told[0].agent_messages), (1, 0));
    first.conversation.tied.splits.clear();
    assert_eq!((first.told()[0].asked, first.told()[0].agent_messages), (2, 1), "the split was undone");
}
