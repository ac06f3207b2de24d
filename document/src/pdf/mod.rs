//! PDF: the text of each page is a section. What looks like a heading on paper is not marked as one in the file, so pages are the parts.

use crate::read::Section;
use crate::{DocumentError, markdown};
use lopdf::{Document, LoadOptions};

/// What one stream of the file, or one page, may unpack to.
const STREAM_BYTES_MAX: usize = 32 << 20;
const PAGES_MAX: usize = 1_000;

pub fn read(title: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    if !bytes.starts_with(b"%PDF-") && !bytes.iter().take(1_024).collect::<Vec<_>>().windows(5).any(|w| w.iter().copied().eq(b"%PDF-")) {
        return Err(DocumentError::broken("it does not begin like a PDF"));
    }
    let options = LoadOptions { max_decompressed_size: Some(STREAM_BYTES_MAX), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(told)?;
    if document.is_encrypted() {
        return Err(DocumentError::Encrypted);
    }
    let pages: Vec<u32> = document.get_pages().keys().copied().take(PAGES_MAX).collect();
    let alone = pages.len() == 1;
    let mut sections = Vec::new();
    for page in pages {
        let text = document.extract_text_with_limit(&[page], STREAM_BYTES_MAX).map_err(told)?;
        let path = if alone { vec![title.to_owned()] } else { vec![title.to_owned(), format!("{title} · {page}")] };
        sections.extend(markdown::parts(path, &paragraphs(&text)));
    }
    Ok(sections)
}

fn told(error: lopdf::Error) -> DocumentError {
    match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => DocumentError::Bomb { mib: STREAM_BYTES_MAX >> 20 },
        lopdf::Error::Decryption(_) => DocumentError::Encrypted,
        error => DocumentError::broken(error),
    }
}

/// Lines joined to paragraphs: a line that ends a sentence ends the paragraph. Lines that only look like markdown are text.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        let ends = line.is_empty() || line.ends_with(['。', '！', '？', '.', '!', '?', '：', ':', '；']);
        if line.starts_with(['#', '>', '|', '`']) {
            out.push('\\');
        }
        out.push_str(line);
        let is_spaced = line.ends_with(|c: char| c.is_ascii());
        out.push_str(if ends { "\n\n" } else { if is_spaced { " " } else { "" } });
    }
    out
}
