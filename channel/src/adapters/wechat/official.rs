//! WeChat official accounts 公众号: messages come as signed XML, answers go out over the customer-message API within its windows, or in
//! the answer to the push where the inbox says so.

use super::envelope::{self, Keys};
use super::{HOST, RATE, api, inbound, passive, send};
use crate::config::{address, choice, line, sealed};
use crate::event::{Fact, FactKind};
use crate::schema::{i18n, object};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, InboundContact, Media, Opening, Outbound, ParseError, Rate, Received, Refused,
    RenderError, Step, Token, UploadFile, VerifyError, Way, Window, config, peek, plain,
};
use qn_domain::{Attachment, ChannelKind, Evidence, Inbox, Language, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOURS: i64 = 60 * 60 * 1000;
const MINUTE: i64 = 60 * 1000;
/// Of accounts without the customer-message API.
const ONLY_PASSIVE: &str = "passive_only";

/// Messages per action of the customer, as the platform counts since 2023.
const WINDOWS: [Window; 5] = [
    Window { opened_by: Opening::Message, messages: Some(5), ms: 48 * HOURS },
    Window { opened_by: Opening::MenuClick, messages: Some(3), ms: MINUTE },
    Window { opened_by: Opening::Follow, messages: Some(3), ms: MINUTE },
    Window { opened_by: Opening::Scan, messages: Some(3), ms: MINUTE },
    Window { opened_by: Opening::Payment, messages: None, ms: 48 * HOURS },
];

#[derive(Debug, Clone, Copy)]
pub struct Official;

/// Of service accounts and mini-programs alike.
pub(super) fn properties() -> Value {
    json!({
        "app_id": line(("应用 AppID", "微信公众平台「设置与开发」中的 AppID（应用编号）。"), ("App id", "The AppID of the account's developer settings.")),
        "app_secret": sealed(("AppSecret 密钥", "用于换取接口访问令牌。"), ("App secret", "Fetches access tokens of the platform's API.")),
        "token": sealed(("令牌 Token", "与服务器配置中填写的 Token 相同，用于验证推送签名。"), ("Token", "The Token of the server settings: it signs what is pushed to us.")),
        "encoding_aes_key": sealed(
            ("消息加解密密钥", "43 位 EncodingAESKey。填写后只接受安全模式（加密）的推送；留空为明文模式。"),
            ("Message key", "EncodingAESKey of 43 characters. With it only sealed pushes (safe mode) are accepted; without it, plain mode."),
        ),
        "api_base": address(HOST),
    })
}

impl Adapter for Official {
    fn kind(&self) -> ChannelKind {
        ChannelKind::WechatOfficial
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("微信公众号", "服务号或订阅号的粉丝消息。服务号走客服消息接口；订阅号没有该接口，请选择 passive_only。"),
            (
                "WeChat official account",
                "Messages of followers. Service accounts answer by customer messages; subscription accounts may not: choose passive_only.",
            ),
        );
        let mut properties = properties();
        properties["reply"] = choice(
            &["customer_message", "passive", "passive_only"],
            "customer_message",
            (
                "回复方式",
                "customer_message 为客服消息接口。passive 为被动回复：机器人 4 秒内的第一条文字随推送的应答返回，不占配额；之后的消息仍走客服消息接口。passive_only 用于没有该接口的账号（订阅号、未认证）：只有这一条能送达，之后的消息不再尝试发送。",
            ),
            (
                "How answers leave",
                "customer_message: the customer-message API. passive: the bot's first text within 4 seconds goes in the answer to the push and costs no quota; what comes later goes by the API. passive_only is for accounts without the API (subscription accounts, unverified ones): only that text is delivered, and nothing else is tried.",
            ),
        );
        object(words, properties, &["app_id", "app_secret", "token"])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        let keys = Keys::of(inbox, "app_id")?;
        if call.is_get() || !keys.is_sealed() {
            return keys.prove_plain(call, now);
        }
        keys.prove_sealed(call, &envelope::sealed_part(call)?, now)
    }

    /// `success` at once: the answer to the customer goes out later, over the customer-message API. Anything else, or more than five
    /// seconds, shows the customer a failure.
    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        if call.is_get() {
            let echo = call.parameter("echostr").map_err(|_| ParseError::Unreadable { reason: "no echostr" })?;
            return Ok(Received { events: Vec::new(), answer: Answer::text(echo.to_owned()) });
        }
        let keys = Keys::of(inbox, "app_id").map_err(|_| ParseError::Unreadable { reason: "no keys" })?;
        let event = inbound::event(&envelope::read(&keys, call)?);
        Ok(Received { events: event.into_iter().collect(), answer: Answer::text("success") })
    }

    fn answers_in_call(&self, inbox: &Inbox) -> bool {
        matches!(config::text(inbox, "reply"), "passive" | ONLY_PASSIVE)
    }

    fn way(&self, inbox: &Inbox, _contact_external_id: &str, _conversation_key: Option<&str>) -> Way {
        if config::text(inbox, "reply") == ONLY_PASSIVE { Way::InCall } else { Way::Open }
    }

    fn answer(&self, inbox: &Inbox, call: &Call<'_>, message: &Message, context: &DeliveryContext<'_>, random: [u8; 16]) -> Option<Answer> {
        passive::answer(inbox, call, message, context, random)
    }

    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        api::outcome(attempt)
    }

    fn token(&self, inbox: &Inbox, refused: bool) -> Option<Request> {
        Some(send::token(inbox, refused))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        api::read_token(response)
    }

    fn media(&self, inbox: &Inbox, id: &str, token: &str) -> Result<Request, RenderError> {
        Ok(api::media(send::base(inbox), id, token))
    }

    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        api::read_media(attempt)
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        send::render(inbox, message, context, true)
    }

    fn uploads(&self, attachment: &Attachment) -> bool {
        api::media_type(attachment).is_some()
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        api::media_limit(attachment).map(|(_, max)| max)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
        let kind = api::media_type(file.attachment).ok_or(RenderError::NotSupported)?;
        api::upload(send::base(inbox), kind, file, token)
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        api::read_upload(attempt)
    }

    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(RATE)
    }

    fn windows(&self) -> &'static [Window] {
        &WINDOWS
    }

    fn profile(&self, inbox: &Inbox, external_id: &str, token: &str) -> Option<Request> {
        let (token, openid) = (plain::percent_encode(token), plain::percent_encode(external_id));
        Some(Request::get(format!("{}/cgi-bin/user/info?access_token={token}&openid={openid}&lang=zh_CN", send::base(inbox))))
    }

    fn read_profile(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused> {
        let answer = api::accepted(attempt)?;
        Ok(InboundContact {
            external_id: peek::id(&answer["openid"]).unwrap_or_default(),
            name: peek::name(&answer["remark"]).or_else(|| peek::name(&answer["nickname"])),
            language: peek::name(&answer["language"]).map(|tag| Language::from_tag(&tag.replace('_', "-"))),
            facts: union_id(&answer["unionid"]),
            ..InboundContact::default()
        })
    }
}

/// One person over all accounts of one WeChat platform account.
pub(crate) fn union_id(value: &Value) -> Vec<Fact> {
    let fact = |value| Fact { kind: FactKind::UnionId, scope: "wechat".to_owned(), value, evidence: Evidence::Channel };
    peek::id(value).map(fact).into_iter().collect()
}
