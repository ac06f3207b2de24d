//! Kills the server under load, again and again, and then counts: nothing acknowledged may be lost, doubled, moved or out of order,
//! nobody may have owned a conversation beside somebody else, and every effect must have reached its receiver.

mod check;
mod history;
mod ledger;
mod load;

pub use check::Report;

use crate::company::{Company, Wish};
use crate::follow::Seen;
use crate::random::Random;
use crate::receiver::Receiver;
use crate::server::{Plan, Server};
use crate::storage::{Database, Storage};
use crate::visitor::Visitor;
use anyhow::{Context, Result};
use ledger::Ledger;
use load::Crowd;
use qn_domain::Presence;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The server lives this long after it was ready, in ms.
const LIFE_MS: std::ops::Range<usize> = 30..300;
/// One in this many first deliveries is answered 500, so that retrying is part of the game.
const REFUSED_ONE_IN: usize = 20;

#[derive(Debug, Clone)]
pub struct Options {
    pub binary: PathBuf,
    pub database: Database,
    pub rounds: usize,
    pub visitors: usize,
    pub seed: u64,
    /// Told after every so many rounds.
    pub progress: fn(usize, &str),
}

/// What the crowd brought home.
pub struct Outcome {
    pub streams: Vec<(String, Seen)>,
    pub visitors: Vec<Visitor>,
}

pub async fn run(options: &Options) -> Result<Report> {
    let started = Instant::now();
    let receiver = Receiver::start().await?;
    receiver.set_temper(|_, id, before| if before == 0 && sum(id).is_multiple_of(REFUSED_ONE_IN) { 500 } else { 200 });

    let plan = Plan::new(&options.binary).with("QN__SERVER__THREADS", "2");
    let storage = Storage::fresh(&options.database).await?;
    let wish = Wish { presence: Presence::Online, webhook: true, ..Wish::default() };
    let company = Company::found(&storage, &plan.binary, &receiver, &wish).await?;
    let mut server = Server::start(plan, storage).await?;
    let company = company.at(&server.url());
    let crowd = Arc::new(Crowd {
        ledger: Arc::new(Ledger::default()),
        stop: Arc::new(AtomicBool::new(false)),
        address: server.address.clone(),
        company,
    });
    let tasks = set_out(&crowd, options);
    let mut chance = Random::new(options.seed);
    let mut starts_ms = Vec::with_capacity(options.rounds);
    for round in 1..=options.rounds {
        tokio::time::sleep(Duration::from_millis((LIFE_MS.start + chance.below(LIFE_MS.len())) as u64)).await;
        server.kill()?;
        starts_ms.push(u64::try_from(server.launch().await?.as_millis()).unwrap_or(u64::MAX));
        (options.progress)(round, options.database.name());
    }
    crowd.stop.store(true, Ordering::Relaxed);
    let outcome = bring_home(tasks).await.with_context(|| format!("the server said:\n{}", tail(&server.output())))?;
    let mut report = check::everything(&crowd, &receiver, &outcome).await?;
    report.take_storage(&mut server, &crowd).await?;
    report.database = options.database.name().to_owned();
    report.rounds = options.rounds;
    report.seed = options.seed;
    report.take_starts(starts_ms);
    report.seconds = started.elapsed().as_secs();
    server.finish().await?;
    Ok(report)
}

enum Home {
    Visitor(String, Box<Visitor>, Box<Seen>),
    Agent(String, Box<Seen>),
    System,
}

fn set_out(crowd: &Arc<Crowd>, options: &Options) -> JoinSet<Result<Home>> {
    let mut tasks = JoinSet::new();
    let mut seed = options.seed;
    let mut random = || {
        seed += 1;
        Random::new(seed)
    };
    for n in 0..options.visitors {
        let (crowd, random) = (crowd.clone(), random());
        tasks.spawn(async move {
            let (visitor, seen) = load::visitor(crowd, n, random).await?;
            Ok(Home::Visitor(format!("visitor {n}"), Box::new(visitor), Box::new(seen)))
        });
    }
    let agents: Vec<_> = ["lin", "zhao", "qian"].iter().filter_map(|name| crowd.company.people.get(*name).cloned()).collect();
    for me in agents.clone() {
        let colleagues = agents.iter().filter(|a| a.user_id != me.user_id).map(|a| a.user_id.clone()).collect();
        let (crowd, random, name) = (crowd.clone(), random(), me.name.clone());
        tasks.spawn(async move { Ok(Home::Agent(name, Box::new(load::agent(crowd, me, colleagues, random).await?))) });
    }
    let (crowd, random) = (crowd.clone(), random());
    tasks.spawn(async move { load::system(crowd, random).await.map(|()| Home::System) });
    tasks
}

async fn bring_home(mut tasks: JoinSet<Result<Home>>) -> Result<Outcome> {
    let mut outcome = Outcome { streams: Vec::new(), visitors: Vec::new() };
    while let Some(home) = tasks.join_next().await {
        match home?? {
            Home::Visitor(name, visitor, seen) => {
                outcome.streams.push((name, *seen));
                outcome.visitors.push(*visitor);
            }
            Home::Agent(name, seen) => outcome.streams.push((name, *seen)),
            Home::System => {}
        }
    }
    Ok(outcome)
}

/// A cheap, stable number out of an id.
fn sum(id: &str) -> usize {
    id.bytes().fold(0usize, |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(b)))
}

fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
