//! The only way out of the house: an HTTP client, and bare connections under the same rules (`Egress::connect`), bounded in size and
//! time, and unable to reach private addresses unless the operator listed them. Webhooks, channels and attachment fetches go through
//! here and nowhere else.

mod address;
mod client;
mod connect;
mod error;
mod gate;
mod policy;
mod request;
mod resolver;
mod response;
mod target;
mod trust;

pub use address::{AddressClass, classify};
pub use client::Egress;
pub use error::EgressError;
pub use gate::Gate;
pub use http::{HeaderMap, Method, header};
pub use policy::{Allow, Policy, PolicyError};
pub use request::{RESPONSE_BYTES_MAX, Request, TIMEOUT_MS, TIMEOUT_MS_MAX};
pub use resolver::{Looking, Lookup, SystemLookup};
pub use response::{Response, ResponseStream};
pub use target::check_url;
pub use trust::Trust;
