//! Telegram bots: updates come by webhook with a secret header, or are polled where no public address exists. Buttons are the
//! platform's own. Source: core.telegram.org/bots/api, read against python-telegram-bot 22.

mod picture;
mod send;

use crate::config::{address, choice, sealed};
use crate::event::{Event, Inbound, InboundAttachment, InboundContact, Opening, Pressed, Source};
use crate::schema::{i18n, object};
use crate::steps::{self, post_json};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Media, Outbound, ParseError, Poll, Proof, PullFrom, Pulled, Rate, Received, Refused,
    RenderError, Step, VerifyError, config, crypt, judge, peek, plain, reason,
};
use qn_domain::{Attachment, ChannelKind, Content, Inbox, Language, Message, MessageId, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://api.telegram.org";
/// Bots may fetch no more.
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;
const POLL_S: u64 = 25;
const STREAM: &str = "updates";

#[derive(Debug, Clone, Copy)]
pub struct Telegram;

/// The token is part of the path: these addresses are never to be shown.
fn method(inbox: &Inbox, name: &str) -> String {
    format!("{}/bot{}/{name}", config::base(inbox, "api_base", HOST), config::text(inbox, "bot_token"))
}

impl Adapter for Telegram {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("Telegram 机器人", "通过 BotFather 创建的机器人，私聊与群聊。"),
            ("Telegram bot", "A bot made with BotFather, in private chats and groups."),
        );
        let properties = json!({
            "bot_token": sealed(("机器人令牌", "BotFather 给出的 token。"), ("Bot token", "The token that BotFather gave.")),
            "secret_token": sealed(("回调密钥", "setWebhook 时设置的 secret_token；webhook 接收时必填。"), ("Webhook secret", "The secret_token of setWebhook; needed to receive by webhook.")),
            "receive": choice(&["poll", "webhook"], "poll", ("接收方式", "poll 不需要公网地址；webhook 由 Telegram 回调本系统。"), ("How to receive", "poll needs no public address; with webhook Telegram calls us.")),
            "api_base": address(HOST),
        });
        object(words, properties, &["bot_token"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        let secret = config::secret(inbox, "secret_token")?;
        let given = call.header("x-telegram-bot-api-secret-token")?;
        if crypt::same(given, secret) { Ok(()) } else { Err(VerifyError::BadSignature) }
    }

    /// The answer may be a call of its own: it stops the waiting mark of a pressed button.
    fn parse(&self, _inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let update = peek::body(call.body)?;
        let answer = match peek::id(&update["callback_query"]["id"]) {
            Some(id) => Answer::json(&json!({"method": "answerCallbackQuery", "callback_query_id": id})),
            None => Answer::empty(),
        };
        Ok(Received { events: event(&update).into_iter().collect(), answer })
    }

    fn poll(&self, inbox: &Inbox) -> Option<Poll> {
        (config::text(inbox, "receive") != "webhook").then(|| Poll { stream: STREAM.to_owned(), idle_ms: 0 })
    }

    fn pull(&self, inbox: &Inbox, from: &PullFrom<'_>, _token: &str) -> Result<Request, RenderError> {
        let mut body = json!({"timeout": POLL_S, "limit": 100, "allowed_updates": ["message", "edited_message", "callback_query"]});
        if let Some(offset) = from.cursor.and_then(|cursor| cursor.parse::<i64>().ok()) {
            body["offset"] = json!(offset);
        }
        Ok(Request {
            timeout_ms: (POLL_S + 15) * 1000,
            response_bytes_max: MEDIA_BYTES_MAX,
            ..post_json(method(inbox, "getUpdates"), &body)
        })
    }

    fn pulled(&self, _inbox: &Inbox, _stream: &str, attempt: &Result<Response, EgressError>) -> Result<Pulled, Refused> {
        let result = accepted(attempt)?;
        let updates = peek::list(&result);
        let last = updates.iter().filter_map(|update| update["update_id"].as_i64()).max();
        Ok(Pulled {
            events: updates.iter().filter_map(event).collect(),
            cursor: last.map(|id| (id + 1).to_string()),
            has_more: updates.len() >= 100,
        })
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if !plain::leaves(message)? {
            return Ok(Outbound::Nothing);
        }
        let chat = context.conversation_key.unwrap_or(context.contact_external_id);
        if chat.is_empty() {
            return Err(RenderError::NoAddress);
        }
        let step = |(index, said): (usize, send::Said<'_>)| Step {
            key: steps::key(message, index),
            idempotent: false,
            request: said.request(|name| method(inbox, name)),
        };
        let steps: Vec<Step> = send::contents(inbox, message, context, chat).into_iter().enumerate().map(step).collect();
        Ok(if steps.is_empty() { Outbound::Nothing } else { Outbound::Steps(steps) })
    }

    fn file_bytes_max(&self, _attachment: &Attachment, _base_url: &str) -> Option<u64> {
        Some(send::DOCUMENT_BYTES_MAX)
    }

    /// There is no upload beside a message, and a file behind an address of ours is taken only where we have a public one.
    fn carries(&self, attachment: &Attachment) -> bool {
        attachment.size_bytes <= send::DOCUMENT_BYTES_MAX
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        let message = accepted(attempt)?;
        let id = peek::id(&message["chat"]["id"]).zip(peek::id(&message["message_id"]));
        Ok(Delivered { external_id: id.map(|(chat, id)| format!("{chat}:{id}")) })
    }

    /// A bot may delete what it sent within 48 hours.
    fn recall(&self, inbox: &Inbox, external_id: &str, _token: &str) -> Option<Request> {
        let (chat, number) = external_id.rsplit_once(':')?;
        let number: i64 = number.parse().ok()?;
        Some(post_json(method(inbox, "deleteMessage"), &json!({"chat_id": chat, "message_id": number})))
    }

    fn read_recall(&self, attempt: &Result<Response, EgressError>) -> Result<(), Refused> {
        let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).unwrap_or_default();
        let text = answer["description"].as_str().unwrap_or_default().to_ascii_lowercase();
        match accepted(attempt) {
            Err(_) if text.contains("message to delete not found") => Ok(()),
            Err(_) if text.contains("can't be deleted") => Err(Refused::Failed { reason: "recall_refused".to_owned() }),
            done => done.map(drop),
        }
    }

    fn media(&self, inbox: &Inbox, id: &str, _token: &str) -> Result<Request, RenderError> {
        Ok(post_json(method(inbox, "getFile"), &json!({"file_id": id})))
    }

    fn read_media(&self, inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        let path =
            attempt.as_ref().ok().and_then(|r| peek::answer(r).ok()).and_then(|a| a["result"]["file_path"].as_str().map(str::to_owned));
        let Some(path) = path else {
            return match accepted(attempt) {
                Err(refused @ Refused::Failed { .. }) => Err(refused),
                _ => judge(attempt).map(|_| Media::Here),
            };
        };
        let path: Vec<String> = path.split('/').map(plain::percent_encode).collect();
        let base = config::base(inbox, "api_base", HOST);
        let url = format!("{base}/file/bot{}/{}", config::text(inbox, "bot_token"), path.join("/"));
        Ok(Media::Then(Box::new(Request { response_bytes_max: MEDIA_BYTES_MAX, ..Request::get(url) })))
    }

    /// 30 messages a second in all, about one a second in one chat.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 30, burst: 30, per_contact_per_minute: Some(60) })
    }

    fn probe(&self, inbox: &Inbox, _token: &str, _now: Timestamp) -> Option<Request> {
        Some(post_json(method(inbox, "getMe"), &json!({})))
    }

    fn read_probe(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<Proof, Refused> {
        accepted(attempt).map(|_| Proof::Whole)
    }

    fn register(&self, inbox: &Inbox, webhook_url: &str) -> Option<Request> {
        let secret = config::text(inbox, "secret_token");
        let wanted = config::text(inbox, "receive") == "webhook" && !secret.is_empty();
        let body = json!({"url": webhook_url, "secret_token": secret, "allowed_updates": ["message", "edited_message", "callback_query"]});
        wanted.then(|| post_json(method(inbox, "setWebhook"), &body))
    }
}

/// An edit is a message of its own: what it says now is what counts.
fn event(update: &Value) -> Option<Event> {
    if update["callback_query"].is_object() {
        return pressed(&update["callback_query"]);
    }
    let edited = update["edited_message"].is_object();
    let message = if edited { &update["edited_message"] } else { &update["message"] };
    let chat = &message["chat"];
    let mut message_id = format!("{}:{}", peek::id(&chat["id"])?, peek::id(&message["message_id"])?);
    if edited {
        message_id = format!("{message_id}:{}", peek::id(&message["edit_date"])?);
    }
    let (text, attachment) = content(message);
    let phone = &message["contact"];
    let mut contact = contact(&message["from"])?;
    // a person's own number, shared with a button; somebody else's card has another user id
    if phone["user_id"].is_i64() && phone["user_id"] == message["from"]["id"] {
        contact.phone = peek::name(&phone["phone_number"]);
    }
    Some(Event::message(Inbound {
        message_id,
        contact,
        conversation_key: if chat["type"] == "private" { None } else { peek::id(&chat["id"]) },
        content: Content::text(peek::words(&text)),
        attachments: attachment.into_iter().collect(),
        sent_at: peek::time(&message["date"]),
        reply_to: peek::id(&message["reply_to_message"]["message_id"]).zip(peek::id(&chat["id"])).map(|(id, chat)| format!("{chat}:{id}")),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

fn contact(from: &Value) -> Option<InboundContact> {
    let names = [&from["first_name"], &from["last_name"]].into_iter().filter_map(peek::name).collect::<Vec<_>>().join(" ");
    let mut contact = InboundContact {
        external_id: peek::id(&from["id"])?,
        name: Some(names).filter(|name| !name.is_empty()),
        language: peek::name(&from["language_code"]).map(|tag| Language::from_tag(&tag)),
        ..InboundContact::default()
    };
    if let Some(username) = peek::name(&from["username"]) {
        contact.attributes.insert("telegram_username".to_owned(), json!(username));
    }
    Some(contact)
}

fn pressed(query: &Value) -> Option<Event> {
    let (message_id, number) = query["data"].as_str()?.rsplit_once(':')?;
    let chat = &query["message"]["chat"];
    Some(Event::message(Inbound {
        message_id: format!("q:{}", peek::id(&query["id"])?),
        contact: contact(&query["from"])?,
        conversation_key: if chat["type"] == "private" { None } else { peek::id(&chat["id"]) },
        pressed: Some(Pressed { message_id: Some(MessageId::from(message_id.to_owned())), number: number.parse().ok()? }),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

fn content(message: &Value) -> (String, Option<InboundAttachment>) {
    let caption = message["caption"].as_str().unwrap_or_default().to_owned();
    let file = |part: &Value, name: String| peek::id(&part["file_id"]).map(|id| InboundAttachment { name, source: Source::Media(id) });
    let named = |part: &Value, fallback: &str| peek::name(&part["file_name"]).unwrap_or_else(|| fallback.to_owned());
    if let Some(text) = message["text"].as_str() {
        return (text.to_owned(), None);
    }
    // sizes of one picture, the largest last
    if let Some(photo) = peek::list(&message["photo"]).last() {
        return (caption, file(photo, "image.jpg".to_owned()));
    }
    for (kind, fallback) in
        [("document", "file"), ("video", "video.mp4"), ("audio", "audio.mp3"), ("voice", "voice.ogg"), ("video_note", "video.mp4")]
    {
        let part = &message[kind];
        if part.is_object() {
            return (caption, file(part, named(part, fallback)));
        }
    }
    let sticker = &message["sticker"];
    if sticker.is_object() {
        return (sticker["emoji"].as_str().unwrap_or("[sticker]").to_owned(), None);
    }
    let place = &message["location"];
    if place.is_object() {
        let name = message["venue"]["title"].as_str().unwrap_or_default();
        return (format!("📍 {name} ({}, {})", place["latitude"], place["longitude"]), None);
    }
    let card = &message["contact"];
    if card.is_object() {
        return (
            format!("☎ {} {}", card["first_name"].as_str().unwrap_or_default(), card["phone_number"].as_str().unwrap_or_default()),
            None,
        );
    }
    (caption, None)
}

/// `result` of `{ok: true, result}`.
fn accepted(attempt: &Result<Response, EgressError>) -> Result<Value, Refused> {
    let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).filter(|answer| answer["ok"].is_boolean());
    let Some(mut answer) = answer else {
        judge(attempt)?;
        return Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() });
    };
    if answer["ok"] == true {
        return Ok(answer["result"].take());
    }
    let text = answer["description"].as_str().unwrap_or_default().to_ascii_lowercase();
    let failed = |word: &str| Err(Refused::Failed { reason: word.to_owned() });
    match answer["error_code"].as_i64().unwrap_or_default() {
        429 => {
            let after_s = answer["parameters"]["retry_after"].as_i64().unwrap_or(5).clamp(1, 3600);
            Err(Refused::Retry { after_ms: after_s * 1000, reason: "rate_limited".to_owned() })
        }
        401 | 404 => failed("bad_credentials"),
        403 => failed("recipient_blocked_us"),
        400 if text.contains("chat not found") || text.contains("user not found") => failed("unknown_recipient"),
        400 if text.contains("too long") => failed("too_long"),
        400 if text.contains("file is too big") => failed("file_too_large"),
        400 if text.contains("wrong file") || text.contains("failed to get http url") => failed("media_gone"),
        code @ 500..=599 => Err(Refused::Retry { after_ms: 0, reason: format!("http_{code}") }),
        code => failed(&reason::unknown(code)),
    }
}
