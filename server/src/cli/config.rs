//! `qingniao config check|print`.

use super::{Failure, Output, answer, say};
use crate::config::Config;
use anyhow::Context;

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao config check --config /etc/qingniao.toml\n  qingniao config print\n  qingniao config default > qingniao.toml"
)]
pub enum Command {
    /// Read the configuration and say whether it is valid
    Check,
    /// Print the configuration as it takes effect, without secrets
    Print {
        /// Kept for symmetry with other tools: printing is always of the effective values
        #[arg(long, hide = true)]
        effective: bool,
    },
    /// Print every setting with its default and what it means
    Default,
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Default => say(include_str!("../../qingniao.default.toml").trim_end()),
        Command::Check => answer(output, &serde_json::json!({"valid": true}), || "the configuration is valid".to_owned()),
        Command::Print { effective: _ } => {
            let shown = config.redacted();
            let text = toml::to_string_pretty(&shown).context("the configuration cannot be printed")?;
            let json = serde_json::to_value(&shown).context("the configuration cannot be printed")?;
            answer(output, &json, || text.trim_end().to_owned());
        }
    }
    Ok(())
}
