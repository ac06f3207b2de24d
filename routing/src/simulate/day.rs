//! Made-up days to try policies on: a whole service centre with peaks, important and angry customers, skills, shifts and lunch breaks,
//! and the textbook queue of Erlang's formula.

use super::random::Random;
use super::{Arrival, Shifts, Worker};
use crate::people::Candidate;
use crate::policy::{Complexity, Facts, Skill, Trend};
use qn_domain::{Language, Timestamp};

const HOUR_MS: f64 = 3_600_000.0;

/// A day in Shanghai: customers come from 09:00 to 21:00, people work from 09:00 to 22:00.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    pub seed: u64,
    pub arrivals: usize,
    pub agents: usize,
    /// Midnight of the day.
    pub midnight: Timestamp,
}

impl Default for Day {
    /// Monday, 2 March 2026.
    fn default() -> Self {
        Self { seed: 1, arrivals: 50_000, agents: 225, midnight: 1_772_380_800_000 }
    }
}

/// Relative arrivals in each hour from 9 to 20: a morning peak, lunch, an evening peak.
const HOURS: [f64; 12] = [1.0, 1.45, 1.35, 0.95, 0.9, 1.2, 1.25, 1.1, 0.95, 0.95, 1.2, 1.0];
const ZONE: &str = "Asia/Shanghai";
/// Half come early, a third late, each with a break at one of three times.
const SHIFTS: [&str; 9] = [
    "09:00-11:00;12:00-18:00",
    "09:00-11:30;12:30-18:00",
    "09:00-12:00;13:00-18:00",
    "09:00-12:30;13:30-18:00",
    "09:00-13:00;14:00-18:00",
    "10:00-13:30;14:30-19:00",
    "13:00-16:30;17:30-22:00",
    "13:00-17:00;18:00-22:00",
    "13:00-17:30;18:30-22:00",
];

impl Day {
    pub fn arrivals(&self) -> Vec<Arrival> {
        let mut random = Random::seeded(self.seed);
        let sum: f64 = HOURS.iter().sum();
        let mut at: Vec<Timestamp> = (0..self.arrivals)
            .map(|_| {
                let (mut left, mut hour) = (random.share() * sum, 0);
                while hour + 1 < HOURS.len() && left >= HOURS[hour] {
                    left -= HOURS[hour];
                    hour += 1;
                }
                self.midnight + ((9.0 + hour as f64 + random.share()) * HOUR_MS) as i64
            })
            .collect();
        at.sort_unstable();
        at.into_iter().enumerate().map(|(n, at)| arrival(n, at, &mut random)).collect()
    }

    /// Everybody does general work; by turns they also know refunds, machines or English, or are seniors.
    pub fn workers(&self) -> Vec<Worker> {
        (0..self.agents).map(worker).collect()
    }
}

fn arrival(n: usize, at: Timestamp, random: &mut Random) -> Arrival {
    let complexity = match random.share() {
        s if s < 0.4 => Complexity::Simple,
        s if s < 0.85 => Complexity::Normal,
        _ => Complexity::Complex,
    };
    let intent = match random.share() {
        s if s < 0.15 => Some("refund"),
        s if s < 0.27 => Some("technical"),
        _ => None,
    };
    let angry = random.share() < 0.05;
    let intensity = if angry { 0.6 + 0.4 * random.share() } else { 0.5 * random.share() * random.share() };
    let mean_seconds = if complexity == Complexity::Complex { 540.0 } else { 330.0 };
    let facts = Facts {
        tier: (random.share() < 0.08).then(|| "vip".to_owned()),
        intent: intent.map(str::to_owned),
        complexity: Some(complexity),
        emotion: Some(if angry { "anger" } else { "calm" }.to_owned()),
        intensity: (intensity * 100.0).round() / 100.0,
        trend: Some(if random.share() < 0.1 { Trend::Worse } else { Trend::Same }),
        channel: ["web", "wechat", "app"][random.below(3)].to_owned(),
        language: if random.share() < 0.06 { Language::En } else { Language::Zh },
        ..Facts::default()
    };
    Arrival {
        id: format!("a{n:05}"),
        at,
        handle_ms: (random.lognormal(mean_seconds, 0.7) * 1_000.0) as i64,
        patience_ms: None,
        bot_resolves: complexity == Complexity::Simple && random.share() < 0.8,
        bot_ms: 30_000,
        team: None,
        last_agent: None,
        owner: None,
        facts,
    }
}

fn worker(n: usize) -> Worker {
    let skill = |name: &str, level: u8| Skill { skill: name.to_owned(), level };
    // Three in ten know refunds, three machines, one English; two are seniors who know both.
    let (skills, english) = match n % 10 {
        0..=2 => (vec![skill("refund", 3)], false),
        3..=5 => (vec![skill("technical", 3)], false),
        6..=7 => (vec![skill("senior", 3), skill("refund", 4), skill("technical", 4)], false),
        8 => (vec![skill("senior", 2), skill("refund", 4), skill("technical", 4)], true),
        _ => (vec![], true),
    };
    let person = Candidate {
        skills,
        capacity: 3,
        languages: if english { vec![Language::Zh, Language::En] } else { vec![Language::Zh] },
        ..Candidate::new(format!("usr_{n:04}").into(), &format!("坐席{n:03}"))
    };
    Worker { person, shifts: Shifts::parse(SHIFTS[n % SHIFTS.len()], ZONE).unwrap_or_default(), accepts: 1.0 }
}

/// The queue of Erlang's formula: `arrivals` at `per_second`, exponential handling, `agents` equal people who do one at a time.
pub fn poisson(seed: u64, arrivals: usize, per_second: f64, handle_seconds: f64, agents: usize) -> (Vec<Arrival>, Vec<Worker>) {
    let mut random = Random::seeded(seed);
    let mut at = 0.0;
    let arrivals = (0..arrivals).map(|n| {
        at += random.exponential(1_000.0 / per_second);
        Arrival {
            id: n.to_string(),
            at: at as i64,
            handle_ms: random.exponential(handle_seconds * 1_000.0).round() as i64,
            patience_ms: None,
            bot_resolves: false,
            bot_ms: 0,
            team: None,
            last_agent: None,
            owner: None,
            facts: Facts::default(),
        }
    });
    let arrivals = arrivals.collect();
    let person = |n: usize| Candidate::new(format!("usr_{n:04}").into(), "");
    (arrivals, (0..agents).map(|n| Worker { person: person(n), shifts: Shifts::default(), accepts: 1.0 }).collect())
}
