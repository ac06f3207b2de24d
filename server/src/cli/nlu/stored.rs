//! A model in a folder: `intent.qnm`, and `training.json` with how it was made. Written beside and moved into place, so a reader never
//! meets half a model.

use anyhow::{Context, Result};
use qn_nlu::intent::IntentModel;
use serde::{Deserialize, Serialize};
use std::path::Path;

const MODEL: &str = "intent.qnm";
const TRAINING: &str = "training.json";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Training {
    pub examples: usize,
    pub intents: usize,
    /// Wall time, without reading and writing files.
    pub train_seconds: f64,
    #[serde(default)]
    pub encoder: Option<std::path::PathBuf>,
}

pub fn save(dir: &Path, model: &IntentModel, training: &Training) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("the folder {} cannot be made", dir.display()))?;
    replace(&dir.join(MODEL), &model.to_bytes())?;
    replace(&dir.join(TRAINING), &serde_json::to_vec_pretty(training)?)
}

pub fn load(dir: &Path) -> Result<(IntentModel, Training)> {
    let path = dir.join(MODEL);
    let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let model = IntentModel::from_bytes(&bytes).with_context(|| path.display().to_string())?;
    let training = std::fs::read(dir.join(TRAINING)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok((model, training.unwrap_or_default()))
}

fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, bytes).with_context(|| format!("{} cannot be written", fresh.display()))?;
    std::fs::rename(&fresh, path).with_context(|| format!("{} cannot be replaced", path.display()))
}
