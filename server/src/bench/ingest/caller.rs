//! Platforms as callers: for each, the settings of an inbox and the n-th signed call, or text of a session, with one text. WeCom's callback
//! carries no message (it is pulled): its row counts callbacks. Our own signed channel is asked to answer once a message is kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_base::Timestamp;
use qn_channel::Signer;
use qn_channel::adapters::wechat::CallbackKeys;
use qn_domain::{ChannelKind, Inbox};
use ring::{digest, hmac};
use serde_json::{Value, json};

/// Customers that write.
const CONTACTS: u64 = 1_000;
const SECRET: &str = "bench-secret-of-32-characters-abc";

/// A question that the bot finds an article for and asks its model about; each is another, so that no answer is remembered.
fn question(n: u64) -> String {
    format!("怎么申请退货?订单 {n}")
}

/// One call as it goes over the wire.
pub struct SignedCall {
    pub query: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// How a platform brings its n-th message.
#[derive(Clone, Copy)]
pub enum Way {
    /// In a call of its own, signed as the platform signs.
    Call(fn(&Inbox, u64, Timestamp) -> SignedCall),
    /// In the session that the server holds with it: a `deliver_sm` without its head.
    Session(fn(u64) -> Vec<u8>),
}

#[derive(Clone, Copy)]
pub struct Caller {
    pub kind: ChannelKind,
    settings: fn() -> Value,
    pub way: Way,
}

impl Caller {
    /// Of an inbox whose platform is at this address, `host:port`.
    pub fn settings_at(&self, platform: &str) -> Value {
        let mut settings = (self.settings)();
        match self.kind {
            ChannelKind::Api => {}
            ChannelKind::Sms => settings["send_url"] = json!(format!("http://{platform}/send")),
            ChannelKind::Smpp => settings["port"] = json!(platform.rsplit(':').next().and_then(|port| port.parse::<u16>().ok())),
            _ => settings["api_base"] = json!(format!("http://{platform}")),
        }
        settings
    }

    /// What follows the inbox's address; a platform's own calls arrive at the address itself.
    pub fn endpoint(&self) -> &'static str {
        if self.kind == ChannelKind::Api { "/messages" } else { "" }
    }
}

pub const ALL: &[Caller] = &[
    Caller { kind: ChannelKind::WechatOfficial, settings: wechat_settings, way: Way::Call(wechat) },
    Caller { kind: ChannelKind::Dingtalk, settings: dingtalk_settings, way: Way::Call(dingtalk) },
    Caller { kind: ChannelKind::Feishu, settings: feishu_settings, way: Way::Call(feishu) },
    Caller { kind: ChannelKind::Telegram, settings: telegram_settings, way: Way::Call(telegram) },
    Caller { kind: ChannelKind::Whatsapp, settings: whatsapp_settings, way: Way::Call(whatsapp) },
    Caller { kind: ChannelKind::Line, settings: line_settings, way: Way::Call(line) },
    Caller { kind: ChannelKind::WechatMiniProgram, settings: wechat_settings, way: Way::Call(mini_program) },
    Caller { kind: ChannelKind::WecomKf, settings: wecom_settings, way: Way::Call(wecom) },
    Caller { kind: ChannelKind::Sms, settings: sms_settings, way: Way::Call(sms) },
    Caller { kind: ChannelKind::Api, settings: api_settings, way: Way::Call(api) },
    Caller { kind: ChannelKind::Smpp, settings: smpp_settings, way: Way::Session(smpp) },
];

fn json_call(headers: Vec<(&'static str, String)>, body: &Value) -> SignedCall {
    let kind = ("content-type", "application/json".to_owned());
    SignedCall { query: String::new(), headers: headers.into_iter().chain([kind]).collect(), body: body.to_string() }
}

fn hmac_sha256(text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wechat_settings() -> Value {
    json!({"app_id": "wx1", "app_secret": SECRET, "token": SECRET})
}

/// Plain mode: SHA-1 over token, timestamp and nonce.
fn wechat_query(n: u64, now: Timestamp) -> String {
    let (timestamp, nonce) = ((now / 1000).to_string(), n.to_string());
    let mut parts = [SECRET, &timestamp, &nonce];
    parts.sort_unstable();
    let sum = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    let signature = hex(sum.as_ref());
    format!("signature={signature}&timestamp={timestamp}&nonce={nonce}&openid=o{}", n % CONTACTS)
}

fn wechat(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let timestamp = now / 1000;
    SignedCall {
        query: wechat_query(n, now),
        headers: vec![("content-type", "text/xml".to_owned())],
        body: format!(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o{}]]></FromUserName><CreateTime>{timestamp}</CreateTime>\
             <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{}]]></Content><MsgId>{n}</MsgId></xml>",
            n % CONTACTS,
            question(n)
        ),
    }
}

fn dingtalk_settings() -> Value {
    json!({"client_id": "ding1", "client_secret": SECRET, "receive": "http"})
}

fn dingtalk(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let sign = STANDARD.encode(hmac_sha256(&format!("{now}\n{SECRET}")));
    let body = json!({
        "conversationId": format!("cid{}", n % CONTACTS), "conversationType": "1", "chatbotUserId": "bot", "msgId": format!("msg{n}"),
        "senderNick": "王小明", "senderStaffId": format!("staff{}", n % CONTACTS), "senderId": "s", "createAt": now, "robotCode": "ding1",
        "msgtype": "text", "text": {"content": question(n)},
    });
    json_call(vec![("timestamp", now.to_string()), ("sign", sign)], &body)
}

fn feishu_settings() -> Value {
    json!({"app_id": "cli_1", "app_secret": SECRET, "verification_token": SECRET, "receive": "http"})
}

fn feishu(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let sender = format!("ou_{}", n % CONTACTS);
    let body = json!({
        "schema": "2.0",
        "header": {"event_id": format!("ev{n}"), "event_type": "im.message.receive_v1", "create_time": now.to_string(), "token": SECRET,
            "app_id": "cli_1", "tenant_key": "t"},
        "event": {
            "sender": {"sender_id": {"open_id": sender, "union_id": format!("on_{}", n % CONTACTS)}, "sender_type": "user"},
            "message": {"message_id": format!("om_{n}"), "create_time": now.to_string(), "chat_id": format!("oc_{}", n % CONTACTS),
                "chat_type": "p2p", "message_type": "text", "content": json!({"text": question(n)}).to_string()},
        },
    });
    json_call(vec![], &body)
}

fn telegram_settings() -> Value {
    json!({"bot_token": "1:t", "secret_token": SECRET, "receive": "webhook"})
}

fn telegram(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let who = n % CONTACTS + 1;
    let from = json!({"id": who, "is_bot": false, "first_name": "Anna", "language_code": "zh-hans"});
    let message =
        json!({"message_id": n + 1, "date": now / 1000, "chat": {"id": who, "type": "private"}, "from": from, "text": question(n)});
    json_call(vec![("x-telegram-bot-api-secret-token", SECRET.to_owned())], &json!({"update_id": n, "message": message}))
}

fn whatsapp_settings() -> Value {
    json!({"phone_number_id": "1", "access_token": SECRET, "app_secret": SECRET, "verify_token": SECRET})
}

fn whatsapp(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let who = format!("49151{:07}", n % CONTACTS);
    let message = json!({"id": format!("wamid.{n}"), "from": who, "timestamp": (now / 1000).to_string(), "type": "text", "text": {"body": question(n)}});
    let value = json!({
        "messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
        "contacts": [{"wa_id": who, "profile": {"name": "Anna"}}], "messages": [message],
    });
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "e", "changes": [{"field": "messages", "value": value}]}]});
    let sign = format!("sha256={}", hex(hmac_sha256(&body.to_string()).as_ref()));
    json_call(vec![("x-hub-signature-256", sign)], &body)
}

fn line_settings() -> Value {
    json!({"channel_id": "1", "channel_secret": SECRET, "channel_access_token": SECRET})
}

fn line(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let event = json!({
        "type": "message", "webhookEventId": format!("01H{n}"), "timestamp": now, "replyToken": format!("r{n}"),
        "source": {"type": "user", "userId": format!("U{}", n % CONTACTS)}, "deliveryContext": {"isRedelivery": false},
        "message": {"type": "text", "id": format!("{n}"), "text": question(n)},
    });
    let body = json!({"destination": "U", "events": [event]});
    let sign = STANDARD.encode(hmac_sha256(&body.to_string()));
    json_call(vec![("x-line-signature", sign)], &body)
}

/// The mini-program pushes JSON.
fn mini_program(_: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let body = json!({"ToUserName": "gh_2", "FromUserName": format!("m{}", n % CONTACTS), "CreateTime": now / 1000, "MsgType": "text",
        "Content": question(n), "MsgId": n});
    SignedCall { query: wechat_query(n, now), ..json_call(vec![], &body) }
}

fn wecom_settings() -> Value {
    json!({"corp_id": "ww1", "secret": SECRET, "token": SECRET, "encoding_aes_key": "a".repeat(43), "open_kfid": "wk1"})
}

/// Safe mode: the callback says that something is there.
fn wecom(inbox: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let text = format!(
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[t{n}]]></Token><OpenKfId><![CDATA[wk1]]></OpenKfId></xml>",
        now / 1000
    );
    let mut random = [0u8; 16];
    random[..8].copy_from_slice(&n.to_be_bytes());
    let sealed = CallbackKeys::of(inbox, "corp_id").ok().and_then(|keys| keys.seal(text.as_bytes(), random, now));
    let (query, encrypt) = sealed.map_or_else(Default::default, |s| {
        (format!("msg_signature={}&timestamp={}&nonce={}", s.signature, s.timestamp, s.nonce), s.encrypt)
    });
    let body = format!("<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    SignedCall { query, headers: vec![("content-type", "text/xml".to_owned())], body }
}

fn sms_settings() -> Value {
    json!({"provider": "generic", "send_url": "http://127.0.0.1:9/send"})
}

fn sms(inbox: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let body = json!({"message_id": format!("sms{n}"), "from": format!("+861391086{:04}", n % CONTACTS), "text": question(n)});
    webhook(inbox, &format!("sms{n}"), &body, now)
}

fn api_settings() -> Value {
    json!({})
}

fn api(inbox: &Inbox, n: u64, now: Timestamp) -> SignedCall {
    let contact = json!({"external_id": format!("u{}", n % CONTACTS)});
    let body = json!({"message_id": format!("api{n}"), "contact": contact, "text": question(n)});
    let mut call = webhook(inbox, &format!("api{n}"), &body, now);
    call.headers.push(("prefer", "respond-async".to_owned()));
    call
}

fn smpp_settings() -> Value {
    json!({"host": "127.0.0.1", "system_id": "bench", "per_second": 1_000, "window": 100})
}

/// UCS-2, from an international number to a short one.
fn smpp(n: u64) -> Vec<u8> {
    let words: Vec<u8> = question(n).encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut body = format!("\0\x01\x01861391086{:04}\0\0\x0110690001\0", n % CONTACTS).into_bytes();
    // Class, protocol, priority, two times, receipt and replacement; then the alphabet, no canned message, and how long the words are.
    body.extend([0, 0, 0, 0, 0, 0, 0, 8, 0, u8::try_from(words.len()).unwrap_or(0)]);
    body.extend(words);
    body
}

/// Standard Webhooks, by the inbox's own secret.
fn webhook(inbox: &Inbox, id: &str, body: &Value, now: Timestamp) -> SignedCall {
    let mut call = json_call(vec![], body);
    let signed = Signer::new(&inbox.secret).map(|signer| signer.headers(id, now, call.body.as_bytes()));
    let names = [qn_channel::signing::HEADER_ID, qn_channel::signing::HEADER_TIMESTAMP, qn_channel::signing::HEADER_SIGNATURE];
    call.headers.extend(names.into_iter().zip(signed.into_iter().flatten().map(|(_, value)| value)));
    call
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_channel::{ADAPTERS, Call, VerifyError};
    use std::collections::HashSet;

    #[test]
    fn every_kind_that_platforms_call_is_measured_and_so_is_smpp() {
        let inbox = |kind| crate::bench::ingest::inbox("tnt_1".into(), kind, json!({}), 0);
        let call = Call::post("messages", &[], b"{}");
        let is_called = |kind: ChannelKind| qn_channel::find(kind).verify(&inbox(kind), &call, 0) != Err(VerifyError::NotCallable);
        let mut called: HashSet<_> = ADAPTERS.iter().map(|adapter| adapter.kind()).filter(|kind| is_called(*kind)).collect();
        called.insert(ChannelKind::Smpp);
        assert_eq!(ALL.iter().map(|caller| caller.kind).collect::<HashSet<_>>(), called);
    }

    #[test]
    fn the_settings_of_each_fit_its_channel() {
        for caller in ALL {
            qn_channel::find(caller.kind).check_settings(&caller.settings_at("127.0.0.1:4000")).unwrap();
        }
    }
}
