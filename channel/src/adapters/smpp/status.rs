//! What a message centre's numbers mean. Source: SMPP 3.4, 5.1.3 (command_status) and 5.2.28 (message_state), appendix B (receipts).

use crate::{Refused, reason};
use qn_domain::DeliveryState;

/// Least wait after the message centre said "too fast".
const THROTTLED_MS: i64 = 5_000;
const FULL_MS: i64 = 10_000;

/// Why a message was not taken.
pub fn refused(status: u32) -> Refused {
    let retry = |after_ms, word: &str| Refused::Retry { after_ms, reason: word.to_owned() };
    let failed = |word: &str| Refused::Failed { reason: word.to_owned() };
    match status {
        0x58 => retry(THROTTLED_MS, "rate_limited"),
        0x14 => retry(FULL_MS, "platform_busy"),
        0x08 | 0x64 => retry(0, "platform_busy"),
        0x04 => retry(0, "not_connected"),
        0x0b | 0x50 | 0x51 => failed("unknown_recipient"),
        0x0a | 0x48 | 0x49 => failed("sender_refused"),
        0x01 => failed("too_long"),
        0x66 | 0x104 => failed("refused_content"),
        0x100 | 0x101 | 0x103 => failed("no_permission"),
        0x45 | 0x65 | 0xfe => Refused::Failed { reason: format!("undeliverable:{}", hex(status)) },
        status => Refused::Failed { reason: reason::unknown(hex(status)) },
    }
}

/// Why we were not let in.
pub fn not_bound(status: u32) -> String {
    match status {
        0x0e | 0x0f => "bad_credentials".to_owned(),
        0x0d => "bind_refused".to_owned(),
        0x05 => "already_bound".to_owned(),
        0x08 | 0x58 | 0x64 => "platform_busy".to_owned(),
        status => reason::unknown(hex(status)),
    }
}

fn hex(status: u32) -> String {
    format!("0x{status:08X}")
}

/// The state a receipt tells as a number.
pub fn state(number: u8) -> Option<(DeliveryState, Option<&'static str>)> {
    Some(match number {
        1 | 6 => (DeliveryState::Sent, None),
        2 => (DeliveryState::Delivered, None),
        3 => (DeliveryState::Failed, Some("receipt_expired")),
        4 => (DeliveryState::Failed, Some("receipt_deleted")),
        5 => (DeliveryState::Failed, Some("undeliverable")),
        8 => (DeliveryState::Failed, Some("receipt_rejected")),
        _ => return None,
    })
}

/// The state a receipt tells as a word; operators write it long or short.
pub fn stat(word: &str) -> Option<u8> {
    const WORDS: [(&str, u8); 9] = [
        ("ENROUTE", 1),
        ("BUFFER", 1),
        ("SUBMIT", 1),
        ("ACCEPT", 6),
        ("DELIV", 2),
        ("EXPIRE", 3),
        ("DELETE", 4),
        ("UNDELIV", 5),
        ("REJECT", 8),
    ];
    let word = word.to_ascii_uppercase();
    WORDS.iter().find(|(known, _)| word.starts_with(known)).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_in_operators_spellings() {
        for (word, expected) in [
            ("DELIVRD", 2),
            ("DELIVERED", 2),
            ("UNDELIV", 5),
            ("undelivered", 5),
            ("EXPIRED", 3),
            ("REJECTD", 8),
            ("ACCEPTD", 6),
            ("DELETED", 4),
        ] {
            assert_eq!(stat(word), Some(expected), "{word}");
        }
        assert_eq!((stat("UNKNOWN"), stat("")), (None, None));
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        assert_eq!(refused(0x58), Refused::Retry { after_ms: THROTTLED_MS, reason: "rate_limited".into() });
        assert!(matches!(refused(0x14), Refused::Retry { .. }));
        assert_eq!(refused(0x0b), Refused::Failed { reason: "unknown_recipient".into() });
        assert_eq!(refused(0x1234), Refused::Failed { reason: "platform_error:0x00001234".into() });
        assert_eq!(not_bound(0x0e), "bad_credentials");
    }
}
