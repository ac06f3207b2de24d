//! What a letter needs, checked: each entry one address, one line for the subject, bounded sizes. Customers' words end up in here.

use crate::Failure;
use qn_mail::Person;
use serde_json::{Value, json};

const RECIPIENTS_MAX: usize = 20;
const SUBJECT_CHARS_MAX: usize = 250;
const TEXT_CHARS_MAX: usize = 100_000;
const HTML_CHARS_MAX: usize = 300_000;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mailing<'a> {
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub reply_to: Option<String>,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: Option<&'a str>,
}

pub(super) fn schema() -> Value {
    let words = |zh: &str, en: &str| json!({"zh": zh, "en": en});
    let people = |zh: &str, en: &str| json!({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1, "maxItems": RECIPIENTS_MAX, "x-qn": words(zh, en)});
    json!({"type": "object", "required": ["to", "subject", "text"], "additionalProperties": false, "properties": {
        "to": people("收件人（一个地址，或地址的列表）", "To (an address, or a list of them)"),
        "cc": people("抄送", "Cc"),
        "subject": {"type": "string", "minLength": 1, "maxLength": SUBJECT_CHARS_MAX, "x-qn": words("主题", "Subject")},
        "text": {"type": "string", "minLength": 1, "maxLength": TEXT_CHARS_MAX, "x-qn": words("正文", "Text")},
        "html": {"type": "string", "maxLength": HTML_CHARS_MAX, "x-qn": words("HTML 正文（不填则由正文生成）", "HTML (made from the text if empty)")},
        "reply_to": {"type": "string", "x-qn": words("回复地址", "Reply to")}}})
}

/// `input` fits the schema.
pub(super) fn read(input: &Value) -> Result<Mailing<'_>, Failure> {
    let text = |name: &str| input[name].as_str().filter(|text| !text.is_empty());
    let (to, cc) = (people(input, "to")?, people(input, "cc")?);
    if to.len() + cc.len() > RECIPIENTS_MAX {
        return Err(wrong(
            "cc",
            &format!("收件人和抄送合计最多 {RECIPIENTS_MAX} 个"),
            &format!("with to has at most {RECIPIENTS_MAX} addresses"),
        ));
    }
    let subject = text("subject").unwrap_or_default();
    if subject.chars().any(char::is_control) {
        return Err(wrong("subject", "不能包含换行或控制字符", "has no line breaks or control characters"));
    }
    let reply_to = text("reply_to").map(|address| one("reply_to", address).map(|person| person.address)).transpose()?;
    Ok(Mailing { to, cc, reply_to, subject, text: text("text").unwrap_or_default(), html: text("html") })
}

fn people(input: &Value, field: &str) -> Result<Vec<Person>, Failure> {
    match &input[field] {
        Value::String(address) if address.is_empty() => Ok(Vec::new()),
        Value::String(address) => Ok(vec![one(field, address)?]),
        Value::Array(addresses) => addresses.iter().map(|address| one(field, address.as_str().unwrap_or_default())).collect(),
        _ => Ok(Vec::new()),
    }
}

/// Exactly one address; a comma in a customer's answer adds no receiver.
fn one(field: &str, address: &str) -> Result<Person, Failure> {
    let is_plain = !address.chars().any(|c| c.is_control() || matches!(c, '<' | '>'));
    let person = Person::new("", address).filter(|_| is_plain);
    person.ok_or_else(|| wrong(field, "应为一个邮件地址", "is one mail address"))
}

fn wrong(field: &str, zh: &str, en: &str) -> Failure {
    let detail = json!([{"at": format!("/{field}"), "zh": zh, "en": en}]);
    Failure::invalid(format!("the input does not fit: /{field} {en}")).zh(format!("输入不符合要求：/{field} {zh}")).detail(detail)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one_receiver_and_no_line_becomes_a_header() {
        let good = json!({"to": "LiLei@x.example", "cc": ["a@x.example", "b@x.example"], "subject": "您好", "text": "一\n二"});
        let mailing = read(&good).unwrap();
        assert_eq!((mailing.to[0].address.as_str(), mailing.cc.len(), mailing.html), ("lilei@x.example", 2, None));
        for (field, value) in [
            ("to", json!("a@x.example,b@x.example")),
            ("to", json!("a@x.example\r\nBcc: b@x.example")),
            ("to", json!(["a@x.example", "nobody"])),
            ("to", json!("Li <a@x.example>")),
            ("cc", json!(vec!["a@x.example"; 20])),
            ("subject", json!("您好\r\nBcc: b@x.example")),
            ("subject", json!("a\u{85}b")),
            ("reply_to", json!("a@x.example\nX: y")),
        ] {
            let mut input = good.clone();
            input[field] = value.clone();
            let refused = read(&input).unwrap_err();
            assert_eq!(refused.detail[0]["at"], format!("/{field}"), "{value}");
            assert!(!refused.zh.is_empty());
        }
    }
}
