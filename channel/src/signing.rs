//! Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, for what comes in over the API channel
//! and for everything we send out. Several secrets, separated by spaces, allow a change of secret without a gap.

use crate::VerifyError;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use hmac::{Hmac, KeyInit, Mac};
use qn_base::Timestamp;
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

pub const HEADER_ID: &str = "webhook-id";
pub const HEADER_TIMESTAMP: &str = "webhook-timestamp";
pub const HEADER_SIGNATURE: &str = "webhook-signature";

/// How far the sender's clock may be off, either way.
pub const TOLERANCE_S: i64 = 5 * 60;
const PREFIX: &str = "whsec_";
const SECRET_BYTES_MIN: usize = 16;
const SECRETS_MAX: usize = 4;
const ID_BYTES_MAX: usize = 256;
const SIGNATURE_HEADER_BYTES_MAX: usize = 4096;

/// Secrets pasted by people often lose their padding.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("no secret is set")]
    Missing,
    #[error("a secret is `whsec_` and Base64")]
    NotBase64,
    #[error("a secret has at least {SECRET_BYTES_MIN} bytes")]
    TooShort,
    #[error("at most {SECRETS_MAX} secrets at a time")]
    TooMany,
}

/// A fresh secret of 32 random bytes.
pub fn generate_secret() -> String {
    let mut bytes = [0u8; 32];
    qn_base::ids::fill_random(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// Signs and verifies with one or more secrets; never prints them.
#[derive(Clone)]
pub struct Signer {
    keys: Vec<Vec<u8>>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({} secrets)", self.keys.len())
    }
}

impl Signer {
    /// Reads `whsec_…`, or several of them separated by spaces, newest first. No secret is an error: nothing is verified by default.
    pub fn new(secrets: &str) -> Result<Self, SecretError> {
        let mut keys = Vec::new();
        for secret in secrets.split_ascii_whitespace() {
            let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
            let key = LENIENT.decode(encoded).map_err(|_| SecretError::NotBase64)?;
            if key.len() < SECRET_BYTES_MIN {
                return Err(SecretError::TooShort);
            }
            keys.push(key);
        }
        match keys.len() {
            0 => Err(SecretError::Missing),
            n if n > SECRETS_MAX => Err(SecretError::TooMany),
            _ => Ok(Self { keys }),
        }
    }

    /// Whether this is one of the secrets: for callers that can show one and cannot sign.
    pub fn knows(&self, secret: &str) -> bool {
        let Ok(given) = Self::new(secret) else { return false };
        let mut fits = subtle::Choice::from(0);
        for key in &self.keys {
            fits |= key.as_slice().ct_eq(given.keys[0].as_slice());
        }
        given.keys.len() == 1 && fits.into()
    }

    /// The value of `webhook-signature`: one `v1,…` per secret. `id` must be the same for every attempt.
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let signatures = self.keys.iter().map(|key| format!("v1,{}", STANDARD.encode(mac(key, id, timestamp_s, body))));
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// The three headers of a signed request.
    pub fn headers(&self, id: &str, now: Timestamp, body: &[u8]) -> [(String, String); 3] {
        let timestamp_s = now.div_euclid(1000);
        [
            (HEADER_ID.to_owned(), id.to_owned()),
            (HEADER_TIMESTAMP.to_owned(), timestamp_s.to_string()),
            (HEADER_SIGNATURE.to_owned(), self.sign(id, timestamp_s, body)),
        ]
    }

    /// `headers` in any order and case; each of the three must be there exactly once.
    pub fn verify(&self, headers: &[(&str, &[u8])], body: &[u8], now: Timestamp) -> Result<(), VerifyError> {
        let id = single(headers, HEADER_ID)?;
        // a dot would let id and timestamp be read in two ways
        if id.len() > ID_BYTES_MAX || !id.bytes().all(|b| b.is_ascii_graphic() && b != b'.') {
            return Err(VerifyError::MalformedHeader(HEADER_ID));
        }
        let timestamp_s = timestamp(single(headers, HEADER_TIMESTAMP)?)?;
        let skew_s = now.div_euclid(1000) - timestamp_s;
        if skew_s.abs() > TOLERANCE_S {
            return Err(VerifyError::OutsideWindow { skew_s, max_s: TOLERANCE_S });
        }
        let given = single(headers, HEADER_SIGNATURE)?;
        if given.len() > SIGNATURE_HEADER_BYTES_MAX {
            return Err(VerifyError::MalformedHeader(HEADER_SIGNATURE));
        }
        let given: Vec<Vec<u8>> = given.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok()).collect();
        let mut fits = subtle::Choice::from(0);
        for key in &self.keys {
            let expected = mac(key, id, timestamp_s, body);
            for signature in &given {
                fits |= expected.ct_eq(signature.as_slice());
            }
        }
        if fits.into() { Ok(()) } else { Err(VerifyError::BadSignature) }
    }
}

/// The id of a call, as the sender chose it; signed like the body.
pub(crate) fn id<'a>(headers: &[(&str, &'a [u8])]) -> Option<&'a str> {
    single(headers, HEADER_ID).ok()
}

fn mac(key: &[u8], id: &str, timestamp_s: i64, body: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    mac.update(id.as_bytes());
    mac.update(format!(".{timestamp_s}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().into()
}

fn single<'a>(headers: &[(&str, &'a [u8])], name: &'static str) -> Result<&'a str, VerifyError> {
    let mut found = headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
    let (_, value) = found.next().ok_or(VerifyError::MissingHeader(name))?;
    if found.next().is_some() {
        return Err(VerifyError::DuplicateHeader(name));
    }
    match std::str::from_utf8(value) {
        Ok("") => Err(VerifyError::MissingHeader(name)),
        Ok(text) => Ok(text),
        Err(_) => Err(VerifyError::MalformedHeader(name)),
    }
}

/// Seconds in digits only: no sign, no spaces, nothing that could be read twice.
fn timestamp(text: &str) -> Result<i64, VerifyError> {
    let plain = text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).ok_or(VerifyError::MalformedHeader(HEADER_TIMESTAMP))
}
