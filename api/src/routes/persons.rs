//! One customer over several contacts: links made, refused and taken back.

use crate::Result;
use crate::extract::{Json, Path, Reader, Writer};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::contact::ContactView;
use qn_api_types::person::{ConsentView, ContactLinkView, MatchWeight, NewContactLink, PersonSuggestion, PersonView};
use qn_domain::{Contact, ContactId, ContactIdentity, LinkId, TenantId};
use qn_engine::LikelySame;
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(person)).routes(routes!(link)).routes(routes!(undo)).routes(routes!(consents))
}

/// The person a contact is of
///
/// With the other contacts of the same person, the links that say so with their grade and evidence, and contacts that may be the same
/// person too. Links are made by rule when both sides proved the same UnionID, phone, e-mail or user id.
#[utoipa::path(get, path = "/contacts/{id}/person", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = PersonView)))]
async fn person(State(state): State<AppState>, reader: Reader, Path(id): Path<ContactId>) -> Result<Json<PersonView>> {
    let found = state.engine.person(reader.tenant_id(), &id).await?;
    let others: Vec<Contact> = found.likely.iter().map(|l| l.contact.clone()).collect();
    let mut known = identities(&state, reader.tenant_id(), found.contacts.iter().chain(&others)).await?;
    let mut view = |contact: Contact| {
        let identities = known.remove(&contact.id).unwrap_or_default();
        ContactView::of(contact, identities)
    };
    Ok(Json(PersonView {
        id: found.contacts.first().map_or_else(|| id.0.clone(), |c| c.id.0.clone()),
        contacts: found.contacts.into_iter().map(&mut view).collect(),
        links: found.links.into_iter().map(Into::into).collect(),
        suggestions: found.likely.into_iter().map(|l| suggestion(l, &mut view)).collect(),
    }))
}

/// What a contact agreed to
///
/// A row for each change of their word, the newest 100 first: what for, given or not, where, under which notice, and when. Rows stay when what was
/// allowed is erased.
#[utoipa::path(get, path = "/contacts/{id}/consents", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = List<ConsentView>)))]
async fn consents(State(state): State<AppState>, reader: Reader, Path(id): Path<ContactId>) -> Result<Json<List<ConsentView>>> {
    qn_store::contact::get(&state.engine.db, reader.tenant_id(), &id).await?;
    let said = qn_store::contact_consent::list(&state.engine.db, reader.tenant_id(), &id).await?;
    Ok(Json(List::whole(said.into_iter().map(Into::into).collect())))
}

async fn identities<'a>(
    state: &AppState,
    tenant_id: &TenantId,
    contacts: impl Iterator<Item = &'a Contact>,
) -> Result<HashMap<ContactId, Vec<ContactIdentity>>> {
    let ids: Vec<&ContactId> = contacts.map(|c| &c.id).collect();
    let mut known: HashMap<ContactId, Vec<ContactIdentity>> = HashMap::new();
    for identity in qn_store::identity::list_by_contacts(&state.engine.db, tenant_id, &ids).await? {
        known.entry(identity.contact_id.clone()).or_default().push(identity);
    }
    Ok(known)
}

fn suggestion(likely: LikelySame, view: &mut impl FnMut(Contact) -> ContactView) -> PersonSuggestion {
    let weight = |w: qn_identity::link::Weight| MatchWeight { field: w.column, level: w.level.to_owned(), bits: w.bits + w.rarity_bits };
    PersonSuggestion {
        contact: view(likely.contact),
        probability: likely.probability,
        weights: likely.weights.into_iter().map(weight).collect(),
    }
}

/// Say that two contacts are one person, or that they are not
///
/// Both contacts stay as they are; the link can be taken back. It helps colleagues and never shows a customer what was said under the
/// other contact. Two contacts with different verified ids are never one person.
#[utoipa::path(post, path = "/contacts/{id}/links", tag = "contacts", request_body = NewContactLink, params(("id" = String, Path)),
    responses((status = 201, body = ContactLinkView), (status = 409, body = qn_api_types::Problem)))]
async fn link(
    State(state): State<AppState>,
    writer: Writer,
    Path(id): Path<ContactId>,
    Json(body): Json<NewContactLink>,
) -> Result<(StatusCode, Json<ContactLinkView>)> {
    let made = state.engine.judge_contacts(&writer.actor(), &id, &body.contact_id.into(), body.same).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Take a link back
///
/// The contacts are of the persons they would be of without it. The link stays as history, and no rule makes it again.
#[utoipa::path(post, path = "/contact-links/{id}/undo", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = ContactLinkView)))]
async fn undo(State(state): State<AppState>, writer: Writer, Path(id): Path<LinkId>) -> Result<Json<ContactLinkView>> {
    Ok(Json(state.engine.unlink(&writer.actor(), &id).await?.into()))
}
