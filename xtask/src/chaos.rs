//! Starting the test kit's programs: `chaos` (kill a freshly built server under load, or while it reads mail, and count what is lost), `replay` (feed it real
//! utterances and compare what goes in with what comes out) and `retail` (solve the tasks of tau-bench with flows).

use crate::install;
use crate::mail::MailServers;
use crate::postgres::Postgres;
use crate::run::{command, note, root};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Stdio;

#[derive(Debug, clap::Args)]
pub struct Chaos {
    /// How often the server is killed, on each database
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Kill the flow engine in the middle of refunds instead
    #[arg(long)]
    flows: bool,
    /// With --flows: how many refunds
    #[arg(long, requires = "flows")]
    refunds: Option<usize>,
    /// With --flows: every n-th write of the office is answered with 503
    #[arg(long, requires = "flows")]
    unavailable_every: Option<u64>,
    /// Kill the server while it reads so many mails from a Dovecot of its own instead
    #[arg(long, conflicts_with = "flows")]
    mails: Option<usize>,
    /// With --mails: after how many it is killed [default: 1000]
    #[arg(long, requires = "mails")]
    kill_every: Option<usize>,
    /// A PostgreSQL server on which databases may be made [default: one is started for the run]
    #[arg(long)]
    postgres_url: Option<String>,
    /// Only SQLite
    #[arg(long)]
    no_postgres: bool,
    /// Repeat the choices of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    /// The server to kill [default: a release build]
    #[arg(long)]
    binary: Option<PathBuf>,
    /// text or json
    #[arg(long, default_value = "text")]
    output: String,
}

#[derive(Debug, clap::Args)]
pub struct Replay {
    /// Folder with the data sets
    #[arg(long)]
    data: PathBuf,
    /// Customers at the same time
    #[arg(long, default_value_t = 300)]
    customers: usize,
    /// At most this many conversations
    #[arg(long)]
    limit: Option<usize>,
    /// A running server instead of a new one; needs --token
    #[arg(long)]
    server: Option<String>,
    /// An admin's token on that server
    #[arg(long)]
    token: Option<String>,
    /// Start the server on a fresh database of this PostgreSQL server
    #[arg(long)]
    postgres_url: Option<String>,
    /// The server to start [default: a release build]
    #[arg(long)]
    binary: Option<PathBuf>,
    /// A person in Chromium answers too; installs what that needs
    #[arg(long, conflicts_with = "server")]
    browser: bool,
    /// text or json
    #[arg(long, default_value = "text")]
    output: String,
}

#[derive(Debug, clap::Args)]
pub struct Retail {
    /// Folder with the tau-bench retail set: db.json, tools.json, tasks.json, gold_patches.jsonl
    #[arg(long)]
    data: PathBuf,
}

pub fn retail(wish: &Retail) -> Result<()> {
    testkit("retail", &["--data".to_owned(), absolute(&wish.data)?])
}

pub fn chaos(wish: Chaos) -> Result<()> {
    let binary = wish.binary.map_or_else(build, Ok)?;
    let own = match (&wish.postgres_url, wish.no_postgres) {
        (None, false) => Some(Postgres::start()?),
        _ => None,
    };
    let mut args = vec!["--binary".to_owned(), binary.display().to_string(), "--rounds".to_owned(), wish.rounds.to_string()];
    args.extend(["--output".to_owned(), wish.output]);
    args.extend(wish.flows.then(|| "--flows".to_owned()));
    optional(&mut args, "--postgres-url", own.as_ref().map(Postgres::url).or(wish.postgres_url).filter(|_| !wish.no_postgres));
    optional(&mut args, "--refunds", wish.refunds.map(|n| n.to_string()));
    optional(&mut args, "--unavailable-every", wish.unavailable_every.map(|n| n.to_string()));
    let mail = wish.mails.map(|_| MailServers::start()).transpose()?;
    optional(&mut args, "--mails", wish.mails.map(|n| n.to_string()));
    optional(&mut args, "--kill-every", wish.kill_every.map(|n| n.to_string()));
    optional(&mut args, "--mail-servers", mail.as_ref().map(MailServers::told));
    optional(&mut args, "--seed", wish.seed.map(|s| s.to_string()));
    testkit("chaos", &args)
}

pub fn replay(wish: Replay) -> Result<()> {
    let mut args = vec!["--data".to_owned(), absolute(&wish.data)?, "--customers".to_owned(), wish.customers.to_string()];
    args.extend(["--output".to_owned(), wish.output]);
    if wish.server.is_none() {
        args.extend(["--binary".to_owned(), wish.binary.map_or_else(build, Ok)?.display().to_string()]);
    }
    optional(&mut args, "--limit", wish.limit.map(|n| n.to_string()));
    optional(&mut args, "--server", wish.server);
    optional(&mut args, "--token", wish.token);
    optional(&mut args, "--postgres-url", wish.postgres_url);
    if wish.browser {
        install::system()?;
        install::web()?;
        args.extend(["--browser".to_owned(), root().join("web/e2e/replay-agent.mjs").display().to_string()]);
    }
    testkit("replay", &args)
}

/// Builds the server as it is shipped and says where it is.
fn build() -> Result<PathBuf> {
    cargo(&["build", "--release", "-p", "qn-server"].map(str::to_owned))?;
    Ok(root().join("target/release/qingniao"))
}

fn testkit(name: &str, args: &[String]) -> Result<()> {
    let mut all: Vec<String> = ["run", "--quiet", "-p", "qn-testkit", "--bin", name, "--"].iter().map(|a| (*a).to_owned()).collect();
    all.extend_from_slice(args);
    cargo(&all)
}

/// Its output is the result; nothing of ours may be mixed into it.
fn cargo(args: &[String]) -> Result<()> {
    note(format!("── cargo {}", args.join(" ")));
    let chromium = install::chromium().unwrap_or_default();
    let status = command("cargo")
        .args(args)
        .current_dir(root())
        .stdin(Stdio::null())
        .env("QN_CHROMIUM", chromium)
        .status()
        .context("cargo cannot be started")?;
    if !status.success() {
        bail!("failed: cargo {} ({status})", args.join(" "));
    }
    Ok(())
}

fn optional(args: &mut Vec<String>, name: &str, value: Option<String>) {
    if let Some(value) = value {
        args.extend([name.to_owned(), value]);
    }
}

/// The program runs in the repository's root, wherever this one was called.
fn absolute(path: &std::path::Path) -> Result<String> {
    Ok(std::path::absolute(path)?.display().to_string())
}
