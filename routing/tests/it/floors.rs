//! The floor against the plain walk: whatever happens to it, it gives out what walking the backlog by rank with `decide` would.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use qn_domain::{ConversationId, Presence, UserId};
use qn_routing::policy::{Overflow, Relax, Skill};
use qn_routing::{Candidate, Floor, Passed, Policy, Waiting, decide};
use std::sync::Arc;

const NOW: i64 = 1_000_000_000;

#[derive(Debug, Clone)]
enum Happening {
    Person { n: u8, team: u8, skill: bool, presence: Presence, load: i64 },
    Gone(u8),
    Waits { n: u8, team: Option<u8>, skill: bool, priority: i64, passed: Option<u8>, overflows: bool, last: Option<u8>, hold_ms: i64 },
    Left(u8),
    Ends(u8),
    Time(i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let presence = prop_oneof![4 => Just(Presence::Online), 1 => Just(Presence::Offline)];
    let waits = (
        0u8..12,
        prop::option::of(0u8..3),
        any::<bool>(),
        0i64..4,
        prop::option::of(0u8..6),
        any::<bool>(),
        prop::option::of(0u8..6),
        prop_oneof![Just(0i64), Just(90_000)],
    );
    prop_oneof![
        3 => (0u8..6, 0u8..3, any::<bool>(), presence, 0i64..3).prop_map(|(n, team, skill, presence, load)| Happening::Person { n, team, skill, presence, load }),
        1 => (0u8..6).prop_map(Happening::Gone),
        5 => waits.prop_map(|(n, team, skill, priority, passed, overflows, last, hold_ms)| Happening::Waits { n, team, skill, priority, passed, overflows, last, hold_ms }),
        1 => (0u8..12).prop_map(Happening::Left),
        2 => (0u8..6).prop_map(Happening::Ends),
        2 => (0i64..120_000).prop_map(Happening::Time),
    ]
}

fn usr(n: u8) -> UserId {
    format!("usr_{n}").into()
}

fn skills(has: bool, level: u8) -> Vec<Skill> {
    if has { vec![Skill { skill: "s".into(), level }] } else { vec![] }
}

/// The slow truth: everything in lists, walked from the start every time.
#[derive(Default)]
struct Plain {
    people: Vec<Candidate>,
    queue: Vec<Waiting>,
}

impl Plain {
    fn drain(&mut self, policy: &Policy, now: i64) -> Vec<(ConversationId, UserId)> {
        let mut given = Vec::new();
        loop {
            let decisions = self.queue.iter().map(|w| (w, decide(policy, w, &self.people, now)));
            let ready = decisions.filter(|(_, d)| d.agent.is_some());
            let first = ready.min_by_key(|(w, d)| (d.explanation.rank_at, w.conversation_id.clone()));
            let Some((waiting, decision)) = first.map(|(w, d)| (w.clone(), d)) else { return given };
            let agent = decision.agent.unwrap();
            self.queue.retain(|w| w.conversation_id != waiting.conversation_id);
            self.people.iter_mut().filter(|p| p.user_id == agent).for_each(|p| p.take(&waiting.channel, now));
            given.push((waiting.conversation_id, agent));
        }
    }
}

fn person(n: u8, team: u8, skill: bool, presence: Presence, load: i64) -> Candidate {
    let team_ids = vec![format!("tea_{team}").into()];
    Candidate { team_ids, presence, load, capacity: 2, skills: skills(skill, 2), ..Candidate::new(usr(n), "n") }
}

fn waits(happening: &Happening, now: i64) -> Option<Waiting> {
    let Happening::Waits { n, team, skill, priority, passed, overflows, last, hold_ms } = happening else { return None };
    let mut waiting = Waiting::plain(format!("cnv_{n:02}").into(), team.map(|t| format!("tea_{t}").into()), now);
    waiting.plan.skills = skills(*skill, 1);
    (waiting.plan.priority, waiting.plan.hold_ms) = (*priority, *hold_ms);
    waiting.last_agent_id = last.map(usr);
    waiting.passed = passed.map(|n| Passed { user_id: usr(n), until: now + 60_000 }).into_iter().collect();
    let overflow = Overflow { after_seconds: 120, team: None, any_team: true, skills: Relax::Drop, priority: 1 };
    waiting.plan.overflow = if *overflows { vec![overflow] } else { vec![] };
    Some(waiting)
}

/// `held` conversations depend on who is there when they are placed; the plain walk asks anew each time. They are compared only while
/// nobody's presence changes, which these stories leave to the other tests.
fn without_holds(happening: Happening) -> Happening {
    match happening {
        Happening::Waits { n, team, skill, priority, passed, overflows, last, .. } => {
            Happening::Waits { n, team, skill, priority, passed, overflows, last, hold_ms: 0 }
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_floor_gives_what_the_plain_walk_gives(story in prop::collection::vec(happening().prop_map(without_holds), 1..60)) {
        let policy = Policy::default();
        let (mut floor, mut plain, mut now) = (Floor::new(Arc::new(policy.clone())), Plain::default(), NOW);
        for happening in story {
            match &happening {
                Happening::Person { n, team, skill, presence, load } => {
                    let person = person(*n, *team, *skill, *presence, *load);
                    plain.people.retain(|p| p.user_id != person.user_id);
                    plain.people.push(person.clone());
                    floor.set_person(person);
                }
                Happening::Gone(n) => {
                    plain.people.retain(|p| p.user_id != usr(*n));
                    floor.remove_person(&usr(*n));
                }
                Happening::Left(n) => {
                    let id: ConversationId = format!("cnv_{n:02}").into();
                    plain.queue.retain(|w| w.conversation_id != id);
                    floor.remove_waiting(&id);
                }
                Happening::Ends(n) => {
                    plain.people.iter_mut().filter(|p| p.user_id == usr(*n)).for_each(|p| p.give_back(""));
                    floor.change_person(&usr(*n), |p| p.give_back(""));
                }
                Happening::Time(ms) => now += ms,
                Happening::Waits { .. } => {
                    let waiting = waits(&happening, now).unwrap();
                    plain.queue.retain(|w| w.conversation_id != waiting.conversation_id);
                    plain.queue.push(waiting.clone());
                    floor.set_waiting(waiting, now);
                }
            }
            let expected = plain.drain(&policy, now);
            let given: Vec<_> = floor.drain(now, usize::MAX).into_iter().map(|(w, d)| (w.conversation_id, d.agent.unwrap())).collect();
            prop_assert_eq!(given, expected);
            prop_assert_eq!(floor.waiting_count(), plain.queue.len());
        }
    }
}

#[test]
fn places_ahead_are_counted_among_those_who_compete() {
    let mut floor = Floor::new(Arc::new(Policy::default()));
    let put = |floor: &mut Floor, id: &str, team: Option<&str>, at: i64, priority: i64| {
        let mut waiting = Waiting::plain(id.into(), team.map(Into::into), at);
        waiting.plan.priority = priority;
        floor.set_waiting(waiting, NOW);
    };
    put(&mut floor, "cnv_1", Some("tea_1"), NOW, 0);
    put(&mut floor, "cnv_2", Some("tea_2"), NOW + 1, 0);
    put(&mut floor, "cnv_3", None, NOW + 2, 0);
    put(&mut floor, "cnv_4", Some("tea_1"), NOW + 3, 0);
    put(&mut floor, "cnv_5", Some("tea_1"), NOW + 4, 9);
    let told = |floor: &Floor, id: &str| floor.outlook(&id.into(), &[60_000; 9], 0.0);
    let position = |floor: &Floor, id: &str| told(floor, id).map(|o| o.position);
    assert_eq!((position(&floor, "cnv_4"), position(&floor, "cnv_5"), position(&floor, "cnv_9")), (Some(4), Some(1), None));
    assert_eq!(told(&floor, "cnv_4").unwrap().wait, None, "nobody is there");
    assert!(!floor.is_served(&"cnv_4".into()));
    floor.set_person(Candidate { capacity: 3, load: 3, ..person(0, 1, true, Presence::Online, 3) });
    floor.set_person(Candidate { capacity: 5, ..person(1, 1, true, Presence::Offline, 0) });
    assert!(floor.is_served(&"cnv_4".into()) && !floor.is_served(&"cnv_2".into()), "by a person who is full");
    // Three places, three ahead and itself: four gaps of twenty seconds; cnv_2 is another team's.
    assert_eq!(told(&floor, "cnv_4").unwrap().wait.unwrap().expected_ms, 80_000);
    // A second team's person takes half of what anybody may take.
    floor.set_person(Candidate { capacity: 3, load: 3, ..person(2, 2, true, Presence::Online, 3) });
    assert_eq!(told(&floor, "cnv_4").unwrap().wait.unwrap().expected_ms, 70_000);
}

#[test]
fn an_overflow_comes_by_waiting_alone() {
    let mut floor = Floor::new(Arc::new(Policy::default()));
    floor.set_person(person(0, 2, false, Presence::Online, 0));
    let mut waiting = Waiting::plain("cnv_1".into(), Some("tea_1".into()), NOW);
    waiting.plan.overflow =
        vec![Overflow { after_seconds: 60, team: Some("tea_2".into()), any_team: false, skills: Relax::Keep, priority: 0 }];
    floor.set_waiting(waiting, NOW);
    assert!(floor.drain(NOW, 10).is_empty());
    assert_eq!(floor.next_change_at(), Some(NOW + 60_000));
    assert!(floor.drain(NOW + 59_999, 10).is_empty());
    assert_eq!(floor.drain(NOW + 60_000, 10).len(), 1);
}

#[test]
fn at_most_so_many_are_given_at_once() {
    let mut floor = Floor::new(Arc::new(Policy::default()));
    floor.set_person(Candidate { capacity: 9, ..person(0, 1, false, Presence::Online, 0) });
    (0..5).for_each(|n| floor.set_waiting(Waiting::plain(format!("cnv_{n}").into(), None, NOW + n), NOW));
    assert_eq!((floor.drain(NOW, 3).len(), floor.drain(NOW, 3).len(), floor.drain(NOW, 3).len()), (3, 2, 0));
}
