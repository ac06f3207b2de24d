//! What kind of mail it is: only a person's letter may be answered by a machine. RFC 3834 and RFC 3464, the headers programs use instead,
//! and the words of the big providers for those that use none.

use crate::bounce::{self, Bounce};
use crate::own::OwnNames;
use crate::{Mail, headers};
use mail_parser::Message;

/// More servers on the way mean that mail runs in a circle.
const RECEIVED_MAX: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// Written by a person, as far as anyone can tell.
    Letter,
    /// A mail of ours did not arrive, or is late.
    Bounce(Bounce),
    /// Out of office and the like; never answered by a machine.
    AutoReply,
    /// Newsletters, lists, notices.
    Bulk,
    /// Our own mail come back, or one that has been through too many servers.
    Loop,
}

impl Nature {
    /// A stable word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Bounce(_) => "bounce",
            Self::AutoReply => "auto_reply",
            Self::Bulk => "bulk",
            Self::Loop => "loop",
        }
    }
}

/// How mails of ours are known when they come back.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnMail<'a> {
    pub names: Option<&'a OwnNames>,
}

impl Nature {
    pub(crate) fn of(message: &Message<'_>, mail: &Mail, own: &OwnMail<'_>) -> Nature {
        if let Some(bounce) = bounce::read(message, mail) {
            return Nature::Bounce(bounce);
        }
        if is_echo(mail, own) || headers::count(message, "Received") > RECEIVED_MAX {
            return Nature::Loop;
        }
        if is_auto_reply(message, mail) {
            return Nature::AutoReply;
        }
        if is_bulk(message) { Nature::Bulk } else { Nature::Letter }
    }
}

/// It carries a Message-ID that only we can make.
fn is_echo(mail: &Mail, own: &OwnMail<'_>) -> bool {
    own.names.zip(mail.message_id.as_deref()).is_some_and(|(names, id)| names.read_message_id(id).is_some())
}

fn is_auto_reply(message: &Message<'_>, mail: &Mail) -> bool {
    let header = |name: &str| headers::text(message, name).map(|text| text.to_lowercase());
    if header("Auto-Submitted").is_some_and(|value| !value.starts_with("no")) {
        return true;
    }
    let precedence = header("Precedence").unwrap_or_default();
    let named = ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply"];
    if precedence.contains("auto") || named.iter().any(|name| header(name).is_some()) {
        return true;
    }
    const WORDS: [&str; 14] = [
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto response",
        "out of office",
        "out of the office",
        "自动回复",
        "自動回覆",
        "自動回復",
        "abwesenheitsnotiz",
        "automatische antwort",
        "réponse automatique",
        "respuesta automática",
    ];
    let subject = mail.subject.to_lowercase();
    WORDS.iter().any(|word| subject.starts_with(word) || subject.trim_start_matches("re:").trim_start().starts_with(word))
}

fn is_bulk(message: &Message<'_>) -> bool {
    let precedence = headers::text(message, "Precedence").unwrap_or_default().to_lowercase();
    matches!(precedence.as_str(), "bulk" | "junk" | "list")
        || headers::count(message, "List-Id") > 0
        || headers::count(message, "List-Unsubscribe") > 0
        || headers::text(message, "Feedback-ID").is_some()
}
