//! Names as they are typed without a Chinese keyboard: full pinyin and initials, for search.

use pinyin::ToPinyin;

/// `陈雨桐` → `chenyutong cyt`; empty for names without Chinese characters.
pub fn of(name: &str) -> String {
    let syllables: Vec<&str> = name.to_pinyin().flatten().map(|p| p.plain()).collect();
    if syllables.is_empty() {
        return String::new();
    }
    let initials: String = syllables.iter().filter_map(|s| s.chars().next()).collect();
    format!("{} {initials}", syllables.concat())
}

#[cfg(test)]
mod tests {
    #[test]
    fn full_and_initials() {
        assert_eq!(super::of("陈雨桐"), "chenyutong cyt");
        assert_eq!(super::of("Emma"), "");
    }
}
