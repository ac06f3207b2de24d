//! Where a mailbox is and how we prove that we may use it.

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (993, 465).
    Tls,
    /// In the clear until STARTTLS; never a password before it (143, 587).
    StartTls,
    /// In the clear throughout: for servers on the operator's own network. Refused where the server has a public address.
    Plain,
}

impl Security {
    /// `tls`, `starttls` or `plain`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "tls" => Some(Self::Tls),
            "starttls" => Some(Self::StartTls),
            "plain" => Some(Self::Plain),
            _ => None,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    Password(String),
    /// An access token, shown as XOAUTH2.
    OAuth2(String),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::OAuth2(_) => "OAuth2(…)",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    /// None: the server asks for none (relays on the operator's own network).
    pub proof: Option<Proof>,
}

impl Account {
    /// The initial answer of XOAUTH2.
    pub(crate) fn xoauth2(&self, token: &str) -> String {
        format!("user={}\x01auth=Bearer {token}\x01\x01", self.user)
    }
}
