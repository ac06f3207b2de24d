//! Events as a server streams them (HTML Living Standard §9.2), as far as MCP uses them: the data of each event, nothing else.

/// Takes bytes as they come.
#[derive(Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    after_return: bool,
}

impl Events {
    /// The data of the events that these bytes complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut events = Vec::new();
        for &byte in bytes {
            let is_second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if is_second_half {
                continue;
            }
            if byte != b'\n' && byte != b'\r' {
                self.line.push(byte);
                continue;
            }
            events.extend(self.line_ended());
        }
        events
    }

    fn line_ended(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return (!self.data.is_empty()).then(|| std::mem::take(&mut self.data));
        }
        let data = line.strip_prefix(b"data:")?;
        if !self.data.is_empty() {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_whole_however_they_are_cut() {
        let text = ": hello\nid: 1\r\nevent: message\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:退\n\n\nid: 2\n\ndata: unfinished";
        let wanted: Vec<Vec<u8>> = vec![b"{\"a\":\n1}".to_vec(), "退".into()];
        for size in 1..text.len() {
            let mut events = Events::default();
            let got: Vec<Vec<u8>> = text.as_bytes().chunks(size).flat_map(|piece| events.take(piece)).collect();
            assert_eq!(got, wanted, "cut every {size} bytes");
        }
    }
}
