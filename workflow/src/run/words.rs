//! How customers take an answer back: the beginnings of a correction, what it names, what it becomes. Pure text; which answer of the
//! run is meant `correct` finds out, and whether words are looked at for this at all the engine.

/// Words of a choice as short as this say nothing.
const PART_CHARS_MIN: usize = 2;

/// By which a correction begins.
const MARKS: [&str; 35] = [
    "不对",
    "不是",
    "错了",
    "说错了",
    "我说错了",
    "搞错了",
    "弄错了",
    "写错了",
    "听错了",
    "理解错了",
    "你搞错了",
    "你弄错了",
    "你听错了",
    "你理解错了",
    "您搞错了",
    "您弄错了",
    "您听错了",
    "您理解错了",
    "选错了",
    "更正",
    "改成",
    "改为",
    "应该是",
    "no",
    "sorry",
    "wrong",
    "actually",
    "i meant",
    "correction",
    "that's wrong",
    "that is wrong",
    "you got it wrong",
    "you got me wrong",
    "you misunderstood",
    "my mistake",
];
/// 「不是 A1001，是 B2002」: what is not meant, and what is.
const NOT: &str = "不是";
const BUT: [&str; 2] = ["是", "而是"];
/// Behind 「不是」, meaning nothing.
const SOUNDS: [&str; 4] = ["", "啊", "呀", "的"];
/// Begins one as well, but only with what it becomes: "change the order number to B2002".
const CHANGE: &str = "change";
const BECOMES: &str = " to ";

/// Before what there is to be another one of.
const ANOTHER: [&str; 19] = [
    "换另一个",
    "换另外一个",
    "换另一",
    "换另外一",
    "换成另一个",
    "换成另一",
    "换成别的",
    "换别的",
    "换个",
    "换一个",
    "换一",
    "我要换个",
    "我要换一个",
    "另一个",
    "另一",
    "change to another",
    "another",
    "a different",
    "other",
];
/// What is longer names nothing.
const WHAT_CHARS_MAX: usize = 12;

/// Between what is corrected and what it becomes.
const LINKS: [&str; 12] = ["应该是", "应当是", "改成", "改为", "是", "为", "should be", "is", "to", "was", ":", "："];

/// After a choice's words, meaning nothing.
const TAILS: [&str; 8] = ["那个吧", "那个", "这个", "那单", "这单", "那一单", "吧", " one"];

/// Whether these may be words of a correction; what they correct only the run knows.
pub fn begins_correction(said: &str) -> bool {
    after_mark(said).is_some()
}

/// What comes after 「不对，」; none without such a beginning, or with nothing after it.
pub(super) fn after_mark(said: &str) -> Option<&str> {
    let whole = said.trim();
    if let Some((not, but)) = after_word(whole, NOT).and_then(|after| after.split_once(['，', ',', '。', '?', '？'])) {
        // 「不是说包邮吗，怎么收我运费」 takes nothing back.
        if not.trim_end().ends_with(['吗', '嘛', '么']) {
            return None;
        }
        let meant = longest(but.trim_start(), &BUT).filter(|_| !SOUNDS.contains(&not.trim()));
        if let Some(meant) = meant.map(bare).filter(|meant| !meant.is_empty()) {
            return Some(meant);
        }
    }
    let mut rest = whole;
    let changes = |text| after_word(text, CHANGE).filter(|after| after.contains(BECOMES));
    while let Some(after) = longest(rest, &MARKS).or_else(|| changes(rest)) {
        rest = bare(after);
    }
    (rest.len() < whole.len() && !rest.is_empty()).then_some(rest)
}

/// What comes after the longest of these words.
fn longest<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().filter_map(|word| after_word(text, word)).min_by_key(|after| after.len())
}

/// What comes after a word; a Latin one ends where its letters end.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let after = text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).and(text.get(word.len()..))?;
    let goes_on = word.is_ascii() && after.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    (!goes_on).then_some(after)
}

fn bare(text: &str) -> &str {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let text = ["啊", "哦", "了"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let text = ["the ", "my ", "我的"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// What a named answer becomes; the name comes first, and something after it.
pub(super) fn after_label(rest: &str, label: &str) -> Option<String> {
    let after = after_word(rest, label.trim())?.trim_start();
    let value = bare(longest(after, &LINKS).unwrap_or(after));
    (!value.is_empty()).then(|| value.to_owned())
}

/// 「换另一单」: another one of what.
pub(super) fn another(rest: &str) -> Option<&str> {
    let rest = longest(rest, &LINKS).map_or(rest, str::trim_start);
    let what = bare(longest(rest, &ANOTHER)?);
    let what = TAILS.iter().find_map(|tail| what.strip_suffix(tail)).unwrap_or(what).trim();
    (!what.is_empty() && what.chars().count() <= WHAT_CHARS_MAX).then_some(what)
}

/// 「单」 is the 「订单号」.
pub(super) fn is_called(what: &str, word: &str) -> bool {
    let (what, word) = (what.to_lowercase(), word.trim().to_lowercase());
    word.contains(&what) || (word.chars().count() >= PART_CHARS_MIN && what.contains(&word))
}

/// The one choice that is said, or that holds what is said, or that what is said holds.
pub(super) fn one_of<'c>(choices: &'c [String], said: &str) -> Option<&'c String> {
    let said = longest(said, &LINKS).unwrap_or(said).trim();
    let said = TAILS.iter().find_map(|tail| said.strip_suffix(tail)).unwrap_or(said).trim().to_lowercase();
    let same = |choice: &&String| choice.trim().to_lowercase() == said;
    let part = |choice: &&String| {
        let choice = choice.to_lowercase();
        let long = |text: &str| text.chars().count() >= PART_CHARS_MIN;
        (long(&said) && choice.contains(&said)) || (long(&choice) && said.contains(choice.as_str()))
    };
    if let Some(choice) = choices.iter().find(same) {
        return Some(choice);
    }
    let mut parts = choices.iter().filter(part);
    parts.next().filter(|_| parts.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{after_label, after_mark, another, is_called, one_of};

    #[test]
    fn a_correction_is_told_from_other_words() {
        for (said, rest) in [
            ("不对，订单号是 B2002", Some("订单号是 B2002")),
            ("啊不对", None),
            ("我说错了，应该是 B2002", Some("B2002")),
            ("不是啊，是 B2002 那个", Some("是 B2002 那个")),
            ("不是 A1001，是 B2002", Some("B2002")),
            ("不是质量问题，是尺码不合适", Some("尺码不合适")),
            ("你搞错了，订单号是 B2002", Some("订单号是 B2002")),
            ("You got it wrong, the order number is B2002", Some("order number is B2002")),
            ("不是说包邮吗，还收我运费", None),
            ("No, the order number is B2002", Some("order number is B2002")),
            ("Sorry, wrong: B2002", Some("B2002")),
            ("change my order number to B2002", Some("order number to B2002")),
            ("change my address", None),
            ("nothing to add", None),
            ("不", None),
        ] {
            assert_eq!(after_mark(said), rest, "{said}");
        }
    }

    #[test]
    fn what_is_named_becomes_what_comes_after_it() {
        assert_eq!(after_label("订单号是 B2002", "订单号").as_deref(), Some("B2002"));
        assert_eq!(after_label("order number should be B2002", "order number").as_deref(), Some("B2002"));
        assert_eq!(after_label("orders are late", "order"), None);
        assert_eq!(after_label("订单号", "订单号"), None);
    }

    #[test]
    fn another_one_of_something_is_wanted() {
        for (rest, what) in [
            ("换另一单", Some("单")),
            ("换个尺码吧", Some("尺码")),
            ("another order", Some("order")),
            ("to another order", Some("order")),
            ("换了", None),
            ("B2002", None),
        ] {
            assert_eq!(another(rest), what, "{rest}");
        }
        assert!(is_called("单", "订单号") && is_called("order", "Order number") && is_called("收货地址", "地址"));
        assert!(!is_called("尺码", "订单号"));
    }

    #[test]
    fn one_choice_alone_is_meant() {
        let choices = ["A1001 手机".to_owned(), "B2002 手机".to_owned(), "是的，再办一次".to_owned()];
        for (said, meant) in [("是 B2002 那个吧", Some(1)), ("手机", None), ("再办一次", Some(2)), ("a1001 手机", Some(0)), ("2", None)]
        {
            assert_eq!(one_of(&choices, said), meant.map(|n: usize| &choices[n]), "{said}");
        }
    }
}
