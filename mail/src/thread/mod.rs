//! Threads of mails: RFC 5256 `REFERENCES` and `ORDEREDSUBJECT` as IMAP servers answer them, and the plain partition by ids. The desk's own
//! order, which needs the store, is `crate::desk`.

mod ordered;
mod partition;
mod references;
mod tree;

pub use ordered::ordered_subject;
pub use partition::partition;
pub use references::references;
pub use tree::{Tree, render};

use qn_base::Timestamp;

/// What threading reads of a mail. Mails are named by their place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    pub message_id: Option<String>,
    pub references: Vec<String>,
    pub in_reply_to: Vec<String>,
    /// Decoded.
    pub subject: String,
    /// When it was sent, or else received; epoch ms.
    pub sent_at: Timestamp,
}

impl Entry {
    pub fn of(mail: &crate::Mail, received_at: Timestamp) -> Entry {
        Entry {
            message_id: mail.message_id.clone(),
            references: mail.references.clone(),
            in_reply_to: mail.in_reply_to.clone(),
            subject: mail.subject.clone(),
            sent_at: mail.date.unwrap_or(received_at),
        }
    }

    /// The references that count for threads: of In-Reply-To only the first, and only where References has none.
    fn chain(&self) -> &[String] {
        if self.references.is_empty() { &self.in_reply_to[..self.in_reply_to.len().min(1)] } else { &self.references }
    }
}
