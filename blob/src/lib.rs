//! Attachments at rest: bytes under a key, written durably or not at all, and judged by their content on the way in.
//! Nothing here decodes, unpacks or renders what customers send. Who may read a key is the caller's business.

mod error;
mod key;
mod kinds;
mod name;
mod needles;
pub mod sniff;
mod store;
mod utf8;

pub use error::BlobError;
pub use key::Key;
pub use name::{NAME_CHARS_MAX, content_disposition, safe_name};
pub use sniff::{Refusal, Sniffer, Verdict, sniff};
pub use store::{BLOB_BYTES_MAX, Blobs, Object, Stored};
