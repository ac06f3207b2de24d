//! The amounts a turn bounds its wish by: 1000到2000 · 两千以内 · under 500 · 5000mAh以上. Every number outside the names of products is read;
//! one that is none of these is `unread`, and then no list is made of the turn. Used by `list`, before anything is looked up.

use super::amounts::{AFTER_AMOUNT, AMOUNT_UNITS, ATTRIBUTE_UNITS, BEFORE_AMOUNT, Bounds, COUNTED, FOREIGN, RANGES};
use qn_nlu::entity::Text;
use qn_nlu::entity::number::{self, ONE};

/// Smaller amounts without a unit bound nothing.
const BARE_MIN: f64 = 10.0;
/// Smaller amounts before 的 are no price: 「256 的手机」.
const PRICE_MIN: f64 = 300.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// None was said: a price, or of the attribute beside it.
    None,
    Price,
    /// How the keys of attributes with this unit end: `mah`, `inch`.
    Of(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub least: Option<f64>,
    pub most: Option<f64>,
    /// `least` itself is too little.
    pub over: bool,
    pub unit: Unit,
    /// Characters of the text, its bounding words included.
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    pub all: Vec<Limit>,
    /// How many are wanted: 推荐三款.
    pub count: Option<usize>,
    /// A number stands there that is none of these.
    pub unread: bool,
    /// An amount in another currency than prices are in.
    pub foreign: Option<String>,
}

struct Amount {
    value: f64,
    unit: Unit,
    end: usize,
    /// 3到5千: what the unit of thousands before it means for the amount before.
    scale: f64,
    bare: bool,
}

/// `names`: the byte ranges of named products.
pub fn read(text: &str, names: &[(usize, usize)]) -> Limits {
    let text = Text::new(text);
    let mut limits = Limits { foreign: foreign(&text, names), ..Limits::default() };
    let mut at = 0;
    while at < text.len() {
        if let Some((_, to)) = names.iter().find(|(from, to)| (*from..*to).contains(&text.byte(at))) {
            at = (at..text.len()).find(|n| text.byte(*n) >= *to).unwrap_or(text.len());
            continue;
        }
        at = step(&text, at, &mut limits);
    }
    limits
}

/// Reads what stands at `at`; returns where to go on.
fn step(text: &Text, at: usize, limits: &mut Limits) -> usize {
    if !text.is_border(at) || !text.is_digit_border(at) {
        return at + 1;
    }
    let Some(amount) = amount(text, at) else { return at + 1 };
    let counted = COUNTED.iter().any(|word| text.has(text.skip_spaces(amount.end), word));
    if counted && amount.value < BARE_MIN && amount.value >= 1.0 && amount.unit == Unit::None {
        // 「一款」 and "one" count nothing, and neither do 两个 and 第三款 that point.
        if text.at(at).is_ascii_digit() && !matches!(text.before(at), '第' | '这' | '那') {
            limits.count = Some(amount.value as usize);
        }
        return amount.end;
    }
    match limit(text, at, &amount) {
        Some(limit) => {
            let end = limit.end;
            limits.all.push(limit);
            end
        }
        None => {
            limits.unread |= text.at(at).is_ascii_digit() || amount.value >= BARE_MIN && !matches!(text.at(amount.end), '分' | '足');
            amount.end
        }
    }
}

fn limit(text: &Text, start: usize, first: &Amount) -> Option<Limit> {
    let (bounds, from) = before(text, start);
    if let Some(second) = second(text, first, from) {
        let low = if second.scale > 1.0 && first.value * second.scale <= second.value { first.value * second.scale } else { first.value };
        let unit = if second.unit == Unit::None { first.unit } else { second.unit };
        let (_, end) = after(text, second.end);
        let (least, most) = (low.min(second.value), low.max(second.value));
        let plain = unit == Unit::None && most < BARE_MIN;
        return (!plain).then_some(Limit { least: Some(least), most: Some(most), over: false, unit, start: from, end });
    }
    let (behind, end) = after(text, first.end);
    let bounds = match (behind, bounds, first.unit) {
        // 「预算三千左右」: the words behind are nearer.
        (Some(behind), ..) => behind,
        (None, Some(bounds), _) => bounds,
        (None, None, Unit::Price | Unit::Of(_)) => Bounds::Near,
        (None, None, Unit::None) if text.at(first.end) == '的' && first.value >= PRICE_MIN => Bounds::Near,
        _ => return None,
    };
    if first.unit == Unit::None && first.bare && first.value < BARE_MIN {
        return None;
    }
    let v = first.value;
    let (least, most) = match bounds {
        Bounds::Most => (None, Some(v)),
        Bounds::Least | Bounds::Over => (Some(v), None),
        Bounds::Near if matches!(first.unit, Unit::Of(_)) => (Some(v * 0.95), Some(v * 1.05)),
        Bounds::Near => (Some(v * 0.75), Some(v * 1.25)),
    };
    Some(Limit { least, most, over: bounds == Bounds::Over, unit: first.unit, start: from, end })
}

/// The other end of a range that begins with `first`; `from` is where its bounding words begin.
fn second(text: &Text, first: &Amount, from: usize) -> Option<Amount> {
    let at = text.skip_spaces(first.end);
    let word = RANGES.iter().find(|word| text.has(at, word))?;
    // "under 500 and wireless" is no range.
    if *word == "and" && !text.has(from, "between") {
        return None;
    }
    let at = text.skip_spaces(at + word.chars().count());
    amount(text, at).filter(|second| second.value > 0.0)
}

fn amount(text: &Text, start: usize) -> Option<Amount> {
    let sign = FOREIGN.iter().chain(&["¥", "rmb", "cny"]).find(|sign| text.has(start, sign));
    let from = sign.map_or(start, |sign| text.skip_spaces(start + sign.chars().count()));
    if let Some(pair) = pair(text, from) {
        return Some(pair);
    }
    let number = number::read(text, from)?;
    // "one", 一 and 半 alone are no amounts of anything.
    if !number.digits && number.value < 2 * ONE && sign.is_none() {
        return None;
    }
    let value = number.value as f64 / ONE as f64;
    let scale = match text.before(number.end) {
        '百' => 100.0,
        '千' | 'k' => 1_000.0,
        '万' => 10_000.0,
        _ => 1.0,
    };
    let after = text.skip_spaces(number.end);
    let (unit, end) = match (text.one_of(after, AMOUNT_UNITS), text.one_of(after, ATTRIBUTE_UNITS)) {
        (Some((length, ())), _) => (Unit::Price, after + length),
        // 5G is a network, 256G a size.
        (None, Some((length, unit))) if sign.is_none() && !(*unit == "gb" && value < BARE_MIN) => (Unit::Of(unit), after + length),
        _ => (if sign.is_some() { Unit::Price } else { Unit::None }, number.end),
    };
    Some(Amount { value, unit, end, scale, bare: sign.is_none() })
}

/// 两三千 is about 2,500: said as the amount between.
fn pair(text: &Text, at: usize) -> Option<Amount> {
    let (low, high) = (number::digit(text.at(at))?, number::digit(text.at(at + 1))?);
    let scale = match text.at(at + 2) {
        '百' => 100.0,
        '千' => 1_000.0,
        '万' => 10_000.0,
        _ => return None,
    };
    let between = (low as f64 + high as f64) / 2.0 * scale;
    let unit = text.one_of(at + 3, AMOUNT_UNITS);
    let end = at + 3 + unit.map_or(0, |(length, ())| length);
    (low + 1 == high).then_some(Amount { value: between, unit: Unit::Price, end, scale: 1.0, bare: true })
}

/// The bounding words before an amount, and where they begin.
fn before(text: &Text, start: usize) -> (Option<Bounds>, usize) {
    let mut from = start;
    while matches!(text.before(from), ' ' | '在' | '是' | '为' | '于' | ':' | '：') {
        from -= 1;
    }
    let found = BEFORE_AMOUNT.iter().find_map(|(word, bounds)| {
        // 大于 ends with a word that may also stand between.
        (from..=start).rev().find_map(|end| {
            let at = end.checked_sub(word.chars().count())?;
            (text.has(at, word) && text.is_border(at)).then_some((*bounds, at))
        })
    });
    found.map_or((None, start), |(bounds, at)| (Some(bounds), at))
}

/// The bounding words behind an amount, and where they end.
fn after(text: &Text, end: usize) -> (Option<Bounds>, usize) {
    let at = text.skip_spaces(end);
    text.one_of(at, AFTER_AMOUNT).map_or((None, end), |(length, bounds)| (Some(*bounds), at + length))
}

/// The currency a turn names that is not that of the prices.
fn foreign(text: &Text, names: &[(usize, usize)]) -> Option<String> {
    let outside = |at: usize| !names.iter().any(|(from, to)| (*from..*to).contains(&text.byte(at)));
    let stands = |at: usize, word: &str| {
        let letters = word.chars().all(|c| c.is_ascii_alphabetic());
        text.has(at, word) && (!letters || text.is_border(at) && text.is_border(at + word.chars().count()))
    };
    (0..text.len()).filter(|at| outside(*at)).find_map(|at| FOREIGN.iter().find(|word| stands(at, word))).map(|word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (least, most) of each limit, and whether a number was left.
    type Bounds = (Option<f64>, Option<f64>);

    fn found(text: &str) -> (Vec<Bounds>, bool) {
        let limits = read(text, &[]);
        (limits.all.iter().map(|l| (l.least, l.most)).collect(), limits.unread)
    }

    #[test]
    fn ranges_and_bounds_in_both_languages() {
        for (text, least, most) in [
            ("有没有1000到2000的手机", Some(1_000.0), Some(2_000.0)),
            ("3000-5000元", Some(3_000.0), Some(5_000.0)),
            ("3000元至5000元之间的手机", Some(3_000.0), Some(5_000.0)),
            ("一千到两千的手机", Some(1_000.0), Some(2_000.0)),
            ("3到5千", Some(3_000.0), Some(5_000.0)),
            ("3~5k的手机", Some(3_000.0), Some(5_000.0)),
            ("between 1,000 and 2,000", Some(1_000.0), Some(2_000.0)),
            ("from 1000 to 2000 yuan", Some(1_000.0), Some(2_000.0)),
            ("两千以内", None, Some(2_000.0)),
            ("不超过 500", None, Some(500.0)),
            ("一百块以内", None, Some(100.0)),
            ("under 500", None, Some(500.0)),
            ("500 or less", None, Some(500.0)),
            ("less than two thousand", None, Some(2_000.0)),
            ("电池大于5000", Some(5_000.0), None),
            ("不低于 3000", Some(3_000.0), None),
            ("5000mAh以上", Some(5_000.0), None),
            ("at least 6.5 inches", Some(6.5), None),
            ("预算三千", None, Some(3_000.0)),
            ("预算在2000以内", None, Some(2_000.0)),
            ("预算2000左右", Some(1_500.0), Some(2_500.0)),
            ("两三千的手机", Some(1_875.0), Some(3_125.0)),
        ] {
            assert_eq!(found(text), (vec![(least, most)], false), "{text}");
        }
    }

    #[test]
    fn numbers_that_bound_nothing_are_told() {
        for text in ["手机 2000", "5G 手机", "256 的手机", "11月11日", "in 2026", "满 500 减 50"] {
            let (limits, unread) = found(text);
            assert!(unread, "{text}: {limits:?}");
        }
        for text in ["哪一款", "which one", "第二个", "这两个哪个好", "十分便宜的手机", "有没有便宜一点的"] {
            assert_eq!(found(text), (vec![], false), "{text}");
        }
        assert_eq!(read("推荐3款手机", &[]).count, Some(3));
        assert_eq!(read("headphones under $100", &[]).foreign.as_deref(), Some("$"));
        assert_eq!(read("100 美元以内", &[]).foreign.as_deref(), Some("美元"));
    }
}
