//! `qingniao nlu eval --live`: the version that a company's bot reads by today, as turns are read, against a labelled file.

use super::labelled::Columns;
use super::percentiles_us;
use crate::cli::{Failure, Output, answer, block_on, database, table, usage};
use crate::config::Config;
use anyhow::{Result, anyhow};
use qn_engine::{LiveVersion, Reading};
use qn_nlu::intent::report::Report;
use qn_nlu::intent::{Alternative, Prediction};
use std::path::Path;
use std::time::Instant;

pub struct Asked<'a> {
    pub file: &'a Path,
    pub columns: &'a Columns,
    pub tenant: Option<&'a str>,
    pub oos_label: Option<&'a str>,
    pub details: bool,
}

pub fn run(config: &Config, asked: &Asked<'_>, output: Output) -> Result<(), Failure> {
    let json = block_on(measure(config, asked))?;
    answer(output, &json, || super::eval::table(&json));
    Ok(())
}

async fn measure(config: &Config, asked: &Asked<'_>) -> Result<serde_json::Value, Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, asked.tenant).await.map_err(usage)?;
    let found = LiveVersion::find(&db, &tenant.id).await.map_err(|error| anyhow!(error))?;
    db.close().await;
    let live = found.ok_or_else(|| anyhow!("{} has no live version: train and publish one in the console", tenant.name))?;
    let names = live.names();
    let examples = read(asked, &names)?;
    let encoder = crate::models::text_encoder(config);
    let (mut nanos, mut judged, mut encoded) = (Vec::new(), Vec::new(), false);
    for (text, label) in &examples {
        let start = Instant::now();
        let reading = live.read(text, &encoder).await;
        nanos.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        encoded |= reading.encoded;
        judged.push((label.as_str(), prediction(reading)));
    }
    let (p50, p99) = percentiles_us(nanos);
    let report = Report::of(&names, &judged, Vec::new());
    let mut json = serde_json::json!({
        "tenant": tenant.id, "version": live.number(), "encoded": encoded, "examples": report.examples,
        "accuracy": report.accuracy, "macro_f1": report.macro_f1, "in_scope_accuracy": report.in_scope_accuracy,
        "oos_recall": report.oos_recall, "oos_precision": report.oos_precision, "auroc": report.auroc,
        "ece": report.ece, "coverage": report.coverage, "wrong": report.wrong, "predict_p50_us": p50, "predict_p99_us": p99,
    });
    if asked.details {
        json["intents"] = serde_json::json!(report.intents);
        json["mistakes"] = serde_json::json!(report.mistakes);
    }
    Ok(json)
}

/// Texts with their labels; a label that is no intent's name is a mistake of the file.
fn read(asked: &Asked<'_>, names: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut examples = Vec::new();
    for record in table::read(asked.file, &[&asked.columns.text_column, &asked.columns.label_column])? {
        let line = record.line;
        let [text, label] = <[String; 2]>::try_from(record.fields).unwrap_or_default();
        let label = label.trim().to_owned();
        if asked.oos_label != Some(&label) && names.binary_search(&label).is_err() {
            return Err(usage(anyhow!("{} line {line}: no intent is called {label:?}", asked.file.display())));
        }
        examples.push((text, label));
    }
    Ok(examples)
}

/// As a trained file's predictions are, so that both are counted alike.
fn prediction(reading: Reading) -> Prediction {
    let alternatives = reading.ranked.into_iter().map(|one| Alternative { label: one.name, probability: one.probability });
    Prediction {
        alternatives: alternatives.collect(),
        in_scope: reading.accepted,
        scope_score: reading.score,
        scope_probability: reading.in_scope,
        encoded: reading.encoded,
    }
}
