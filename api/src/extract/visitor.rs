//! The customer behind a widget request, by visitor token. There are no cookies on this side.

use super::person::bearer;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::visiting;
use axum::extract::FromRequestParts;
use http::request::Parts;
use qn_auth::VisitorClaims;
use std::ops::Deref;

/// A visitor whose token is good; handlers hand it to the engine as it is.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub claims: VisitorClaims,
    visitor: qn_engine::Visitor,
}

impl Deref for Visitor {
    type Target = qn_engine::Visitor;

    fn deref(&self) -> &qn_engine::Visitor {
        &self.visitor
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let claims = state.auth.visitor(token).await?;
        let visitor = visiting::visitor(state, &claims).await?;
        Ok(Visitor { claims, visitor })
    }
}
