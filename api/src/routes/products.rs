//! The product catalogue.

use crate::extract::{Admin, Creation, IfMatch, Json, Path, Query, Reader};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, catalogue, created, tagged};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::product::{CreateProduct, ProductCategory, ProductView, ProductsImported, TitleCategory, UpdateProduct};
use qn_domain::{CategoryTitle, Language, Product, ProductId};
use qn_knowledge::catalogue::kind_title;
use qn_store::{product, product_category};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const FILE_MIB_MAX: usize = 16;
const UPLOAD_BYTES_MAX: usize = (FILE_MIB_MAX + 1) << 20;

pub fn routes() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    uploads.routes(routes!(list, create)).routes(routes!(categories)).routes(routes!(title_category)).routes(routes!(get, update, delete))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Part of an SKU, of a name or of a variant.
    q: Option<String>,
    category: Option<String>,
    in_stock: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Products, by SKU
#[utoipa::path(get, path = "/products", tag = "products", params(ProductQuery), responses((status = 200, body = List<ProductView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ProductQuery>) -> Result<Json<List<ProductView>>> {
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let text = query.q.map(|q| qn_base::text::truncate(&q, 200).to_owned());
    let filter = product::Filter { text, category: query.category.filter(|c| !c.is_empty()), in_stock: query.in_stock };
    let page = product::list(&state.engine.db, person.tenant_id(), &filter, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// Categories in use
#[utoipa::path(get, path = "/products/categories", tag = "products", responses((status = 200, body = List<ProductCategory>)))]
async fn categories(State(state): State<AppState>, person: Reader) -> Result<Json<List<ProductCategory>>> {
    let found = product::categories(&state.engine.db, person.tenant_id()).await?;
    let titles = product_category::list(&state.engine.db, person.tenant_id()).await?;
    let view = |(name, products): (String, i64)| {
        let own = titles.iter().find(|title| title.key == name);
        let (title_zh, title_en) = (kind_title(&name, own, Language::Zh), kind_title(&name, own, Language::En));
        let CategoryTitle { zh: own_zh, en: own_en, .. } = own.cloned().unwrap_or_default();
        ProductCategory { name, products, title_zh, title_en, own_zh, own_en }
    };
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

/// Say what a category is called
///
/// Screens show it so, and the bot knows the words from the next question on.
#[utoipa::path(put, path = "/products/categories/{name}", tag = "products", request_body = TitleCategory, params(("name" = String, Path)),
    responses((status = 204), (status = 404, description = "No product is of this category", body = qn_api_types::Problem)))]
async fn title_category(
    State(state): State<AppState>,
    person: Admin,
    Path(name): Path<String>,
    Json(body): Json<TitleCategory>,
) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    if !product::categories(db, tenant_id).await?.iter().any(|(known, _)| *known == name && !known.is_empty()) {
        return Err(Problem::not_found("category"));
    }
    product_category::put(db, tenant_id, &CategoryTitle { key: name, zh: body.zh, en: body.en }).await?;
    settings::changed(&state, tenant_id, "product", "").await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only say what would change.
    #[serde(default)]
    dry_run: bool,
}

/// Import a sheet of products
///
/// `multipart/form-data` with one part named `file`: csv or xlsx, at most 16 MiB and 20,000 rows. By SKU: new products are added, known ones
/// changed, none removed; a column the sheet lacks stays as it is. Columns: `sku`, `name_zh`, `name_en`, `category`, `price`, `stock`,
/// `accessories`; a row with `variant_of` (an SKU) and `options` (`color=blue; storage=256GB`) is a variant; every other column is an
/// attribute. Nothing is written where a row is wrong.
#[utoipa::path(post, path = "/products/import", tag = "products", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 200, body = ProductsImported), (status = 413, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn import(
    State(state): State<AppState>,
    person: Admin,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<ProductsImported>> {
    let (name, file) = sent_file(request, &state, FILE_MIB_MAX).await?;
    let (engine, tenant_id) = (&state.engine, person.tenant_id());
    let rows = engine.read_table(&name, file).await.map_err(|unread| Problem::invalid("file", &unread.zh, &unread.en))?;
    let plan = catalogue::plan(&rows, product::list_all(&engine.db, tenant_id).await?, tenant_id, engine.now());
    let written = plan.wrong.is_empty() && !query.dry_run;
    if written && !(plan.fresh.is_empty() && plan.changed.is_empty()) {
        product::write_all(&engine.db, &plan.fresh, &plan.changed).await?;
        settings::changed(&state, tenant_id, "product", "").await;
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (added, changed, unchanged) = (count(plan.fresh.len()), count(plan.changed.len()), count(plan.unchanged));
    Ok(Json(ProductsImported { added, changed, unchanged, written, wrong: plan.wrong }))
}

/// The one file of a form, and its own name.
async fn sent_file(request: Request, state: &AppState, mib_max: usize) -> Result<(String, Bytes)> {
    let unreadable = || Problem::new(Code::BadRequest).with("reason", "multipart/form-data");
    let too_large = |status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge).with("max", format!("{mib_max} MiB")),
        _ => unreadable(),
    };
    let mut multipart = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
    while let Some(field) = multipart.next_field().await.map_err(|error| too_large(error.status()))? {
        if field.name() == Some("file") {
            let sent = field.file_name().unwrap_or_default();
            let name = qn_base::text::line(sent.rsplit(['/', '\\']).next().unwrap_or(sent), 200);
            return Ok((name, field.bytes().await.map_err(|error| too_large(error.status()))?));
        }
    }
    Err(Problem::invalid("file", "缺少名为 file 的文件", "has no part named file"))
}

/// An SKU names one thing; that of the product itself is watched by the table.
async fn own_variants(state: &AppState, product: &Product) -> Result<()> {
    for (i, variant) in product.variants.iter().enumerate() {
        let taken = product::is_taken(&state.engine.db, &product.tenant_id, &product.id, &variant.sku).await?;
        if taken || variant.sku == product.sku {
            return Err(Problem::invalid(format!("variants[{i}].sku"), "已经用在别的商品或规格上", "is used for something else already"));
        }
    }
    Ok(())
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
    let fresh = body.into_product(new_id!(ProductId, named, now), tenant_id.clone(), now);
    if let Some(first) = product::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), ProductView::from(first)));
    }
    own_variants(&state, &fresh).await?;
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
    own_variants(&state, &wanted).await?;
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
