//! `qingniao model`: text encoders on this machine. Adding copies and checks; pulling is for machines that reach a hub.

mod tune;

use super::{Failure, Output, answer, block_on, say};
use crate::config::Config;
use crate::models::{Checked, Hub, Listed, Models, pull};
use anyhow::{Context, Result};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao model add /media/usb/all-MiniLM-L6-v2 --name minilm\n  qingniao model list\n  qingniao model check minilm\n  \
    qingniao model pull BAAI/bge-small-zh-v1.5\n  qingniao model pull BAAI/bge-small-zh-v1.5 --hub https://hub.internal.example\n  \
    qingniao model tune minilm --examples train.csv --label-column intent --validation val.csv --output tuned\n  \
    qingniao model remove minilm\n\n\
    A model is a folder with config.json, tokenizer.json and model.safetensors (BERT, RoBERTa or XLM-R).\n\
    Exit codes: 0 done, 1 failed or not usable, 2 wrong usage"
)]
pub enum Command {
    /// Copy a folder in Hugging Face layout into the data folder, after checking it
    Add {
        folder: PathBuf,
        /// What to call it [default: the folder's name]
        #[arg(long)]
        name: Option<String>,
    },
    /// List the models
    List,
    /// Load a model, let a sentence through, and print its checksums
    Check { name: String },
    /// Tune a model on labelled examples, end to end, into a new folder
    Tune(tune::Args),
    /// Delete a model's files
    Remove { name: String },
    /// Fetch a model from a hub; a broken download goes on where it stopped
    Pull {
        /// As in BAAI/bge-small-zh-v1.5
        id: String,
        /// The hub or a mirror; private addresses must be in egress.allow_private
        #[arg(long, default_value = "https://huggingface.co")]
        hub: String,
        /// Branch, tag or commit
        #[arg(long, default_value = "main")]
        revision: String,
        /// What to call it [default: the id behind the slash]
        #[arg(long)]
        name: Option<String>,
    },
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    let models = Models::of(&config.storage.data_dir);
    match command {
        Command::Add { folder, name } => show("added", &models.add(&folder, name.as_deref())?, output),
        Command::Check { name } => show("works", &models.check(&name)?, output),
        Command::Tune(args) => tune::run(config, &args, output)?,
        Command::List => list(&models.list()?, output),
        Command::Remove { name } => {
            let folder = models.remove(&name)?;
            answer(output, &json!({"removed": name}), || format!("{} is gone", folder.display()));
        }
        Command::Pull { id, hub, revision, name } => {
            let policy = qn_egress::Policy::default()
                .with_allowed(config.egress.allow_private.iter().map(String::as_str))
                .context("egress.allow_private")?;
            let egress = qn_egress::Egress::new(policy).context("the outbound client cannot start")?;
            let hub = Hub { url: hub, id, revision };
            let told = |file: &str, size_bytes: u64| {
                if output == Output::Text {
                    say(format!("{file}: {size_bytes} bytes"));
                }
            };
            let checked = block_on(async { Ok(pull(&models, &egress, &hub, name.as_deref(), told).await?) })?;
            show("added", &checked, output);
        }
    }
    Ok(())
}

fn show(what: &str, checked: &Checked, output: Output) {
    answer(output, &json!(checked), || {
        let sums = checked.files.iter().map(|file| format!("\n  {}  {:>11}  {}", file.sha256, file.size_bytes, file.path));
        format!(
            "{} {what}: {} numbers a text, at most {} tokens; loads in {} ms, a sentence takes {:.1} ms\n{}{}",
            checked.encoder,
            checked.dims,
            checked.tokens_max,
            checked.load_ms,
            checked.sentence_us as f64 / 1000.0,
            checked.folder.display(),
            sums.collect::<String>()
        )
    });
}

fn list(models: &[Listed], output: Output) {
    answer(output, &json!({"items": models}), || {
        let line = |m: &Listed| match &m.problem {
            Some(problem) => format!("{:<28} NOT USABLE: {problem}", m.name),
            None => {
                let mib = m.size_bytes.div_ceil(1 << 20);
                format!("{:<28} {:>5} MiB  {} layers, {} numbers a text, at most {} tokens", m.name, mib, m.layers, m.dims, m.tokens_max)
            }
        };
        if models.is_empty() { "there are no models".to_owned() } else { models.iter().map(line).collect::<Vec<_>>().join("\n") }
    });
}
