//! Whether two sentences that speak of the same state different things: another figure for the same unit, or one denies what the other
//! affirms.

use super::sentences::{Sentence, overlap};
use qn_domain::ClashKind;

/// Share of words in common from which two sentences speak of the same.
const ALIKE_MIN: f32 = 0.6;
/// For a denial more: a single word decides.
const DENIED_ALIKE_MIN: f32 = 0.75;

/// Two sentences that cannot both be right.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    pub kind: ClashKind,
    pub a: String,
    pub b: String,
}

/// At most `max`, the most alike first.
pub(super) fn clash(a: &[Sentence], b: &[Sentence], max: usize) -> Vec<Clash> {
    let mut found: Vec<(f32, Clash)> = Vec::new();
    for one in a {
        // What the other article also says is no clash, however many figures stand beside it.
        if b.iter().any(|other| other.text == one.text) {
            continue;
        }
        let best = b.iter().map(|other| (overlap(&one.grams, &other.grams), other)).max_by(|x, y| x.0.total_cmp(&y.0));
        let Some((alike, other)) = best.filter(|(alike, _)| *alike >= ALIKE_MIN) else { continue };
        if let Some(kind) = differ(&one.text, &other.text, alike) {
            found.push((alike, Clash { kind, a: one.text.clone(), b: other.text.clone() }));
        }
    }
    found.sort_by(|x, y| y.0.total_cmp(&x.0));
    found.into_iter().take(max).map(|(_, clash)| clash).collect()
}

fn differ(a: &str, b: &str, alike: f32) -> Option<ClashKind> {
    let (ours, theirs) = (figures(a), figures(b));
    for (unit, _) in &ours {
        let values = |all: &[(String, String)]| -> Vec<String> { all.iter().filter(|(u, _)| u == unit).map(|(_, v)| v.clone()).collect() };
        let (x, y) = (values(&ours), values(&theirs));
        if !y.is_empty() && !x.iter().any(|value| y.contains(value)) {
            return Some(ClashKind::Figure);
        }
    }
    let is_denied = denials(a) % 2 != denials(b) % 2;
    (is_denied && alike >= DENIED_ALIKE_MIN && ours == theirs).then_some(ClashKind::Denial)
}

/// Longer ones first, so that 工作日 is not read as 日.
const UNITS: &[(&str, &str)] = &[
    ("个工作日", "工作日"),
    ("工作日", "工作日"),
    ("个自然日", "天"),
    ("个小时", "小时"),
    ("小时", "小时"),
    ("分钟", "分钟"),
    ("个月", "月"),
    ("星期", "周"),
    ("公里", "公里"),
    ("厘米", "厘米"),
    ("毫米", "毫米"),
    ("公斤", "公斤"),
    ("毫安", "毫安"),
    ("天", "天"),
    ("日", "天"),
    ("周", "周"),
    ("年", "年"),
    ("元", "元"),
    ("块", "元"),
    ("折", "折"),
    ("米", "米"),
    ("次", "次"),
    ("件", "件"),
    ("台", "台"),
    ("期", "期"),
    ("点", "点"),
    ("倍", "倍"),
    ("%", "%"),
    ("％", "%"),
    ("瓦", "瓦"),
    ("working days", "工作日"),
    ("business days", "工作日"),
    ("working day", "工作日"),
    ("business day", "工作日"),
    ("days", "天"),
    ("day", "天"),
    ("hours", "小时"),
    ("hour", "小时"),
    ("minutes", "分钟"),
    ("minute", "分钟"),
    ("months", "月"),
    ("month", "月"),
    ("weeks", "周"),
    ("week", "周"),
    ("years", "年"),
    ("year", "年"),
    ("yuan", "元"),
    ("percent", "%"),
    ("times", "次"),
    ("metres", "米"),
    ("meters", "米"),
];
const DIGITS: &str = "零一二三四五六七八九";

/// Figures with the unit they count, in the order of the text: 「7 天」 and 「七天」 alike.
fn figures(text: &str) -> Vec<(String, String)> {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let Some((value, end)) = number(&chars, at) else {
            at += 1;
            continue;
        };
        let rest: String = chars[end..].iter().take(16).collect();
        // Currency may stand before.
        let is_money = at > 0 && matches!(chars[at - 1], '¥' | '￥' | '$');
        let rest = rest.trim_start_matches([' ', '-', '\u{a0}']);
        let known = UNITS.iter().find(|(word, _)| rest.starts_with(word)).map(|(_, unit)| (*unit).to_owned());
        if let Some(unit) = known.or(is_money.then(|| "元".to_owned())).or_else(|| word_after(rest)) {
            found.push((unit, value));
        }
        at = end;
    }
    found
}

/// What stands behind a figure counts it, whatever it is: a Chinese character, or a word.
fn word_after(rest: &str) -> Option<String> {
    let first = rest.chars().next()?;
    if is_han(first) {
        return Some(first.to_string());
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    (!word.is_empty()).then_some(word)
}

/// A number in digits or Chinese characters below a thousand, and where it ends.
fn number(chars: &[char], at: usize) -> Option<(String, usize)> {
    if chars[at].is_ascii_digit() {
        if at > 0 && chars[at - 1].is_alphanumeric() && !is_han(chars[at - 1]) {
            return None;
        }
        let end = at + chars[at..].iter().take_while(|c| c.is_ascii_digit() || **c == '.' || **c == ',').count();
        let value: String = chars[at..end].iter().filter(|c| **c != ',').collect();
        return Some((value.trim_end_matches('.').to_owned(), end));
    }
    let is_part = |c: char| DIGITS.contains(c) || "两十百半".contains(c);
    let end = at + chars[at..].iter().take_while(|c| is_part(**c)).count();
    if end == at { None } else { Some((chinese(&chars[at..end]), end)) }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn chinese(chars: &[char]) -> String {
    if chars == ['半'] {
        return "0.5".into();
    }
    let (mut all, mut digit) = (0u64, None);
    for c in chars {
        match c {
            '十' => all += digit.take().unwrap_or(1) * 10,
            '百' => all += digit.take().unwrap_or(1) * 100,
            '两' => digit = Some(2),
            other => digit = DIGITS.chars().position(|d| d == *other).map(|n| n as u64),
        }
    }
    (all + digit.unwrap_or(0)).to_string()
}

/// Words that deny, longer ones first; the second part of the list only looks as if it did.
const DENIALS: &[&str] = &[
    "不可以",
    "不支持",
    "不能",
    "不会",
    "不需要",
    "无需",
    "不用",
    "不得",
    "没有",
    "不是",
    "不含",
    "不提供",
    "无法",
    "禁止",
    "未",
    "cannot",
    "can't",
    "isn't",
    "aren't",
    "don't",
    "doesn't",
    "won't",
    "not",
    "never",
    "no",
];
const HARMLESS: &[&str] = &[
    "无理由",
    "无论",
    "不论",
    "不仅",
    "不但",
    "不同",
    "不限",
    "不满",
    "不足",
    "不少于",
    "不超过",
    "不晚于",
    "无线",
    "未来",
    "没问题",
    "not only",
    "no later",
    "no more than",
    "no less",
    "no matter",
    "no reason",
    "nothing",
];

fn denials(text: &str) -> usize {
    let mut text = text.to_lowercase();
    for word in HARMLESS {
        text = text.replace(word, " ");
    }
    let mut count = 0;
    for word in DENIALS {
        let ascii = word.is_ascii();
        let found = if ascii {
            text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|part| part == word).count()
        } else {
            text.matches(word).count()
        };
        count += found;
        if !ascii {
            text = text.replace(word, " ");
        }
    }
    count
}

/// The sentence without its figures and denials: what it speaks of, whatever it says about it.
pub(super) fn skeleton(text: &str) -> String {
    let lower = text.to_lowercase();
    let chars: Vec<char> = lower.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        if let Some((_, end)) = number(&chars, at) {
            out.push(' ');
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    for word in DENIALS.iter().filter(|word| !word.is_ascii()) {
        out = out.replace(word, if word.starts_with('不') && word.chars().count() > 1 { &word[3..] } else { "" });
    }
    let kept: Vec<&str> = out.split(' ').filter(|part| !DENIALS.contains(part)).collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_with_their_unit_in_both_languages() {
        let read = |text: &str| figures(text).into_iter().map(|(unit, value)| format!("{value}{unit}")).collect::<Vec<_>>();
        assert_eq!(read("签收次日起 7 天内、满 1,000 元"), ["7天", "1000元"]);
        assert_eq!(read("七天内，两年保修，十五个工作日，一百二十元"), ["7天", "2年", "15工作日", "120元"]);
        assert_eq!(read("within 3 business days, 24-hour support, ¥99"), ["3工作日", "24小时", "99元"]);
        assert_eq!(read("BW-P1 有 IP68 防水"), Vec::<String>::new());
        assert_eq!(read("最多 3 张，5 GHz"), ["3张", "5ghz"]);
    }

    #[test]
    fn a_denial_counts_and_what_only_looks_like_one_does_not() {
        assert_eq!(denials("支持七天无理由退货，不超过三次"), 0);
        assert_eq!(denials("拆封后不支持退货"), 1);
        assert_eq!(denials("You cannot return it"), 1);
        assert_eq!(denials("notebooks and another one"), 0);
        assert_eq!(skeleton("拆封后不支持退货"), skeleton("拆封后支持退货"));
    }
}
