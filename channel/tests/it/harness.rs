//! Our side of the loopback: takes calls as the server does (verify, then parse), and carries out requests over the real outbound
//! client. A script steers it with `POST /do/<channel>/<what>`; calls of platforms go to `/hook/<channel>`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_base::{Clock, SystemClock};
use qn_channel::{
    Adapter, Call, Carried, DeliveryContext, Frame, Media, Meter, Outbound, PullFrom, Reaction, Refused, Step, StreamProtocol, UploadFile,
    Uploaded, WireProtocol, find,
};
use qn_domain::{Attachment, ChannelKind, Content, Conversation, Inbox, Message};
use qn_egress::{Egress, EgressError, Policy, Request, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub struct Harness {
    url: String,
}

pub struct World {
    url: String,
    egress: Egress,
    runtime: tokio::runtime::Runtime,
    inboxes: Mutex<HashMap<ChannelKind, Inbox>>,
    streams: Mutex<HashMap<ChannelKind, Box<dyn StreamProtocol>>>,
    pub wires: Mutex<HashMap<ChannelKind, Box<dyn WireProtocol>>>,
    /// What the newest call brought, for the script to fetch.
    events: Mutex<Value>,
}

struct Incoming {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Harness {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
        let (inboxes, streams, wires, events) = (Mutex::default(), Mutex::default(), Mutex::default(), Mutex::default());
        let world = Arc::new(World { url: url.clone(), egress, runtime, inboxes, streams, wires, events });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, world) = (stream.unwrap(), world.clone());
                std::thread::spawn(move || answer(&world, &stream));
            }
        });
        Self { url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

fn answer(world: &World, stream: &TcpStream) {
    let incoming = read(stream);
    let parts: Vec<&str> = incoming.path.trim_start_matches('/').split('/').collect();
    let (status, kind, body) = match parts[..] {
        ["hook", channel] => {
            let (status, kind, body, events) = hook(world, ChannelKind::parse(channel).unwrap(), &incoming);
            *world.events.lock().unwrap() = events;
            (status, kind, body)
        }
        ["events"] => (200, "application/json", world.events.lock().unwrap().to_string().into_bytes()),
        ["do", channel, what] => {
            let body: Value = serde_json::from_slice(&incoming.body).unwrap();
            (200, "application/json", steered(world, ChannelKind::parse(channel).unwrap(), what, &body).to_string().into_bytes())
        }
        _ => (404, "text/plain", Vec::new()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let mut stream = stream;
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).unwrap();
}

fn read(stream: &TcpStream) -> Incoming {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).unwrap();
        let line = line.trim_ascii();
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        headers.push((String::from_utf8_lossy(&line[..colon]).into_owned(), line[colon + 1..].trim_ascii().to_vec()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| String::from_utf8_lossy(value).parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Incoming { method, path: path.to_owned(), query, target: target.clone(), headers, body }
}

/// As the server does it: what is not proved is 401, what cannot be read is 400.
fn hook(world: &World, kind: ChannelKind, incoming: &Incoming) -> (u16, &'static str, Vec<u8>, Value) {
    let adapter = find(kind);
    let inbox = world.inboxes.lock().unwrap()[&kind].clone();
    let query: Vec<(&str, &str)> = incoming.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<(&str, &[u8])> = incoming.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let url = format!("{}{}", world.url, incoming.target);
    let call = Call { method: &incoming.method, endpoint: "", url: &url, query: &query, headers: &headers, body: &incoming.body };
    if let Err(error) = adapter.verify(&inbox, &call, SystemClock.now()) {
        return (401, "text/plain", error.to_string().into_bytes(), json!([]));
    }
    match adapter.parse(&inbox, &call) {
        Ok(read) => (read.answer.status, read.answer.content_type, read.answer.body.to_vec(), json!(read.events)),
        Err(error) => (400, "text/plain", error.to_string().into_bytes(), json!([])),
    }
}

fn steered(world: &World, kind: ChannelKind, what: &str, body: &Value) -> Value {
    let adapter = find(kind);
    if what == "inbox" {
        let inbox = Inbox { channel_settings: body.clone(), ..crate::fixtures::inbox(kind) };
        world.inboxes.lock().unwrap().insert(kind, inbox);
        return json!(adapter.check_settings(body).map_err(|errors| format!("{errors:?}")).err());
    }
    let inbox = world.inboxes.lock().unwrap()[&kind].clone();
    let token = body["token"].as_str().unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let told = match what {
        "token" => {
            let response = world.send(adapter.token(&inbox, body["refused"] == true).unwrap()).unwrap();
            adapter.read_token(&response).map(|token| json!({"value": token.value, "expires_in_ms": token.expires_in_ms}))
        }
        "send" => return world.deliver(adapter, &inbox, body),
        _ if what.starts_with("wire_") => return crate::wires::steered(world, adapter, &inbox, what, body),
        "answer" => return world.answer_call(adapter, &inbox, body),
        "upload" => world.upload(adapter, &inbox, body),
        "media" => world.media(adapter, &inbox, text("id"), token),
        "month" => {
            let answers: Vec<Response> = adapter.month(&inbox, token).into_iter().map(|request| world.send(request).unwrap()).collect();
            Ok(json!(adapter.read_month(&answers).map(|month| (month.limit, month.used))))
        }
        "recall" => {
            let attempt = world.send(adapter.recall(&inbox, text("id"), token).unwrap());
            adapter.read_recall(&attempt).map(|()| json!({"recalled": true}))
        }
        "pull" => {
            let from = PullFrom { stream: text("stream"), cursor: body["cursor"].as_str(), hint: body["hint"].as_str() };
            let attempt = world.send(adapter.pull(&inbox, &from, token).unwrap());
            let pulled = adapter.pulled(&inbox, text("stream"), &attempt);
            pulled.map(|p| json!({"events": p.events, "cursor": p.cursor, "has_more": p.has_more}))
        }
        "profile" => {
            let attempt = world.send(adapter.profile(&inbox, text("external_id"), token).unwrap());
            adapter.read_profile(&inbox, &attempt).map(|contact| json!(contact))
        }
        "login" => {
            let codes = adapter.codes().unwrap();
            codes.read_login(&world.send(codes.login(&inbox, text("code")))).map(|contact| json!(contact))
        }
        "phone" => {
            let codes = adapter.codes().unwrap();
            codes.read_phone(&inbox, &world.send(codes.phone(&inbox, text("code"), token))).map(|fact| json!(fact))
        }
        "open" => {
            let mut stream = adapter.stream(&inbox).unwrap();
            let response = world.send(stream.open()).unwrap();
            let endpoint = stream.endpoint(&response).map(|url| json!({"url": url}));
            world.streams.lock().unwrap().insert(kind, stream);
            endpoint
        }
        "frame" | "tick" => {
            let mut streams = world.streams.lock().unwrap();
            let stream = streams.get_mut(&kind).unwrap();
            Ok(shown(&match (what, body["text"].as_str()) {
                ("tick", _) => stream.tick(SystemClock.now()),
                (_, Some(text)) => stream.receive(Frame::Text(text.to_owned()), SystemClock.now()),
                (_, None) => stream.receive(Frame::Binary(STANDARD.decode(text("binary")).unwrap().into()), SystemClock.now()),
            }))
        }
        other => panic!("{other}"),
    };
    told.unwrap_or_else(|refused| refusal(&refused))
}

pub fn refusal(refused: &Refused) -> Value {
    let (kind, after_ms) = match refused {
        Refused::Retry { after_ms, .. } => ("retry", *after_ms),
        Refused::Token { .. } => ("token", 0),
        Refused::Window { .. } => ("window", 0),
        Refused::Failed { .. } => ("failed", 0),
    };
    json!({"refused": kind, "reason": refused.reason(), "after_ms": after_ms})
}

fn shown(reaction: &Reaction) -> Value {
    let frame = |frame: &Frame| match frame {
        Frame::Text(text) => json!({"text": text}),
        Frame::Binary(bytes) => json!({"binary": STANDARD.encode(bytes)}),
        Frame::Ping => json!("ping"),
    };
    json!({
        "events": reaction.events, "frames": reaction.frames.iter().map(frame).collect::<Vec<_>>(), "reconnect": reaction.reconnect,
        "acks": reaction.acks.iter().map(frame).collect::<Vec<_>>(), "dropped": reaction.dropped,
    })
}

impl World {
    fn send(&self, request: Request) -> Result<Response, EgressError> {
        self.runtime.block_on(self.egress.send(request))
    }

    /// One outcome per step; a step that is refused ends the delivery.
    fn deliver(&self, adapter: &dyn Adapter, inbox: &Inbox, body: &Value) -> Value {
        let steps = match rendered(adapter, inbox, body) {
            Ok(steps) => steps,
            Err(told) => return told,
        };
        let mut outcomes = Vec::new();
        for step in steps {
            let request = step.request.clone();
            let outcome = adapter.outcome(&step, &self.send(request));
            let stop = outcome.is_err();
            outcomes.push(outcome.map_or_else(|refused| refusal(&refused), |sent| json!({"sent": sent.external_id})));
            if stop {
                break;
            }
        }
        json!(outcomes)
    }

    /// The answer in which a message leaves, given the call that asked.
    fn answer_call(&self, adapter: &dyn Adapter, inbox: &Inbox, body: &Value) -> Value {
        let conversation = Conversation::new("cnv_01k0000000000000000000000a".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
        let context = DeliveryContext::plain(&conversation, "openid-1", "https://help.example.cn", SystemClock.now());
        let call =
            Call { method: "POST", endpoint: "", url: "", query: &[], headers: &[], body: body["call"].as_str().unwrap().as_bytes() };
        let answer = adapter.answer(inbox, &call, &message(&body["content"]), &context, [7; 16]);
        json!(answer.map(|answer| String::from_utf8(answer.body.to_vec()).unwrap()))
    }

    fn upload(&self, adapter: &dyn Adapter, inbox: &Inbox, body: &Value) -> Result<Value, Refused> {
        let bytes = STANDARD.decode(body["bytes"].as_str().unwrap()).unwrap().into();
        let attachment: Attachment = serde_json::from_value(body["attachment"].clone()).unwrap();
        assert!(adapter.uploads(&attachment));
        let file = UploadFile { attachment: &attachment, bytes: &bytes };
        let request = adapter.upload(inbox, &file, body["token"].as_str().unwrap()).unwrap();
        adapter.read_upload(&self.send(request)).map(|id| json!({"id": id}))
    }

    fn media(&self, adapter: &dyn Adapter, inbox: &Inbox, id: &str, token: &str) -> Result<Value, Refused> {
        let mut request = adapter.media(inbox, id, token).unwrap();
        for _ in 0..3 {
            let attempt = self.send(request);
            match adapter.read_media(inbox, &attempt, token)? {
                Media::Here => return Ok(json!({"bytes": STANDARD.encode(attempt.unwrap().body)})),
                Media::Then(next) => request = *next,
            }
        }
        panic!("the file never came");
    }
}

/// The steps of a message, or what is told instead.
pub fn rendered(adapter: &dyn Adapter, inbox: &Inbox, body: &Value) -> Result<Vec<Step>, Value> {
    let conversation = Conversation::new("cnv_01k0000000000000000000000a".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
    let upload =
        |one: &Value| Uploaded { attachment_id: one[0].as_str().unwrap().to_owned().into(), media_id: one[1].as_str().unwrap().to_owned() };
    let uploads: Vec<Uploaded> = body["uploads"].as_array().map(|list| list.iter().map(upload).collect()).unwrap_or_default();
    let carried = |one: &Value| Carried {
        attachment_id: one[0].as_str().unwrap().to_owned().into(),
        bytes: STANDARD.decode(one[1].as_str().unwrap()).unwrap().into(),
    };
    let files: Vec<Carried> = body["files"].as_array().map(|list| list.iter().map(carried).collect()).unwrap_or_default();
    let context = DeliveryContext {
        conversation: &conversation,
        contact_external_id: body["contact"].as_str().unwrap(),
        conversation_key: body["conversation_key"].as_str(),
        base_url: "https://help.example.cn",
        now: SystemClock.now(),
        token: body["token"].as_str().unwrap_or_default(),
        uploads: &uploads,
        files: &files,
        reply_handle: body["reply_handle"].as_str(),
        window: if body["window_closed"] == true { Meter::CLOSED } else { Meter::OPEN },
    };
    match adapter.render(inbox, &message(&body["content"]), &context) {
        Ok(Outbound::Steps(steps)) => Ok(steps),
        Ok(Outbound::Nothing) => Err(json!([])),
        Err(error) => Err(json!({"error": error.to_string()})),
    }
}

fn message(content: &Value) -> Message {
    let message = json!({
        "id": "msg_01k0000000000000000000000a-3", "tenant_id": "tnt_1", "conversation_id": "cnv_01k0000000000000000000000a", "seq": 3,
        "kind": "outgoing", "author": {"kind": "agent", "id": "usr_1", "name": "王芳"}, "content": Content::default(), "reply_to": null,
        "client_msg_id": null, "state": "queued", "state_reason": null, "trace": null, "created_at": 0, "edited_at": null, "recalled_at": null,
    });
    let mut message: Message = serde_json::from_value(message).unwrap();
    message.content = serde_json::from_value(content.clone()).unwrap();
    message
}
