//! Tasks that reach outside or pass time: call http, emit, listen, run.workflow, wait; and `set`.

use super::cel::{self, quoted};
use super::draft::{Draft, Room, Ways, short};
use serde_json::{Map, Value, json};

/// For calls that do not say how long they may take.
const TIMEOUT_MS: i64 = 30_000;
/// For events: a year.
const LISTEN_MS: i64 = 365 * 24 * 3_600_000;

pub(super) fn task(draft: &mut Draft, at: &str, name: &str, kind: &str, body: &Value, room: &Room) -> Ways {
    let mut ways = Ways::default();
    if body.get("timeout").is_some() && !matches!(kind, "call" | "listen") {
        draft.refuse(&format!("{at}/timeout"), "只有 call 和 listen 支持超时", "only call and listen may have a timeout");
    }
    let place = format!("{at}/{kind}");
    match kind {
        "set" => {
            if let Some(value) = draft.cel(&place, &body["set"], &room.names()) {
                draft.then_set(&mut ways, name, &[(&room.dot, value)]);
            }
        }
        "call" => call(draft, at, name, body, room, &mut ways),
        "emit" => emit(draft, &place, name, &body["emit"], room, &mut ways),
        "listen" => listen(draft, at, name, body, room, &mut ways),
        "run" => run(draft, &place, name, &body["run"], room, &mut ways),
        _ => {
            if let Some(ms) = duration_ms(draft, &place, &body["wait"]) {
                draft.then(&mut ways, name, "wait", json!({"for_ms": ms.max(1)}));
            }
        }
    }
    ways
}

fn call(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room, ways: &mut Ways) {
    let (with, place) = (&body["with"], format!("{at}/with"));
    if body["call"] != "http" {
        let what = &body["call"];
        draft.refuse(
            &format!("{at}/call"),
            &format!("只支持 call: http,不支持 {what}"),
            &format!("only call: http is supported, not {what}"),
        );
        return;
    }
    draft.only(&place, with, &["method", "endpoint", "headers", "body", "query", "output"]);
    if !matches!(with["output"].as_str(), None | Some("content")) {
        draft.refuse(&format!("{place}/output"), "只支持 content", "only content is supported");
    }
    let endpoint = &with["endpoint"];
    draft.only(&format!("{place}/endpoint"), endpoint, &["uri", "authentication"]);
    let uri = endpoint.as_str().or_else(|| endpoint["uri"].as_str()).unwrap_or_default();
    let Some(mut url) = address(draft, &format!("{place}/endpoint"), uri, room) else { return };
    for (n, (key, value)) in with["query"].as_object().into_iter().flatten().enumerate() {
        let value = draft.understood(&format!("{place}/query/{key}"), cel::template(value, &room.names())).unwrap_or_default();
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        url += &format!("{}{key}={value}", if n == 0 && !uri.contains('?') { '?' } else { '&' });
    }
    let mut settings = Map::from_iter([("method".to_owned(), with["method"].as_str().unwrap_or("get").to_uppercase().into())]);
    settings.insert("url".to_owned(), url.into());
    settings.insert("save".to_owned(), room.dot.clone().into());
    for part in ["headers", "body"] {
        if let Some(given) = with.get(part)
            && let Some(made) = draft.understood(&format!("{place}/{part}"), cel::template(given, &room.names()))
        {
            settings.insert(part.to_owned(), made);
        }
    }
    if let Some(auth) = endpoint.get("authentication") {
        settings.extend(authentication(draft, &format!("{place}/endpoint/authentication"), auth).map(|auth| ("auth".to_owned(), auth)));
    }
    let timeout_ms = timeout_ms(draft, at, body, TIMEOUT_MS);
    fallible(draft, ways, name, "call", settings, timeout_ms);
}

/// A node that may fail: without a `try` around it the failure is the flow's.
fn fallible(draft: &mut Draft, ways: &mut Ways, name: &str, kind: &str, settings: Map<String, Value>, timeout_ms: i64) {
    let id = draft.node(name, kind, name, settings);
    if let Some(node) = draft.nodes.last_mut().filter(|node| node["id"] == id.as_str()) {
        node["timeout_ms"] = timeout_ms.into();
    }
    let again = json!({"failed": "{{ error.message }}", "output": {
        "kind": "{{ error.kind }}", "status": "{{ error.?detail.?status.orValue(null) }}", "type": null}});
    let end = draft.node(&format!("{name}_failed"), "end", "", again.as_object().cloned().unwrap_or_default());
    draft.edge(&id, "error", &end);
    draft.join(ways, Ways { entry: Some(id.clone()), exits: vec![(id, "next".to_owned())] });
}

/// Secrets are named, never written out.
fn authentication(draft: &mut Draft, at: &str, auth: &Value) -> Option<Value> {
    for kind in ["basic", "bearer"] {
        if let Some(name) = auth[kind]["use"].as_str() {
            return Some(json!({"kind": kind, "secret": name}));
        }
    }
    draft.refuse(at, "只支持 basic.use 和 bearer.use(引用密钥名称)", "only basic.use and bearer.use, which name a secret, are supported");
    None
}

/// `https://host/{id}` or an expression.
fn address(draft: &mut Draft, at: &str, uri: &str, room: &Room) -> Option<String> {
    if let Some(inner) = cel::expression(uri) {
        let made = draft.understood(at, cel::value(inner, &room.names()))?;
        return Some(format!("{{{{ {made} }}}}"));
    }
    let (mut out, mut rest) = (String::new(), uri);
    while let Some((plain, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let made = draft.understood(at, cel::value(&format!(".{name}"), &room.names()))?;
        out += &format!("{plain}{{{{ {made} }}}}");
        rest = after;
    }
    if rest.contains('{') || !(uri.starts_with("http://") || uri.starts_with("https://")) {
        draft.refuse(at, "地址应为 http(s) 地址", "an http(s) address belongs here");
        return None;
    }
    Some(out + rest)
}

fn emit(draft: &mut Draft, at: &str, name: &str, emit: &Value, room: &Room, ways: &mut Ways) {
    let event = &emit["event"]["with"];
    let at = format!("{at}/event/with");
    draft.only(&at, event, &["id", "source", "type", "data", "subject", "time"]);
    let kind = event["type"].as_str().unwrap_or_default().to_owned();
    let mut whole = event.as_object().cloned().unwrap_or_default();
    whole.insert("specversion".to_owned(), "1.0".into());
    let Some(made) = draft.understood(&at, cel::json(&Value::Object(whole.clone()), &room.names())) else { return };
    // What the workflow does not say is filled in: an id that is the same whenever this step is tried, and the time.
    let mut filled = made.strip_suffix('}').unwrap_or(&made).to_owned();
    if !whole.contains_key("id") {
        filled += &format!(", \"id\": string(now) + {}", quoted(&format!("/{}", short(&at))));
    }
    if !whole.contains_key("time") {
        filled += ", \"time\": now";
    }
    draft.then_set(ways, &format!("{name}_event"), &[(&room.dot, format!("{filled}}}"))]);
    draft.then(ways, name, "emit", json!({"event": kind, "payload": format!("{{{{ {} }}}}", room.dot)}));
}

/// One event of one type; its data come as a list of one.
fn listen(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room, ways: &mut Ways) {
    let place = format!("{at}/listen");
    draft.only(&place, &body["listen"], &["to"]);
    draft.only(&format!("{place}/to"), &body["listen"]["to"], &["one"]);
    let event = &body["listen"]["to"]["one"]["with"];
    draft.only(&format!("{place}/to/one/with"), event, &["type"]);
    let Some(kind) = event["type"].as_str().filter(|kind| !kind.contains("{{")) else {
        draft.refuse(&format!("{place}/to/one/with/type"), "请填写事件类型", "say which type of event");
        return;
    };
    let heard = format!("heard_{}", draft.number());
    draft.variable(&heard, json!({}));
    let timeout_ms = timeout_ms(draft, at, body, LISTEN_MS);
    let settings = json!({"signal": kind, "save": heard}).as_object().cloned().unwrap_or_default();
    fallible(draft, ways, name, "signal", settings, timeout_ms);
    draft.then_set(ways, &format!("{name}_heard"), &[(&room.dot, format!("[{heard}]"))]);
}

fn run(draft: &mut Draft, at: &str, name: &str, run: &Value, room: &Room, ways: &mut Ways) {
    draft.only(at, run, &["workflow"]);
    let workflow = &run["workflow"];
    draft.only(&format!("{at}/workflow"), workflow, &["namespace", "name", "version", "input"]);
    let part = |name: &str| workflow[name].as_str().unwrap_or_default();
    let called = format!("{}/{}", part("namespace"), part("name"));
    let Some(hash) = draft.versions.get(&called).cloned() else {
        draft.refuse(&format!("{at}/workflow"), &format!("没有可调用的流程 {called}"), &format!("there is no flow {called} to call"));
        return;
    };
    let input = match workflow.get("input") {
        Some(input) => draft.understood(&format!("{at}/workflow/input"), cel::template(input, &room.names())),
        None => Some(Value::from(format!("{{{{ {} }}}}", room.dot))),
    };
    draft.then(ways, name, "sub_flow", json!({"flow": hash, "inputs": {"input": input}, "save": room.dot}));
}

fn timeout_ms(draft: &mut Draft, at: &str, body: &Value, otherwise: i64) -> i64 {
    match body["timeout"].get("after") {
        Some(after) => duration_ms(draft, &format!("{at}/timeout/after"), after).unwrap_or(otherwise).max(1),
        None => otherwise,
    }
}

/// `{seconds: 5}` or `PT5S`, in milliseconds.
pub(super) fn duration_ms(draft: &mut Draft, at: &str, value: &Value) -> Option<i64> {
    let units = [("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000), ("seconds", 1_000), ("milliseconds", 1)];
    let ms = match value {
        Value::String(text) => text.parse::<jiff::SignedDuration>().ok().and_then(|length| i64::try_from(length.as_millis()).ok()),
        Value::Object(parts) => parts.iter().try_fold(0i64, |sum, (name, count)| {
            let unit = units.iter().find(|(unit, _)| unit == name)?.1;
            sum.checked_add(count.as_i64()?.checked_mul(unit)?)
        }),
        _ => None,
    };
    if ms.is_none_or(|ms| ms < 0) {
        draft.refuse(at, "时长应为 {seconds: 5} 或 PT5S", "a length of time is {seconds: 5} or PT5S");
        return None;
    }
    ms
}
