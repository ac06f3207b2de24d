//! Which conversation a mail belongs to. In order: our plus-address, our Message-ID, In-Reply-To, References, then the same base subject
//! among the same people. In every case the sender must be of that conversation; another's mail that quotes it starts a new one beside it.

use crate::own::OwnNames;
use crate::subject::Subject;
use crate::{Mail, Person};
use qn_base::Timestamp;
use qn_base::clock::DAY_MS;

/// A reply without ids finds its conversation for so long.
const SUBJECT_MS_MAX: i64 = 14 * DAY_MS;
/// Shorter subjects ("hi", "问题") say nothing.
const SUBJECT_CHARS_MIN: usize = 4;
/// References looked up; the last ones are nearest.
const REFERENCES_MAX: usize = 50;

/// What the mail says about where it belongs; nothing is trusted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clues {
    /// Conversations by plus-addresses whose seal holds.
    pub plus: Vec<String>,
    /// Conversations by Message-IDs whose seal holds, nearest first.
    pub own_ids: Vec<String>,
    pub in_reply_to: Vec<String>,
    /// Nearest first.
    pub references: Vec<String>,
    /// None where a subject alone may not join: no reply mark, or too short.
    pub subject: Option<String>,
    pub sender: Option<String>,
}

/// A conversation that the clues lead to, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub conversation_id: String,
    /// Mails of it by Message-ID, as stored: in this inbox only.
    pub message_ids: Vec<String>,
    pub base_subject: String,
    /// Addresses that wrote in it or were written to, lower case.
    pub people: Vec<String>,
    pub last_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    PlusAddress,
    OwnMessageId,
    InReplyTo,
    References,
    Subject,
}

impl Because {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlusAddress => "plus_address",
            Self::OwnMessageId => "own_message_id",
            Self::InReplyTo => "in_reply_to",
            Self::References => "references",
            Self::Subject => "subject",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    Joins {
        conversation_id: String,
        because: Because,
    },
    /// It names this conversation, but its sender was never in it: a new one that agents see beside it.
    Beside {
        conversation_id: String,
        because: Because,
    },
    New,
}

impl Clues {
    pub fn of(mail: &Mail, own: &OwnNames) -> Clues {
        let receivers = [&mail.delivered_to, &mail.to, &mail.cc].into_iter().flatten();
        let references: Vec<String> = mail.references.iter().rev().take(REFERENCES_MAX).cloned().collect();
        let answered = mail.in_reply_to.iter().chain(&references);
        let Subject { base, is_reply, .. } = mail.subject_parts();
        let says_something = base.chars().count() >= SUBJECT_CHARS_MIN || base.chars().filter(|c| qn_base::text::is_cjk(*c)).count() >= 3;
        Clues {
            plus: receivers.filter_map(|person| own.read_address(&person.address)).collect(),
            own_ids: answered.filter_map(|id| own.read_message_id(id)).map(|own| own.conversation_id).collect(),
            in_reply_to: mail.in_reply_to.clone(),
            references,
            subject: (is_reply && says_something).then_some(base),
            sender: mail.sender().map(|Person { address, .. }| address.clone()),
        }
    }
}

/// `candidates` are all conversations that any clue names, of one inbox.
pub fn place(clues: &Clues, candidates: &[Candidate], now: Timestamp) -> Placement {
    let Some((found, because)) = strongest(clues, candidates, now) else { return Placement::New };
    let conversation_id = found.conversation_id.clone();
    let is_of_it = clues.sender.as_ref().is_some_and(|sender| found.people.contains(sender));
    match (is_of_it, because) {
        (true, because) => Placement::Joins { conversation_id, because },
        // A subject is no claim to a conversation of others.
        (false, Because::Subject) => Placement::New,
        (false, because) => Placement::Beside { conversation_id, because },
    }
}

fn strongest<'a>(clues: &Clues, candidates: &'a [Candidate], now: Timestamp) -> Option<(&'a Candidate, Because)> {
    let by_conversation = |ids: &[String]| ids.iter().find_map(|id| candidates.iter().find(|c| c.conversation_id == *id));
    let by_mail = |ids: &[String]| ids.iter().find_map(|id| candidates.iter().find(|c| c.message_ids.contains(id)));
    let by_subject = || {
        let subject = clues.subject.as_ref()?;
        let sender = clues.sender.as_ref()?;
        let fits = |c: &&Candidate| c.base_subject == *subject && c.people.contains(sender) && now - c.last_at <= SUBJECT_MS_MAX;
        candidates.iter().filter(fits).max_by_key(|c| c.last_at)
    };
    by_conversation(&clues.plus)
        .map(|c| (c, Because::PlusAddress))
        .or_else(|| by_conversation(&clues.own_ids).map(|c| (c, Because::OwnMessageId)))
        .or_else(|| by_mail(&clues.in_reply_to).map(|c| (c, Because::InReplyTo)))
        .or_else(|| by_mail(&clues.references).map(|c| (c, Because::References)))
        .or_else(|| by_subject().map(|c| (c, Because::Subject)))
}
