//! `cargo xtask replay`: real utterances through the API channel, and a report whose figures must match.

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use qn_domain::Presence;
use qn_testkit::company::Wish;
use qn_testkit::replay::browser::Browser;
use qn_testkit::replay::{self, Desk, Inlet, Report, data};
use qn_testkit::{Api, Company, Database, Plan, Receiver, Server, Storage};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "replay", about = "Send real utterances through the API channel and compare what goes in with what comes out")]
struct Args {
    /// The server to start
    #[arg(long, required_unless_present = "server")]
    binary: Option<PathBuf>,
    /// Folder with the data sets (dialog_zh/crosswoz, intent_en/…)
    #[arg(long)]
    data: PathBuf,
    /// Customers at the same time
    #[arg(long, default_value_t = 300)]
    customers: usize,
    /// At most this many conversations
    #[arg(long)]
    limit: Option<usize>,
    /// Agents who answer what is handed over, on a server that this program starts
    #[arg(long, default_value_t = 3)]
    agents: usize,
    /// A program for node that answers in a real browser, on a server that this program starts
    #[arg(long, conflicts_with = "server")]
    browser: Option<PathBuf>,
    /// A running server instead of a new one, e.g. http://127.0.0.1:8080; it must allow calls to 127.0.0.1
    #[arg(long, requires = "token")]
    server: Option<String>,
    /// An admin's token on that server
    #[arg(long)]
    token: Option<String>,
    /// Start the server on a fresh database of this PostgreSQL server
    #[arg(long)]
    postgres_url: Option<String>,
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
            let _ = writeln!(std::io::stderr(), "replay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<bool> {
    let mut scripts = data::read(&args.data)?;
    scripts.truncate(args.limit.unwrap_or(usize::MAX));
    let receiver = Receiver::start().await?;
    let report = match (&args.server, &args.token) {
        (Some(url), Some(token)) => {
            let admin = Api::new(url.trim_end_matches('/'))?.as_caller(token);
            let inlet = Inlet::make(&admin, None, &receiver).await?;
            replay::run(&inlet, &receiver, scripts, args.customers, Desk::default()).await?
        }
        _ => {
            let database = args.postgres_url.map_or(Database::Sqlite, Database::Postgres);
            let plan = Plan::new(args.binary.context("--binary is needed")?);
            let storage = Storage::fresh(&database).await?;
            let wish = Wish { presence: Presence::Online, ..Wish::default() };
            let company = Company::found(&storage, &plan.binary, &receiver, &wish).await?;
            let server = Server::start(plan, storage).await?;
            let company = company.at(&server.url());
            let agents = ["lin", "zhao", "qian"].iter().take(args.agents).filter_map(|n| company.people.get(*n).cloned()).collect();
            let team_id = company.api_inbox.team_id.as_ref().map(|id| id.as_str());
            let browser = match &args.browser {
                Some(program) => Some(Browser::start(program, &server.url(), &company.admin.api, team_id).await?),
                None => None,
            };
            let desk = Desk { agents, browser };
            let report = replay::run(&Inlet::of(&company), &receiver, scripts, args.customers, desk).await?;
            server.finish().await?;
            report
        }
    };
    print(&report, args.output)?;
    Ok(report.matches)
}

fn print(report: &Report, output: Output) -> Result<()> {
    let text = match output {
        Output::Json => serde_json::to_string(report)?,
        Output::Text => serde_json::to_string_pretty(report)?,
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
