//! `qingniao completions`: a script that lets a shell complete our commands.

use super::{Cli, Failure};
use clap::CommandFactory;
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  qingniao completions bash > /etc/bash_completion.d/qingniao\n  qingniao completions zsh > ~/.zfunc/_qingniao"
)]
pub struct Args {
    pub shell: Shell,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "qingniao", &mut script);
    super::say(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
