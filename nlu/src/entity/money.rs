//! Amounts of money: ¥1,299 · 两百五十块 · 3块5 · 1.2万元 · $20 · 30 dollars · 500以下. Hundredths of an ISO 4217 currency.

use super::number::{self, ONE};
use super::{Bound, Context, Find, Recogniser, Text, Value};

pub struct Money;

const SIGNS: &[(&str, &str)] = &[
    ("hk$", "HKD"),
    ("us$", "USD"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("usd", "USD"),
    ("¥", "CNY"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
];

const UNITS: &[(&str, &str)] = &[
    ("块人民币", "CNY"),
    ("元人民币", "CNY"),
    ("人民币", "CNY"),
    ("块钱", "CNY"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("欧元", "EUR"),
    ("英镑", "GBP"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("日元", "JPY"),
    ("元", "CNY"),
    ("块", "CNY"),
    ("圆", "CNY"),
    ("yuan", "CNY"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("dollars", "USD"),
    ("dollar", "USD"),
    ("bucks", "USD"),
    ("usd", "USD"),
    ("euros", "EUR"),
    ("euro", "EUR"),
    ("pounds", "GBP"),
];

impl Recogniser for Money {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        let mut at = 0;
        while at < text.len() {
            match text.is_border(at).then(|| amount(text, at)).flatten() {
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
    let sign = SIGNS.iter().find(|(sign, _)| text.has(start, sign));
    let from = sign.map_or(start, |(sign, _)| text.skip_spaces(start + sign.chars().count()));
    if sign.is_none() && (matches!(text.before(start), '.' | '-' | '第') || !text.is_digit_border(start)) {
        return None;
    }
    let number = number::read(text, from)?;
    let after = text.skip_spaces(number.end);
    let unit = text.one_of(after, UNITS).filter(|_| text.at(after) != '元' || text.at(after + 1) != '旦');
    let (mut end, mut value) = (number.end, number.value);
    let currency = match (unit, sign) {
        (Some((length, currency)), _) => {
            (value, end) = small_change(text, value, after + length);
            Some(*currency)
        }
        (None, Some((_, currency))) => Some(*currency),
        (None, None) => None,
    };
    let (bound, end) = bound(text, start, end);
    let (currency, confidence) = match currency {
        Some(currency) => (currency, 0.95),
        // 「500以下的耳机」 has no unit, but nothing else is counted like that.
        None if matches!(bound, Bound::AtMost | Bound::AtLeast)
            && number.value >= 10 * ONE
            && number.digits
            && end > number.end
            && plain(text, number.end) =>
        {
            ("CNY", 0.6)
        }
        None => return None,
    };
    Some(Find { start, end, value: Value::Money { cents: value.checked_add(50)? / 100, currency: currency.to_owned(), bound }, confidence })
}

/// The bound follows at once, so that no other unit stands between.
fn plain(text: &Text, at: usize) -> bool {
    matches!(text.at(text.skip_spaces(at)), '以' | '左')
}

/// 3块5 and 3块5毛 are 3.50; 10元5角 too.
fn small_change(text: &Text, value: i64, end: usize) -> (i64, usize) {
    let block = matches!(text.before(end), '块' | '元');
    let Some(change) = block.then(|| number::read(text, end)).flatten() else { return (value, end) };
    let small = change.whole().is_some_and(|n| (1..=9).contains(&n));
    match text.at(change.end) {
        '毛' | '角' if small => (value + change.value / 10, change.end + 1),
        '分' if small => (value + change.value / 100, change.end + 1),
        c if small && !c.is_ascii_alphanumeric() && !matches!(c, '个' | '件' | '台' | '双' | '天' | '次') && text.before(end) == '块' => {
            (value + change.value / 10, change.end)
        }
        _ => (value, end),
    }
}

const AFTER: &[(&str, Bound)] = &[
    ("以下", Bound::AtMost),
    ("以内", Bound::AtMost),
    ("之内", Bound::AtMost),
    ("以上", Bound::AtLeast),
    ("起", Bound::AtLeast),
    ("左右", Bound::About),
    ("上下", Bound::About),
    ("or less", Bound::AtMost),
    ("or more", Bound::AtLeast),
];

const BEFORE: &[(&str, Bound)] = &[
    ("不超过", Bound::AtMost),
    ("不到", Bound::AtMost),
    ("低于", Bound::AtMost),
    ("最多", Bound::AtMost),
    ("至少", Bound::AtLeast),
    ("超过", Bound::AtLeast),
    ("高于", Bound::AtLeast),
    ("大概", Bound::About),
    ("大约", Bound::About),
    ("under ", Bound::AtMost),
    ("below ", Bound::AtMost),
    ("less than ", Bound::AtMost),
    ("up to ", Bound::AtMost),
    ("over ", Bound::AtLeast),
    ("above ", Bound::AtLeast),
    ("more than ", Bound::AtLeast),
    ("at least ", Bound::AtLeast),
    ("about ", Bound::About),
    ("around ", Bound::About),
];

/// What the words around an amount make of it, and where the find then ends.
pub(super) fn bound(text: &Text, start: usize, end: usize) -> (Bound, usize) {
    let next = text.skip_spaces(end);
    if let Some((length, bound)) = text.one_of(next, AFTER) {
        return (*bound, next + length);
    }
    let before = BEFORE.iter().find(|(word, _)| start.checked_sub(word.chars().count()).is_some_and(|at| text.has(at, word)));
    (before.map_or(Bound::Exact, |(_, bound)| *bound), end)
}
