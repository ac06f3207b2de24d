//! The mail desk: mailboxes are read into the store (`read`), what was kept is taken as customers' messages (`take`, `place`), and answers
//! leave as letters (`send`). The mail as it came is in the store before anything is read of it.

mod account;
mod place;
mod read;
mod send;
mod take;

pub(crate) use account::MailAccount;

use tokio::sync::Notify;

/// What the mail desk keeps in memory.
#[derive(Debug, Default)]
pub(crate) struct MailDesk {
    /// Mails were kept that nobody has read.
    pub kept: Notify,
}
