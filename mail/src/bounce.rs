//! Mails that say a mail of ours did not arrive: delivery status notifications (RFC 3464), and what providers send instead of them.

use crate::{Mail, headers, ids};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

const REASON_CHARS_MAX: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It will not arrive.
    Failed,
    /// It is being tried again.
    Delayed,
    /// It arrived, or was passed on.
    Delivered,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    pub verdict: Verdict,
    /// Of the mail that did not arrive, where the notice names it.
    pub message_id: Option<String>,
    pub recipient: Option<String>,
    /// Enhanced status such as 5.1.1; RFC 3463.
    pub status: Option<String>,
    /// The receiving server's words.
    pub reason: String,
}

pub(crate) fn read(message: &Message<'_>, mail: &Mail) -> Option<Bounce> {
    let report = message.content_type().filter(|content| content.ctype() == "multipart" && content.subtype() == Some("report"));
    let kind = report.and_then(|content| content.attribute("report-type")).unwrap_or_default().to_lowercase();
    let status = message.parts.iter().find_map(status_part);
    match status {
        Some(status) if report.is_some() || looks_like(mail) => Some(of_status(message, &status)),
        _ if kind == "delivery-status" || looks_like(mail) => Some(of_words(message, mail)),
        _ => None,
    }
}

/// The fields of a message/delivery-status part.
fn status_part(part: &MessagePart<'_>) -> Option<String> {
    let content = part.content_type()?;
    let is_status = content.ctype() == "message" && matches!(content.subtype(), Some("delivery-status" | "global-delivery-status"));
    is_status.then(|| String::from_utf8_lossy(part.contents()).into_owned())
}

fn of_status(message: &Message<'_>, fields: &str) -> Bounce {
    let unfolded = fields.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let field = |name: &str| {
        let line = unfolded.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        line.filter(|value| !value.is_empty())
    };
    let verdict = match field("Action").unwrap_or_default().to_lowercase().as_str() {
        "delayed" => Verdict::Delayed,
        "delivered" | "relayed" | "expanded" => Verdict::Delivered,
        _ => Verdict::Failed,
    };
    let address = field("Final-Recipient").or_else(|| field("Original-Recipient"));
    let recipient = address.and_then(|value| crate::normal_address(value.rsplit(';').next().unwrap_or_default()));
    let said = field("Diagnostic-Code").map(|code| code.split_once(';').map_or(code.clone(), |(_, words)| words.trim().to_owned()));
    Bounce {
        verdict,
        message_id: returned_id(message),
        recipient,
        status: field("Status").map(|status| qn_base::text::truncate(&status, 20).to_owned()),
        reason: qn_base::text::line(&said.unwrap_or_default(), REASON_CHARS_MAX),
    }
}

/// The Message-ID of the mail that came back: inside the notice whole, or as its headers.
fn returned_id(message: &Message<'_>) -> Option<String> {
    message.parts.iter().find_map(|part| {
        if let PartType::Message(inner) = &part.body {
            return first_id(&headers::ids(inner, "Message-ID"));
        }
        let content = part.content_type()?;
        let is_headers = content.ctype() == "text" && content.subtype() == Some("rfc822-headers");
        if !is_headers {
            return None;
        }
        let inner = MessageParser::default().parse_headers(part.contents())?;
        first_id(&headers::ids(&inner, "Message-ID"))
    })
}

fn first_id(header: &str) -> Option<String> {
    ids::read(header).into_iter().next()
}

/// A notice in a provider's own words.
fn of_words(message: &Message<'_>, mail: &Mail) -> Bounce {
    let failed = ids::read(&headers::raw(message, "X-Failed-Recipients")).into_iter().next();
    let named = returned_id(message).or_else(|| mail.references.last().cloned()).or_else(|| mail.in_reply_to.first().cloned());
    Bounce {
        verdict: Verdict::Failed,
        message_id: named,
        recipient: failed.and_then(|address| crate::normal_address(&address)),
        status: None,
        reason: qn_base::text::line(&mail.body.reply(), REASON_CHARS_MAX),
    }
}

/// From a mail server's own address, with a subject that says so.
fn looks_like(mail: &Mail) -> bool {
    let Some(sender) = mail.sender() else { return false };
    let local = sender.address.split('@').next().unwrap_or_default();
    let by_server = ["mailer-daemon", "postmaster", "mail-daemon", "mailsystem"].contains(&local);
    const WORDS: [&str; 13] = [
        "undeliver",
        "delivery status notification",
        "delivery failure",
        "delivery failed",
        "delivery has failed",
        "failure notice",
        "returned mail",
        "returned to sender",
        "mail delivery",
        "systems bounce",
        "退信",
        "退件",
        "投递失败",
    ];
    let subject = mail.subject.to_lowercase();
    by_server && WORDS.iter().any(|word| subject.contains(word))
}
