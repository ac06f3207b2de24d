//! What goes out: golden requests, their signatures, and what must never leave.

use crate::fixtures::{self, SECRET};
use qn_channel::{Adapter, DeliveryContext, Outbound, RenderError, SecretError, Signer, find};
use qn_domain::{ChannelKind, Conversation, Inbox, Message};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000_999;

fn render(adapter: &dyn Adapter, inbox: &Inbox, fixture: &Value) -> Result<Outbound, RenderError> {
    let message: Message = serde_json::from_value(fixture["message"].clone()).unwrap();
    let conversation = Conversation::new("cnv_1".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
    let context = DeliveryContext {
        conversation_key: fixture["conversation_key"].as_str(),
        ..DeliveryContext::plain(&conversation, "u-1", "https://help.example.cn/", NOW)
    };
    adapter.render(inbox, &message, &context)
}

#[test]
fn fixtures_are_rendered_as_written() {
    for adapter in [ChannelKind::Web, ChannelKind::Api, ChannelKind::Mobile, ChannelKind::Email].map(find) {
        for fixture in fixtures::all(adapter.kind(), "outbound") {
            let inbox = Inbox { channel_settings: fixture.value["channel_settings"].clone(), ..fixtures::inbox(adapter.kind()) };
            let (name, expected) = (&fixture.name, &fixture.value["expect"]);
            match render(adapter, &inbox, &fixture.value) {
                Ok(Outbound::Nothing) => assert_eq!(expected, "nothing", "{name}"),
                Err(error) => assert_eq!(expected, &json!(error.to_string()), "{name}"),
                Ok(Outbound::Steps(steps)) => {
                    assert_eq!(steps.len(), 1, "{name}");
                    let request = &steps[0].request;
                    let body: Value = serde_json::from_slice(&request.body).unwrap();
                    assert_eq!(body, expected["body"], "{name}");
                    assert_eq!((request.url.as_str(), request.method.as_str()), (expected["url"].as_str().unwrap(), "POST"), "{name}");
                    assert_eq!(json!(request.timeout_ms), expected["timeout_ms"], "{name}");
                    assert_eq!(Some(steps[0].key.as_str()), expected["webhook_id"].as_str(), "{name}");
                    assert_eq!(request.redirects_max, 0, "{name}");
                    let headers: Vec<(&str, &[u8])> = request.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
                    assert!(headers.contains(&("webhook-id", expected["webhook_id"].as_str().unwrap().as_bytes())), "{name}");
                    Signer::new(SECRET).unwrap().verify(&headers, &request.body, NOW).unwrap();
                }
            }
        }
    }
}

#[test]
fn nothing_leaves_unsigned_or_to_a_bad_address() {
    let fixture = &fixtures::all(ChannelKind::Api, "outbound")[1].value;
    let api = find(ChannelKind::Api);
    let settings = |settings: Value| Inbox { channel_settings: settings, ..fixtures::inbox(ChannelKind::Api) };
    let unsigned = Inbox { secret: String::new(), ..settings(json!({"callback_url": "https://x.example/"})) };
    assert_eq!(render(api, &unsigned, fixture).unwrap_err(), RenderError::BadSecret(SecretError::Missing));
    for bad in [
        json!({"callback_url": "ftp://x.example/"}),
        json!({"callback_url": "https://user:pass@x.example/"}),
        json!({"callback_url": 7}),
        json!({"callback": "https://x.example/"}),
        json!({"callback_url": "https://x.example/", "timeout_ms": 1}),
        json!("https://x.example/"),
    ] {
        assert!(matches!(render(api, &settings(bad.clone()), fixture), Err(RenderError::BadSettings(_))), "{bad}");
    }
}

#[test]
fn hostile_text_stays_inside_its_json_string() {
    let mut fixture = fixtures::all(ChannelKind::Api, "outbound")[1].value.clone();
    let hostile = "\"},\"ai\":false,\"x\":\"</script>\u{2028}\\u0000\r\nX-Evil: 1";
    fixture["message"]["content"]["text"] = json!(hostile);
    let inbox = Inbox { channel_settings: json!({"callback_url": "https://x.example/"}), ..fixtures::inbox(ChannelKind::Api) };
    let Ok(Outbound::Steps(steps)) = render(find(ChannelKind::Api), &inbox, &fixture) else { panic!() };
    let body: Value = serde_json::from_slice(&steps[0].request.body).unwrap();
    assert_eq!(body["text"], hostile);
}
