//! Provinces and cities of China, in Chinese and English, down to the city: 浙江省杭州市 · 上海 · 广西 · Shenzhen.

use super::place_table::{DOUBTFUL, ENGLISH, PROVINCES};
use super::{Context, Find, Recogniser, Text, Value};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

pub struct Place;

#[derive(Debug, Clone, Copy)]
struct Name {
    province: &'static str,
    /// Empty for a province.
    city: &'static str,
    suffix: &'static str,
}

const CITY_SUFFIXES: &[&str] = &["市", "地区", "盟", "州"];

/// Parts of longer words: 海南航空 flies anywhere, 上海路 is a street.
const NOT_BEFORE: &[&str] = &["路", "街", "大道", "银行", "航空", "菜", "烤鸭", "话"];

/// All names, by first character, the longest first.
fn names() -> &'static FxHashMap<char, Vec<(&'static str, Name)>> {
    static NAMES: OnceLock<FxHashMap<char, Vec<(&'static str, Name)>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut by_first: FxHashMap<char, Vec<(&'static str, Name)>> = FxHashMap::default();
        for (written, name) in all() {
            by_first.entry(written.chars().next().unwrap_or_default()).or_default().push((written, name));
        }
        by_first.values_mut().for_each(|names| names.sort_by_key(|(written, _)| std::cmp::Reverse(written.len())));
        by_first
    })
}

/// A name that is both a province and a city of its own means the province.
fn all() -> FxHashMap<&'static str, Name> {
    let mut names = FxHashMap::default();
    for (province, suffix, cities) in PROVINCES {
        for city in cities.split(' ') {
            names.insert(city, Name { province, city: city.trim_end_matches('市'), suffix: "市" });
        }
        let own = if *suffix == "市" || *suffix == "特别行政区" { province } else { "" };
        names.insert(province, Name { province, city: own, suffix });
    }
    names
}

impl Recogniser for Place {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        let mut at = 0;
        while at < text.len() {
            match place(text, at) {
                Some(find) => {
                    at = find.end;
                    out.push(find);
                }
                None => at += 1,
            }
        }
    }
}

fn place(text: &Text, start: usize) -> Option<Find> {
    if text.at(start).is_ascii_lowercase() {
        return english(text, start);
    }
    let (first, end, suffixed) = name(text, start)?;
    // 浙江省杭州市, 广东深圳
    let second =
        if first.city.is_empty() { name(text, end).filter(|(n, _, _)| n.province == first.province && !n.city.is_empty()) } else { None };
    if let Some((city, end, _)) = second {
        return Some(find(start, end, city, 0.98));
    }
    if !suffixed && (NOT_BEFORE.iter().any(|w| text.has(end, w)) || doubtful(text, first, start, end)) {
        return None;
    }
    Some(find(start, end, first, if suffixed { 0.97 } else { 0.9 }))
}

fn name(text: &Text, start: usize) -> Option<(Name, usize, bool)> {
    let (written, name) = names().get(&text.at(start))?.iter().find(|(written, _)| text.has(start, written))?;
    let (name, end) = (*name, start + written.chars().count());
    let after = [name.suffix].into_iter().chain(if name.city.is_empty() { &[] } else { CITY_SUFFIXES }.iter().copied());
    match after.into_iter().find(|s| text.has(end, s)) {
        Some(suffix) => Some((name, end + suffix.chars().count(), true)),
        None => Some((name, end, text.before(end) == '市')),
    }
}

/// 朝阳 may be a district, 白银 a metal: believed only after 从, 到, 在, 寄 and the like.
fn doubtful(text: &Text, name: Name, start: usize, end: usize) -> bool {
    let cue = matches!(text.before(start), '从' | '到' | '往' | '在' | '去' | '寄' | '发' | '至');
    DOUBTFUL.contains(&name.city) && end - start == 2 && !cue
}

fn english(text: &Text, start: usize) -> Option<Find> {
    if !text.is_border(start) {
        return None;
    }
    let (length, chinese) = text.one_of(start, ENGLISH)?;
    let (_, name) = names().get(&chinese.chars().next()?)?.iter().find(|(written, _)| written == chinese)?;
    Some(find(start, start + length, *name, 0.9))
}

fn find(start: usize, end: usize, name: Name, confidence: f32) -> Find {
    Find { start, end, value: Value::Place { province: name.province.to_owned(), city: name.city.to_owned() }, confidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree() {
        assert_eq!(PROVINCES.len(), 34);
        let names = all();
        assert!(names.len() > 350, "{}", names.len());
        assert!(names.keys().all(|n| n.chars().count() >= 2));
        for (english, chinese) in ENGLISH {
            assert!(names.contains_key(chinese), "{english}");
        }
        assert!(DOUBTFUL.iter().all(|n| names.contains_key(n)));
    }
}
