//! Phone numbers as digits with their country: mainland numbers without a prefix are read as +86. Not a list of the world's
//! numbering plans: what cannot be read is kept as its digits.

/// Digits alone with the country first, `8613800138000`. None for what has fewer than 7 or more than 15 digits (E.164).
pub fn normal(text: &str) -> Option<String> {
    let folded = super::fold(text);
    let (body, _extension) = folded.split_once(['x', '转', '#']).unwrap_or((&folded, ""));
    let international = body.trim_start().starts_with('+') || body.trim_start().starts_with("00");
    let mut digits: String = body.chars().filter(char::is_ascii_digit).collect();
    if body.trim_start().starts_with("00") {
        digits = digits.split_off(2);
    }
    if !(7..=15).contains(&digits.len()) {
        return None;
    }
    if !international && is_mainland_mobile(&digits) {
        digits.insert_str(0, "86");
    }
    // 086…, and the trunk zero of a city code.
    if !international && digits.starts_with("086") {
        digits.remove(0);
    }
    Some(digits)
}

/// 11 digits, 13 to 19.
pub fn is_mainland_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// The end by which numbers written with and without country or city agree.
pub fn tail(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(8)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_written_many_ways() {
        for text in ["13912345678", "+86 139-1234-5678", "0086 13912345678", "８６１３９１２３４５６７８", "139 1234 5678 转 3"]
        {
            assert_eq!(normal(text).as_deref(), Some("8613912345678"), "{text}");
        }
        assert_eq!(normal("+1 (415) 555-2671").as_deref(), Some("14155552671"));
        assert_eq!(normal("12345"), None);
        assert_eq!(tail("8613912345678"), "12345678");
    }
}
