//! What a download brings: the bytes as they came, and the text of those that are text, as Chinese offices write it.

use serde_json::{Value, json};

/// One file.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// All files of one play; they are in memory until it ends.
pub(crate) const FILES_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Longer texts are only in the file: what a step gives stands in the run's journal.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// A file that a routine downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Under which name the step keeps it.
    pub save: String,
    /// As the page named it.
    pub name: String,
    pub content: Vec<u8>,
}

impl Download {
    /// `{"name", "bytes", "text"}`; text of what is none is null.
    pub(crate) fn told(&self) -> Value {
        json!({"name": self.name, "bytes": self.content.len(), "text": text_of(&self.content)})
    }
}

/// UTF-8, or GB 18030 (which holds GBK and GB 2312). None for what is no text, or too long to hand on.
fn text_of(content: &[u8]) -> Option<String> {
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    // no text has these; many other formats are full of them
    let is_binary = content.iter().any(|byte| matches!(byte, 0..=8 | 14..=31 | 127)) || content.starts_with(b"%PDF-");
    if is_binary || content.len() > TEXT_BYTES_MAX {
        return None;
    }
    let text = match std::str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(content)?.into_owned(),
    };
    (text.len() <= 2 * TEXT_BYTES_MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_offices_write_them_and_other_files_are_not() {
        let gbk = b"\xb5\xa5\xba\xc5,\xbd\xf0\xb6\xee\r\n1001,12.5\r\n";
        assert_eq!(text_of(gbk).as_deref(), Some("单号,金额\r\n1001,12.5\r\n"));
        assert_eq!(text_of("\u{feff}单号,金额".as_bytes()).as_deref(), Some("单号,金额"));
        assert_eq!(text_of(b"").as_deref(), Some(""));
        for other in [&b"PK\x03\x04\x14\x00\x06\x00"[..], b"%PDF-1.4\n%%EOF", b"\xff\xfe\xff", b"a\0b"] {
            assert_eq!(text_of(other), None, "{other:?}");
        }
        assert_eq!(text_of("a".repeat(TEXT_BYTES_MAX + 1).as_bytes()), None);
    }

    #[test]
    fn a_file_is_told_with_its_size() {
        let file = Download { save: "f".into(), name: "a.csv".into(), content: b"1,2".to_vec() };
        assert_eq!(file.told(), json!({"name": "a.csv", "bytes": 3, "text": "1,2"}));
    }
}
