//! Message-IDs as they are found in headers: in brackets or without, folded, beside comments and phrases.

/// Of one header. Longer lists are loops or attacks; the last ones are nearest to the mail.
const IDS_MAX: usize = 500;
const ID_BYTES_MAX: usize = 998;

/// All ids of a header, in order. Old mailers write prose around them, so text outside brackets counts only where there are no brackets.
pub(crate) fn read(header: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut rest = header;
    while let Some(from) = rest.find('<') {
        let inner = &rest[from + 1..];
        let Some(to) = inner.find(['<', '>']) else { break };
        if inner.as_bytes()[to] == b'>' {
            ids.extend(clean(&inner[..to]));
            rest = &inner[to + 1..];
        } else {
            rest = &inner[to..];
        }
    }
    if ids.is_empty() {
        ids.extend(header.split(|c: char| c.is_whitespace() || c == ',').filter(|word| word.contains('@')).filter_map(clean));
    }
    let surplus = ids.len().saturating_sub(IDS_MAX);
    ids.drain(..surplus);
    ids
}

/// One id without brackets, white space from folding, and the quotes that RFC 5256 makes equal to none.
pub(crate) fn clean(text: &str) -> Option<String> {
    let id: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"')).collect();
    (!id.is_empty() && id.len() <= ID_BYTES_MAX).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_among_prose_and_folds() {
        assert_eq!(read("<a@b>\r\n <c@d>"), ["a@b", "c@d"]);
        assert_eq!(read("Your message of Monday <a@b> (was: <x@y>)"), ["a@b", "x@y"]);
        assert_eq!(read("a@b"), ["a@b"]);
        assert_eq!(read("<a\r\n @b>"), ["a@b"]);
        assert_eq!(read("<<a@b>"), ["a@b"]);
        assert_eq!(read("<\"a\"@b>"), ["a@b"]);
        assert!(read("").is_empty() && read("<>").is_empty() && read("<a@b").first().is_some_and(|id| id == "a@b"));
    }
}
