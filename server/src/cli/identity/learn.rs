//! `qingniao identity learn`: learns from judged pairs of records and measures on pairs it has not seen.

use crate::cli::{Failure, Output, answer};
use anyhow::{Context, Result};
use qn_identity::learned::{Judged, LearnOptions, PairModel, Record, read_pairs};
use qn_identity::measure::Quality;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Judged pairs to learn from
    #[arg(long)]
    train: PathBuf,
    /// More judged pairs to learn from: benchmarks keep them apart for choosing a threshold, which is done on held-out fifths here
    #[arg(long)]
    valid: Option<PathBuf>,
    /// Judged pairs to measure on
    #[arg(long)]
    test: PathBuf,
}

pub fn run(args: &Args, output: Output) -> Result<(), Failure> {
    let mut known = read(&args.train)?;
    if let Some(valid) = &args.valid {
        known.extend(read(valid)?);
    }
    let test = read(&args.test)?;
    let start = Instant::now();
    let model = PairModel::fit(&known, &LearnOptions::default());
    let seconds = start.elapsed().as_secs_f64();
    let records: Vec<(&Record, &Record)> = test.iter().map(|p| (&p.one, &p.other)).collect();
    let judged = model.judge(&records);
    let right = judged.iter().zip(&test).filter(|((_, linked), pair)| *linked && pair.same).count();
    let (linked, same) = (judged.iter().filter(|(_, linked)| *linked).count(), test.iter().filter(|p| p.same).count());
    let quality = Quality::new(same, linked, right);
    let json = json!({
        "learnt_from": known.len(), "pairs": test.len(), "quality": quality, "precision": quality.precision, "recall": quality.recall,
        "f1": quality.f1, "held_out_f1": model.held_out_f1, "threshold": model.threshold(), "one_to_one": model.is_one_to_one(),
        "train_seconds": seconds,
    });
    answer(output, &json, || {
        format!(
            "F1 {:.4} (precision {:.4}, recall {:.4}) on {} pairs; held out {:.4}; learnt from {} pairs in {seconds:.1} s",
            quality.f1,
            quality.precision,
            quality.recall,
            test.len(),
            model.held_out_f1,
            known.len()
        )
    });
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Judged>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    read_pairs(&text).with_context(|| path.display().to_string())
}
