//! Plays arrivals against a policy: the same planning, queueing and choosing as live, with customers, people and their shifts in place
//! of the world. Pure and repeatable: time is the arrivals', chance is seeded. Called by `qingniao routing simulate`, by the console
//! before a policy goes live, and by the tests that hold the router against Erlang's formula.

mod day;
pub mod erlang;
mod files;
mod random;
mod report;
mod shifts;
mod world;

pub use day::{Day, poisson};
pub use files::{FileError, agents_csv, arrivals_csv, read_agents, read_arrivals};
pub use random::Random;
pub use report::{AgentShare, Estimates, OfferCount, Report, Waits, gini};
pub use shifts::Shifts;
pub use world::run;

use crate::people::Candidate;
use crate::policy::Facts;
use qn_domain::{TeamId, Timestamp, UserId};

/// A customer who will come.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub id: String,
    pub at: Timestamp,
    /// How long a person takes with it.
    pub handle_ms: i64,
    /// Waiting longer, the customer leaves; none = stays.
    pub patience_ms: Option<i64>,
    /// The bot can answer it alone, if it is asked.
    pub bot_resolves: bool,
    /// How long the bot has it before it answers or hands over.
    pub bot_ms: i64,
    pub team: Option<TeamId>,
    pub last_agent: Option<UserId>,
    pub owner: Option<UserId>,
    pub facts: Facts,
}

/// A person of the simulated floor.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    pub person: Candidate,
    pub shifts: Shifts,
    /// The share of offers taken; the others run out. Only where the policy offers.
    pub accepts: f64,
}

/// How a run is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub seed: u64,
    /// The service level counts answers within this.
    pub within_ms: i64,
    /// A simulation ends this long after the last arrival, whatever still waits.
    pub after_last_ms: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, within_ms: 20_000, after_last_ms: 24 * 3_600_000 }
    }
}
