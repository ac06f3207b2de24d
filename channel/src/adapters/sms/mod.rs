//! Text messages 短信: a generic signed gateway, Twilio, and Aliyun 阿里云短信. A contact is a telephone number, which anybody may have put
//! there: it is a claim, unless the inbox says that the operator vouches for it. Everything is text; Aliyun sends it as the variable of an approved template.

mod aliyun;
mod generic;
mod twilio;

use crate::config::{address, choice, line, sealed};
use crate::event::{Event, Fact, FactKind, Inbound, InboundContact, Opening, What};
use crate::schema::{i18n, object};
use crate::{
    Adapter, Call, Delivered, DeliveryContext, FieldError, Outbound, ParseError, Problem, Proof, Rate, Received, Refused, RenderError,
    Step, VerifyError, config, peek, plain,
};
use qn_domain::{ChannelKind, Content, Evidence, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const TEXT_CHARS_MAX: usize = 1500;
const PIECES_MAX: usize = 3;

#[derive(Debug, Clone, Copy)]
pub struct Sms;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    Generic,
    Twilio,
    Aliyun,
}

fn provider(settings: &Value) -> Provider {
    match settings["provider"].as_str() {
        Some("twilio") => Provider::Twilio,
        Some("aliyun") => Provider::Aliyun,
        _ => Provider::Generic,
    }
}

/// What each provider cannot do without.
fn needed(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Generic => &["send_url"],
        Provider::Twilio => &["account", "account_secret", "sender"],
        Provider::Aliyun => &["account", "account_secret", "sender", "template_code", "callback_key"],
    }
}

impl Adapter for Sms {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(("短信", "通过短信网关收发文本。"), ("Text messages", "Texts over a gateway for short messages."));
        let properties = json!({
            "provider": choice(&["generic", "twilio", "aliyun"], "generic", ("服务商", "generic 为任意签名网关，twilio，aliyun 为阿里云短信。"), ("Provider", "generic is any signed gateway; twilio; aliyun.")),
            "account": line(("账号", "Twilio 的 Account SID，或阿里云的 AccessKey ID。"), ("Account", "Account SID of Twilio, or AccessKey ID of Aliyun.")),
            "account_secret": sealed(("账号密钥", "Twilio 的 Auth Token，或阿里云的 AccessKey Secret。"), ("Account secret", "Auth Token of Twilio, or AccessKey Secret of Aliyun.")),
            "sender": line(("发送方", "Twilio 的号码或 Messaging Service SID，或阿里云的短信签名。"), ("Sender", "Number or Messaging Service SID of Twilio, or the signature name of Aliyun.")),
            "template_code": line(("模板编号", "阿里云模板 CODE，模板需有一个名为 content 的变量。"), ("Template code", "CODE of the Aliyun template, with one variable named content.")),
            "callback_key": sealed(("回调口令", "阿里云不签名回调：在回调地址后加 ?key=口令，只接受口令相同的请求。"), ("Callback key", "Aliyun does not sign its calls: add ?key= and this key to the callback address; only such calls are accepted.")),
            "send_url": json!({"type": "string", "format": "uri", "maxLength": 2048, "x-i18n": i18n(("发送地址", "通用网关接收待发短信的地址，请求以渠道密钥按 Standard Webhooks 签名。"), ("Send address", "Where the generic gateway takes messages; signed by Standard Webhooks with the inbox's secret."))}),
            "numbers_vouched": vouching(),
            "api_base": address(""),
        });
        object(words, properties, &["provider"])
    }

    fn check_settings(&self, settings: &Value) -> Result<(), Vec<FieldError>> {
        crate::schema::check(&self.settings_schema(), settings)?;
        let missing = needed(provider(settings)).iter().filter(|name| settings[**name].as_str().is_none_or(|text| text.trim().is_empty()));
        let errors: Vec<FieldError> = missing.map(|name| FieldError::new(*name, Problem::Missing)).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
        match provider(&inbox.channel_settings) {
            Provider::Generic => generic::verify(inbox, call, now),
            Provider::Twilio => twilio::verify(inbox, call),
            Provider::Aliyun => aliyun::verify(inbox, call),
        }
    }

    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError> {
        let body = call.bounded_body()?;
        let mut received = match provider(&inbox.channel_settings) {
            Provider::Generic => generic::parse(body)?,
            Provider::Twilio => twilio::parse(inbox, body)?,
            Provider::Aliyun => aliyun::parse(body)?,
        };
        if is_vouched(inbox) {
            received.events.iter_mut().for_each(vouch);
        }
        Ok(received)
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if !plain::leaves(message)? {
            return Ok(Outbound::Nothing);
        }
        self.check_settings(&inbox.channel_settings).map_err(RenderError::BadSettings)?;
        if context.contact_external_id.is_empty() {
            return Err(RenderError::NoAddress);
        }
        let text = plain::text(inbox, message, context, plain::Shape { own_buttons: false, own_files: false });
        let pieces = plain::capped(plain::split(&text, TEXT_CHARS_MAX, plain::chars), PIECES_MAX, context.conversation.language);
        let mut steps = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let letter = Letter { key: crate::steps::key(message, index), to: context.contact_external_id, text: piece, context };
            let (request, idempotent) = match provider(&inbox.channel_settings) {
                Provider::Generic => (generic::request(inbox, &letter)?, true),
                Provider::Twilio => (twilio::request(inbox, &letter), false),
                Provider::Aliyun => (aliyun::request(inbox, &letter), false),
            };
            steps.push(Step { key: letter.key, idempotent, request });
        }
        Ok(if steps.is_empty() { Outbound::Nothing } else { Outbound::Steps(steps) })
    }

    /// The providers' answers do not look alike: each is known by its own fields.
    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).unwrap_or_default();
        match (&answer["Code"], &answer["code"], &answer["sid"]) {
            (Value::String(code), ..) => aliyun::outcome(attempt, code, &answer),
            (_, Value::Number(_), _) | (_, _, Value::String(_)) => twilio::outcome(attempt, &answer),
            _ => generic::outcome(attempt, &answer),
        }
    }

    /// Gateways differ; this is within what Twilio and Aliyun take of a common account.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        Some(Rate { per_second: 10, burst: 10, per_contact_per_minute: Some(10) })
    }

    fn probe(&self, inbox: &Inbox, _token: &str, now: Timestamp) -> Option<Request> {
        match provider(&inbox.channel_settings) {
            Provider::Generic => generic::probe(inbox, now),
            Provider::Twilio => Some(twilio::probe(inbox)),
            Provider::Aliyun => Some(aliyun::probe(inbox, now)),
        }
    }

    fn read_probe(&self, inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<Proof, Refused> {
        let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).unwrap_or_default();
        match provider(&inbox.channel_settings) {
            Provider::Generic => generic::read_probe(attempt),
            Provider::Twilio => twilio::read_probe(attempt, &answer),
            Provider::Aliyun => aliyun::read_probe(attempt, &answer),
        }
    }
}

/// One text on its way.
struct Letter<'a> {
    key: String,
    to: &'a str,
    text: &'a str,
    context: &'a DeliveryContext<'a>,
}

/// Whether sender numbers prove who writes. Sender ids of SMS can be forged on the way, above all between countries; an operator may rule
/// it out where texts come from its own network to a number of ours.
pub(super) fn vouching() -> Value {
    let words = i18n(
        (
            "号码可信",
            "仅在运营商保证上行短信的来电号码不可伪造时打开（如国内 106 接入号的用户上行）：号码相同即自动认定为同一客户。关闭时号码只作为线索，由坐席确认。",
        ),
        (
            "Numbers are vouched for",
            "Only where the operator guarantees that sender numbers cannot be forged, as with texts from its own network to your short number: the same number is then the same customer by itself. Off, a number is a hint for agents.",
        ),
    );
    json!({"type": "boolean", "default": false, "x-i18n": words})
}

pub(super) fn is_vouched(inbox: &Inbox) -> bool {
    inbox.channel_settings["numbers_vouched"] == true
}

/// The operator vouches for the number.
pub(super) fn vouch(event: &mut Event) {
    if let What::Message(inbound) = &mut event.what {
        inbound.contact.facts.iter_mut().for_each(|fact| fact.evidence = Evidence::Channel);
    }
}

/// Numbers are compared in one spelling: `+` and digits where the country is known.
pub(super) fn number(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let digits = kept.trim_start_matches('+');
    let fits = (3..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(kept)
}

/// The number is a claim: see `vouching`.
pub(super) fn message(message_id: String, from: String, text: &str, sent_at: Option<Timestamp>) -> Event {
    let fact = Fact { kind: FactKind::Phone, scope: String::new(), value: from.clone(), evidence: Evidence::Claimed };
    let contact = InboundContact { external_id: from.clone(), phone: Some(from), facts: vec![fact], ..InboundContact::default() };
    let content = Content::text(peek::words(text));
    Event::message(Inbound { message_id, contact, content, sent_at, opens: Some(Opening::Message), ..Inbound::default() })
}

fn base<'a>(inbox: &'a Inbox, default: &'static str) -> &'a str {
    config::base(inbox, "api_base", default)
}
