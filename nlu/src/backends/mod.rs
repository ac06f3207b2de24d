//! The backends that read a turn. Light ones live here; heavy ones are crates of their own, plugged in by the server.

pub(crate) mod person;
pub(crate) mod phrases;
pub mod rules;

/// Word lists are written as `a|b|c`, which keeps them readable in any width.
pub(crate) fn list(words: &'static str) -> Vec<&'static str> {
    words.split('|').collect()
}

/// `phrase` occurs in `clause` as whole words.
pub(crate) fn has_words(clause: &str, phrase: &str) -> bool {
    let is_border = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
    clause
        .match_indices(phrase)
        .any(|(at, found)| is_border(clause[..at].chars().next_back()) && is_border(clause[at + found.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_have_borders() {
        assert!(super::has_words("the user agent", "agent"));
        assert!(super::has_words("agent可以吗", "agent"));
        assert!(!super::has_words("reagent agents", "agent"));
    }
}
