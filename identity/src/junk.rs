//! Values that people and programs give when they have none of their own: placeholders, examples, roles' mailboxes, service numbers.

use crate::normal::fold;
use qn_domain::FactKind;

/// Numbers out of advertisements, manuals and forms.
const PHONES: &[&str] =
    &["8613800138000", "8613800138001", "8613888888888", "8613900000000", "8613000000000", "8618888888888", "8613812345678"];

/// Mailboxes of roles, not of people.
const BOXES: &[&str] = &[
    "info",
    "admin",
    "administrator",
    "support",
    "service",
    "sales",
    "contact",
    "help",
    "hello",
    "office",
    "noreply",
    "no-reply",
    "donotreply",
    "postmaster",
    "webmaster",
    "hostmaster",
    "abuse",
    "root",
    "test",
    "kefu",
    "hr",
    "billing",
    "marketing",
    "team",
];

/// Domains of examples and throw-away addresses.
const DOMAINS: &[&str] = &[
    "example.com",
    "example.org",
    "example.net",
    "test.com",
    "localhost.localdomain",
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
];

const IDS: &[&str] = &[
    "null",
    "undefined",
    "none",
    "nil",
    "nan",
    "0",
    "-1",
    "guest",
    "anonymous",
    "test",
    "unknown",
    "user",
    "admin",
    "true",
    "false",
    "[object object]",
    "访客",
    "匿名",
    "测试",
];

/// `value` is in the spelling of `Fact`.
pub fn is_junk(kind: FactKind, value: &str) -> bool {
    match kind {
        FactKind::Phone => PHONES.contains(&value) || is_dull(value),
        FactKind::Email => match value.split_once('@') {
            Some((local, domain)) => BOXES.contains(&local) || DOMAINS.contains(&domain),
            None => true,
        },
        FactKind::Name | FactKind::Address => false,
        FactKind::UserId | FactKind::UnionId | FactKind::Device | FactKind::Order => {
            IDS.contains(&fold(value).as_str()) || value.chars().all(|c| c == '0' || c == '-')
        }
    }
}

/// Seven or more of the last eight digits the same, or a plain run up or down.
fn is_dull(digits: &str) -> bool {
    let tail: Vec<u8> = digits.bytes().rev().take(8).collect();
    let most = tail.iter().map(|d| tail.iter().filter(|o| *o == d).count()).max().unwrap_or(0);
    let runs = |step: i16| tail.windows(2).all(|w| i16::from(w[0]) - i16::from(w[1]) == step);
    most >= 7 || runs(1) || runs(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_junk_and_people_are_not() {
        for (kind, value) in [
            (FactKind::Phone, "8613800138000"),
            (FactKind::Phone, "8613911111111"),
            (FactKind::Phone, "8613712345678"),
            (FactKind::Email, "info@shop.cn"),
            (FactKind::Email, "li@example.com"),
            (FactKind::UserId, "Undefined"),
            (FactKind::Device, "00000000-0000"),
        ] {
            assert!(is_junk(kind, value), "{value}");
        }
        for (kind, value) in [(FactKind::Phone, "8613910862253"), (FactKind::Email, "li.na@qq.com"), (FactKind::UserId, "u_10")] {
            assert!(!is_junk(kind, value), "{value}");
        }
    }
}
