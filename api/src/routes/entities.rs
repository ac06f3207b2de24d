//! The company's own entities: numbers of its own form, lists of values, and what is learnt from marked examples.

use crate::extract::{Creation, IfMatch, Json, ListParams, Path, Query, Reader, Supervisor};
use crate::problem::Problem;
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::entity::{CreateEntity, EntityView, UpdateEntity};
use qn_domain::{EntityId, FoundBy, OwnEntity};
use qn_nlu::entity::{Pattern, PatternError};
use qn_nlu::own;
use qn_store::own_entity as entity;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "entity";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// Entities, by name
#[utoipa::path(get, path = "/entities", tag = "entities", params(ListParams), responses((status = 200, body = List<EntityView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<EntityView>>> {
    let page = entity::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One entity
#[utoipa::path(get, path = "/entities/{id}", tag = "entities", params(("id" = String, Path)), responses((status = 200, body = EntityView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<EntityId>) -> Result<Response> {
    let found = entity::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, EntityView::from(found)))
}

/// Add an entity
///
/// It is found from the next message on: in flows as `entities.<name>`, and in the test box.
#[utoipa::path(post, path = "/entities", tag = "entities", request_body = CreateEntity, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = EntityView), (status = 200, description = "A repetition", body = EntityView), (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Supervisor, Creation { key, body }: Creation<CreateEntity>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /entities");
    let found_by: FoundBy = body.found_by.into();
    understood(&found_by)?;
    let fresh = OwnEntity {
        id: new_id!(EntityId, named, now),
        tenant_id: tenant_id.clone(),
        name: body.name,
        label: body.label,
        found_by,
        version: 1,
        created_at: now,
    };
    if let Some(first) = entity::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), EntityView::from(first)));
    }
    let known = entity::list(db, tenant_id, None, qn_engine::ENTITIES_MAX).await?;
    if known.items.len() as i64 >= qn_engine::ENTITIES_MAX {
        let most = qn_engine::ENTITIES_MAX;
        return Err(Problem::invalid("name", format!("最多 {most} 个实体"), format!("there are {most} entities, which is the most")));
    }
    let replayed = settings::replayed(&state, tenant_id, entity::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, RESOURCE, fresh.id.as_str()).await;
    let kept = entity::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), EntityView::from(kept)))
}

/// Change an entity
#[utoipa::path(patch, path = "/entities/{id}", tag = "entities", request_body = UpdateEntity,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EntityView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<EntityId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateEntity>,
) -> Result<Response> {
    let mut wanted = entity::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.label = body.label.unwrap_or(wanted.label);
    wanted.found_by = body.found_by.map_or(wanted.found_by, Into::into);
    understood(&wanted.found_by)?;
    wanted.version = entity::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(tagged(wanted.version, EntityView::from(wanted)))
}

/// Remove an entity
#[utoipa::path(delete, path = "/entities/{id}", tag = "entities", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<EntityId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    entity::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Patterns can be read, and examples are marked well and enough.
fn understood(found_by: &FoundBy) -> Result<()> {
    match found_by {
        FoundBy::Values { .. } => Ok(()),
        FoundBy::Patterns { patterns } => patterns.iter().enumerate().try_for_each(|(i, pattern)| match Pattern::new("p", pattern) {
            Ok(_) => Ok(()),
            Err(error) => Err(Problem::invalid(format!("found_by.patterns[{i}]"), chinese(&error), error.to_string())),
        }),
        FoundBy::Examples { examples } => {
            if let Some(i) = examples.iter().position(|example| !own::is_marked_well(example)) {
                let en = "its square brackets do not close, or hold nothing";
                return Err(Problem::invalid(format!("found_by.examples[{i}]"), "方括号没有成对，或里面是空的", en));
            }
            let marked = examples.iter().filter(|example| example.contains('[')).count();
            if marked < own::EXAMPLES_MIN {
                let most = own::EXAMPLES_MIN;
                let zh = format!("至少要有 {most} 句用方括号标出实体");
                return Err(Problem::invalid(
                    "found_by.examples",
                    zh,
                    format!("has at least {most} in which it stands in square brackets"),
                ));
            }
            Ok(())
        }
    }
}

fn chinese(error: &PatternError) -> String {
    match error {
        PatternError::Empty => "格式是空的".to_owned(),
        PatternError::TooLong => "格式太长，最多表示 64 个字符".to_owned(),
        PatternError::Repeat(at) => format!("第 {at} 个字符处：花括号里应为一个数，或由小到大的两个数，如 {{6}} 或 {{6,8}}"),
        PatternError::TooLoose => "格式太宽，会匹配任意单词或数字：需要一个固定字符，或至少 6 位".to_owned(),
    }
}
