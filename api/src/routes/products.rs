//! The product catalogue.

use crate::extract::{Admin, Creation, IfMatch, Json, Path, Query, Reader};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::product::{CreateProduct, ProductView, UpdateProduct};
use qn_domain::{Product, ProductId};
use qn_store::product;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Part of the SKU or of a name.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Products, by SKU
#[utoipa::path(get, path = "/products", tag = "products", params(ProductQuery), responses((status = 200, body = List<ProductView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ProductQuery>) -> Result<Json<List<ProductView>>> {
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = product::list(&state.engine.db, person.tenant_id(), query.q.as_deref(), cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One product
#[utoipa::path(get, path = "/products/{id}", tag = "products", params(("id" = String, Path)), responses((status = 200, body = ProductView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ProductId>) -> Result<Response> {
    let found = product::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, ProductView::from(found)))
}

/// Add a product
#[utoipa::path(post, path = "/products", tag = "products", request_body = CreateProduct, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ProductView), (status = 200, description = "A repetition", body = ProductView), (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key, body }: Creation<CreateProduct>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /products");
    let fresh = Product {
        id: new_id!(ProductId, named, now),
        tenant_id: tenant_id.clone(),
        sku: body.sku,
        name_zh: body.name_zh,
        name_en: body.name_en,
        category: body.category,
        price_cents: body.price_cents,
        stock: body.stock,
        attributes: body.attributes,
        accessories: body.accessories,
        version: 1,
        created_at: now,
    };
    if let Some(first) = product::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), ProductView::from(first)));
    }
    let replayed = settings::replayed(&state, tenant_id, product::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, "product", fresh.id.as_str()).await;
    let kept = product::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), ProductView::from(kept)))
}

/// Change a product
#[utoipa::path(patch, path = "/products/{id}", tag = "products", request_body = UpdateProduct,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ProductView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<ProductId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateProduct>,
) -> Result<Response> {
    let mut wanted = product::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    body.apply(&mut wanted);
    wanted.version = product::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), "product", id.as_str()).await;
    Ok(tagged(wanted.version, ProductView::from(wanted)))
}

/// Remove a product
#[utoipa::path(delete, path = "/products/{id}", tag = "products", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(id): Path<ProductId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    product::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), "product", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
