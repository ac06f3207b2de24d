//! A body as lines that know whether they are quoted: the one form in which plain text and HTML are folded.

use crate::html;

/// Lines of one body beyond this are dropped here; the raw mail has them.
const LINES_MAX: usize = 20_000;
const LINE_CHARS_MAX: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Without line end. In plain text the `>` marks are still there.
    pub text: String,
    /// Inside what the mail itself marks as a quote.
    pub quoted: bool,
    /// The mail's own mark that all from here on is quoted, such as Outlook's divider.
    pub rest_quoted: bool,
}

impl Line {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

pub fn of_text(text: &str, is_flowed: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut joins = false;
    for raw in text.split('\n').take(LINES_MAX) {
        let cleaned = qn_base::text::clean(raw);
        let text = qn_base::text::truncate(&cleaned, LINE_CHARS_MAX);
        let quoted = is_quote(text);
        match lines.last_mut().filter(|last| joins && last.quoted == quoted && !quoted) {
            Some(last) if last.text.len() + text.len() < LINE_CHARS_MAX => last.text.push_str(text.strip_prefix(' ').unwrap_or(text)),
            _ => lines.push(Line { text: text.to_owned(), quoted, rest_quoted: false }),
        }
        // RFC 3676: a line that ends in a space goes on in the next one, but for the signature's "-- ".
        joins = is_flowed && text.ends_with(' ') && text != "-- ";
    }
    lines
}

/// `html` may be anything; what comes out is text alone.
pub fn of_html(html: &str) -> Vec<Line> {
    of_html_showing(html, &[])
}

/// With a mark where a picture of these Content-IDs stands.
pub(crate) fn of_html_showing(html: &str, cids: &[Option<String>]) -> Vec<Line> {
    let mut lines = html::lines(html, cids);
    lines.truncate(LINES_MAX);
    lines
}

/// Up to three letters may stand before the `>`, as some programs put initials there.
fn is_quote(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('>') && !text.starts_with(">>>>>>>") || text.starts_with("|>")
}
