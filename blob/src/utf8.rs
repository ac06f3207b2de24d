//! Is a stream plain text? Checked piece by piece, keeping at most one unfinished character.

/// Whether everything so far is UTF-8 without control characters other than those of plain text.
#[derive(Debug, Default)]
pub struct TextCheck {
    broken: bool,
    /// The unfinished character at the end of the last piece, at most three bytes.
    partial: Vec<u8>,
}

impl TextCheck {
    pub fn push(&mut self, piece: &[u8]) {
        if self.broken || piece.is_empty() {
            return;
        }
        // escape and form feed do appear in logs and old listings
        let control = |b: &u8| (*b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)) || *b == 0x7f;
        if piece.iter().any(control) {
            self.broken = true;
            return;
        }
        let joined;
        let bytes = if self.partial.is_empty() {
            piece
        } else {
            joined = [self.partial.as_slice(), piece].concat();
            joined.as_slice()
        };
        let rest = match std::str::from_utf8(bytes) {
            Ok(_) => &[],
            Err(error) if error.error_len().is_none() => &bytes[error.valid_up_to()..],
            Err(_) => {
                self.broken = true;
                return;
            }
        };
        self.partial = rest.to_vec();
    }

    pub fn holds(&self) -> bool {
        !self.broken && self.partial.is_empty()
    }
}
