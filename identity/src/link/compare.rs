//! How two values of one role compare: a level from 0 (the same) to the last (nothing alike), and what each level is called.
//! Levels are ordered: a lower one never says less. What a level proves is learnt (`em`) or usual (`usual`), not decided here.

use super::role::Role;
use super::table::Value;
use crate::normal::phone;
use crate::similarity::{bigrams, dice, edit_share, edits, jaro_winkler};

/// Levels of a comparison, the last being nothing alike.
pub const LEVELS_MAX: usize = 7;

/// The levels' names, in order. Their number is the role's number of levels.
pub fn names(role: Role) -> &'static [&'static str] {
    match role {
        Role::GivenName | Role::Surname | Role::Name => {
            &["exact", "same_words_or_place", "one_edit", "same_sound", "near", "start", "else"]
        }
        Role::Phone => &["exact", "same_end", "one_edit", "else"],
        Role::Email => &["exact", "same_box_name", "two_edits", "near", "else"],
        Role::Date => &["exact", "one_edit", "two_parts", "near", "else"],
        Role::Code => &["exact", "one_edit", "two_edits", "else"],
        Role::Number | Role::Category => &["exact", "one_edit", "else"],
        Role::Address | Role::Place | Role::Text => &["exact", "same_words_or_place", "two_edits", "near", "some", "else"],
        Role::UserId => &["exact", "else"],
        Role::Id | Role::Ignored => &["else"],
    }
}

/// The last level: nothing alike.
pub fn last(role: Role) -> u8 {
    names(role).len() as u8 - 1
}

pub fn level(role: Role, a: &Value, b: &Value) -> u8 {
    if a.text == b.text {
        return 0;
    }
    match role {
        Role::GivenName | Role::Surname | Role::Name => of_names(a, b),
        Role::Phone => of_phones(a, b),
        Role::Email => of_emails(a, b),
        Role::Date => of_dates(a, b),
        Role::Code => of_codes(a, b),
        Role::Number | Role::Category => {
            if a.chars.len().max(b.chars.len()) >= 2 && edits(&a.chars, &b.chars, 1) <= 1 {
                1
            } else {
                2
            }
        }
        Role::Address | Role::Place | Role::Text => of_texts(a, b),
        Role::UserId => 1,
        Role::Id | Role::Ignored => 0,
    }
}

fn of_names(a: &Value, b: &Value) -> u8 {
    if !a.sorted.is_empty() && a.sorted == b.sorted {
        // Zhang Wei and Wei Zhang; 张伟 and 章伟 only sound alike.
        return if is_latin(a) || is_latin(b) { 1 } else { 3 };
    }
    let (shortest, longest) = (a.chars.len().min(b.chars.len()), a.chars.len().max(b.chars.len()));
    let one = if shortest >= 3 { 1 } else { 0 };
    if edits(&a.chars, &b.chars, one) <= one {
        return 2;
    }
    if a.sound.len() >= 3 && a.sound == b.sound {
        return 3;
    }
    let likeness = jaro_winkler(&a.chars, &b.chars);
    if shortest >= 3 && (likeness >= 0.9 || edit_share(&a.chars, &b.chars) >= 0.7) {
        return 4;
    }
    let starts = a.chars.iter().zip(&b.chars).take_while(|(x, y)| x == y).count();
    let is_start = starts == shortest && (shortest == 1 || shortest >= 3) && longest > shortest;
    if is_start || likeness >= 0.8 { 5 } else { 6 }
}

fn is_latin(value: &Value) -> bool {
    value.chars.iter().all(char::is_ascii)
}

fn of_phones(a: &Value, b: &Value) -> u8 {
    let tail = phone::tail(&a.text);
    if tail.len() == 8 && tail == phone::tail(&b.text) {
        1
    } else if edits(&a.chars, &b.chars, 1) <= 1 {
        2
    } else {
        3
    }
}

fn of_emails(a: &Value, b: &Value) -> u8 {
    let local = |v: &Value| v.chars.iter().position(|c| *c == '@').unwrap_or(v.chars.len());
    let (one, other) = (&a.chars[..local(a)], &b.chars[..local(b)]);
    if one == other {
        1
    } else if edits(&a.chars, &b.chars, 2) <= 2 {
        2
    } else if edits(one, other, 2) <= 2 && one.len().min(other.len()) >= 5 || jaro_winkler(&a.chars, &b.chars) >= 0.92 {
        3
    } else {
        4
    }
}

fn of_dates(a: &Value, b: &Value) -> u8 {
    if edits(&a.chars, &b.chars, 1) <= 1 {
        return 1;
    }
    let (Some(one), Some(other)) = (a.date, b.date) else { return 4 };
    let same = u8::from(one.year == other.year) + u8::from(one.month == other.month) + u8::from(one.day == other.day);
    let swapped = one.year == other.year && one.month == other.day && one.day == other.month;
    if same == 2 || swapped {
        2
    } else if (one.rough_days() - other.rough_days()).abs() <= 400 || edits(&a.chars, &b.chars, 2) <= 2 {
        3
    } else {
        4
    }
}

fn of_codes(a: &Value, b: &Value) -> u8 {
    match edits(&a.chars, &b.chars, 2) {
        0 | 1 => 1,
        2 if a.chars.len().min(b.chars.len()) >= 4 => 2,
        _ => 3,
    }
}

fn of_texts(a: &Value, b: &Value) -> u8 {
    if a.sorted == b.sorted && !a.sorted.is_empty() {
        return 1;
    }
    let (shortest, most) = (a.chars.len().min(b.chars.len()), if a.chars.len().max(b.chars.len()) >= 6 { 2 } else { 1 });
    if shortest >= 3 && edits(&a.chars, &b.chars, most) <= most {
        return 2;
    }
    let grams = dice(&bigrams(&a.chars), &bigrams(&b.chars));
    if grams >= 0.65 || edit_share(&a.chars, &b.chars) >= 0.75 {
        3
    } else if grams >= 0.45 || jaro_winkler(&a.chars, &b.chars) >= 0.85 {
        4
    } else {
        5
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn named(role: Role, a: &str, b: &str) -> &'static str {
        let (a, b) = (Value::read(role, a).unwrap(), Value::read(role, b).unwrap());
        assert_eq!(level(role, &a, &b), level(role, &b, &a));
        names(role)[level(role, &a, &b) as usize]
    }

    #[test]
    fn names_by_spelling_order_and_sound() {
        for (a, b, wanted) in [
            ("张伟", "張偉", "exact"),
            ("张伟", "Wei Zhang", "same_words_or_place"),
            ("张伟", "章伟", "same_sound"),
            ("Isla Hall", "Hall, Isla", "same_words_or_place"),
            ("robert", "rbert", "one_edit"),
            ("stephen", "steven", "same_sound"),
            ("rob", "robert", "start"),
            ("lachlan", "sophie", "else"),
            ("张伟", "李娜", "else"),
        ] {
            assert_eq!(named(Role::Name, a, b), wanted, "{a} {b}");
        }
    }

    #[test]
    fn the_other_roles() {
        for (role, a, b, wanted) in [
            (Role::Phone, "13912345678", "+86 139 1234 5678", "exact"),
            (Role::Phone, "021-62345678", "62345678", "same_end"),
            (Role::Phone, "13912345678", "13912345679", "one_edit"),
            (Role::Email, "a.bc@x.com", "a.bc@y.org", "same_box_name"),
            (Role::Email, "evied56@harris.net", "evihd56@earris.net", "two_edits"),
            (Role::Date, "1971-06-24", "1971-05-24", "one_edit"),
            (Role::Date, "1971-03-04", "1971-04-03", "two_parts"),
            (Role::Date, "1976-09-15", "1977-10-12", "near"),
            (Role::Date, "1976-09-15", "1988-01-02", "else"),
            (Role::Code, "7364009", "7364090", "one_edit"),
            (Role::Number, "69", "96", "one_edit"),
            (Role::Address, "foo street 12", "12 foo street", "same_words_or_place"),
            (Role::Address, "giblin street", "gibln streat", "two_edits"),
            (Role::Place, "london", "paris", "else"),
            (Role::Address, "上海市徐汇区漕溪北路88号", "徐汇区漕溪北路88号", "near"),
        ] {
            assert_eq!(named(role, a, b), wanted, "{a} {b}");
        }
    }
}
