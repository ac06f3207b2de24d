//! What comes in: golden events and complaints, limits exactly at their edge, and noise that must never panic.

use crate::fixtures::{self, Fixture};
use proptest::prelude::*;
use qn_channel::adapters::api::{BODY_BYTES_MAX, MESSAGES_MAX};
use qn_channel::{ADAPTERS, Call, Event, FieldError, Inbound, ParseError, Problem, Reported, Source, What, find};
use qn_domain::{ChannelKind, Language};
use serde_json::{Value, json};

fn parse(endpoint: &str, body: &[u8]) -> Result<Vec<Event>, ParseError> {
    find(ChannelKind::Api).parse(&fixtures::inbox(ChannelKind::Api), &Call::post(endpoint, &[], body)).map(|read| read.events)
}

fn messages(body: &Value) -> Result<Vec<Event>, ParseError> {
    parse("messages", body.to_string().as_bytes())
}

fn shown(event: &Event) -> Value {
    match &event.what {
        What::Message(message) => json!({"message": shown_message(message)}),
        What::Report(report) => {
            let Reported::Ours(id) = &report.of else { panic!() };
            json!({"report": {"message_id": id, "state": report.state, "reason": report.reason}})
        }
        other => panic!("{other:?}"),
    }
}

fn shown_message(message: &Inbound) -> Value {
    let attachment = |source: &Source, name: &str| match source {
        Source::Url(url) => json!({"name": name, "url": url}),
        Source::Bytes(bytes) => json!({"name": name, "bytes": String::from_utf8_lossy(bytes)}),
        Source::Media(id) => json!({"name": name, "media": id}),
    };
    assert!(message.content.attachments.is_empty());
    json!({
        "message_id": message.message_id,
        "contact": {
            "external_id": message.contact.external_id, "name": message.contact.name, "email": message.contact.email,
            "phone": message.contact.phone, "language": message.contact.language, "attributes": message.contact.attributes,
        },
        "conversation_key": message.conversation_key,
        "text": message.content.text,
        "attachments": message.attachments.iter().map(|a| attachment(&a.source, &a.name)).collect::<Vec<_>>(),
        "sent_at": message.sent_at,
    })
}

fn check(adapter: &dyn qn_channel::Adapter, Fixture { name, value }: &Fixture) {
    let body = value["body"].to_string();
    let call = Call::post(value["endpoint"].as_str().unwrap(), &[], body.as_bytes());
    match (adapter.parse(&fixtures::inbox(adapter.kind()), &call), value.get("events"), value.get("errors")) {
        (Ok(read), Some(expected), None) => assert_eq!(&json!(read.events.iter().map(shown).collect::<Vec<_>>()), expected, "{name}"),
        (Err(ParseError::Fields(errors)), None, Some(expected)) => {
            let told = |e: &FieldError| json!({"field": e.field, "zh": e.message(Language::Zh), "en": e.message(Language::En)});
            assert_eq!(&json!(errors.iter().map(told).collect::<Vec<_>>()), expected, "{name}");
        }
        (result, _, _) => panic!("{name}: {result:?}"),
    }
}

#[test]
fn fixtures_are_read_as_written() {
    for fixture in fixtures::all(ChannelKind::Api, "inbound") {
        check(find(ChannelKind::Api), &fixture);
    }
}

fn one(field: &str, value: Value) -> Value {
    let mut message = json!({"message_id": "m", "contact": {"external_id": "u"}, "text": "hi"});
    match field.split_once('.') {
        Some((outer, inner)) => message[outer][inner] = value,
        None => message[field] = value,
    }
    message
}

#[test]
fn limits_hold_exactly_at_their_edge() {
    for (field, max) in [
        ("text", 10_000),
        ("message_id", 200),
        ("conversation_key", 200),
        ("contact.external_id", 200),
        ("contact.name", 200),
        ("contact.attributes", 1000),
    ] {
        let value = |n: usize| if field == "contact.attributes" { json!({"a": "长".repeat(n)}) } else { json!("长".repeat(n)) };
        assert!(messages(&one(field, value(max))).is_ok(), "{field}");
        let path = if field == "contact.attributes" { "contact.attributes.a" } else { field };
        let expected = ParseError::Fields(vec![FieldError::new(path, Problem::TooLong { max_chars: max })]);
        assert_eq!(messages(&one(field, value(max + 1))), Err(expected), "{field}");
    }
    let attachment = json!({"name": "a", "url": "https://x.example/a"});
    assert!(messages(&one("attachments", json!(vec![attachment.clone(); 10]))).is_ok());
    let too_many = ParseError::Fields(vec![FieldError::new("attachments", Problem::TooMany { max: 10 })]);
    assert_eq!(messages(&one("attachments", json!(vec![attachment; 11]))), Err(too_many));
    let attributes = |n: usize| json!((0..n).map(|i| (format!("k{i}"), json!(i))).collect::<serde_json::Map<_, _>>());
    assert!(messages(&one("contact.attributes", attributes(50))).is_ok());
    assert!(messages(&one("contact.attributes", attributes(51))).is_err());
}

#[test]
fn a_batch_holds_a_hundred_and_fails_as_a_whole() {
    let message = one("text", json!("hi"));
    assert_eq!(messages(&json!({"messages": vec![message.clone(); MESSAGES_MAX]})).unwrap().len(), 100);
    let too_many = ParseError::Fields(vec![FieldError::new("messages", Problem::TooMany { max: 100 })]);
    assert_eq!(messages(&json!({"messages": vec![message.clone(); MESSAGES_MAX + 1]})), Err(too_many));
    let mixed = json!({"messages": [message.clone(), {"message_id": "x"}]});
    assert!(matches!(messages(&mixed), Err(ParseError::Fields(_))));
    let Err(ParseError::Fields(errors)) = messages(&json!({"messages": vec![json!({}); MESSAGES_MAX]})) else { panic!() };
    assert_eq!(errors.len(), 50, "complaints are bounded");
}

#[test]
fn bodies_are_bounded_before_they_are_read() {
    let big = format!("{{\"text\":\"{}\"}}", "x".repeat(BODY_BYTES_MAX));
    assert_eq!(parse("messages", big.as_bytes()), Err(ParseError::TooLarge { max_bytes: BODY_BYTES_MAX }));
    let deep = format!("{{\"contact\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse("messages", deep.as_bytes()), Err(ParseError::TooDeep { max: 32 }));
    assert_eq!(parse("messages", b"\xff\xfe{}"), Err(ParseError::NotUtf8));
    assert!(matches!(parse("messages", b""), Err(ParseError::Malformed { .. })));
    for endpoint in ["", "message", "messages/", "../status", "STATUS"] {
        assert_eq!(parse(endpoint, b"{}"), Err(ParseError::UnknownEndpoint), "{endpoint}");
    }
}

#[test]
fn hostile_field_names_are_told_cut_and_clean() {
    let Err(ParseError::Fields(errors)) = messages(&one(&format!("\u{202e}evil\r\n{}", "n".repeat(10_000)), json!(1))) else { panic!() };
    assert_eq!(errors[0].problem, Problem::Unknown);
    assert!(errors[0].field.starts_with("evil n") && errors[0].field.chars().count() <= 60, "{}", errors[0].field);
}

#[test]
fn codes_are_those_of_the_error_pages() {
    assert_eq!(messages(&one("txet", json!(1))).unwrap_err().code(), "unknown_field");
    assert_eq!(messages(&json!({})).unwrap_err().code(), "validation_failed");
    assert_eq!(parse("messages", b"{").unwrap_err().code(), "invalid_json");
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "messages",
        "message_id",
        "contact",
        "external_id",
        "name",
        "email",
        "phone",
        "language",
        "attributes",
        "conversation_key",
        "text",
        "attachments",
        "url",
        "data_base64",
        "created_at",
        "state",
        "reason",
        "other",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("msg_1")),
        Just(json!("https://x.example/")),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn noise_never_panics(body in prop::collection::vec(any::<u8>(), 0..300), endpoint in "messages|status|x") {
        for adapter in ADAPTERS {
            let _ = adapter.parse(&fixtures::inbox(adapter.kind()), &Call::post(&endpoint, &[], &body));
        }
    }

    #[test]
    fn any_json_is_read_or_refused_and_what_is_read_is_clean(value in any_json(), endpoint in "messages|status") {
        if let Ok(events) = parse(&endpoint, value.to_string().as_bytes()) {
            for event in events {
                if let What::Message(message) = event.what {
                    prop_assert!(!message.message_id.is_empty() && !message.contact.external_id.is_empty());
                    let dirty = message.content.text.contains(['\0', '\r', '\u{202e}']);
                    prop_assert!(!dirty);
                    prop_assert!(!message.content.text.trim().is_empty() || !message.attachments.is_empty());
                }
            }
        }
    }
}
