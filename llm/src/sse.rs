//! Server-sent events from bytes as they arrive: pieces may end anywhere, also inside a character. Only `data` matters here; comments,
//! names, ids and retry lines are read over. Bounded.

use crate::{LlmError, Result};

/// The longest event kept.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

#[derive(Debug, Default)]
pub struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    after_cr: bool,
}

impl Events {
    /// The events that `bytes` complete, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>> {
        let mut done = Vec::new();
        for &byte in bytes {
            let is_rest_of_end = byte == b'\n' && self.after_cr;
            self.after_cr = byte == b'\r';
            if is_rest_of_end {
                continue;
            }
            if matches!(byte, b'\r' | b'\n') {
                self.end_line(&mut done);
                continue;
            }
            self.line.push(byte);
            if self.line.len() + self.data.len() > EVENT_BYTES_MAX {
                return Err(LlmError::Broken { reason: format!("an event of more than {EVENT_BYTES_MAX} bytes") });
            }
        }
        Ok(done)
    }

    /// What was sent without the empty line that should follow it.
    pub fn finish(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        if !self.line.is_empty() {
            self.end_line(&mut done);
        }
        self.end_event(&mut done);
        done
    }

    fn end_line(&mut self, done: &mut Vec<String>) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.end_event(done);
        }
        let line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&line);
        if let Some(value) = line.strip_prefix(b"data:") {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
            self.has_data = true;
        }
    }

    fn end_event(&mut self, done: &mut Vec<String>) {
        if std::mem::take(&mut self.has_data) {
            done.push(String::from_utf8_lossy(&std::mem::take(&mut self.data)).into_owned());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const STREAM: &str =
        "\u{FEFF}: keep-alive\r\ndata: {\"a\":\"你好\"}\r\n\r\nevent: x\nid: 1\ndata:one\ndata: two\n\n\n: c\n\rdata: [DONE]";

    #[test]
    fn every_cut_gives_the_same_events() {
        let expected = ["{\"a\":\"你好\"}", "one\ntwo", "[DONE]"];
        for cut in 0..STREAM.len() {
            let (a, b) = STREAM.as_bytes().split_at(cut);
            let mut events = Events::default();
            let mut seen = events.push(a).unwrap();
            seen.extend(events.push(b).unwrap());
            seen.extend(events.finish());
            assert_eq!(seen, expected, "cut at {cut}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut events = Events::default();
        assert!((0..20).any(|_| events.push(&[b'x'; 100_000]).is_err()));
    }
}
