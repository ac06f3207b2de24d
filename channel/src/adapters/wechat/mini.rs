//! Customer messages of WeChat mini-programs 小程序客服: the same signatures, token and API as service accounts; pushes are XML or JSON
//! by choice, menus are numbered text, and entering the session opens a window of its own.

use super::codes::MiniCodes;
use super::envelope::{self, Keys};
use super::official::properties;
use super::{RATE, api, inbound, send};
use crate::codes::Codes;
use crate::schema::{i18n, object};
use crate::{
    Adapter, Answer, Call, Delivered, DeliveryContext, Media, Opening, Outbound, ParseError, Rate, Received, Refused, RenderError, Step,
    Token, UploadFile, VerifyError, Window,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::Value;

const WINDOWS: [Window; 2] = [
    Window { opened_by: Opening::Message, messages: Some(5), ms: 48 * 60 * 60 * 1000 },
    Window { opened_by: Opening::EnterSession, messages: Some(2), ms: 60 * 1000 },
];

#[derive(Debug, Clone, Copy)]
pub struct MiniProgram;

/// The API takes pictures only.
fn is_picture(attachment: &Attachment) -> bool {
    api::media_type(attachment) == Some("image")
}

impl Adapter for MiniProgram {
    fn kind(&self) -> ChannelKind {
        ChannelKind::WechatMiniProgram
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("微信小程序", "小程序内「联系客服」的会话，消息推送可选 XML 或 JSON。"),
            ("WeChat mini-program", "Sessions of the contact button inside a mini-program; pushes may be XML or JSON."),
        );
        object(words, properties(), &["app_id", "app_secret", "token"])
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
        send::render(inbox, message, context, false)
    }

    fn uploads(&self, attachment: &Attachment) -> bool {
        is_picture(attachment)
    }

    fn file_bytes_max(&self, attachment: &Attachment, _base_url: &str) -> Option<u64> {
        api::media_limit(attachment).filter(|(kind, _)| *kind == "image").map(|(_, max)| max)
    }

    fn upload(&self, inbox: &Inbox, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
        if is_picture(file.attachment) { api::upload(send::base(inbox), "image", file, token) } else { Err(RenderError::NotSupported) }
    }

    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        api::read_upload(attempt)
    }

    fn codes(&self) -> Option<&dyn Codes> {
        Some(&MiniCodes)
    }

    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(RATE)
    }

    fn windows(&self) -> &'static [Window] {
        &WINDOWS
    }
}
