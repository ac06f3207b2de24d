//! Pictures inside the text: parts that it shows by their Content-ID. While a body is folded each is a mark in a line, so that it is folded
//! with the words around it; then the mark becomes the name of its file.

use crate::fold::{Folded, Kind};
use crate::read::{Attachment, Place};

const MARK: char = '\u{FFFC}';
/// Logos are smaller; a larger picture below a signature is what the letter is about.
const LOGO_BYTES_MAX: usize = 256 * 1024;

pub(crate) fn mark(n: usize) -> String {
    format!("{MARK}{n}{MARK}")
}

/// Nothing but pictures.
pub(crate) fn is_marks(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(MARK) && line.ends_with(MARK) && line.chars().all(|c| c == MARK || c.is_ascii_digit() || c.is_whitespace())
}

/// Which of the files has this Content-ID.
pub(crate) fn find(cids: &[Option<String>], cid: &str) -> Option<usize> {
    cids.iter().position(|known| known.as_deref().is_some_and(|known| known == cid))
}

pub(crate) fn cids(files: &[Attachment]) -> Vec<Option<String>> {
    files.iter().map(|file| file.cid.clone()).collect()
}

/// Programs that write plain text beside HTML name pictures there: `[cid:…]` or `[image: name]`.
pub(crate) fn marked(text: &str, files: &[Attachment]) -> String {
    let mut text = text.to_owned();
    for (n, file) in files.iter().enumerate() {
        let Some(cid) = &file.cid else { continue };
        for named in [format!("[cid:{cid}]"), format!("[image: {}]", file.name)] {
            text = text.replace(&named, &mark(n));
        }
    }
    text
}

pub(crate) fn shows_any(text: &str) -> bool {
    text.contains(MARK)
}

/// Says of each file where it belongs, and puts names for marks. `drawn` is the HTML, where another body is read.
pub(crate) fn place(body: &mut Folded, drawn: Option<&Folded>, files: &mut [Attachment]) {
    for (n, file) in files.iter_mut().enumerate() {
        let mark = mark(n);
        let stands = |folded: &Folded, kind: Kind| folded.spans.iter().any(|span| span.kind == kind && span.text.contains(&mark));
        let by = drawn.unwrap_or(body);
        file.place = if stands(body, Kind::Fresh) {
            Place::Text
        } else if stands(by, Kind::Quoted) || stands(by, Kind::Signature) && file.bytes.len() <= LOGO_BYTES_MAX {
            Place::Folded
        } else {
            Place::Beside
        };
    }
    for span in &mut body.spans {
        for (n, file) in files.iter().enumerate() {
            span.text = span.text.replace(&mark(n), &format!("[{}]", file.name));
        }
    }
}
