//! The test button of gateways for text messages: what is asked, and what the answers prove.

use crate::fixtures;
use qn_channel::{Proof, Signer, find};
use qn_domain::{ChannelKind, Inbox};
use qn_egress::{EgressError, HeaderMap, Response};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000_250;

fn inbox(settings: Value) -> Inbox {
    Inbox { channel_settings: settings, ..fixtures::inbox(ChannelKind::Sms) }
}

fn aliyun() -> Inbox {
    inbox(json!({"provider": "aliyun", "account": "LTAI", "account_secret": "as", "sender": "青鸟", "template_code": "SMS_1",
        "callback_key": "0123456789abcdef"}))
}

fn generic() -> Inbox {
    inbox(json!({"provider": "generic", "send_url": "https://sms.example/send"}))
}

fn answer(status: u16, body: &Value) -> Result<Response, EgressError> {
    Ok(Response { status, headers: HeaderMap::new(), body: body.to_string().into() })
}

/// `whole`, the word of a part, or why it failed.
fn proved(inbox: &Inbox, attempt: &Result<Response, EgressError>) -> String {
    match find(ChannelKind::Sms).read_probe(inbox, attempt) {
        Ok(Proof::Whole) => "whole".to_owned(),
        Ok(Proof::Part(word)) => format!("part: {word}"),
        Err(refused) => refused.reason().to_owned(),
    }
}

#[test]
fn aliyun_is_asked_for_the_template_under_a_signature_of_its_own_time() {
    let sms = find(ChannelKind::Sms);
    let request = sms.probe(&aliyun(), "", NOW).unwrap();
    assert_eq!(request.url, "https://dysmsapi.aliyuncs.com/?TemplateCode=SMS_1");
    let header = |name: &str| request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap();
    assert_eq!(header("x-acs-action"), "QuerySmsTemplate");
    assert!(header("authorization").starts_with("ACS3-HMAC-SHA256 Credential=LTAI,SignedHeaders=host;x-acs-action;"));
    let later = sms.probe(&aliyun(), "", NOW + 1000).unwrap();
    assert_ne!(later.headers, request.headers, "the same test twice would be refused as a replay");
}

#[test]
fn what_aliyun_answers_is_told_apart() {
    for (status, body, expected) in [
        (200, json!({"Code": "OK", "TemplateCode": "SMS_1", "TemplateStatus": 1}), "whole"),
        (200, json!({"Code": "OK", "TemplateCode": "SMS_1", "TemplateStatus": 0}), "template_refused"),
        (200, json!({"Code": "isv.SMS_TEMPLATE_ILLEGAL"}), "template_refused"),
        (404, json!({"Code": "InvalidAccessKeyId.NotFound"}), "bad_credentials"),
        (400, json!({"Code": "SignatureDoesNotMatch"}), "bad_credentials"),
        (403, json!({"Code": "NoPermission"}), "part: template_unseen"),
        (502, json!("bad gateway"), "http_502"),
        (200, json!({"hello": 1}), "unreadable_answer"),
    ] {
        assert_eq!(proved(&aliyun(), &answer(status, &body)), expected, "{status} {body}");
    }
}

#[test]
fn a_gateway_is_asked_without_a_text_and_only_its_address_is_proved() {
    let request = find(ChannelKind::Sms).probe(&generic(), "", NOW).unwrap();
    assert_eq!((request.method.as_str(), request.url.as_str()), ("HEAD", "https://sms.example/send"));
    assert!(request.body.is_empty());
    let headers: Vec<(&str, &[u8])> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    assert!(Signer::new(fixtures::SECRET).unwrap().verify(&headers, b"", NOW).is_ok());
    for (status, expected) in
        [(204, "part: only_reached"), (405, "part: only_reached"), (401, "bad_credentials"), (404, "wrong_address"), (503, "http_503")]
    {
        assert_eq!(proved(&generic(), &answer(status, &Value::Null)), expected, "{status}");
    }
    assert_eq!(proved(&generic(), &Err(EgressError::Timeout { timeout_ms: 1 })), "timeout");
}
