//! The encoder a command works with: a folder, or the name of a model added with `qingniao model add`.

use crate::config::Config;
use crate::models::Models;
use anyhow::{Context, Result};
use qn_nlu_neural::NeuralEncoder;
use std::path::{Path, PathBuf};

/// Where the model is, made absolute so that a trained model remembers it.
pub fn folder(config: &Config, named: &Path) -> Result<PathBuf> {
    let folder = if named.is_dir() { named.to_owned() } else { Models::of(&config.storage.data_dir).folder(&named.to_string_lossy())? };
    folder.canonicalize().with_context(|| format!("there is no encoder {}", named.display()))
}

pub fn load(folder: &Path, threads: usize) -> Result<NeuralEncoder> {
    let encoder = NeuralEncoder::load(folder).with_context(|| format!("the encoder in {} cannot be used", folder.display()))?;
    Ok(encoder.with_threads(threads))
}

/// For commands that use a trained model.
#[derive(Debug, clap::Args)]
pub struct Choice {
    /// Folder or name of the encoder [default: where it was at training]
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Answer without the encoder the model was trained with
    #[arg(long, conflicts_with = "encoder")]
    without_encoder: bool,
}

impl Choice {
    /// The encoder to use; an encoder that was asked for or trained with and cannot be loaded is an error here.
    pub fn load(&self, config: &Config, trained_with: Option<&Path>) -> Result<Option<NeuralEncoder>> {
        if self.without_encoder {
            return Ok(None);
        }
        let named = self.encoder.as_deref().map(|named| folder(config, named)).transpose()?;
        named.as_deref().or(trained_with).map(|at| load(at, 1)).transpose()
    }
}
