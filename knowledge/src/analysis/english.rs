//! Light English: a stemmer that only cuts (so that a stem is a slice of the text), and spelling distance for typing errors.

/// The stem of a lower-case word, always a prefix of it: charging/charges/charged → charg, batteries/battery → batter.
pub fn stem(word: &str) -> &str {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let word = plural(word);
    let cut = strip(word, "ing", 3).or_else(|| strip(word, "ed", 3));
    match cut {
        Some(cut) => undouble(cut),
        None => strip(word, "e", 3).or_else(|| strip(word, "y", 3)).unwrap_or(word),
    }
}

fn plural(word: &str) -> &str {
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word;
    }
    strip(word, "ies", 3)
        .or_else(|| word.strip_suffix("es").filter(|w| w.ends_with("sh") || w.ends_with("ch") || w.ends_with("ss") || w.ends_with('x')))
        .or_else(|| strip(word, "s", 3))
        .unwrap_or(word)
}

/// Without `suffix`, when at least `left` letters with a vowel among them are left.
fn strip<'a>(word: &'a str, suffix: &str, left: usize) -> Option<&'a str> {
    word.strip_suffix(suffix).filter(|rest| rest.len() >= left && rest.contains(['a', 'e', 'i', 'o', 'u', 'y']))
}

/// shipp → ship, but fill and pass stay.
fn undouble(word: &str) -> &str {
    let bytes = word.as_bytes();
    let n = bytes.len();
    let doubled = n > 3 && bytes[n - 1] == bytes[n - 2] && !matches!(bytes[n - 1], b'l' | b's' | b'e' | b'o');
    if doubled { &word[..n - 1] } else { word.strip_suffix('e').filter(|w| w.len() > 2).unwrap_or(word) }
}

/// Whether two ASCII words are at most `max` edits apart (insert, delete, replace, swap neighbours).
pub fn distance_at_most(a: &str, b: &str, max: usize) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > max {
        return false;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()] <= max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in [
            &["charge", "charges", "charged", "charging"][..],
            &["battery", "batteries"],
            &["ship", "ships", "shipped", "shipping"],
            &["invoice", "invoices", "invoiced"],
            &["watch", "watches"],
            &["phone", "phones"],
            &["box", "boxes"],
            &["fit", "fits", "fitted"],
            &["leak", "leaks", "leaking", "leaked"],
            &["fill", "filling", "filled"],
        ] {
            let stems: Vec<&str> = forms.iter().map(|f| stem(f)).collect();
            assert!(stems.windows(2).all(|w| w[0] == w[1]), "{forms:?} {stems:?}");
        }
        for word in ["bus", "is", "pass", "wifi", "ip68", "esim", "this", "bring", "red"] {
            assert!(word.starts_with(stem(word)));
        }
    }

    #[test]
    fn spelling_distance() {
        assert!(distance_at_most("waranty", "warranty", 1));
        assert!(distance_at_most("recieve", "receive", 1));
        assert!(distance_at_most("batery", "battery", 1));
        assert!(!distance_at_most("return", "refund", 2));
        assert!(!distance_at_most("a", "abcd", 2));
    }
}
