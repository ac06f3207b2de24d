//! Drawing by lot: fair to agents and reviewers whatever happened, the same for the same seed, and without a favourite.

use proptest::prelude::*;
use qn_domain::UserId;
use qn_report::{Candidate, Drawn, Lot, sample};
use std::collections::{BTreeMap, HashMap, HashSet};

fn candidate(n: usize, agent: usize, urgency: i64) -> Candidate {
    Candidate { conversation_id: format!("cnv_{n}").into(), agent_id: user(agent), urgency }
}

fn user(n: usize) -> UserId {
    UserId(format!("usr_{n}"))
}

/// Conversations of up to six agents; some appear twice, as reopened ones do.
fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec((0..60_usize, 0..6_usize, 0..3_i64), 0..120).prop_map(|all| {
        let mut agent_of = HashMap::new();
        all.into_iter().map(|(n, agent, urgency)| candidate(n, *agent_of.entry(n).or_insert(agent), urgency)).collect()
    })
}

fn counts(drawn: &[Drawn]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    drawn.iter().for_each(|d| *counts.entry(d.agent_id.as_str()).or_default() += 1);
    counts
}

proptest! {
    #[test]
    fn everybody_gets_the_same_number_nothing_comes_twice_and_nobody_scores_themselves(
        all in candidates(), per_agent in 0..8_usize, seed in "[a-z]{0,6}", reviewers in 0..4_usize,
    ) {
        // Reviewers 4 and 5 are agents too.
        let reviewers: Vec<UserId> = (4..4 + reviewers).map(user).collect();
        let lot = Lot { per_agent, seed: &seed, reviewers: &reviewers, before: &[] };
        let drawn = sample(&all, &lot);
        let mut has: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        all.iter().for_each(|c| { has.entry(c.agent_id.as_str()).or_default().insert(c.conversation_id.as_str()); });
        let due: BTreeMap<&str, usize> = has.iter().map(|(a, c)| (*a, c.len().min(per_agent))).filter(|(_, n)| *n > 0).collect();
        prop_assert_eq!(counts(&drawn), due);
        let once: HashSet<&str> = drawn.iter().map(|d| d.conversation_id.as_str()).collect();
        prop_assert_eq!(once.len(), drawn.len());
        for d in &drawn {
            prop_assert!(d.reviewer_id.as_ref() != Some(&d.agent_id));
            prop_assert_eq!(d.reviewer_id.is_none(), reviewers.iter().all(|r| *r == d.agent_id));
        }
        let mut turned = all.clone();
        turned.reverse();
        prop_assert_eq!(&sample(&turned, &lot), &drawn, "the order does not matter");
        prop_assert!(sample(&all, &Lot { before: &drawn, ..lot }).is_empty(), "what was drawn is not drawn again");
    }

    #[test]
    fn a_second_lot_brings_everybody_to_the_number(all in candidates(), early in 0..120_usize, per_agent in 1..6_usize) {
        let lot = Lot { per_agent, seed: "s", reviewers: &[user(9)], before: &[] };
        let first = sample(&all[..early.min(all.len())], &lot);
        let second = sample(&all, &Lot { before: &first, ..lot });
        let both: Vec<Drawn> = first.into_iter().chain(second).collect();
        let at_once = sample(&all, &lot);
        prop_assert_eq!(counts(&both), counts(&at_once));
    }

    #[test]
    fn reviewers_who_score_nobody_of_their_own_have_the_same_load(all in candidates(), per_agent in 1..8_usize, reviewers in 1..5_usize) {
        let reviewers: Vec<UserId> = (10..10 + reviewers).map(user).collect();
        let drawn = sample(&all, &Lot { per_agent, seed: "s", reviewers: &reviewers, before: &[] });
        let load = |r: &UserId| drawn.iter().filter(|d| d.reviewer_id.as_ref() == Some(r)).count();
        let loads: Vec<usize> = reviewers.iter().map(load).collect();
        prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1, "{:?}", loads);
    }

    #[test]
    fn the_urgent_come_first(all in candidates(), per_agent in 1..4_usize) {
        let mut first = HashMap::new();
        all.iter().for_each(|c| { let n: &mut i64 = first.entry(&c.conversation_id).or_insert(c.urgency); *n = (*n).max(c.urgency); });
        let drawn = sample(&all, &Lot { per_agent, seed: "s", reviewers: &[], before: &[] });
        let chosen: HashSet<&str> = drawn.iter().map(|d| d.conversation_id.as_str()).collect();
        for d in &drawn {
            let left = all.iter().filter(|c| c.agent_id == d.agent_id && !chosen.contains(c.conversation_id.as_str()));
            prop_assert!(left.map(|c| first[&c.conversation_id]).all(|urgency| urgency <= first[&d.conversation_id]));
        }
    }
}

#[test]
fn no_conversation_is_a_favourite_and_seeds_are_lots_of_their_own() {
    // Ids as they are made: long, with a common beginning, the last signs differ.
    let all: Vec<Candidate> =
        (0..20).map(|n| Candidate { conversation_id: format!("cnv_01JDWXYZ7Q{n:02}").into(), agent_id: user(1), urgency: 0 }).collect();
    let (mut times, mut pairs) = (HashMap::new(), HashMap::new());
    for seed in 0..4_000 {
        let drawn = sample(&all, &Lot { per_agent: 5, seed: &format!("rpl_1:{seed}"), reviewers: &[], before: &[] });
        for d in &drawn {
            *times.entry(d.conversation_id.0.clone()).or_insert(0) += 1;
        }
        *pairs.entry((drawn[0].conversation_id.0.clone(), drawn[1].conversation_id.0.clone())).or_insert(0) += 1;
    }
    // 1,000 each; five standard deviations are 137.
    assert!(times.values().all(|n| (863..=1_137).contains(n)) && times.len() == 20, "{times:?}");
    assert!(pairs.len() > 370, "of 380 pairs of the first two: {}", pairs.len());
}
