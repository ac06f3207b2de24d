//! What is known of a contact that could be known of another as well: one value in one spelling, in the scope it is unique in, with
//! its grade. Values that many people give (junk) are no facts.

use crate::grade::Grade;
use crate::junk;
use crate::normal::{email, fold, phone};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// The company's own id of the customer.
    UserId,
    /// WeChat's id of a person within one open-platform account; the scope is that account.
    UnionId,
    Phone,
    Email,
    /// A browser's or phone's fingerprint: never more than inferred.
    Device,
}

impl FactKind {
    pub const ALL: [Self; 5] = [Self::UserId, Self::UnionId, Self::Phone, Self::Email, Self::Device];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::UnionId => "union_id",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Device => "device",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }

    /// Contacts that may share one value before it stops proving anything: a family's phone, a shop's mailbox.
    pub fn sharers_max(self) -> usize {
        match self {
            Self::UserId | Self::UnionId => 50,
            Self::Phone | Self::Email => 8,
            Self::Device => 3,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub kind: FactKind,
    /// Where the value is unique: the platform account of a UnionID; empty elsewhere.
    pub scope: String,
    /// In one spelling.
    pub value: String,
    pub grade: Grade,
}

const VALUE_CHARS_MAX: usize = 200;

impl Fact {
    /// None for junk, and for what is not what it should be.
    pub fn read(kind: FactKind, scope: &str, text: &str, grade: Grade) -> Option<Self> {
        let value = match kind {
            FactKind::Phone => phone::normal(text)?,
            FactKind::Email => email::normal(text)?,
            // Ids keep their case: aB and Ab are two people.
            FactKind::UserId | FactKind::UnionId | FactKind::Device => text.trim().to_owned(),
        };
        let grade = if kind == FactKind::Device { Grade::Inferred } else { grade };
        let fits = !value.is_empty() && value.chars().count() <= VALUE_CHARS_MAX && !junk::is_junk(kind, &value);
        fits.then(|| Self { kind, scope: fold(scope), value, grade })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_and_no_junk() {
        let phone = |text: &str| Fact::read(FactKind::Phone, "", text, Grade::Verified).map(|f| f.value);
        assert_eq!(phone("+86 139 1086 2253").as_deref(), Some("8613910862253"));
        assert_eq!(phone("13800138000"), None);
        assert_eq!(Fact::read(FactKind::Email, "", "info@shop.cn", Grade::Verified), None);
        assert_eq!(Fact::read(FactKind::UserId, "", "null", Grade::Verified), None);
        assert_eq!(Fact::read(FactKind::Device, "", "f00d-1234", Grade::Verified).map(|f| f.grade), Some(Grade::Inferred));
    }
}
