//! What a channel must be able to do. The caller does the talking: it hands in the bytes that came, sends the requests that come
//! out and keeps what must be kept. An adapter holds no state; a stream (`StreamProtocol`) holds its own and does no IO either.
//! `inbox.channel_settings` are unsealed before an adapter sees them.

use crate::event::{Answer, Received, SessionState};
use crate::outcome::{Delivered, Proof, Refused, judge};
use crate::window::{Meter, Month, Way, Window};
use crate::{FieldError, ParseError, StreamProtocol, VerifyError, WireProtocol};
use bytes::Bytes;
use qn_domain::{Attachment, AttachmentId, ChannelKind, Conversation, Inbox, Message, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Only the first six have no default: most channels lack most of the rest.
pub trait Adapter: Send + Sync {
    fn kind(&self) -> ChannelKind;

    /// JSON Schema of `channel_settings`, in the subset that `schema` checks, with titles in both languages under `x-i18n`
    /// and `x-secret` on what must be sealed.
    fn settings_schema(&self) -> Value;

    fn check_settings(&self, settings: &Value) -> Result<(), Vec<FieldError>> {
        crate::schema::check(&self.settings_schema(), settings)
    }

    /// Proves that the call comes from whoever holds the inbox's secret. Always before `parse`; no secret is an error.
    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError>;

    /// Reads a verified call: every element of a batch, and the answer that the platform waits for.
    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Received, ParseError>;

    /// The requests that deliver a message, or nothing where reading the log is the delivery.
    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError>;

    /// What an attempt to carry out a step came to. Platforms that answer 200 with an error inside are read here.
    fn outcome(&self, _step: &Step, attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
        judge(attempt)
    }

    /// The request for a fresh access token; `None` where the settings alone suffice. `refused`: the last token was refused
    /// before its time, so a platform that would repeat it must be told to make a new one.
    fn token(&self, _inbox: &Inbox, _refused: bool) -> Option<Request> {
        None
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        Err(Refused::unreadable(response))
    }

    /// The request that fetches the file behind `Source::Media`.
    fn media(&self, _inbox: &Inbox, _id: &str, _token: &str) -> Result<Request, RenderError> {
        Err(RenderError::NotSupported)
    }

    /// Whether the answer is the file, or tells where the file is.
    fn read_media(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>, _token: &str) -> Result<Media, Refused> {
        judge(attempt).map(|_| Media::Here)
    }

    /// Whether `upload` comes before `render` for this file; without it a file is shown as a link.
    fn uploads(&self, _attachment: &Attachment) -> bool {
        false
    }

    fn upload(&self, _inbox: &Inbox, _file: &UploadFile<'_>, _token: &str) -> Result<Request, RenderError> {
        Err(RenderError::NotSupported)
    }

    /// The platform's id of the uploaded file.
    fn read_upload(&self, attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
        judge(attempt)?;
        Err(Refused::Failed { reason: "not_supported".to_owned() })
    }

    /// Whether the file itself travels in the request that sends it (`DeliveryContext::files`): for platforms that take none beforehand.
    fn carries(&self, _attachment: &Attachment) -> bool {
        false
    }

    /// Up to which size the channel takes such a file as one: a larger one is shown as a link, as is every file of a kind that it does not take
    /// (none). `base_url` as in `DeliveryContext`.
    fn file_bytes_max(&self, _attachment: &Attachment, _base_url: &str) -> Option<u64> {
        None
    }

    /// The request that takes back what left under this name (`Delivered::external_id`); `None` where the platform takes nothing back.
    fn recall(&self, _inbox: &Inbox, _external_id: &str, _token: &str) -> Option<Request> {
        None
    }

    /// What is gone already counts as taken back.
    fn read_recall(&self, attempt: &Result<Response, EgressError>) -> Result<(), Refused> {
        judge(attempt).map(drop)
    }

    /// The stream that is pulled without being told to, e.g. by long polling; `None` where only `What::Pull` starts a pull.
    fn poll(&self, _inbox: &Inbox) -> Option<Poll> {
        None
    }

    /// `cursor` is what `pulled` gave last for this stream; `hint` what `What::Pull` carried.
    fn pull(&self, _inbox: &Inbox, _pull: &PullFrom<'_>, _token: &str) -> Result<Request, RenderError> {
        Err(RenderError::NotSupported)
    }

    /// Cursor and events are to be committed together.
    fn pulled(&self, _inbox: &Inbox, _stream: &str, attempt: &Result<Response, EgressError>) -> Result<Pulled, Refused> {
        judge(attempt)?;
        Err(Refused::Failed { reason: "not_supported".to_owned() })
    }

    /// A connection of ours over which the platform brings its calls; `None` where it calls us.
    fn stream(&self, _inbox: &Inbox) -> Option<Box<dyn StreamProtocol>> {
        None
    }

    /// A session of ours over a bare connection, in which messages come and go; `None` where HTTP does it. The requests of its steps are
    /// written into the session, and their answers are judged there.
    fn wire(&self, _inbox: &Inbox) -> Option<Box<dyn WireProtocol>> {
        None
    }

    /// What opens the right to answer, and for how long; empty where one may always write.
    fn windows(&self) -> &'static [Window] {
        &[]
    }

    /// By which way this contact can be written to at all, whatever the windows are; an empty contact is one that nothing is known of.
    fn way(&self, _inbox: &Inbox, _contact_external_id: &str, _conversation_key: Option<&str>) -> Way {
        Way::Open
    }

    /// The requests that tell how many messages are left of those that a month holds; none where nobody counts months.
    fn month(&self, _inbox: &Inbox, _token: &str) -> Vec<Request> {
        Vec::new()
    }

    /// From the answers, in the order of the requests; none: as many as one likes.
    fn read_month(&self, _answers: &[Response]) -> Option<Month> {
        None
    }

    /// Approved templates that may be sent when no window is open.
    fn templates(&self, _inbox: &Inbox) -> Vec<String> {
        Vec::new()
    }

    /// How fast the platform takes messages of this inbox; `None` where it does not say.
    fn rate(&self, _inbox: &Inbox) -> Option<Rate> {
        None
    }

    /// The request for what the platform knows of a contact (name, UnionID); `None` where messages carry it or nobody tells.
    fn profile(&self, _inbox: &Inbox, _external_id: &str, _token: &str) -> Option<Request> {
        None
    }

    fn read_profile(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<crate::InboundContact, Refused> {
        judge(attempt)?;
        Err(Refused::Failed { reason: "not_supported".to_owned() })
    }

    /// The platform waits a few seconds for words of ours in the answer to its call, and this inbox gives them there.
    fn answers_in_call(&self, _inbox: &Inbox) -> bool {
        false
    }

    /// A message of ours as the answer to the call that asked; `None` where one answer cannot hold it. `random` is of this answer alone.
    fn answer(
        &self,
        _inbox: &Inbox,
        _call: &Call<'_>,
        _message: &Message,
        _context: &DeliveryContext<'_>,
        _random: [u8; 16],
    ) -> Option<Answer> {
        None
    }

    /// Asks who has the platform's own session with a contact, after a message was refused for it (`wrong_session_state`).
    fn session(&self, _inbox: &Inbox, _external_id: &str, _token: &str) -> Option<Request> {
        None
    }

    fn read_session(&self, attempt: &Result<Response, EgressError>) -> Result<SessionState, Refused> {
        judge(attempt)?;
        Err(Refused::Failed { reason: "not_supported".to_owned() })
    }

    /// Asks for the session; `None` where the platform gives it to nobody in this state.
    fn take_session(&self, _inbox: &Inbox, _external_id: &str, _state: SessionState, _token: &str) -> Option<Request> {
        None
    }

    /// Whether `take_session` succeeded.
    fn took_session(&self, attempt: &Result<Response, EgressError>) -> bool {
        judge(attempt).is_ok()
    }

    /// Where the customer's own program can prove who uses it.
    fn codes(&self) -> Option<&dyn crate::codes::Codes> {
        None
    }

    /// A harmless request that proves the credentials (the test button); `None` where fetching a token proves them. `now` is what is signed.
    fn probe(&self, _inbox: &Inbox, _token: &str, _now: Timestamp) -> Option<Request> {
        None
    }

    /// What the answer to the probe proves.
    fn read_probe(&self, _inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<Proof, Refused> {
        judge(attempt).map(|_| Proof::Whole)
    }

    /// Tells the platform to call `webhook_url`; `None` where that is done on the platform's own pages.
    fn register(&self, _inbox: &Inbox, _webhook_url: &str) -> Option<Request> {
        None
    }
}

/// One HTTP call from the channel, exactly as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The last path segment, e.g. `messages`; empty for platforms that know one address only.
    pub endpoint: &'a str,
    /// The address as the platform knows it, with its query: some sign it.
    pub url: &'a str,
    /// Decoded, in order, repeated names included.
    pub query: &'a [(&'a str, &'a str)],
    /// In order, repeated names included.
    pub headers: &'a [(&'a str, &'a [u8])],
    pub body: &'a [u8],
}

impl<'a> Call<'a> {
    /// A POST without query.
    pub fn post(endpoint: &'a str, headers: &'a [(&'a str, &'a [u8])], body: &'a [u8]) -> Self {
        Self { method: "POST", endpoint, url: "", query: &[], headers, body }
    }
}

/// What rendering needs beyond the message.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryContext<'a> {
    pub conversation: &'a Conversation,
    pub contact_external_id: &'a str,
    pub conversation_key: Option<&'a str>,
    /// Where the outside reaches us, e.g. `https://help.example.com`.
    pub base_url: &'a str,
    /// The time that is signed.
    pub now: Timestamp,
    /// Empty where `Adapter::token` is none.
    pub token: &'a str,
    pub uploads: &'a [Uploaded],
    /// Of those that `Adapter::carries`.
    pub files: &'a [Carried],
    /// The newest `Inbound::reply_handle` that is still good.
    pub reply_handle: Option<&'a str>,
    /// Where the reply window stands.
    pub window: Meter,
}

impl<'a> DeliveryContext<'a> {
    /// Without token, files, handle or limit: what a channel needs that is no platform, or that answers in the call itself.
    pub fn plain(conversation: &'a Conversation, contact_external_id: &'a str, base_url: &'a str, now: Timestamp) -> Self {
        Self {
            conversation,
            contact_external_id,
            conversation_key: None,
            base_url,
            now,
            token: "",
            uploads: &[],
            files: &[],
            reply_handle: None,
            window: Meter::OPEN,
        }
    }
}

#[derive(Debug)]
pub enum Outbound {
    Nothing,
    /// One after the other; a step that is done is not repeated when a later one fails.
    Steps(Vec<Step>),
}

/// One request of a delivery.
#[derive(Debug, Clone)]
pub struct Step {
    /// `<message id>` or `<message id>.2`: the same on every attempt.
    pub key: String,
    /// The platform itself drops a repetition of this request.
    pub idempotent: bool,
    pub request: Request,
}

#[derive(Clone, PartialEq)]
pub struct Token {
    pub value: String,
    pub expires_in_ms: i64,
    /// What the next token is asked for with, in the place of a setting that is used up.
    pub renewed: Option<Renewed>,
}

/// A setting's secret value as the platform last handed it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewed {
    pub setting: String,
    pub value: String,
}

impl Token {
    pub fn lasting(value: &str, seconds: i64) -> Self {
        Self { value: value.to_owned(), expires_in_ms: seconds.saturating_mul(1000), renewed: None }
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token(expires_in_ms: {})", self.expires_in_ms)
    }
}

/// A file on its way to the platform.
#[derive(Debug, Clone, Copy)]
pub struct UploadFile<'a> {
    pub attachment: &'a Attachment,
    pub bytes: &'a Bytes,
}

/// The platform's id of an uploaded file.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    pub attachment_id: AttachmentId,
    pub media_id: String,
}

/// A file that travels in the message's own request.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    pub attachment_id: AttachmentId,
    pub bytes: Bytes,
}

#[derive(Debug)]
pub enum Media {
    /// The body of the answer is the file.
    Here,
    /// One request more.
    Then(Box<Request>),
}

/// A stream that is always being pulled.
#[derive(Debug, Clone, PartialEq)]
pub struct Poll {
    pub stream: String,
    /// Wait before the next pull when the last one brought nothing.
    pub idle_ms: i64,
}

/// Documented limits of sending, for the whole inbox and for one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
    pub per_contact_per_minute: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
pub struct PullFrom<'a> {
    pub stream: &'a str,
    pub cursor: Option<&'a str>,
    pub hint: Option<&'a str>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    pub events: Vec<crate::Event>,
    /// To be kept with the events; none leaves the old one.
    pub cursor: Option<String>,
    pub has_more: bool,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// Notes, activities and incoming messages never leave.
    #[error("only outgoing messages are delivered")]
    NotOutgoing,
    #[error("the channel settings do not fit: {0:?}")]
    BadSettings(Vec<FieldError>),
    #[error("the inbox has no usable secret to sign with: {0}")]
    BadSecret(#[from] crate::SecretError),
    #[error("the channel cannot do this")]
    NotSupported,
    /// The contact's account is not one of this channel.
    #[error("the contact has no address on this channel")]
    NoAddress,
    #[error("the channel's reply window is closed")]
    WindowClosed,
}
