//! The name somebody probably meant.

/// The likest of the known words, if any is like enough: a slip or two, or one holds the other.
pub(super) fn nearest<'n>(word: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let meant = word.to_lowercase();
    let length = meant.chars().count();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        let (shorter, longer) = if name.chars().count() < length { (&name, &meant) } else { (&meant, &name) };
        match shorter.chars().count() >= 2 && longer.contains(shorter.as_str()) {
            true => 1,
            false => strsim::osa_distance(&meant, &name),
        }
    };
    let allowed = (length / 3).clamp(1, 4);
    let near = known.filter(|name| !name.is_empty()).map(|name| (distance(name), name)).filter(|(far, name)| {
        // One letter for another, in a word of one letter, is another word.
        *far <= allowed && *far < length.max(name.chars().count())
    });
    near.min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let near = |word: &str, known: &[&'static str]| nearest(word, known.iter().copied());
        assert_eq!(near("售後", &["售前组", "售后", "技术"]), Some("售后"));
        assert_eq!(near("售后", &["技术", "售后组"]), Some("售后组"));
        assert_eq!(near("Aftersale", &["presales", "aftersales"]), Some("aftersales"));
        assert_eq!(near("refudn", &["complaint", "refund"]), Some("refund"));
        assert_eq!(near("crm", &["erp", "payments"]), None);
        assert_eq!(near("财务", &["技术", "物流"]), None);
        assert_eq!(near("x", &["y"]), None);
        assert_eq!(near("", &["y"]), None);
    }
}
