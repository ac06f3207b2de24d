//! How words are written in short messages: the GSM 7-bit alphabet, one octet for each septet (3GPP TS 23.038), Latin-1 or UCS-2, and
//! cut so that every part fits one message (3GPP TS 23.040).

/// The basic table by its numbers; 0x1B leads to the extension.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: [(u8, char); 10] = [
    (0x0a, '\u{0c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];
const ESCAPE: u8 = 0x1b;

/// Room of one message alone, and of a part that says which it is.
const SEPTETS: (usize, usize) = (160, 153);
const OCTETS: (usize, usize) = (140, 134);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Gsm7,
    Latin1,
    Ucs2,
}

/// Words ready to leave; each part fits a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub data_coding: u8,
    pub parts: Vec<Vec<u8>>,
}

/// In the message centre's own alphabet where it has every sign, otherwise in UCS-2.
pub fn write(text: &str, own: Alphabet) -> Written {
    let (alphabet, units) = match units(text, own) {
        Some(units) => (own, units),
        None => (Alphabet::Ucs2, units(text, Alphabet::Ucs2).unwrap_or_default()),
    };
    let (data_coding, room) = match alphabet {
        Alphabet::Gsm7 => (0, SEPTETS),
        Alphabet::Latin1 => (3, OCTETS),
        Alphabet::Ucs2 => (8, OCTETS),
    };
    Written { data_coding, parts: cut(&units, room) }
}

/// What each sign is written as; none if the alphabet lacks one.
fn units(text: &str, alphabet: Alphabet) -> Option<Vec<Vec<u8>>> {
    let one = |sign: char| match alphabet {
        Alphabet::Gsm7 => gsm7(sign),
        Alphabet::Latin1 => u8::try_from(u32::from(sign)).ok().map(|byte| vec![byte]),
        Alphabet::Ucs2 => Some(sign.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect()),
    };
    text.chars().map(one).collect()
}

fn gsm7(sign: char) -> Option<Vec<u8>> {
    if let Some((byte, _)) = EXTENSION.iter().find(|(_, known)| *known == sign) {
        return Some(vec![ESCAPE, *byte]);
    }
    let at = BASIC.chars().position(|known| known == sign)?;
    u8::try_from(at).ok().filter(|byte| *byte != ESCAPE).map(|byte| vec![byte])
}

/// No sign is cut in two.
fn cut(units: &[Vec<u8>], (alone, among): (usize, usize)) -> Vec<Vec<u8>> {
    if units.iter().map(Vec::len).sum::<usize>() <= alone {
        return vec![units.concat()];
    }
    let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
    for unit in units {
        if parts.last().is_some_and(|part| part.len() + unit.len() > among) {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.extend_from_slice(unit);
        }
    }
    parts
}

/// Reads words; none where the data is no text. `own` is what coding 0 means.
pub fn read(data: &[u8], data_coding: u8, own: Alphabet) -> Option<String> {
    let alphabet = match data_coding {
        0 => own,
        // Message classes of 3GPP TS 23.038, with and without compression bits.
        0x10..=0x13 | 0xf0..=0xf3 => Alphabet::Gsm7,
        1 | 3 => Alphabet::Latin1,
        8 | 0x18..=0x1b => Alphabet::Ucs2,
        _ => return None,
    };
    Some(match alphabet {
        Alphabet::Gsm7 => read_gsm7(data),
        Alphabet::Latin1 => data.iter().copied().map(char::from).collect(),
        Alphabet::Ucs2 => {
            let units = data.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]));
            char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
    })
}

fn read_gsm7(data: &[u8]) -> String {
    let basic: Vec<char> = BASIC.chars().collect();
    let of = |byte: u8| basic.get(usize::from(byte)).copied().unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut text = String::new();
    let mut bytes = data.iter().copied();
    while let Some(byte) = bytes.next() {
        let sign = match byte {
            // An unknown one reads as the basic sign of its number.
            ESCAPE => bytes.next().map(|second| EXTENSION.iter().find(|(known, _)| *known == second).map_or(of(second), |(_, sign)| *sign)),
            _ => Some(of(byte)),
        };
        text.extend(sign);
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_table_has_its_128_places() {
        let signs: Vec<char> = BASIC.chars().collect();
        assert_eq!(signs.len(), 128);
        assert_eq!((signs[0x24], signs[0x41], signs[0x5e], signs[0x7f]), ('¤', 'A', 'Ü', 'à'));
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for (text, own, coding) in [
            ("Hello {€} @Δ\n[~]", Alphabet::Gsm7, 0),
            ("Grüße à ÿ", Alphabet::Latin1, 3),
            ("ÿ", Alphabet::Gsm7, 8),
            ("您好,包裹明天送达 👍", Alphabet::Gsm7, 8),
            ("plain", Alphabet::Ucs2, 8),
            ("", Alphabet::Gsm7, 0),
        ] {
            let written = write(text, own);
            assert_eq!((written.data_coding, written.parts.len()), (coding, 1), "{text}");
            assert_eq!(read(&written.parts[0], coding, own).as_deref(), Some(text));
        }
    }

    #[test]
    fn parts_fit_and_cut_no_sign() {
        for (text, own, sizes) in [
            ("a".repeat(160), Alphabet::Gsm7, vec![160]),
            ("a".repeat(161), Alphabet::Gsm7, vec![153, 8]),
            (format!("{}€{}", "a".repeat(152), "b".repeat(20)), Alphabet::Gsm7, vec![152, 22]),
            ("中".repeat(70), Alphabet::Gsm7, vec![140]),
            ("中".repeat(71), Alphabet::Gsm7, vec![134, 8]),
            (format!("{}👍{}", "中".repeat(66), "文".repeat(9)), Alphabet::Gsm7, vec![132, 22]),
            ("é".repeat(141), Alphabet::Latin1, vec![134, 7]),
        ] {
            let written = write(&text, own);
            assert_eq!(written.parts.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{text}");
            let whole = written.parts.concat();
            assert_eq!(read(&whole, written.data_coding, own), Some(text));
        }
    }

    #[test]
    fn what_is_no_text_is_not_read() {
        assert_eq!(read(b"x", 4, Alphabet::Gsm7), None);
        assert_eq!(read(&[0x4e, 0x2d, 0x65], 8, Alphabet::Gsm7).unwrap(), "中攀");
        assert_eq!(read(&[ESCAPE], 0, Alphabet::Gsm7).unwrap(), "");
        assert_eq!(read(&[ESCAPE, b'a', 0x80], 0, Alphabet::Gsm7).unwrap(), "a\u{fffd}");
        assert_eq!(read("plain".as_bytes(), 1, Alphabet::Gsm7).unwrap(), "plain");
    }
}
