//! Which encoder a command that uses a trained model works with.

use crate::config::Config;
use crate::models::{find_folder, load};
use anyhow::{Context, Result};
use qn_nlu_neural::NeuralEncoder;
use std::path::{Path, PathBuf};

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
        let named = self.encoder.as_deref().map(|named| find_folder(config, named)).transpose()?;
        let from = named.as_deref().or(trained_with);
        let loaded = from.map(|at| load(at, 1)).transpose();
        loaded.context("the encoder the model was trained with cannot be used; name another with --encoder, or answer by words alone with --without-encoder")
    }
}
