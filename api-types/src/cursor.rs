//! How a list's place travels: as the store says it, with a mark that tells a cursor of ours from anything else. No secret and no
//! protection: it catches cut, mistyped and made-up cursors. Marked where a page is written, read by the API before a handler runs.

use serde::{Serialize, Serializer};

const SEPARATOR: char = '~';

/// The place with its mark.
pub fn marked(place: &str) -> String {
    format!("{place}{SEPARATOR}{:08x}", mark(place))
}

/// The place, when the mark is its own.
pub fn read(cursor: &str) -> Option<&str> {
    let (place, _) = cursor.rsplit_once(SEPARATOR)?;
    (marked(place) == cursor).then_some(place)
}

/// FNV-1a, 32 bits.
fn mark(place: &str) -> u32 {
    place.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

pub(crate) fn write<S: Serializer>(place: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    place.as_deref().map(marked).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::{marked, read};

    #[test]
    fn only_what_was_marked_is_read() {
        for place in ["17", "1800000000000,run_1", "1.a.zh", "退货~1", ""] {
            let cursor = marked(place);
            assert_eq!(read(&cursor), Some(place));
            assert_eq!(read(&cursor[..cursor.len() - 1]), None);
            assert_eq!(read(&format!("1{cursor}")), None);
            assert_eq!(read(place), None);
        }
    }
}
