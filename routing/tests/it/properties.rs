//! What holds for every floor and every backlog.

use proptest::prelude::*;
use qn_domain::{Language, Presence, TeamId};
use qn_routing::{Candidate, Decision, Policy, Waiting};

const NOW: i64 = 1_000_000;

fn decide(waiting: &Waiting, candidates: &[Candidate], now: i64) -> Decision {
    qn_routing::decide(&Policy::default(), waiting, candidates, now)
}

fn drain(queue: &[Waiting], candidates: &[Candidate], now: i64) -> Vec<(qn_domain::ConversationId, Decision)> {
    qn_routing::drain(&Policy::default(), queue, candidates, now)
}

fn team(n: u8) -> TeamId {
    format!("tea_{n}").into()
}

prop_compose! {
    fn candidate()(
        presence in prop_oneof![4 => Just(Presence::Online), 1 => Just(Presence::Busy), 1 => Just(Presence::Offline)],
        connected in prop::bool::weighted(0.8),
        capacity in -1i64..6, load in 0i64..6,
        last_assigned_at in prop::option::of(0i64..5),
        teams in prop::collection::vec(0u8..3, 0..3),
    ) -> Candidate {
        Candidate {
            team_ids: teams.into_iter().map(team).collect(), presence, connected, capacity, load, last_assigned_at,
            languages: vec![Language::Zh], ..Candidate::new("usr".into(), "n")
        }
    }
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(candidate(), 0..8).prop_map(|mut people| {
        people.iter_mut().enumerate().for_each(|(n, p)| p.user_id = format!("usr_{n}").into());
        people
    })
}

fn queue() -> impl Strategy<Value = Vec<Waiting>> {
    let one = (prop::option::of(0u8..3), prop::option::of(0u8..9), 0i64..6);
    prop::collection::vec(one, 0..20).prop_map(|rows| {
        let waiting = |(n, (team_n, last, queued_at)): (usize, (Option<u8>, Option<u8>, i64))| Waiting {
            language: Language::En,
            last_agent_id: last.map(|l| format!("usr_{l}").into()),
            ..Waiting::plain(format!("cnv_{n:02}").into(), team_n.map(team), queued_at)
        };
        rows.into_iter().enumerate().map(waiting).collect()
    })
}

fn may_take(waiting: &Waiting, person: &Candidate, load: i64) -> bool {
    person.presence == Presence::Online
        && person.connected
        && load < person.capacity
        && waiting.plan.team.as_ref().is_none_or(|t| person.team_ids.contains(t))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_eligible_people_are_chosen_and_somebody_is_when_one_exists(people in candidates(), queue in queue()) {
        for waiting in &queue {
            let decision = decide(waiting, &people, NOW);
            let possible = people.iter().any(|p| may_take(waiting, p, p.load));
            prop_assert_eq!(decision.agent.is_some(), possible);
            if let Some(agent) = &decision.agent {
                prop_assert!(people.iter().any(|p| p.user_id == *agent && may_take(waiting, p, p.load)));
                prop_assert_eq!(&decision.explanation.considered[0].user_id, agent);
            }
            prop_assert_eq!(decision.explanation.considered.len() + decision.explanation.omitted, people.len());
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(people in candidates(), queue in queue(), turn in 0usize..8) {
        let mut turned = people.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        let mut reversed = queue.clone();
        reversed.reverse();
        for waiting in &queue {
            prop_assert_eq!(decide(waiting, &people, NOW), decide(waiting, &turned, NOW));
        }
        prop_assert_eq!(drain(&queue, &people, NOW), drain(&reversed, &turned, NOW));
    }

    #[test]
    fn the_backlog_respects_capacity_and_age(people in candidates(), queue in queue()) {
        let given = drain(&queue, &people, NOW);
        let mut loads: Vec<i64> = people.iter().map(|p| p.load).collect();
        let mut sorted: Vec<&Waiting> = queue.iter().collect();
        sorted.sort_by_key(|w| (w.queued_at, w.conversation_id.clone()));
        let mut next = given.iter();
        // Replay: walking from the oldest, every conversation somebody could take at that moment was given out, in this order.
        for waiting in sorted {
            let possible = people.iter().zip(&loads).any(|(p, load)| may_take(waiting, p, *load));
            if !possible {
                continue;
            }
            let Some((id, decision)) = next.next() else { return Err(TestCaseError::fail("an older one was skipped")) };
            prop_assert_eq!(id, &waiting.conversation_id);
            let at = people.iter().position(|p| Some(&p.user_id) == decision.agent.as_ref());
            let Some(at) = at else { return Err(TestCaseError::fail("given to nobody")) };
            loads[at] += 1;
            prop_assert!(loads[at] <= people[at].capacity);
        }
        prop_assert!(next.next().is_none());
    }
}
