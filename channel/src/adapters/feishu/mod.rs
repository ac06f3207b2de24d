//! Feishu 飞书 and Lark bots: events come by signed, optionally sealed HTTP calls or over a long connection of ours; answers go out as
//! texts, files and cards with buttons. Source: open.feishu.cn, read against the SDK lark-oapi 1.7.5.

mod envelope;
mod frame;
mod inbound;
mod send;
mod stream;

use crate::config::{address, choice, line, sealed};
use crate::multipart::{self, Part, field};
use crate::schema::{i18n, object};
use crate::steps::post_json;
use crate::{
    Adapter, Call, Delivered, DeliveryContext, InboundContact, Media, Outbound, ParseError, Rate, Received, Refused, RenderError, Step,
    StreamProtocol, Token, UploadFile, VerifyError, config, judge, peek, plain,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://open.feishu.cn";
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;
/// A larger picture goes as a file.
const IMAGE_BYTES_MAX: u64 = 10 * 1024 * 1024;
const FILE_BYTES_MAX: u64 = 30 * 1024 * 1024;

#[derive(Debug, Clone, Copy)]
pub struct Feishu;

fn base(inbox: &Inbox) -> &str {
    config::base(inbox, "api_base", HOST)
}

fn is_image(attachment: &Attachment) -> bool {
    matches!(attachment.media_type.as_str(), "image/jpeg" | "image/png" | "image/gif" | "image/webp" | "image/bmp")
        && attachment.size_bytes <= IMAGE_BYTES_MAX
}

impl Adapter for Feishu {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Feishu
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("飞书 / Lark 机器人", "自建应用机器人的单聊与群聊，可用事件回调或长连接接收。"),
            ("Feishu / Lark bot", "The bot of a self-built app, alone or in groups; received by event calls or over a long connection."),
        );
        let properties = json!({
            "app_id": line(("应用 App ID", "开放平台应用凭证中的 App ID。"), ("App id", "The App ID of the app's credentials.")),
            "app_secret": sealed(("应用密钥", "开放平台应用凭证中的 App Secret。"), ("App secret", "The App Secret of the app's credentials.")),
            "receive": choice(&["stream", "http"], "stream", ("接收方式", "stream 为长连接，不需要公网地址；http 由飞书回调本系统。"), ("How to receive", "stream is a long connection and needs no public address; with http Feishu calls us.")),
            "encrypt_key": sealed(("加密密钥", "事件订阅的 Encrypt Key，用于解密与验签。http 接收时必填其一，建议填写。"), ("Encrypt key", "The Encrypt Key of the event settings: it seals and signs. With http, this or the verification token is needed; this is better.")),
            "verification_token": sealed(("验证令牌", "事件订阅的 Verification Token。"), ("Verification token", "The Verification Token of the event settings.")),
            "api_base": address(HOST),
        });
        object(words, properties, &["app_id", "app_secret"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        envelope::verify(inbox, call, now)
    }

    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let body = envelope::open(inbox, call.bounded_body()?)
            .map_err(|_| ParseError::Unreadable { reason: "a sealed part that does not open" })?;
        Ok(inbound::read(&body))
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        send::render(inbox, message, context)
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        send::accepted(attempt).map(|data| Delivered { external_id: peek::id(&data["message_id"]) })
    }

    /// Within the time that the company's own administrators set there, a day at first.
    fn recall(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        let mut request = Request::get(format!("{}/open-apis/im/v1/messages/{}", base(inbox), plain::percent_encode(external_id)));
        request.method = qn_egress::Method::DELETE;
        Some(request.header("authorization", format!("Bearer {token}")))
    }

    fn read_recall(&self, attempt: &Result<Response, EgressError>) -> Result<(), Refused> {
        send::recalled(attempt)
    }

    fn token(&self, inbox: &Inbox, _refused: bool) -> Option<Request> {
        let body = json!({"app_id": config::text(inbox, "app_id"), "app_secret": config::text(inbox, "app_secret")});
        Some(post_json(format!("{}/open-apis/auth/v3/tenant_access_token/internal", base(inbox)), &body))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        let answer = peek::answer(response)?;
        match (answer["code"].as_i64(), answer["tenant_access_token"].as_str(), answer["expire"].as_i64()) {
            (Some(0), Some(value), Some(seconds)) if !value.is_empty() && seconds > 0 => Ok(Token::lasting(value, seconds)),
            (Some(10003 | 10014 | 10012 | 10015), ..) => Err(Refused::Failed { reason: "bad_credentials".to_owned() }),
            (Some(code), ..) if code != 0 => Err(send::refused(code)),
            _ => Err(Refused::unreadable(response)),
        }
    }

    /// The id is `<message>/<key>/<image or file>`.
    fn media(&self, inbox: &Inbox, id: &str, token: &str) -> Result<Request, RenderError> {
        let parts: Vec<&str> = id.split('/').collect();
        let [message, key, kind] = parts[..] else { return Err(RenderError::NotSupported) };
        let (message, key, kind) = (plain::percent_encode(message), plain::percent_encode(key), plain::percent_encode(kind));
        let url = format!("{}/open-apis/im/v1/messages/{message}/resources/{key}?type={kind}", base(inbox));
        let request = Request::get(url).header("authorization", format!("Bearer {token}"));
        Ok(Request { response_bytes_max: MEDIA_BYTES_MAX, ..request })
    }

    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        match attempt {
            // errors are JSON with a code, with 200 or 400
            Ok(response) if response.body.starts_with(b"{") && peek::answer(response).is_ok_and(|a| a["code"].is_i64()) => {
                send::accepted(attempt).map(|_| Media::Here)
            }
            _ => judge(attempt).map(|_| Media::Here),
        }
    }

    fn uploads(&self, attachment: &Attachment) -> bool {
        (1..=FILE_BYTES_MAX).contains(&attachment.size_bytes)
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        (attachment.size_bytes > 0).then_some(FILE_BYTES_MAX)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
        let name = &file.attachment.name;
        let part = |field| Part { name: field, file: Some((name.as_str(), file.attachment.media_type.as_str())), body: file.bytes };
        let request = if is_image(file.attachment) {
            multipart::post(format!("{}/open-apis/im/v1/images", base(inbox)), &[field("image_type", "message"), part("image")])
        } else {
            let url = format!("{}/open-apis/im/v1/files", base(inbox));
            multipart::post(url, &[field("file_type", send::file_type(name)), field("file_name", name), part("file")])
        };
        Ok(request.header("authorization", format!("Bearer {token}")))
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        let data = send::accepted(attempt)?;
        let id = peek::id(&data["image_key"]).or_else(|| peek::id(&data["file_key"]));
        id.ok_or(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() })
    }

    fn stream(&self, inbox: &Inbox) -> Option<Box<dyn StreamProtocol>> {
        let wanted = config::text(inbox, "receive") != "http";
        wanted.then(|| Box::new(stream::Stream::new(inbox.clone())) as Box<dyn StreamProtocol>)
    }

    /// 5 messages a second to one user or group, 50 in all.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 50, burst: 50, per_contact_per_minute: Some(300) })
    }

    fn profile(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        let url = format!("{}/open-apis/contact/v3/users/{}?user_id_type=open_id", base(inbox), plain::percent_encode(external_id));
        Some(Request::get(url).header("authorization", format!("Bearer {token}")))
    }

    fn read_profile(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused> {
        let data = send::accepted(attempt)?;
        let user = &data["user"];
        let external_id = peek::id(&user["open_id"]).ok_or(Refused::Failed { reason: "unknown_recipient".to_owned() })?;
        let facts = inbound::facts(user);
        Ok(InboundContact { external_id, name: peek::name(&user["name"]), facts, ..InboundContact::default() })
    }
}
