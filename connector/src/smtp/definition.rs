//! What is stored of a mail server: where it is, how we sign in, and whose name letters carry.

use super::input::schema;
use crate::auth::Auth;
use crate::definition::{Listed, RetryClass, Words};
use crate::{Failure, Point};
use qn_mailbox::Security;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The only operation.
pub const SEND: &str = "send";
const SCHEMES: [(&str, u16); 2] = [("smtps", 465), ("smtp", 587)];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub format: u32,
    /// `smtps://host:port` (TLS from the first byte) or `smtp://host:port` (STARTTLS, which is demanded).
    pub base_url: String,
    /// User and password; none for relays that ask for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Whose address letters carry.
    pub from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_name: String,
    /// With `smtp://`: not encrypted. Only for servers without a public address, which the operator allows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub plain: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's way
fn is_false(value: &bool) -> bool {
    !value
}

struct Send {
    title: Words,
    input: Value,
    response: Value,
}

static OPERATION: LazyLock<Send> = LazyLock::new(|| Send {
    title: Words { zh: "发送邮件".to_owned(), en: "Send a letter".to_owned() },
    input: schema(),
    response: json!({"type": "object", "properties": {
        "message_id": {"type": "string"}, "recipients": {"type": "integer"}}}),
});

pub(super) fn schema_of_send() -> &'static Value {
    &OPERATION.input
}

impl Server {
    pub fn point(&self) -> Result<Point, Failure> {
        let point = Point::parse(&self.base_url, &SCHEMES)?;
        if point.path.is_empty() {
            return Ok(point);
        }
        Err(Failure::invalid("the address of a mail server has no path").zh("邮件服务器的地址不带路径"))
    }

    pub(crate) fn security(&self, point: &Point) -> Security {
        match (point.scheme.as_str(), self.plain) {
            ("smtps", _) => Security::Tls,
            (_, true) => Security::Plain,
            _ => Security::StartTls,
        }
    }

    /// What of the settings makes no sense, by field.
    pub fn check(&self) -> Result<(), (&'static str, Failure)> {
        self.point().map_err(|failure| ("base_url", failure))?;
        if qn_mail::Person::new("", &self.from).is_none() {
            return Err(("smtp.from", Failure::invalid("is a mail address").zh("应为邮件地址")));
        }
        match &self.auth {
            None | Some(Auth::Basic { .. }) => Ok(()),
            Some(_) => Err(("auth", Failure::invalid("of a mail server is user and password").zh("邮件服务器只用用户名和密码"))),
        }
    }

    pub(crate) fn listed() -> Vec<Listed<'static>> {
        let Send { title, input, response } = &*OPERATION;
        vec![Listed {
            name: SEND,
            title,
            description: "",
            method: "SMTP",
            path: "",
            input,
            response: Some(response),
            retry: RetryClass::Once,
        }]
    }
}
