//! `qingniao model tune`: an encoder and labelled texts to a new model folder. Everything is written to a hidden folder beside the output
//! and gets its name in the end, so that breaking off leaves nothing.

use crate::cli::nlu::Columns;
use crate::cli::{Failure, Output, answer, say_progress, table, usage};
use crate::config::Config;
use crate::models::{NOTE, find_folder};
use anyhow::{Context, Result, anyhow, ensure};
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use qn_nlu_neural::tune::{Epoch, Example, Progress, Settings, TuneError, Tuner};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const TOLD_EVERY: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Only tokens that occur in the examples are tuned in the table of words; layers are tuned whole. A head over the labels is\n\
    trained with them and thrown away. With --validation the epoch that reads it best is kept. Examples that an encoder was tuned on\n\
    no longer say how well it reads new ones: give `nlu train` a --validation file of others for its threshold.\n\
    The same files, settings, seed and number of threads give the same bytes."
)]
pub struct Args {
    /// Folder or name of the encoder to begin with
    base: PathBuf,
    /// CSV with a header, TSV, or JSON lines
    #[arg(long)]
    examples: PathBuf,
    #[command(flatten)]
    columns: Columns,
    /// Folder for the tuned model, which must not exist; `--output DIR` means the same
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Labelled file, not part of the examples, that chooses the best epoch
    #[arg(long)]
    validation: Option<PathBuf>,
    /// Times that every example is seen
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: u32,
    /// Highest learning rate; it rises during the warm-up and then falls to nothing
    #[arg(long, default_value_t = 2e-5, value_parser = positive)]
    rate: f64,
    /// Learning rate of the head over the labels
    #[arg(long, default_value_t = 1e-3, value_parser = positive)]
    head_rate: f64,
    /// Examples of one step
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=4096))]
    batch: u16,
    /// Share of all steps in which the rate rises
    #[arg(long, default_value_t = 0.1, value_parser = share)]
    warmup: f64,
    /// Share of the numbers between layers that a step does without
    #[arg(long, default_value_t = 0.1, value_parser = share)]
    dropout: f64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: u8,
}

fn positive(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if value > 0.0 && value <= 1.0 { Ok(value) } else { Err("must be above 0 and at most 1".to_owned()) }
}

fn share(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..1.0).contains(&value) { Ok(value) } else { Err("must be at least 0 and below 1".to_owned()) }
}

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    if args.into.exists() {
        return Err(usage(anyhow!("{} exists already; give another folder", args.into.display())));
    }
    let base = find_folder(config, &args.base)?;
    let stop = watch_for_stop()?;
    let json = tune(&base, args, output, &stop)?;
    answer(output, &json, || text(&json, &args.into));
    Ok(())
}

/// SIGINT and SIGTERM are looked at between steps.
fn watch_for_stop() -> Result<Arc<AtomicBool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime cannot start")?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        let watch = |kind| signal(kind).context("signals cannot be watched");
        (watch(SignalKind::interrupt())?, watch(SignalKind::terminate())?)
    };
    let told = Arc::clone(&stop);
    // ends with the process
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
        told.store(true, Ordering::Relaxed);
    });
    Ok(stop)
}

fn tune(base: &Path, args: &Args, output: Output, stop: &AtomicBool) -> Result<Value> {
    let examples = table::read(&args.examples, &[&args.columns.text_column, &args.columns.label_column])?;
    let labels = labels(&examples);
    ensure!(labels.len() > 1, "{} has only one label", args.examples.display());
    let validation = args.validation.as_deref().map(|path| table::read(path, &[&args.columns.text_column, &args.columns.label_column]));
    let validation = validation.transpose()?.unwrap_or_default();
    let settings = Settings {
        epochs: args.epochs,
        rate: args.rate,
        head_rate: args.head_rate,
        batch: usize::from(args.batch),
        warmup: args.warmup,
        dropout: args.dropout,
        seed: args.seed,
        threads: usize::from(args.threads),
        ..Settings::default()
    };
    let (train, held_out) = (numbered(&examples, &labels, &args.examples)?, {
        let path = args.validation.as_deref().unwrap_or(&args.examples);
        numbered(&validation, &labels, path)?
    });
    let base_name = NeuralEncoder::load(base)?.name().to_owned();
    let start = Instant::now();
    let mut tuner = Tuner::new(base, &train, &held_out, settings.clone())?;
    let mut teller = Teller { start, told: start, epochs: args.epochs, mean: None, silent: output == Output::Json };
    let epochs = tuner.train(&mut |progress| {
        teller.tell(progress);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let epochs = match epochs {
        Err(TuneError::Stopped) => return Err(anyhow!("stopped; nothing was written")),
        other => other?,
    };
    let train_seconds = start.elapsed().as_secs_f64();
    let mut json = json!({
        "base": base_name, "labels": labels, "examples": train.len(), "validation_examples": held_out.len(),
        "settings": settings, "epochs": epochs, "kept_epoch": kept(&epochs),
    });
    json["encoder"] = json!(save(&tuner, &args.into, &json, stop)?);
    json["train_seconds"] = json!(train_seconds);
    json["folder"] = json!(args.into);
    Ok(json)
}

fn labels(examples: &[table::Record]) -> Vec<String> {
    let mut labels: Vec<String> = examples.iter().map(|record| record.fields[1].trim().to_owned()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

fn numbered<'a>(records: &'a [table::Record], labels: &[String], path: &Path) -> Result<Vec<Example<'a>>> {
    let example = |record: &'a table::Record| {
        let [text, label] = [0, 1].map(|at| record.fields[at].as_str());
        let found = labels.binary_search_by(|known| known.as_str().cmp(label.trim())).ok();
        let label = found.with_context(|| format!("{}: line {}: no example has the label {label:?}", path.display(), record.line))?;
        Ok(Example { text, label: label as u32 })
    };
    records.iter().map(example).collect()
}

/// The first of the best epochs by validation; without validation the last.
fn kept(epochs: &[Epoch]) -> Option<u32> {
    let better = |best: &Epoch, next: &Epoch| next.validation_accuracy > best.validation_accuracy || next.validation_accuracy.is_none();
    epochs.iter().copied().reduce(|best, next| if better(&best, &next) { next } else { best }).map(|epoch| epoch.epoch)
}

/// Writes the folder under a hidden name, lets a sentence through and gives it its name. Returns the encoder's name.
fn save(tuner: &Tuner, into: &Path, note: &Value, stop: &AtomicBool) -> Result<String> {
    let parent = into.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let hidden = tempfile::Builder::new().prefix(".tuning-").tempdir_in(parent).with_context(|| parent.display().to_string())?;
    tuner.save(hidden.path())?;
    fs::write(hidden.path().join(NOTE), format!("{note:#}\n")).context(NOTE)?;
    for file in qn_nlu_neural::FILES.iter().map(|file| hidden.path().join(file.path)).filter(|path| path.is_file()) {
        File::open(&file).and_then(|opened| opened.sync_all()).with_context(|| file.display().to_string())?;
    }
    let loaded = NeuralEncoder::load(hidden.path()).context("the tuned model cannot be used")?;
    ensure!(!stop.load(Ordering::Relaxed), "stopped; nothing was written");
    ensure!(!into.exists(), "{} has come into being meanwhile", into.display());
    fs::rename(hidden.path(), into).with_context(|| into.display().to_string())?;
    let digest = loaded.name().rsplit('@').next().unwrap_or_default();
    Ok(format!("{}@{digest}", into.file_name().unwrap_or_default().to_string_lossy()))
}

/// Progress on standard error.
struct Teller {
    start: Instant,
    told: Instant,
    epochs: u32,
    /// Loss of late, so that single batches do not make it jump.
    mean: Option<f64>,
    silent: bool,
}

impl Teller {
    fn tell(&mut self, progress: Progress) {
        match progress {
            Progress::Step { step, steps, loss } => {
                let mean = self.mean.map_or(loss, |mean| 0.95 * mean + 0.05 * loss);
                self.mean = Some(mean);
                if self.told.elapsed() < TOLD_EVERY || self.silent {
                    return;
                }
                self.told = Instant::now();
                let left = self.start.elapsed().mul_f64((steps - step) as f64 / step as f64);
                say_progress(format!("step {step} of {steps}: loss {mean:.3}, {} left", minutes(left)));
            }
            Progress::Epoch(epoch) if !self.silent => {
                let read = epoch.validation_accuracy.map(|share| format!(", {:.2} % of the validation file right", share * 100.0));
                say_progress(format!("epoch {} of {}: loss {:.3}{}", epoch.epoch, self.epochs, epoch.loss, read.unwrap_or_default()));
            }
            Progress::Epoch(_) => {}
        }
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}

fn text(json: &Value, into: &Path) -> String {
    let labels = json["labels"].as_array().map_or(0, Vec::len);
    format!(
        "{}: tuned from {} by {} examples of {labels} labels in {:.0} s; epoch {} was kept\n{}\nadd it with: qingniao model add {}",
        json["encoder"].as_str().unwrap_or_default(),
        json["base"].as_str().unwrap_or_default(),
        json["examples"],
        json["train_seconds"].as_f64().unwrap_or_default(),
        json["kept_epoch"],
        into.display(),
        into.display()
    )
}
