//! One message in another language, for a colleague who reads it or a customer who gets it.

use super::{DATA_IS_DATA, document};
use crate::prompt::Chat;
use crate::veil::Veil;
use crate::{LlmError, Result};
use serde_json::{Value, json};

/// Longer messages are not translated.
pub const TEXT_CHARS_MAX: usize = 4_000;
const ANSWER_CHARS_MAX: usize = 12_000;
const ANSWER_TOKENS_MAX: u32 = 4_000;

const TASK: &str = "You translate one message of a customer service conversation. Translate the field text into the language named in the \
field into. Keep its meaning, tone, line breaks, figures and names. Do not answer it, explain it or add anything.";

/// `into` is the name of a language, in English.
pub fn chat(text: &str, into: &'static str, veil: &mut Veil) -> Chat {
    let data = json!({"into": into, "text": veil.hide(text).as_str()});
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["translation"],
        "properties": {"translation": {"type": "string", "minLength": 1, "maxLength": ANSWER_CHARS_MAX}}
    });
    Chat::new(vec![TASK, DATA_IS_DATA], document(&data, veil), ANSWER_TOKENS_MAX).shaped("translation", schema)
}

pub fn read(value: &Value, veil: &Veil) -> Result<String> {
    shown(value["translation"].as_str().unwrap_or_default(), veil)
}

/// With what was hidden put back.
pub fn shown(text: &str, veil: &Veil) -> Result<String> {
    let text = qn_base::text::clean(&veil.show(text)?);
    match text.trim().is_empty() || text.chars().count() > ANSWER_CHARS_MAX {
        true => Err(LlmError::Unusable { reason: "a translation that is empty or too long".into() }),
        false => Ok(text.trim().to_owned()),
    }
}
