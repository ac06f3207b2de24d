//! Amounts with a unit other than money: 1.5公斤 · 5000mAh · 三件 · two hours · 20%. In ten-thousandths of a base unit.

use super::money::bound;
use super::number;
use super::{Context, Find, Recogniser, Text, Value};

pub struct Quantity;

/// (written, base unit, base units in one, as a fraction). Longest first where one begins another.
const UNITS: &[(&str, (&str, i64, i64))] = &[
    ("千克", ("g", 1_000, 1)),
    ("公斤", ("g", 1_000, 1)),
    ("毫克", ("g", 1, 1_000)),
    ("克", ("g", 1, 1)),
    ("斤", ("g", 500, 1)),
    ("吨", ("g", 1_000_000, 1)),
    ("千米", ("m", 1_000, 1)),
    ("公里", ("m", 1_000, 1)),
    ("厘米", ("m", 1, 100)),
    ("毫米", ("m", 1, 1_000)),
    ("英寸", ("inch", 1, 1)),
    ("米", ("m", 1, 1)),
    ("寸", ("inch", 1, 1)),
    ("毫升", ("l", 1, 1_000)),
    ("升", ("l", 1, 1)),
    ("毫安时", ("mah", 1, 1)),
    ("毫安", ("mah", 1, 1)),
    ("千瓦", ("w", 1_000, 1)),
    ("瓦", ("w", 1, 1)),
    ("摄氏度", ("°c", 1, 1)),
    ("个小时", ("s", 3_600, 1)),
    ("小时", ("s", 3_600, 1)),
    ("分钟", ("s", 60, 1)),
    ("秒钟", ("s", 1, 1)),
    ("秒", ("s", 1, 1)),
    ("天", ("s", 86_400, 1)),
    ("个星期", ("s", 604_800, 1)),
    ("个礼拜", ("s", 604_800, 1)),
    ("周", ("s", 604_800, 1)),
    ("个月", ("month", 1, 1)),
    ("年", ("month", 12, 1)),
    ("kg", ("g", 1_000, 1)),
    ("kilograms", ("g", 1_000, 1)),
    ("kilogram", ("g", 1_000, 1)),
    ("grams", ("g", 1, 1)),
    ("gram", ("g", 1, 1)),
    ("g", ("g", 1, 1)),
    ("lbs", ("lb", 1, 1)),
    ("lb", ("lb", 1, 1)),
    ("km", ("m", 1_000, 1)),
    ("cm", ("m", 1, 100)),
    ("mm", ("m", 1, 1_000)),
    ("meters", ("m", 1, 1)),
    ("metres", ("m", 1, 1)),
    ("meter", ("m", 1, 1)),
    ("metre", ("m", 1, 1)),
    ("m", ("m", 1, 1)),
    ("inches", ("inch", 1, 1)),
    ("inch", ("inch", 1, 1)),
    ("ml", ("l", 1, 1_000)),
    ("liters", ("l", 1, 1)),
    ("litres", ("l", 1, 1)),
    ("l", ("l", 1, 1)),
    ("mah", ("mah", 1, 1)),
    ("kw", ("w", 1_000, 1)),
    ("w", ("w", 1, 1)),
    ("tb", ("gb", 1_024, 1)),
    ("gb", ("gb", 1, 1)),
    ("mb", ("gb", 1, 1_024)),
    ("hz", ("hz", 1, 1)),
    ("hours", ("s", 3_600, 1)),
    ("hour", ("s", 3_600, 1)),
    ("minutes", ("s", 60, 1)),
    ("minute", ("s", 60, 1)),
    ("mins", ("s", 60, 1)),
    ("min", ("s", 60, 1)),
    ("seconds", ("s", 1, 1)),
    ("second", ("s", 1, 1)),
    ("days", ("s", 86_400, 1)),
    ("day", ("s", 86_400, 1)),
    ("weeks", ("s", 604_800, 1)),
    ("week", ("s", 604_800, 1)),
    ("months", ("month", 1, 1)),
    ("month", ("month", 1, 1)),
    ("years", ("month", 12, 1)),
    ("year", ("month", 12, 1)),
    ("pieces", ("piece", 1, 1)),
    ("piece", ("piece", 1, 1)),
    ("pcs", ("piece", 1, 1)),
    ("items", ("piece", 1, 1)),
    ("boxes", ("box", 1, 1)),
    ("box", ("box", 1, 1)),
    ("pairs", ("pair", 1, 1)),
    ("pair", ("pair", 1, 1)),
    ("percent", ("%", 1, 1)),
    ("%", ("%", 1, 1)),
    ("℃", ("°c", 1, 1)),
    ("°c", ("°c", 1, 1)),
];

/// Counters that only count: 三件, 两台. 「一个」 and 「个」 alone say little, so they are less sure.
const COUNTERS: &[(&str, &str)] = &[
    ("件", "piece"),
    ("台", "piece"),
    ("部", "piece"),
    ("只", "piece"),
    ("条", "piece"),
    ("张", "piece"),
    ("瓶", "piece"),
    ("份", "piece"),
    ("套", "piece"),
    ("支", "piece"),
    ("把", "piece"),
    ("本", "piece"),
    ("盒", "box"),
    ("箱", "box"),
    ("包", "box"),
    ("双", "pair"),
    ("个", "piece"),
];

impl Recogniser for Quantity {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        let mut at = 0;
        while at < text.len() {
            let starts = text.is_border(at)
                && text.is_digit_border(at)
                && !matches!(text.before(at), '第' | '.' | '这' | '那' | '哪' | '每' | '头')
                && !(at >= 2 && text.has(at - 2, "最后"));
            match starts.then(|| amount(text, at)).flatten() {
                Some(find) => {
                    at = find.end;
                    out.push(find);
                }
                None => at += 1,
            }
        }
    }
}

fn amount(text: &Text, start: usize) -> Option<Find> {
    let number = number::read(text, start)?;
    let after = text.skip_spaces(number.end);
    let (length, unit, value, confidence) = match text.one_of(after, UNITS) {
        Some((length, (unit, times, parts))) => {
            let value = number.value.checked_mul(*times)?;
            (length, *unit, value.checked_add(parts / 2)? / parts, 0.9)
        }
        None => {
            let (length, unit) = text.one_of(after, COUNTERS)?;
            let sure = text.at(after) != '个' && !(text.at(after) == '把' || text.at(after) == '只' || text.at(after) == '本')
                || number.value > number::ONE;
            (length, *unit, number.value, if sure { 0.85 } else { 0.5 })
        }
    };
    let (bound, end) = bound(text, start, after + length);
    Some(Find { start, end, value: Value::Quantity { amount: value, unit: unit.to_owned(), bound }, confidence })
}
