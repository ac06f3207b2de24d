//! An address in few words, so that two people who type one place differently are found for each other: the street and its numbers
//! of a Chinese address, the sorted words of another. Only a reason to look; how alike two addresses are is `link::compare`'s.

use super::{fold, words};

/// What parts a Chinese address before its street.
const AREAS: &[&str] = &["自治区", "街道", "省", "市", "区", "县", "旗", "镇", "乡"];
/// Words that say nothing of the place.
const IDLE: &[&str] = &["apt", "apartment", "flat", "unit", "suite", "room", "rm", "no", "number", "floor", "china"];
/// Said in both ways.
const SHORT: &[(&str, &str)] = &[
    ("st", "street"),
    ("rd", "road"),
    ("ave", "avenue"),
    ("av", "avenue"),
    ("ln", "lane"),
    ("blvd", "boulevard"),
    ("dr", "drive"),
    ("sq", "square"),
];
const CHARS_MIN: usize = 5;
const STREET_CHARS: usize = 3;

/// None for what names no house: a city alone is everybody's.
pub fn key(text: &str) -> Option<String> {
    let folded = fold(text);
    let key = if folded.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) { of_chinese(&folded)? } else { of_words(&folded)? };
    (key.chars().count() >= CHARS_MIN).then_some(key)
}

/// `溪北路 88-3-501`: the end of the street, so that it does not matter how much of the area stands before it, and every number.
fn of_chinese(folded: &str) -> Option<String> {
    let plain: String = folded.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let first = plain.find(|c: char| c.is_ascii_digit())?;
    let (before, after) = plain.split_at(first);
    // The last area that something follows: 「静安区」 is no street, 「市」 of 「城市广场」 no end.
    let ends = AREAS.iter().filter_map(|area| before.rfind(area).map(|at| at + area.len()));
    let start = ends.filter(|end| before[*end..].chars().count() >= 2).max().unwrap_or(0);
    let street: String = before[start..].trim_matches('-').chars().rev().take(STREET_CHARS).collect::<Vec<_>>().into_iter().rev().collect();
    let numbers: Vec<&str> = after.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    (!street.is_empty()).then(|| format!("{street} {}", numbers.join("-")))
}

fn of_words(folded: &str) -> Option<String> {
    let long = |word: String| SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| (*long).to_owned());
    let mut all: Vec<String> = words(folded).into_iter().map(long).filter(|word| !IDLE.contains(&word.as_str())).collect();
    let has_number = all.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    all.sort_unstable();
    (has_number && all.len() >= 3).then(|| all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_has_one_key() {
        for (one, other) in [
            ("上海市徐汇区漕溪北路88号3栋501室", "徐汇区 漕溪北路８８号 3-501"),
            ("浙江省杭州市余杭区五常街道文一西路969号", "杭州文一西路969号"),
            ("12 Foo St., Apt 3, Sydney", "Flat 3, 12 Foo Street, Sydney"),
        ] {
            assert!(key(one).is_some() && key(one) == key(other), "{:?} {:?}", key(one), key(other));
        }
        assert_ne!(key("漕溪北路88号501室"), key("漕溪北路88号502室"));
    }

    #[test]
    fn what_names_no_house_is_none() {
        for text in ["", "上海市", "上海市徐汇区", "Sydney", "88", "12 Sydney"] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
