//! Resident identity numbers of mainland China (18 signs, checksum of GB 11643). Masked as soon as they are seen.

use super::{Context, Find, Recogniser, Text, Value};

pub struct IdCard;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10x98765432";

impl Recogniser for IdCard {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        for start in (0..text.len()).filter(|at| text.at(*at).is_ascii_digit() && text.is_border(*at)) {
            if let Some(end) = number(text, start) {
                let masked = format!("{}{}", "*".repeat(14), text.string(end - 4, end).to_ascii_uppercase());
                out.push(Find { start, end, value: Value::IdCard { masked }, confidence: 0.98 });
            }
        }
    }
}

fn number(text: &Text, start: usize) -> Option<usize> {
    let end = start + 18;
    if !text.is_border(end) {
        return None;
    }
    let digit = |n: usize| text.at(start + n).to_digit(10);
    let mut sum = 0;
    for (n, weight) in WEIGHTS.iter().enumerate() {
        sum += digit(n)? * weight;
    }
    let number = |from: usize, length: usize| (from..from + length).try_fold(0, |sum, n| Some(sum * 10 + digit(n)?));
    let (year, month, day) = (number(6, 4)?, number(10, 2)?, number(12, 2)?);
    let right = text.at(start + 17) as u32 == u32::from(CHECK[sum as usize % 11]);
    let plausible = matches!(year, 1900..=2099) && matches!(month, 1..=12) && matches!(day, 1..=31) && digit(0)? > 0;
    (right && plausible).then_some(end)
}
