//! The figures, against numbers counted by hand and, for any set of conversations, against sums that must hold.

use crate::talk::{MINUTE, Talk};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use qn_domain::quality::Scored;
use qn_domain::wrap_up::WrapUp;
use qn_domain::{ChannelKind, Episode, InboxId, Timestamp};
use qn_report::{Begun, Beside, Channels, Dimension, Figures, Returns, Scores, Share, Terms, Wraps, day_of, group, hour_of, measure};

const DAY: i64 = 24 * 60 * MINUTE;

fn figures(episodes: &[Episode], now: Timestamp) -> Figures {
    let all: Vec<&Episode> = episodes.iter().collect();
    measure(&all, &returns(episodes), &Beside::default(), &Terms::default(), now)
}

fn returns(episodes: &[Episode]) -> Returns {
    let begun = |e: &Episode| Begun { contact_id: e.contact_id.clone(), person_id: e.contact_id.clone(), at: e.opened_at };
    Returns::new(episodes.iter().map(begun))
}

fn share(part: i64, of: i64) -> Share {
    Share { part, of }
}

#[test]
fn five_conversations_give_the_figures_counted_by_hand() {
    let mut all = Vec::new();
    // The bot alone, and the customer stays away.
    all.extend(Talk::at("con_1", 0).asks(None).bot().after(1).resolved().told());
    // The bot alone, but the customer is back the next day, and gives up in the queue.
    all.extend(Talk::at("con_2", 0).asks(None).bot().after(1).resolved().told());
    all.extend(Talk::at("con_2", DAY).asks(None).queued().after(10).resolved().told());
    // A person, at once and in time.
    all.extend(Talk::at("con_3", 0).asks(None).queued().assigned("usr_1").after(2).person("usr_1").after(3).resolved().told());
    // A person, too late; still open.
    all.extend(Talk::at("con_4", 0).asks(None).queued().after(6).assigned("usr_1").person("usr_1").told());
    let f = figures(&all, 10 * DAY);
    assert_eq!((f.conversations, f.resolved), (5, 4));
    assert_eq!((f.bot_only, f.bot_only_lasting), (share(2, 4), share(1, 2)), "who came back was not helped");
    assert_eq!((f.handed_over, f.service_level, f.abandoned), (share(3, 5), share(1, 3), share(1, 3)));
    assert_eq!((f.first_response.count, f.first_response.median_ms, f.first_response.max_ms), (2, Some(2 * MINUTE), Some(6 * MINUTE)));
    assert_eq!((f.first_answer.count, f.first_answer.mean_ms), (4, Some(2 * MINUTE)));
    assert_eq!((f.handle.count, f.handle.mean_ms), (1, Some(5 * MINUTE)));
    assert_eq!((f.wait.count, f.wait.max_ms), (2, Some(6 * MINUTE)));
    assert_eq!(f.first_contact, share(3, 4));
    assert_eq!(f.csat_mean_x100, None);
}

#[test]
fn quality_is_the_mean_of_the_stretches_that_were_reviewed() {
    let mut all = Vec::new();
    for contact in ["con_1", "con_2", "con_3"] {
        all.extend(Talk::at(contact, 0).asks(None).queued().assigned("usr_1").person("usr_1").resolved().told());
    }
    let scored =
        |e: &Episode, score_x100, fatal| Scored { conversation_id: e.conversation_id.clone(), number: e.number, score_x100, fatal };
    let other_stretch = Scored { number: 7, ..scored(&all[2], 100, true) };
    let scores = Scores::new([scored(&all[0], 8_125, false), scored(&all[1], 0, true), other_stretch]);
    let refs: Vec<&Episode> = all.iter().collect();
    let f = measure(&refs, &returns(&all), &Beside { scores, ..Beside::default() }, &Terms::default(), DAY);
    assert_eq!((f.reviewed, f.quality_mean_x100, f.fatal), (2, Some(4_063), share(1, 2)));
    assert_eq!(figures(&all, DAY).quality_mean_x100, None);
}

#[test]
fn what_is_not_decided_yet_is_not_counted() {
    let waiting = Talk::new("con_1").asks(None).queued().told();
    assert_eq!(figures(&waiting, 19_999).service_level, share(0, 0));
    assert_eq!(figures(&waiting, 20_001).service_level, share(0, 1));
    let ended = Talk::new("con_1").asks(None).bot().resolved().told();
    assert_eq!(figures(&ended, DAY).first_contact, share(0, 0), "the customer may still come back");
    assert_eq!(figures(&ended, 3 * DAY).first_contact, share(1, 1));
}

#[test]
fn writing_up_is_work_of_the_stretch_it_ended() {
    let talk = Talk::new("con_1").asks(None).assigned("usr_1").after(4).resolved().after(10);
    let all = talk.happens(qn_domain::ActivityKey::Reopened, None, serde_json::Value::Null).assigned("usr_1").after(2).resolved().told();
    let asked = |began: i64, took: Option<i64>, category: &str| WrapUp {
        tenant_id: "ten_1".into(),
        conversation_id: all[0].conversation_id.clone(),
        began_at: began,
        inbox_id: "inb_1".into(),
        agent_id: "usr_1".into(),
        required: false,
        until_at: 0,
        ended_at: took.map(|took| began + took),
        category: Some(category.into()),
        note: String::new(),
        saved_at: None,
    };
    let refs: Vec<&Episode> = all.iter().collect();
    let counted = |second: Option<i64>| {
        let wraps = Wraps::new([asked(4 * MINUTE, Some(MINUTE), "refund"), asked(16 * MINUTE, second, "other")], &all);
        let beside = Beside { wraps, ..Beside::default() };
        let names: Vec<Option<String>> = group(&refs, Dimension::WrapUp, &TimeZone::UTC, &beside).into_iter().map(|g| g.key).collect();
        assert_eq!(names, [Some("other".into()), Some("refund".into())]);
        measure(&refs, &returns(&all), &beside, &Terms::default(), DAY)
    };
    let f = counted(Some(3 * MINUTE));
    assert_eq!((f.after_work.count, f.after_work.mean_ms), (2, Some(2 * MINUTE)));
    assert_eq!((f.handle.mean_ms, f.handle_all.mean_ms), (Some(3 * MINUTE), Some(5 * MINUTE)));
    let f = counted(None);
    assert_eq!((f.handle.count, f.handle_all.count, f.after_work.count), (2, 1, 1), "still being written");
}

#[test]
fn who_comes_back_by_another_channel_is_the_same_customer() {
    let mut all = Talk::at("con_web", 0).asks(None).bot().after(1).resolved().told();
    all.extend(Talk::at("con_mail", DAY).asks(None).queued().assigned("usr_1").person("usr_1").resolved().told());
    let begun = |e: &Episode, person: &str| Begun { contact_id: e.contact_id.clone(), person_id: person.into(), at: e.opened_at };
    let refs: Vec<&Episode> = all.iter().collect();
    let lasting = |persons: [&str; 2]| {
        let back = Returns::new(all.iter().zip(persons).map(|(e, person)| begun(e, person)));
        measure(&refs, &back, &Beside::default(), &Terms::default(), 10 * DAY).bot_only_lasting
    };
    assert_eq!(lasting(["con_mail", "con_mail"]), share(0, 1));
    assert_eq!(lasting(["con_web", "con_mail"]), share(1, 1), "two people");
}

#[test]
fn what_a_person_passes_on_is_no_wait_for_a_first_person() {
    let passed = Talk::new("con_1").asks(None).happens(qn_domain::ActivityKey::BotSilenced, Some("usr_1"), serde_json::Value::Null);
    let passed =
        passed.after(1).person("usr_1").after(1).happens(qn_domain::ActivityKey::TransferredToTeam, Some("usr_1"), serde_json::Value::Null);
    let f = figures(&passed.after(30).assigned("usr_2").told(), DAY);
    assert_eq!((f.service_level, f.abandoned, f.handed_over), (share(0, 0), share(0, 0), share(1, 1)));
    assert_eq!(f.first_response.median_ms, Some(MINUTE), "answered before the queue: from the beginning");
}

#[test]
fn groups_keep_the_companys_own_days_and_hours() {
    let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
    // 2026-11-28 is a Saturday; 16:30 UTC is half past midnight on Sunday in Shanghai.
    let at = 1_795_883_400_000;
    assert_eq!((day_of(at, &shanghai).as_str(), hour_of(at, &shanghai)), ("2026-11-29", (6, 0)));
    assert_eq!((day_of(at, &TimeZone::UTC).as_str(), hour_of(at, &TimeZone::UTC)), ("2026-11-28", (5, 16)));
    let told = Talk::at("con_1", at).asks(None).told();
    let groups = group(&[&told[0]], Dimension::Day, &shanghai, &Beside::default());
    assert_eq!(groups[0].key.as_deref(), Some("2026-11-29"));
    assert_eq!(group(&[&told[0]], Dimension::Agent, &shanghai, &Beside::default())[0].key, None);
}

#[test]
fn all_mailboxes_together_are_one_channel() {
    let told = ["inb_mail", "inb_post", "inb_web", "inb_gone"].map(|inbox| {
        let mut told = Talk::new("con_1").asks(None).told();
        told[0].inbox_id = inbox.into();
        told.remove(0)
    });
    let kinds = [("inb_mail", ChannelKind::Email), ("inb_post", ChannelKind::Email), ("inb_web", ChannelKind::Web)];
    let beside = Beside { channels: Channels::new(kinds.map(|(id, kind)| (InboxId::from(id), kind))), ..Beside::default() };
    let refs: Vec<&Episode> = told.iter().collect();
    let groups = group(&refs, Dimension::Channel, &TimeZone::UTC, &beside);
    let counted: Vec<_> = groups.iter().map(|g| (g.key.as_deref(), g.episodes.len())).collect();
    assert_eq!(counted, [(None, 1), (Some("email"), 2), (Some("web"), 1)]);
}

fn any_talk() -> impl Strategy<Value = Vec<Episode>> {
    (0..6u8, 0..5 * DAY, proptest::collection::vec((0..9u8, 0..200i64), 0..25)).prop_map(|(contact, start, steps)| {
        let mut talk = Talk::at(&format!("con_{contact}"), start).asks(None);
        for (step, minutes) in steps {
            let next = talk.after(minutes);
            talk = match step {
                0 => next.asks(Some("退货")),
                1 => next.bot(),
                2 => next.queued(),
                3 => next.assigned("usr_1"),
                4 => next.person("usr_1"),
                5 => next.resolved(),
                6 => next.happens(qn_domain::ActivityKey::ReturnedToBot, Some("usr_1"), serde_json::Value::Null),
                7 => next.happens(qn_domain::ActivityKey::Snoozed, Some("usr_1"), serde_json::Value::Null),
                _ => next.happens(qn_domain::ActivityKey::TransferAccepted, Some("usr_2"), serde_json::Value::Null),
            };
        }
        talk.told()
    })
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(talks in proptest::collection::vec(any_talk(), 0..12)) {
        let all: Vec<Episode> = talks.into_iter().flatten().collect();
        let refs: Vec<&Episode> = all.iter().collect();
        let (back, terms, now) = (returns(&all), Terms::default(), 40 * DAY);
        let whole = measure(&refs, &back, &Beside::default(), &terms, now);
        for by in [Dimension::Agent, Dimension::Day, Dimension::Hour, Dimension::Handoff, Dimension::Intent] {
            let parts: Vec<Figures> = group(&refs, by, &TimeZone::UTC, &Beside::default()).iter().map(|g| measure(&g.episodes, &back, &Beside::default(), &terms, now)).collect();
            let sum = |of: fn(&Figures) -> i64| parts.iter().map(of).sum::<i64>();
            prop_assert_eq!(sum(|f| f.conversations), whole.conversations);
            prop_assert_eq!(sum(|f| f.first_contact.part), whole.first_contact.part);
            prop_assert_eq!(sum(|f| f.service_level.of), whole.service_level.of);
            prop_assert_eq!(sum(|f| f.first_response.count), whole.first_response.count);
        }
        for e in &all {
            let long = e.resolved_at.unwrap_or(now) - e.opened_at;
            prop_assert!(e.held_ms + e.waited_ms <= long, "nobody holds it longer than it lasts");
        }
        prop_assert!(whole.bot_only.part <= whole.resolved && whole.abandoned.part <= whole.handed_over.part);
    }
}
