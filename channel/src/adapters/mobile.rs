//! Apps with our mobile contract (docs/how-to/mobile-sdk.md): they talk to us as visitors do, over REST and a WebSocket, with a token
//! that the company's server signed. Nothing is ever called: a message is delivered by being in the log.

use crate::schema::{i18n, object};
use crate::{Adapter, Call, DeliveryContext, Outbound, ParseError, Received, RenderError, VerifyError};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, MessageKind, Timestamp};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct Mobile;

impl Adapter for Mobile {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Mobile
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("移动应用", "自有 App 通过签名令牌接入，收发走 REST 与 WebSocket。"),
            ("Mobile app", "Apps of your own with signed tokens, over REST and a WebSocket."),
        );
        let key = i18n(
            ("身份公钥", "服务端签发用户令牌（EdDSA）所用 Ed25519 公钥的 PEM。留空则用渠道密钥（HS256）签发。"),
            (
                "Identity public key",
                "PEM of the Ed25519 public key of the server that signs user tokens by EdDSA; empty: HS256 with the inbox's secret.",
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
