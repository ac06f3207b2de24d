//! What likeness proves at a company: the usual weights beside those its own contacts taught.

use crate::Result;
use crate::extract::{Admin, Json, Reader};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::match_weights::{LearntView, LevelView, MatchWeightsView, UseMatchWeights};
use qn_domain::TenantId;
use qn_identity::link::compare;
use qn_identity::own::CONTACTS_MIN;
use qn_identity::usual::{FIELDS, bits};
use qn_store::match_weights::{self, OwnWeights};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_match_weights, use_match_weights)).routes(routes!(learn_match_weights))
}

/// What likeness of two contacts proves
#[utoipa::path(get, path = "/match-weights", tag = "contacts", responses((status = 200, body = MatchWeightsView)))]
async fn read_match_weights(State(state): State<AppState>, person: Reader) -> Result<Json<MatchWeightsView>> {
    Ok(Json(seen(&state, person.tenant_id()).await?))
}

/// Say which weights count
///
/// Those that the company's own contacts taught, or the usual ones. What was learnt is kept. It holds for what is suggested or linked from now on;
/// the thresholds stay what they are.
#[utoipa::path(put, path = "/match-weights", tag = "contacts", request_body = UseMatchWeights,
    responses((status = 200, body = MatchWeightsView)))]
async fn use_match_weights(
    State(state): State<AppState>,
    person: Admin,
    Json(body): Json<UseMatchWeights>,
) -> Result<Json<MatchWeightsView>> {
    state.engine.use_own_weights(person.tenant_id(), body.used).await?;
    Ok(Json(seen(&state, person.tenant_id()).await?))
}

/// Learn from the company's own contacts
///
/// Takes up to some ten seconds with many contacts. The usual weights are what is believed beforehand: with few contacts little moves, and with fewer
/// than `contacts_min` nothing is learnt. It is done by itself once a day where enough contacts changed.
#[utoipa::path(post, path = "/match-weights/learn", tag = "contacts",
    responses((status = 200, body = MatchWeightsView), (status = 409, body = qn_api_types::Problem)))]
async fn learn_match_weights(State(state): State<AppState>, person: Admin) -> Result<Json<MatchWeightsView>> {
    state.engine.learn_weights(person.tenant_id()).await?;
    Ok(Json(seen(&state, person.tenant_id()).await?))
}

async fn seen(state: &AppState, tenant_id: &TenantId) -> Result<MatchWeightsView> {
    let db = &state.engine.db;
    let own = match_weights::get(db, tenant_id).await?;
    let contacts = qn_store::contact::count(db, tenant_id).await?;
    Ok(view(own, contacts))
}

fn view(OwnWeights { used, learnt }: OwnWeights, contacts: i64) -> MatchWeightsView {
    let levels = FIELDS.into_iter().flat_map(|(field, role)| {
        let own = learnt.as_ref().and_then(|learnt| learnt.levels(field)).filter(|own| own.len() == bits(role).len()).unwrap_or_default();
        compare::names(role).iter().zip(bits(role)).enumerate().map(move |(l, (level, usual))| LevelView {
            field: field.to_owned(),
            level: (*level).to_owned(),
            usual: *usual,
            own: own.get(l).map(|weight| weight.bits),
            pairs: own.get(l).map(|weight| weight.pairs),
        })
    });
    MatchWeightsView {
        used,
        levels: levels.collect(),
        contacts,
        contacts_min: CONTACTS_MIN as i64,
        learnt: learnt.map(|l| LearntView { at: l.learnt_at, contacts: l.contacts, pairs: l.pairs, same: l.same }),
    }
}
