//! English words without their commonest endings. Cruder than a real stemmer on purpose: it only has to bring forms of one word
//! together, never to be shown, and it must not merge words that mean different things in support talk.

/// The stem, a prefix of the word. Words of other languages and short words come back whole.
pub fn stem(word: &str) -> &str {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let word = plural(word);
    for ending in ["ing", "ed", "ly"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.len() >= 3
            && rest.bytes().any(is_vowel)
        {
            return silent_e(undouble(rest));
        }
    }
    silent_e(word)
}

fn plural(word: &str) -> &str {
    if let Some(rest) = word.strip_suffix("ies") {
        return &word[..rest.len() + 1];
    }
    match word.strip_suffix('s') {
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest,
        _ => word,
    }
}

/// "cancelled" and "cancel", "topped" and "top".
fn undouble(word: &str) -> &str {
    let b = word.as_bytes();
    let doubled = b.len() >= 4 && b[b.len() - 1] == b[b.len() - 2] && !matches!(b[b.len() - 1], b's' | b'z' | b'e' | b'o');
    if doubled { &word[..word.len() - 1] } else { word }
}

/// "charge", "charged" and "charging" meet without the e; "y" and "ies" meet in "i".
fn silent_e(word: &str) -> &str {
    let cut = word.strip_suffix('e').or_else(|| word.strip_suffix('y')).or_else(|| word.strip_suffix('i'));
    cut.filter(|rest| rest.len() >= 4).unwrap_or(word)
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_a_word_meet_and_different_words_do_not() {
        for same in [
            &["charge", "charged", "charges", "charging"][..],
            &["cancel", "cancelled", "cancelling", "cancels"],
            &["top", "tops"],
            &["fee", "fees"],
            &["currency", "currencies"],
            &["transfer", "transfers", "transferred", "transferring"],
        ] {
            assert!(same.iter().all(|word| stem(word) == stem(same[0])), "{same:?}");
        }
        for (one, other) in [("card", "care"), ("sing", "s"), ("status", "statu"), ("address", "addres"), ("pin", "pine")] {
            assert_ne!(stem(one), stem(other), "{one} {other}");
        }
    }
}
