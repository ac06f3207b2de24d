//! `raise`, `try`, `catch` and `retry`. A try is a loop of one round, because that is what catches; an error is the object the
//! specification describes, made from what the step that failed left behind.

use super::cel::{self, quoted};
use super::draft::{Draft, Room, Ways};
use super::systems::duration_ms;
use super::tasks::sequence;
use crate::model::ErrorKind;
use serde_json::{Value, json};

const TYPES: &str = "https://serverlessworkflow.io/spec/1.0.0/errors/";
/// Types the specification knows, by the last part of their address.
const STANDARD: [&str; 8] =
    ["configuration", "validation", "expression", "authentication", "authorization", "timeout", "communication", "runtime"];
const RETRIES_MAX: u64 = 20;

/// Earlier drafts of the specification had other addresses for the same types.
fn of_type(text: &str) -> String {
    let last = text.rsplit('/').next().unwrap_or_default();
    if text.contains("serverlessworkflow.io") && STANDARD.contains(&last) { format!("{TYPES}{last}") } else { text.to_owned() }
}

pub(super) fn raise(draft: &mut Draft, at: &str, name: &str, raise: &Value, room: &Room, ways: &mut Ways) {
    let place = format!("{at}/raise/error");
    let Some(error) = raise["error"].as_object() else {
        draft.refuse(&place, "请直接写出错误对象", "the error must be written out here");
        return;
    };
    draft.only(&place, &raise["error"], &["type", "status", "title", "detail", "instance"]);
    let mut error = error.clone();
    if let Some(kind) = error.get("type").and_then(Value::as_str) {
        let kind = of_type(kind);
        error.insert("type".to_owned(), kind.into());
    }
    error.entry("instance").or_insert_with(|| Value::from(at));
    let Some(output) = draft.understood(&place, cel::template(&Value::Object(error.clone()), &room.names())) else { return };
    let reason = ["title", "type"].iter().find_map(|part| output[part].as_str()).unwrap_or("raised").to_owned();
    let settings = json!({"failed": reason, "output": output});
    let id = draft.node(name, "end", name, settings.as_object().cloned().unwrap_or_default());
    draft.join(ways, Ways { entry: Some(id), exits: Vec::new() });
}

pub(super) fn attempt(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room) -> Ways {
    let catch = &body["catch"];
    draft.only(&format!("{at}/catch"), catch, &["errors", "as", "when", "exceptWhen", "retry", "do"]);
    let number = draft.number();
    let (before, error, tries) = (format!("try_{number}"), format!("error_{number}"), format!("tries_{number}"));
    for (variable, default) in [(&before, json!({})), (&error, json!({})), (&tries, json!(0))] {
        draft.variable(variable, default);
    }
    let mut ways = Ways::default();
    draft.then_set(&mut ways, &format!("{name}_before"), &[(&before, room.dot.clone()), (&tries, "0".to_owned())]);
    let once = json!({"each": "[1]", "max": 1}).as_object().cloned().unwrap_or_default();
    let id = draft.node(name, "loop", name, once);
    draft.join(&mut ways, Ways { entry: Some(id.clone()), exits: Vec::new() });
    let mut inside = Ways { entry: None, exits: vec![(id.clone(), "body".to_owned())] };
    let tasks = sequence(draft, &format!("{at}/try"), &body["try"], room);
    if tasks.exits.is_empty() {
        // Tasks that always fail or end never come back; a loop must be able to.
        let always = json!({"when": "true"}).as_object().cloned().unwrap_or_default();
        let choose = draft.node(&format!("{name}_once"), "choose", "", always);
        draft.join(&mut inside, Ways { entry: Some(choose.clone()), exits: vec![(choose.clone(), "yes".to_owned())] });
        draft.edge(&choose, "no", &id);
    }
    draft.join(&mut inside, tasks);
    draft.lead(&inside.exits, &id);
    // What failed is an object like any other from here on, and the data are what they were before.
    let mut caught = Ways { entry: None, exits: vec![(id.clone(), "error".to_owned())] };
    let seen = room.with(catch["as"].as_str().unwrap_or("error"), &error);
    draft.then_set(&mut caught, &format!("{name}_error"), &[(&error, object(&format!("{at}/try"))), (&room.dot, before)]);
    let mut exits = vec![(id.clone(), "done".to_owned())];
    if let Some(when) = filter(draft, at, catch, &seen, &error) {
        let when = json!({"when": when}).as_object().cloned().unwrap_or_default();
        let choose = draft.node(&format!("{name}_caught"), "choose", "", when);
        draft.join(&mut caught, Ways { entry: Some(choose.clone()), exits: vec![(choose.clone(), "yes".to_owned())] });
        let again = json!({"failed": format!("{{{{ string({error}.title) }}}}"), "output": format!("{{{{ {error} }}}}")});
        let end = draft.node(&format!("{name}_raised"), "end", "", again.as_object().cloned().unwrap_or_default());
        draft.edge(&choose, "no", &end);
    }
    retry(draft, at, (name, &tries), &catch["retry"], &id, &mut caught);
    if let Some(tasks) = catch.get("do") {
        let tasks = sequence(draft, &format!("{at}/catch/do"), tasks, &seen);
        draft.join(&mut caught, tasks);
    }
    exits.extend(caught.exits);
    Ways { entry: ways.entry, exits }
}

/// The error object, from what was raised or from how a step failed.
fn object(instance: &str) -> String {
    let of = |kind: ErrorKind, last: &str, status: u16| format!("'{}': ['{TYPES}{last}', {status}]", kind.as_str());
    let kinds = [
        of(ErrorKind::Timeout, "timeout", 408),
        of(ErrorKind::Unavailable, "communication", 503),
        of(ErrorKind::Refused, "communication", 400),
        of(ErrorKind::Invalid, "expression", 400),
        of(ErrorKind::Limit, "runtime", 500),
        of(ErrorKind::Failed, "runtime", 500),
        of(ErrorKind::Cancelled, "runtime", 500),
    ];
    let kinds = format!("{{{}}}[error.?detail.?kind.orValue(error.kind)]", kinds.join(", "));
    format!(
        "error.?detail.?type.orValue(null) != null ? error.detail : {{'type': {kinds}[0], \
         'status': error.?detail.?status.orValue(null) != null ? error.detail.status : {kinds}[1], 'title': error.message, 'instance': {}}}",
        quoted(instance)
    )
}

/// When the error is caught; none: always.
fn filter(draft: &mut Draft, at: &str, catch: &Value, room: &Room, error: &str) -> Option<String> {
    let mut parts = Vec::new();
    draft.only(&format!("{at}/catch/errors"), &catch["errors"], &["with"]);
    for (name, wanted) in catch["errors"]["with"].as_object().into_iter().flatten() {
        if !["type", "status", "instance", "title", "detail"].contains(&name.as_str()) {
            draft.refuse(&format!("{at}/catch/errors/with/{name}"), "不支持此项", "this is not supported");
        }
        let wanted = match (name.as_str(), wanted) {
            ("type", Value::String(text)) => quoted(&of_type(text)),
            (_, wanted) => draft.understood(&format!("{at}/catch/errors/with/{name}"), cel::json(wanted, &room.names()))?,
        };
        parts.push(format!("{error}.?{name}.orValue(null) == {wanted}"));
    }
    for (field, not) in [("when", ""), ("exceptWhen", "!")] {
        if let Some(source) = catch[field].as_str() {
            let made = cel::condition(cel::expression(source).unwrap_or(source), &room.names());
            parts.push(format!("{not}({})", draft.understood(&format!("{at}/catch/{field}"), made)?));
        }
    }
    (!parts.is_empty()).then(|| parts.join(" && "))
}

/// Tries again after a pause, as often as is allowed; then the handler's tasks follow.
fn retry(draft: &mut Draft, at: &str, (name, tries): (&str, &str), retry: &Value, id: &str, caught: &mut Ways) {
    if retry.is_null() {
        return;
    }
    let place = format!("{at}/catch/retry");
    if !retry.is_object() {
        draft.refuse(&place, "请直接写出重试策略", "the retry policy must be written out here");
        return;
    }
    draft.only(&place, retry, &["delay", "backoff", "limit"]);
    draft.only(&format!("{place}/limit"), &retry["limit"], &["attempt"]);
    draft.only(&format!("{place}/limit/attempt"), &retry["limit"]["attempt"], &["count"]);
    let count = retry["limit"]["attempt"]["count"].as_u64().unwrap_or(0);
    if !(1..=RETRIES_MAX).contains(&count) {
        draft.refuse(&format!("{place}/limit/attempt/count"), "重试次数应为 1 到 20", "between 1 and 20 attempts");
        return;
    }
    let first = duration_ms(draft, &format!("{place}/delay"), &retry["delay"]).unwrap_or(0).max(1);
    let backoff = retry["backoff"].as_object().and_then(|backoff| backoff.keys().next()).map(String::as_str);
    let pause = |n: u64| match backoff {
        Some("exponential") => first.saturating_mul(1 << n.min(20)),
        Some("linear") => first.saturating_mul(i64::try_from(n).unwrap_or(0) + 1),
        _ => first,
    };
    let pauses: Vec<String> = (0..count).map(|n| format!("{}", pause(n).min(24 * 3_600_000))).collect();
    let more = json!({"when": format!("{tries} < {count}")}).as_object().cloned().unwrap_or_default();
    let choose = draft.node(&format!("{name}_more"), "choose", "", more);
    draft.join(caught, Ways { entry: Some(choose.clone()), exits: vec![(choose.clone(), "yes".to_owned())] });
    let until = format!("timestamp(now) + duration(string([{}][int({tries})]) + 'ms')", pauses.join(", "));
    draft.then(caught, &format!("{name}_rest"), "wait", json!({"until": until}));
    draft.then_set(caught, &format!("{name}_again"), &[(tries, format!("{tries} + 1"))]);
    draft.lead(&caught.exits, id);
    caught.exits = vec![(choose, "no".to_owned())];
}
