//! What the engine asks of whoever reads documents. The server's reader does it in a process of its own; a file that hurts it hurts nobody.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use qn_domain::Unread;
use qn_knowledge::import::Section;

pub type Reading<'a> = BoxFuture<'a, Result<Vec<Section>, Unread>>;

pub type ReadingRows<'a> = BoxFuture<'a, Result<Vec<Vec<String>>, Unread>>;

pub trait DocumentReader: Send + Sync {
    /// Whether files of this name are read at all.
    fn knows(&self, name: &str) -> bool;

    /// Ends within a minute, whatever the file holds. `name` is the file's own, with its extension.
    fn read<'a>(&'a self, name: &'a str, bytes: Bytes) -> Reading<'a>;

    /// The cells of a table, CSV or XLSX, the header first; bounded likewise.
    fn read_rows<'a>(&'a self, name: &'a str, bytes: Bytes) -> ReadingRows<'a>;
}

pub(crate) struct ReadsNothing;

impl DocumentReader for ReadsNothing {
    fn knows(&self, _: &str) -> bool {
        false
    }

    fn read<'a>(&'a self, _: &'a str, _: Bytes) -> Reading<'a> {
        Box::pin(async { Err(unread("unknown", "此服务器不读取文档", "this server reads no documents")) })
    }

    fn read_rows<'a>(&'a self, _: &'a str, _: Bytes) -> ReadingRows<'a> {
        Box::pin(async { Err(unread("unknown", "此服务器不读取文档", "this server reads no documents")) })
    }
}

pub(crate) fn unread(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Unread {
    Unread { code: code.to_owned(), zh: zh.into(), en: en.into() }
}
