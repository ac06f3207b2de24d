//! Visitors as the engine knows them, from the claims of their token.

use crate::Result;
use crate::state::AppState;
use qn_auth::VisitorClaims;
use qn_engine::Visitor;

pub async fn visitor(state: &AppState, claims: &VisitorClaims) -> Result<Visitor> {
    let brief = state.briefs.get(state, &claims.tenant_id, &claims.contact_id).await?;
    Ok(Visitor {
        tenant_id: claims.tenant_id.clone(),
        inbox_id: claims.inbox_id.clone(),
        contact_id: claims.contact_id.clone(),
        name: brief.name.clone(),
    })
}
