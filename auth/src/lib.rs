//! Who is asking: people by session or API token, customers by visitor token, and what a site says about its own users.
//! Proves identities and keeps secrets as hashes; what a person may do is decided where it is done, from the `Principal`.

mod auth;
mod error;
mod lockout;
mod password;
mod people;
mod principal;
mod secret;
mod sign_in;
mod tokens;
pub mod user_token;
mod visitor;

pub use auth::Auth;
pub use error::{Error, Result};
pub use password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, one_time_password};
pub use principal::{Credential, Principal, Scope, Via};
pub use secret::{TOKEN_PREFIX, is_api_token};
pub use sign_in::{SESSION_MS, SignIn, SignedIn};
pub use tokens::{ActsAs, IssuedToken, NewToken};
pub use user_token::UserClaims;
pub use visitor::{IssuedVisitor, VISITOR_PREFIX, VISITOR_TOKEN_MS, VisitorClaims};
