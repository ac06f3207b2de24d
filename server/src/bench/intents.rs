//! `qingniao bench intents`: a company with many intents, made up: seconds to train, what the trained model takes in a process that only
//! loads and asks it (this binary again, `nlu train` and `nlu eval` on a file), and what the company waits for when it presses the button:
//! reading its examples from SQLite, training, measuring, checking and keeping. The sentences mean nothing, so no accuracy is told.

use anyhow::{Context, Result, ensure};
use qn_base::{Clock, SystemClock};
use qn_domain::{ExampleSource, Intent, IntentId, IntentReply, Language, ModelId, Tenant, TenantId, UserId};
use qn_engine::{Engine, NewExamples};
use qn_nlu::learn::rng::Rng;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub intents: u32,
    /// Examples of each intent
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub examples: u32,
}

#[derive(Debug, Serialize)]
pub struct Row {
    intents: u32,
    examples: u32,
    /// Wall time on two threads, without reading the file.
    train_seconds: f64,
    file_bytes: u64,
    /// As the model reckons it.
    model_bytes: u64,
    /// By how much the process grew when it loaded the model and asked it.
    resident_bytes: u64,
    predict_p50_us: f64,
    predict_p99_us: f64,
    /// From pressing the button to a version that can be published, without an encoder.
    button_seconds: f64,
    /// Examples that were learnt then: the same words are kept once.
    button_examples: i64,
    /// Parts of them that were held out to measure on; 1: a fifth, once.
    button_folds: i64,
}

/// Sentences that are asked, evenly drawn from the taught ones.
const ASKED_MAX: usize = 5_000;

pub async fn run(args: &Args) -> Result<Row> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let (taught, asked, model) = (folder.path().join("taught.csv"), folder.path().join("asked.csv"), folder.path().join("model"));
    let lines = sentences(args);
    let step = lines.len().div_ceil(ASKED_MAX);
    write(&taught, lines.iter())?;
    write(&asked, lines.iter().step_by(step))?;
    let trained = command("train", &taught, &model)?;
    let measured = command("eval", &asked, &model)?;
    let button = press_the_button(args, &lines, folder.path()).await?;
    let number = |value: &Value, key: &str| value[key].as_f64().with_context(|| format!("no {key}"));
    Ok(Row {
        intents: args.intents,
        examples: args.examples,
        train_seconds: super::round(number(&trained, "train_seconds")?),
        file_bytes: std::fs::metadata(model.join("intent.qnm")).context("no model was written")?.len(),
        model_bytes: number(&measured, "model_bytes")? as u64,
        resident_bytes: number(&measured, "resident_bytes")? as u64,
        predict_p50_us: number(&measured, "predict_p50_us")?,
        predict_p99_us: number(&measured, "predict_p99_us")?,
        button_seconds: super::round(button.seconds),
        button_examples: button.examples,
        button_folds: button.folds,
    })
}

struct Button {
    seconds: f64,
    examples: i64,
    folds: i64,
}

/// The same sentences taught to a company of this server, and its next version trained as the console does it.
async fn press_the_button(args: &Args, lines: &[String], folder: &Path) -> Result<Button> {
    let engine = super::identity::open(folder).await?;
    let tenant_id = TenantId::from("tnt_bench");
    teach(&engine, args, lines, &tenant_id).await?;
    let start = Instant::now();
    let model = engine.train_intents(&tenant_id, ModelId::from("mdl_bench"), &UserId::from("usr_bench")).await?;
    let seconds = start.elapsed().as_secs_f64();
    engine.db.close().await;
    Ok(Button { seconds, examples: model.examples, folds: model.report.folds })
}

async fn teach(engine: &Engine, args: &Args, lines: &[String], tenant_id: &TenantId) -> Result<()> {
    let now = SystemClock.now();
    let time_zone = "Asia/Shanghai".to_owned();
    let tenant = Tenant { id: tenant_id.clone(), name: "bench".into(), language: Language::En, time_zone, created_at: now };
    qn_store::tenant::insert(&engine.db, &tenant).await?;
    for (n, taught) in lines.chunks(args.examples as usize).enumerate() {
        let intent = Intent {
            id: IntentId(format!("itt_{n:04}")),
            tenant_id: tenant_id.clone(),
            name: format!("intent_{n}"),
            description: String::new(),
            reply: IntentReply::None,
            topic: String::new(),
            only_in_topic: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        qn_store::intent::insert(&engine.db, &intent).await?;
        let texts = taught.iter().filter_map(|line| line.rsplit_once(',')).map(|(text, _)| text.to_owned()).collect();
        let language = Some(Language::En);
        let new = NewExamples { tenant_id: tenant_id.clone(), intent_id: intent.id, language, source: ExampleSource::Import, texts };
        engine.add_examples(new).await?;
    }
    Ok(())
}

/// Four words of the intent's own six, mixed with four to eight that all intents share, the commonest most often.
fn sentences(args: &Args) -> Vec<String> {
    let mut rng = Rng::new(1);
    let own: Vec<String> = (0..args.intents * 6).map(|_| word(&mut rng)).collect();
    let shared: Vec<String> = (0..3_000).map(|_| word(&mut rng)).collect();
    let mut lines = Vec::new();
    for intent in 0..args.intents {
        for _ in 0..args.examples {
            let mut words: Vec<&str> = (0..4).map(|_| own[intent as usize * 6 + rng.below(6)].as_str()).collect();
            words.extend((0..4 + rng.below(5)).map(|_| shared[(rng.unit().powi(3) * shared.len() as f64) as usize].as_str()));
            rng.shuffle(&mut words);
            lines.push(format!("{},intent_{intent}", words.join(" ")));
        }
    }
    lines
}

fn word(rng: &mut Rng) -> String {
    let syllable = |rng: &mut Rng| [b"bcdfghklmnprstvz"[rng.below(16)], b"aeiou"[rng.below(5)]];
    (0..2 + rng.below(2)).flat_map(|_| syllable(rng)).map(char::from).collect()
}

fn write<'a>(path: &Path, lines: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut text = "text,label\n".to_owned();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

fn command(what: &str, examples: &Path, model: &Path) -> Result<Value> {
    let binary = std::env::current_exe().context("this program's own file is unknown")?;
    let mut command = Command::new(binary);
    command.args(["nlu", what, "--output", "json", "--examples"]).arg(examples).arg("--model").arg(model);
    let output = command.output().context("this program cannot start itself")?;
    ensure!(output.status.success(), "nlu {what} failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("not JSON")
}
