//! The project's own tasks: `cargo xtask test` is the whole check that CI runs; the rest are its parts.
//! Knows nothing of the product's code beyond its layout.

mod edges;
mod install;
mod postgres;
mod run;
mod test;
mod tidy;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    /// Build the web pages into web/dist
    Web,
    /// Write docs/openapi.json and the types generated from it
    Codegen,
}

fn main() -> Result<()> {
    match Cli::parse().task {
        Task::Test { fast } => test::run(fast),
        Task::Tidy => tidy::run(),
        Task::Web => web::build(),
        Task::Codegen => web::codegen(),
    }
}
