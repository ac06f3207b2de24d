//! Telephone numbers: mobile and fixed lines of mainland China, service numbers (400, 800), and E.164 with a plus.

use super::{Context, Find, Recogniser, Text, Value};

pub struct Phone;

/// The most characters of a number with its separators.
const CHARS_MAX: usize = 24;

impl Recogniser for Phone {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        let mut at = 0;
        while at < text.len() {
            let starts = matches!(text.at(at), '+' | '0'..='9' | '(');
            match starts.then(|| number(text, at)).flatten() {
                Some(find) => {
                    at = find.end;
                    out.push(find);
                }
                None => at += 1,
            }
        }
    }
}

fn number(text: &Text, start: usize) -> Option<Find> {
    let before = text.before(start);
    if before.is_ascii_alphanumeric() || matches!(before, '+' | '-' | '.' | '_' | '/') && before != '\0' {
        return None;
    }
    let (digits, ends) = collect(text, start);
    let plus = text.at(start) == '+';
    for (count, end) in ends.iter().enumerate().rev() {
        let after = text.at(*end);
        if after.is_ascii_alphanumeric() || (matches!(after, '.' | '-' | '/') && text.at(end + 1).is_ascii_digit()) {
            continue;
        }
        if let Some((number, confidence)) = normal(&digits[..=count], plus) {
            return Some(Find { start, end: *end, value: Value::Phone { number }, confidence });
        }
    }
    None
}

/// The digits from `start` on, over single separators, and the position past each.
fn collect(text: &Text, start: usize) -> (String, Vec<usize>) {
    let (mut digits, mut ends) = (String::new(), Vec::new());
    let mut at = start + usize::from(text.at(start) == '+');
    let mut gap = false;
    while at < start + CHARS_MAX {
        match text.at(at) {
            c @ '0'..='9' => {
                digits.push(c);
                ends.push(at + 1);
                gap = false;
            }
            ' ' | '-' if !gap => gap = true,
            '(' | ')' => {}
            _ => break,
        }
        at += 1;
    }
    (digits, ends)
}

fn normal(digits: &str, plus: bool) -> Option<(String, f32)> {
    let mobile = |d: &str| d.len() == 11 && d.starts_with('1') && matches!(d.as_bytes()[1], b'3'..=b'9');
    let national = if plus { digits.strip_prefix("86") } else { None };
    let after_code = national.or_else(|| digits.strip_prefix("0086")).or_else(|| digits.strip_prefix("86").filter(|d| mobile(d)));
    if let Some(rest) = after_code.filter(|d| mobile(d)) {
        return Some((format!("+86{rest}"), 1.0));
    }
    if plus {
        return (8..=15).contains(&digits.len()).then(|| (format!("+{digits}"), if digits.starts_with('0') { 0.3 } else { 0.95 }));
    }
    match digits.len() {
        11 if mobile(digits) => Some((format!("+86{digits}"), 0.98)),
        10 if digits.starts_with("400") || digits.starts_with("800") => Some((digits.to_owned(), 0.9)),
        10..=12 if fixed_line(digits) => Some((format!("+86{}", &digits[1..]), 0.85)),
        _ => None,
    }
}

/// 010 and 02x with eight digits; other area codes have four digits with the 0 and seven or eight digits after it.
fn fixed_line(digits: &str) -> bool {
    let code = digits.as_bytes();
    code[0] == b'0'
        && match code[1] {
            b'1' => code[2] == b'0' && digits.len() == 11,
            b'2' => digits.len() == 11,
            b'3'..=b'9' => matches!(digits.len(), 11 | 12) && code[4] != b'0' && code[4] != b'1',
            _ => false,
        }
}
