//! Mail servers as clients meet them: reading a mailbox over IMAP, handing a mail in over SMTP. Every connection goes out through `egress`.
//! Bytes only: what a mail says is `qn-mail`'s, what becomes of it the engine's. Nothing on the server is changed by reading.

mod account;
mod error;
mod folder;
mod imap;
mod smtp;
mod wire;

pub use account::{Account, Proof, Security};
pub use error::MailboxError;
pub use imap::{Fetched, Imap, MAIL_BYTES_MAX, Selected};
pub use smtp::{Smtp, submit};
