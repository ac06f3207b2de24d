//! DingTalk 钉钉 robots: messages come by signed HTTP or over a stream of ours, answers go to the session's webhook while it is good and
//! over the robot API afterwards. Source: open.dingtalk.com, read against the SDK dingtalk-stream 0.24.3.

mod inbound;
mod send;
mod stream;

use crate::config::{address, choice, line, sealed};
use crate::multipart::{self, Part, field};
use crate::schema::{i18n, object};
use crate::steps::post_json;
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Media, Outbound, ParseError, Rate, Received, Refused, RenderError, Step,
    StreamProtocol, Token, UploadFile, VerifyError, Way, config, crypt, judge, peek, plain,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://api.dingtalk.com";
const FILE_HOST: &str = "https://oapi.dingtalk.com";
/// The platform's own advice.
const TOLERANCE_MS: i64 = 60 * 60 * 1000;
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;

#[derive(Debug, Clone, Copy)]
pub struct Dingtalk;

fn base(inbox: &Inbox) -> &str {
    config::base(inbox, "api_base", HOST)
}

/// New robots are named by their app's key.
fn robot_code(inbox: &Inbox) -> &str {
    let given = config::text(inbox, "robot_code");
    if given.is_empty() { config::text(inbox, "client_id") } else { given }
}

impl Adapter for Dingtalk {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Dingtalk
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("钉钉机器人", "企业内部应用机器人的单聊与群聊，可用 HTTP 回调或 Stream 长连接接收。"),
            ("DingTalk robot", "A robot of an internal app, alone or in groups; received by HTTP calls or over a stream."),
        );
        let properties = json!({
            "client_id": line(("应用 Client ID", "开发者后台的 Client ID（原 AppKey）。"), ("Client id", "The app's Client ID, formerly AppKey.")),
            "client_secret": sealed(("应用密钥", "开发者后台的 Client Secret（原 AppSecret），也用于验证签名。"), ("Client secret", "The app's secret; it signs the calls as well.")),
            "robot_code": line(("机器人编码", "与 Client ID 不同时填写 robotCode。"), ("Robot code", "The robotCode, where it is not the Client ID.")),
            "receive": choice(&["stream", "http"], "stream", ("接收方式", "stream 不需要公网地址；http 由钉钉回调本系统。"), ("How to receive", "stream needs no public address; with http DingTalk calls us.")),
            "api_base": address(HOST),
            "file_base": address(FILE_HOST),
        });
        object(words, properties, &["client_id", "client_secret"])
    }

    /// The signature does not cover the body; the robot's code in it must be ours all the same.
    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        let secret = config::secret(inbox, "client_secret")?;
        let (timestamp, given) = (call.header("timestamp")?, call.header("sign")?);
        let plain = timestamp.len() == 13 && timestamp.bytes().all(|b| b.is_ascii_digit());
        let at: i64 = timestamp.parse().ok().filter(|_| plain).ok_or(VerifyError::MalformedHeader("timestamp"))?;
        let skew_ms = now - at;
        if skew_ms.abs() > TOLERANCE_MS {
            return Err(VerifyError::OutsideWindow { skew_s: skew_ms / 1000, max_s: TOLERANCE_MS / 1000 });
        }
        let expected = crypt::base64(&crypt::hmac_sha256(secret.as_bytes(), &[timestamp.as_bytes(), b"\n", secret.as_bytes()]));
        if !crypt::same(given, &expected) {
            return Err(VerifyError::BadSignature);
        }
        let body = peek::body(call.body).map_err(|_| VerifyError::BadBody)?;
        match body["robotCode"].as_str() {
            Some(code) if code != robot_code(inbox) && code != "normal" => Err(VerifyError::WrongReceiver),
            _ => Ok(()),
        }
    }

    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let events = inbound::event(inbox, &peek::body(call.body)?).into_iter().collect();
        Ok(Received { events, answer: Answer::json(&json!({})) })
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        send::render(inbox, message, context)
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        send::outcome(attempt)
    }

    fn token(&self, inbox: &Inbox, _refused: bool) -> Option<Request> {
        let body = json!({"appKey": config::text(inbox, "client_id"), "appSecret": config::text(inbox, "client_secret")});
        Some(post_json(format!("{}/v1.0/oauth2/accessToken", base(inbox)), &body))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        if matches!(response.status, 400..=404) {
            return Err(Refused::Failed { reason: "bad_credentials".to_owned() });
        }
        let answer = peek::answer(response)?;
        match (answer["accessToken"].as_str(), answer["expireIn"].as_i64()) {
            (Some(value), Some(seconds)) if !value.is_empty() && seconds > 0 => Ok(Token::lasting(value, seconds)),
            _ => Err(Refused::unreadable(response)),
        }
    }

    fn media(&self, inbox: &Inbox, id: &str, token: &str) -> Result<Request, RenderError> {
        let body = json!({"downloadCode": id, "robotCode": robot_code(inbox)});
        Ok(post_json(format!("{}/v1.0/robot/messageFiles/download", base(inbox)), &body).header("x-acs-dingtalk-access-token", token))
    }

    /// First the address of the file, then the file.
    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        judge(attempt)?;
        let url = attempt.as_ref().ok().and_then(|r| peek::answer(r).ok()).and_then(|a| a["downloadUrl"].as_str().map(str::to_owned));
        Ok(match url {
            Some(url) => Media::Then(Box::new(Request { response_bytes_max: MEDIA_BYTES_MAX, redirects_max: 2, ..Request::get(url) })),
            None => Media::Here,
        })
    }

    fn uploads(&self, attachment: &Attachment) -> bool {
        send::upload_type(attachment).is_some_and(|(_, max_mib)| attachment.size_bytes <= max_mib * MIB)
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        send::upload_type(attachment).map(|(_, max_mib)| max_mib * MIB)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
        let (kind, _) = send::upload_type(file.attachment).ok_or(RenderError::NotSupported)?;
        let url = format!("{}/media/upload?access_token={}", config::base(inbox, "file_base", FILE_HOST), plain::percent_encode(token));
        let part = Part { name: "media", file: Some((&file.attachment.name, &file.attachment.media_type)), body: file.bytes };
        Ok(multipart::post(url, &[field("type", kind), part]))
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        judge(attempt)?;
        let answer = attempt.as_ref().ok().map(peek::answer).transpose()?.unwrap_or_default();
        match (answer["errcode"].as_i64(), peek::id(&answer["media_id"])) {
            (None | Some(0), Some(id)) => Ok(id),
            (Some(code), _) if code != 0 => Err(send::refused(code)),
            _ => Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() }),
        }
    }

    /// Twenty messages a minute to one chat; beyond it the platform is silent for ten minutes.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 40, burst: 40, per_contact_per_minute: Some(20) })
    }

    fn way(&self, _inbox: &Inbox, contact_external_id: &str, conversation_key: Option<&str>) -> Way {
        let is_reached = conversation_key.is_some() || !(contact_external_id.is_empty() || send::is_outside(contact_external_id));
        if is_reached { Way::Open } else { Way::ByHandle }
    }

    fn stream(&self, inbox: &Inbox) -> Option<Box<dyn StreamProtocol>> {
        let wanted = config::text(inbox, "receive") != "http";
        wanted.then(|| Box::new(stream::Stream::new(inbox.clone())) as Box<dyn StreamProtocol>)
    }
}
