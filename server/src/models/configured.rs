//! The encoder somebody named, in the configuration or on the command line: a folder, or a model added with `qingniao model add`.

use super::Models;
use crate::config::Config;
use anyhow::{Context, Result};
use qn_engine::TextEncoder;
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Threads that share the examples of a training; a single turn is read on one.
const THREADS: usize = 2;

/// Where the model is, made absolute so that a trained model remembers it.
pub fn find_folder(config: &Config, named: &Path) -> Result<PathBuf> {
    let folder = if named.is_dir() { named.to_owned() } else { Models::of(&config.storage.data_dir).folder(&named.to_string_lossy())? };
    folder.canonicalize().with_context(|| format!("there is no encoder {}", named.display()))
}

pub fn load(folder: &Path, threads: usize) -> Result<NeuralEncoder> {
    let encoder = NeuralEncoder::load(folder).with_context(|| format!("the encoder in {} cannot be used", folder.display()))?;
    Ok(encoder.with_threads(threads))
}

/// The encoder of the configuration, as the engine takes it; one that cannot be used is said in the log and later on the health page.
pub fn text_encoder(config: &Config) -> TextEncoder {
    let named = config.understanding.encoder.as_str();
    if named.is_empty() {
        return TextEncoder::default();
    }
    match find_folder(config, Path::new(named)).and_then(|folder| load(&folder, THREADS)) {
        Ok(encoder) => {
            tracing::info!(encoder = encoder.name(), "the encoder is ready");
            TextEncoder::ready(named, Arc::new(encoder))
        }
        Err(error) => {
            let reason = format!("{error:#}");
            tracing::error!(encoder = named, reason, "the encoder cannot be used; intents are read by words alone");
            TextEncoder::unusable(named, reason)
        }
    }
}
