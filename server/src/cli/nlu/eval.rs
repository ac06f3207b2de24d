//! `qingniao nlu eval`: a model against a labelled file, as one JSON object or a table for people.

use super::labelled::{self, Columns};
use super::{as_encoder, encoder, live, percentiles_us, stored};
use crate::bench::memory::resident_bytes;
use crate::cli::{Failure, Output, answer};
use crate::config::Config;
use qn_nlu::intent::report;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "accuracy: best guesses that are right; with --oos-label, right decisions (answered rightly or rejected rightly).\n\
    in_scope_accuracy: known turns answered, and rightly. coverage: known turns answered. Shares are in [0, 1].\n\
    model_bytes: as the model reckons it. resident_bytes: by how much the process grew when it loaded and asked the model."
)]
pub struct Args {
    /// Folder of the model
    #[arg(long, required_unless_present = "live")]
    model: Option<PathBuf>,
    /// The live version of a company in the database instead, as turns are read; labels are names of its intents
    #[arg(long, conflicts_with_all = ["model", "encoder", "without_encoder"])]
    live: bool,
    /// With --live: the company, where there are several
    #[arg(long, requires = "live")]
    tenant: Option<String>,
    /// CSV with a header, or JSON lines
    #[arg(long)]
    examples: PathBuf,
    #[command(flatten)]
    columns: Columns,
    #[command(flatten)]
    encoder: encoder::Choice,
    /// Label of examples that are no intent at all
    #[arg(long)]
    oos_label: Option<String>,
    /// Also print each intent's figures, the commonest mistakes and the threshold curve
    #[arg(long)]
    details: bool,
}

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    let Some(folder) = &args.model else {
        let Args { examples, columns, tenant, oos_label, details, .. } = args;
        let (tenant, oos_label) = (tenant.as_deref(), oos_label.as_deref());
        return live::run(config, &live::Asked { file: examples, columns, tenant, oos_label, details: *details }, output);
    };
    let before = resident_bytes("self").unwrap_or_default();
    let (model, training) = stored::load(folder)?;
    let encoder = args.encoder.load(config, training.encoder.as_deref())?;
    let examples = labelled::read(&args.examples, &args.columns)?;
    let mut nanos = Vec::with_capacity(examples.len());
    let mut judged = Vec::with_capacity(examples.len());
    for example in &examples {
        let start = Instant::now();
        let prediction = model.predict(&example.text, as_encoder(&encoder), 3);
        nanos.push(start.elapsed().as_nanos() as u64);
        judged.push((example.label.as_str(), prediction));
    }
    // After the questions, when the file's bytes have been given back.
    let resident_bytes = resident_bytes("self").unwrap_or_default().saturating_sub(before);
    let (p50, p99) = percentiles_us(nanos);
    let report = report::compare(&model, &judged, args.oos_label.as_deref());
    let mut json = serde_json::json!({
        "examples": report.examples,
        "accuracy": report.accuracy, "macro_f1": report.macro_f1, "in_scope_accuracy": report.in_scope_accuracy,
        "oos_recall": report.oos_recall, "oos_precision": report.oos_precision, "auroc": report.auroc,
        "ece": report.ece, "coverage": report.coverage, "wrong": report.wrong, "train_seconds": training.train_seconds,
        "predict_p50_us": p50, "predict_p99_us": p99, "model_bytes": model.bytes(),
        "resident_bytes": resident_bytes,
    });
    if args.details {
        json["intents"] = serde_json::json!(report.intents);
        json["mistakes"] = serde_json::json!(report.mistakes);
        json["curve"] = serde_json::json!(report.curve);
    }
    answer(output, &json, || table(&json));
    Ok(())
}

/// One figure a line; lists as they are.
pub fn table(json: &serde_json::Value) -> String {
    let fields = json.as_object().into_iter().flatten();
    fields.map(|(name, value)| format!("{name:>20}  {value}")).collect::<Vec<_>>().join("\n")
}
