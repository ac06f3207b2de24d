//! A channel that is named and not built yet: no inbox of it can be made, nothing comes in or goes out.

use crate::schema::{i18n, object};
use crate::{Adapter, Call, DeliveryContext, FieldError, Outbound, ParseError, Problem, Received, RenderError, VerifyError};
use qn_domain::{ChannelKind, Inbox, Message, Timestamp};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct Pending(pub ChannelKind);

impl Adapter for Pending {
    fn kind(&self) -> ChannelKind {
        self.0
    }

    fn settings_schema(&self) -> Value {
        object(i18n(("未提供", "这个渠道还不能使用。"), ("Not available", "This channel cannot be used yet.")), json!({}), &[])
    }

    fn check_settings(&self, _settings: &Value) -> Result<(), Vec<FieldError>> {
        Err(vec![FieldError::new("", Problem::NotAvailable)])
    }

    fn verify(&self, _inbox: &Inbox, _call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        Err(VerifyError::NotCallable)
    }

    fn parse(&self, _inbox: &Inbox, _call: &Call<'_>) -> Result<Received, ParseError> {
        Err(ParseError::UnknownEndpoint)
    }

    fn render(&self, _inbox: &Inbox, _message: &Message, _context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        Err(RenderError::NotSupported)
    }
}
