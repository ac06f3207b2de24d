//! The realtime side: `feed` reads the log as one viewer may see it, `socket` carries it over a WebSocket, `poll` over long polls,
//! `signals` takes what is ephemeral, `viewers` knows who has which conversation on their screen.

mod encode;
mod feed;
mod poll;
mod signals;
mod socket;
mod viewers;

pub use poll::{PollQuery, poll, signal};
pub use socket::upgrade;
pub use viewers::Viewers;

use crate::problem::{Code, Problem};
use crate::state::AppState;
use qn_auth::{Credential, VisitorClaims};
use qn_bus::{Audience, Signal, SignalBody};
use qn_domain::{Role, TenantId, Timestamp, UserId};
use qn_engine::ConnectionGuard;

/// The longest gap that is replayed; beyond it a fresh snapshot is cheaper.
pub const GAP_MAX: i64 = 2_000;

/// Who reads the stream.
#[derive(Debug, Clone)]
pub enum Viewer {
    Person(Box<PersonViewer>),
    Visitor(Box<VisitorViewer>),
}

#[derive(Debug, Clone)]
pub struct PersonViewer {
    pub actor: qn_engine::Actor,
    /// Asked again while the socket lives: a sign-out elsewhere ends it.
    credential: Proof,
}

#[derive(Debug, Clone)]
pub struct VisitorViewer {
    pub visitor: qn_engine::Visitor,
    pub expires_at: Timestamp,
}

/// What a person proved themselves with.
#[derive(Debug, Clone)]
pub enum Proof {
    Session(String),
    Token(String),
}

impl Proof {
    fn credential(&self) -> Credential<'_> {
        match self {
            Proof::Session(secret) => Credential::Session(secret),
            Proof::Token(token) => Credential::Token(token),
        }
    }
}

impl Viewer {
    /// Visitor tokens carry their end; people are asked again instead.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Viewer::Person(_) => None,
            Viewer::Visitor(v) => Some(v.expires_at),
        }
    }

    /// Visitor tokens and people's tokens are told apart by their prefix.
    pub async fn of_token(state: &AppState, token: &str) -> Result<Viewer, Problem> {
        if token.starts_with("qnv_") {
            return visitor(state, &state.auth.visitor(token).await?).await;
        }
        Viewer::of_person(state, Proof::Token(token.to_owned())).await
    }

    pub async fn of_person(state: &AppState, credential: Proof) -> Result<Viewer, Problem> {
        let principal = state.auth.person(credential.credential()).await?;
        let person = crate::extract::Person(principal).password_is_settled()?;
        Ok(Viewer::Person(Box::new(PersonViewer { actor: person.actor(), credential })))
    }

    /// Whether what a person proved themselves with is still good. Visitors are told by a signal when theirs is not.
    pub async fn still_good(&self, state: &AppState) -> Result<(), Bye> {
        let Viewer::Person(person) = self else { return Ok(()) };
        match state.auth.person(person.credential.credential()).await {
            Ok(_) => Ok(()),
            Err(qn_auth::Error::Store(_) | qn_auth::Error::Busy) => Ok(()),
            Err(_) if matches!(person.credential, Proof::Token(_)) => Err(Bye::TokenExpired),
            Err(_) => Err(Bye::SignedOut),
        }
    }

    /// Whether this is a supervisor, as of now: roles change while sockets are open.
    pub async fn may_watch(&self, state: &AppState) -> bool {
        let Viewer::Person(person) = self else { return false };
        let known = state.auth.person(person.credential.credential()).await;
        known.is_ok_and(|principal| principal.user.role >= Role::Supervisor)
    }

    pub fn is_person(&self, user_id: &UserId) -> bool {
        matches!(self, Viewer::Person(person) if person.actor.user_id == *user_id)
    }

    /// Renewing a token does not turn a socket into somebody else's.
    pub fn is_same_as(&self, other: &Viewer) -> bool {
        match (self, other) {
            (Viewer::Person(a), Viewer::Person(b)) => a.actor.user_id == b.actor.user_id,
            (Viewer::Visitor(a), Viewer::Visitor(b)) => {
                a.visitor.contact_id == b.visitor.contact_id && a.visitor.inbox_id == b.visitor.inbox_id
            }
            _ => false,
        }
    }
}

/// After a session or token of this person ended here: their open streams do not wait for the next heartbeat to find out.
pub fn prove_again(state: &AppState, tenant_id: &TenantId, user_id: &UserId) {
    state.engine.hub.signal(Signal {
        tenant_id: tenant_id.clone(),
        audience: Audience::People,
        body: SignalBody::ProveAgain { user_id: user_id.clone() },
    });
}

async fn visitor(state: &AppState, claims: &VisitorClaims) -> Result<Viewer, Problem> {
    let visitor = crate::visiting::visitor(state, claims).await?;
    Ok(Viewer::Visitor(Box::new(VisitorViewer { visitor, expires_at: claims.expires_at })))
}

/// A person who connects counts as present; who was not connected until now is told to colleagues and to the router.
async fn arrive(state: &AppState, viewer: &Viewer) -> crate::Result<Option<ConnectionGuard>> {
    let Viewer::Person(person) = viewer else { return Ok(None) };
    let (tenant_id, user_id) = (&person.actor.tenant_id, &person.actor.user_id);
    let was_there = state.engine.presence.attached(tenant_id, user_id);
    let guard = state.engine.presence.attach(tenant_id, user_id);
    if !was_there {
        state.engine.arrived(tenant_id, user_id).await?;
    }
    Ok(Some(guard))
}

/// Why a socket is closed, as the client is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bye {
    Restart { retry_ms: u64 },
    TooSlow,
    TokenExpired,
    SignedOut,
}

impl Bye {
    pub fn frame(self) -> String {
        let (reason, retry_ms) = match self {
            Bye::Restart { retry_ms } => ("restart", retry_ms),
            Bye::TooSlow => ("too_slow", 1_000),
            Bye::TokenExpired => ("token_expired", 0),
            Bye::SignedOut => ("signed_out", 0),
        };
        format!(r#"{{"type":"bye","reason":"{reason}","retry_ms":{retry_ms}}}"#)
    }

    /// What a refused token means to its holder.
    pub fn of(problem: &Problem) -> Bye {
        match problem.code {
            Code::TokenExpired => Bye::TokenExpired,
            Code::Unavailable | Code::Internal => Bye::Restart { retry_ms: 1_000 },
            _ => Bye::SignedOut,
        }
    }
}
