//! The web widget. Its visitors talk to us over our own API and read the conversation's log, so nothing is ever called:
//! a message is delivered by being in the log. Its look and trust are `inbox.widget`, not channel settings.

use crate::schema::{i18n, object};
use crate::{Adapter, Call, DeliveryContext, Outbound, ParseError, Received, RenderError, VerifyError};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, MessageKind, Timestamp};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct Web;

impl Adapter for Web {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Web
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("网页聊天", "网站上的聊天窗口，外观与信任设置在「聊天窗口」中。"),
            ("Web chat", "The chat window on a site; its look and trust are set under \"widget\"."),
        );
        let key = i18n(
            ("身份公钥", "网站签发用户令牌（EdDSA）所用 Ed25519 公钥的 PEM。填写后不再接受用渠道密钥（HS256）签发的令牌。"),
            (
                "Identity public key",
                "PEM of the Ed25519 public key of a site that signs user tokens by EdDSA. With it, tokens signed with the inbox's secret (HS256) are refused.",
            ),
        );
        object(words, json!({"identity_public_key": {"type": "string", "maxLength": 1000, "x-i18n": key}}), &[])
    }

    fn verify(&self, _inbox: &Inbox, _call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        Err(VerifyError::NotCallable)
    }

    fn parse(&self, _inbox: &Inbox, _call: &Call<'_>) -> Result<Received, ParseError> {
        Err(ParseError::UnknownEndpoint)
    }

    fn file_bytes_max(&self, _attachment: &Attachment, _base_url: &str) -> Option<u64> {
        Some(u64::MAX)
    }

    fn render(&self, _inbox: &Inbox, message: &Message, _context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if message.kind == MessageKind::Outgoing { Ok(Outbound::Nothing) } else { Err(RenderError::NotOutgoing) }
    }
}
