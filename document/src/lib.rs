//! Documents people already have, read into sections of markdown: Markdown, HTML, plain text, CSV, XLSX, DOCX and PDF. Bytes in, sections
//! out; knows no files, no store and no articles. Whatever the file holds, reading ends: bounded in size and time, and never a panic.

mod archive;
mod docx;
mod error;
mod html;
mod markdown;
mod pdf;
mod read;
mod table;
mod text;

pub use error::DocumentError;
pub use read::{BYTES_MAX, Document, Scope, Section, is_known, read, read_rows};
