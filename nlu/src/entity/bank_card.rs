//! Bank card numbers: 15 to 19 digits with a known first digit and a right Luhn sum. Masked as soon as they are seen.

use super::{Context, Find, Recogniser, Text, Value};

pub struct BankCard;

const CARD_CUES: &[&str] = &["卡号", "银行卡", "信用卡", "储蓄卡", "借记卡", "card"];
const ORDER_CUES: &[&str] = &["单号", "订单", "编号", "order", "tracking"];

impl Recogniser for BankCard {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        let mut at = 0;
        while at < text.len() {
            let starts = text.at(at).is_ascii_digit() && text.is_border(at) && text.before(at) != '+';
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
    let (mut digits, mut at) = (Vec::new(), start);
    loop {
        match text.at(at).to_digit(10) {
            Some(n) => digits.push(n),
            None if matches!(text.at(at), ' ' | '-') && text.at(at + 1).is_ascii_digit() && digits.len() % 4 == 0 => {}
            None => break,
        }
        at += 1;
        if digits.len() > 19 {
            return None;
        }
    }
    let known = matches!(
        (digits.first(), digits.get(1)),
        (Some(4 | 5), _) | (Some(3), Some(4 | 5 | 7)) | (Some(6), Some(0 | 2 | 5)) | (Some(2), Some(2..=7))
    );
    if !(15..=19).contains(&digits.len()) || !known || !luhn(&digits) || !text.is_border(at) || text.cued(start, 10, ORDER_CUES) {
        return None;
    }
    let tail: String = digits[digits.len() - 4..].iter().filter_map(|n| char::from_digit(*n, 10)).collect();
    let masked = format!("{}{tail}", "*".repeat(digits.len() - 4));
    let confidence = if text.cued(start, 12, CARD_CUES) { 0.98 } else { 0.8 };
    Some(Find { start, end: at, value: Value::BankCard { masked }, confidence })
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |n: u32| if n > 4 { n * 2 - 9 } else { n * 2 };
    let sum: u32 = digits.iter().rev().enumerate().map(|(n, d)| if n % 2 == 1 { doubled(*d) } else { *d }).sum();
    sum.is_multiple_of(10)
}
