//! Proof and opening of what WeChat and WeCom post. Plain mode: SHA-1 over token, timestamp and nonce. Safe mode: the same with the
//! sealed part, which is AES-256-CBC with blocks padded to 32 bytes: 16 random bytes, length, XML or JSON, receiver's id.

use crate::xml::{self, Fields};
use crate::{Call, ParseError, VerifyError, call, config, crypt, peek};
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use qn_domain::{Inbox, Timestamp};
use serde_json::Value;

/// How far a call's timestamp may be off. The platform signs each attempt anew.
const TOLERANCE_S: i64 = 5 * 60;
const PAD_BYTES_MAX: u8 = 32;
const KEY_SETTING: &str = "encoding_aes_key";

/// 43 characters carry 258 bits: the last two say nothing and may be set.
const KEY_TEXT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

pub struct Keys<'a> {
    token: &'a str,
    seal: Option<[u8; 32]>,
    /// App id or corp id: sealed parts name it.
    receiver: &'a str,
}

impl<'a> Keys<'a> {
    pub fn of(inbox: &'a Inbox, receiver_setting: &'static str) -> Result<Self, VerifyError> {
        let token = config::secret(inbox, "token")?;
        let receiver = config::secret(inbox, receiver_setting)?;
        let key = config::text(inbox, KEY_SETTING);
        let seal = if key.is_empty() { None } else { Some(seal_key(key).ok_or(VerifyError::NoSecret(KEY_SETTING))?) };
        Ok(Self { token, seal, receiver })
    }

    pub fn is_sealed(&self) -> bool {
        self.seal.is_some()
    }

    /// Plain proof, of the address check of WeChat and of plain mode. It does not cover the body: that is all plain mode gives.
    pub fn prove_plain(&self, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        self.prove(call, "signature", None, now)
    }

    /// Proof of a sealed part, which must open and be meant for us.
    pub fn prove_sealed(&self, call: &Call<'_>, sealed: &str, now: Timestamp) -> Result<(), VerifyError> {
        self.prove(call, "msg_signature", Some(sealed), now)?;
        self.open(sealed).map(|_| ())
    }

    fn prove(&self, call: &Call<'_>, name: &'static str, sealed: Option<&str>, now: Timestamp) -> Result<(), VerifyError> {
        let (given, timestamp, nonce) = (call.parameter(name)?, call.parameter("timestamp")?, call.parameter("nonce")?);
        call::check_seconds(timestamp, now, TOLERANCE_S).map_err(|e| e.unwrap_or(VerifyError::MalformedParameter("timestamp")))?;
        let mut parts = vec![self.token.as_bytes(), timestamp.as_bytes(), nonce.as_bytes()];
        parts.extend(sealed.map(str::as_bytes));
        parts.sort_unstable();
        if crypt::same(given, &crypt::sha1_hex(&parts)) { Ok(()) } else { Err(VerifyError::BadSignature) }
    }

    /// The text inside. Only for parts whose signature fits.
    pub fn open(&self, sealed: &str) -> Result<Vec<u8>, VerifyError> {
        let key = self.seal.ok_or(VerifyError::NoSecret(KEY_SETTING))?;
        let bytes = STANDARD.decode(sealed).map_err(|_| VerifyError::NotDecryptable)?;
        let mut iv = [0u8; 16];
        iv.copy_from_slice(&key[..16]);
        let plain = crypt::open_aes256(&key, &iv, &bytes, PAD_BYTES_MAX).ok_or(VerifyError::NotDecryptable)?;
        let (head, rest) = plain.split_at_checked(20).ok_or(VerifyError::NotDecryptable)?;
        let length = u32::from_be_bytes([head[16], head[17], head[18], head[19]]);
        let (text, receiver) = usize::try_from(length).ok().and_then(|n| rest.split_at_checked(n)).ok_or(VerifyError::NotDecryptable)?;
        if receiver == self.receiver.as_bytes() { Ok(text.to_vec()) } else { Err(VerifyError::WrongReceiver) }
    }
}

/// Words of ours as the platform opens them, or of the platform's as we do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub encrypt: String,
    pub signature: String,
    pub timestamp: String,
    pub nonce: String,
}

impl Keys<'_> {
    /// None in plain mode. `random` is of this text alone.
    pub fn seal(&self, text: &[u8], random: [u8; 16], now: Timestamp) -> Option<Sealed> {
        let key = self.seal?;
        let mut iv = [0u8; 16];
        iv.copy_from_slice(&key[..16]);
        let length = u32::try_from(text.len()).ok()?.to_be_bytes();
        let plain = [&random, length.as_slice(), text, self.receiver.as_bytes()].concat();
        let encrypt = STANDARD.encode(crypt::seal_aes256(&key, &iv, &plain, PAD_BYTES_MAX));
        let (timestamp, nonce) = ((now / 1000).to_string(), crypt::hex(&random[..8]));
        let mut parts = vec![self.token.as_bytes(), timestamp.as_bytes(), nonce.as_bytes(), encrypt.as_bytes()];
        parts.sort_unstable();
        let signature = crypt::sha1_hex(&parts);
        Some(Sealed { encrypt, signature, timestamp, nonce })
    }
}

fn seal_key(text: &str) -> Option<[u8; 32]> {
    let plain = text.len() == 43;
    KEY_TEXT.decode(text).ok().filter(|_| plain)?.try_into().ok()
}

/// The sealed part of a posted body, which is XML or JSON by the account's choice.
pub fn sealed_part(call: &Call<'_>) -> Result<String, VerifyError> {
    let fields = fields(call.body).map_err(|_| VerifyError::BadBody)?;
    let sealed = fields.get("Encrypt");
    if sealed.is_empty() { Err(VerifyError::BadBody) } else { Ok(sealed.to_owned()) }
}

/// What a verified call says.
pub fn read(keys: &Keys<'_>, call: &Call<'_>) -> Result<Fields, ParseError> {
    if !keys.is_sealed() {
        return fields(call.body);
    }
    let unreadable = |_| ParseError::Unreadable { reason: "a sealed part that does not open" };
    fields(&keys.open(&sealed_part(call).map_err(unreadable)?).map_err(unreadable)?)
}

fn fields(body: &[u8]) -> Result<Fields, ParseError> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return xml::read(body);
    }
    let mut fields = Fields::default();
    flatten(&mut fields, String::new(), &peek::body(body)?);
    Ok(fields)
}

fn flatten(fields: &mut Fields, path: String, value: &Value) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(fields, path, value);
            }
        }
        Value::String(text) => fields.insert(path, text.clone()),
        Value::Number(number) => fields.insert(path, number.to_string()),
        _ => {}
    }
}
