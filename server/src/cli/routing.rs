//! `qingniao routing`: tries routing policies on files, without a server or a database.

use super::{Failure, Output, answer, usage};
use anyhow::{Context, anyhow};
use qn_routing::Policy;
use qn_routing::policy::{check, service_desk};
use qn_routing::simulate::{
    Arrival, Day, Options, Random, Report, Worker, agents_csv, arrivals_csv, erlang, poisson, read_agents, read_arrivals, run as play,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao routing day --arrivals day.csv --agents agents.csv\n  \
    qingniao routing simulate --arrivals day.csv --agents agents.csv --policy policy.json --output json\n  \
    qingniao routing erlang --people 20 --load 17\n  qingniao routing policy > policy.json")]
pub enum Command {
    /// Play arrivals against one or more policies and compare what customers and people would have had
    Simulate {
        /// CSV with a header; `at` is needed, see docs/how-to/try-routing.md
        #[arg(long)]
        arrivals: PathBuf,
        /// CSV of people; without it there are as many equal ones as answer 80 % within 20 seconds by Erlang's formula
        #[arg(long)]
        agents: Option<PathBuf>,
        /// A policy as JSON; may be repeated. Without it, first come first served
        #[arg(long)]
        policy: Vec<PathBuf>,
        /// Mean of the exponential handling time where the file has none
        #[arg(long, default_value_t = 300.0)]
        handle_seconds: f64,
        /// The service level counts answers within this
        #[arg(long, default_value_t = 20.0)]
        within_seconds: f64,
        /// For shifts
        #[arg(long, default_value = "Asia/Shanghai")]
        time_zone: String,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write a made-up day of a service centre: peaks, important and angry customers, skills, shifts and lunch breaks
    Day {
        /// Where the arrivals go
        #[arg(long)]
        arrivals: PathBuf,
        /// Where the people go
        #[arg(long)]
        agents: PathBuf,
        #[arg(long, default_value_t = 50_000)]
        count: usize,
        #[arg(long, default_value_t = 225)]
        people: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Hold the simulator against Erlang's formula: equal people, Poisson arrivals, exponential handling
    Erlang {
        #[arg(long, default_value_t = 10)]
        people: usize,
        /// Arrivals per second times seconds each; below the number of people
        #[arg(long, default_value_t = 8.0)]
        load: f64,
        #[arg(long, default_value_t = 1_000_000)]
        arrivals: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Print a policy to start from
    Policy,
}

pub fn run(command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Simulate { .. } => simulate(command, output),
        Command::Day { arrivals, agents, count, people, seed } => {
            let day = Day { seed: *seed, arrivals: *count, agents: *people, ..Day::default() };
            write(arrivals, &arrivals_csv(&day.arrivals()))?;
            write(agents, &agents_csv(&day.workers()))?;
            let json = json!({"arrivals": count, "agents": people});
            answer(output, &json, || format!("{count} arrivals in {}, {people} people in {}", arrivals.display(), agents.display()));
            Ok(())
        }
        Command::Erlang { people, load, arrivals, seed } => {
            let json = against_erlang(*people, *load, *arrivals, *seed)?;
            answer(output, &json, || format!("{json:#}"));
            Ok(())
        }
        Command::Policy => {
            let json = serde_json::to_value(service_desk()).context("the policy cannot be written")?;
            answer(output, &json, || format!("{json:#}"));
            Ok(())
        }
    }
}

fn simulate(command: &Command, output: Output) -> Result<(), Failure> {
    let Command::Simulate { arrivals, agents, policy, handle_seconds, within_seconds, time_zone, seed } = command else { return Ok(()) };
    if !handle_seconds.is_finite() || *handle_seconds <= 0.0 {
        return Err(usage(anyhow!("--handle-seconds: more than zero is needed")));
    }
    let mut random = Random::seeded(*seed);
    let arrivals = read_arrivals(&read(arrivals)?, |_| (random.exponential(*handle_seconds) * 1_000.0) as i64)
        .with_context(|| arrivals.display().to_string())
        .map_err(usage)?;
    let workers = match agents {
        Some(path) => read_agents(&read(path)?, time_zone).with_context(|| path.display().to_string()).map_err(usage)?,
        None => equal_people(&arrivals),
    };
    let policies: Vec<(String, Policy)> = match policy.as_slice() {
        [] => vec![("default".to_owned(), Policy::default())],
        paths => paths.iter().map(|path| Ok((path.display().to_string(), open(path)?))).collect::<Result<_, Failure>>()?,
    };
    let options = Options { seed: *seed, within_ms: (within_seconds * 1_000.0) as i64, ..Options::default() };
    let runs: Vec<(String, Report)> =
        policies.into_iter().map(|(name, policy)| (name, play(&policy, &arrivals, &workers, &options))).collect();
    let json = json!({
        "arrivals": arrivals.len(), "agents": workers.len(), "within_seconds": within_seconds,
        "runs": runs.iter().map(|(name, report)| json!({"policy": name, "report": report})).collect::<Vec<Value>>(),
    });
    answer(output, &json, || runs.iter().map(|(name, report)| text(name, report)).collect::<Vec<String>>().join("\n\n"));
    Ok(())
}

/// As many as Erlang's formula asks for the mean load of the whole file.
fn equal_people(arrivals: &[Arrival]) -> Vec<Worker> {
    let span_ms = arrivals.last().map_or(0, |a| a.at) - arrivals.first().map_or(0, |a| a.at);
    let handle_ms: i64 = arrivals.iter().map(|a| a.handle_ms).sum();
    let (load, mean) = (handle_ms as f64 / span_ms.max(1) as f64, handle_ms as f64 / 1e3 / arrivals.len().max(1) as f64);
    poisson(0, 0, 1.0, 1.0, erlang::agents_for(load, mean.max(1.0), 0.8, 20.0)).1
}

fn against_erlang(people: usize, load: f64, arrivals: usize, seed: u64) -> Result<Value, Failure> {
    const HANDLE_SECONDS: f64 = 100.0;
    let Some(expected) = erlang::mean_wait_seconds(load, people, HANDLE_SECONDS).filter(|_| load > 0.0) else {
        return Err(usage(anyhow!("--load: more than zero and less than --people is needed")));
    };
    let (arrivals, workers) = poisson(seed, arrivals, load / HANDLE_SECONDS, HANDLE_SECONDS, people);
    let report = play(&Policy::default(), &arrivals, &workers, &Options { seed, within_ms: 20_000, ..Options::default() });
    let pair = |measured: f64, formula: f64| json!({"measured": measured, "formula": formula, "off_by": measured / formula - 1.0});
    Ok(json!({
        "people": people, "load_erlang": load, "arrivals": arrivals.len(), "handle_seconds": HANDLE_SECONDS,
        "mean_wait_seconds": pair(report.wait.mean_ms / 1e3, expected),
        "waited_share": pair(report.wait.waited_share, erlang::wait_share(load, people)),
        "within_20_seconds": pair(report.service_level, erlang::service_level(load, people, HANDLE_SECONDS, 20.0)),
    }))
}

fn open(path: &Path) -> Result<Policy, Failure> {
    let policy: Policy = serde_json::from_str(&read(path)?).with_context(|| path.display().to_string()).map_err(usage)?;
    match check(&policy).as_slice() {
        [] => Ok(policy),
        faults => {
            let told: Vec<String> = faults.iter().map(|f| format!("{}: {} {}", f.at, f.code, f.value)).collect();
            Err(usage(anyhow!("{}: {}", path.display(), told.join("; "))))
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display())).map_err(usage)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    Ok(std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?)
}

fn text(name: &str, report: &Report) -> String {
    let seconds = |ms: f64| format!("{:.1} s", ms / 1e3);
    let mut lines = vec![
        format!("{name}: {} arrivals", report.arrivals),
        format!(
            "  by people {}, by the bot {}, message left {}, gone {}, still waiting {}",
            report.served, report.by_bot, report.left_message, report.abandoned, report.waiting
        ),
        format!("  in time {:.1} %, first responses kept {} of {}", report.service_level * 100.0, report.sla_kept, report.sla_promised),
        format!("  busy {:.0} % of the time at work, fairness (Gini) {:.3}", report.utilisation * 100.0, report.fairness_gini),
    ];
    let rows =
        [("all".to_owned(), &report.wait)].into_iter().chain(report.by_tier.iter().map(|(tier, waits)| (format!("tier {tier}"), waits)));
    lines.extend(rows.map(|(who, w)| {
        let (p90, max) = (seconds(w.p90_ms as f64), seconds(w.max_ms as f64));
        format!("  wait, {who}: mean {}, 90 % {p90}, longest {max} ({} customers)", seconds(w.mean_ms), w.count)
    }));
    lines.join("\n")
}
