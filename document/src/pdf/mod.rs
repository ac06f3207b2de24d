//! PDF to sections: one for each heading, whatever page it stands on; without headings the whole file is one article. `page` tells which
//! lines are printed and how, `outline` which of them are headings. Scans hold no text and are refused.

mod outline;
mod page;
mod radicals;

use crate::DocumentError;
use crate::read::Section;
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
    let pages = document.page_iter().take(PAGES_MAX).map(|page| page::lines(&document, page, STREAM_BYTES_MAX));
    Ok(outline::sections(title, pages.collect::<lopdf::Result<Vec<_>>>().map_err(told)?))
}

fn told(error: lopdf::Error) -> DocumentError {
    match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => DocumentError::Bomb { mib: STREAM_BYTES_MAX >> 20 },
        lopdf::Error::Decryption(_) => DocumentError::Encrypted,
        error => DocumentError::broken(error),
    }
}
