//! Reads what is known of a contact into facts: one value in one spelling, in the scope it is unique in, with its grade. Values that
//! many people give (junk) are no facts.

use crate::junk;
use crate::normal::{address, email, fold, name, phone};
use qn_domain::{Fact, FactKind, Grade};

/// Contacts that may share one value before it stops proving anything: a family's phone, a shop's mailbox, a common name.
pub fn sharers_max(kind: FactKind) -> usize {
    match kind {
        FactKind::UserId | FactKind::UnionId => 50,
        FactKind::Name => 30,
        FactKind::Phone | FactKind::Email | FactKind::Address => 8,
        FactKind::Device | FactKind::Order => 3,
    }
}

const VALUE_CHARS_MAX: usize = 200;
/// Shorter names are everybody's.
const NAME_CHARS_MIN: usize = 4;

/// None for junk, and for what is not what it should be. Names, addresses, devices and orders are never better than inferred.
pub fn read(kind: FactKind, scope: &str, text: &str, grade: Grade) -> Option<Fact> {
    let value = match kind {
        FactKind::Phone => phone::normal(text)?,
        FactKind::Email => email::normal(text)?,
        FactKind::Name => name::joined(text),
        FactKind::Address => address::key(text)?,
        // Ids keep their case: aB and Ab are two people.
        FactKind::UserId | FactKind::UnionId | FactKind::Device => text.trim().to_owned(),
        FactKind::Order => text.trim().to_uppercase(),
    };
    let is_likeness = matches!(kind, FactKind::Device | FactKind::Order | FactKind::Name | FactKind::Address);
    let grade = if is_likeness { Grade::Inferred } else { grade };
    let chars = value.chars().count();
    let fits = chars > 0 && chars <= VALUE_CHARS_MAX && (kind != FactKind::Name || chars >= NAME_CHARS_MIN);
    (fits && !junk::is_junk(kind, &value)).then(|| Fact { kind, scope: fold(scope), value, grade })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_and_no_junk() {
        let phone = |text: &str| read(FactKind::Phone, "", text, Grade::Verified).map(|f| f.value);
        assert_eq!(phone("+86 139 1086 2253").as_deref(), Some("8613910862253"));
        assert_eq!(phone("13800138000"), None);
        assert_eq!(read(FactKind::Email, "", "info@shop.cn", Grade::Verified), None);
        assert_eq!(read(FactKind::UserId, "", "null", Grade::Verified), None);
        assert_eq!(read(FactKind::Device, "", "f00d-1234", Grade::Verified).map(|f| f.grade), Some(Grade::Inferred));
        let order = read(FactKind::Order, "", " a20260101001 ", Grade::Verified).map(|f| (f.value, f.grade));
        assert_eq!(order, Some(("A20260101001".into(), Grade::Inferred)));
        assert_eq!(read(FactKind::Order, "", "000000", Grade::Verified), None);
        let name = |text: &str| read(FactKind::Name, "", text, Grade::Verified).map(|f| (f.value, f.grade));
        assert_eq!(name("王小明"), Some(("wangxiaoming".into(), Grade::Inferred)));
        assert_eq!(name("Li"), None);
        let address = read(FactKind::Address, "", "上海市徐汇区漕溪北路88号3栋501室", Grade::Verified).map(|f| (f.value, f.grade));
        assert_eq!(address, Some(("溪北路 88-3-501".into(), Grade::Inferred)));
    }
}
