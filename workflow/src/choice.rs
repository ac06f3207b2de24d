//! Which of several options a customer means: by its words or number, by a part that only it has, by 「支架那个」 and "the last one".
//! Also the words by which a question is skipped. Pure; used by runs, the simulator and whoever shows buttons.

/// A part as short as this says nothing; what is pointed at (「蓝的」) may be shorter.
const PART_CHARS_MIN: usize = 2;
/// The same for letters: short runs of them are in many words.
const LETTERS_MIN: usize = 4;

/// Case, width, spaces and signs mean nothing.
pub fn normal(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The option that is meant; none when several may be or none is.
pub fn meant(options: &[String], said: &str) -> Option<usize> {
    named(options, said).or_else(|| near(options, said))
}

/// By its whole words, its number, or its place: 「第二个」, "the last one".
pub fn named(options: &[String], said: &str) -> Option<usize> {
    let said = normal(said);
    if said.is_empty() {
        return None;
    }
    options.iter().position(|option| normal(option) == said).or_else(|| place(&said, options.len()))
}

/// By a part that no other option has.
pub fn near(options: &[String], said: &str) -> Option<usize> {
    let options: Vec<String> = options.iter().map(|option| normal(option)).collect();
    let said = normal(said);
    if said.is_empty() {
        return None;
    }
    let long = |text: &str| text.chars().count() >= PART_CHARS_MIN;
    let whole = only(&options, |option| long(option) && said.contains(option));
    if whole.is_some() || refuses(&said) {
        return whole;
    }
    let (bare, is_pointed) = bare(&said);
    let part =
        |text: &str| if long(text) || (is_pointed && !text.is_ascii()) { only(&options, |option| option.contains(text)) } else { None };
    part(&said).or_else(|| part(bare)).or_else(|| shares_most(&options, bare))
}

fn only(options: &[String], fits: impl Fn(&str) -> bool) -> Option<usize> {
    let mut fitting = options.iter().enumerate().filter(|(_, option)| !option.is_empty() && fits(option));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.0)
}

/// 「不要支架」 names what is not meant.
fn refuses(said: &str) -> bool {
    said.starts_with(['不', '别', '没', '非']) || ["not", "dont", "no"].iter().any(|word| said.starts_with(word))
}

const BEFORE: [&str; 18] = [
    "我想要",
    "我要的是",
    "我要",
    "我选",
    "选择",
    "选",
    "就要",
    "就是",
    "就",
    "是",
    "要",
    "那个",
    "这个",
    "iwant",
    "illtake",
    "itis",
    "its",
    "the",
];
const POINTS: [&str; 19] = [
    "的那个",
    "的那一个",
    "那一个",
    "那个",
    "这个",
    "那一单",
    "那单",
    "这单",
    "那笔",
    "那种",
    "那款",
    "那件",
    "那项",
    "这款",
    "这种",
    "的",
    "one",
    "option",
    "please",
];
const AFTER: [&str; 4] = ["吧", "啊", "呀", "呢"];

/// Without the words around what is named, and whether some of them point at it.
fn bare(said: &str) -> (&str, bool) {
    let (mut text, mut is_pointed) = (said, false);
    loop {
        let after = AFTER.iter().find_map(|word| text.strip_suffix(word));
        let points = POINTS.iter().find_map(|word| text.strip_suffix(word));
        let before = BEFORE.iter().find_map(|word| text.strip_prefix(word));
        is_pointed |= points.is_some();
        match after.or(points).or(before).filter(|rest| !rest.is_empty()) {
            Some(rest) => text = rest,
            None => return (text, is_pointed),
        }
    }
}

/// 「手机支架」 is most like 「车载支架」: the longest run that they share is at least half of what is said, and no other option shares as much.
fn shares_most(options: &[String], said: &str) -> Option<usize> {
    let letters = said.is_ascii();
    let length = said.chars().count();
    let shared: Vec<usize> = options.iter().map(|option| shared(option, said)).collect();
    let most = shared.iter().copied().max()?;
    let enough = most >= if letters { LETTERS_MIN } else { PART_CHARS_MIN } && most * 2 >= length;
    let mut best = shared.iter().enumerate().filter(|(_, n)| **n == most);
    let first = best.next()?.0;
    (enough && best.next().is_none()).then_some(first)
}

/// Length of the longest run of characters in both.
fn shared(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row = vec![0usize; b.len() + 1];
    let mut most = 0;
    for x in a.chars() {
        for n in (0..b.len()).rev() {
            row[n + 1] = if b[n] == x { row[n] + 1 } else { 0 };
            most = most.max(row[n + 1]);
        }
    }
    most
}

const ZH: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
const EN: [&str; 10] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const EN_NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Counted from nothing.
fn place(said: &str, count: usize) -> Option<usize> {
    let within = |n: usize| n.checked_sub(1).filter(|n| *n < count);
    if let Ok(n) = said.parse::<usize>() {
        return within(n);
    }
    let text = ["我要", "我选", "选择", "选", "就", "要", "是", "iwant", "illtake"]
        .iter()
        .find_map(|word| said.strip_prefix(word))
        .unwrap_or(said);
    let text = AFTER.iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    let text = text.strip_suffix('的').unwrap_or(text);
    if let Some(n) = spelled(text, &EN_NUMBERS) {
        return within(n);
    }
    let unit = ["个", "项", "条", "单", "种", "款", "件", "张", "笔", "家", "位", "one", "option", "item", "order"];
    let text = unit.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    let text = text.strip_prefix("the").unwrap_or(text);
    if matches!(text, "最后一" | "最后" | "倒数第一" | "last") {
        return count.checked_sub(1);
    }
    let numbered = ["第", "option", "number", "no"].iter().find_map(|word| text.strip_prefix(word));
    let counted = |text: &str| text.parse().ok().or_else(|| spelled(text, &ZH)).or_else(|| spelled(text, &EN_NUMBERS));
    numbered.and_then(counted).or_else(|| spelled(text, &EN)).and_then(within)
}

fn spelled(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().position(|word| *word == text).map(|n| n + 1)
}

const SKIPS: [&str; 45] = [
    "跳过",
    "略过",
    "跳过这个",
    "跳过这一步",
    "不填",
    "先不填",
    "不写",
    "不说",
    "不想说",
    "不方便说",
    "不知道",
    "我不知道",
    "不清楚",
    "我不清楚",
    "不确定",
    "不记得",
    "忘记",
    "忘",
    "没有",
    "没什么",
    "没",
    "无",
    "不用",
    "不需要",
    "下一步",
    "过",
    "pass",
    "skip",
    "skipit",
    "skipthis",
    "skipthisone",
    "idontknow",
    "dontknow",
    "idk",
    "dunno",
    "notsure",
    "imnotsure",
    "noidea",
    "idontremember",
    "iforgot",
    "none",
    "no",
    "nothing",
    "na",
    "nothanks",
];

/// Words by which a customer passes over a question that need not be answered.
pub fn skips(said: &str) -> bool {
    let said = normal(said);
    let mut text = said.as_str();
    loop {
        if SKIPS.contains(&text) {
            return true;
        }
        let Some(shorter) = text.strip_suffix(['吧', '了', '啊', '呀', '哦', '呢']) else { return false };
        text = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::{meant, skips};

    fn index(options: &[&str], said: &str) -> Option<usize> {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        meant(&options, said)
    }

    #[test]
    fn an_option_is_meant_by_words_numbers_places_and_parts() {
        let orders = ["SO-1042 车载支架 ¥59", "SO-1043 蓝牙耳机 ¥299", "都不是"];
        for (said, wanted) in [
            ("SO-1042 车载支架 ¥59", Some(0)),
            ("支架那个", Some(0)),
            ("要支架的那个吧", Some(0)),
            ("手机支架", Some(0)),
            ("耳机", Some(1)),
            ("就耳机那单", Some(1)),
            ("1043", Some(1)),
            ("2", Some(1)),
            ("第二个", Some(1)),
            ("我选第一个吧", Some(0)),
            ("最后一个", Some(2)),
            ("不要支架", None),
            ("SO", None),
            ("那个", None),
            ("随便", None),
            ("我的支架坏了怎么办", None),
            ("4", None),
            ("第九个", None),
            ("", None),
        ] {
            assert_eq!(index(&orders, said), wanted, "{said}");
        }
        assert_eq!(index(&["蓝色", "红色"], "蓝的"), Some(0));
        assert_eq!(index(&["手机壳", "手机膜"], "手机那个"), None);
        let en = ["SO-1042 Phone stand", "SO-1043 Headphones", "None of them"];
        for (said, wanted) in [
            ("the stand", Some(0)),
            ("The headphones one, please", Some(1)),
            ("the second one", Some(1)),
            ("option 2", Some(1)),
            ("last", Some(2)),
            ("two", Some(1)),
            ("not the stand", None),
            ("my phone is broken and I want help", None),
        ] {
            assert_eq!(index(&en, said), wanted, "{said}");
        }
    }

    #[test]
    fn a_question_is_passed_over_in_many_words() {
        for said in ["跳过", "跳过吧", "不知道", "忘了", "没有了", "Skip", "I don't know.", "not sure", "N/A"] {
            assert!(skips(said), "{said}");
        }
        for said in ["没有收到货", "不知道为什么坏了", "no signal on the screen", "跳过第一个", ""] {
            assert!(!skips(said), "{said}");
        }
    }
}
