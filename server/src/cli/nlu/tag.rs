//! `qingniao nlu tag`: trains and scores a slot tagger from column files (a token and its BIO or BIOES label a line).

use crate::cli::{Failure, Output, answer, usage};
use anyhow::{Context, Result, anyhow};
use qn_nlu::tag::{FILE_BYTES_MAX, Options, Score, Sentence, Span, Tagger, read_columns, score, train};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The file of a model folder.
const MODEL_FILE: &str = "slots.qntg";
/// The largest column file read, in bytes.
const EXAMPLES_BYTES_MAX: u64 = 512 << 20;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Learn slots from examples
    #[command(
        after_help = "Examples:\n  qingniao nlu tag train --examples train.bio --model slots/\n  qingniao nlu tag train --examples train.bio --model slots/ --epochs 20 --output json"
    )]
    Train {
        /// Column file: token and label a line, an empty line between sentences
        #[arg(long)]
        examples: PathBuf,
        /// Folder the model is written to
        #[arg(long)]
        model: PathBuf,
        #[arg(long, default_value_t = Options::default().epochs)]
        epochs: usize,
        /// The same seed and examples give the same model
        #[arg(long, default_value_t = Options::default().seed)]
        seed: u64,
    },
    /// Score a model on examples it has not seen: precision, recall and F1 of whole slots
    #[command(after_help = "Examples:\n  qingniao nlu tag eval --model slots/ --examples test.bio --output json")]
    Eval {
        #[arg(long)]
        model: PathBuf,
        #[arg(long)]
        examples: PathBuf,
    },
}

pub fn run(command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Train { examples, model, epochs, seed } => {
            if !(1..=200).contains(&epochs) {
                return Err(usage(anyhow!("--epochs must be between 1 and 200")));
            }
            learn(&examples, &model, Options { epochs, seed, ..Options::default() }, output)
        }
        Command::Eval { model, examples } => evaluate(&model, &examples, output),
    }
}

fn learn(examples: &Path, folder: &Path, options: Options, output: Output) -> Result<(), Failure> {
    let sentences = read(examples)?;
    let started = Instant::now();
    let tagger = train(&sentences, &options, |_, _| {}).map_err(|e| usage(anyhow!("{}: {e}", examples.display())))?;
    let seconds = started.elapsed().as_secs_f64();
    let bytes = tagger.to_bytes();
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join(MODEL_FILE);
    let part = folder.join(format!("{MODEL_FILE}.part"));
    std::fs::write(&part, &bytes)
        .and_then(|()| std::fs::rename(&part, &path))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let row = json!({"sentences": sentences.len(), "slots": tagger.slots(), "train_seconds": seconds, "model_bytes": bytes.len()});
    answer(output, &row, || {
        format!(
            "{} sentences, {} slots, trained in {seconds:.1} s, {} KiB in {}",
            sentences.len(),
            tagger.slots().len(),
            bytes.len() / 1024,
            path.display()
        )
    });
    Ok(())
}

fn evaluate(folder: &Path, examples: &Path, output: Output) -> Result<(), Failure> {
    let path = folder.join(MODEL_FILE);
    let tagger = load(&path).map_err(usage)?;
    let sentences = read(examples)?;
    let started = Instant::now();
    let found: Vec<Vec<Span>> = sentences.iter().map(|s| tagger.tag(&s.tokens).into_iter().map(|t| t.span).collect()).collect();
    let microseconds = started.elapsed().as_secs_f64() * 1e6 / sentences.len().max(1) as f64;
    let score = score(sentences.iter().zip(&found).map(|(s, f)| (&s.spans[..], &f[..])));
    let row = json!({
        "sentences": score.sentences, "sentences_right": score.sentences_right, "precision": score.overall.precision, "recall": score.overall.recall,
        "f1": score.overall.f1, "by_slot": score.by_slot, "predict_mean_us": microseconds,
    });
    answer(output, &row, || text(&score, microseconds));
    Ok(())
}

fn text(score: &Score, microseconds: f64) -> String {
    let mut lines = vec![format!("{:<24} {:>8} {:>10} {:>8} {:>8}", "slot", "expected", "precision", "recall", "f1")];
    let overall = std::iter::once(("all", &score.overall));
    for (slot, c) in score.by_slot.iter().map(|(s, c)| (s.as_str(), c)).chain(overall) {
        lines.push(format!("{slot:<24} {:>8} {:>9.2}% {:>7.2}% {:>7.2}%", c.expected, c.precision * 100.0, c.recall * 100.0, c.f1 * 100.0));
    }
    lines.push(format!("{} of {} sentences right throughout, {microseconds:.0} µs each", score.sentences_right, score.sentences));
    lines.join("\n")
}

fn load(path: &Path) -> Result<Tagger> {
    let bytes = bounded(path, FILE_BYTES_MAX as u64)?;
    Tagger::from_bytes(&bytes).with_context(|| path.display().to_string())
}

fn read(path: &Path) -> Result<Vec<Sentence>, Failure> {
    let bytes = bounded(path, EXAMPLES_BYTES_MAX).map_err(usage)?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        usage(anyhow!("{}: line {line}: this is not UTF-8 text", path.display()))
    })?;
    let sentences = read_columns(&text).map_err(|e| usage(anyhow!("{}: {e}", path.display())))?;
    if sentences.is_empty() {
        return Err(usage(anyhow!("{}: there is no sentence in it", path.display())));
    }
    Ok(sentences)
}

fn bounded(path: &Path, most: u64) -> Result<Vec<u8>> {
    let length = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    anyhow::ensure!(length <= most, "{} has {length} bytes, {most} is the limit", path.display());
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}
