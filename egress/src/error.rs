//! Why a request did not come back with an answer. Messages never contain the addresses a private name stands for:
//! they reach people outside the operator's team through delivery logs.

use crate::AddressClass;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    #[error("the URL is not acceptable: {reason}")]
    InvalidUrl { reason: String },
    #[error("the request is not acceptable: {reason}")]
    InvalidRequest { reason: String },
    /// The guard said no; `class` tells why.
    #[error("{host} is a {class} address, which this server does not call; the operator can allow it")]
    Blocked { host: String, class: AddressClass },
    #[error("the name {host} could not be resolved")]
    Dns { host: String },
    #[error("no connection to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("no trusted TLS connection to {host}: {reason}")]
    Tls { host: String, reason: String },
    /// The whole exchange, with name resolution and the answer's body, took longer than allowed.
    #[error("no complete answer within {timeout_ms} ms")]
    Timeout { timeout_ms: u64 },
    /// `status` had already arrived: for a delivery a 2xx still means delivered.
    #[error("the answer (status {status}) is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize, status: u16 },
    #[error("the connection broke or spoke no valid HTTP: {reason}")]
    Broken { reason: String },
    #[error("more than {max} redirects, or one that leads from https to http")]
    Redirect { max: u8 },
    /// Only from `Egress::new`: bad extra certificates, or a TLS library that does not start.
    #[error("the outbound client cannot start: {reason}")]
    Setup { reason: String },
}

impl EgressError {
    /// A stable word for logs, metrics and delivery reports.
    pub fn code(&self) -> &'static str {
        match self {
            EgressError::InvalidUrl { .. } => "invalid_url",
            EgressError::InvalidRequest { .. } => "invalid_request",
            EgressError::Blocked { .. } => "address_blocked",
            EgressError::Dns { .. } => "dns_failed",
            EgressError::Connect { .. } => "connect_failed",
            EgressError::Tls { .. } => "tls_failed",
            EgressError::Timeout { .. } => "timeout",
            EgressError::TooLarge { .. } => "response_too_large",
            EgressError::Broken { .. } => "broken_response",
            EgressError::Redirect { .. } => "redirect_refused",
            EgressError::Setup { .. } => "egress_setup",
        }
    }

    /// The same request may succeed later without anybody changing it.
    pub fn is_transient(&self) -> bool {
        match self {
            EgressError::Dns { .. }
            | EgressError::Connect { .. }
            | EgressError::Tls { .. }
            | EgressError::Timeout { .. }
            | EgressError::TooLarge { .. }
            | EgressError::Broken { .. } => true,
            EgressError::InvalidUrl { .. }
            | EgressError::InvalidRequest { .. }
            | EgressError::Blocked { .. }
            | EgressError::Redirect { .. }
            | EgressError::Setup { .. } => false,
        }
    }
}
