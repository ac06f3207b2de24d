//! A message as plain text, for channels that show nothing richer: Markdown without its marks, cards, links, citations, files as
//! addresses, the mark of generated content, and the numbered menu. Also cuts what is too long for one message.

use crate::{DeliveryContext, RenderError, menu};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use qn_domain::content::Format;
use qn_domain::{Attachment, Button, ButtonAction, Inbox, Language, Message, MessageKind};
use std::fmt::Write as _;

/// `Ok(false)` where there is nothing to say any more: taken back before it left.
pub fn leaves(message: &Message) -> Result<bool, RenderError> {
    match message.kind {
        MessageKind::Outgoing => Ok(message.recalled_at.is_none()),
        _ => Err(RenderError::NotOutgoing),
    }
}

/// How much of a message goes into its text.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The channel shows the buttons itself.
    pub own_buttons: bool,
    /// The channel shows these files itself.
    pub own_files: bool,
}

/// Everything that the customer should see, as text; empty only for a message of nothing but what the channel shows itself.
pub fn text(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>, shape: Shape) -> String {
    let content = &message.content;
    let said = match content.format {
        Format::Markdown => from_markdown(&content.text),
        Format::Text => content.text.trim().to_owned(),
    };
    with_rest(said, inbox, message, context, shape)
}

/// The same with the text's own Markdown, for channels that show it.
pub fn markdown(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>, shape: Shape) -> String {
    with_rest(message.content.text.trim().to_owned(), inbox, message, context, shape)
}

fn with_rest(said: String, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>, shape: Shape) -> String {
    let content = &message.content;
    let language = context.conversation.language;
    let mut parts = vec![said];
    for card in &content.cards {
        parts.push([&card.title, &card.text, card.url.as_ref().unwrap_or(&String::new())].map(|s| s.trim()).join("\n").trim().to_owned());
    }
    for (label, url) in links(&content.buttons) {
        parts.push(named(label, url, language));
    }
    for file in content.attachments.iter().filter(|_| !shape.own_files) {
        parts.push(named(&file.name, &file_url(file, context.base_url), language));
    }
    if !content.citations.is_empty() {
        let lines = content.citations.iter().map(|c| format!("{} {}", c.title, absolute(context.base_url, &c.url)).trim_end().to_owned());
        parts.push(format!("{}\n{}", language.pick("参考资料：", "Sources:"), lines.collect::<Vec<_>>().join("\n")));
    }
    if content.ai && !parts.iter().all(String::is_empty) {
        parts.push(language.pick(&format!("（{}）", inbox.widget.ai_mark_zh), &format!("({})", inbox.widget.ai_mark_en)).to_owned());
    }
    if !shape.own_buttons {
        parts.extend(menu::text(&content.buttons, language));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn named(name: &str, url: &str, language: Language) -> String {
    format!("{name}{}{url}", language.pick("：", ": "))
}

pub fn links(buttons: &[Button]) -> impl Iterator<Item = (&str, &str)> {
    buttons.iter().filter_map(|button| match &button.action {
        ButtonAction::Link { url } => Some((button.label.as_str(), url.as_str())),
        ButtonAction::Reply { .. } | ButtonAction::Handoff => None,
    })
}

/// Where the customer's device can fetch a file of ours.
pub fn file_url(file: &Attachment, base_url: &str) -> String {
    absolute(base_url, &format!("/api/v1/attachments/{}/{}", file.id, percent_encode(&file.name)))
}

pub fn absolute(base_url: &str, path: &str) -> String {
    let is_path = path.starts_with('/');
    if is_path { format!("{}{path}", base_url.trim_end_matches('/')) } else { path.to_owned() }
}

/// One path segment or query value after RFC 3986.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The words of Markdown, with its lists and links as people write them without it.
pub fn from_markdown(markdown: &str) -> String {
    let mut out = String::new();
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut link = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => out.push('\n'),
            Event::Start(Tag::List(first)) => {
                lists.push(first);
                fresh_line(&mut out);
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                fresh_line(&mut out);
            }
            Event::Start(Tag::Item) => {
                fresh_line(&mut out);
                match lists.last_mut() {
                    Some(Some(number)) => {
                        let _ = write!(out, "{number}. ");
                        *number += 1;
                    }
                    _ => out.push_str("· "),
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => link = dest_url.into_string(),
            Event::End(TagEnd::Link | TagEnd::Image) if !link.is_empty() && !out.ends_with(&link) => {
                let _ = write!(out, " {}", std::mem::take(&mut link));
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                fresh_line(&mut out);
                if lists.is_empty() {
                    out.push('\n');
                }
            }
            _ => {}
        }
    }
    out.trim().to_owned()
}

fn fresh_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Pieces of at most `max` by `size`, cut at paragraphs, lines, sentences or spaces where one is near enough, never inside a character.
pub fn split(text: &str, max: usize, size: fn(&str) -> usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while size(rest) > max {
        let mut end = 0;
        let mut used = 0;
        for (at, c) in rest.char_indices() {
            used += size(&rest[at..at + c.len_utf8()]);
            if used > max {
                break;
            }
            end = at + c.len_utf8();
        }
        if end == 0 {
            break;
        }
        let cut = good_cut(&rest[..end]).unwrap_or(end);
        pieces.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// No more than `max` pieces; the last one then says that something is missing.
pub fn capped(mut pieces: Vec<String>, max: usize, language: Language) -> Vec<String> {
    if pieces.len() > max {
        pieces.truncate(max);
        if let Some(last) = pieces.last_mut() {
            let note = language.pick("……（内容过长，未完）", "… (cut: too long)");
            let keep = last.chars().count().saturating_sub(note.chars().count());
            *last = format!("{}{note}", qn_base::text::truncate(last, keep));
        }
    }
    pieces
}

/// The file's id on the platform, where it was uploaded.
pub fn uploaded<'a>(context: &DeliveryContext<'a>, file: &Attachment) -> Option<&'a str> {
    context.uploads.iter().find(|upload| upload.attachment_id == file.id).map(|upload| upload.media_id.as_str())
}

/// The message without the files that were uploaded: those are sent as files, the rest as addresses.
pub fn without_uploaded(message: &Message, context: &DeliveryContext<'_>) -> Message {
    let mut rest = message.clone();
    rest.content.attachments.retain(|file| uploaded(context, file).is_none());
    rest
}

/// The last good place in the second half.
fn good_cut(head: &str) -> Option<usize> {
    let ends: [&[&str]; 4] = [&["\n\n"], &["\n"], &["。", "！", "？", ". ", "! ", "? "], &[" ", "，"]];
    ends.iter().find_map(|marks| {
        let at = marks.iter().filter_map(|mark| head.rfind(mark).map(|at| at + mark.len())).max()?;
        (at * 2 >= head.len()).then_some(at)
    })
}

pub fn bytes(text: &str) -> usize {
    text.len()
}

pub fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

pub fn chars(text: &str) -> usize {
    text.chars().count()
}

/// At most `max` characters, with an ellipsis where something is missing.
pub fn cut(text: &str, max: usize) -> String {
    let line = qn_base::text::line(text, usize::MAX);
    if line.chars().count() <= max { line } else { format!("{}…", qn_base::text::truncate(&line, max.saturating_sub(1))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_loses_its_marks_and_nothing_else() {
        let markdown = "# 退款\n\n**7 天**内可退，见[说明](https://x.example/a)。\n\n1. 打开订单\n2. 点「退款」\n\n- a\n- `b`\n\n1 < 2 & 3";
        let plain = "退款\n\n7 天内可退，见说明 https://x.example/a。\n\n1. 打开订单\n2. 点「退款」\n· a\n· b\n1 < 2 & 3";
        assert_eq!(from_markdown(markdown), plain);
        assert_eq!(from_markdown("<https://x.example/>"), "https://x.example/");
    }

    #[test]
    fn long_text_is_cut_at_good_places_and_nothing_is_lost() {
        assert_eq!(split("短", 10, bytes), ["短"]);
        assert_eq!(split("", 10, bytes), Vec::<String>::new());
        assert_eq!(split("一二三四。五六七八", 18, bytes), ["一二三四。", "五六七八"]);
        let long = "你好，world! ".repeat(300);
        for (max, size) in [(50usize, bytes as fn(&str) -> usize), (30, utf16), (7, chars)] {
            let pieces = split(&long, max, size);
            assert!(pieces.iter().all(|piece| size(piece) <= max && !piece.is_empty()));
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(squeeze(&pieces.concat()), squeeze(&long));
        }
    }
}
