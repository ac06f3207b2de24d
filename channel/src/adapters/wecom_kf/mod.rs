//! WeCom 微信客服: WeChat users write to a company's customer-service account. The callback only says that something is there; messages
//! are pulled with a cursor per account. Source: developer.work.weixin.qq.com documents 94638, 94670, 94677, 94698.

mod pull;
mod send;
mod session;

use super::wechat::api;
use super::wechat::envelope::{self, Keys};
use crate::config::{address, line, sealed};
use crate::schema::{i18n, object};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Event, InboundContact, Media, Opening, Outbound, ParseError, Pull, PullFrom, Pulled,
    Rate, Received, Refused, RenderError, SessionState, Step, Token, UploadFile, VerifyError, What, Window, config, peek, plain,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://qyapi.weixin.qq.com";

const WINDOWS: [Window; 1] = [Window { opened_by: Opening::Message, messages: Some(5), ms: 48 * 60 * 60 * 1000 }];

#[derive(Debug, Clone, Copy)]
pub struct WecomKf;

fn base(inbox: &Inbox) -> &str {
    config::base(inbox, "api_base", HOST)
}

impl Adapter for WecomKf {
    fn kind(&self) -> ChannelKind {
        ChannelKind::WecomKf
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("企业微信客服", "微信用户通过「微信客服」账号咨询，由企业微信自建应用的接口收发。"),
            ("WeCom customer service", "WeChat users write to a customer-service account of WeCom; sent and received by a self-built app."),
        );
        let properties = json!({
            "corp_id": line(("企业 ID", "企业微信「我的企业」中的 CorpID（企业编号）。"), ("Corp id", "CorpID of the company in WeCom.")),
            "secret": sealed(
                ("应用密钥", "可调用微信客服接口的自建应用的 Secret。"),
                ("App secret", "Secret of the self-built app that may call the customer-service API."),
            ),
            "token": sealed(("回调令牌", "与「接收消息服务器配置」中的 Token 相同。"), ("Callback token", "The Token of the receiving-server settings.")),
            "encoding_aes_key": sealed(
                ("回调密钥", "与「接收消息服务器配置」中的 EncodingAESKey 相同，43 位。"),
                ("Callback key", "The EncodingAESKey of the receiving-server settings, 43 characters."),
            ),
            "open_kfid": line(
                ("客服账号 ID", "只接待这个客服账号（OpenKfId）的消息。"),
                ("Account id", "Only this account's messages (OpenKfId) come in here."),
            ),
            "api_base": address(HOST),
        });
        object(words, properties, &["corp_id", "secret", "token", "encoding_aes_key", "open_kfid"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        let keys = Keys::of(inbox, "corp_id")?;
        config::secret(inbox, "encoding_aes_key")?;
        if call.is_get() {
            return keys.prove_sealed(call, call.parameter("echostr")?, now);
        }
        keys.prove_sealed(call, &envelope::sealed_part(call)?, now)
    }

    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let unreadable = |_| ParseError::Unreadable { reason: "a sealed part that does not open" };
        let keys = Keys::of(inbox, "corp_id").map_err(unreadable)?;
        if call.is_get() {
            let echo = call.parameter("echostr").and_then(|sealed| keys.open(sealed)).map_err(unreadable)?;
            return Ok(Received { events: Vec::new(), answer: Answer::text(echo) });
        }
        let fields = envelope::read(&keys, call)?;
        let ours = fields.get("Event") == "kf_msg_or_event" && fields.get("OpenKfId") == config::text(inbox, "open_kfid");
        let event = ours.then(|| {
            let (stream, hint) = (fields.get("OpenKfId").to_owned(), fields.get("Token").to_owned());
            let key = format!("p:{stream}:{}:{hint}", fields.get("CreateTime"));
            Event { key, what: What::Pull(Pull { stream, hint: Some(hint).filter(|hint| !hint.is_empty()) }) }
        });
        Ok(Received { events: event.into_iter().collect(), answer: Answer::text("success") })
    }

    fn pull(&self, inbox: &Inbox, from: &PullFrom<'_>, token: &str) -> Result<Request, RenderError> {
        Ok(pull::request(base(inbox), from, token))
    }

    fn pulled(&self, _inbox: &Inbox, stream: &str, attempt: &Result<Response, EgressError>) -> Result<Pulled, Refused> {
        pull::read(stream, &api::accepted(attempt)?)
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        send::render(inbox, message, context)
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        api::outcome(attempt)
    }

    /// A token that was refused early is replaced by asking again: the platform repeats the one it has while it is good.
    fn token(&self, inbox: &Inbox, _refused: bool) -> Option<Request> {
        let (id, secret) = (plain::percent_encode(config::text(inbox, "corp_id")), plain::percent_encode(config::text(inbox, "secret")));
        Some(Request::get(format!("{}/cgi-bin/gettoken?corpid={id}&corpsecret={secret}", base(inbox))))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        api::read_token(response)
    }

    fn media(&self, inbox: &Inbox, id: &str, token: &str) -> Result<Request, RenderError> {
        Ok(api::media(base(inbox), id, token))
    }

    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        api::read_media(attempt)
    }

    /// Any file may be sent, as long as it is not larger than the platform takes.
    fn uploads(&self, attachment: &Attachment) -> bool {
        send::media_type(attachment).is_some()
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        (attachment.size_bytes >= send::FILE_BYTES_MIN).then_some(send::FILE_BYTES_MAX)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
        let kind = send::media_type(file.attachment).ok_or(RenderError::NotSupported)?;
        api::upload(base(inbox), kind, file, token)
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        api::read_upload(attempt)
    }

    /// 10,000 calls a minute and company.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 160, burst: 160, per_contact_per_minute: None })
    }

    fn windows(&self) -> &'static [Window] {
        &WINDOWS
    }

    fn session(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        Some(session::get(base(inbox), config::text(inbox, "open_kfid"), external_id, token))
    }

    fn read_session(&self, attempt: &Result<Response, EgressError>) -> Result<SessionState, Refused> {
        session::read(&api::accepted(attempt)?)
    }

    fn take_session(&self, inbox: &Inbox, external_id: &str, state: SessionState, token: &str) -> Option<Request> {
        session::take(base(inbox), config::text(inbox, "open_kfid"), external_id, state, token)
    }

    fn took_session(&self, attempt: &Result<Response, EgressError>) -> bool {
        api::accepted(attempt).is_ok()
    }

    fn profile(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        let url = format!("{}/cgi-bin/kf/customer/batchget?access_token={}", base(inbox), plain::percent_encode(token));
        Some(crate::steps::post_json(url, &json!({"external_userid_list": [external_id], "need_enter_session_context": 0})))
    }

    fn read_profile(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused> {
        let answer = api::accepted(attempt)?;
        let customer = &answer["customer_list"][0];
        let external_id = peek::id(&customer["external_userid"]).ok_or(Refused::Failed { reason: "unknown_recipient".to_owned() })?;
        let facts = super::wechat::union_id(&customer["unionid"]);
        Ok(InboundContact { external_id, name: peek::name(&customer["nickname"]), facts, ..InboundContact::default() })
    }
}
