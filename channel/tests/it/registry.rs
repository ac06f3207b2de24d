//! Walks the registry: every channel has words in both languages, a schema that is really checked, and fixtures.

use crate::fixtures;
use qn_channel::schema::KEYWORDS;
use qn_channel::{ADAPTERS, Call, VerifyError, find};
use qn_domain::{Attachment, ChannelKind, Language};
use serde_json::{Value, json};
use std::collections::HashSet;

#[test]
fn every_channel_is_registered_once_and_found() {
    let kinds: HashSet<_> = ADAPTERS.iter().map(|adapter| adapter.kind()).collect();
    assert_eq!(kinds.len(), ADAPTERS.len());
    assert!(kinds.iter().all(|kind| find(*kind).kind() == *kind));
}

#[test]
fn every_schema_is_bilingual_and_within_what_is_checked() {
    for adapter in ADAPTERS {
        let kind = adapter.kind();
        let schema = adapter.settings_schema();
        assert_eq!(schema["type"], "object", "{kind:?}");
        assert_eq!(schema["additionalProperties"], json!(false), "{kind:?}");
        assert_words(&schema, &format!("{kind:?}"));
        assert_keywords(&schema, &format!("{kind:?}"));
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert_words(property, &format!("{kind:?}.{name}"));
            assert_keywords(property, &format!("{kind:?}.{name}"));
            assert!(matches!(property["type"].as_str(), Some("string" | "integer" | "boolean")), "{kind:?}.{name}");
        }
        let required = schema["required"].as_array().unwrap();
        assert!(required.iter().all(|name| schema["properties"].get(name.as_str().unwrap()).is_some()), "{kind:?}");
        assert!(adapter.check_settings(&json!({"no_such_setting": 1})).is_err(), "{kind:?}");
    }
}

#[test]
fn a_host_with_a_protocol_or_a_port_is_told_to_leave_them_out() {
    let smpp = find(ChannelKind::Smpp);
    let check = |host: &str| smpp.check_settings(&json!({"host": host, "system_id": "esme1"}));
    for host in ["smsc.example", "127.0.0.1", " smsc.example ", "::1", "[2001:db8::1]"] {
        assert_eq!(check(host), Ok(()), "{host}");
    }
    for host in
        ["http://smsc.example:2775", "smsc.example:2775", "[::1]:2775", "smsc.example/", "a@smsc.example", "two words", "短信.example"]
    {
        let errors = check(host).unwrap_err();
        assert!(errors.len() == 1 && errors[0].field == "host", "{host}: {errors:?}");
        let (zh, en) = (errors[0].message(Language::Zh), errors[0].message(Language::En));
        assert!(zh.contains("协议") && zh.contains("端口") && en.contains("protocol") && en.contains("port"), "{zh} {en}");
    }
}

#[test]
fn the_limits_that_agents_are_told_are_those_that_files_leave_by() {
    const MIB: u64 = 1024 * 1024;
    let names =
        ["a.jpg image/jpeg", "a.gif image/gif", "a.amr audio/amr", "a.mp4 video/mp4", "a.pdf application/pdf", "a.zip application/zip"];
    let sizes = [6, MIB, MIB + 1, 2 * MIB, 2 * MIB + 1, 5 * MIB, 5 * MIB + 1, 10 * MIB, 10 * MIB + 1, 16 * MIB + 1, 20 * MIB];
    let file = |name: &str, size_bytes: u64| {
        let (name, media_type) = name.split_once(' ').unwrap();
        Attachment { id: "att_1".into(), name: name.into(), media_type: media_type.into(), size_bytes }
    };
    let files: Vec<Attachment> = names.iter().flat_map(|name| sizes.map(|size| file(name, size))).collect();
    let mut bringing = HashSet::new();
    for adapter in ADAPTERS {
        let leaves = |file: &Attachment| adapter.uploads(file) || adapter.carries(file);
        if !files.iter().any(leaves) {
            continue;
        }
        bringing.insert(adapter.kind());
        for file in &files {
            let fits = adapter.file_bytes_max(file, "https://help.example").is_some_and(|max| file.size_bytes <= max);
            assert_eq!(leaves(file), fits, "{:?} {file:?}", adapter.kind());
        }
    }
    use ChannelKind::{Dingtalk, Feishu, Telegram, WechatMiniProgram, WechatOfficial, WecomKf, Whatsapp};
    assert_eq!(bringing, HashSet::from([WechatOfficial, WechatMiniProgram, WecomKf, Dingtalk, Feishu, Telegram, Whatsapp]));
    // LINE fetches pictures itself, over TLS alone; text messages carry none at all.
    let picture = file("a.jpg image/jpeg", 1);
    let limit = |kind, base_url| find(kind).file_bytes_max(&picture, base_url);
    assert_eq!((limit(ChannelKind::Line, "https://x.example"), limit(ChannelKind::Line, "http://x.example")), (Some(MIB), None));
    assert_eq!((limit(ChannelKind::Sms, "https://x.example"), limit(ChannelKind::Smpp, "https://x.example")), (None, None));
}

fn assert_words(schema: &Value, place: &str) {
    for language in ["zh-CN", "en"] {
        for word in ["title", "description"] {
            let text = schema["x-i18n"][language][word].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{place} has no {word} in {language}");
            let is_chinese = text.chars().any(qn_base::text::is_cjk);
            assert!(is_chinese == (language == "zh-CN") || text == "API", "{place}: {text}");
        }
    }
}

fn assert_keywords(schema: &Value, place: &str) {
    for keyword in schema.as_object().unwrap().keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{place}: {keyword} would not be checked");
    }
}

#[test]
fn every_channel_has_fixtures() {
    for adapter in ADAPTERS {
        let kind = adapter.kind();
        assert!(!fixtures::all(kind, "outbound").is_empty(), "{kind:?} has no outbound fixture");
        let call = Call::post("messages", &[], b"{}");
        if adapter.verify(&fixtures::inbox(kind), &call, 0) != Err(VerifyError::NotCallable) {
            for direction in ["inbound", "signed"] {
                assert!(fixtures::all(kind, direction).len() >= 2, "{kind:?} lacks {direction} fixtures");
            }
        }
    }
}
