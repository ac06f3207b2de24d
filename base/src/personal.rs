//! Where personal data stands in a text, found by form alone: numbers, e-mail and network addresses, plates, street addresses.
//! For keeping it out of what leaves the house; errs on the side of hiding. Not what a turn means (`nlu::entity`) and without names:
//! those the caller knows.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Email,
    Phone,
    IdCard,
    BankCard,
    Plate,
    Network,
    Address,
    /// Any other number of seven digits or more: orders, accounts, tracking.
    Number,
}

/// `span` counts bytes, on character borders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    pub span: Range<usize>,
    pub kind: Kind,
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const STREETS: &str = "路街道巷弄";
const NUMBER_DIGITS_MIN: usize = 7;
/// A street address reaches this far to the left of its street.
const ADDRESS_CHARS_MAX: usize = 24;

/// Everything found, in order, without overlaps. Linear in the text.
pub fn find(text: &str) -> Vec<Personal> {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, fold(c))).collect();
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let end = [email, plate, number].iter().find_map(|read| read(&chars, i));
        match end {
            Some((end, kind)) => {
                if let Some(kind) = kind {
                    push(&mut found, text, &chars, (i, end), kind);
                }
                i = end;
            }
            None if STREETS.contains(chars[i].1) => {
                i = street(&chars, i).map_or(i + 1, |(start, end)| {
                    let start = start.max(found.last().map_or(0, |last: &Personal| chars.partition_point(|(at, _)| *at < last.span.end)));
                    push(&mut found, text, &chars, (start, end), Kind::Address);
                    end
                });
            }
            None => i += 1,
        }
    }
    found
}

fn push(found: &mut Vec<Personal>, text: &str, chars: &[(usize, char)], (start, end): (usize, usize), kind: Kind) {
    let byte = |i: usize| chars.get(i).map_or(text.len(), |(at, _)| *at);
    found.push(Personal { span: byte(start)..byte(end), kind });
}

/// Full-width forms read like the plain ones.
fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn begins(chars: &[(usize, char)], i: usize) -> bool {
    i == 0 || !chars[i - 1].1.is_ascii_alphanumeric()
}

fn email(chars: &[(usize, char)], i: usize) -> Option<(usize, Option<Kind>)> {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    if !begins(chars, i) || !chars[i].1.is_ascii_alphanumeric() {
        return None;
    }
    let at = (i..chars.len().min(i + 65)).find(|j| !local(chars[*j].1))?;
    if chars[at].1 != '@' {
        return None;
    }
    let host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let mut end = (at + 1..chars.len()).find(|j| !host(chars[*j].1)).unwrap_or(chars.len());
    while end > at + 1 && ".-".contains(chars[end - 1].1) {
        end -= 1;
    }
    chars[at + 1..end].iter().any(|(_, c)| *c == '.').then_some((end, Some(Kind::Email)))
}

fn plate(chars: &[(usize, char)], i: usize) -> Option<(usize, Option<Kind>)> {
    let is_plate = PROVINCES.contains(chars[i].1) && chars.get(i + 1).is_some_and(|(_, c)| c.is_ascii_uppercase());
    if !is_plate {
        return None;
    }
    let from = if chars.get(i + 2).is_some_and(|(_, c)| "·・. ".contains(*c)) { i + 3 } else { i + 2 };
    let end = (from..chars.len()).find(|j| !chars[*j].1.is_ascii_alphanumeric()).unwrap_or(chars.len());
    (5..=6).contains(&(end.saturating_sub(from))).then_some((end, Some(Kind::Plate)))
}

/// A run of letters and digits with single separators; personal when it has seven digits or more and is no date.
fn number(chars: &[(usize, char)], i: usize) -> Option<(usize, Option<Kind>)> {
    let starts = chars[i].1.is_ascii_alphanumeric() || (chars[i].1 == '+' && chars.get(i + 1).is_some_and(|(_, c)| c.is_ascii_digit()));
    if !begins(chars, i) || !starts {
        return None;
    }
    let mut end = i + 1;
    while end < chars.len() {
        let c = chars[end].1;
        let joins = "-.: ".contains(c) && chars[end - 1].1.is_ascii_digit() && chars.get(end + 1).is_some_and(|(_, c)| c.is_ascii_digit());
        if !(c.is_ascii_alphanumeric() || joins) {
            break;
        }
        end += 1;
    }
    let run: String = chars[i..end].iter().map(|(_, c)| *c).collect();
    Some((end, classify(&run)))
}

fn classify(run: &str) -> Option<Kind> {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    if run.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some(Kind::Network);
    }
    if digits.len() < NUMBER_DIGITS_MIN || is_date(run) {
        return None;
    }
    let plain: String = run.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = plain.len() - digits.len();
    Some(match digits.len() {
        _ if is_id_card(&plain) => Kind::IdCard,
        13..=19 if letters == 0 && luhn(&digits) => Kind::BankCard,
        7..=15 if letters == 0 && is_phone(run, &digits) => Kind::Phone,
        _ => Kind::Number,
    })
}

fn is_phone(run: &str, digits: &str) -> bool {
    let mobile = digits.strip_prefix("86").filter(|d| d.len() == 11).unwrap_or(digits);
    let is_mobile = mobile.len() == 11 && mobile.starts_with('1') && !matches!(mobile.as_bytes()[1], b'0' | b'1' | b'2');
    is_mobile || run.starts_with('+') || (run.starts_with('0') && run.contains('-')) || digits.len() <= 8 && run.contains('-')
}

/// 2026-11-28, 2026.11.28, 2026-11-28 10:30.
fn is_date(run: &str) -> bool {
    let parts: Vec<&str> = run.split(['-', '.', ':', ' ']).collect();
    let small = |part: &&str| part.len() <= 2;
    parts.len() >= 3 && parts[0].len() == 4 && (parts[0].starts_with("19") || parts[0].starts_with("20")) && parts[1..].iter().all(small)
}

fn is_id_card(plain: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let chars: Vec<char> = plain.to_ascii_uppercase().chars().collect();
    if chars.len() != 18 {
        return false;
    }
    let sum: Option<u32> = chars.iter().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).map(|d| d * w)).sum();
    sum.is_some_and(|sum| "10X98765432".chars().nth((sum % 11) as usize) == chars.last().copied())
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 })
        .map(|d| if d > 9 { d - 9 } else { d })
        .sum();
    sum.is_multiple_of(10)
}

/// From a street's character to its number and room, and left to where the place begins.
fn street(chars: &[(usize, char)], i: usize) -> Option<(usize, usize)> {
    let mut end = i + 1;
    while chars.get(end).is_some_and(|(_, c)| c.is_ascii_digit()) {
        end += 1;
    }
    if end == i + 1 || chars.get(end).is_none_or(|(_, c)| *c != '号' && *c != '弄') {
        return None;
    }
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "-号弄栋幢座单元室楼层".contains(c);
    while chars.get(end).is_some_and(|(_, c)| goes_on(*c)) {
        end += 1;
    }
    let mut start = i;
    while start > 0 && i - start < ADDRESS_CHARS_MAX && (crate::text::is_cjk(chars[start - 1].1) || chars[start - 1].1.is_ascii_digit()) {
        start -= 1;
    }
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(&str, Kind)> {
        find(text).into_iter().map(|p| (&text[p.span], p.kind)).collect()
    }

    #[test]
    fn each_kind_is_found_by_its_form() {
        assert_eq!(seen("我的手机是13812345678。"), [("13812345678", Kind::Phone)]);
        assert_eq!(seen("call +44 20 7946 0958 now"), [("+44 20 7946 0958", Kind::Phone)]);
        assert_eq!(seen("010-62345678"), [("010-62345678", Kind::Phone)]);
        assert_eq!(seen("mail a.b+c@x-y.example.com, ok"), [("a.b+c@x-y.example.com", Kind::Email)]);
        assert_eq!(seen("身份证11010519491231002X"), [("11010519491231002X", Kind::IdCard)]);
        assert_eq!(seen("卡号4111 1111 1111 1111"), [("4111 1111 1111 1111", Kind::BankCard)]);
        assert_eq!(seen("订单SF1234567890到哪了"), [("SF1234567890", Kind::Number)]);
        assert_eq!(seen("车牌京A12345"), [("京A12345", Kind::Plate)]);
        assert_eq!(seen("from 203.0.113.7"), [("203.0.113.7", Kind::Network)]);
        assert_eq!(seen("寄到,北京市海淀区中关村大街27号3单元502室"), [("北京市海淀区中关村大街27号3单元502室", Kind::Address)]);
        assert_eq!(seen("１３８１２３４５６７８"), [("１３８１２３４５６７８", Kind::Phone)]);
    }

    #[test]
    fn prices_dates_models_and_prose_stay() {
        for text in ["2026-11-28 10:30", "¥1999.00", "iPhone 15 Pro", "IP68, 1.5 m 30 分钟", "7天无理由", "a@b", "走这条路怎么样", "B-52"]
        {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
