//! The language model as the operator configures it: the `[llm]` section, and the client made from it. Off while `base_url` is empty.

use anyhow::{Context, Result, bail, ensure};
use qn_base::Clock;
use qn_llm::{Budget, Limit, Llm, Price, Settings};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// Of an OpenAI-compatible server, with its version: `http://127.0.0.1:11434/v1`. Empty: no model.
    pub base_url: String,
    pub model: String,
    pub key: String,
    pub key_file: PathBuf,
    /// Private addresses the model may be at; nothing else may call them through this.
    pub allow_private: Vec<String>,
    pub answer_customers: bool,
    pub connect_ms_max: u64,
    pub first_token_ms_max: u64,
    pub total_ms_max: u64,
    pub turn_ms_max: u64,
    pub answer_tokens_max: u32,
    pub parallel_max: usize,
    pub cached_answers_max: usize,
    pub prompt_cents_per_million: i64,
    pub answer_cents_per_million: i64,
    pub day_tokens_max: i64,
    pub day_cents_max: i64,
    pub month_tokens_max: i64,
    pub month_cents_max: i64,
}

impl Default for Section {
    fn default() -> Self {
        let usual = Settings::default();
        Self {
            base_url: String::new(),
            model: String::new(),
            key: String::new(),
            key_file: PathBuf::new(),
            allow_private: Vec::new(),
            answer_customers: false,
            connect_ms_max: usual.connect_ms,
            first_token_ms_max: usual.first_token_ms,
            total_ms_max: usual.total_ms,
            turn_ms_max: usual.turn_ms,
            answer_tokens_max: usual.answer_tokens_max,
            parallel_max: usual.parallel_max,
            cached_answers_max: usual.cached_max,
            prompt_cents_per_million: 0,
            answer_cents_per_million: 0,
            day_tokens_max: 2_000_000,
            day_cents_max: 0,
            month_tokens_max: 40_000_000,
            month_cents_max: 0,
        }
    }
}

/// Never the key: configurations end up in logs.
impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("base_url", &self.base_url).field("model", &self.model).finish_non_exhaustive()
    }
}

impl Section {
    /// What types cannot say.
    pub fn check(&self) -> Result<()> {
        if self.base_url.is_empty() {
            return Ok(());
        }
        if let Err(error) = qn_egress::check_url(&self.base_url) {
            bail!("llm.base_url must be an address such as http://127.0.0.1:11434/v1: {error}");
        }
        ensure!(!self.base_url.contains('?'), "llm.base_url must not have a query; put the key into llm.key_file");
        ensure!(!self.model.trim().is_empty(), "llm.model is needed with llm.base_url: the name the server knows the model by");
        ensure!(self.key.is_empty() || self.key_file.as_os_str().is_empty(), "set llm.key or llm.key_file, not both");
        let limits = [self.day_tokens_max, self.day_cents_max, self.month_tokens_max, self.month_cents_max];
        let prices = [self.prompt_cents_per_million, self.answer_cents_per_million];
        ensure!(limits.iter().chain(&prices).all(|n| *n >= 0), "budgets and prices of llm cannot be negative; 0 means no limit");
        let has_money = self.day_cents_max > 0 || self.month_cents_max > 0;
        ensure!(
            !has_money || prices.iter().any(|n| *n > 0),
            "a budget in money needs llm.prompt_cents_per_million and llm.answer_cents_per_million"
        );
        Ok(())
    }

    fn settings(&self) -> Result<Settings> {
        let key = match self.key_file.as_os_str().is_empty() {
            true => self.key.clone(),
            false => std::fs::read_to_string(&self.key_file)
                .with_context(|| format!("llm.key_file {} cannot be read", self.key_file.display()))?
                .trim()
                .to_owned(),
        };
        Ok(Settings {
            base_url: self.base_url.trim_end_matches('/').to_owned(),
            model: self.model.trim().to_owned(),
            key,
            connect_ms: self.connect_ms_max,
            first_token_ms: self.first_token_ms_max,
            total_ms: self.total_ms_max,
            turn_ms: self.turn_ms_max,
            answer_tokens_max: self.answer_tokens_max,
            parallel_max: self.parallel_max,
            cached_max: self.cached_answers_max,
            budget: Budget {
                price: Price {
                    prompt_cents_per_million: self.prompt_cents_per_million,
                    answer_cents_per_million: self.answer_cents_per_million,
                },
                day: Limit { tokens: self.day_tokens_max, cents: self.day_cents_max },
                month: Limit { tokens: self.month_tokens_max, cents: self.month_cents_max },
            },
            answers_customers: self.answer_customers,
            ..Settings::default()
        })
    }
}

/// None when none is configured. It has an outbound client of its own, so that what the model may reach nobody else may.
pub fn model(config: &Config, clock: Arc<dyn Clock>) -> Result<Option<Llm>> {
    let section = &config.llm;
    if section.base_url.is_empty() {
        return Ok(None);
    }
    let settings = section.settings()?;
    let policy =
        qn_egress::Policy::default().with_allowed(section.allow_private.iter().map(String::as_str)).context("llm.allow_private")?;
    let policy = qn_egress::Policy { connect_timeout_ms: settings.connect_ms, ..policy };
    let egress = qn_egress::Egress::new(policy).context("the outbound client of the language model cannot start")?;
    Ok(Some(Llm::new(settings, egress, clock)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn section() -> Section {
        Section { base_url: "http://127.0.0.1:11434/v1/".into(), model: "qwen3".into(), ..Section::default() }
    }

    #[test]
    fn what_cannot_work_is_said_at_the_start() {
        assert!(Section::default().check().is_ok());
        assert!(section().check().is_ok());
        for wrong in [
            Section { model: String::new(), ..section() },
            Section { base_url: "localhost:11434".into(), ..section() },
            Section { base_url: "http://u:p@x.example/v1".into(), ..section() },
            Section { base_url: "https://x.example/v1?key=1".into(), ..section() },
            Section { key: "a".into(), key_file: "b".into(), ..section() },
            Section { day_tokens_max: -1, ..section() },
            Section { month_cents_max: 500, ..section() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_key_comes_from_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        std::fs::write(&file, "sk-1\n").unwrap();
        let settings = Section { key_file: file, ..section() }.settings().unwrap();
        assert_eq!((settings.key.as_str(), settings.base_url.as_str()), ("sk-1", "http://127.0.0.1:11434/v1"));
        let error = Section { key_file: dir.path().join("none"), ..section() }.settings().unwrap_err();
        assert!(format!("{error:#}").contains("llm.key_file"), "{error:#}");
    }
}
