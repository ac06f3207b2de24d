//! Our flows as tools of the Model Context Protocol, for other companies' assistants: streamable HTTP without sessions or streams, one
//! answer to one request. A token of the API says whose flows these are; looking needs its scope `read`, calling `write`.

use super::mcp_confirm;
use crate::Result;
use crate::extract::{Person, bearer, json};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use qn_api_types::Check;
use qn_auth::Scope;
use qn_base::ids;
use qn_domain::{Language, Role};
use qn_engine::{Call, Called, EngineError, FlowTool};
use qn_store::flow_history;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The newest first; it is what we answer to a revision we do not know.
const REVISIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];
/// How long a call waits for its run before it says that the run goes on.
const WAIT_MS: u64 = 20_000;
/// No flow's id has a dot.
const LOOK: &str = "qingniao.run";
const KEY_CHARS_MAX: usize = 255;

const PARSE_ERROR: i64 = -32_700;
const BAD_REQUEST: i64 = -32_600;
const NO_METHOD: i64 = -32_601;
const BAD_PARAMS: i64 = -32_602;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(mcp))
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Anything(Value);

impl Check for Anything {}

/// Why a request gets no result: a JSON-RPC code and words.
struct Fault(i64, String);

/// Speak MCP: published flows as tools
///
/// One JSON-RPC message of the Model Context Protocol (streamable HTTP) a request: `initialize`, `ping`, `tools/list`, `tools/call`. Only
/// with a bearer token. A call begins a run and waits up to 20 seconds for its end; after that it tells the run's id, which the tool
/// `qingniao.run` looks up. The same `Idempotency-Key` is the same run. A tool that changes something does nothing at its first call
/// without that header and gives a code; with the code among the same arguments it runs, once.
#[utoipa::path(post, path = "/mcp", tag = "flow runs", request_body(content = serde_json::Value, content_type = "application/json"),
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = serde_json::Value), (status = 202, description = "A notification"),
        (status = 401, body = qn_api_types::Problem)))]
async fn mcp(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    // cookies do not count here: no page of another site may speak for whoever is signed in
    if bearer(&headers).is_none() {
        let challenge = HeaderValue::from_static("Bearer");
        return Err(Problem::new(Code::Unauthenticated).header(header::WWW_AUTHENTICATE, challenge));
    }
    let person = Person::of(&state, &headers).await?.password_is_settled()?;
    person.scope(Scope::Read)?;
    let revision = headers.get("mcp-protocol-version").map(|value| value.to_str().unwrap_or_default());
    if revision.is_some_and(|revision| !REVISIONS.contains(&revision)) {
        return Ok(answer(&Value::Null, Err(Fault(BAD_REQUEST, format!("revisions spoken here: {}", REVISIONS.join(", "))))));
    }
    let Ok(Anything(message)) = json::parse::<Anything>(&body) else {
        return Ok(answer(&Value::Null, Err(Fault(PARSE_ERROR, "the body is no JSON message".to_owned()))));
    };
    let (method, id) = (message["method"].as_str(), &message["id"]);
    let is_request = message["jsonrpc"] == "2.0" && (id.is_string() || id.is_i64() || id.is_u64());
    match method {
        // what a client answers or tells us changes nothing
        None if message.get("result").is_some() || message.get("error").is_some() => Ok(StatusCode::ACCEPTED.into_response()),
        Some(_) if message["jsonrpc"] == "2.0" && message.get("id").is_none() => Ok(StatusCode::ACCEPTED.into_response()),
        Some(method) if is_request => {
            let asked = Asked { state: &state, person: &person, key: key_of(&headers, &message["params"])? };
            Ok(answer(id, asked.result(method, &message["params"]).await))
        }
        _ => Ok(answer(&Value::Null, Err(Fault(BAD_REQUEST, "not one JSON-RPC 2.0 message with a method and an id".to_owned())))),
    }
}

fn answer(id: &Value, result: std::result::Result<Value, Fault>) -> Response {
    let (status, body) = match result {
        Ok(result) => (StatusCode::OK, json!({"jsonrpc": "2.0", "id": id, "result": result})),
        Err(Fault(code, message)) => {
            // what could not be read at all is HTTP's business as well
            let status = if id.is_null() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            (status, json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}))
        }
    };
    (status, axum::Json(body)).into_response()
}

/// The header, or what our own client puts beside the arguments.
fn key_of(headers: &HeaderMap, params: &Value) -> Result<Option<String>> {
    let header = headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default());
    let key = header.or_else(|| params["_meta"]["qingniao/idempotency-key"].as_str());
    match key {
        Some(key) if key.is_empty() || key.len() > KEY_CHARS_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) => {
            Err(Problem::invalid("Idempotency-Key", "最多 255 个可见 ASCII 字符", "has at most 255 visible ASCII characters"))
        }
        key => Ok(key.map(str::to_owned)),
    }
}

struct Asked<'a> {
    state: &'a AppState,
    person: &'a Person,
    key: Option<String>,
}

impl Asked<'_> {
    async fn result(&self, method: &str, params: &Value) -> std::result::Result<Value, Fault> {
        match method {
            "initialize" => Ok(greeting(params["protocolVersion"].as_str().unwrap_or_default())),
            "ping" => Ok(json!({})),
            "tools/list" => {
                let tools = self.state.engine.flow_tools(self.person.tenant_id()).await.map_err(inner)?;
                let shown: Vec<Value> = tools.iter().map(tool).chain([look_tool()]).collect();
                Ok(json!({"tools": shown}))
            }
            "tools/call" => self.call(params).await,
            _ => Err(Fault(NO_METHOD, "methods known here: initialize, ping, tools/list, tools/call".to_owned())),
        }
    }

    async fn call(&self, params: &Value) -> std::result::Result<Value, Fault> {
        let name = params["name"].as_str().unwrap_or_default();
        let mut given = if params["arguments"].is_null() { json!({}) } else { params["arguments"].clone() };
        if name == LOOK {
            return self.look(&given).await;
        }
        let (engine, tenant_id) = (&self.state.engine, self.person.tenant_id());
        let tools = engine.flow_tools(tenant_id).await.map_err(inner)?;
        let wanted = tools.into_iter().find(|tool| tool.flow_id == name);
        let wanted = wanted.ok_or_else(|| Fault(BAD_PARAMS, "there is no tool of this name; see tools/list".to_owned()))?;
        if self.person.scope(Scope::Write).is_err() || self.person.require(Role::Supervisor).is_err() {
            return Ok(failed("this token may look and not begin flows: it needs the scope write, of a supervisor or a service"));
        }
        let confirmation = mcp_confirm::take(&mut given);
        let fitted = qn_connector::fit(&wanted.input, &given).map_err(|faults| {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Fault(BAD_PARAMS, format!("the arguments do not fit: {}", all.join("; ")))
        })?;
        if wanted.acts && self.key.is_none() {
            let code = || mcp_confirm::code(self.state, self.person, &wanted, &fitted);
            match &confirmation {
                None => return Ok(mcp_confirm::wanted(&wanted, &code())),
                Some(given) if !mcp_confirm::holds(self.state, self.person, &wanted, &fitted, given) => {
                    return Ok(failed("the confirmation is of other arguments, or too old; call again without it to get a new one"));
                }
                Some(_) => {}
            }
        }
        let input: Map<String, Value> = fitted.as_object().cloned().unwrap_or_default();
        // One confirmation is one run.
        let mark = self.key.clone().or(confirmation.filter(|_| wanted.acts)).unwrap_or_else(|| ids::fresh(engine.now()));
        let trigger = format!("mcp:{}:{name}:{mark}", self.person.user_id());
        match engine.call_flow(tenant_id, name, &trigger, input, WAIT_MS).await {
            Ok(Call::Taken(called)) => Ok(told(&called)),
            Ok(Call::KeyReused) => Ok(failed(&words(&Problem::new(Code::IdempotencyKeyReused)))),
            Err(EngineError::NotFound { .. }) => Ok(failed("this flow takes no runs now")),
            Err(error) => Ok(failed(&words(&error.into()))),
        }
    }

    async fn look(&self, given: &Value) -> std::result::Result<Value, Fault> {
        let id = given["run_id"].as_str().unwrap_or_default();
        let found = flow_history::find(&self.state.engine.db, self.person.tenant_id(), id).await.map_err(|error| inner(error.into()))?;
        if found.is_none() {
            return Ok(failed("there is no run of this id"));
        }
        let ended = self.state.engine.run_of(self.person.tenant_id(), id).await.map_err(inner)?;
        Ok(told(&Called { run_id: id.to_owned(), ended }))
    }
}

fn greeting(wanted: &str) -> Value {
    let revision = REVISIONS.into_iter().find(|known| *known == wanted).unwrap_or(REVISIONS[0]);
    json!({
        "protocolVersion": revision,
        "capabilities": {"tools": {"listChanged": false}},
        "serverInfo": {"name": "qingniao", "title": "Qingniao 青鸟", "version": env!("CARGO_PKG_VERSION")},
        "instructions": "Each tool is a published flow of this company: calling it does real work. One that changes something does it at \
            the second call, with the code that the first one gave: ask your user in between. A run that takes long, or waits for a \
            person, is told as running; look it up with qingniao.run."
    })
}

fn tool(flow: &FlowTool) -> Value {
    json!({
        "name": flow.flow_id,
        "title": flow.name,
        "description": format!("{}：运行这个流程并返回结果。 Runs this flow and gives what it ends with.", flow.name),
        "inputSchema": mcp_confirm::schema(flow),
        "outputSchema": outcome_schema(),
        "annotations": {"readOnlyHint": !flow.acts, "destructiveHint": flow.acts, "idempotentHint": false, "openWorldHint": true}
    })
}

fn look_tool() -> Value {
    json!({
        "name": LOOK,
        "title": "查询流程执行 Look up a run",
        "description": "流程执行到哪一步、结果如何。 How far a run has come, and what it ended with.",
        "inputSchema": {"type": "object", "properties": {"run_id": {"type": "string"}}, "required": ["run_id"], "additionalProperties": false},
        "outputSchema": outcome_schema(),
        "annotations": {"readOnlyHint": true}
    })
}

fn outcome_schema() -> Value {
    json!({"type": "object", "required": ["status"], "properties": {
        "run_id": {"type": "string"}, "status": {"enum": ["unconfirmed", "running", "done", "failed", "cancelled"]}, "output": {},
        "error": {"type": "string"}, "confirmation": {"type": "string"}}})
}

fn told(called: &Called) -> Value {
    let run_id = &called.run_id;
    let Some(ended) = &called.ended else {
        return shown(json!({"run_id": run_id, "status": "running"}), false);
    };
    let status = ended.status.as_str();
    match &ended.error {
        Some(error) => shown(json!({"run_id": run_id, "status": status, "error": error.to_string()}), true),
        None => shown(json!({"run_id": run_id, "status": status, "output": ended.output}), status != "done"),
    }
}

fn shown(outcome: Value, is_error: bool) -> Value {
    json!({"content": [{"type": "text", "text": outcome.to_string()}], "structuredContent": outcome, "isError": is_error})
}

fn failed(why: &str) -> Value {
    json!({"content": [{"type": "text", "text": why}], "isError": true})
}

/// A problem in words for whoever called.
fn words(problem: &Problem) -> String {
    let body: Value = serde_json::from_slice(&problem.body(Language::En, "")).unwrap_or_default();
    body["detail"].as_str().or_else(|| body["title"].as_str()).unwrap_or_default().to_owned()
}

/// Nothing of our own insides is told.
fn inner(error: EngineError) -> Fault {
    tracing::error!(%error, "an MCP request could not be answered");
    Fault(-32_603, "the server could not answer now".to_owned())
}
