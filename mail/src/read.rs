//! Raw bytes to a `Mail`. Reading never fails: what is broken is named in `damage`, and whatever text there is, is shown. The raw bytes
//! are kept by the caller; this is a view of them.

use crate::nature::{Nature, OwnMail};
use crate::people::{self, Person};
use crate::subject::{Subject, desk_subject};
use crate::{Folded, Line, fold, headers, ids, lines, pictures};
use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use qn_base::Timestamp;
use std::borrow::Cow;

/// Mails above this are kept but not read: 64 MiB.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Parts that name a content type. No mailer writes so many; nesting bombs do.
const PARTS_MAX: usize = 500;
const ATTACHMENTS_MAX: usize = 100;
const SUBJECT_CHARS_MAX: usize = 500;
const NAME_CHARS_MAX: usize = 150;
/// Of a body that had to be shown as it came.
const RAW_CHARS_MAX: usize = 20_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Without brackets, as all ids here.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub subject: String,
    pub from: Vec<Person>,
    pub reply_to: Vec<Person>,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    /// Where it was delivered, by the headers that servers on the way add: where plus-addresses survive.
    pub delivered_to: Vec<Person>,
    /// By its Date header; epoch ms. A customer's clock, not ours.
    pub date: Option<Timestamp>,
    pub body: Folded,
    pub attachments: Vec<Attachment>,
    pub nature: Nature,
    pub damage: Vec<Damage>,
    /// The newest Authentication-Results, as it stands; read by `is_vouched_by`.
    pub(crate) results: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Without folders and control characters; never empty.
    pub name: String,
    /// As the mail says; what it is in truth is judged where it is stored.
    pub media_type: String,
    pub bytes: Vec<u8>,
    pub place: Place,
    /// What the HTML calls it.
    pub(crate) cid: Option<String>,
}

/// Where an attachment belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A file of its own.
    Beside,
    /// A picture inside the customer's own text, which has `[name]` there.
    Text,
    /// A picture that only the quote or the signature shows, such as a logo.
    Folded,
}

/// What was wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Damage {
    /// More than `BYTES_MAX`; nothing of it was read.
    TooLarge,
    NoHeaders,
    NoSender,
    /// More parts or deeper nesting than any mailer writes; only its headers and its raw text were read.
    TooManyParts,
    TooManyAttachments,
    /// The text was not in the character set it claims.
    Charset,
    /// No part could be read as text; it is shown as it came.
    RawBody,
}

impl Mail {
    /// `own` tells echoes of ours from customers' mails.
    pub fn read(raw: &[u8], own: &OwnMail<'_>) -> Mail {
        let mut damage = Vec::new();
        if raw.len() > BYTES_MAX {
            return Mail { damage: vec![Damage::TooLarge], ..Mail::empty() };
        }
        let raw = headers::in_utf8(raw);
        let bomb = is_bomb(&raw);
        let parser = MessageParser::default();
        let parsed = if bomb { parser.parse_headers(raw.as_ref()) } else { parser.parse(raw.as_ref()) };
        let Some(message) = parsed.filter(|message| !message.headers().is_empty()) else {
            damage.push(Damage::NoHeaders);
            return Mail { body: shown_raw(&raw, &mut damage), damage, ..Mail::empty() };
        };
        if bomb {
            damage.push(Damage::TooManyParts);
        }
        let subject = headers::text(&message, "Subject").unwrap_or_default();
        let mut attachments = attachments(&message, &mut damage);
        let is_forward = desk_subject(&subject).is_forward;
        let from = senders(&message);
        let who = from.first().map(|Person { name, address }| format!("{name} {address}")).unwrap_or_default();
        let Read { mut body, drawn } = read_body(&message, (&attachments, &who), is_forward, &mut damage);
        pictures::place(&mut body, drawn.as_ref(), &mut attachments);
        if body.is_blank() && attachments.is_empty() {
            body = shown_raw(headers::body(&raw), &mut damage);
        }
        let mut mail = Mail {
            message_id: ids::read(&headers::ids(&message, "Message-ID")).into_iter().next(),
            in_reply_to: ids::read(&headers::ids(&message, "In-Reply-To")),
            references: ids::read(&headers::ids(&message, "References")),
            subject: qn_base::text::line(&subject, SUBJECT_CHARS_MAX),
            from,
            reply_to: people::of(&message, HeaderName::ReplyTo),
            to: people::of(&message, HeaderName::To),
            cc: people::of(&message, HeaderName::Cc),
            delivered_to: delivered_to(&message),
            date: message.date().map(|date| date.to_timestamp().saturating_mul(1_000)),
            body,
            attachments,
            nature: Nature::Letter,
            damage: damage.clone(),
            results: headers::first_raw(&message, "Authentication-Results"),
        };
        if mail.is_headless() {
            return Mail { body: shown_raw(&raw, &mut damage), damage: vec![Damage::NoHeaders, Damage::RawBody], ..Mail::empty() };
        }
        if people::of(&message, HeaderName::From).is_empty() {
            mail.damage.push(Damage::NoSender);
        }
        mail.nature = Nature::of(&message, &mail, own);
        mail
    }

    pub fn subject_parts(&self) -> Subject {
        desk_subject(&self.subject)
    }

    /// Who wrote it.
    pub fn sender(&self) -> Option<&Person> {
        self.from.first()
    }

    /// Where an answer goes: Reply-To, or the sender.
    pub fn answer_to(&self) -> Option<&Person> {
        self.reply_to.first().or_else(|| self.sender())
    }

    /// What reads as headers names nothing that mail has: it is text.
    fn is_headless(&self) -> bool {
        let people = [&self.from, &self.to, &self.cc, &self.reply_to];
        people.iter().all(|list| list.is_empty())
            && self.subject.is_empty()
            && self.message_id.is_none()
            && self.references.is_empty()
            && self.in_reply_to.is_empty()
            && self.date.is_none()
            && self.attachments.is_empty()
    }

    fn empty() -> Mail {
        Mail {
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            subject: String::new(),
            from: Vec::new(),
            reply_to: Vec::new(),
            to: Vec::new(),
            cc: Vec::new(),
            delivered_to: Vec::new(),
            date: None,
            body: Folded::default(),
            attachments: Vec::new(),
            nature: Nature::Letter,
            damage: Vec::new(),
            results: None,
        }
    }
}

/// Reading is recursive over messages inside messages, so their number is bounded before it begins.
fn is_bomb(raw: &[u8]) -> bool {
    const NAME: &[u8] = b"content-type";
    raw.windows(NAME.len()).filter(|w| w[0] | 32 == b'c' && w.eq_ignore_ascii_case(NAME)).nth(PARTS_MAX).is_some()
}

fn delivered_to(message: &Message<'_>) -> Vec<Person> {
    let names = ["Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To", "X-Envelope-To"];
    let values = names.iter().map(|name| headers::raw(message, name)).collect::<Vec<_>>().join(" ");
    values.split(|c: char| c.is_whitespace() || c == ',').filter_map(|word| Person::new("", word)).take(20).collect()
}

/// Who wrote it, or at least who sent it.
fn senders(message: &Message<'_>) -> Vec<Person> {
    let from = people::of(message, HeaderName::From);
    if from.is_empty() { people::of(message, HeaderName::Sender) } else { from }
}

struct Read {
    body: Folded,
    /// The HTML beside it, where it alone says what stands where.
    drawn: Option<Folded>,
}

fn read_body(message: &Message<'_>, (files, who): (&[Attachment], &str), is_forward: bool, damage: &mut Vec<Damage>) -> Read {
    let read = |ids: &[u32], damage: &mut Vec<Damage>| {
        let parts = ids.iter().filter_map(|id| message.part(*id));
        let lines: Vec<Line> = parts.flat_map(|part| part_lines(message, part, files, damage)).collect();
        let folded = fold(&lines, is_forward);
        if who.is_empty() { folded } else { folded.with_signature(who) }
    };
    let plain = read(&message.text_body, damage);
    if plain.is_blank() || is_stub(&plain) {
        let html = read(&message.html_body, damage);
        return Read { body: if html.is_blank() { plain } else { html }, drawn: None };
    }
    let shows = |folded: &Folded| folded.spans.iter().any(|span| pictures::shows_any(&span.text));
    if files.iter().all(|file| file.cid.is_none()) || shows(&plain) {
        return Read { body: plain, drawn: None };
    }
    let html = read(&message.html_body, &mut Vec::new());
    if pictures::shows_any(&html.fresh()) { Read { body: html, drawn: None } } else { Read { body: plain, drawn: Some(html) } }
}

/// "Your mail program shows no HTML" and the like.
fn is_stub(body: &Folded) -> bool {
    let text = body.reply();
    text.chars().count() < 200 && text.to_lowercase().contains("html")
}

fn part_lines(message: &Message<'_>, part: &MessagePart<'_>, files: &[Attachment], damage: &mut Vec<Damage>) -> Vec<Line> {
    match &part.body {
        PartType::Text(text) => {
            let content = part.content_type();
            let is_flowed = content.and_then(|c| c.attribute("format")).is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
            let text = true_text(message, part, text, damage).map_or_else(|| text.as_ref().into(), Cow::<str>::Owned);
            let text = if files.iter().any(|file| file.cid.is_some()) { pictures::marked(&text, files).into() } else { text };
            lines::of_text(&text, is_flowed)
        }
        PartType::Html(html) => match true_text(message, part, html, damage) {
            Some(html) => lines::of_html_showing(&html, &pictures::cids(files)),
            None => lines::of_html_showing(html, &pictures::cids(files)),
        },
        _ => Vec::new(),
    }
}

/// Where the text did not decode as the character set it claims: as UTF-8, or as GB18030 where that fits.
fn true_text(message: &Message<'_>, part: &MessagePart<'_>, read: &str, damage: &mut Vec<Damage>) -> Option<String> {
    if !read.contains('\u{FFFD}') {
        return None;
    }
    damage.push(Damage::Charset);
    let bytes = decoded_bytes(message, part)?;
    if let Ok(text) = std::str::from_utf8(&bytes) {
        return Some(text.to_owned());
    }
    let (text, has_errors) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
    (!has_errors).then(|| text.into_owned())
}

/// The part's bytes without its transfer encoding: read once more as what it does not claim to be.
fn decoded_bytes(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let body = message.raw_message.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize)?;
    let encoding = part.content_transfer_encoding().unwrap_or("8bit");
    let mut again = format!("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n").into_bytes();
    again.extend_from_slice(body);
    let message = MessageParser::default().parse(&again)?;
    Some(message.root_part().contents().to_vec())
}

fn attachments(message: &Message<'_>, damage: &mut Vec<Damage>) -> Vec<Attachment> {
    if message.attachment_count() > ATTACHMENTS_MAX {
        damage.push(Damage::TooManyAttachments);
    }
    // A multipart whose parts were not found is no file; it is shown as it came.
    let is_file = |part: &&MessagePart<'_>| part.content_type().is_none_or(|content| content.ctype() != "multipart");
    let mut files: Vec<Attachment> =
        message.attachments().filter(is_file).take(ATTACHMENTS_MAX).enumerate().map(|(n, part)| attachment(n, part)).collect();
    for n in 1..files.len() {
        // A text names its pictures: each by a name of its own.
        if files[n].cid.is_some() && files[..n].iter().any(|file| file.name == files[n].name) {
            files[n].name = format!("{}-{}", n + 1, files[n].name);
        }
    }
    files
}

fn attachment(n: usize, part: &MessagePart<'_>) -> Attachment {
    let media_type = match (part.content_type(), &part.body) {
        (_, PartType::Message(_)) => "message/rfc822".to_owned(),
        (Some(content), _) => format!("{}/{}", content.ctype(), content.subtype().unwrap_or("octet-stream")).to_lowercase(),
        (None, _) => "application/octet-stream".to_owned(),
    };
    let subject = part.message().and_then(|inner| inner.subject()).map(|subject| format!("{subject}.eml"));
    let named = part.attachment_name().map(str::to_owned).or(subject).unwrap_or_default();
    let cid = part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned()).filter(|_| media_type.starts_with("image/"));
    Attachment { name: safe_name(&named, n), media_type, bytes: part.contents().to_vec(), place: Place::Beside, cid }
}

/// The last step of whatever path it names, without characters that file systems or terminals act on.
fn safe_name(name: &str, n: usize) -> String {
    let line = qn_base::text::line(name, usize::MAX);
    let last = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    if kept.is_empty() { format!("attachment-{}", n + 1) } else { shortened(kept) }
}

/// Cut in the middle, so that what it ends on stays.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(count - 20).collect();
    format!("{}…{tail}", qn_base::text::truncate(name, NAME_CHARS_MAX - 21))
}

fn shown_raw(bytes: &[u8], damage: &mut Vec<Damage>) -> Folded {
    let bytes = &bytes[..bytes.len().min(RAW_CHARS_MAX * 4)];
    let text = qn_base::text::clean(&String::from_utf8_lossy(bytes).replace("\r\n", "\n"));
    let text = qn_base::text::truncate(text.trim(), RAW_CHARS_MAX);
    if text.is_empty() {
        return Folded::default();
    }
    damage.push(Damage::RawBody);
    Folded::plain(text)
}
