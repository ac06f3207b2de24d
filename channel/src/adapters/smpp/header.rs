//! The header in front of a part of a long message (3GPP TS 23.040, 9.2.3.24): which message, how many parts, which one this is.

use super::pdu::Short;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The sender's number of the message.
    pub of: u16,
    pub total: u8,
    /// From 1.
    pub number: u8,
}

impl Place {
    fn checked(of: u16, total: u8, number: u8) -> Option<Self> {
        (total > 1 && (1..=total).contains(&number)).then_some(Self { of, total, number })
    }
}

/// In front of a part.
pub fn write(of: u8, total: u8, number: u8) -> [u8; 6] {
    [5, 0, 3, of, total, number]
}

/// The part's place and its words; a header may hold other things, which are passed over. None if it is longer than the data.
pub fn read(short: &Short) -> Option<(Option<Place>, &[u8])> {
    if !short.has_header {
        return Some((short.sar.and_then(|(of, total, number)| Place::checked(of, total, number)), &short.data));
    }
    let length = usize::from(*short.data.first()?);
    let (mut header, words) = (short.data.get(1..=length)?, short.data.get(length + 1..)?);
    let mut place = None;
    while let [kind, size, rest @ ..] = header {
        let (value, next) = rest.split_at_checked(usize::from(*size))?;
        match (kind, value) {
            (0x00, [of, total, number]) => place = Place::checked(u16::from(*of), *total, *number),
            (0x08, [high, low, total, number]) => place = Place::checked(u16::from_be_bytes([*high, *low]), *total, *number),
            _ => {}
        }
        header = next;
    }
    Some((place, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(data: &[u8]) -> Short {
        Short { data: data.to_vec(), has_header: true, ..Short::default() }
    }

    #[test]
    fn both_headers_and_those_beside_them() {
        let place = |of, total, number| Some(Place { of, total, number });
        type Read<'a> = Option<(Option<Place>, &'a [u8])>;
        let cases: [(&[u8], Read<'_>); 8] = [
            (&[5, 0, 3, 9, 2, 1, b'x'], Some((place(9, 2, 1), b"x"))),
            (&[6, 8, 4, 1, 2, 3, 3, b'x'], Some((place(258, 3, 3), b"x"))),
            (&[8, 0x24, 1, 0, 0, 3, 9, 2, 2, b'x'], Some((place(9, 2, 2), b"x"))),
            (&[5, 0, 3, 9, 2, 3, b'x'], Some((None, b"x"))),
            (&[4, 5, 2, 0, 0, b'x'], Some((None, b"x"))),
            (&[2, 0, 3, b'x'], None),
            (&[9, 0, 3], None),
            (&[], None),
        ];
        for (data, expected) in cases {
            assert_eq!(read(&short(data)), expected, "{data:?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut data = write(7, 3, 2).to_vec();
        data.push(b'x');
        assert_eq!(read(&short(&data)), Some((Some(Place { of: 7, total: 3, number: 2 }), &b"x"[..])));
    }
}
