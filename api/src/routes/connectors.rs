//! Connectors: read from OpenAPI descriptions or written by hand, tried, and used by flows by name.

use super::{mcp_connectors, smtp_connectors, sql_connectors};
use crate::extract::{Admin, Creation, IfMatch, Json, Path, Supervisor};
use crate::problem::{Code, Problem, reasons};
use crate::settings;
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::connector::{
    ConnectorDetail, ConnectorNote, ConnectorView, CreateConnector, DescriptionView, ExchangeView, OperationTitle, OperationTried,
    OperationView, ReadDescription, TryOperation, UpdateConnector,
};
use qn_connector::mcp;
use qn_connector::openapi::{self, Imported, Note};
use qn_connector::{Auth, Binding, Connector, FORMAT, Failure, Listed, Operation, RetryClass, Robot, Routine, Service};
use qn_runner::Asker;
use qn_store::connector::{self, StoredConnector};
use qn_store::{flow_exchange, flow_run};
use qn_workflow::request::Connect;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const CONNECTORS_MAX: usize = 200;
const DESCRIPTION_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A description inside JSON text: some of its signs are escaped.
const BODY_BYTES_MAX: usize = 6 * 1024 * 1024;
const DEFINITION_BYTES_MAX: usize = 4 * 1024 * 1024;
const TRY_MS: i64 = 15_000;
const TRY_MS_MAX: i64 = 60_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(read))
        .routes(routes!(operations))
        .routes(routes!(try_operation))
        .routes(routes!(exchanges))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// Connectors, by name
#[utoipa::path(get, path = "/connectors", tag = "connectors", responses((status = 200, body = List<ConnectorView>)))]
async fn list(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<ConnectorView>>> {
    let all = connector::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(view).collect())))
}

/// One connector
#[utoipa::path(get, path = "/connectors/{name}", tag = "connectors", params(("name" = String, Path)),
    responses((status = 200, body = ConnectorDetail)))]
async fn get(State(state): State<AppState>, person: Supervisor, Path(name): Path<String>) -> Result<Response> {
    let stored = connector::get(&state.engine.db, person.tenant_id(), &name).await?;
    let definition = definition_of(&stored)?;
    Ok(tagged(stored.version, detail(stored, &definition, Vec::new())))
}

/// Look into a description
///
/// Reads an OpenAPI 3.0 or 3.1 description and says what could be used; nothing is stored.
#[utoipa::path(post, path = "/connector-descriptions", tag = "connectors", request_body = ReadDescription,
    responses((status = 200, body = DescriptionView), (status = 422, body = qn_api_types::Problem)))]
async fn read(State(state): State<AppState>, _person: Admin, Json(body): Json<ReadDescription>) -> Result<Json<DescriptionView>> {
    let found = description(&state, body.document.as_deref(), body.url.as_deref(), body.base_url.as_deref()).await?;
    Ok(Json(DescriptionView {
        title: found.title,
        version: found.version,
        base_url: found.service.base_url.clone(),
        operations: Connector::Rest(found.service).operations().iter().map(operation_view).collect(),
        proofs: found.proofs,
        notes: notes(found.notes),
    }))
}

/// Add a connector
///
/// From a description (`document` or `url`), with `base_url` and `operations` written by hand, from an MCP server (`base_url`, `mcp`), a
/// mail server (`base_url`, `smtp`) or a database (`base_url`, `sql`).
#[utoipa::path(post, path = "/connectors", tag = "connectors", request_body = CreateConnector,
    responses((status = 201, body = ConnectorDetail), (status = 409, body = qn_api_types::Problem),
        (status = 422, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key: _, body }: Creation<CreateConnector>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    settings::room(connector::list(db, tenant_id).await?.len(), CONNECTORS_MAX)?;
    let base_url = body.base_url.clone().unwrap_or_default();
    let (mut definition, title, left_out) = match (&body.robot, &body.operations) {
        _ if body.mcp => {
            let auth = body.auth.as_ref().map(|auth| typed("auth", auth)).transpose()?;
            let server = mcp::Server { format: FORMAT, base_url, auth, headers: BTreeMap::new(), operations: Vec::new() };
            mcp_connectors::read(&state, tenant_id, server).await?
        }
        _ if body.smtp.is_some() => (smtp_connectors::made(base_url, &body)?, body.title.clone(), Vec::new()),
        _ if body.sql.is_some() => (sql_connectors::made(base_url, &body)?, body.title.clone(), Vec::new()),
        (Some(robot), _) => (Connector::Robot(robot_of(base_url, robot)?), body.title.clone(), Vec::new()),
        (None, Some(written)) => (Connector::Rest(by_hand(base_url, written)?), body.title.clone(), Vec::new()),
        (None, None) => {
            let found = description(&state, body.document.as_deref(), body.url.as_deref(), body.base_url.as_deref()).await?;
            (Connector::Rest(found.service), found.title, notes(found.notes))
        }
    };
    if let Connector::Rest(service) = &mut definition {
        service.auth = body.auth.as_ref().map(|auth| typed("auth", auth)).transpose()?;
        service.success = body.success.as_ref().map(|success| typed("success", success)).transpose()?;
    }
    let fresh = StoredConnector {
        title: [body.title, title].into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| body.name.clone()),
        name: body.name,
        definition: written(&state, &definition)?,
        source_url: body.url,
        enabled: true,
        version: 1,
        created_by: person.user_id().to_string(),
        created_at: now,
        updated_at: now,
    };
    connector::insert(db, tenant_id, &fresh).await?;
    settings::changed(&state, tenant_id, "connector", &fresh.name).await;
    Ok(created(false, Some(1), detail(fresh, &definition, left_out)))
}

/// Change a connector
#[utoipa::path(patch, path = "/connectors/{name}", tag = "connectors", request_body = UpdateConnector,
    params(("name" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ConnectorDetail), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateConnector>,
) -> Result<Response> {
    let mut stored = connector::get(&state.engine.db, person.tenant_id(), &name).await?;
    settings::same_version(stored.version, version)?;
    let mut definition = definition_of(&stored)?;
    let mut left_out = Vec::new();
    change(&mut definition, &body)?;
    if let (true, Connector::Mcp(server)) = (body.read_tools, &definition) {
        (definition, _, left_out) = mcp_connectors::read(&state, person.tenant_id(), server.clone()).await?;
    }
    if let (Some(document), Connector::Rest(service)) = (&body.document, &mut definition) {
        let found = description(&state, Some(document), None, Some(&service.base_url)).await?;
        (service.operations, left_out) = (found.service.operations, notes(found.notes));
    }
    stored.title = body.title.unwrap_or(stored.title);
    stored.enabled = body.enabled.unwrap_or(stored.enabled);
    stored.definition = written(&state, &definition)?;
    stored.updated_at = state.engine.now();
    stored.version = connector::update(&state.engine.db, person.tenant_id(), &stored).await?;
    settings::changed(&state, person.tenant_id(), "connector", &name).await;
    Ok(tagged(stored.version, detail(stored, &definition, left_out)))
}

/// Everything but a new description.
fn change(definition: &mut Connector, body: &UpdateConnector) -> Result<()> {
    let base_url = body.base_url.clone().unwrap_or_else(|| definition.base_url().to_owned());
    match definition {
        Connector::Robot(robot) => {
            if let Some(written) = &body.robot {
                *robot = robot_of(base_url.clone(), written)?;
            }
            robot.base_url = base_url;
        }
        Connector::Mcp(server) => {
            server.base_url = base_url;
            if let Some(headers) = &body.headers {
                server.headers = typed("headers", headers)?;
            }
            if let Some(auth) = &body.auth {
                server.auth = auth.as_ref().map(|auth| typed("auth", auth)).transpose()?;
            }
        }
        Connector::Smtp(server) => smtp_connectors::change(server, base_url, body)?,
        Connector::Sql(database) => sql_connectors::change(database, base_url, body)?,
        Connector::Rest(service) => {
            service.base_url.clone_from(&base_url);
            if let Some(operations) = &body.operations {
                service.operations = by_hand(base_url, operations)?.operations;
            }
            if let Some(headers) = &body.headers {
                service.headers = typed("headers", headers)?;
            }
            if let Some(auth) = &body.auth {
                service.auth = auth.as_ref().map(|auth| typed("auth", auth)).transpose()?;
            }
            if let Some(success) = &body.success {
                service.success = success.as_ref().map(|success| typed("success", success)).transpose()?;
            }
        }
    }
    Ok(())
}

/// Delete a connector
///
/// Flows that name it will fail at that step.
#[utoipa::path(delete, path = "/connectors/{name}", tag = "connectors", params(("name" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(name): Path<String>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    connector::delete(&state.engine.db, person.tenant_id(), &name, version).await?;
    settings::changed(&state, person.tenant_id(), "connector", &name).await;
    Ok(StatusCode::NO_CONTENT)
}

/// What a connector can do
#[utoipa::path(get, path = "/connectors/{name}/operations", tag = "connectors", params(("name" = String, Path)),
    responses((status = 200, body = List<OperationView>)))]
async fn operations(State(state): State<AppState>, person: Supervisor, Path(name): Path<String>) -> Result<Json<List<OperationView>>> {
    let stored = connector::get(&state.engine.db, person.tenant_id(), &name).await?;
    Ok(Json(List::whole(definition_of(&stored)?.operations().iter().map(operation_view).collect())))
}

/// Try an operation
///
/// The call is made now, with everything it does. A failure of the service is an answer here, not a problem.
#[utoipa::path(post, path = "/connectors/{name}/operations/{operation}/try", tag = "connectors", request_body = TryOperation,
    params(("name" = String, Path), ("operation" = String, Path)), responses((status = 200, body = OperationTried)))]
async fn try_operation(
    State(state): State<AppState>,
    person: Admin,
    Path((name, operation)): Path<(String, String)>,
    Json(body): Json<TryOperation>,
) -> Result<Json<OperationTried>> {
    let stored = connector::get(&state.engine.db, person.tenant_id(), &name).await?;
    if !definition_of(&stored)?.operations().iter().any(|known| known.name == operation) {
        return Err(Problem::not_found("operation"));
    }
    let timeout_ms = body.timeout_ms.unwrap_or(TRY_MS).clamp(1, TRY_MS_MAX);
    let key = format!("try_{}", qn_base::ids::fresh(state.engine.now()));
    let asker = Asker { tenant_id: person.tenant_id(), step: None, key: &key };
    let done = state.outside.connect(asker, &Connect { connector: name, operation, input: body.input, timeout_ms }).await;
    let exchange = serde_json::to_value(&done.exchange).unwrap_or_default();
    Ok(Json(match done.outcome {
        Ok(answer) => OperationTried { ok: true, answer, error: None, error_zh: None, detail: Value::Null, exchange },
        Err(Failure { message, zh, detail, .. }) => {
            let error_zh = Some(zh).filter(|zh| !zh.is_empty());
            OperationTried { ok: false, answer: Value::Null, error: Some(message), error_zh, detail, exchange }
        }
    }))
}

/// What the steps of a run said to other systems
///
/// Redacted when it was recorded; oldest first, at most 1,000.
#[utoipa::path(get, path = "/runs/{id}/exchanges", tag = "connectors", params(("id" = String, Path)),
    responses((status = 200, body = List<ExchangeView>), (status = 404, body = qn_api_types::Problem)))]
async fn exchanges(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<Json<List<ExchangeView>>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    if flow_run::find(db, tenant_id, &id).await?.is_none() {
        return Err(Problem::not_found("run"));
    }
    let all = flow_exchange::list(db, tenant_id, &id).await?;
    let view = |e: flow_exchange::FlowExchange| ExchangeView {
        step: e.step,
        attempt: e.attempt,
        state: e.fate.as_str().to_owned(),
        exchange: e.exchange,
        at: e.at,
    };
    Ok(Json(List::whole(all.into_iter().map(view).collect())))
}

fn view(c: StoredConnector) -> ConnectorView {
    let StoredConnector { name, title, source_url, enabled, version, created_by, created_at, updated_at, .. } = c;
    ConnectorView { name, title, source_url, enabled, version, created_by, created_at, updated_at }
}

fn detail(stored: StoredConnector, definition: &Connector, notes: Vec<ConnectorNote>) -> ConnectorDetail {
    let mut settings = serde_json::to_value(definition).unwrap_or_default();
    let mut take = |name: &str| settings.get_mut(name).map(Value::take).filter(|value| !value.is_null());
    ConnectorDetail {
        connector: view(stored),
        kind: definition.kind().to_owned(),
        base_url: definition.base_url().to_owned(),
        auth: take("auth"),
        headers: take("headers").unwrap_or_else(|| Value::Object(serde_json::Map::new())),
        success: take("success"),
        hosts: take("hosts").and_then(|hosts| serde_json::from_value(hosts).ok()).unwrap_or_default(),
        routines: matches!(definition, Connector::Robot(_)).then(|| take("operations")).flatten(),
        smtp: smtp_connectors::shown(definition),
        sql: sql_connectors::shown(definition),
        operations: definition.operations().len(),
        notes,
    }
}

fn operation_view(operation: &Listed<'_>) -> OperationView {
    OperationView {
        name: operation.name.to_owned(),
        title: OperationTitle { zh: operation.title.zh.clone(), en: operation.title.en.clone() },
        description: operation.description.to_owned(),
        method: operation.method.to_owned(),
        path: operation.path.to_owned(),
        input: operation.input.clone(),
        response: operation.response.cloned(),
        safe: operation.retry == RetryClass::Safe,
        retry: serde_json::to_value(operation.retry).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default(),
    }
}

pub(super) fn notes(notes: Vec<Note>) -> Vec<ConnectorNote> {
    notes.into_iter().map(|note| ConnectorNote { about: note.about, zh: note.zh, en: note.en }).collect()
}

fn definition_of(stored: &StoredConnector) -> Result<Connector> {
    serde_json::from_str(&stored.definition).map_err(|error| {
        tracing::error!(%error, connector = %stored.name, "a stored connector cannot be read");
        Problem::new(Code::Internal)
    })
}

/// The description's text, fetched if it is elsewhere, read away from the threads that serve.
async fn description(state: &AppState, document: Option<&str>, url: Option<&str>, base_url: Option<&str>) -> Result<Imported> {
    let (text, found_at) = match (document, url) {
        (Some(document), _) => (document.as_bytes().to_vec(), None),
        (None, url) => {
            let url = url.unwrap_or_default();
            let mut request = qn_egress_get(url);
            request.response_bytes_max = DESCRIPTION_BYTES_MAX;
            request.redirects_max = 3;
            let answer = state.outside.egress().send(request).await.map_err(|error| reasons::address_in("url", &error))?;
            if !answer.is_success() {
                let status = answer.status;
                return Err(Problem::invalid("url", format!("读取失败，状态码 {status}"), format!("could not be read: status {status}")));
            }
            (answer.body.to_vec(), url::Url::parse(url).ok())
        }
    };
    let base_url = base_url.map(str::to_owned);
    let field = if document.is_some() { "document" } else { "url" };
    let read = tokio::task::spawn_blocking(move || openapi::import(&text, found_at.as_ref(), base_url.as_deref())).await;
    let found = read.map_err(|_| Problem::new(Code::Internal))?.map_err(|error| Problem::invalid(field, error.zh(), error.to_string()))?;
    Ok(found)
}

fn qn_egress_get(url: &str) -> qn_egress::Request {
    qn_egress::Request::get(url).header("accept", "application/json, application/yaml, text/yaml, */*")
}

fn by_hand(base_url: String, operations: &Value) -> Result<Service> {
    let operations: Vec<Operation> = typed("operations", operations)?;
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = operations.iter().find(|operation| !seen.insert(operation.name.clone())) {
        let name = &twice.name;
        return Err(Problem::invalid("operations", format!("操作 {name} 重复"), format!("names {name} twice")));
    }
    if operations.is_empty() || operations.len() > openapi::OPERATIONS_MAX {
        return Err(Problem::invalid("operations", "至少一个操作", "has at least one operation"));
    }
    Ok(Service { format: FORMAT, base_url, auth: None, headers: BTreeMap::new(), success: None, operations })
}

fn robot_of(base_url: String, written: &Value) -> Result<Robot> {
    let mut whole = written.clone();
    if let Some(fields) = whole.as_object_mut() {
        fields.insert("format".to_owned(), FORMAT.into());
        fields.insert("base_url".to_owned(), base_url.into());
    }
    let robot: Robot = typed("robot", &whole)?;
    let mut seen = std::collections::HashSet::new();
    let sound = robot.operations.iter().all(|routine| seen.insert(&routine.name) && !routine.steps.is_empty() && !routine.name.is_empty());
    if robot.operations.is_empty() || !sound {
        return Err(Problem::invalid(
            "robot",
            "至少一个操作，名称不重复，且都有步骤",
            "has at least one operation, each with a name of its own and steps",
        ));
    }
    Ok(robot)
}

/// A routine that is not stored yet, and the robot that would play it. What is wrong is told by its place.
pub(super) fn one_routine(base_url: String, hosts: Vec<String>, written: Value) -> Result<(Robot, Routine)> {
    let routine: Routine = serde_path_to_error::deserialize(written).map_err(|error| refused_step("routine", &error))?;
    Ok((Robot { format: FORMAT, base_url, hosts, operations: Vec::new() }, routine))
}

/// What of a written routine or step cannot be read, and where.
pub(super) fn refused_step(whole: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let words = qn_base::text::line(&error.inner().to_string(), 200);
    let field = match error.path().to_string().as_str() {
        "." => whole.to_owned(),
        path => format!("{whole}.{path}"),
    };
    Problem::invalid(field, format!("格式不对：{words}"), format!("cannot be read: {words}"))
}

/// What a definition says of itself that makes no sense.
pub(super) fn refused(field: impl Into<String>, failure: Failure) -> Problem {
    let zh = if failure.zh.is_empty() { failure.message.clone() } else { failure.zh };
    Problem::invalid(field, zh, failure.message)
}

pub(super) fn typed<T: DeserializeOwned>(field: &'static str, value: &Value) -> Result<T> {
    T::deserialize(value).map_err(|error| Problem::invalid(field, format!("格式不对：{error}"), format!("cannot be read: {error}")))
}

/// What pages of a robot may load from: hosts, and none that is an address inside. Names are judged when they are resolved.
pub(super) fn check_hosts(state: &AppState, hosts: &[String], field: &str) -> Result<()> {
    for (i, host) in hosts.iter().enumerate() {
        let field = format!("{field}[{i}]");
        if Binding::parse(host).is_none() {
            let en = "is a host, with a port where it is not the usual one, such as cdn.example.com:8443";
            return Err(Problem::invalid(field, "应为主机名，可以带端口，例如 cdn.example.com:8443", en));
        }
        let address = format!("http://{}/", host.trim());
        state.outside.egress().check_address(&address).map_err(|error| reasons::address_in(&field, &error))?;
    }
    Ok(())
}

/// The text that is stored; the address is one that can be called at all.
fn written(state: &AppState, definition: &Connector) -> Result<String> {
    if let Some(reached) = definition.reached().map_err(|failure| refused("base_url", failure))? {
        state.outside.egress().check_address(&reached).map_err(|error| reasons::address_in("base_url", &error))?;
    }
    match definition {
        Connector::Sql(database) => sql_connectors::check_file(state, database)?,
        Connector::Robot(robot) => check_hosts(state, &robot.hosts, "robot.hosts")?,
        _ => {}
    }
    if let Connector::Rest(Service { auth: Some(Auth::Oauth2(grant)), .. })
    | Connector::Mcp(mcp::Server { auth: Some(Auth::Oauth2(grant)), .. }) = definition
    {
        state.outside.egress().check_address(&grant.token_url).map_err(|error| reasons::address_in("auth.token_url", &error))?;
    }
    let text = serde_json::to_string(definition).map_err(|_| Problem::new(Code::Internal))?;
    if text.len() > DEFINITION_BYTES_MAX {
        return Err(Problem::invalid("document", "操作太多，超过 4 MiB", "holds more than 4 MiB of operations"));
    }
    Ok(text)
}
