//! `qingniao match`: learns from pairs of questions whether two mean the same, and measures it.

use super::table;
use super::{Failure, Output, answer};
use anyhow::{Context, anyhow, bail};
use qn_nlu::learn::folds;
use qn_nlu::learn::measure::{auroc, quantile};
use qn_nlu::pair::{Pair, PairModel, PairOptions};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao match eval --pairs dev.tsv --train train.tsv\n  \
    qingniao match train --pairs train.csv --model pairs.bin\n  qingniao match eval --pairs dev.csv --model pairs.bin --output json")]
pub enum Command {
    /// Learn from judged pairs
    Train {
        /// CSV with a header, TSV, JSON lines or a JSON array
        #[arg(long)]
        pairs: PathBuf,
        #[command(flatten)]
        columns: Columns,
        /// Where the model goes
        #[arg(long)]
        model: PathBuf,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measure on judged pairs: with a model, learning from another file first, or by five folds of the pairs themselves
    Eval {
        #[arg(long)]
        pairs: PathBuf,
        #[command(flatten)]
        columns: Columns,
        /// Judged pairs to learn from
        #[arg(long, conflicts_with = "model")]
        train: Option<PathBuf>,
        #[arg(long)]
        model: Option<PathBuf>,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Debug, clap::Args)]
pub struct Columns {
    /// Two questions and the judgement (1 or 0, true or false, yes or no); numbers for a file without a header, which three columns parted by
    /// tabs do not need
    #[arg(long, default_value = COLUMNS)]
    columns: String,
}

const COLUMNS: &str = "sentence1,sentence2,label";

const FOLDS: usize = 5;
/// Of a first line that is looked at.
const LINE_BYTES_MAX: u64 = 64 << 10;

struct Judged {
    one: String,
    other: String,
    same: bool,
}

pub fn run(command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Train { pairs, columns, model, seed } => {
            let (learnt, count, train_seconds) = learn(pairs, columns, *seed)?;
            let bytes = learnt.write();
            std::fs::write(model, &bytes).with_context(|| format!("{} cannot be written", model.display()))?;
            let json = json!({"pairs": count, "train_seconds": train_seconds, "threshold": learnt.threshold(), "model_bytes": bytes.len()});
            answer(output, &json, || format!("{count} pairs in {train_seconds:.1} s: {}", model.display()));
            Ok(())
        }
        Command::Eval { pairs, columns, train, model, seed } => {
            let judged = read(pairs, columns)?;
            let json = match (train, model) {
                (Some(train), _) => {
                    let (learnt, _, seconds) = learn(train, columns, *seed)?;
                    measure(&guesses(&learnt, judged.iter()), Some(learnt.threshold()), Some(seconds))
                }
                (None, Some(path)) => {
                    let learnt = open(path)?;
                    measure(&guesses(&learnt, judged.iter()), Some(learnt.threshold()), None)
                }
                (None, None) => by_folds(&judged, *seed)?,
            };
            answer(output, &json, || text(&json));
            Ok(())
        }
    }
}

fn open(path: &Path) -> Result<PairModel, Failure> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(PairModel::read(&bytes).with_context(|| path.display().to_string())?)
}

fn read(path: &Path, columns: &Columns) -> Result<Vec<Judged>, Failure> {
    let names: Vec<&str> = columns.columns.split(',').map(str::trim).collect();
    let names = if columns.columns == COLUMNS && is_bare(path) { vec!["1", "2", "3"] } else { names };
    let judged = table::read(path, &names)?.into_iter().map(|record| {
        let [one, other, label] = <[String; 3]>::try_from(record.fields).map_err(|_| anyhow!("--columns: three names are needed"))?;
        match judgement(&label) {
            Some(same) => Ok(Judged { one, other, same }),
            None => bail!("{} line {}: {label:?} is neither 1 nor 0", path.display(), record.line),
        }
    });
    Ok(judged.collect::<anyhow::Result<Vec<Judged>>>()?)
}

fn judgement(label: &str) -> Option<bool> {
    match label.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// The first line of the file is a pair already: two texts and a judgement, parted by tabs.
fn is_bare(path: &Path) -> bool {
    // A pipe can be read once only.
    if !path.is_file() {
        return false;
    }
    let mut line = String::new();
    let read = File::open(path).and_then(|file| BufReader::new(file.take(LINE_BYTES_MAX)).read_line(&mut line));
    let fields: Vec<&str> = line.split('\t').collect();
    read.is_ok() && matches!(fields[..], [_, _, label] if judgement(label).is_some())
}

fn learn(path: &Path, columns: &Columns, seed: u64) -> Result<(PairModel, usize, f64), Failure> {
    let judged = read(path, columns)?;
    let start = Instant::now();
    Ok((fit(judged.iter(), seed), judged.len(), start.elapsed().as_secs_f64()))
}

fn fit<'j>(judged: impl Iterator<Item = &'j Judged>, seed: u64) -> PairModel {
    let pairs: Vec<Pair<'_>> = judged.map(|j| Pair { one: &j.one, other: &j.other, same: j.same }).collect();
    let mut options = PairOptions { seed, ..PairOptions::default() };
    options.boost.seed = seed;
    PairModel::fit(&pairs, &options)
}

/// What a model makes of a pair, beside the judgement.
struct Guess {
    probability: f32,
    right: bool,
    same: bool,
    micros: f32,
}

fn guesses<'j>(model: &PairModel, judged: impl Iterator<Item = &'j Judged>) -> Vec<Guess> {
    let guess = |j: &Judged| {
        let start = Instant::now();
        let probability = model.probability(&j.one, &j.other);
        let micros = start.elapsed().as_secs_f32() * 1e6;
        Guess { probability, right: (probability >= model.threshold()) == j.same, same: j.same, micros }
    };
    judged.map(guess).collect()
}

/// Each pair is judged by a model that learnt the others.
fn by_folds(judged: &[Judged], seed: u64) -> Result<Value, Failure> {
    let kinds: Vec<u32> = judged.iter().map(|j| u32::from(j.same)).collect();
    let fewest = kinds.iter().filter(|kind| **kind == 1).count().min(kinds.iter().filter(|kind| **kind == 0).count());
    if fewest < FOLDS {
        let why = format!("without --train or --model the pairs teach each other, which takes {FOLDS} at least of either judgement");
        return Err(super::usage(anyhow!(why)));
    }
    let fold = folds::stratified(&kinds, FOLDS, seed);
    let start = Instant::now();
    let mut all = Vec::with_capacity(judged.len());
    for held_out in 0..FOLDS {
        let (inside, outside) = folds::split(&fold, held_out);
        let model = fit(inside.iter().map(|at| &judged[*at]), seed);
        all.extend(guesses(&model, outside.iter().map(|at| &judged[*at])));
    }
    Ok(measure(&all, None, Some(start.elapsed().as_secs_f64())))
}

/// `threshold`: none where each fold has its own.
fn measure(guesses: &[Guess], threshold: Option<f32>, train_seconds: Option<f64>) -> Value {
    let micros: Vec<f32> = guesses.iter().map(|guess| guess.micros).collect();
    let scores: Vec<f32> = guesses.iter().map(|guess| guess.probability).collect();
    let same: Vec<bool> = guesses.iter().map(|guess| guess.same).collect();
    let right = guesses.iter().filter(|guess| guess.right).count();
    let most = same.iter().filter(|s| **s).count().max(same.iter().filter(|s| !**s).count());
    let share = |n: usize| n as f64 / same.len().max(1) as f64;
    json!({
        "pairs": same.len(), "accuracy": share(right), "majority": share(most), "auroc": auroc(&scores, &same),
        "spearman": spearman(&scores, &same), "threshold": threshold, "train_seconds": train_seconds,
        "predict_p50_us": quantile(&micros, 0.5), "predict_p99_us": quantile(&micros, 0.99),
    })
}

/// Rank correlation of scores with yes and no, ties at their mean rank. For a yes-or-no label it follows from the AUROC: with shares p
/// and q of the two and no ties among scores, it is √(3pq) × (2 × AUROC − 1).
fn spearman(scores: &[f32], same: &[bool]) -> f64 {
    let p = same.iter().filter(|s| **s).count() as f64 / same.len().max(1) as f64;
    (3.0 * p * (1.0 - p)).sqrt() * (2.0 * f64::from(auroc(scores, same)) - 1.0)
}

fn text(json: &Value) -> String {
    let percent = |key: &str| json[key].as_f64().unwrap_or_default() * 100.0;
    format!(
        "accuracy {:.2} % (always the commoner answer: {:.2} %), AUROC {:.4}, Spearman {:.4}, {} pairs",
        percent("accuracy"),
        percent("majority"),
        json["auroc"].as_f64().unwrap_or_default(),
        json["spearman"].as_f64().unwrap_or_default(),
        json["pairs"]
    )
}

#[cfg(test)]
mod tests {
    use super::spearman;

    #[test]
    fn spearman_against_ranks_by_hand() {
        // Ranks of the scores 1..4 against the mean ranks 1.5, 1.5, 3.5, 3.5: covariance 1, variances 1.25 and 1.
        let perfect = spearman(&[0.1, 0.2, 0.3, 0.4], &[false, false, true, true]);
        // The closed form holds for many scores; with four it is off by the factor √(n²−1)/n.
        assert!((perfect * 4.0 / 15f64.sqrt() - 1.0 / 1.25f64.sqrt()).abs() < 1e-6, "{perfect}");
        assert!(spearman(&[0.4, 0.3, 0.2, 0.1], &[false, false, true, true]) < 0.0);
    }
}
