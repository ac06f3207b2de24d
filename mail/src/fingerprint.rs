//! The same name for the same mail, under whatever folder, UID or route it is met: its Message-ID, sender and body, but not what servers
//! on the way write above them. Two mails that share a Message-ID and say different things are two.

use crate::headers;
use mail_parser::MessageParser;
use sha2::{Digest, Sha256};

/// 64 hexadecimal characters.
pub fn fingerprint(raw: &[u8]) -> String {
    let mut hash = Sha256::new();
    match MessageParser::default().parse_headers(raw) {
        Some(message) if !headers::raw(&message, "Message-ID").is_empty() => {
            for name in ["Message-ID", "From", "Date", "Subject"] {
                hash.update(headers::raw(&message, name).as_bytes());
                hash.update(b"\n");
            }
            hash.update(headers::body(raw));
        }
        _ => hash.update(raw),
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn routes_do_not_matter_and_bodies_do() {
        let mail = "Message-ID: <a@x>\r\nFrom: a@x\r\n\r\nhello";
        let routed = format!("Received: by y\r\n{mail}");
        assert_eq!(fingerprint(mail.as_bytes()), fingerprint(routed.as_bytes()));
        assert_ne!(fingerprint(mail.as_bytes()), fingerprint(mail.replace("hello", "other").as_bytes()));
        assert_ne!(fingerprint(b"From: a@x\r\n\r\nhello"), fingerprint(b"Received: y\r\nFrom: a@x\r\n\r\nhello"));
        assert_eq!(fingerprint(b"").len(), 64);
    }
}
