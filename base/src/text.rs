//! Cleaning and cutting of text that people and strangers typed.

/// Removes characters that no field of ours wants: NUL and other control characters (tab and newline stay),
/// and the bidirectional overrides that can make a line read as something else.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| keeps(*c)).collect()
}

fn keeps(c: char) -> bool {
    let override_mark = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !(override_mark || (c.is_control() && c != '\n' && c != '\t'))
}

/// One line, trimmed, at most `max` characters; for names, titles and previews.
pub fn line(text: &str, max: usize) -> String {
    let one: String = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    truncate(&one, max).to_owned()
}

/// The first `max` characters, never cutting inside one.
pub fn truncate(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// True for the characters that Chinese, Japanese and Korean are written with.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drops_nul_and_overrides_but_keeps_words() {
        assert_eq!(clean("a\0b\u{202E}c\n你"), "abc\n你");
        assert_eq!(line("  a \n b  ", 10), "a b");
        assert_eq!(truncate("你好吗", 2), "你好");
    }
}
