//! Whether Telegram shows a picture as one: its sides together have at most 10,000 pixels, and neither is more than twenty times the other.
//! Long screenshots are beyond that; they go as documents, which nobody shrinks.

const SIDES_MAX: u32 = 10_000;
const RATIO_MAX: u32 = 20;

pub fn is_shown(bytes: &[u8]) -> bool {
    let Some((width, height)) = png(bytes).or_else(|| jpeg(bytes)) else { return false };
    let (short, long) = (width.min(height), width.max(height));
    short > 0 && width.saturating_add(height) <= SIDES_MAX && long <= short.saturating_mul(RATIO_MAX)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let found = bytes.get(at..at.checked_add(length)?)?;
    Some(found.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

/// The first chunk has the size.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.get(12..16) != Some(b"IHDR") {
        return None;
    }
    Some((number(bytes, 16, 4)?, number(bytes, 20, 4)?))
}

/// The first frame header has the size; what stands before it says how long it is.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        if number(bytes, at, 1)? != 0xff {
            return None;
        }
        let marker = number(bytes, at + 1, 1)?;
        if marker == 0xff {
            at += 1;
            continue;
        }
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((number(bytes, at + 7, 2)?, number(bytes, at + 5, 2)?));
        }
        at += 2 + usize::try_from(number(bytes, at + 2, 2)?.max(2)).ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    /// An application segment, then the frame.
    fn a_jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    #[test]
    fn sizes_are_read_from_what_the_picture_says() {
        assert_eq!(png(&a_png(640, 480)), Some((640, 480)));
        assert_eq!(jpeg(&a_jpeg(640, 480)), Some((640, 480)));
        for bytes in [&b""[..], b"\x89PNG", b"GIF89a", &[0xff, 0xd8, 0xff], &[0xff, 0xd8, 0xff, 0xe0, 0, 0], &[0xff; 40]] {
            assert!(!is_shown(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn long_screenshots_are_no_photos() {
        assert!(is_shown(&a_png(1000, 9000)) && is_shown(&a_jpeg(100, 2000)));
        assert!(!is_shown(&a_png(1080, 9000)), "together too long");
        assert!(!is_shown(&a_jpeg(100, 2001)), "too thin");
        assert!(!is_shown(&a_png(0, 10)));
    }
}
