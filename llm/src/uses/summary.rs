//! A conversation in a few lines, for the person who takes it over.

use super::{DATA_IS_DATA, Line, document, language_rule, talk};
use crate::prompt::Chat;
use crate::veil::Veil;
use crate::{LlmError, Result};
use qn_domain::Language;
use serde_json::{Value, json};

const SUMMARY_CHARS_MAX: usize = 600;
const SUMMARY_TOKENS_MAX: u32 = 300;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub text: String,
}

const TASK: &str = "You summarise a customer service conversation for the colleague who takes over. Say what the customer wants, what was \
tried or answered, and what is still open, in at most three sentences. Only what was said; no advice, no guesses.";

pub fn chat(lines: &[Line], language: Language, veil: &mut Veil) -> Chat {
    let data = json!({"conversation": talk(lines, veil)});
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["summary"],
        "properties": {"summary": {"type": "string", "minLength": 1, "maxLength": SUMMARY_CHARS_MAX}}
    });
    Chat::new(vec![TASK, DATA_IS_DATA, language_rule(language)], document(&data, veil), SUMMARY_TOKENS_MAX).shaped("summary", schema)
}

pub fn read(value: &Value, veil: &Veil) -> Result<Summary> {
    let text = veil.show(value["summary"].as_str().unwrap_or_default())?;
    let text = qn_base::text::line(&text, SUMMARY_CHARS_MAX);
    if text.is_empty() || text.contains("](") || text.contains("://") {
        return Err(LlmError::Unusable { reason: "a summary that is empty or holds an address".into() });
    }
    Ok(Summary { text })
}
