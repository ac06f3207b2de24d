//! Which of several choices a time means: 「上个月那单」 is the one order of last month in a list whose choices hold dates, "the latest order" the
//! newest. Pure. Where none or several fit, none is meant.

use qn_domain::Timestamp;
use qn_nlu::entity::{self, Context, Grain, Value};

/// By whose clock dates are read.
const CHINA_MINUTES: i32 = 480;
/// Only what points at one of several means a choice: 「昨天坏的」 says when something broke.
const POINTS: [&str; 12] = ["那单", "那一单", "这单", "那笔", "那个", "那件", "那份", "的单", "订单", "order", " one", "purchase"];
/// 「不要上个月那单」 names what is not meant.
const REFUSES: [&str; 5] = ["不是", "不要", "别", "not ", "don't"];
const LATEST: [&str; 10] = ["最近那", "最近的", "最近一", "最新", "最后下的", "刚下的", "刚买的", "latest", "most recent", "newest"];
const EARLIEST: [&str; 5] = ["最早", "最先", "earliest", "oldest", "first placed"];

/// Of two times that a text gives, or none, nothing is meant.
pub(super) fn meant(choices: &[String], text: &str, now: Timestamp) -> Option<usize> {
    let low = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| low.contains(word));
    if !says(&POINTS) || REFUSES.iter().any(|word| low.trim_start().starts_with(word)) {
        return None;
    }
    let dates: Vec<(usize, Timestamp)> = choices.iter().enumerate().filter_map(|(n, choice)| Some((n, date(choice, now)?))).collect();
    if let [(from, to, _)] = times(text, now)[..] {
        return only(&dates, |at| (from..to).contains(&at));
    }
    let at = dates.iter().map(|(_, at)| *at);
    let wanted = if says(&LATEST) {
        at.max()?
    } else if says(&EARLIEST) {
        at.min()?
    } else {
        return None;
    };
    // The newest of one is no choice.
    if dates.len() < 2 { None } else { only(&dates, |at| at == wanted) }
}

fn only(dates: &[(usize, Timestamp)], fits: impl Fn(Timestamp) -> bool) -> Option<usize> {
    let mut fitting = dates.iter().filter(|(_, at)| fits(*at));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.0)
}

/// The day, or a time of it, that a choice names first.
fn date(choice: &str, now: Timestamp) -> Option<Timestamp> {
    times(choice, now).into_iter().find(|(_, _, grain)| *grain <= Grain::Day).map(|(from, _, _)| from)
}

fn times(text: &str, now: Timestamp) -> Vec<(Timestamp, Timestamp, Grain)> {
    let found = entity::find(text, &Context::new(now, CHINA_MINUTES)).into_iter();
    let time = |one: entity::Entity| match one.value {
        Value::Time { from, to, grain } => Some((from, to, grain)),
        _ => None,
    };
    found.filter_map(time).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-28T10:30:00+08:00
    const NOW: Timestamp = 1_795_833_000_000;

    fn index(choices: &[&str], text: &str) -> Option<usize> {
        let choices: Vec<String> = choices.iter().map(|&choice| choice.to_owned()).collect();
        meant(&choices, text, NOW)
    }

    #[test]
    fn the_one_order_of_a_time_is_meant() {
        let orders = ["SO-1042 支架 2026-10-05", "SO-1043 耳机 2026-11-11", "SO-1044 手表 2026-11-27", "都不是"];
        for (text, wanted) in [
            ("上个月那单", Some(0)),
            ("不对，是上个月那单", Some(0)),
            ("昨天那单", Some(2)),
            ("最近那单", Some(2)),
            ("最早的那个订单", Some(0)),
            ("the latest order", Some(2)),
            ("这个月那单", None),
            ("去年那单", None),
            ("昨天坏的", None),
            ("那单", None),
            ("不要上个月那单", None),
        ] {
            assert_eq!(index(&orders, text), wanted, "{text}");
        }
        assert_eq!(index(&["SO-1042 支架", "SO-1043 耳机"], "上个月那单"), None, "nobody knows their dates");
    }
}
