//! One conversation with an MCP server over streamable HTTP (revisions 2025-03-26 to 2025-11-25): begun, asked, ended. One a call:
//! nothing is kept between calls that could be out of date. The server may stream its answer; what else it says is not listened to.

use super::definition::Server;
use super::sse::Events;
use crate::call::{ANSWER_BYTES_MAX, Caller, Prover};
use crate::{Failure, Kind, Secrets, answer, redact};
use qn_crypto::Plain;
use qn_egress::{Request, Response, ResponseStream, header};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// The one we ask for, and those we speak as well.
const REVISION: &str = "2025-11-25";
const REVISIONS: [&str; 3] = [REVISION, "2025-06-18", "2025-03-26"];
const SESSION_BYTES_MAX: usize = 512;
/// For saying goodbye, which changes nothing for us.
const GOODBYE_MS: u64 = 1_000;

/// Whom we speak to and for whom.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub caller: &'a Caller,
    pub server: &'a Server,
    pub owner: &'a str,
    pub secrets: &'a dyn Secrets,
}

pub(super) struct Session<'a> {
    line: Line<'a>,
    /// Sent as `Idempotency-Key` with whatever is asked from now on; greetings go without.
    pub key: Option<&'a str>,
    deadline: Instant,
    timeout_ms: u64,
    id: Option<String>,
    revision: Option<&'static str>,
    asked: u64,
    /// Every text that must not be seen again.
    used: Vec<Plain>,
    pub status: Option<u16>,
    pub got_bytes: usize,
    /// Of the server, as it names itself.
    pub name: String,
    pub version: String,
}

impl<'a> Session<'a> {
    /// Nothing has been asked of a tool yet, so no failure leaves doubt.
    pub async fn open(line: Line<'a>, timeout_ms: u64) -> Result<Self, Failure> {
        let deadline = Instant::now() + Duration::from_millis(timeout_ms);
        let (name, version) = (String::new(), String::new());
        let used = Vec::new();
        let mut session = Session {
            line,
            key: None,
            deadline,
            timeout_ms,
            id: None,
            revision: None,
            asked: 0,
            used,
            status: None,
            got_bytes: 0,
            name,
            version,
        };
        session.greet().await.map_err(|failure| Failure { in_doubt: false, ..failure })?;
        Ok(session)
    }

    async fn greet(&mut self) -> Result<(), Failure> {
        let client = json!({"name": "qingniao", "title": "Qingniao 青鸟", "version": env!("CARGO_PKG_VERSION")});
        let params = json!({"protocolVersion": REVISION, "capabilities": {}, "clientInfo": client});
        let told = self.ask("initialize", params).await?;
        let revision = told["protocolVersion"].as_str().unwrap_or_default();
        let known = REVISIONS.into_iter().find(|known| *known == revision);
        self.revision = Some(known.ok_or_else(|| {
            let revision = redact::text(revision);
            Failure::invalid(format!("the server speaks revision {revision:?} of MCP, which is not known here"))
                .zh(format!("对方使用的 MCP 版本 {revision:?} 不受支持"))
        })?);
        let text = |field: &str| told["serverInfo"][field].as_str().map(|text| qn_base::text::line(text, 100)).unwrap_or_default();
        (self.name, self.version) =
            ([text("title"), text("name")].into_iter().find(|t| !t.is_empty()).unwrap_or_default(), text("version"));
        self.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await.map(drop)
    }

    /// The result of a request; what the server calls an error is a failure.
    pub async fn ask(&mut self, method: &str, params: Value) -> Result<Value, Failure> {
        self.asked += 1;
        let id = self.asked;
        let stream = self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await?;
        if let (None, Some(session)) = (&self.id, stream.headers.get("mcp-session-id")) {
            self.id = Some(session_id(session.as_bytes())?);
        }
        let mut answer = self.answer(stream, id).await.map_err(Failure::in_doubt)?;
        answer::scrub(&mut answer, &self.used);
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(refused(error));
        }
        Ok(answer["result"].take())
    }

    async fn say(&mut self, message: &Value) -> Result<ResponseStream, Failure> {
        let body = serde_json::to_vec(message).unwrap_or_default();
        let mut request = self.request(Request::post(self.line.server.base_url.as_str(), body));
        request = request.header("content-type", "application/json").header("accept", "application/json, text/event-stream");
        let line = self.line;
        let prover = Prover { owner: line.owner, auth: line.server.auth.as_ref(), secrets: line.secrets };
        let (stream, used) = line.caller.open(request, prover).await?;
        self.used.extend(used);
        self.status = Some(stream.status);
        if (200..300).contains(&stream.status) {
            return Ok(stream);
        }
        let status = stream.status;
        let mut body = stream.collect().await.ok().and_then(|response| answer::read(&response).ok()).unwrap_or_default();
        answer::scrub(&mut body, &self.used);
        Err(answer::refused(status, &body))
    }

    fn request(&self, mut request: Request) -> Request {
        for (name, value) in &self.line.server.headers {
            request = request.header(name, value);
        }
        if let Some(id) = &self.id {
            request = request.header("mcp-session-id", id);
        }
        if let Some(revision) = self.revision {
            request = request.header("mcp-protocol-version", revision);
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        request.timeout_ms = u64::try_from(left.as_millis()).unwrap_or(self.timeout_ms).max(1);
        request.idempotency_key = self.key.map(str::to_owned);
        request.response_bytes_max = ANSWER_BYTES_MAX;
        request
    }

    /// Reads until the answer is there, not until the stream ends: servers may keep it open.
    async fn answer(&mut self, mut stream: ResponseStream, id: u64) -> Result<Value, Failure> {
        answer::plain(&stream.headers)?;
        let kind = stream.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        if !kind.starts_with("text/event-stream") {
            let response: Response = stream.collect().await?;
            self.got_bytes += response.body.len();
            return ours(answer::read(&response)?, id).ok_or_else(no_answer);
        }
        let mut events = Events::default();
        while let Some(piece) = stream.chunk().await? {
            self.got_bytes += piece.len();
            for event in events.take(&piece) {
                let message = serde_json::from_slice(&event).map_err(|error| {
                    Failure::invalid(format!("an event of the stream is no JSON: {error}")).zh("对方的事件流里有不是 JSON 的内容")
                })?;
                if let Some(answer) = ours(answer::measured(message)?, id) {
                    return Ok(answer);
                }
            }
        }
        Err(no_answer())
    }

    /// Lets the server forget us, if it remembers at all.
    pub async fn close(mut self) {
        if self.id.is_none() {
            return;
        }
        self.key = None;
        let mut request = self.request(Request::get(self.line.server.base_url.as_str()));
        request.method = qn_egress::Method::DELETE;
        request.timeout_ms = GOODBYE_MS;
        let line = self.line;
        let prover = Prover { owner: line.owner, auth: line.server.auth.as_ref(), secrets: line.secrets };
        // many servers answer 405, and none owes an answer
        let _ = line.caller.open(request, prover).await;
    }
}

/// Visible ASCII, as the protocol has it: it goes into a header.
fn session_id(bytes: &[u8]) -> Result<String, Failure> {
    let is_plain = !bytes.is_empty() && bytes.len() <= SESSION_BYTES_MAX && bytes.iter().all(u8::is_ascii_graphic);
    let text = is_plain.then(|| String::from_utf8_lossy(bytes).into_owned());
    text.ok_or_else(|| Failure::invalid("the server gave a session id that cannot be a header").zh("对方给出的会话编号不合规"))
}

/// The answer to request `id`, alone or in a batch (2025-03-26).
fn ours(message: Value, id: u64) -> Option<Value> {
    let is_ours =
        |message: &Value| message["id"].as_u64() == Some(id) && (message.get("result").is_some() || message.get("error").is_some());
    match message {
        Value::Array(all) => all.into_iter().find(is_ours),
        one => is_ours(&one).then_some(one),
    }
}

fn no_answer() -> Failure {
    Failure::invalid("the server ended without answering what was asked").zh("对方没有答复这次请求就结束了")
}

/// A JSON-RPC error.
fn refused(error: &Value) -> Failure {
    let said = redact::text(error["message"].as_str().unwrap_or_default());
    let kind = if error["code"].as_i64() == Some(-32_602) { Kind::Invalid } else { Kind::Refused };
    let shown = json!({"code": error["code"], "message": said});
    Failure::new(kind, format!("the server refused: {said}")).zh(format!("对方拒绝了：{said}")).detail(shown)
}
