//! Letters to customers: plain text beside HTML made from it, our Message-ID, the thread's references, attachments. What is put in came
//! from people and customers; no line of it can become a header.

use crate::Person;
use crate::subject::desk_subject;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use qn_base::Timestamp;

const SUBJECT_CHARS_MAX: usize = 250;
/// The first, and the last ones: long threads would make headers that servers refuse.
const REFERENCES_MAX: usize = 20;

pub struct Letter<'a> {
    pub from: Person,
    pub reply_to: Option<String>,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub subject: String,
    pub text: &'a str,
    /// Without brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    pub date: Timestamp,
    /// No person wrote it: other machines are told not to answer (RFC 3834).
    pub by_machine: bool,
    pub attachments: Vec<Attached<'a>>,
}

pub struct Attached<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

/// The subject of an answer to this one: one "Re: " and what the customer last wrote, not what the thread began with.
pub fn reply_subject(last: &str) -> String {
    let line = qn_base::text::line(last, SUBJECT_CHARS_MAX);
    if line.is_empty() {
        return "Re:".to_owned();
    }
    let is_marked = line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if is_marked || desk_subject(&line).is_reply { line } else { format!("Re: {line}") }
}

/// The references of an answer to a mail with these, the mail itself last.
pub fn references_of(references: &[String], in_reply_to: &[String], message_id: Option<&str>) -> Vec<String> {
    let before = if references.is_empty() { &in_reply_to[..in_reply_to.len().min(1)] } else { references };
    let mut all: Vec<String> = Vec::new();
    for id in before.iter().map(String::as_str).chain(message_id) {
        if !all.iter().any(|known| known == id) {
            all.push(id.to_owned());
        }
    }
    if all.len() > REFERENCES_MAX {
        let cut = all.len() - REFERENCES_MAX;
        all.drain(1..=cut);
    }
    all
}

pub fn compose(letter: &Letter<'_>) -> Vec<u8> {
    let text = qn_base::text::clean(&letter.text.replace("\r\n", "\n"));
    let mut mail = MessageBuilder::new()
        .from(address(&letter.from))
        .to(list(&letter.to))
        .subject(qn_base::text::line(&letter.subject, SUBJECT_CHARS_MAX))
        .message_id(id(&letter.message_id))
        .date(Date::new(letter.date.div_euclid(1_000)));
    if !letter.cc.is_empty() {
        mail = mail.cc(list(&letter.cc));
    }
    if let Some(reply_to) = letter.reply_to.as_deref().and_then(crate::normal_address) {
        mail = mail.reply_to(Address::new_address(None::<&str>, reply_to));
    }
    if let Some(answered) = &letter.in_reply_to {
        mail = mail.in_reply_to(id(answered));
    }
    if !letter.references.is_empty() {
        mail = mail.references(MessageId::new_list(letter.references.iter().map(|one| id(one))));
    }
    if letter.by_machine {
        mail = mail
            .header("Auto-Submitted", Raw::new(if letter.in_reply_to.is_some() { "auto-replied" } else { "auto-generated" }))
            .header("X-Auto-Response-Suppress", Raw::new("All"));
    }
    mail = mail.html_body(html(&text)).text_body(text);
    for file in &letter.attachments {
        mail = mail.attachment(media_type(file.media_type), qn_base::text::line(file.name, 150), file.bytes);
    }
    // Writing to memory does not fail.
    mail.write_to_vec().unwrap_or_default()
}

/// Printable ASCII without what ends or begins an id.
fn id(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect()
}

fn media_type(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '+' | '.'));
    if is_plain && text.split('/').count() == 2 { text.to_owned() } else { "application/octet-stream".to_owned() }
}

fn address(person: &Person) -> Address<'static> {
    let name = qn_base::text::line(&person.name, 100);
    Address::new_address((!name.is_empty()).then_some(name), person.address.clone())
}

fn list(people: &[Person]) -> Address<'static> {
    Address::new_list(people.iter().map(address).collect())
}

/// The text as HTML: paragraphs and links, nothing else.
fn html(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<String> = paragraph.lines().map(linked).collect();
        format!("<p>{}</p>", lines.join("<br>\n"))
    });
    format!("<!doctype html>\n<html><body>\n{}\n</body></html>\n", paragraphs.collect::<Vec<_>>().join("\n"))
}

fn linked(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let end = word.trim_end_matches(['.', ',', ')', '。', '，', '；', '）', '!', '?']).len();
        let (address, after) = word.split_at(end);
        let is_link = (address.starts_with("https://") || address.starts_with("http://")) && address.is_ascii();
        if is_link { format!("<a href=\"{0}\">{0}</a>{1}", escaped(address), escaped(after)) } else { escaped(word) }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
