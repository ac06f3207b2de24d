//! Who translates messages for agents, as the operator configures it: the `[translate]` section. Off while it names nobody.

use crate::config::Config;
use anyhow::{Context, Result, bail, ensure};
use qn_engine::{TranslationHook, Translator};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    pub url: String,
    pub key: String,
    pub key_file: PathBuf,
    pub allow_private: Vec<String>,
    pub call_ms_max: u64,
    pub by_model: bool,
}

impl Default for Section {
    fn default() -> Self {
        Self {
            url: String::new(),
            key: String::new(),
            key_file: PathBuf::new(),
            allow_private: Vec::new(),
            call_ms_max: 10_000,
            by_model: false,
        }
    }
}

/// Never the key: configurations end up in logs.
impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("url", &self.url).field("by_model", &self.by_model).finish_non_exhaustive()
    }
}

impl Section {
    /// What types cannot say.
    pub fn check(&self, has_model: bool) -> Result<()> {
        ensure!(self.key.is_empty() || self.key_file.as_os_str().is_empty(), "set translate.key or translate.key_file, not both");
        ensure!((100..=60_000).contains(&self.call_ms_max), "translate.call_ms_max is between 100 and 60000");
        if self.url.is_empty() {
            ensure!(!self.by_model || has_model, "translate.by_model needs a language model: set llm.base_url");
            return Ok(());
        }
        ensure!(!self.by_model, "set translate.url or translate.by_model, not both");
        if let Err(error) = qn_egress::check_url(&self.url) {
            bail!("translate.url must be an address such as https://translate.example/api: {error}");
        }
        Ok(())
    }
}

/// None when nobody is configured. The hook has an outbound client of its own, so that what it may reach nobody else may.
pub fn translator(config: &Config) -> Result<Option<Translator>> {
    let section = &config.translate;
    if section.url.is_empty() {
        return Ok(section.by_model.then_some(Translator::Model));
    }
    let key = match section.key_file.as_os_str().is_empty() {
        true => section.key.clone(),
        false => std::fs::read_to_string(&section.key_file)
            .with_context(|| format!("translate.key_file {} cannot be read", section.key_file.display()))?
            .trim()
            .to_owned(),
    };
    let policy =
        qn_egress::Policy::default().with_allowed(section.allow_private.iter().map(String::as_str)).context("translate.allow_private")?;
    let egress = qn_egress::Egress::new(policy).context("the outbound client of translations cannot start")?;
    Ok(Some(Translator::Hook(TranslationHook { url: section.url.clone(), key, timeout_ms: section.call_ms_max, egress })))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_said_at_the_start() {
        let hook = || Section { url: "https://translate.example/api".into(), ..Section::default() };
        assert!(Section::default().check(false).is_ok() && hook().check(false).is_ok());
        assert!(Section { by_model: true, ..Section::default() }.check(true).is_ok());
        for wrong in [
            Section { by_model: true, ..Section::default() },
            Section { by_model: true, ..hook() },
            Section { url: "translate".into(), ..hook() },
            Section { key: "a".into(), key_file: "b".into(), ..hook() },
            Section { call_ms_max: 0, ..hook() },
        ] {
            assert!(wrong.check(false).is_err(), "{wrong:?}");
        }
    }
}
