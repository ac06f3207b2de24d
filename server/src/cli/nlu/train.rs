//! `qingniao nlu train`: examples in, a model folder out.

use super::labelled::{self, Columns};
use super::stored::{self, Training};
use super::{WantedTarget, as_encoder};
use crate::cli::{Failure, Output, answer};
use crate::config::Config;
use crate::models::{find_folder, load};
use anyhow::Context;
use qn_nlu::intent::{self, TrainOptions};
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV with a header, or JSON lines
    #[arg(long)]
    examples: PathBuf,
    #[command(flatten)]
    columns: Columns,
    /// Folder for the model
    #[arg(long)]
    model: PathBuf,
    /// Folder or name of an encoder whose vectors are used beside the words
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Label of examples that are no intent at all
    #[arg(long)]
    oos_label: Option<String>,
    /// Labelled file for calibration and the operating point, instead of held-out examples
    #[arg(long)]
    validation: Option<PathBuf>,
    /// Share of known turns that are to be answered, in (0, 1]
    #[arg(long, default_value_t = 0.95, value_parser = share)]
    answered: f32,
    /// 0 counts all examples alike, 1 all intents alike
    #[arg(long, default_value_t = 0.0)]
    balance: f32,
    /// macro-f1: the balance that serves rare intents best in cross-validation of the examples
    #[arg(long, value_enum, default_value = "accuracy", conflicts_with = "balance")]
    target: WantedTarget,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

pub fn share(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if value > 0.0 && value <= 1.0 { Ok(value) } else { Err("must be above 0 and at most 1".to_owned()) }
}

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    let examples = labelled::read(&args.examples, &args.columns)?;
    let validation = args.validation.as_ref().map(|path| labelled::read(path, &args.columns)).transpose()?.unwrap_or_default();
    let options = TrainOptions {
        oos_label: args.oos_label.clone(),
        answered_min: args.answered,
        balance: args.balance,
        target: args.target.into(),
        seed: args.seed,
        threads: args.threads,
    };
    let folder = args.encoder.as_deref().map(|named| find_folder(config, named)).transpose()?;
    let encoder = folder.as_deref().map(|at| load(at, args.threads)).transpose()?;
    let start = Instant::now();
    let model = intent::train(&examples, &validation, &options, as_encoder(&encoder)).context("training failed")?;
    let train_seconds = start.elapsed().as_secs_f64();
    let training = Training { examples: examples.len(), intents: model.labels().len(), train_seconds, encoder: folder };
    stored::save(&args.model, &model, &training)?;
    let operating = model.operating(model.encoder().is_some());
    let point = operating.at(operating.threshold);
    let json = serde_json::json!({
        "examples": training.examples, "intents": training.intents, "train_seconds": train_seconds, "model_bytes": model.bytes(),
        "threshold": operating.threshold, "expected": point,
    });
    answer(output, &json, || {
        let (answered, wrong) = point.map_or((0.0, 0.0), |p| (p.answered * 100.0, p.wrong * 100.0));
        format!(
            "{} intents from {} examples in {train_seconds:.2} s: {}\nat this threshold it answers {answered:.0} % of known \
             questions and is wrong on {wrong:.1} % (from held-out examples)",
            training.intents,
            training.examples,
            args.model.display()
        )
    });
    Ok(())
}
