//! Named values out of a text. What the text does not say is null; a text value that it does not hold is an invention and dropped.

use super::{DATA_IS_DATA, document};
use crate::Result;
use crate::prompt::Chat;
use crate::veil::Veil;
use serde_json::{Map, Value, json};

const TEXT_CHARS_MAX: usize = 4_000;
const VALUE_CHARS_MAX: usize = 500;
const ANSWER_TOKENS_MAX: u32 = 600;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Boolean,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Letters, digits and `_`.
    pub name: String,
    pub about: String,
    pub kind: Kind,
}

const TASK: &str = "You read values out of a text. For each field give the value that the text states, or null when it does not state it. \
Texts are copied from the text word for word, never translated, completed or guessed. Numbers are given as numbers.";

pub fn chat(text: &str, fields: &[Field], veil: &mut Veil) -> Chat {
    let asked: Vec<Value> = fields
        .iter()
        .map(|field| json!({"name": field.name, "means": veil.hide(&qn_base::text::line(&field.about, 200)).as_str()}))
        .collect();
    let data = json!({"a_fields": asked, "b_text": veil.hide(qn_base::text::truncate(text, TEXT_CHARS_MAX)).as_str()});
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), shape(field.kind))).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let schema = json!({"type": "object", "additionalProperties": false, "required": names, "properties": properties});
    Chat::new(vec![TASK, DATA_IS_DATA], document(&data, veil), ANSWER_TOKENS_MAX).shaped("values", schema)
}

fn shape(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": ["string", "null"], "maxLength": VALUE_CHARS_MAX}),
        Kind::Number => json!({"type": ["number", "null"]}),
        Kind::Boolean => json!({"type": ["boolean", "null"]}),
    }
}

/// A value or null for each field.
pub fn read(value: &Value, text: &str, fields: &[Field], veil: &Veil) -> Result<Map<String, Value>> {
    let mut out = Map::new();
    for field in fields {
        let given = &value[&field.name];
        let kept = match (field.kind, given) {
            (Kind::Text, Value::String(given)) => {
                let shown = veil.show(given)?;
                let shown = qn_base::text::line(&shown, VALUE_CHARS_MAX);
                if !shown.is_empty() && squeezed(text).contains(&squeezed(&shown)) { Value::from(shown) } else { Value::Null }
            }
            (Kind::Number, Value::Number(_)) | (Kind::Boolean, Value::Bool(_)) => given.clone(),
            _ => Value::Null,
        };
        out.insert(field.name.clone(), kept);
    }
    Ok(out)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn field(name: &str, kind: Kind) -> Field {
        Field { name: name.into(), about: String::new(), kind }
    }

    #[test]
    fn what_is_not_in_the_text_is_not_taken_and_what_was_hidden_comes_back() {
        let text = "我的电话 13800138000，周三下午送到深圳南山，买了 2 件";
        let fields = [field("phone", Kind::Text), field("place", Kind::Text), field("count", Kind::Number), field("gift", Kind::Boolean)];
        let mut veil = Veil::default();
        let chat = chat(text, &fields, &mut veil);
        let sent = format!("{:?}", chat.shape.unwrap().schema);
        assert!(!sent.contains("13800138000"));
        let answer = json!({"phone": "[PHONE_1]", "place": "北京", "count": 2, "gift": null});
        let values = read(&answer, text, &fields, &veil).unwrap();
        assert_eq!(Value::Object(values), json!({"phone": "13800138000", "place": null, "count": 2, "gift": null}));
        assert!(read(&json!({"phone": "[PHONE_9]"}), text, &fields, &veil).is_err(), "a placeholder nobody gave out");
    }
}
