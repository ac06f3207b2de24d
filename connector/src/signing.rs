//! HMAC signatures as services define them: which parts are signed, in which order, and where the signature goes.

use crate::Failure;
use crate::auth::set;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use qn_crypto::Plain;
use qn_egress::Request;
use serde::{Deserialize, Serialize};
use sha2::{Sha256, Sha512};
use url::Url;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub secret: String,
    #[serde(default)]
    pub algorithm: Algorithm,
    #[serde(default)]
    pub encoding: Encoding,
    /// What is signed, joined by `separator`.
    #[serde(default = "body_only")]
    pub parts: Vec<Part>,
    #[serde(default)]
    pub separator: String,
    /// Gets the signature.
    pub header: String,
    /// Before the signature, e.g. `sha256=`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Gets the time in seconds; needed when it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_header: Option<String>,
}

fn body_only() -> Vec<Part> {
    vec![Part::Body]
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    #[default]
    Sha256,
    Sha512,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    #[default]
    Hex,
    Base64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Seconds since 1970.
    Timestamp,
    Method,
    Path,
    /// As sent, without the question mark.
    Query,
    Body,
}

impl Signing {
    /// The usual: HMAC-SHA256 of the body, in hexadecimal.
    pub fn of_body(secret: String, header: &str) -> Self {
        Self {
            secret,
            algorithm: Algorithm::Sha256,
            encoding: Encoding::Hex,
            parts: body_only(),
            separator: String::new(),
            header: header.to_owned(),
            prefix: String::new(),
            timestamp_header: None,
        }
    }

    pub(crate) fn sign(&self, request: &mut Request, url: &Url, secret: &Plain, now_ms: i64) -> Result<(), Failure> {
        let timestamp = (now_ms / 1_000).to_string();
        if self.parts.contains(&Part::Timestamp) && self.timestamp_header.is_none() {
            return Err(Failure::invalid("the signature covers a time that is sent nowhere: name a `timestamp_header`")
                .zh("签名包含时间，但没有指定发送时间的请求头 timestamp_header"));
        }
        let mut signed = Vec::new();
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                signed.extend_from_slice(self.separator.as_bytes());
            }
            match part {
                Part::Timestamp => signed.extend_from_slice(timestamp.as_bytes()),
                Part::Method => signed.extend_from_slice(request.method.as_str().as_bytes()),
                Part::Path => signed.extend_from_slice(url.path().as_bytes()),
                Part::Query => signed.extend_from_slice(url.query().unwrap_or_default().as_bytes()),
                Part::Body => signed.extend_from_slice(&request.body),
            }
        }
        let mac = match self.algorithm {
            Algorithm::Sha256 => mac::<Hmac<Sha256>>(secret, &signed)?,
            Algorithm::Sha512 => mac::<Hmac<Sha512>>(secret, &signed)?,
        };
        let text = match self.encoding {
            Encoding::Hex => mac.iter().map(|byte| format!("{byte:02x}")).collect(),
            Encoding::Base64 => STANDARD.encode(mac),
        };
        set(request, &self.header, format!("{}{text}", self.prefix));
        if let Some(header) = &self.timestamp_header {
            set(request, header, timestamp);
        }
        Ok(())
    }
}

fn mac<M: Mac + KeyInit>(secret: &Plain, signed: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut mac = <M as KeyInit>::new_from_slice(secret.reveal().as_bytes())
        .map_err(|_| Failure::invalid("a key of this length").zh("密钥长度不合适"))?;
    mac.update(signed);
    Ok(mac.finalize().into_bytes().to_vec())
}
