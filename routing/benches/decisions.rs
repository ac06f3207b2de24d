//! `cargo bench -p qn-routing`: how long one routing decision takes on a full floor, and a simulated day. Prints JSON; the figures in
//! docs/benchmarks.md come from here.
#![allow(clippy::print_stdout)]

use qn_domain::Language;
use qn_routing::policy::{Facts, Skill, service_desk};
use qn_routing::simulate::{Day, Options, Random, Waits, run};
use qn_routing::{Candidate, Floor, Policy, Waiting};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

const AGENTS: usize = 500;
const WAITING: usize = 10_000;
const ROUNDS: usize = 20_000;
const NOW: i64 = 1_772_503_200_000;
const SKILLS: [&str; 4] = ["refund", "technical", "senior", "billing"];

fn main() {
    // `cargo test --benches` runs this too: then one short round is enough.
    let short = std::env::args().any(|a| a == "--test");
    let rounds = if short { 200 } else { ROUNDS };
    let policy = Arc::new(service_desk());
    let report = json!({
        "agents": AGENTS, "waiting": WAITING, "rounds": rounds,
        "full_floor": full_floor(&policy, rounds),
        "all_free": all_free(&policy, rounds),
        "wrong_skills_free": wrong_skills_free(&policy, rounds),
        "day": if short { json!(null) } else { day(&policy) },
    });
    println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
}

fn person(n: usize, random: &mut Random) -> Candidate {
    let skill = |name: &&str| Skill { skill: (*name).to_owned(), level: 1 + (n % 5) as u8 };
    Candidate {
        team_ids: vec![format!("tea_{}", n % 20).into()],
        capacity: 5,
        last_assigned_at: Some(NOW - (random.share() * 600_000.0) as i64),
        languages: if n.is_multiple_of(5) { vec![Language::Zh, Language::En] } else { vec![Language::Zh] },
        skills: SKILLS.iter().filter(|_| random.share() < 0.5).map(skill).collect(),
        ..Candidate::new(format!("usr_{n:03}").into(), &format!("坐席{n}"))
    }
}

/// Teams, skills, languages, tiers and moods as they come.
fn waiting(n: usize, policy: &Policy, random: &mut Random) -> Waiting {
    let facts = Facts {
        tier: (random.share() < 0.1).then(|| "vip".to_owned()),
        intent: (random.share() < 0.3).then(|| SKILLS[random.below(2)].to_owned()),
        intensity: if random.share() < 0.05 { 0.9 } else { 0.1 },
        language: if random.share() < 0.1 { Language::En } else { Language::Zh },
        ..Facts::default()
    };
    let queued_at = NOW - (random.share() * 500_000.0) as i64;
    let plan = policy.plan(&facts, Some(format!("tea_{}", random.below(20)).into()), NOW);
    let last_agent_id = (random.share() < 0.3).then(|| format!("usr_{:03}", random.below(AGENTS)).into());
    let language = facts.language;
    Waiting { plan, last_agent_id, language, ..Waiting::plain(format!("cnv_{n:06}").into(), None, queued_at) }
}

/// Everybody is full and 10,000 wait: one conversation ends, somebody gets the next; another comes and waits.
fn full_floor(policy: &Arc<Policy>, rounds: usize) -> serde_json::Value {
    let (mut random, mut floor) = (Random::seeded(1), Floor::new(policy.clone()));
    for n in 0..AGENTS {
        floor.set_person(Candidate { load: 5, ..person(n, &mut random) });
    }
    (0..WAITING).for_each(|n| floor.set_waiting(waiting(n, policy, &mut random), NOW));
    floor.drain(NOW, usize::MAX);
    let (mut ends, mut comes) = (Vec::new(), Vec::new());
    for n in 0..rounds {
        let id = format!("usr_{:03}", random.below(AGENTS)).into();
        let start = Instant::now();
        floor.change_person(&id, |p| p.give_back(""));
        let given = floor.drain(NOW, usize::MAX).len();
        ends.push(start.elapsed().as_nanos());
        for extra in 0..given.max(1) {
            let next = waiting(WAITING + n * 10 + extra, policy, &mut random);
            let start = Instant::now();
            floor.set_waiting(next, NOW);
            floor.drain(NOW, usize::MAX);
            comes.push(start.elapsed().as_nanos());
        }
    }
    json!({"left_waiting": floor.waiting_count(), "somebody_frees_us": quantiles(ends), "somebody_comes_us": quantiles(comes)})
}

/// Everybody could take it: every person is compared with every other.
fn all_free(policy: &Arc<Policy>, rounds: usize) -> serde_json::Value {
    let (mut random, mut floor) = (Random::seeded(2), Floor::new(policy.clone()));
    (0..AGENTS).for_each(|n| floor.set_person(person(n, &mut random)));
    let mut took = Vec::new();
    for n in 0..rounds {
        let next = Waiting::plain(format!("cnv_{n}").into(), None, NOW);
        let start = Instant::now();
        floor.set_waiting(next, NOW);
        let given = floor.drain(NOW, usize::MAX);
        took.push(start.elapsed().as_nanos());
        given.into_iter().filter_map(|(_, d)| d.agent).for_each(|id| floor.change_person(&id, |p| p.give_back("")));
    }
    json!({"somebody_comes_us": quantiles(took)})
}

/// 10,000 wait for what nobody can do while all 500 are free: what cannot move must cost nothing.
fn wrong_skills_free(policy: &Arc<Policy>, rounds: usize) -> serde_json::Value {
    let (mut random, mut floor) = (Random::seeded(3), Floor::new(policy.clone()));
    (0..AGENTS).for_each(|n| floor.set_person(person(n, &mut random)));
    for n in 0..WAITING {
        let mut stuck = waiting(n, policy, &mut random);
        stuck.plan.skills = vec![Skill { skill: format!("rare{}", n % 200), level: 1 }];
        stuck.plan.overflow.clear();
        floor.set_waiting(stuck, NOW);
    }
    let start = Instant::now();
    floor.drain(NOW, usize::MAX);
    let first_ms = start.elapsed().as_secs_f64() * 1e3;
    let mut took = Vec::new();
    for n in 0..rounds {
        let start = Instant::now();
        floor.change_person(&format!("usr_{:03}", n % AGENTS).into(), |p| p.last_assigned_at = Some(NOW));
        floor.drain(NOW, usize::MAX);
        took.push(start.elapsed().as_nanos());
    }
    json!({"first_look_ms": first_ms, "somebody_changes_us": quantiles(took)})
}

fn quantiles(mut ns: Vec<u128>) -> serde_json::Value {
    ns.sort_unstable();
    let at = |q: f64| ns.get(((ns.len() as f64 * q) as usize).min(ns.len() - 1)).map_or(0.0, |n| *n as f64 / 1e3);
    json!({"p50": at(0.5), "p99": at(0.99), "p999": at(0.999), "max": at(1.0)})
}

fn day(policy: &Arc<Policy>) -> serde_json::Value {
    let day = Day::default();
    let (arrivals, workers) = (day.arrivals(), day.workers());
    let start = Instant::now();
    let report = run(policy, &arrivals, &workers, &Options::default());
    let seconds = start.elapsed().as_secs_f64();
    let plain = run(&Policy::default(), &arrivals, &workers, &Options::default());
    let mean = |waits: Option<&Waits>| waits.map_or(0.0, |w| w.mean_ms);
    json!({
        "simulated_in_seconds": seconds,
        "important_to_normal": mean(report.by_tier.get("vip")) / mean(report.by_tier.get("none")).max(1.0),
        "policy": report,
        "first_come_first_served": {"wait": plain.wait, "by_tier": plain.by_tier, "fairness_gini": plain.fairness_gini, "waiting": plain.waiting},
    })
}
