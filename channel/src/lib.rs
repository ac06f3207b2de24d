//! Channels 渠道: translators between the outside and our words. An adapter proves who calls, reads what came in, writes what
//! goes out and judges the answer. It keeps no state, opens no connection and never sees the store.

pub mod adapter;
pub mod adapters;
pub mod fields;
mod outcome;
mod read;
pub mod registry;
pub mod schema;
pub mod signing;

pub use adapter::{
    Adapter, Call, DeliveryContext, DeliveryReport, Event, Inbound, InboundAttachment, InboundContact, Outbound, ParseError, RenderError,
    Source,
};
pub use fields::{FieldError, Problem};
pub use outcome::{SendOutcome, judge};
pub use registry::{ADAPTERS, find};
pub use signing::{SecretError, Signer, VerifyError, generate_secret};
