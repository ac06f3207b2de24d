//! Why somebody is not let in. The words never say which part of a credential was wrong.

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the e-mail address or the password is wrong")]
    BadCredentials,
    /// Also for addresses nobody has, so that guessing finds nothing out.
    #[error("too many failed sign-ins; try again in {retry_after_ms} ms")]
    LockedOut { retry_after_ms: i64 },
    /// No session, an ended one, or a person who was disabled.
    #[error("nobody is signed in with this")]
    Unauthenticated,
    #[error("the token is not valid")]
    InvalidToken,
    #[error("the token has expired")]
    TokenExpired,
    #[error("the password is too short, too long or the same as before")]
    WeakPassword,
    #[error("too many sign-ins at once; try again in a moment")]
    Busy,
    #[error(transparent)]
    Store(#[from] qn_store::Error),
}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Error::BadCredentials => "bad_credentials",
            Error::LockedOut { .. } => "locked_out",
            Error::Unauthenticated => "unauthenticated",
            Error::InvalidToken => "invalid_token",
            Error::TokenExpired => "token_expired",
            Error::WeakPassword => "weak_password",
            Error::Busy => "unavailable",
            Error::Store(_) => "internal",
        }
    }
}
