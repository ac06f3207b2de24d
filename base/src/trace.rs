//! W3C Trace Context: which chain of calls something belongs to. Read where a request comes in, kept with what it causes, and sent
//! with every call that goes out. Not a recorder: spans are written to the log only.

use crate::ids::fill_random;
use std::fmt;

/// One chain of calls. Shown as the `traceparent` of the call that was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    id: [u8; 16],
    span: [u8; 8],
    /// Only bit 0 is defined: the caller records.
    flags: u8,
}

impl Trace {
    /// A chain that begins here and that nobody records yet.
    pub fn fresh() -> Self {
        let mut random = [0; 24];
        fill_random(&mut random);
        let (mut id, mut span) = ([0; 16], [0; 8]);
        id.copy_from_slice(&random[..16]);
        span.copy_from_slice(&random[16..]);
        Self { id, span, flags: 0 }
    }

    /// Reads a `traceparent`; none when it is not one. Versions after 00 are read as 00, as the standard asks.
    pub fn read(traceparent: &str) -> Option<Self> {
        let (version, rest) = traceparent.split_at_checked(2)?;
        let [version] = hex::<1>(version)?;
        let rest = rest.strip_prefix('-')?;
        let whole = rest.len() == 52 || (version > 0 && rest.as_bytes().get(52) == Some(&b'-'));
        let mut parts = rest.get(..52).filter(|_| whole && version != 0xff)?.split('-');
        let trace = Self { id: hex(parts.next()?)?, span: hex(parts.next()?)?, flags: hex::<1>(parts.next()?)?[0] };
        (trace.id != [0; 16] && trace.span != [0; 8]).then_some(trace)
    }

    /// The next call of the same chain.
    #[must_use]
    pub fn step(self) -> Self {
        let mut span = [0; 8];
        fill_random(&mut span);
        Self { span, ..self }
    }

    /// 32 hexadecimal digits, the same for the whole chain.
    pub fn id(&self) -> String {
        self.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = (u128::from_be_bytes(self.id), u64::from_be_bytes(self.span));
        write!(f, "00-{:032x}-{:016x}-{:02x}", number.0, number.1, self.flags)
    }
}

/// Exactly `N` bytes in lower-case hexadecimal digits.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut out = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_chain_keeps_its_id_and_flags_from_call_to_call() {
        let trace = Trace::read(GIVEN).unwrap();
        assert_eq!(trace.to_string(), GIVEN);
        assert_eq!(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let next = trace.step().to_string();
        assert!(next.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && next.ends_with("-01") && next != GIVEN);
        assert_eq!(Trace::read(&Trace::fresh().to_string()).unwrap().flags, 0);
        assert!(Trace::read(&GIVEN.replacen("00", "cc", 1)).is_some(), "a later version");
        assert!(Trace::read(&format!("cc{}-more", &GIVEN[2..])).is_some(), "a later version with more in it");
    }

    #[test]
    fn anything_else_is_no_chain() {
        let zero_id = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        let zero_span = "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01";
        let upper = GIVEN.to_uppercase();
        for text in
            ["", "0", "00", "é", "nonsense", zero_id, zero_span, &upper, &GIVEN[..54], &format!("{GIVEN}-x"), &format!("ff{}", &GIVEN[2..])]
        {
            assert_eq!(Trace::read(text), None, "{text}");
        }
    }
}
