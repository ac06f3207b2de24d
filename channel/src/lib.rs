//! Channels 渠道: translators between the outside and our words. An adapter proves who calls, reads what came in, writes what
//! goes out and judges the answer. It keeps no state, opens no connection and never sees the store.

pub mod adapter;
pub mod adapters;
mod call;
pub mod codes;
mod config;
mod crypt;
pub mod error;
pub mod event;
pub mod fields;
pub mod menu;
mod multipart;
mod outcome;
mod peek;
mod plain;
mod read;
pub mod reason;
pub mod registry;
pub mod schema;
pub mod signing;
mod steps;
pub mod stream;
pub mod window;
pub mod wire;
mod xml;

pub use adapter::{
    Adapter, Call, Carried, DeliveryContext, Media, Outbound, Poll, PullFrom, Pulled, Rate, RenderError, Renewed, Step, Token, UploadFile,
    Uploaded,
};
pub use error::{ParseError, VerifyError};
pub use event::{
    Answer, DeliveryReport, Event, Fact, FactKind, Inbound, InboundAttachment, InboundContact, Opened, Opening, Pressed, Pull, Recall,
    Received, ReplyHandle, Reported, SessionChange, SessionState, Source, What,
};
pub use fields::{FieldError, Problem};
pub use outcome::{Delivered, Proof, Refused, judge};
pub use registry::{ADAPTERS, find};
pub use signing::{HEADER_ID, HEADER_SIGNATURE, SecretError, Signer, generate_secret};
pub use stream::{Frame, Reaction, StreamProtocol};
pub use window::{Meter, Month, Way, Window, meter};
pub use wire::{WireAddress, WireProtocol, WireReaction};
