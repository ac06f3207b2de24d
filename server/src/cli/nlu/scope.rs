//! `qingniao nlu scope-bench`: hold out a share of the intents as unknown, train on the rest, and see whether test turns of the unknown
//! ones are told from the known. Thresholds come from the training examples only.

use super::as_encoder;
use super::labelled::{self, Columns};
use super::train::share;
use crate::cli::{Failure, Output, answer};
use crate::config::Config;
use crate::models::{find_folder, load};
use anyhow::{Context, Result, ensure};
use qn_nlu::encoder::{Encoder, Remembering};
use qn_nlu::intent::{self, Example, IntentModel, TrainOptions};
use qn_nlu::learn::measure::auroc;
use qn_nlu::learn::rng::Rng;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  qingniao nlu scope-bench --examples train.csv --test test.csv --label-column category --hold-out 0.25 --draws 5"
)]
pub struct Args {
    /// Training examples
    #[arg(long)]
    examples: PathBuf,
    /// Test examples of the same intents
    #[arg(long)]
    test: PathBuf,
    #[command(flatten)]
    columns: Columns,
    /// Folder or name of an encoder
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Share of intents that are held out
    #[arg(long, default_value_t = 0.25, value_parser = share)]
    hold_out: f32,
    /// Draws, seeded 1, 2, 3 …
    #[arg(long, default_value_t = 5)]
    draws: u64,
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// Shares of known turns the thresholds are set for.
const ANSWERED: [f32; 2] = [0.90, 0.95];

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    let (examples, test) = (labelled::read(&args.examples, &args.columns)?, labelled::read(&args.test, &args.columns)?);
    let folder = args.encoder.as_deref().map(|named| find_folder(config, named)).transpose()?;
    let encoder = folder.as_deref().map(|at| load(at, args.threads)).transpose()?;
    // The draws share their texts.
    let remembered = as_encoder(&encoder).map(Remembering::new);
    let encoder = remembered.as_ref().map(|e| e as &dyn Encoder);
    let draws: Vec<Value> = (1..=args.draws).map(|draw| one(args, (&examples, &test), draw, encoder)).collect::<Result<_>>()?;
    let mean = |name: &str| draws.iter().filter_map(|d| d[name].as_f64()).sum::<f64>() / draws.len().max(1) as f64;
    let mut means = serde_json::Map::new();
    for name in draws.first().and_then(Value::as_object).into_iter().flat_map(|d| d.keys()) {
        means.insert(name.clone(), mean(name).into());
    }
    means.remove("draw");
    let json = json!({ "mean": means, "draws": draws });
    answer(output, &json, || super::eval::table(&json["mean"]));
    Ok(())
}

fn one(args: &Args, (examples, test): (&[Example], &[Example]), draw: u64, encoder: Option<&dyn Encoder>) -> Result<Value> {
    let labels: BTreeSet<&str> = examples.iter().map(|e| e.label.as_str()).collect();
    let mut order: Vec<&str> = labels.into_iter().collect();
    Rng::new(draw).shuffle(&mut order);
    let unknown: BTreeSet<&str> = order.iter().copied().take((order.len() as f32 * args.hold_out).round() as usize).collect();
    ensure!(!unknown.is_empty() && unknown.len() + 2 <= order.len(), "hold out at least one intent and leave at least two");
    let taught: Vec<Example> = examples.iter().filter(|e| !unknown.contains(e.label.as_str())).cloned().collect();
    let known: Vec<bool> = test.iter().map(|e| !unknown.contains(e.label.as_str())).collect();
    let options = TrainOptions { threads: args.threads, seed: draw, ..TrainOptions::default() };
    let model = intent::train(&taught, &[], &options, encoder).context("training failed")?;
    let scores: Vec<f32> = test.iter().map(|e| model.predict(&e.text, encoder, 1).scope_score).collect();
    let margins: Vec<f32> = test.iter().map(|e| model.margin(&e.text, encoder)).collect();
    let mut row = json!({
        "draw": draw, "held_out": unknown.len(), "auroc": auroc(&scores, &known), "auroc_margin_alone": auroc(&margins, &known),
    });
    for answered in ANSWERED {
        let threshold = threshold_for(&model, answered);
        let passed = |known_wanted: bool| {
            let of: Vec<f32> = scores.iter().zip(&known).filter(|(_, k)| **k == known_wanted).map(|(s, _)| *s).collect();
            of.iter().filter(|s| **s >= threshold).count() as f64 / of.len().max(1) as f64
        };
        let percent = (answered * 100.0).round();
        row[format!("known_answered_at_{percent}")] = passed(true).into();
        row[format!("unknown_caught_at_{percent}")] = (1.0 - passed(false)).into();
    }
    Ok(row)
}

/// The strictest threshold of the curve that still answers this share of held-out known examples.
fn threshold_for(model: &IntentModel, answered: f32) -> f32 {
    let curve = &model.operating(model.encoder().is_some()).curve;
    let enough = curve.iter().filter(|p| p.answered >= answered - 1e-4);
    enough.map(|p| p.threshold).fold(f32::NEG_INFINITY, f32::max)
}
