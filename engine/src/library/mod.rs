//! Documents that become articles: uploaded by people (`imports`), fetched from places again and again (`sync`), and the watch over articles
//! that other processes change (`watch`). What a document's sections change is decided by `qn_knowledge::import`; reading files is a reader
//! the server hands in, because files may be hostile.

mod conflicts;
mod fetch;
mod folder;
mod imports;
mod reader;
mod sync;
mod watch;
mod write;

pub(crate) use conflicts::Compared;
pub use conflicts::Conflicting;
pub use imports::{Previewed, Upload};
pub use reader::{DocumentReader, Reading, ReadingRows};
pub(crate) use watch::Stamps;

use std::path::PathBuf;
use std::sync::Arc;

/// How this server reads documents.
pub struct Library {
    pub reader: Arc<dyn DocumentReader>,
    /// Folders that are synced lie below it, each tenant's below its id; none: folders are not synced here.
    pub folder: Option<PathBuf>,
}

impl Default for Library {
    /// Reads nothing.
    fn default() -> Self {
        Self { reader: Arc::new(reader::ReadsNothing), folder: None }
    }
}
