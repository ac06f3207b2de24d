//! A customer's orders beside the conversation: where they come from, what they are now, and who looked.

use crate::extract::{Admin, Json, Locale, Path, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, orders, settings};
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::order::{OrderLookView, OrderSource, OrderSourceView, OrdersView};
use qn_connector::{Connector, RetryClass};
use qn_domain::{ContactId, Language, TenantId};
use qn_runner::Asker;
use qn_store::order::{self, OrderLook};
use qn_store::{connector, contact, identity};
use qn_workflow::request::Connect;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const ASK_MS: i64 = 8_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(source, put_source, delete_source)).routes(routes!(of_contact)).routes(routes!(looks))
}

/// Where customers' orders come from
#[utoipa::path(get, path = "/order-source", tag = "orders", responses((status = 200, body = OrderSourceView)))]
async fn source(State(state): State<AppState>, person: Supervisor) -> Result<Json<OrderSourceView>> {
    let found = stored(&state, person.tenant_id()).await?;
    Ok(Json(
        found.map_or(OrderSourceView { source: None, version: 0 }, |(source, version)| OrderSourceView { source: Some(source), version }),
    ))
}

/// Say where customers' orders come from
///
/// The operation must be one that only reads.
#[utoipa::path(put, path = "/order-source", tag = "orders", request_body = OrderSourceView,
    responses((status = 200, body = OrderSourceView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn put_source(State(state): State<AppState>, person: Admin, Json(body): Json<OrderSourceView>) -> Result<Json<OrderSourceView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let source = body.source.ok_or_else(|| Problem::invalid("source", "不能为空", "must not be empty"))?;
    let known = connector::find(db, tenant_id, &source.connector).await?;
    let known = known.ok_or_else(|| Problem::invalid("source.connector", "没有这个连接器", "is no connector"))?;
    let definition: Connector = serde_json::from_str(&known.definition).map_err(|_| Problem::new(Code::Internal))?;
    let reads = definition.operations().iter().any(|o| o.name == source.operation && o.retry == RetryClass::Safe);
    if !reads {
        return Err(Problem::invalid(
            "source.operation",
            "应为该连接器的只读操作",
            "must be an operation of the connector that only reads",
        ));
    }
    let document = serde_json::to_string(&source).map_err(|_| Problem::new(Code::Internal))?;
    let version = order::put_source(db, tenant_id, &document, body.version, person.user_id(), state.engine.now()).await?;
    settings::changed(&state, tenant_id, "order_source", &version.to_string()).await;
    Ok(Json(OrderSourceView { source: Some(source), version }))
}

/// Look orders up no more
#[utoipa::path(delete, path = "/order-source", tag = "orders", responses((status = 204)))]
async fn delete_source(State(state): State<AppState>, person: Admin) -> Result<StatusCode> {
    order::delete_source(&state.engine.db, person.tenant_id()).await?;
    settings::changed(&state, person.tenant_id(), "order_source", "0").await;
    Ok(StatusCode::NO_CONTENT)
}

/// A customer's orders as the other system knows them
///
/// Asked now, or within the last minute. A system that does not answer is an `error` here, not a problem.
#[utoipa::path(get, path = "/contacts/{id}/orders", tag = "orders", params(("id" = String, Path)), responses((status = 200, body = OrdersView)))]
async fn of_contact(
    State(state): State<AppState>,
    person: Reader,
    Locale(language): Locale,
    Path(id): Path<ContactId>,
) -> Result<Json<OrdersView>> {
    let (db, tenant_id, now) = (&state.engine.db, person.tenant_id(), state.engine.now());
    let contact = contact::get(db, tenant_id, &id).await?;
    let mut view = OrdersView { configured: false, missing: None, asked_with: Vec::new(), asked_at: None, error: None, items: Vec::new() };
    let Some((source, version)) = stored(&state, tenant_id).await? else { return Ok(Json(view)) };
    view.configured = true;
    let key = (tenant_id.clone(), id.clone(), version, language.code());
    if let Some(kept) = state.orders.find(&key, now) {
        return Ok(Json(kept));
    }
    let identities = identity::list_by_contacts(db, tenant_id, &[&id]).await?;
    let (input, asked_with) = match orders::input(&source, &contact, identities.first().map(|i| i.external_id.as_str())) {
        Ok(asked) => asked,
        Err(missing) => return Ok(Json(OrdersView { missing: Some(missing), ..view })),
    };
    view.asked_with = asked_with;
    ask(&state, tenant_id, &source, input, language, &mut view).await;
    view.asked_at = Some(state.engine.now());
    let found = view.error.is_none().then_some(view.items.len() as i64);
    order::note_look(db, tenant_id, &OrderLook { contact_id: id, user_id: person.user_id().clone(), found, at: now }).await?;
    if view.error.is_none() {
        state.orders.keep(key, now, &view);
    }
    Ok(Json(view))
}

async fn ask(
    state: &AppState,
    tenant_id: &TenantId,
    source: &OrderSource,
    input: serde_json::Value,
    language: Language,
    view: &mut OrdersView,
) {
    let key = format!("orders_{}", qn_base::ids::fresh(state.engine.now()));
    let asker = Asker { tenant_id, step: None, key: &key };
    let connect = Connect { connector: source.connector.clone(), operation: source.operation.clone(), input, timeout_ms: ASK_MS };
    match state.outside.connect(asker, &connect).await.outcome {
        Ok(answer) => match orders::orders(source, &answer, language) {
            Some(items) => view.items = items,
            None => {
                let said = language.pick("对方的返回里没有订单列表，请检查设置", "the answer holds no list of orders: look at the setting");
                view.error = Some(said.to_owned());
            }
        },
        Err(failure) if language == Language::Zh && !failure.zh.is_empty() => view.error = Some(failure.zh),
        Err(failure) => view.error = Some(failure.message),
    }
}

/// Who had a customer's orders looked up, newest first
#[utoipa::path(get, path = "/contacts/{id}/order-looks", tag = "orders", params(("id" = String, Path)),
    responses((status = 200, body = List<OrderLookView>)))]
async fn looks(State(state): State<AppState>, person: Supervisor, Path(id): Path<ContactId>) -> Result<Json<List<OrderLookView>>> {
    contact::get(&state.engine.db, person.tenant_id(), &id).await?;
    let all = order::list_looks(&state.engine.db, person.tenant_id(), &id).await?;
    let view = |l: OrderLook| OrderLookView { user_id: l.user_id.0, found: l.found, at: l.at };
    Ok(Json(List::whole(all.into_iter().map(view).collect())))
}

async fn stored(state: &AppState, tenant_id: &TenantId) -> Result<Option<(OrderSource, i64)>> {
    let Some((document, version)) = order::find_source(&state.engine.db, tenant_id).await? else { return Ok(None) };
    let source = serde_json::from_str(&document).map_err(|error| {
        tracing::error!(%error, "where orders come from cannot be read");
        Problem::new(Code::Internal)
    })?;
    Ok(Some((source, version)))
}
