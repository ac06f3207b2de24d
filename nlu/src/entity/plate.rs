//! Licence plates of mainland China: the province's sign, a letter, and five signs (six for new-energy cars).

use super::{Context, Find, Recogniser, Text, Value};

pub struct Plate;

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

impl Recogniser for Plate {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        out.extend((0..text.len()).filter(|at| PROVINCES.contains(text.at(*at))).filter_map(|at| plate(text, at)));
    }
}

fn plate(text: &Text, start: usize) -> Option<Find> {
    let letter = text.at(start + 1);
    if !letter.is_ascii_lowercase() || letter == 'i' {
        return None;
    }
    let gap = usize::from(matches!(text.at(start + 2), '·' | '.' | ' ' | '-' | '•'));
    let from = start + 2 + gap;
    let signs = (0..7).take_while(|n| matches!(text.at(from + n), '0'..='9' | 'a'..='h' | 'j'..='n' | 'p'..='z')).count();
    let suffix = usize::from(signs == 4 && matches!(text.at(from + 4), '挂' | '学' | '警' | '港' | '澳'));
    let digits = (0..signs).filter(|n| text.at(from + n).is_ascii_digit()).count();
    if !matches!(signs + suffix, 5 | 6) || digits < 2 || !text.is_border(from + signs) {
        return None;
    }
    let end = from + signs + suffix;
    let number = text.string(start, start + 2) + &text.string(from, end);
    Some(Find { start, end, value: Value::Plate { number: number.to_uppercase() }, confidence: 0.95 })
}
