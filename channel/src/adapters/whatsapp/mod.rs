//! WhatsApp Cloud API: batches of messages and statuses signed over the raw body; free text within 24 hours of the customer's last
//! message, an approved template afterwards. Source: developers.facebook.com/docs/whatsapp/cloud-api.

mod inbound;
mod send;

use crate::config::{address, line, sealed};
use crate::multipart::{self, Part, field};
use crate::schema::{i18n, object};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Media, Opening, Outbound, ParseError, Rate, Received, Refused, RenderError, Step,
    UploadFile, VerifyError, Window, config, crypt, judge, peek, plain,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://graph.facebook.com";
const VERSION: &str = "v23.0";
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;
const WINDOWS: [Window; 1] = [Window { opened_by: Opening::Message, messages: None, ms: 24 * 60 * 60 * 1000 }];

#[derive(Debug, Clone, Copy)]
pub struct Whatsapp;

fn endpoint(inbox: &Inbox, path: &str) -> String {
    format!("{}/{VERSION}/{path}", config::base(inbox, "api_base", HOST))
}

fn bearer(request: Request, inbox: &Inbox) -> Request {
    request.header("authorization", format!("Bearer {}", config::text(inbox, "access_token")))
}

impl Adapter for Whatsapp {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("WhatsApp 商务号", "通过 WhatsApp Cloud API 收发；24 小时外只能发送审核过的模板。"),
            ("WhatsApp Business", "Sent and received over the WhatsApp Cloud API; after 24 hours only approved templates go out."),
        );
        let properties = json!({
            "phone_number_id": line(("电话号码 ID", "Meta 后台中号码的 Phone number ID（数字编号）。"), ("Phone number id", "The number's id in the Meta dashboard.")),
            "access_token": sealed(("访问令牌", "系统用户的长期访问令牌。"), ("Access token", "The lasting access token of a system user.")),
            "app_secret": sealed(("应用密钥", "Meta 应用的 App Secret，用于验证回调签名。"), ("App secret", "The App Secret of the Meta app: it signs the calls.")),
            "verify_token": sealed(("验证令牌", "配置回调地址时填写的 Verify token。"), ("Verify token", "The Verify token given with the callback address.")),
            "template_name": line(("窗口外模板", "超过 24 小时后可用的模板名，正文需有一个变量；多个用逗号分隔，要指定语言时写成 order_update:zh_CN，第一个为默认；留空则不发送。"), ("Templates after the window", "Names of the templates for after 24 hours, each with one variable in its body, parted by commas, `name:language` where the language differs; the first is the default. Empty sends nothing then.")),
            "template_language": line(("模板语言", "模板的语言代码，如 zh_CN。"), ("Template language", "Language code of the template, e.g. en_US.")),
            "api_base": address(HOST),
        });
        object(words, properties, &["phone_number_id", "access_token", "app_secret", "verify_token"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        if call.is_get() {
            let expected = config::secret(inbox, "verify_token")?;
            let ours = call.parameter("hub.mode")? == "subscribe" && crypt::same(call.parameter("hub.verify_token")?, expected);
            return if ours { Ok(()) } else { Err(VerifyError::BadSignature) };
        }
        let secret = config::secret(inbox, "app_secret")?;
        let given = call.header("x-hub-signature-256")?;
        let given = given.strip_prefix("sha256=").ok_or(VerifyError::MalformedHeader("x-hub-signature-256"))?;
        let expected = crypt::hex(&crypt::hmac_sha256(secret.as_bytes(), &[call.body]));
        if crypt::same(given, &expected) { Ok(()) } else { Err(VerifyError::BadSignature) }
    }

    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        if call.is_get() {
            let challenge = call.parameter("hub.challenge").map_err(|_| ParseError::Unreadable { reason: "no hub.challenge" })?;
            return Ok(Received { events: Vec::new(), answer: Answer::text(challenge.to_owned()) });
        }
        let events = inbound::events(&peek::body(call.body)?, config::text(inbox, "phone_number_id"));
        Ok(Received { events, answer: Answer::empty() })
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        send::render(inbox, message, context)
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        send::accepted(attempt).map(|answer| Delivered { external_id: peek::id(&answer["messages"][0]["id"]) })
    }

    fn media(&self, inbox: &Inbox, id: &str, _token: &str) -> Result<Request, RenderError> {
        Ok(bearer(Request::get(endpoint(inbox, &plain::percent_encode(id))), inbox))
    }

    /// First the address, which is good for five minutes and wants the token again.
    fn read_media(&self, inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).unwrap_or_default();
        match answer["url"].as_str() {
            Some(url) if answer["messaging_product"].is_string() => {
                let request = Request { response_bytes_max: MEDIA_BYTES_MAX, redirects_max: 2, ..Request::get(url) };
                Ok(Media::Then(Box::new(bearer(request, inbox))))
            }
            _ if answer["error"].is_object() => send::accepted(attempt).map(|_| Media::Here),
            _ => judge(attempt).map(|_| Media::Here),
        }
    }

    fn uploads(&self, attachment: &Attachment) -> bool {
        send::kind(attachment).is_some()
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        send::limit(attachment).map(|(_, max)| max)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, _token: &str) -> Result<Request, RenderError> {
        let (name, media_type) = (file.attachment.name.as_str(), file.attachment.media_type.as_str());
        let part = Part { name: "file", file: Some((name, media_type)), body: file.bytes };
        let url = endpoint(inbox, &format!("{}/media", config::text(inbox, "phone_number_id")));
        Ok(bearer(multipart::post(url, &[field("messaging_product", "whatsapp"), field("type", media_type), part]), inbox))
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        let answer = send::accepted(attempt)?;
        peek::id(&answer["id"]).ok_or(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() })
    }

    fn templates(&self, inbox: &Inbox) -> Vec<String> {
        send::templates(inbox).map(|(name, _)| name.to_owned()).collect()
    }

    fn windows(&self) -> &'static [Window] {
        &WINDOWS
    }

    /// 80 messages a second; one every six seconds to one person, with bursts.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 80, burst: 80, per_contact_per_minute: Some(10) })
    }

    fn probe(&self, inbox: &Inbox, _token: &str, _now: Timestamp) -> Option<Request> {
        let path = plain::percent_encode(config::text(inbox, "phone_number_id"));
        Some(bearer(Request::get(endpoint(inbox, &format!("{path}?fields=id"))), inbox))
    }
}
