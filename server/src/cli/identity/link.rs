//! `qingniao identity link`: the pairs of a table that are one person's, with the weights that say so.

use super::labels::same_pairs;
use super::rows;
use crate::cli::{Failure, Output, say, usage};
use anyhow::{Context, Result, anyhow};
use qn_identity::link::{Link, Outcome, Role, Scorer, Table, Thresholds, compare, link, pattern};
use qn_identity::measure::Quality;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV with a header; one column names the records
    #[arg(long)]
    records: PathBuf,
    /// CSV of the linked pairs; `--output FILE` says the same
    #[arg(long = "pairs", value_name = "FILE")]
    pairs: PathBuf,
    /// CSV of the pairs worth a person's look
    #[arg(long, value_name = "FILE")]
    suggestions: Option<PathBuf>,
    /// What a column holds, as column=role: id, given_name, surname, name, phone, email, date, address, place, code, number,
    /// category, text, user_id, ignored. Columns without one are guessed
    #[arg(long = "role", value_name = "COLUMN=ROLE")]
    roles: Vec<String>,
    /// CSV of the right answer to measure against: two columns of ids (and a label), or ids and a column named cluster
    #[arg(long)]
    labels: Option<PathBuf>,
    /// How alike records must be on the whole to be linked, 0 to 1
    #[arg(long, default_value_t = Thresholds::default().link)]
    link_at: f64,
    /// From where pairs are suggested
    #[arg(long, default_value_t = Thresholds::default().suggest)]
    suggest_at: f64,
    /// How the figures are printed
    #[arg(long, value_enum)]
    output_metrics: Option<Output>,
}

pub fn run(args: &Args, output: Output) -> Result<(), Failure> {
    let roles = args.roles.iter().map(|r| role(r)).collect::<Result<Vec<_>>>().map_err(usage)?;
    let read = rows::read(&args.records)?;
    let start = Instant::now();
    let table = Table::read(&read.header, &read.rows, &roles).map_err(|e| usage(anyhow!(e).context(args.records.display().to_string())))?;
    drop(read);
    let outcome = link(&table, Thresholds { link: args.link_at, suggest: args.suggest_at });
    let seconds = start.elapsed().as_secs_f64();
    write(&args.pairs, &table, &outcome, outcome.links.iter().copied())?;
    if let Some(path) = &args.suggestions {
        let suggested = outcome.suggestions.iter().map(|s| Link { a: s.a, b: s.b, score: s.probability, direct: true });
        write(path, &table, &outcome, suggested)?;
    }
    let quality = args.labels.as_deref().map(|path| measured(path, &table, &outcome)).transpose()?;
    let json = report(&table, &outcome, quality, seconds);
    match args.output_metrics.unwrap_or(output) {
        Output::Json => say(&json),
        Output::Text => say(text(&table, &outcome, &json)),
    }
    Ok(())
}

fn role(given: &str) -> Result<(String, Role)> {
    let (column, word) = given.rsplit_once('=').with_context(|| format!("--role {given}: column=role is wanted"))?;
    let known = || Role::ALL.map(Role::as_str).join(", ");
    let role = Role::parse(word).with_context(|| format!("--role {given}: there is no role {word:?}; there is {}", known()))?;
    Ok((column.to_owned(), role))
}

fn write(path: &Path, table: &Table, outcome: &Outcome, links: impl Iterator<Item = Link>) -> Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut out = csv::Writer::from_path(path).with_context(cannot)?;
    let columns = table.columns.iter().map(|c| format!("{}_bits", c.name));
    let head = ["id_a", "id_b", "score", "found", "weight_bits"].into_iter().map(str::to_owned).chain(columns);
    out.write_record(head).with_context(cannot)?;
    let scorer = Scorer { table, model: &outcome.model };
    for link in links {
        let (a, b) = (link.a as usize, link.b as usize);
        let pattern = pattern::compare(table, a, b);
        let weights = scorer.explain(pattern, a, b);
        let bits =
            |name: &str| weights.iter().find(|w| w.column == name).map_or(String::new(), |w| format!("{:.1}", w.bits + w.rarity_bits));
        let found = if link.direct { "pair" } else { "group" };
        let head = [table.ids[a].clone(), table.ids[b].clone(), format!("{:.6}", link.score), found.to_owned()];
        let total = std::iter::once(format!("{:.1}", scorer.weight(pattern, a, b)));
        out.write_record(head.into_iter().chain(total).chain(table.columns.iter().map(|c| bits(&c.name)))).with_context(cannot)?;
    }
    out.flush().with_context(cannot)
}

fn measured(path: &Path, table: &Table, outcome: &Outcome) -> Result<Quality> {
    let same = same_pairs(&rows::read(path)?, &table.ids).with_context(|| path.display().to_string())?;
    let right = outcome.links.iter().filter(|l| same.contains(&(l.a, l.b))).count();
    Ok(Quality::new(same.len(), outcome.links.len(), right))
}

fn report(table: &Table, outcome: &Outcome, quality: Option<Quality>, seconds: f64) -> Value {
    let columns = table.columns.iter().enumerate().map(|(c, column)| {
        let levels = compare::names(column.role).iter().enumerate().map(|(l, name)| {
            let chances = &outcome.model.columns[c];
            json!({"level": name, "m": chances.m[l], "u": chances.u[l], "bits": outcome.model.weight(c, l as u8)})
        });
        json!({"column": column.name, "role": column.role, "filled": column.filled, "levels": levels.collect::<Vec<_>>()})
    });
    json!({
        "records": table.len(), "candidate_pairs": outcome.candidates, "linked_pairs": outcome.links.len(), "people": outcome.groups.len(),
        "suggested_pairs": outcome.suggestions.len(), "seconds": seconds, "quality": quality,
        "precision": quality.map(|q| q.precision), "recall": quality.map(|q| q.recall), "f1": quality.map(|q| q.f1),
        "model": {"prior": outcome.model.prior, "columns": columns.collect::<Vec<_>>()},
    })
}

fn text(table: &Table, outcome: &Outcome, json: &Value) -> String {
    let roles = table.columns.iter().map(|c| format!("{}={}", c.name, c.role.as_str())).collect::<Vec<_>>().join(" ");
    let quality = |q: &Value| {
        let share = |key: &str| q[key].as_f64().unwrap_or_default();
        format!(
            "\nprecision {:.4}, recall {:.4}, F1 {:.4} ({} of {} pairs)",
            share("precision"),
            share("recall"),
            share("f1"),
            q["right"],
            q["same"]
        )
    };
    let measured = if json["quality"].is_null() { String::new() } else { quality(&json["quality"]) };
    format!(
        "columns: {roles}\n{} records: {} pairs linked into {} people, {} pairs suggested, {} compared, {:.1} s{measured}",
        table.len(),
        outcome.links.len(),
        outcome.groups.len(),
        outcome.suggestions.len(),
        outcome.candidates,
        json["seconds"].as_f64().unwrap_or_default()
    )
}
