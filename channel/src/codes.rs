//! Codes that a platform gives the customer's own program and that only we can redeem there: who is signed in, and the phone they agreed to
//! tell. What comes back is the platform's word, never the program's.

use crate::event::Fact;
use crate::{InboundContact, ParseError, Refused, peek};
use qn_domain::Inbox;
use qn_egress::{EgressError, Request, Response};

/// A code is good once, for minutes, and for one account: who brings it is the account, or was handed it by the account.
pub trait Codes: Send + Sync {
    /// Needs no token.
    fn login(&self, inbox: &Inbox, code: &str) -> Request;

    fn read_login(&self, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused>;

    fn phone(&self, inbox: &Inbox, code: &str, token: &str) -> Request;

    fn read_phone(&self, inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<Fact, Refused>;
}

/// What the program brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    pub login_code: String,
    pub phone_code: Option<String>,
}

impl Redeem {
    /// `{"login_code", "phone_code"}`.
    pub fn read(body: &[u8]) -> Result<Redeem, ParseError> {
        let body = peek::body(body)?;
        let login_code = peek::id(&body["login_code"]).ok_or(ParseError::Unreadable { reason: "no login_code" })?;
        Ok(Redeem { login_code, phone_code: peek::id(&body["phone_code"]) })
    }
}
