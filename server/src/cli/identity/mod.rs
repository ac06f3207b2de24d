//! `qingniao identity`: finds the records of one person in a table, and learns from judged pairs which records are one, on files alone;
//! shows and learns what likeness proves among a company's own contacts, in its database.

mod labels;
mod learn;
mod link;
mod rows;
mod weights;

use super::{Failure, Output};
use crate::config::Config;

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao identity link --records people.csv --output pairs.csv\n  \
    qingniao identity learn --train train.txt --valid valid.txt --test test.txt --output json\n  \
    qingniao identity weights --learn")]
pub enum Command {
    /// Find the records of one person in a CSV file, without labels
    #[command(after_help = "Examples:\n  qingniao identity link --records people.csv --output pairs.csv\n  \
        qingniao identity link --records people.csv --output pairs.csv --labels labels.csv --output-metrics json\n  \
        qingniao identity link --records people.csv --output pairs.csv --role member=user_id --role note=ignored\n\n\
        The first two columns of the pairs are the records' ids, the third the score from 0 to 1; then how the pair was found, its\n\
        weight in bits and each column's part in it. Labels are only measured against, never learnt from.")]
    Link(link::Args),
    /// Learn from judged pairs of records and measure on others
    #[command(after_help = "Examples:\n  qingniao identity learn --train train.txt --valid valid.txt --test test.txt --output json\n\n\
        A line of the files is one pair: COL name VAL value … <TAB> COL name VAL value … <TAB> 0 or 1.\n\
        The threshold is chosen on held-out fifths of the pairs learnt from; the test pairs are only judged.")]
    Learn(learn::Args),
    /// Show what likeness of two contacts proves at a company, usually and by its own contacts
    #[command(after_help = "Examples:\n  qingniao identity weights\n  qingniao identity weights --learn --output json\n\n\
        Bits above 0 speak for one person. A running server uses new weights within seconds, unless they are set aside in the console.")]
    Weights(weights::Args),
}

impl Command {
    /// Needs no configuration.
    pub fn is_of_files(&self) -> bool {
        !matches!(self, Command::Weights(_))
    }
}

pub fn run(config: &Config, command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Link(args) => link::run(args, output),
        Command::Learn(args) => learn::run(args, output),
        Command::Weights(args) => weights::run(config, args, output),
    }
}
