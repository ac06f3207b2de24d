//! Taking single parameters and headers out of a call: each exactly once, so that nothing can be read in two ways.

use crate::{Call, ParseError, VerifyError};
use qn_domain::Timestamp;

/// The largest call that any platform here makes; WhatsApp documents 3 MB.
pub const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;
const PARAMETER_BYTES_MAX: usize = 4096;

impl<'a> Call<'a> {
    pub fn parameter(&self, name: &'static str) -> Result<&'a str, VerifyError> {
        let mut found = self.query.iter().filter(|(key, _)| *key == name);
        let (_, value) = found.next().ok_or(VerifyError::MissingParameter(name))?;
        match found.next() {
            Some(_) => Err(VerifyError::DuplicateParameter(name)),
            None if value.is_empty() => Err(VerifyError::MissingParameter(name)),
            None if value.len() > PARAMETER_BYTES_MAX => Err(VerifyError::MalformedParameter(name)),
            None => Ok(value),
        }
    }

    pub fn header(&self, name: &'static str) -> Result<&'a str, VerifyError> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let (_, value) = found.next().ok_or(VerifyError::MissingHeader(name))?;
        match (found.next(), std::str::from_utf8(value)) {
            (Some(_), _) => Err(VerifyError::DuplicateHeader(name)),
            (None, Ok("")) => Err(VerifyError::MissingHeader(name)),
            (None, Ok(text)) if text.len() <= PARAMETER_BYTES_MAX => Ok(text),
            (None, _) => Err(VerifyError::MalformedHeader(name)),
        }
    }

    pub fn is_get(&self) -> bool {
        self.method.eq_ignore_ascii_case("GET")
    }

    pub fn bounded_body(&self) -> Result<&'a [u8], ParseError> {
        if self.body.len() > BODY_BYTES_MAX { Err(ParseError::TooLarge { max_bytes: BODY_BYTES_MAX }) } else { Ok(self.body) }
    }
}

/// Digits only, not more than `max_s` away from `now`.
pub fn check_seconds(text: &str, now: Timestamp, max_s: i64) -> Result<(), Option<VerifyError>> {
    let plain = text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    let at: i64 = text.parse().ok().filter(|_| plain).ok_or(None)?;
    let skew_s = now.div_euclid(1000) - at;
    if skew_s.abs() > max_s { Err(Some(VerifyError::OutsideWindow { skew_s, max_s })) } else { Ok(()) }
}
