//! What an attempt to deliver over HTTP came to; the same for channels and outgoing webhooks.

use qn_egress::{EgressError, Response, header};

/// The longest a receiver may ask us to wait.
const RETRY_AFTER_MS_MAX: i64 = 60 * 60 * 1000;

/// The other side took it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The platform's id of the message: reports name it.
    pub external_id: Option<String>,
}

/// What an answer to a harmless request proves of an inbox's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Whole,
    /// The rest shows only when a message is sent; a stable word says what was tried.
    Part(&'static str),
}

/// The other side did not take it. Reasons are stable words such as `http_503` or `timeout`; `reason_text` has them in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// `after_ms` is the least wait the receiver asked for; 0 leaves it to the back-off.
    Retry { after_ms: i64, reason: String },
    /// The access token is no longer good: once more with a fresh one.
    Token { reason: String },
    /// The customer must write first.
    Window { reason: String },
    /// Trying again would not help.
    Failed { reason: String },
}

impl Refused {
    pub fn reason(&self) -> &str {
        match self {
            Refused::Retry { reason, .. } | Refused::Token { reason } | Refused::Window { reason } | Refused::Failed { reason } => reason,
        }
    }

    /// An answer that is not what the platform documents.
    pub fn unreadable(response: &Response) -> Self {
        let reason = if response.is_success() { "unreadable_answer".to_owned() } else { format!("http_{}", response.status) };
        Refused::Retry { after_ms: retry_after_ms(response), reason }
    }
}

/// 2xx is delivered, also when the answer behind it was too long to read. 410 means never again. Everything else may pass.
pub fn judge(attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
    match attempt {
        Ok(response) if response.is_success() => Ok(Delivered::default()),
        Ok(response) if response.status == 410 => Err(Refused::Failed { reason: "http_410".to_owned() }),
        Ok(response) => Err(Refused::Retry { after_ms: retry_after_ms(response), reason: format!("http_{}", response.status) }),
        Err(EgressError::TooLarge { status, .. }) if (200..300).contains(status) => Ok(Delivered::default()),
        Err(error) if error.is_transient() => Err(Refused::Retry { after_ms: 0, reason: error.code().to_owned() }),
        Err(error) => Err(Refused::Failed { reason: error.code().to_owned() }),
    }
}

/// Only the form in seconds; dates are rare and would need a clock.
pub(crate) fn retry_after_ms(response: &Response) -> i64 {
    let seconds = response.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok());
    seconds.map_or(0, |s| (i64::from(s) * 1000).min(RETRY_AFTER_MS_MAX))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_egress::{AddressClass, HeaderMap};

    fn answer(status: u16, retry_after: Option<&str>) -> Result<Response, EgressError> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        Ok(Response { status, headers, body: bytes::Bytes::new() })
    }

    fn retry(after_ms: i64, reason: &str) -> Result<Delivered, Refused> {
        Err(Refused::Retry { after_ms, reason: reason.into() })
    }

    fn failed(reason: &str) -> Result<Delivered, Refused> {
        Err(Refused::Failed { reason: reason.into() })
    }

    #[test]
    fn only_2xx_is_sent_and_only_hopeless_cases_stop() {
        assert_eq!(judge(&answer(200, None)), Ok(Delivered::default()));
        assert_eq!(judge(&answer(204, None)), Ok(Delivered::default()));
        assert_eq!(judge(&answer(302, None)), retry(0, "http_302"));
        assert_eq!(judge(&answer(404, None)), retry(0, "http_404"));
        assert_eq!(judge(&answer(429, Some("7"))), retry(7_000, "http_429"));
        assert_eq!(judge(&answer(503, Some("999999999"))), retry(3_600_000, "http_503"));
        assert_eq!(judge(&answer(503, Some("-1"))), retry(0, "http_503"));
        assert_eq!(judge(&answer(503, Some("Wed, 21 Oct 2026 07:28:00 GMT"))), retry(0, "http_503"));
        assert_eq!(judge(&answer(410, None)), failed("http_410"));
        assert_eq!(judge(&Err(EgressError::Timeout { timeout_ms: 1 })), retry(0, "timeout"));
        assert_eq!(judge(&Err(EgressError::TooLarge { limit_bytes: 1, status: 200 })), Ok(Delivered::default()));
        assert_eq!(judge(&Err(EgressError::TooLarge { limit_bytes: 1, status: 500 })), retry(0, "response_too_large"));
        let blocked = EgressError::Blocked { host: "x".into(), class: AddressClass::Loopback };
        assert_eq!(judge(&Err(blocked)), failed("address_blocked"));
    }
}
