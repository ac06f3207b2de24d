//! Reading an inbox's settings, and the pieces that settings of several platforms share. The settings were checked when they were
//! stored; what is missing reads as empty.

use crate::VerifyError;
use crate::schema::i18n;
use qn_domain::Inbox;
use serde_json::{Value, json};

pub fn text<'a>(inbox: &'a Inbox, name: &str) -> &'a str {
    inbox.channel_settings[name].as_str().unwrap_or_default().trim()
}

/// A secret that something is proved with: an empty one proves nothing.
pub fn secret<'a>(inbox: &'a Inbox, name: &'static str) -> Result<&'a str, VerifyError> {
    let found = text(inbox, name);
    if found.is_empty() { Err(VerifyError::NoSecret(name)) } else { Ok(found) }
}

/// The platform's address without a slash at its end.
pub fn base<'a>(inbox: &'a Inbox, name: &str, default: &'static str) -> &'a str {
    let found = text(inbox, name).trim_end_matches('/');
    if found.is_empty() { default } else { found }
}

/// A setting of one line.
pub fn line(zh: (&str, &str), en: (&str, &str)) -> Value {
    json!({"type": "string", "maxLength": 500, "x-i18n": i18n(zh, en)})
}

/// A setting that is sealed at rest and never shown again.
pub fn sealed(zh: (&str, &str), en: (&str, &str)) -> Value {
    json!({"type": "string", "maxLength": 2000, "writeOnly": true, "x-secret": true, "x-i18n": i18n(zh, en)})
}

/// Where the platform is reached; only tests and private gateways change it.
pub fn address(default: &str) -> Value {
    let words = i18n(
        ("平台地址", "平台接口的地址。经过自建代理或网关访问时才需要修改。"),
        ("Platform address", "Address of the platform's API. Change it only when it is reached through a gateway of your own."),
    );
    json!({"type": "string", "format": "uri", "maxLength": 500, "default": default, "x-i18n": words})
}

pub fn choice(choices: &[&str], default: &str, zh: (&str, &str), en: (&str, &str)) -> Value {
    json!({"type": "string", "enum": choices, "default": default, "x-i18n": i18n(zh, en)})
}
