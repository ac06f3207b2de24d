//! Why an operation gave nothing. The kinds are those flows know; messages never hold secrets.

use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No answer in time. It may have happened.
    Timeout,
    /// The other side could not. It may have happened.
    Unavailable,
    /// The other side said no, or we may not.
    Refused,
    /// What was sent or what came back makes no sense.
    Invalid,
    /// Too large, too deep, too many.
    Limit,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
    /// What the other side said, or which fields are wrong.
    pub detail: Value,
    /// The outside may have acted, or has, although there is nothing to show for it.
    pub in_doubt: bool,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), detail: Value::Null, in_doubt: false }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.in_doubt = true;
        self
    }
}

impl From<qn_egress::EgressError> for Failure {
    fn from(error: qn_egress::EgressError) -> Self {
        use qn_egress::EgressError as E;
        let kind = match &error {
            E::Timeout { .. } => Kind::Timeout,
            E::Dns { .. } | E::Connect { .. } | E::Tls { .. } | E::Broken { .. } => Kind::Unavailable,
            E::Blocked { .. } | E::Redirect { .. } => Kind::Refused,
            E::TooLarge { .. } => Kind::Limit,
            E::InvalidUrl { .. } | E::InvalidRequest { .. } | E::Setup { .. } => Kind::Invalid,
        };
        let in_doubt = matches!(error, E::Timeout { .. } | E::Broken { .. } | E::TooLarge { .. });
        Self { in_doubt, ..Failure::new(kind, error.to_string()) }
    }
}
