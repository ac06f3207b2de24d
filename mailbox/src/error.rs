//! Why a mail server did not do what was asked. Stable words for screens and for the outbox; the server's own words beside them.

use qn_egress::EgressError;

/// Of a server's answer, kept for people.
const SAID_CHARS_MAX: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("the mail server did not answer in {timeout_ms} ms")]
    Timeout { timeout_ms: u64 },
    #[error("the connection to the mail server broke: {said}")]
    Broken { said: String },
    #[error("the connection to the mail server would not be encrypted: it offers no STARTTLS, or is on the public network")]
    NoTls,
    #[error("the mail server refused the credentials: {said}")]
    Login { said: String },
    #[error("the mail server has no such folder: {folder} ({said})")]
    Folder { folder: String, said: String },
    /// Told by the server before anything is sent.
    #[error("the mail server takes mails of at most {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("the mail server said {code}: {said}")]
    Refused {
        /// SMTP's; 0 for IMAP.
        code: u16,
        said: String,
    },
}

impl MailboxError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Egress(error) => error.code(),
            Self::Timeout { .. } => "timeout",
            Self::Broken { .. } => "connection_broken",
            Self::NoTls => "no_tls",
            Self::Login { .. } => "login_refused",
            Self::Folder { .. } => "unknown_folder",
            Self::TooLarge { .. } => "mail_too_large",
            Self::Refused { code: 500..=599, .. } => "mail_refused",
            Self::Refused { .. } => "mail_deferred",
        }
    }

    /// Trying again later may help. A refused login may: passwords are mended, servers lock for a while.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Egress(error) => error.is_transient(),
            Self::Timeout { .. } | Self::Broken { .. } | Self::Login { .. } => true,
            Self::Refused { code, .. } => !(500..600).contains(code),
            Self::NoTls | Self::Folder { .. } | Self::TooLarge { .. } => false,
        }
    }

    pub(crate) fn broken(said: impl std::fmt::Display) -> Self {
        Self::Broken { said: kept(&said.to_string()) }
    }
}

pub(crate) fn kept(said: &str) -> String {
    qn_base::text::line(said, SAID_CHARS_MAX)
}
