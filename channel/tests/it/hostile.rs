//! Hostile and unlucky input for all platforms at once: broken bytes never panic, changed bytes never verify, and every reason that a
//! person may read has words in both languages.

use crate::fixtures;
use crate::platforms::{inbox, platforms, with_call};
use proptest::prelude::*;
use qn_channel::{Adapter, Frame, Refused, Step, find, reason};
use qn_domain::{ChannelKind, Language};
use qn_egress::{HeaderMap, Request, Response};
use serde_json::{Value, json};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn broken_calls_are_read_or_refused_and_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        for adapter in platforms() {
            for fixture in fixtures::all(adapter.kind(), "inbound") {
                let inbox = inbox(adapter, &fixture.value);
                let _ = with_call(&fixture.value, |call| {
                    let mut body = call.body.to_vec();
                    if !body.is_empty() {
                        let at = at.index(body.len());
                        if cut { body.truncate(at) } else { body[at] = byte }
                    }
                    let call = qn_channel::Call { body: &body, ..*call };
                    let _ = adapter.verify(&inbox, &call, 0);
                    adapter.parse(&inbox, &call).map(|read| read.events.len())
                });
            }
        }
    }

    #[test]
    fn noise_on_a_wire_brings_nothing(bytes in prop::collection::vec(any::<u8>(), 0..400), id in 0u32..12, length in 16u32..400) {
        for adapter in platforms() {
            let Some(mut wire) = adapter.wire(&fixtures::inbox(adapter.kind())) else { continue };
            wire.open(None, 0);
            prop_assert!(wire.receive(&bytes, 0).events.is_empty());
            // The same behind an honest head.
            wire.open(Some("}{"), 0);
            let head = [length, id, 0, 1].map(u32::to_be_bytes).concat();
            prop_assert!(wire.receive(&[head, bytes.clone()].concat(), 0).answered.is_empty());
            wire.tick(i64::MAX / 2);
        }
    }

    #[test]
    fn noise_on_a_stream_is_dropped(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,100}") {
        for adapter in platforms() {
            let Some(mut stream) = adapter.stream(&fixtures::inbox(adapter.kind())) else { continue };
            for frame in [Frame::Binary(bytes.clone().into()), Frame::Text(text.clone())] {
                prop_assert!(stream.receive(frame, 0).events.is_empty());
            }
        }
    }
}

/// Where the whole body is signed, no byte of it can change.
#[test]
fn one_changed_byte_of_a_signed_body_is_enough() {
    for kind in [ChannelKind::Line, ChannelKind::Whatsapp, ChannelKind::Feishu, ChannelKind::Sms] {
        let adapter = find(kind);
        let goods = fixtures::all(kind, "signed")
            .into_iter()
            .filter(|f| f.value["expect"] == "ok" && f.value["body"] != "" && f.value["body"] != "[]");
        let mut tried = 0;
        for fixture in goods.filter(|f| f.value["headers"].as_array().is_some_and(|headers| !headers.is_empty())) {
            let inbox = inbox(adapter, &fixture.value);
            let now = fixture.value["now"].as_i64().unwrap();
            with_call(&fixture.value, |call| {
                for at in 0..call.body.len() {
                    let mut body = call.body.to_vec();
                    body[at] ^= 1;
                    let verdict = adapter.verify(&inbox, &qn_channel::Call { body: &body, ..*call }, now);
                    assert!(verdict.is_err(), "{}: byte {at}", fixture.name);
                    tried += 1;
                }
            });
        }
        assert!(tried > 20, "{kind:?}");
    }
}

fn refusal(adapter: &dyn Adapter, status: u16, body: &Value) -> Option<Refused> {
    let step = Step { key: "k".into(), idempotent: false, request: Request::get("https://x.example/") };
    let response = Response { status, headers: HeaderMap::new(), body: body.to_string().into() };
    adapter.outcome(&step, &Ok(response)).err()
}

fn assert_words(refused: &Refused) {
    let word = refused.reason();
    let plain = word.starts_with("platform_error:") || word.starts_with("http_");
    let [zh, en] = [Language::Zh, Language::En].map(|language| reason::text(word, language));
    assert!(plain || (zh.is_some_and(|text| text.chars().any(qn_base::text::is_cjk)) && en.is_some()), "{word}");
}

#[test]
fn every_error_code_has_a_reason_and_every_reason_has_words() {
    let codes = |kind, ranges: &[std::ops::Range<i64>], body: fn(i64) -> Value| {
        for code in ranges.iter().cloned().flatten() {
            assert_words(&refusal(find(kind), 200, &body(code)).unwrap_or_else(|| panic!("{kind:?}: {code} counts as sent")));
        }
    };
    let errcode = |code: i64| json!({"errcode": code});
    let wechat = [40001..40200, 41001..42100, 43001..43200, 45001..45100, 48001..48010, 50001..50003, 87000..87020];
    codes(ChannelKind::WechatOfficial, &wechat, errcode);
    codes(ChannelKind::WecomKf, &[40001..40100, 60000..60050, 81000..81020, 95000..95030], errcode);
    codes(ChannelKind::Dingtalk, &[88..89, 130100..130110, 300001..300002, 400001..400010], errcode);
    codes(ChannelKind::Feishu, &[230001..230060, 99991400..99991700, 10001..10020], |code| json!({"code": code}));
    codes(ChannelKind::Whatsapp, &[0..400, 130400..134000], |code| json!({"error": {"code": code}}));
    codes(ChannelKind::Telegram, &[400..500, 500..600], |code| json!({"ok": false, "error_code": code, "description": "x"}));
    codes(ChannelKind::Sms, &[20001..20600, 21200..21700, 30001..30020], |code| json!({"code": code, "message": "x"}));
    for status in [400, 401, 403, 404, 409, 410, 429, 500, 503] {
        for adapter in platforms() {
            refusal(adapter, status, &json!({"message": "x"})).iter().for_each(assert_words);
            refusal(adapter, status, &json!("not what is documented")).iter().for_each(assert_words);
        }
    }
}

/// Windows of the platforms that have some are told as documented.
#[test]
fn windows_are_those_of_the_platforms() {
    let shown =
        |kind: ChannelKind| find(kind).windows().iter().map(|w| (w.opened_by.as_str(), w.messages, w.ms / 60_000)).collect::<Vec<_>>();
    let two_days = 48 * 60;
    assert_eq!(
        shown(ChannelKind::WechatOfficial),
        [
            ("message", Some(5), two_days),
            ("menu_click", Some(3), 1),
            ("follow", Some(3), 1),
            ("scan", Some(3), 1),
            ("payment", None, two_days)
        ]
    );
    assert_eq!(shown(ChannelKind::WechatMiniProgram), [("message", Some(5), two_days), ("enter_session", Some(2), 1)]);
    assert_eq!(shown(ChannelKind::WecomKf), [("message", Some(5), two_days)]);
    assert_eq!(shown(ChannelKind::Whatsapp), [("message", None, 24 * 60)]);
    for always_open in
        [ChannelKind::Feishu, ChannelKind::Dingtalk, ChannelKind::Line, ChannelKind::Telegram, ChannelKind::Sms, ChannelKind::Web]
    {
        assert_eq!(shown(always_open), []);
    }
}

/// What a journal keeps is what it gives back.
#[test]
fn events_survive_storage() {
    for adapter in platforms() {
        for fixture in fixtures::all(adapter.kind(), "inbound") {
            let read = with_call(&fixture.value, |call| adapter.parse(&inbox(adapter, &fixture.value), call)).unwrap();
            for event in read.events {
                let stored = serde_json::to_string(&event).unwrap();
                assert_eq!(serde_json::from_str::<qn_channel::Event>(&stored).unwrap(), event, "{}", fixture.name);
            }
        }
    }
}
