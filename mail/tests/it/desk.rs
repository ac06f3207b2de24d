//! Which conversation a mail joins, and whose mail never does.

use crate::{names, read};
use qn_base::clock::DAY_MS;
use qn_mail::{Because, Candidate, Clues, OwnNames, Placement, place};

const NOW: i64 = 100 * DAY_MS;

fn candidate() -> Candidate {
    Candidate {
        conversation_id: "cnv_1".into(),
        message_ids: vec!["first@example.com".into()],
        base_subject: "my order 77".into(),
        people: vec!["lilei@example.com".into(), "wife@example.com".into()],
        last_at: NOW - DAY_MS,
    }
}

fn placed(headers: &str, candidates: &[Candidate]) -> Placement {
    place(&Clues::of(&read(&format!("{headers}\n\nhi")), &names()), candidates, NOW)
}

fn joins(because: Because) -> Placement {
    Placement::Joins { conversation_id: "cnv_1".into(), because }
}

#[test]
fn the_order_of_the_desk() {
    let names = names();
    let plus = names.plus_address("cnv_1").unwrap();
    let ours = names.message_id("cnv_1", "msg_9");
    let all = [candidate()];
    let from = "From: LiLei@example.com";
    assert_eq!(placed(&format!("{from}\nTo: {plus}"), &all), joins(Because::PlusAddress));
    assert_eq!(placed(&format!("{from}\nTo: x@y.example\nDelivered-To: {}", plus.to_uppercase()), &all), joins(Because::PlusAddress));
    assert_eq!(placed(&format!("{from}\nIn-Reply-To: <{ours}>"), &all), joins(Because::OwnMessageId));
    assert_eq!(placed(&format!("{from}\nReferences: <{ours}> <other@x>"), &all), joins(Because::OwnMessageId));
    assert_eq!(placed(&format!("{from}\nIn-Reply-To: <first@example.com>"), &all), joins(Because::InReplyTo));
    assert_eq!(placed(&format!("{from}\nReferences: <first@example.com> <z@z>"), &all), joins(Because::References));
    assert_eq!(placed(&format!("{from}\nSubject: 回复: My  Order 77"), &all), joins(Because::Subject));
    assert_eq!(placed(&format!("{from}\nSubject: My Order 77"), &all), Placement::New);
    assert_eq!(placed(from, &all), Placement::New);
}

#[test]
fn somebody_else_never_joins() {
    let names = names();
    let ours = names.message_id("cnv_1", "msg_9");
    let other = "From: stranger@example.com";
    for (headers, because) in [
        (format!("{other}\nTo: {}", names.plus_address("cnv_1").unwrap()), Because::PlusAddress),
        (format!("{other}\nIn-Reply-To: <{ours}>"), Because::OwnMessageId),
        (format!("{other}\nIn-Reply-To: <first@example.com>"), Because::InReplyTo),
    ] {
        assert_eq!(placed(&headers, &[candidate()]), Placement::Beside { conversation_id: "cnv_1".into(), because }, "{headers}");
    }
    assert_eq!(placed(&format!("{other}\nSubject: Re: my order 77"), &[candidate()]), Placement::New);
    assert_eq!(placed("From: wife@example.com\nIn-Reply-To: <first@example.com>", &[candidate()]), joins(Because::InReplyTo));
}

#[test]
fn forged_and_foreign_names_are_nothing() {
    let other = OwnNames::new(b"another key", "inb_1", "support@shop.example").unwrap();
    let other_inbox = OwnNames::new(b"a key of this server", "inb_2", "support@shop.example").unwrap();
    for names in [other, other_inbox] {
        let headers = format!(
            "From: lilei@example.com\nTo: {}\nIn-Reply-To: <{}>",
            names.plus_address("cnv_1").unwrap(),
            names.message_id("cnv_1", "msg_1")
        );
        let clues = Clues::of(&read(&format!("{headers}\n\nhi")), &crate::names());
        assert!(clues.plus.is_empty() && clues.own_ids.is_empty());
    }
    let (plus, id) = (names().plus_address("cnv_1").unwrap(), names().message_id("cnv_1", "msg_1"));
    assert_eq!(names().read_address(&plus.replace("cnv_1", "cnv_2")), None);
    assert_eq!(names().read_message_id(&id.replace("cnv_1", "cnv_2")), None);
    assert_eq!(names().read_address(&plus).as_deref(), Some("cnv_1"));
    assert!(names().is_own_address(&plus) && !names().is_own_address("other@shop.example"));
}

#[test]
fn subjects_join_only_what_is_recent_and_says_something() {
    let old = Candidate { last_at: NOW - 30 * DAY_MS, ..candidate() };
    assert_eq!(placed("From: lilei@example.com\nSubject: Re: my order 77", &[old]), Placement::New);
    let short = Candidate { base_subject: "hi".into(), ..candidate() };
    assert_eq!(placed("From: lilei@example.com\nSubject: Re: hi", &[short]), Placement::New);
    let newer = Candidate { conversation_id: "cnv_2".into(), last_at: NOW, ..candidate() };
    let found = placed("From: lilei@example.com\nSubject: Re: my order 77", &[candidate(), newer]);
    assert_eq!(found, Placement::Joins { conversation_id: "cnv_2".into(), because: Because::Subject });
}
