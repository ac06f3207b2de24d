//! `cargo xtask chaos`: kills the server under load and counts what is lost. Prints one JSON object per database, in a list.

use anyhow::Result;
use clap::{Parser, ValueEnum};
use qn_testkit::chaos::{self, Options, Report};
use qn_testkit::mail_chaos::{self, Mailbox};
use qn_testkit::{Database, Random, flow_chaos};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "chaos", about = "Kill the server under load, again and again, and count what is lost")]
struct Args {
    /// The server to kill
    #[arg(long)]
    binary: PathBuf,
    /// How often it is killed
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Kill the flow engine in the middle of refunds instead
    #[arg(long)]
    flows: bool,
    /// With --flows: how many refunds
    #[arg(long, default_value_t = 1_000)]
    refunds: usize,
    /// With --flows: every n-th write of the office is answered with 503
    #[arg(long, default_value_t = 9)]
    unavailable_every: u64,
    /// Kill the server while it reads so many mails instead; needs --mail-servers
    #[arg(long, requires = "mail_servers")]
    mails: Option<usize>,
    /// With --mails: after how many it is killed
    #[arg(long, default_value_t = 1_000)]
    kill_every: usize,
    /// Where they are, as `cargo xtask mail` tells it
    #[arg(long)]
    mail_servers: Option<String>,
    #[arg(long, default_value_t = 24)]
    visitors: usize,
    /// A PostgreSQL server on which a database may be made; without it only SQLite is tried
    #[arg(long)]
    postgres_url: Option<String>,
    /// Repeat the choices of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "chaos: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<bool> {
    let seed = args.seed.unwrap_or_else(Random::fresh_seed);
    if args.flows {
        return flows(&args, seed).await;
    }
    if let (Some(mails), Some(told)) = (args.mails, &args.mail_servers) {
        return mailbox(&args, mails, told).await;
    }
    let mut reports: Vec<Report> = Vec::new();
    for database in [Database::Sqlite].into_iter().chain(args.postgres_url.map(Database::Postgres)) {
        let options = Options { binary: args.binary.clone(), database, rounds: args.rounds, visitors: args.visitors, seed, progress };
        reports.push(chaos::run(&options).await?);
    }
    print(args.output, &reports)?;
    Ok(reports.iter().all(Report::is_clean))
}

async fn flows(args: &Args, seed: u64) -> Result<bool> {
    let mut reports = Vec::new();
    for database in [Database::Sqlite].into_iter().chain(args.postgres_url.clone().map(Database::Postgres)) {
        let binary = args.binary.clone();
        let options = flow_chaos::Options {
            binary,
            database,
            refunds: args.refunds,
            concurrency: 50,
            seed,
            unavailable_every: args.unavailable_every,
        };
        reports.push(flow_chaos::run(&options).await?);
    }
    print(args.output, &reports)?;
    Ok(reports.iter().all(flow_chaos::Report::is_clean))
}

async fn mailbox(args: &Args, mails: usize, told: &str) -> Result<bool> {
    let mut reports = Vec::new();
    for database in [Database::Sqlite].into_iter().chain(args.postgres_url.clone().map(Database::Postgres)) {
        let mailbox = Mailbox::told(told, &format!("chaos-{}", database.name()))?;
        let options = mail_chaos::Options { binary: args.binary.clone(), database, mails, kill_every: args.kill_every, mailbox };
        reports.push(mail_chaos::run(&options).await?);
    }
    print(args.output, &reports)?;
    Ok(reports.iter().all(mail_chaos::Report::is_clean))
}

fn print<T: serde::Serialize>(output: Output, reports: &[T]) -> Result<()> {
    let text = match output {
        Output::Json => serde_json::to_string(reports)?,
        Output::Text => serde_json::to_string_pretty(reports)?,
    };
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn progress(round: usize, database: &str) {
    if round.is_multiple_of(25) {
        let _ = writeln!(std::io::stderr(), "{database}: killed {round} times");
    }
}
