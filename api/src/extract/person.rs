//! The signed-in person behind a request: by session cookie or by bearer token. Handlers take one of the guards
//! (`Reader`, `Writer`, `Supervisor`, `Admin`), so what a route needs is written in its arguments.

use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use qn_auth::{Credential, Principal, Scope};
use qn_domain::{Role, TenantId, UserId};
use qn_engine::Actor;
use std::ops::Deref;

/// A person, whatever they may do. Refused while a one-time password waits to be changed, except where `Unchanged` is taken.
#[derive(Debug, Clone)]
pub struct Person(pub Principal);

impl Person {
    pub fn tenant_id(&self) -> &TenantId {
        &self.0.user.tenant_id
    }

    pub fn user_id(&self) -> &UserId {
        &self.0.user.id
    }

    pub fn actor(&self) -> Actor {
        let user = &self.0.user;
        Actor { tenant_id: user.tenant_id.clone(), user_id: user.id.clone(), name: user.name.clone(), role: user.role }
    }

    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.0.user.role >= role { Ok(()) } else { Err(Problem::new(Code::Forbidden).with("needed", role.as_str())) }
    }

    pub fn scope(&self, scope: Scope) -> Result<(), Problem> {
        if self.0.scope >= scope { Ok(()) } else { Err(Problem::new(Code::ScopeMissing).with("needed", scope.as_str())) }
    }

    /// Finds the person behind a request's headers, even one who must change their password first.
    pub async fn of(state: &AppState, headers: &HeaderMap) -> Result<Person, Problem> {
        let credential = match bearer(headers) {
            Some(token) => Credential::Token(token),
            None => Credential::Session(
                session_cookie(headers, state.config.secure_cookies).ok_or_else(|| Problem::new(Code::Unauthenticated))?,
            ),
        };
        Ok(Person(state.auth.person(credential).await?))
    }

    pub fn password_is_settled(self) -> Result<Person, Problem> {
        if self.0.user.must_change_password { Err(Problem::new(Code::PasswordChangeRequired)) } else { Ok(self) }
    }
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Person::of(state, &parts.headers).await?.password_is_settled()
    }
}

macro_rules! guard {
    ($(#[$doc:meta])* $name:ident, $role:expr, $scope:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Person);

        impl Deref for $name {
            type Target = Person;

            fn deref(&self) -> &Person {
                &self.0
            }
        }

        impl FromRequestParts<AppState> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
                let person = Person::from_request_parts(parts, state).await?;
                person.require($role)?;
                person.scope($scope)?;
                Ok($name(person))
            }
        }
    };
}

guard! {
    /// Anybody signed in, to look.
    Reader, Role::Agent, Scope::Read
}
guard! {
    /// Anybody signed in, to do an agent's work.
    Writer, Role::Agent, Scope::Write
}
guard! {
    /// Supervisors and admins, to change what a team shares.
    Supervisor, Role::Supervisor, Scope::Write
}
guard! {
    /// Admins, to change settings.
    Admin, Role::Admin, Scope::Admin
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub const SESSION_COOKIE: &str = "qn_session";
/// The prefix makes browsers insist on Secure, Path=/ and no Domain.
pub const SECURE_SESSION_COOKIE: &str = "__Host-qn_session";

/// The session cookie's value.
pub fn session_cookie(headers: &HeaderMap, secure: bool) -> Option<&str> {
    let wanted = if secure { SECURE_SESSION_COOKIE } else { SESSION_COOKIE };
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then_some(value)
    })
}

/// A browser that is signed in here sent this, under either name of the cookie.
pub fn session_cookie_present(headers: &HeaderMap) -> bool {
    session_cookie(headers, true).is_some() || session_cookie(headers, false).is_some()
}
