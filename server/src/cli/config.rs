//! `qingniao config check|print`.

use super::{Failure, say};
use crate::config::Config;
use anyhow::Context;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read the configuration and say whether it is valid
    Check,
    /// Print the configuration as it takes effect, without secrets
    Print {
        /// Kept for symmetry with other tools: printing is always of the effective values
        #[arg(long, hide = true)]
        effective: bool,
    },
}

pub fn run(config: &Config, command: Command) -> Result<(), Failure> {
    match command {
        Command::Check => say("the configuration is valid"),
        Command::Print { effective: _ } => {
            let text = toml::to_string_pretty(&config.redacted()).context("the configuration cannot be printed")?;
            say(text.trim_end());
        }
    }
    Ok(())
}
