//! `qingniao emotion`: measures the shipped emotions on a labelled file, or trains and measures a classifier on any labels.

mod corrections;

use super::nlu::WantedTarget;
use super::table;
use super::{Failure, Output, answer, usage};
use crate::config::Config;
use crate::models::{find_folder, load};
use anyhow::{Context, Result, anyhow};
use qn_nlu::emotion::Moods;
use qn_nlu::emotion::classifier::{Classifier, Example, Recipe};
use qn_nlu::encoder::Encoder;
use qn_nlu::learn::measure::Confusion;
use qn_nlu_neural::NeuralEncoder;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao emotion eval --examples turns.csv\n  qingniao emotion train --examples train.csv --model mood.bin --target macro-f1\n  \
    qingniao emotion eval --examples test.csv --model mood.bin --output json\n  qingniao emotion corrections > corrected.jsonl"
)]
pub enum Command {
    /// Learn a classifier from labelled texts
    Train {
        #[command(flatten)]
        file: File,
        /// Where the model goes
        #[arg(long)]
        model: PathBuf,
        /// What the borders between labels are set for
        #[arg(long, value_enum, default_value = "accuracy")]
        target: WantedTarget,
        /// Folder or name of an encoder whose vectors are read beside the words
        #[arg(long)]
        encoder: Option<PathBuf>,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measure a model, or without one the emotions that ship with the program
    Eval {
        #[command(flatten)]
        file: File,
        #[arg(long)]
        model: Option<PathBuf>,
        /// Folder or name of the encoder that the model was trained with
        #[arg(long, requires = "model")]
        encoder: Option<PathBuf>,
        /// The file's name for a label of the model, as model=file; several may map to one. Rows with other labels are left out
        #[arg(long = "map")]
        maps: Vec<String>,
    },
    /// What agents said turns felt like, as JSON lines for `train`
    Corrections(corrections::Args),
}

/// Which rows of which file.
#[derive(Debug, clap::Args)]
pub struct File {
    /// CSV with a header, TSV, JSON lines or a JSON array
    #[arg(long)]
    examples: PathBuf,
    /// Column (or JSON key) with the text; a number counts columns of a file without a header
    #[arg(long, default_value = "text")]
    text_column: String,
    #[arg(long, default_value = "label")]
    label_column: String,
    /// Only rows 0, N, 2N … (a fixed test part of a file that has none)
    #[arg(long, conflicts_with = "without_every", value_parser = clap::value_parser!(u64).range(2..))]
    every: Option<u64>,
    /// All rows but 0, N, 2N … (the training part that goes with --every)
    #[arg(long, value_parser = clap::value_parser!(u64).range(2..))]
    without_every: Option<u64>,
}

/// `config` matters only to what reads the database, and to encoders by name.
pub fn run(config: &Config, command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Train { file, model, target, encoder, seed } => {
            let recipe = Recipe { target: (*target).into(), seed: *seed, ..Recipe::default() };
            train(file, model, &recipe, opened(config, encoder.as_deref())?.as_ref(), output)
        }
        Command::Eval { file, model, encoder, maps } => {
            let judge = Judge::open(model.as_deref(), opened(config, encoder.as_deref())?)?;
            eval(file, &judge, maps, output)
        }
        Command::Corrections(args) => corrections::run(config, args),
    }
}

impl Command {
    /// It works on files alone, and needs no configuration.
    pub fn is_of_files(&self) -> bool {
        match self {
            Command::Train { encoder, .. } | Command::Eval { encoder, .. } => encoder.is_none(),
            Command::Corrections(_) => false,
        }
    }
}

fn opened(config: &Config, named: Option<&Path>) -> Result<Option<NeuralEncoder>> {
    named.map(|named| load(&find_folder(config, named)?, 2)).transpose()
}

/// (text, label) of the chosen rows.
fn rows(file: &File) -> Result<Vec<(String, String)>, Failure> {
    let records = table::read(&file.examples, &[&file.text_column, &file.label_column])?;
    let chosen = |at: u64| match (file.every, file.without_every) {
        (Some(n), _) => at.is_multiple_of(n),
        (_, Some(n)) => !at.is_multiple_of(n),
        _ => true,
    };
    let rows = (0u64..).zip(records).filter(|(at, _)| chosen(*at)).filter_map(|(_, record)| {
        let mut fields = record.fields.into_iter();
        Some((fields.next()?, fields.next()?.trim().to_owned()))
    });
    Ok(rows.collect())
}

fn train(file: &File, path: &Path, recipe: &Recipe, encoder: Option<&NeuralEncoder>, output: Output) -> Result<(), Failure> {
    let rows = rows(file)?;
    let mut labels: Vec<String> = rows.iter().map(|(_, label)| label.clone()).collect();
    labels.sort_unstable();
    labels.dedup();
    if labels.len() < 2 {
        return Err(anyhow!("{} has only one label", file.examples.display()).into());
    }
    let label = |name: &String| labels.binary_search(name).unwrap_or_default() as u32;
    let examples: Vec<Example<'_>> = rows.iter().map(|(text, name)| Example { text, label: label(name) }).collect();
    let start = Instant::now();
    let classifier = match encoder {
        Some(encoder) => Classifier::fit_with(&labels, &examples, encoder, recipe).context("training failed")?,
        None => Classifier::fit(&labels, &examples, recipe),
    };
    let bytes = classifier.write();
    let train_seconds = start.elapsed().as_secs_f64();
    std::fs::write(path, &bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    let json = json!({"examples": rows.len(), "labels": labels, "train_seconds": train_seconds, "model_bytes": bytes.len()});
    answer(output, &json, || format!("{} labels from {} examples in {train_seconds:.2} s: {}", labels.len(), rows.len(), path.display()));
    Ok(())
}

/// The place of a text's label.
type Reading = dyn Fn(&str) -> Result<u32>;

/// Reads a text as one of `labels`.
struct Judge {
    labels: Vec<String>,
    read: Box<Reading>,
}

impl Judge {
    fn open(model: Option<&Path>, encoder: Option<NeuralEncoder>) -> Result<Self, Failure> {
        let Some(path) = model else {
            let (moods, labels) = (Moods::new(), qn_nlu::emotion::examples::LABELS);
            let at = move |text: &str| labels.iter().position(|(e, _)| *e == moods.read(text).emotion).unwrap_or(0) as u32;
            let read = move |text: &str| -> Result<u32> { Ok(at(text)) };
            return Ok(Self { labels: labels.iter().map(|(_, name)| (*name).to_owned()).collect(), read: Box::new(read) });
        };
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let classifier = Classifier::read(&bytes).with_context(|| path.display().to_string())?;
        let (labels, trained_with) = (classifier.labels().to_vec(), classifier.encoder().map(str::to_owned));
        match (trained_with, encoder) {
            (None, None) => Ok(Self { labels, read: Box::new(move |text: &str| -> Result<u32> { Ok(classifier.predict(text)) }) }),
            (Some(name), Some(encoder)) if name == encoder.name() => {
                let read = move |text: &str| -> Result<u32> {
                    let vector = encoder.encode(&[text])?.pop().unwrap_or_default();
                    Ok(classifier.predict_with(text, &vector))
                };
                Ok(Self { labels, read: Box::new(read) })
            }
            (Some(name), _) => {
                Err(usage(anyhow!("{} was trained with the encoder {name}: name its folder with --encoder", path.display())))
            }
            (None, Some(_)) => Err(usage(anyhow!("{} was trained without an encoder: leave out --encoder", path.display()))),
        }
    }
}

fn eval(file: &File, judge: &Judge, maps: &[String], output: Output) -> Result<(), Failure> {
    let names = names(&judge.labels, maps)?;
    let mut classes: Vec<&String> = names.iter().flatten().collect();
    classes.sort_unstable();
    classes.dedup();
    let class = |name: &String| classes.binary_search(&name).ok().map(|c| c as u32);
    let (mut confusion, mut left_out, mut micros) = (Confusion::new(classes.len()), 0, Vec::new());
    for (text, label) in rows(file)? {
        let Some(truth) = class(&label) else {
            left_out += 1;
            continue;
        };
        let start = Instant::now();
        let read = (judge.read)(&text)?;
        micros.push(start.elapsed().as_secs_f32() * 1e6);
        confusion.add(truth, names[read as usize].as_ref().and_then(class));
    }
    if micros.is_empty() {
        return Err(anyhow!("no row has one of the labels {}", judge.labels.join(", ")).into());
    }
    let json = report(&confusion, &classes, left_out, &micros);
    answer(output, &json, || text(&json));
    Ok(())
}

/// What each label of the model is called in the file; none when the file does not have it.
fn names(labels: &[String], maps: &[String]) -> Result<Vec<Option<String>>, Failure> {
    if maps.is_empty() {
        return Ok(labels.iter().cloned().map(Some).collect());
    }
    let mut names = vec![None; labels.len()];
    for map in maps {
        let (ours, theirs) = map.split_once('=').with_context(|| format!("--map {map}: not model=file")).map_err(usage)?;
        let at = labels.iter().position(|l| l == ours);
        let at = at.with_context(|| format!("--map {map}: the model has {}", labels.join(", "))).map_err(usage)?;
        names[at] = Some(theirs.to_owned());
    }
    Ok(names)
}

fn report(confusion: &Confusion, classes: &[&String], left_out: usize, micros: &[f32]) -> Value {
    let mut by_label = Map::new();
    for (at, class) in classes.iter().enumerate() {
        let q = confusion.quality(at);
        by_label.insert((*class).clone(), json!({"precision": q.precision, "recall": q.recall, "f1": q.f1, "examples": q.support}));
    }
    json!({
        "examples": micros.len(), "left_out": left_out, "accuracy": confusion.accuracy(), "macro_f1": confusion.macro_f1(),
        "labels": by_label, "predict_p50_us": qn_nlu::learn::measure::quantile(micros, 0.5),
        "predict_p99_us": qn_nlu::learn::measure::quantile(micros, 0.99),
    })
}

fn text(json: &Value) -> String {
    let percent = |v: &Value| v.as_f64().unwrap_or_default() * 100.0;
    let mut lines = vec![format!("accuracy {:.2} %, macro-F1 {:.2} %", percent(&json["accuracy"]), percent(&json["macro_f1"]))];
    for (label, q) in json["labels"].as_object().into_iter().flatten() {
        let (precision, recall, f1) = (percent(&q["precision"]), percent(&q["recall"]), percent(&q["f1"]));
        lines.push(format!("{label}: precision {precision:.1} %, recall {recall:.1} %, F1 {f1:.1} %, {} examples", q["examples"]));
    }
    if json["left_out"] != 0 {
        lines.push(format!("{} rows have other labels and were left out (--map says what the file calls one)", json["left_out"]));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_mapped_and_wrong_ones_named() {
        let labels = ["anger".to_owned(), "joy".to_owned()];
        assert_eq!(names(&labels, &["anger=angry".to_owned()]).ok(), Some(vec![Some("angry".to_owned()), None]));
        assert!(names(&labels, &["rage=angry".to_owned()]).is_err_and(|f| f.code == 2 && f.error.to_string().contains("anger, joy")));
        assert!(names(&labels, &["anger".to_owned()]).is_err());
    }
}
