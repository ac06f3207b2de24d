//! The way in: chooses the reader by the file's name and keeps it within bounds. A reader that hangs or panics over a hostile file costs
//! its own thread, not the caller.

use crate::{DocumentError, docx, html, markdown, pdf, table, text};
use std::sync::mpsc;
use std::time::Duration;

/// Largest file that is read.
pub const BYTES_MAX: usize = 32 << 20;
const SECONDS_MAX: u64 = 30;
/// Sections beyond this are left out: a table of more rows is better parted.
pub(crate) const SECTIONS_MAX: usize = 5_000;
/// Deeply nested files need room on the stack.
const STACK_BYTES: usize = 64 << 20;

/// A part of a document under one heading, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The headings it stands under, outermost first; the last is its own. Never empty.
    pub path: Vec<String>,
    /// Other ways to ask the same, where a table gives them.
    pub questions: Vec<String>,
    /// Where a table gives it.
    pub category: Option<String>,
    /// Markdown, never empty.
    pub body: String,
    /// Where a table has a column of these.
    pub scope: Option<Scope>,
}

/// Who a row of a table is for, when, and what it is about, as its cells have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    pub audience: String,
    /// Days such as `2026-11-30`.
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    /// SKUs.
    pub products: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// In the order of the file; no two have the same path.
    pub sections: Vec<Section>,
}

type Reader = fn(&str, &[u8]) -> Result<Vec<Section>, DocumentError>;

fn reader(name: &str) -> Option<Reader> {
    let extension = name.rsplit_once('.')?.1.to_lowercase();
    Some(match extension.as_str() {
        "md" | "markdown" => markdown::read,
        "txt" => text::read,
        "html" | "htm" => html::read,
        "csv" => table::read_csv,
        "xlsx" => table::read_xlsx,
        "docx" => docx::read,
        "pdf" => pdf::read,
        _ => return None,
    })
}

/// Whether files of this name are read at all.
pub fn is_known(name: &str) -> bool {
    reader(name).is_some()
}

/// Reads a document. `name` is the file's own, with its extension; without headings it is the title of what was read.
///
/// # Errors
/// When the file is of another kind, damaged, hostile, or holds no text. Blocks up to half a minute: call it off the async threads.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Document, DocumentError> {
    let reader = reader(name).ok_or(DocumentError::Unknown)?;
    let title = title(name);
    let mut sections = apart(bytes, move |bytes| reader(&title, bytes))?;
    sections.truncate(SECTIONS_MAX);
    if sections.is_empty() {
        return Err(DocumentError::NoText);
    }
    tell_apart(&mut sections);
    Ok(Document { sections })
}

/// The cells of a table, row by row, the header first: CSV, or the first sheet of an XLSX.
///
/// # Errors
/// As `read`.
pub fn read_rows(name: &str, bytes: Vec<u8>) -> Result<Vec<Vec<String>>, DocumentError> {
    let name = name.to_owned();
    apart(bytes, move |bytes| table::rows(&name, bytes))
}

/// In a thread of its own, within bounds.
fn apart<T: Send + 'static>(
    bytes: Vec<u8>,
    reader: impl FnOnce(&[u8]) -> Result<T, DocumentError> + Send + 'static,
) -> Result<T, DocumentError> {
    if bytes.len() > BYTES_MAX {
        return Err(DocumentError::TooLarge { mib: BYTES_MAX >> 20 });
    }
    let (answer, answered) = mpsc::channel();
    let work = move || answer.send(reader(&bytes));
    let thread = std::thread::Builder::new().name("document".into()).stack_size(STACK_BYTES).spawn(work);
    thread.map_err(DocumentError::broken)?;
    match answered.recv_timeout(Duration::from_secs(SECONDS_MAX)) {
        Ok(read) => read,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(DocumentError::TooSlow { s: SECONDS_MAX }),
        // The thread is gone without an answer: the reader panicked.
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(DocumentError::broken("it cannot be parsed")),
    }
}

/// The file's name without folder and extension.
fn title(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim();
    if stem.is_empty() { file.to_owned() } else { stem.to_owned() }
}

/// Numbers the later ones of sections with the same path: 「说明」, 「说明 (2)」.
fn tell_apart(sections: &mut [Section]) {
    let mut seen = std::collections::HashMap::<Vec<String>, usize>::new();
    for section in sections {
        let times = seen.entry(section.path.clone()).or_default();
        *times += 1;
        if let (Some(last), true) = (section.path.last_mut(), *times > 1) {
            last.push_str(&format!(" ({times})"));
        }
    }
}
