//! The flat XML that WeChat and WeCom send, as pairs of path and text (`SendLocationInfo.Label`). No document types, no entities
//! but the five of XML itself, nothing fetched; bounded in size, depth and number of elements.

use crate::ParseError;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

const BYTES_MAX: usize = 256 * 1024;
const DEPTH_MAX: usize = 8;
const ELEMENTS_MAX: usize = 500;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Empty when absent.
    pub fn get(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    pub fn insert(&mut self, path: String, text: String) {
        self.0.entry(path).or_insert(text);
    }
}

pub fn read(body: &[u8]) -> Result<Fields, ParseError> {
    if body.len() > BYTES_MAX {
        return Err(ParseError::TooLarge { max_bytes: BYTES_MAX });
    }
    let body = std::str::from_utf8(body).map_err(|_| ParseError::NotUtf8)?;
    let mut reader = Reader::from_str(body);
    let (mut fields, mut path, mut text, mut elements) = (Fields::default(), Vec::<String>::new(), String::new(), 0usize);
    loop {
        match reader.read_event().map_err(|_| unreadable("not well-formed XML"))? {
            Event::Start(start) => {
                elements += 1;
                if elements > ELEMENTS_MAX {
                    return Err(unreadable("too many elements"));
                }
                if path.len() >= DEPTH_MAX {
                    return Err(ParseError::TooDeep { max: DEPTH_MAX });
                }
                path.push(start.name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::CData(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) => text.push(reference(&name).ok_or(unreadable("an entity that XML does not know"))?),
            Event::End(_) => {
                // the root's own name says nothing
                fields.insert(path.get(1..).unwrap_or_default().join("."), std::mem::take(&mut text));
                path.pop();
            }
            Event::DocType(_) => return Err(unreadable("a document type")),
            Event::Eof if path.is_empty() && elements > 0 => return Ok(fields),
            Event::Eof => return Err(unreadable("XML that ends early")),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

fn unreadable(reason: &'static str) -> ParseError {
    ParseError::Unreadable { reason }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_get_paths_and_markup_is_text() {
        let read = read("<xml><A><![CDATA[<b>&amp;]]></A><S>\n<L>x &lt;&#20320;</L></S><E/></xml>".as_bytes()).unwrap();
        assert_eq!((read.get("A"), read.get("S.L"), read.get("E"), read.get("None")), ("<b>&amp;", "x <你", "", ""));
    }

    #[test]
    fn the_first_of_two_fields_counts() {
        assert_eq!(read(b"<xml><A>1</A><A>2</A></xml>").unwrap().get("A"), "1");
    }

    #[test]
    fn nothing_is_expanded_fetched_or_nested_without_end() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><xml><A>&b;</A></xml>";
        assert_eq!(read(bomb.as_bytes()), Err(unreadable("a document type")));
        let external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><xml/>";
        assert_eq!(read(external.as_bytes()), Err(unreadable("a document type")));
        assert_eq!(read(b"<xml><A>&b;</A></xml>"), Err(unreadable("an entity that XML does not know")));
        let deep = format!("{}{}", "<a>".repeat(9), "</a>".repeat(9));
        assert_eq!(read(deep.as_bytes()), Err(ParseError::TooDeep { max: 8 }));
        let wide = format!("<xml>{}</xml>", "<a></a>".repeat(500));
        assert_eq!(read(wide.as_bytes()), Err(unreadable("too many elements")));
        assert_eq!(read(&vec![b' '; BYTES_MAX + 1]), Err(ParseError::TooLarge { max_bytes: BYTES_MAX }));
        for broken in ["", "x", "<xml>", "<xml></a>", "<xml><A></xml>", "<xml>&#xD800;</xml>"] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
        assert_eq!(read(&[b'<', 0xff]), Err(ParseError::NotUtf8));
    }
}
