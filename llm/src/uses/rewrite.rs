//! A follow-up question put again so that it stands alone: "and the white one?" → "Does the X100 in white …?". Used only to search with;
//! the customer never sees it.

use super::{DATA_IS_DATA, Line, document, language_rule, talk};
use crate::prompt::Chat;
use crate::veil::Veil;
use crate::{LlmError, Result};
use qn_domain::Language;
use serde_json::{Value, json};

const QUESTION_CHARS_MAX: usize = 200;
const QUESTION_TOKENS_MAX: u32 = 120;

const TASK: &str = "Rewrite the customer's last message as one question that can be understood without the conversation: replace pronouns \
and add what is left out, and change nothing else. If it already stands alone, repeat it. Do not answer it.";

pub fn chat(lines: &[Line], language: Language, veil: &mut Veil) -> Chat {
    let data = json!({"conversation": talk(lines, veil)});
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["question"],
        "properties": {"question": {"type": "string", "minLength": 1, "maxLength": QUESTION_CHARS_MAX}}
    });
    Chat::new(vec![TASK, DATA_IS_DATA, language_rule(language)], document(&data, veil), QUESTION_TOKENS_MAX).shaped("question", schema)
}

pub fn read(value: &Value, veil: &Veil) -> Result<String> {
    let text = qn_base::text::line(&veil.show(value["question"].as_str().unwrap_or_default())?, QUESTION_CHARS_MAX);
    if text.is_empty() {
        return Err(LlmError::Unusable { reason: "an empty question".into() });
    }
    Ok(text)
}
