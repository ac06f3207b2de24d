//! The generic channel: any system posts customers' messages to us and gets answers at its callback address, both ways
//! signed by Standard Webhooks with the inbox's secret. Without a callback address the system reads answers from our API.

mod inbound;
mod outbound;

pub use inbound::{BODY_BYTES_MAX, MESSAGES_MAX};

use crate::schema::{i18n, object};
use crate::{Adapter, Answer, Call, DeliveryContext, Outbound, ParseError, Received, RenderError, Signer, VerifyError};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct Api;

impl Adapter for Api {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Api
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("API 渠道", "任何系统都可以用签名的 HTTP 请求收发消息。"),
            ("API channel", "Any system can send and receive messages over signed HTTP requests."),
        );
        let callback = i18n(
            ("回调地址", "客服与机器人的回复会以 Standard Webhooks 签名 POST 到这里。留空则由对方通过 API 读取。"),
            (
                "Callback address",
                "Answers of agents and the bot are posted here, signed by Standard Webhooks. Leave empty to read them over the API.",
            ),
        );
        let timeout = i18n(
            ("超时（毫秒）", "等待回调地址应答的最长时间。"),
            ("Timeout (milliseconds)", "The longest wait for the callback address to answer."),
        );
        let properties = json!({
            "callback_url": {"type": "string", "format": "uri", "maxLength": 2048, "x-i18n": callback},
            "timeout_ms": {
                "type": "integer", "minimum": 1000, "maximum": 30_000, "default": outbound::TIMEOUT_MS_DEFAULT, "x-i18n": timeout,
            },
        });
        object(words, properties, &[])
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        Signer::new(&inbox.secret)?.verify(call.headers, call.body, now)
    }

    fn parse(&self, _inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let events = match call.endpoint {
            "messages" => inbound::messages(call.body)?,
            "status" => inbound::status(call)?,
            _ => return Err(ParseError::UnknownEndpoint),
        };
        Ok(Received { events, answer: Answer::empty() })
    }

    fn file_bytes_max(&self, _attachment: &Attachment, _base_url: &str) -> Option<u64> {
        Some(u64::MAX)
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        self.check_settings(&inbox.channel_settings).map_err(RenderError::BadSettings)?;
        outbound::render(inbox, message, context)
    }
}
