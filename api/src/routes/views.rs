//! Views: named filters over conversations. Everybody keeps their own; teams and the company share.

use crate::extract::{Creation, IfMatch, Json, Path, Person, Reader, Writer};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::view::{CreateView, PinViews, SavedView, UpdateView, ViewCount};
use qn_domain::{Audience, ConversationFilter, Role, View, ViewId};
use qn_store::conversation::Filter;
use qn_store::view;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "view";
const WITH_ME: &str = "with_me";
/// One person's own views, and one company's shared ones.
const VIEWS_MAX: usize = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(counts)).routes(routes!(pin)).routes(routes!(get, update, delete))
}

/// Views the caller may use: first those kept beside the list, in their order
#[utoipa::path(get, path = "/views", tag = "views", responses((status = 200, body = List<SavedView>)))]
async fn list(State(state): State<AppState>, person: Reader) -> Result<Json<List<SavedView>>> {
    let (seen, pinned) = seen(&state, &person).await?;
    let items = seen.into_iter().enumerate().map(|(i, view)| shown(&person, view, i < pinned)).collect();
    Ok(Json(List::whole(items)))
}

/// How many conversations the views hold that are kept beside the list
///
/// First, under the name `with_me`, those the caller was invited to.
#[utoipa::path(get, path = "/views/counts", tag = "views", responses((status = 200, body = List<ViewCount>)))]
async fn counts(State(state): State<AppState>, person: Reader) -> Result<Json<List<ViewCount>>> {
    let (seen, pinned) = seen(&state, &person).await?;
    let with_me = Filter { by: ConversationFilter { with_me: true, ..ConversationFilter::default() }, ..filter_for(&state, &person) };
    let count = qn_store::conversation::count(&state.engine.db, person.tenant_id(), &with_me).await?;
    let mut items = vec![ViewCount { id: WITH_ME.to_owned(), count }];
    for view in seen.into_iter().take(pinned) {
        let filter = Filter { by: view.filter, ..filter_for(&state, &person) };
        let count = qn_store::conversation::count(&state.engine.db, person.tenant_id(), &filter).await?;
        items.push(ViewCount { id: view.id.0, count });
    }
    Ok(Json(List::whole(items)))
}

fn filter_for(state: &AppState, person: &Person) -> Filter {
    Filter { me: Some(person.user_id().clone()), now: state.engine.now(), ..Filter::default() }
}

/// What the person may use, pinned ones first, and how many those are.
async fn seen(state: &AppState, person: &Person) -> Result<(Vec<View>, usize)> {
    let (db, tenant_id, user_id) = (&state.engine.db, person.tenant_id(), person.user_id());
    let mut views = view::list(db, tenant_id, user_id).await?;
    views.retain(|view| sees(person, view));
    let Some(order) = view::pinned(db, tenant_id, user_id).await? else {
        let all = views.len();
        return Ok((views, all));
    };
    let place = |view: &View| order.iter().position(|id| *id == view.id).unwrap_or(usize::MAX);
    views.sort_by_key(place);
    let pinned = views.iter().filter(|view| place(view) < usize::MAX).count();
    Ok((views, pinned))
}

fn sees(person: &Person, view: &View) -> bool {
    let shared = view.audience != Audience::Private;
    view.is_seen_by(person.user_id(), &person.0.user.team_ids) || (shared && person.0.user.role >= Role::Supervisor)
}

fn may_change(person: &Person, view: &View) -> bool {
    view.maker_id == *person.user_id() || (view.audience != Audience::Private && person.0.user.role >= Role::Supervisor)
}

fn shown(person: &Person, view: View, pinned: bool) -> SavedView {
    let may_change = may_change(person, &view);
    SavedView::of(view, pinned, may_change)
}

/// Sharing with everybody is for supervisors; with a team, for them and for its people.
async fn may_share(state: &AppState, person: &Person, audience: &Audience) -> Result<()> {
    match audience {
        Audience::Private => Ok(()),
        Audience::Team { team_id } => {
            settings::known_teams(state, person, std::slice::from_ref(team_id), "team_id").await?;
            match person.0.user.team_ids.contains(team_id) {
                true => Ok(()),
                false => person.require(Role::Supervisor),
            }
        }
        Audience::Everyone => person.require(Role::Supervisor),
    }
}

/// Keep a view
///
/// Sharing it with everybody takes a supervisor; with a team, a supervisor or one of its people.
#[utoipa::path(post, path = "/views", tag = "views", request_body = CreateView, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = SavedView), (status = 200, description = "A repetition", body = SavedView)))]
async fn create(State(state): State<AppState>, person: Writer, Creation { key, body }: Creation<CreateView>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /views");
    let fresh = View {
        id: new_id!(ViewId, named, now),
        tenant_id: tenant_id.clone(),
        name: body.name,
        filter: body.filter.into(),
        sort: body.sort.into(),
        audience: body.audience.into(),
        maker_id: person.user_id().clone(),
        version: 1,
        created_at: now,
    };
    if let Some(first) = view::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), shown(&person, first, true)));
    }
    may_share(&state, &person, &fresh.audience).await?;
    settings::room(view::list(db, tenant_id, person.user_id()).await?.len(), VIEWS_MAX)?;
    let replayed = settings::replayed(&state, tenant_id, view::insert(db, &fresh).await, named).await?;
    if let Some(mut pinned) = view::pinned(db, tenant_id, person.user_id()).await? {
        pinned.push(fresh.id.clone());
        view::pin(db, tenant_id, person.user_id(), &pinned).await?;
    }
    settings::changed(&state, tenant_id, RESOURCE, fresh.id.as_str()).await;
    let kept = view::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), shown(&person, kept, true)))
}

/// One view
#[utoipa::path(get, path = "/views/{id}", tag = "views", params(("id" = String, Path)), responses((status = 200, body = SavedView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ViewId>) -> Result<Response> {
    let found = visible(&state, &person, &id).await?;
    let pinned = is_pinned(&state, &person, &id).await?;
    Ok(tagged(found.version, shown(&person, found, pinned)))
}

async fn is_pinned(state: &AppState, person: &Person, id: &ViewId) -> Result<bool> {
    let pinned = view::pinned(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    Ok(pinned.is_none_or(|ids| ids.contains(id)))
}

async fn visible(state: &AppState, person: &Person, id: &ViewId) -> Result<View> {
    let found = view::get(&state.engine.db, person.tenant_id(), id).await?;
    if sees(person, &found) { Ok(found) } else { Err(Problem::not_found("view")) }
}

/// The view, if the person may change it.
async fn changeable(state: &AppState, person: &Person, id: &ViewId) -> Result<View> {
    let found = visible(state, person, id).await?;
    match may_change(person, &found) {
        true => Ok(found),
        false => Err(Problem::new(Code::Forbidden).with("needed", Role::Supervisor.as_str())),
    }
}

/// Change a view
///
/// Its maker may, and supervisors where it is shared.
#[utoipa::path(patch, path = "/views/{id}", tag = "views", request_body = UpdateView,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = SavedView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ViewId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateView>,
) -> Result<Response> {
    let mut wanted = changeable(&state, &person, &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.filter = body.filter.map_or(wanted.filter, Into::into);
    wanted.sort = body.sort.map_or(wanted.sort, Into::into);
    if let Some(audience) = body.audience.map(Audience::from).filter(|audience| *audience != wanted.audience) {
        may_share(&state, &person, &audience).await?;
        wanted.audience = audience;
    }
    wanted.version = view::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    let pinned = is_pinned(&state, &person, &id).await?;
    Ok(tagged(wanted.version, shown(&person, wanted, pinned)))
}

/// Remove a view
///
/// Its maker may, and supervisors where it is shared. No conversation changes.
#[utoipa::path(delete, path = "/views/{id}", tag = "views", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(State(state): State<AppState>, person: Writer, Path(id): Path<ViewId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    changeable(&state, &person, &id).await?;
    view::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Choose which views stand beside one's list, in this order
///
/// Until somebody chooses, all they may use do. Views that are not there are left out.
#[utoipa::path(put, path = "/views/pinned", tag = "views", request_body = PinViews, responses((status = 200, body = List<SavedView>)))]
async fn pin(State(state): State<AppState>, person: Writer, Json(body): Json<PinViews>) -> Result<Json<List<SavedView>>> {
    let mut ids: Vec<ViewId> = Vec::with_capacity(body.ids.len());
    for id in body.ids.into_iter().map(ViewId) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let known = view::list(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    ids.retain(|id| known.iter().any(|view| view.id == *id && sees(&person, view)));
    view::pin(&state.engine.db, person.tenant_id(), person.user_id(), &ids).await?;
    let (seen, pinned) = seen(&state, &person).await?;
    let items = seen.into_iter().enumerate().map(|(i, view)| shown(&person, view, i < pinned)).collect();
    Ok(Json(List::whole(items)))
}
