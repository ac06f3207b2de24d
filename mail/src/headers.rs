//! A mail's headers as text, whatever bytes they were written in. Raw 8-bit headers, common from older Chinese mailers, are GB18030.

use mail_parser::{HeaderForm, HeaderName, HeaderValue, Message};
use std::borrow::Cow;

/// Where the headers end: the first empty line.
fn end(raw: &[u8]) -> usize {
    let crlf = raw.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 2);
    let lf = raw.windows(2).position(|w| w == b"\n\n").map(|at| at + 1);
    crlf.into_iter().chain(lf).min().unwrap_or(raw.len())
}

/// The mail with its headers in UTF-8; untouched where they are already.
pub(crate) fn in_utf8(raw: &[u8]) -> Cow<'_, [u8]> {
    let end = end(raw);
    if std::str::from_utf8(&raw[..end]).is_ok() {
        return Cow::Borrowed(raw);
    }
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(&raw[..end]);
    let mut whole = text.into_owned().into_bytes();
    whole.extend_from_slice(&raw[end..]);
    Cow::Owned(whole)
}

/// What stands after the headers.
pub(crate) fn body(raw: &[u8]) -> &[u8] {
    let body = &raw[end(raw)..];
    body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body)
}

/// The first header of this name, decoded, on one line.
pub(crate) fn text(message: &Message<'_>, name: &str) -> Option<String> {
    let values = message.header_as(header_name(name)?, HeaderForm::Text);
    let text = values.into_iter().next().and_then(HeaderValue::into_text)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// All headers of this name as they stand, unfolded only by their reader.
pub(crate) fn raw(message: &Message<'_>, name: &str) -> String {
    let Some(name) = header_name(name) else { return String::new() };
    let values = message.header_as(name, HeaderForm::Raw);
    values.into_iter().filter_map(HeaderValue::into_text).collect::<Vec<_>>().join(" ")
}

/// The topmost header of this name as it stands.
pub(crate) fn first_raw(message: &Message<'_>, name: &str) -> Option<String> {
    message.header_as(header_name(name)?, HeaderForm::Raw).into_iter().next().and_then(HeaderValue::into_text).map(Into::into)
}

/// For headers of ids. Some programs wrap long ids as encoded words, which no standard allows and the ids are needed all the same.
pub(crate) fn ids(message: &Message<'_>, name: &str) -> String {
    let raw = raw(message, name);
    if raw.contains("=?") { text(message, name).unwrap_or(raw) } else { raw }
}

pub(crate) fn count(message: &Message<'_>, name: &str) -> usize {
    header_name(name).map_or(0, |name| message.headers().iter().filter(|header| header.name == name).count())
}

fn header_name(name: &str) -> Option<HeaderName<'static>> {
    HeaderName::parse(name.to_owned())
}
