//! Scenarios in YAML: what visitors, people and machines do one after the other, and what each must see. A scenario knows the
//! product only from outside, over HTTP and WebSocket. `script` is the language, `run` performs it, `expect` compares;
//! `dialogue` is the short form for talks with the bot.

mod dialogue;
mod expect;
mod run;
mod script;
mod stage;

pub use dialogue::{Dialogue, dialogues};
pub use expect::{find, matches};
pub use script::{Scenario, Step};
pub use stage::{Stage, Template};

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Reads every `*.yaml` of a folder, by name.
pub fn load(folder: &Path) -> Result<Vec<(PathBuf, Scenario)>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path)?;
        let scenario = serde_norway::from_str(&text).with_context(|| format!("{} is not a scenario", path.display()))?;
        Ok((path, scenario))
    };
    files.into_iter().map(read).collect()
}
