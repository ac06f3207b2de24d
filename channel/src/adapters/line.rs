//! LINE: webhooks signed over the raw body, answers by reply token while it is fresh (free of charge) and by push afterwards; the retry
//! key makes a push one message. Source: developers.line.biz/en/reference/messaging-api, read against line-bot-sdk 3.

use crate::config::{address, line, sealed};
use crate::event::{Event, Inbound, InboundAttachment, InboundContact, Opened, Opening, Pressed, Recall, ReplyHandle, Source, What};
use crate::schema::{i18n, object};
use crate::steps::{self, post_json};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Media, Month, Outbound, ParseError, Rate, Received, Refused, RenderError, Step,
    Token, VerifyError, config, crypt, judge, menu, peek, plain, reason,
};
use qn_domain::{Attachment, Button, ChannelKind, Content, Inbox, Language, Message, MessageId, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://api.line.me";
const DATA_HOST: &str = "https://api-data.line.me";
const TEXT_MAX: usize = 4900;
/// One request holds five messages.
const MESSAGES_MAX: usize = 5;
const QUICK_REPLIES_MAX: usize = 13;
const LABEL_CHARS_MAX: usize = 20;
/// A reply token is good for a minute; the last ten seconds are not trusted.
const REPLY_MS: i64 = 50 * 1000;
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;
const PICTURE_BYTES_MAX: u64 = 1024 * 1024;

#[derive(Debug, Clone, Copy)]
pub struct Line;

fn endpoint(inbox: &Inbox, path: &str) -> String {
    format!("{}/{path}", config::base(inbox, "api_base", HOST))
}

/// A lasting token of the settings, or the one that was fetched.
fn bearer(request: Request, inbox: &Inbox, token: &str) -> Request {
    let lasting = config::text(inbox, "channel_access_token");
    request.header("authorization", format!("Bearer {}", if lasting.is_empty() { token } else { lasting }))
}

impl Adapter for Line {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Line
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("LINE 官方账号", "LINE 官方账号的单聊与群聊。"),
            ("LINE official account", "Chats and groups of a LINE official account."),
        );
        let properties = json!({
            "channel_id": line(("渠道 ID", "Messaging API 渠道的 Channel ID；没有长期令牌时用于换取令牌。"), ("Channel id", "Channel ID of the Messaging API channel; fetches tokens where no lasting one is given.")),
            "channel_secret": sealed(("渠道密钥", "Channel secret，用于验证签名。"), ("Channel secret", "The Channel secret: it signs the calls.")),
            "channel_access_token": sealed(("长期访问令牌", "在 LINE 后台签发的长期令牌；留空则自动换取短期令牌。"), ("Lasting access token", "A long-lived token issued in the LINE console; empty fetches short-lived ones.")),
            "bot_user_id": line(("机器人用户 ID", "U 开头，可用 GET /v2/bot/info 查到；填写后，发给别的机器人的回调会被拒绝。"), ("Bot user id", "Begins with U; GET /v2/bot/info tells it. When set, calls that are meant for another bot are refused.")),
            "api_base": address(HOST),
            "data_base": address(DATA_HOST),
        });
        object(words, properties, &["channel_id", "channel_secret"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        let secret = config::secret(inbox, "channel_secret")?;
        let expected = crypt::base64(&crypt::hmac_sha256(secret.as_bytes(), &[call.body]));
        if !crypt::same(call.header("x-line-signature")?, &expected) {
            return Err(VerifyError::BadSignature);
        }
        let own = config::text(inbox, "bot_user_id");
        let body = peek::body(call.body).unwrap_or_default();
        let is_other = !own.is_empty() && body["destination"].as_str() != Some(own);
        if is_other { Err(VerifyError::WrongReceiver) } else { Ok(()) }
    }

    fn parse(&self, _inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let body = peek::body(call.body)?;
        Ok(Received { events: peek::list(&body["events"]).iter().filter_map(event).collect(), answer: Answer::empty() })
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if !plain::leaves(message)? {
            return Ok(Outbound::Nothing);
        }
        let to = context.conversation_key.unwrap_or(context.contact_external_id);
        if to.is_empty() {
            return Err(RenderError::NoAddress);
        }
        let messages = contents(inbox, message, context);
        let batches: Vec<Value> = messages.chunks(MESSAGES_MAX).map(|batch| json!(batch)).collect();
        if let (Some(handle), [only]) = (context.reply_handle, batches.as_slice()) {
            let body = json!({"replyToken": handle, "messages": only});
            let request = |body: &Value, _: &str| bearer(post_json(endpoint(inbox, "v2/bot/message/reply"), body), inbox, context.token);
            return Ok(steps::outbound(message, false, vec![body], request));
        }
        let request = |batch: &Value, key: &str| {
            let body = json!({"to": to, "messages": batch});
            let request = post_json(endpoint(inbox, "v2/bot/message/push"), &body).header("x-line-retry-key", crypt::uuid(key));
            bearer(request, inbox, context.token)
        };
        Ok(steps::outbound(message, true, batches, request))
    }

    /// 409 says that this retry key was taken before: it is sent.
    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        let Ok(response) = attempt else { return judge(attempt) };
        let answer = peek::answer(response).unwrap_or_default();
        let text = answer["message"].as_str().unwrap_or_default();
        let failed = |word: &str| Err(Refused::Failed { reason: word.to_owned() });
        match response.status {
            200..=299 | 409 => Ok(Delivered { external_id: peek::id(&answer["sentMessages"][0]["id"]) }),
            // spent or too old: the next attempt comes when the handle is no longer offered, and pushes
            400 if text.contains("reply token") => Err(Refused::Retry { after_ms: REPLY_MS, reason: "reply_handle_gone".to_owned() }),
            400 if text.contains("to") && text.contains("invalid") => failed("unknown_recipient"),
            400 => failed(&reason::unknown(400)),
            401 => Err(Refused::Token { reason: "token_refused".to_owned() }),
            403 => failed("no_permission"),
            429 if text.contains("monthly limit") => failed("monthly_quota_used"),
            429 => Err(Refused::Retry { after_ms: 5_000, reason: "rate_limited".to_owned() }),
            _ => judge(attempt),
        }
    }

    fn token(&self, inbox: &Inbox, _refused: bool) -> Option<Request> {
        if !config::text(inbox, "channel_access_token").is_empty() {
            return None;
        }
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", config::text(inbox, "channel_id"))
            .append_pair("client_secret", config::text(inbox, "channel_secret"))
            .finish();
        Some(Request::post(endpoint(inbox, "oauth2/v3/token"), form).header("content-type", "application/x-www-form-urlencoded"))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        if matches!(response.status, 400..=403) {
            return Err(Refused::Failed { reason: "bad_credentials".to_owned() });
        }
        let answer = peek::answer(response)?;
        match (answer["access_token"].as_str(), answer["expires_in"].as_i64()) {
            (Some(value), Some(seconds)) if seconds > 0 => Ok(Token::lasting(value, seconds)),
            _ => Err(Refused::unreadable(response)),
        }
    }

    fn media(&self, inbox: &Inbox, id: &str, token: &str) -> Result<Request, RenderError> {
        let base = config::base(inbox, "data_base", DATA_HOST);
        let request = Request::get(format!("{base}/v2/bot/message/{}/content", plain::percent_encode(id)));
        Ok(bearer(Request { response_bytes_max: MEDIA_BYTES_MAX, ..request }, inbox, token))
    }

    /// 202: a long video is not ready yet.
    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        match attempt {
            Ok(response) if response.status == 202 => Err(Refused::Retry { after_ms: 2_000, reason: "platform_busy".to_owned() }),
            Ok(response) if matches!(response.status, 404 | 410) => Err(Refused::Failed { reason: "media_gone".to_owned() }),
            Ok(response) if response.status == 401 => Err(Refused::Token { reason: "token_refused".to_owned() }),
            _ => judge(attempt).map(|_| Media::Here),
        }
    }

    fn file_bytes_max(&self, attachment: &Attachment, base_url: &str) -> Option<u64> {
        picture_limit(attachment, base_url)
    }

    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 2000, burst: 2000, per_contact_per_minute: None })
    }

    /// Pushes count; replies with a token do not.
    fn month(&self, inbox: &Inbox, token: &str) -> Vec<Request> {
        let ask = |path: &str| bearer(Request::get(endpoint(inbox, path)), inbox, token);
        vec![ask("v2/bot/message/quota"), ask("v2/bot/message/quota/consumption")]
    }

    fn read_month(&self, answers: &[Response]) -> Option<Month> {
        let [quota, consumption] = answers else { return None };
        let (quota, consumption) = (peek::answer(quota).ok()?, peek::answer(consumption).ok()?);
        let limit = quota["value"].as_u64().filter(|_| quota["type"] == "limited")?;
        Some(Month { limit, used: consumption["totalUsage"].as_u64()? })
    }

    fn profile(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        let path = format!("v2/bot/profile/{}", plain::percent_encode(external_id));
        Some(bearer(Request::get(endpoint(inbox, &path)), inbox, token))
    }

    fn read_profile(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused> {
        judge(attempt)?;
        let answer = attempt.as_ref().ok().map(peek::answer).transpose()?.unwrap_or_default();
        let external_id = peek::id(&answer["userId"]).ok_or(Refused::Failed { reason: "unknown_recipient".to_owned() })?;
        let language = peek::name(&answer["language"]).map(|tag| Language::from_tag(&tag));
        Ok(InboundContact { external_id, name: peek::name(&answer["displayName"]), language, ..InboundContact::default() })
    }

    fn probe(&self, inbox: &Inbox, token: &str, _now: Timestamp) -> Option<Request> {
        Some(bearer(Request::get(endpoint(inbox, "v2/bot/info")), inbox, token))
    }

    fn register(&self, inbox: &Inbox, webhook_url: &str) -> Option<Request> {
        let lasting = !config::text(inbox, "channel_access_token").is_empty();
        let mut request = post_json(endpoint(inbox, "v2/bot/channel/webhook/endpoint"), &json!({"endpoint": webhook_url}));
        request.method = qn_egress::Method::PUT;
        lasting.then(|| bearer(request, inbox, ""))
    }
}

fn event(event: &Value) -> Option<Event> {
    let (source, at) = (&event["source"], peek::time(&event["timestamp"]).unwrap_or_default());
    let contact = peek::id(&source["userId"])?;
    let group = peek::id(&source["groupId"]).or_else(|| peek::id(&source["roomId"]));
    let key = format!("e:{}", peek::id(&event["webhookEventId"])?);
    let token = event["replyToken"].as_str().filter(|token| !token.is_empty());
    let handle = token.map(|token| ReplyHandle { value: token.to_owned(), expires_at: at + REPLY_MS, once: true });
    let what = match event["type"].as_str()? {
        "message" => {
            let message = &event["message"];
            let (text, attachment) = content(message);
            let mut inbound = inbound(peek::id(&message["id"])?, contact, at);
            inbound.content = Content::text(peek::words(&text));
            inbound.attachments = attachment.into_iter().collect();
            inbound.reply_to = peek::id(&message["quotedMessageId"]);
            What::Message(Box::new(Inbound { conversation_key: group, reply_handle: handle, ..inbound }))
        }
        "postback" => {
            let (message_id, number) = event["postback"]["data"].as_str()?.rsplit_once(':')?;
            let pressed = Pressed { message_id: Some(MessageId::from(message_id.to_owned())), number: number.parse().ok()? };
            let inbound = inbound(peek::id(&event["webhookEventId"])?, contact, at);
            What::Message(Box::new(Inbound { conversation_key: group, reply_handle: handle, pressed: Some(pressed), ..inbound }))
        }
        "unsend" => What::Recall(Recall { contact, message_id: peek::id(&event["unsend"]["messageId"])? }),
        "follow" => What::Opened(Opened { contact, by: Opening::Follow, at, handle, scene: None }),
        _ => return None,
    };
    Some(Event { key, what })
}

fn inbound(message_id: String, external_id: String, at: Timestamp) -> Inbound {
    let contact = InboundContact { external_id, ..InboundContact::default() };
    Inbound { message_id, contact, sent_at: Some(at), opens: Some(Opening::Message), ..Inbound::default() }
}

fn content(message: &Value) -> (String, Option<InboundAttachment>) {
    let kind = message["type"].as_str().unwrap_or_default();
    let file = |name: &str| match message["contentProvider"]["originalContentUrl"].as_str() {
        Some(url) => Some(InboundAttachment { name: name.to_owned(), source: Source::Url(url.to_owned()) }),
        None => peek::id(&message["id"]).map(|id| InboundAttachment { name: name.to_owned(), source: Source::Media(id) }),
    };
    match kind {
        "text" => (message["text"].as_str().unwrap_or_default().to_owned(), None),
        "image" => (String::new(), file("image.jpg")),
        "video" => (String::new(), file("video.mp4")),
        "audio" => (String::new(), file("voice.m4a")),
        "file" => (String::new(), file(&peek::name(&message["fileName"]).unwrap_or_else(|| "file".to_owned()))),
        "location" => {
            let part = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            (format!("📍 {} {} ({}, {})", part("title"), part("address"), message["latitude"], message["longitude"]), None)
        }
        "sticker" => {
            let words: Vec<&str> = peek::list(&message["keywords"]).iter().filter_map(Value::as_str).take(3).collect();
            (format!("[sticker] {}", words.join(" ")).trim().to_owned(), None)
        }
        other => (format!("[{}]", qn_base::text::line(other, 40)), None),
    }
}

fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Vec<Value> {
    let content = &message.content;
    let buttons: Vec<&Button> = menu::pressable(&content.buttons).collect();
    let own_buttons = (1..=QUICK_REPLIES_MAX).contains(&buttons.len());
    // only pictures under https are shown by the platform
    let (pictures, rest): (Vec<_>, Vec<_>) = content.attachments.iter().cloned().partition(|file| is_picture(file, context.base_url));
    let mut shown = message.clone();
    shown.content.attachments = rest;
    let text = plain::text(inbox, &shown, context, plain::Shape { own_buttons, own_files: false });
    let pieces = plain::capped(plain::split(&text, TEXT_MAX, plain::utf16), MESSAGES_MAX, context.conversation.language);
    let mut messages: Vec<Value> = pieces.iter().map(|piece| json!({"type": "text", "text": piece})).collect();
    for picture in &pictures {
        let url = plain::file_url(picture, context.base_url);
        messages.push(json!({"type": "image", "originalContentUrl": url, "previewImageUrl": url}));
    }
    if let (true, Some(last)) = (own_buttons, messages.last_mut()) {
        let item = |(i, button): (usize, &&Button)| {
            let label = plain::cut(&button.label, LABEL_CHARS_MAX);
            let data = format!("{}:{}", message.id, i + 1);
            json!({"type": "action", "action": {"type": "postback", "label": label, "data": data, "displayText": button.label}})
        };
        last["quickReply"] = json!({"items": buttons.iter().enumerate().map(item).collect::<Vec<_>>()});
    }
    messages
}

fn is_picture(file: &Attachment, base_url: &str) -> bool {
    picture_limit(file, base_url).is_some_and(|max| file.size_bytes <= max)
}

/// The picture is its own preview, which may have a mebibyte.
fn picture_limit(file: &Attachment, base_url: &str) -> Option<u64> {
    let is_shown = base_url.starts_with("https://") && matches!(file.media_type.as_str(), "image/jpeg" | "image/png");
    is_shown.then_some(PICTURE_BYTES_MAX)
}
