//! Reads a number at a position: 1,299.5 · 两百五十 · 3万 · 一万二 · 半 · twenty-five · two hundred. Exact, in ten-thousandths.

use super::text::Text;

/// One, in the unit of `Number::value`.
pub const ONE: i64 = 10_000;
/// The longest number read, in characters.
const CHARS_MAX: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// In ten-thousandths.
    pub value: i64,
    /// Past its last character.
    pub end: usize,
    /// Written with digits.
    pub digits: bool,
}

impl Number {
    /// The value when it is whole.
    pub fn whole(&self) -> Option<i64> {
        (self.value % ONE == 0).then_some(self.value / ONE)
    }
}

pub fn read(text: &Text, at: usize) -> Option<Number> {
    match text.at(at) {
        '0'..='9' => arabic(text, at),
        c if digit(c).is_some() || unit(c).is_some() || c == '半' => chinese(text, at),
        'a'..='z' => english(text, at),
        _ => None,
    }
}

fn arabic(text: &Text, at: usize) -> Option<Number> {
    let (mut value, mut end, mut decimals) = (0i64, at, None::<u32>);
    loop {
        match text.at(end) {
            c @ '0'..='9' => {
                let n = i64::from(c as u32 - '0' as u32);
                match decimals {
                    None => value = value.checked_mul(10)?.checked_add(n * ONE)?,
                    Some(d) => {
                        value = value.checked_add(n * 10i64.checked_pow(4u32.checked_sub(d + 1).unwrap_or(9))? % ONE)?;
                        decimals = Some(d + 1);
                    }
                }
            }
            ',' if decimals.is_none() && group(text, end) => {}
            '.' if decimals.is_none() && text.at(end + 1).is_ascii_digit() => decimals = Some(0),
            _ => break,
        }
        end += 1;
        if end - at > CHARS_MAX || decimals.is_some_and(|d| d > 4) {
            return None;
        }
    }
    let (scale, length) = match text.at(end) {
        '万' => (10_000, 1),
        '千' if text.at(end + 1) != '克' && text.at(end + 1) != '米' && text.at(end + 1) != '瓦' => (1_000, 1),
        '百' => (100, 1),
        '亿' => (100_000_000, 1),
        'k' if text.is_border(end + 1) => (1_000, 1),
        _ => (1, 0),
    };
    Some(Number { value: value.checked_mul(scale)?, end: end + length, digits: true })
}

/// A comma before exactly three digits.
fn group(text: &Text, comma: usize) -> bool {
    (1..=3).all(|n| text.at(comma + n).is_ascii_digit()) && !text.at(comma + 4).is_ascii_digit()
}

pub fn digit(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        _ => return None,
    })
}

fn chinese(text: &Text, at: usize) -> Option<Number> {
    if text.at(at) == '半' {
        return Some(Number { value: ONE / 2, end: at + 1, digits: false });
    }
    // `total`: what stands before 万 and 亿; `section`: below; `last`: the digit not yet placed; `step`: the last unit read.
    let (mut total, mut section, mut last, mut step) = (0i64, 0i64, None::<i64>, 1i64);
    let (mut end, mut plain) = (at, String::new());
    while end - at <= CHARS_MAX {
        let c = text.at(end);
        if let Some(n) = digit(c) {
            plain.push(char::from(b'0' + n as u8));
            last = Some(n);
            if n == 0 {
                step = 1;
            }
        } else if let Some(u) = unit(c) {
            section = section.checked_add(last.take().unwrap_or(1).checked_mul(u)?)?;
            (step, plain) = (u, String::from("-"));
        } else if matches!(c, '万' | '亿') && end > at {
            let u = if c == '万' { 10_000 } else { 100_000_000 };
            total = total.checked_add(section)?.checked_add(last.take().unwrap_or(0))?.checked_mul(u)?;
            (section, step, plain) = (0, u, String::from("-"));
        } else {
            break;
        }
        end += 1;
    }
    // 二〇二六 is read digit by digit; 两百五 is 250 and 一万二 is 12,000.
    if plain.len() > 1 && !plain.starts_with('-') {
        return Some(Number { value: plain.parse::<i64>().ok()?.checked_mul(ONE)?, end, digits: false });
    }
    let tail = last.map_or(0, |n| if step >= 100 { n * step / 10 } else { n });
    let value = total.checked_add(section)?.checked_add(tail)?.checked_mul(ONE)?;
    Some(Number { value, end, digits: false })
}

const WORDS: &[(&str, i64)] = &[
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("eleven", 11),
    ("twelve", 12),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
];

fn english(text: &Text, at: usize) -> Option<Number> {
    if !text.is_border(at) {
        return None;
    }
    let (mut total, mut section, mut at_word, mut end) = (0i64, 0i64, at, at);
    while end - at <= CHARS_MAX {
        if let Some((length, n)) = text.one_of(at_word, WORDS) {
            section = section.checked_add(*n)?;
            end = at_word + length;
        } else if section > 0 && text.one_of(at_word, &[("hundred", ())]).is_some() {
            section = section.checked_mul(100)?;
            end = at_word + 7;
        } else if section > 0 && text.one_of(at_word, &[("thousand", ())]).is_some() {
            total = total.checked_add(section.checked_mul(1_000)?)?;
            section = 0;
            end = at_word + 8;
        } else {
            break;
        }
        at_word = end + usize::from(matches!(text.at(end), ' ' | '-'));
    }
    (end > at).then_some(Number { value: total.checked_add(section)?.checked_mul(ONE)?, end, digits: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_written() {
        for (written, value, length) in [
            ("1,299.5元", 12_995_000, 7),
            ("0.0001", 1, 6),
            ("12,34", 120_000, 2),
            ("3万", 300_000_000, 2),
            ("1.5万", 150_000_000, 4),
            ("5k", 50_000_000, 2),
            ("两百五十块", 2_500_000, 4),
            ("两百五", 2_500_000, 3),
            ("一百零五", 1_050_000, 4),
            ("一万二", 120_000_000, 3),
            ("十五", 150_000, 2),
            ("二十", 200_000, 2),
            ("二〇二六年", 20_260_000, 4),
            ("三千", 30_000_000, 2),
            ("半", 5_000, 1),
            ("twenty-five", 250_000, 11),
            ("two hundred fifty", 2_500_000, 17),
            ("three thousand", 30_000_000, 14),
        ] {
            let read = read(&Text::new(written), 0).map(|n| (n.value, n.end));
            assert_eq!(read, Some((value, length)), "{written}");
        }
        assert_eq!(read(&Text::new("often"), 0), None);
        assert_eq!(read(&Text::new(&"9".repeat(60)), 0), None);
    }
}
