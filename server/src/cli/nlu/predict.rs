//! `qingniao nlu predict`: what turns mean, one JSON object a line.

use super::{as_encoder, encoder, stored};
use crate::cli::{Failure, say};
use crate::config::Config;
use anyhow::{Context, Result};
use qn_nlu::Encoder;
use qn_nlu::intent::IntentModel;
use std::io::BufRead;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  qingniao nlu predict --model model '怎么退货'\n  qingniao nlu predict --model model --explain < turns.txt"
)]
pub struct Args {
    /// Folder of the model
    #[arg(long)]
    model: PathBuf,
    #[command(flatten)]
    encoder: encoder::Choice,
    /// One text; standard input, line by line, when there is none
    text: Option<String>,
    /// Alternatives to print
    #[arg(long, default_value_t = 3)]
    alternatives: usize,
    /// Which words spoke for the best intent
    #[arg(long)]
    explain: bool,
    /// Look for several intents in one turn
    #[arg(long)]
    several: bool,
}

pub fn run(config: &Config, args: &Args) -> Result<(), Failure> {
    let (model, training) = stored::load(&args.model)?;
    let encoder = args.encoder.load(config, training.encoder.as_deref())?;
    if let Some(text) = &args.text {
        say(line(&model, text, args, as_encoder(&encoder))?);
        return Ok(());
    }
    for text in std::io::stdin().lock().lines() {
        let text = text.context("standard input is not readable text")?;
        say(line(&model, &text, args, as_encoder(&encoder))?);
    }
    Ok(())
}

fn line(model: &IntentModel, text: &str, args: &Args, encoder: Option<&dyn Encoder>) -> Result<String> {
    let predictions = if args.several {
        model.predict_all(text, encoder, args.alternatives)
    } else {
        vec![(text, model.predict(text, encoder, args.alternatives))]
    };
    let mut said = Vec::new();
    for (part, prediction) in predictions {
        let mut json = serde_json::to_value(&prediction)?;
        json["text"] = part.into();
        json["intent"] = serde_json::json!(prediction.intent().map(|i| &i.label));
        if args.explain
            && let Some(best) = prediction.alternatives.first()
        {
            json["explanation"] = serde_json::to_value(model.explain(part, &best.label))?;
        }
        said.push(json);
    }
    let whole = if args.several { serde_json::json!({ "text": text, "intents": said }) } else { said.remove(0) };
    Ok(whole.to_string())
}
