//! The project's own tasks: `cargo xtask test` is the whole check that CI runs; the rest are its parts.
//! Knows nothing of the product's code beyond its layout.

mod chaos;
mod corpora;
mod edges;
mod install;
mod introspect;
mod mail;
mod mariadb;
mod oracle;
mod postgres;
mod run;
mod test;
mod tidy;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "xtask", about = "Tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what is missing, then check everything
    Test {
        /// Skip what is slow: PostgreSQL, the browser, the web build
        #[arg(long)]
        fast: bool,
    },
    /// Check layout, file sizes, crate edges and wording
    Tidy,
    /// Kill the server under load, again and again, and count what is lost
    Chaos(chaos::Chaos),
    /// Send real utterances through the API channel and compare what goes in with what comes out
    Replay(chaos::Replay),
    /// Solve the retail tasks of tau-bench with flows and compare the end states
    Retail(chaos::Retail),
    /// Install what tests are held against: the SDKs that play the platforms, and MiniLM
    Oracle,
    /// Run a private Dovecot and Postfix and print how to reach them, until standard input ends
    Mail,
    /// Run a private MariaDB and print how to reach it, until standard input ends
    Mariadb,
    /// Measure mail and links on public corpora in the folder that QN_TEST_CORPORA names
    Corpora,
    /// Build the web pages into web/dist
    Web,
    /// Write docs/openapi.json and the client's types from the code
    Codegen,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            run::say(format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Test { fast } => test::run(fast),
        Task::Tidy => tidy::run(),
        Task::Chaos(wish) => chaos::chaos(wish),
        Task::Replay(wish) => chaos::replay(wish),
        Task::Retail(wish) => chaos::retail(&wish),
        Task::Oracle => oracle::install(),
        Task::Mail => mail::hold(),
        Task::Mariadb => mariadb::hold(),
        Task::Corpora => corpora::run(),
        Task::Web => web::build(),
        Task::Codegen => web::codegen(),
    }
}
