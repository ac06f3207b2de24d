//! Platforms against their fixtures: golden events, golden requests and verdicts on calls that other implementations signed.
//! `fixtures/<channel>/{signed,inbound,pulled,outbound}`.

use crate::fixtures::{self, Fixture};
use qn_channel::{ADAPTERS, Adapter, Call, DeliveryContext, Meter, Outbound, Uploaded};
use qn_domain::{ChannelKind, Content, Conversation, Inbox, Message};
use qn_egress::{HeaderMap, Response};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000_250;

/// The web, API, mobile and e-mail channels have tests of their own.
pub fn platforms() -> impl Iterator<Item = &'static dyn Adapter> {
    ADAPTERS
        .iter()
        .copied()
        .filter(|adapter| !matches!(adapter.kind(), ChannelKind::Web | ChannelKind::Api | ChannelKind::Mobile | ChannelKind::Email))
}

pub fn inbox(adapter: &dyn Adapter, fixture: &Value) -> Inbox {
    Inbox { channel_settings: fixture["settings"].clone(), ..fixtures::inbox(adapter.kind()) }
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let text = |pair: &Value, i: usize| pair[i].as_str().unwrap().to_owned();
    value.as_array().map(|pairs| pairs.iter().map(|pair| (text(pair, 0), text(pair, 1))).collect()).unwrap_or_default()
}

/// Hands the call of a fixture to `with`.
pub fn with_call<T>(fixture: &Value, with: impl FnOnce(&Call<'_>) -> T) -> T {
    let (query, headers) = (pairs(&fixture["query"]), pairs(&fixture["headers"]));
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let body = match &fixture["body"] {
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    let method = fixture["method"].as_str().unwrap_or("POST");
    let url = fixture["url"].as_str().unwrap_or_default();
    with(&Call { method, endpoint: "", url, query: &query, headers: &headers, body: body.as_bytes() })
}

/// All differences are told at once, with what came out.
fn compare(found: Vec<(Fixture, Value)>) {
    let wrong: Vec<String> = found
        .into_iter()
        .filter(|(fixture, actual)| fixture.value["expect"] != *actual)
        .map(|(fixture, actual)| format!("{}\n{actual}", fixture.name))
        .collect();
    assert!(wrong.is_empty(), "{} fixture(s) differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn calls_are_judged_as_other_implementations_signed_them() {
    let mut found = Vec::new();
    for adapter in platforms() {
        for fixture in fixtures::all(adapter.kind(), "signed") {
            let now = fixture.value["now"].as_i64().unwrap();
            let verdict = with_call(&fixture.value, |call| adapter.verify(&inbox(adapter, &fixture.value), call, now));
            let told = verdict.map_or_else(|error| error.to_string(), |()| "ok".to_owned());
            found.push((fixture, json!(told)));
        }
    }
    assert!(found.len() > 50);
    compare(found);
}

#[test]
fn calls_are_read_as_written() {
    let mut found = Vec::new();
    for adapter in platforms() {
        for fixture in fixtures::all(adapter.kind(), "inbound") {
            let inbox = inbox(adapter, &fixture.value);
            let read =
                with_call(&fixture.value, |call| adapter.parse(&inbox, call)).unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
            let answer = String::from_utf8(read.answer.body.to_vec()).unwrap();
            found.push((fixture, json!({"answer": answer, "events": read.events})));
        }
    }
    compare(found);
}

#[test]
fn pages_are_read_as_written() {
    let mut found = Vec::new();
    for adapter in platforms() {
        for fixture in fixtures::all(adapter.kind(), "pulled") {
            let body = fixture.value["response"].to_string().into();
            let response = Response { status: 200, headers: HeaderMap::new(), body };
            let stream = fixture.value["stream"].as_str().unwrap();
            let pulled = adapter.pulled(&inbox(adapter, &fixture.value), stream, &Ok(response)).unwrap();
            found.push((fixture, json!({"events": pulled.events, "cursor": pulled.cursor, "has_more": pulled.has_more})));
        }
    }
    compare(found);
}

/// An outgoing message with the fixture's content.
fn message(content: &Value) -> Message {
    let message = json!({
        "id": "msg_01k0000000000000000000000a-3", "tenant_id": "tnt_1", "conversation_id": "cnv_01k0000000000000000000000a", "seq": 3,
        "kind": "outgoing", "author": {"kind": "agent", "id": "usr_1", "name": "王芳"}, "content": Content::default(), "reply_to": null,
        "client_msg_id": null, "state": "queued", "state_reason": null, "trace": {"secret": "never leaves"}, "created_at": 0,
        "edited_at": null, "recalled_at": null,
    });
    let mut message: Message = serde_json::from_value(message).unwrap();
    message.content = serde_json::from_value(content.clone()).unwrap();
    message
}

fn render(adapter: &dyn Adapter, fixture: &Value) -> Value {
    let conversation = Conversation::new("cnv_01k0000000000000000000000a".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
    let upload = |one: &Value| Uploaded {
        attachment_id: one["attachment_id"].as_str().unwrap().to_owned().into(),
        media_id: one["media_id"].as_str().unwrap().to_owned(),
    };
    let uploads: Vec<Uploaded> = fixture["uploads"].as_array().map(|list| list.iter().map(upload).collect()).unwrap_or_default();
    let context = DeliveryContext {
        conversation: &conversation,
        contact_external_id: fixture["contact"].as_str().unwrap(),
        conversation_key: fixture["conversation_key"].as_str(),
        base_url: "https://help.example.cn",
        now: NOW,
        token: "TOKEN",
        uploads: &uploads,
        files: &[],
        reply_handle: fixture["reply_handle"].as_str(),
        window: if fixture["window_closed"] == true { Meter::CLOSED } else { Meter::OPEN },
    };
    match adapter.render(&inbox(adapter, fixture), &message(&fixture["content"]), &context) {
        Ok(Outbound::Nothing) => json!("nothing"),
        Ok(Outbound::Steps(steps)) => json!(steps.iter().map(shown).collect::<Vec<_>>()),
        Err(error) => json!(error.to_string()),
    }
}

fn shown(step: &qn_channel::Step) -> Value {
    let request = &step.request;
    // What a session carries is no text.
    let body = match request.url.starts_with("smpp://") {
        true => json!(request.body.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        false => serde_json::from_slice(&request.body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&request.body))),
    };
    json!({
        "key": step.key, "idempotent": step.idempotent, "method": request.method.as_str(), "url": request.url, "headers": request.headers,
        "body": body,
    })
}

#[test]
fn messages_are_rendered_as_written() {
    let mut found = Vec::new();
    for adapter in platforms() {
        for fixture in fixtures::all(adapter.kind(), "outbound") {
            let actual = render(adapter, &fixture.value);
            assert!(!actual.to_string().contains("never leaves"), "{}", fixture.name);
            found.push((fixture, actual));
        }
    }
    assert!(found.len() > 40);
    compare(found);
}

/// Nothing comes in unproved: without any setting every call is refused, whatever it says.
#[test]
fn an_inbox_without_secrets_accepts_nothing() {
    for adapter in platforms() {
        let bare = Inbox { channel_settings: json!({}), secret: String::new(), ..fixtures::inbox(adapter.kind()) };
        for fixture in fixtures::all(adapter.kind(), "signed") {
            let verdict = with_call(&fixture.value, |call| adapter.verify(&bare, call, NOW));
            assert!(verdict.is_err(), "{}", fixture.name);
        }
    }
}

/// Every secret of a schema is marked for sealing, and nothing else is.
#[test]
fn secrets_are_marked() {
    for adapter in platforms() {
        let schema = adapter.settings_schema();
        for (name, property) in schema["properties"].as_object().unwrap() {
            let sounds_secret =
                ["secret", "token", "encoding_aes_key", "encrypt_key", "callback_key", "access_token", "account_secret", "password"]
                    .iter()
                    .any(|word| name.ends_with(word));
            assert_eq!(property["x-secret"] == true, sounds_secret, "{:?}.{name}", adapter.kind());
            assert_eq!(property["writeOnly"] == true, sounds_secret, "{:?}.{name}", adapter.kind());
        }
    }
}
