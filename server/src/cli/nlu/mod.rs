//! `qingniao nlu`: train, measure and try what understands customers, from labelled files. Thin: learning is `qn_nlu`'s, files and clocks are here.

mod encoder;
mod eval;
mod labelled;
mod live;
mod predict;
mod scope;
mod state_eval;
mod stored;
mod tag;
mod train;

pub use labelled::Columns;

use super::{Failure, Output};
use crate::config::Config;
use qn_nlu::Encoder;
use qn_nlu::learn::measure::Target;
use qn_nlu_neural::NeuralEncoder;

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao nlu train --examples train.csv --text-column text --label-column intent --model model\n  \
    qingniao nlu eval --model model --examples test.csv --text-column text --label-column intent --output json\n  \
    qingniao nlu eval --live --examples test.csv --label-column intent --output json\n  \
    echo 'where is my parcel' | qingniao nlu predict --model model\n  \
    qingniao nlu tag train --examples train.bio --model slots\n  \
    qingniao nlu tag eval --model slots --examples test.bio --output json\n  qingniao nlu state-eval --dialogues test.json")]
pub enum Command {
    /// Learn intents from a labelled file: CSV with a header, or JSON lines
    Train(train::Args),
    /// Compare a model with a labelled file it was not trained on
    Eval(eval::Args),
    /// Read lines from standard input (or one text) and print what each means, one JSON object a line
    Predict(predict::Args),
    /// Measure how well turns of intents that were held out are told from known ones
    ScopeBench(scope::Args),
    /// Learn and score slots from column files
    #[command(subcommand)]
    Tag(tag::Command),
    /// Score the rule tracker of dialogue states on recorded dialogues
    StateEval(state_eval::Args),
}

/// `learn::measure::Target`, as the command line says it.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum WantedTarget {
    Accuracy,
    MacroF1,
}

impl From<WantedTarget> for Target {
    fn from(wanted: WantedTarget) -> Self {
        match wanted {
            WantedTarget::Accuracy => Target::Accuracy,
            WantedTarget::MacroF1 => Target::MacroF1,
        }
    }
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Train(args) => train::run(config, &args, output),
        Command::Eval(args) => eval::run(config, &args, output),
        Command::Predict(args) => predict::run(config, &args),
        Command::ScopeBench(args) => scope::run(config, &args, output),
        Command::Tag(command) => tag::run(command, output),
        Command::StateEval(args) => state_eval::run(&args, output),
    }
}

/// As the models take it.
fn as_encoder(encoder: &Option<NeuralEncoder>) -> Option<&dyn Encoder> {
    encoder.as_ref().map(|e| e as &dyn Encoder)
}

/// Microseconds a call takes: the median and the 99th percentile.
fn percentiles_us(mut nanos: Vec<u64>) -> (f64, f64) {
    nanos.sort_unstable();
    let at = |share: f64| nanos.get(((nanos.len() as f64 * share) as usize).min(nanos.len().saturating_sub(1)));
    let us = |share| at(share).map_or(0.0, |n| *n as f64 / 1_000.0);
    (us(0.50), us(0.99))
}
