//! Bytes to text, and plain text to sections. Files are UTF-8, UTF-16 with a mark, or GB 18030, as Chinese office programs write them.

use crate::read::Section;
use crate::{DocumentError, markdown};

pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Text without headings: one section, or several of whole paragraphs when it is long.
pub fn read(title: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    let text = decode(bytes).replace("\r\n", "\n").replace('\0', "");
    Ok(markdown::parts(vec![title.to_owned()], &text))
}
