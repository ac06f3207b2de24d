//! The configured language model: whether its server is there, takes the key and knows the model. Everything works without it, so it is
//! never a problem, only a warning. Asks for the list of models, which costs nothing.

use super::{Finding, ok, warning};
use crate::config::Config;
use qn_base::SystemClock;
use std::sync::Arc;

pub async fn examine(config: &Config) -> Finding {
    let model = match crate::llm::model(config, Arc::new(SystemClock)) {
        Ok(None) => return ok("language model", "none configured; answers are quoted from articles, drafts are not offered"),
        Ok(Some(model)) => model,
        Err(error) => {
            return warning("language model", format!("{error:#}"), "the server does not start like this; correct the [llm] section");
        }
    };
    let name = format!("{} at {}", model.settings().model, model.settings().base_url);
    match model.probe().await {
        Ok(()) => ok("language model", format!("{name} answers")),
        Err(error) => {
            warning("language model", format!("{name} cannot be used, everything goes on without it: {error}"), advice(error.code()))
        }
    }
}

fn advice(code: &str) -> &'static str {
    match code {
        "address_blocked" => "a private address must be allowed on purpose: add its host or address to llm.allow_private",
        "llm_unauthorised" => "check llm.key_file (or QN__LLM__KEY)",
        "llm_no_model" => "check llm.model: it must be the name the server lists under /models",
        _ => "check that the server runs and that llm.base_url ends with its version, for example /v1",
    }
}
