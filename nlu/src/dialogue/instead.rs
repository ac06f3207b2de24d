//! What a turn says in place of what was understood: 「不是，我是问怎么换货」, "no, I meant the blue one". Only openings that surely take
//! something back are taken off; in doubt there is none, and the turn stands as it is.

/// Before anything is said.
const SOUNDS: [&str; 17] =
    ["哦", "啊", "呃", "额", "诶", "抱歉", "不好意思", "对不起", "等等", "等一下", "oh", "wait", "hmm", "um", "er", "hang on", "hold on"];
/// Take back what was understood. A break stands behind them.
const DENIALS: [&str; 47] = [
    "不对",
    "不对不对",
    "不不",
    "不是",
    "不是的",
    "不是不是",
    "不是这个",
    "不是这个意思",
    "我不是这个意思",
    "不是问这个",
    "我不是问这个",
    "我问的不是这个",
    "我说的不是这个",
    "错了",
    "说错了",
    "我说错了",
    "问错了",
    "我问错了",
    "搞错了",
    "我搞错了",
    "弄错了",
    "理解错了",
    "你理解错了",
    "您理解错了",
    "答非所问",
    "no",
    "no no",
    "nope",
    "sorry",
    "oops",
    "wrong",
    "my bad",
    "my mistake",
    "correction",
    "not that",
    "not that one",
    "that's wrong",
    "that is wrong",
    "that's not it",
    "that's not what i asked",
    "thats not what i asked",
    "that is not what i asked",
    "that's not what i meant",
    "thats not what i meant",
    "that's not my question",
    "not what i asked",
    "you misunderstood",
];
/// A slip of the fingers; a question behind it may be about what was written somewhere else.
const SLIPS: [&str; 3] = ["打错了", "写错了", "typo"];
const ASKING: [&str; 6] = ["怎么", "吗", "么", "能", "?", "？"];
/// Say what is meant; alone they are a correction.
const LEADS: [&str; 24] = [
    "我是问",
    "我问的是",
    "我要问的是",
    "我想问的是",
    "我是想问",
    "我说的是",
    "我指的是",
    "我是说",
    "我的意思是",
    "i mean",
    "i meant",
    "no i mean",
    "no i meant",
    "sorry i mean",
    "sorry i meant",
    "what i meant was",
    "what i meant is",
    "i was asking",
    "i was asking about",
    "i'm asking",
    "i'm asking about",
    "i am asking about",
    "i was talking about",
    "i'm talking about",
];
/// The same behind a denial only.
const LEADS_BEHIND: [&str; 8] = ["我想问", "我要问", "我问", "应该是", "是问", "而是", "是", "it's"];
/// 「不是退货，是换货」.
const NOT_ZH: [&str; 7] = ["不是", "不是问", "不是说", "我问的不是", "我说的不是", "我要的不是", "我不是问"];
const BUT_ZH: [&str; 8] = ["而是", "是", "我是问", "我问的是", "我说的是", "我要的是", "我想问", "是问"];
/// "not the P10, the P10 Pro".
const NOT_EN: [&str; 5] = ["not the ", "not about ", "i don't mean ", "i didn't mean ", "i didn't ask about "];
const NOT_CHARS_MAX: usize = 24;
const BREAKS: [char; 13] = [',', '，', '.', '。', '!', '！', ';', '；', '、', '…', '~', '～', '—'];

pub fn instead(text: &str) -> Option<&str> {
    let (mut rest, mut denied) = (quiet(text.trim()), false);
    loop {
        let behind = longest(rest, &LEADS_BEHIND).filter(|said| denied && !asks_whether(said));
        if let Some(said) = longest(rest, &LEADS).or(behind) {
            return meant(said);
        }
        if let Some(said) = not_but(rest) {
            return meant(said);
        }
        if denied && let Some(said) = clause(rest).and_then(|(_, after)| longest(after, &LEADS)) {
            return meant(said);
        }
        match longest(rest, &DENIALS).or_else(|| slip(rest)).and_then(broken) {
            Some(after) => (rest, denied) = (quiet(after), true),
            None => return if denied { meant(rest) } else { None },
        }
    }
}

/// What is behind a slip, where it is only what should have been written.
fn slip(rest: &str) -> Option<&str> {
    longest(rest, &SLIPS).filter(|after| !ASKING.iter().any(|word| after.contains(word)))
}

/// What comes in the place of what is not meant.
fn not_but(rest: &str) -> Option<&str> {
    let behind = |words: &[&str]| {
        let (not, after) = clause(longest(rest, words)?)?;
        (!not.trim().is_empty()).then_some(after)
    };
    let zh = behind(&NOT_ZH).and_then(|after| longest(after, &BUT_ZH)).filter(|said| !asks_whether(said));
    zh.or_else(|| behind(&NOT_EN))
}

/// 「是」 of 「是不是」.
fn asks_whether(said: &str) -> bool {
    said.starts_with(['不', '否'])
}

/// Up to the first break, and what is behind it.
fn clause(rest: &str) -> Option<(&str, &str)> {
    let at = rest.find(BREAKS)?;
    let after = broken(&rest[at..])?;
    (rest[..at].chars().count() <= NOT_CHARS_MAX).then_some((&rest[..at], after))
}

/// Without what stands before anything is said.
fn quiet(mut rest: &str) -> &str {
    while let Some(after) = longest(rest, &SOUNDS) {
        rest = after.trim_start_matches(is_gap);
    }
    rest
}

/// Behind the break that must stand here; between Chinese words a space is one.
fn broken(rest: &str) -> Option<&str> {
    let after = rest.trim_start_matches(is_gap);
    let gap = &rest[..rest.len() - after.len()];
    (gap.contains(BREAKS) || (!gap.is_empty() && !after.starts_with(|c: char| c.is_ascii_alphanumeric()))).then_some(after)
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || BREAKS.contains(&c)
}

/// Only words mean something.
fn meant(said: &str) -> Option<&str> {
    let said = said.trim_start_matches(|c: char| is_gap(c) || matches!(c, ':' | '：' | '“' | '"' | '「')).trim_end();
    said.chars().any(char::is_alphanumeric).then_some(said)
}

/// Behind the longest of these words that it begins with.
fn longest<'t>(rest: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().filter_map(|word| after(rest, word)).min_by_key(|after| after.len())
}

fn after<'t>(rest: &'t str, word: &str) -> Option<&'t str> {
    let mut chars = rest.chars();
    for wanted in word.chars() {
        let c = chars.next().map(|c| if c == '’' { '\'' } else { c.to_ascii_lowercase() })?;
        if c != wanted {
            return None;
        }
    }
    let after = chars.as_str();
    let goes_on = word.ends_with(|c: char| c.is_ascii_alphabetic()) && after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '\'');
    (!goes_on).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn what_is_meant_instead_is_what_stands_behind_the_denial() {
        for (text, expected) in [
            ("不是，我是问怎么换货", "怎么换货"),
            ("不对，我要问的是发票怎么开", "发票怎么开"),
            ("不对不对，蓝色的", "蓝色的"),
            ("不是退款，是发货要多久", "发货要多久"),
            ("我问的不是退货，是换货", "换货"),
            ("哦，不好意思，问错了，是 P10 Lite", "P10 Lite"),
            ("打错了，P10 Pro", "P10 Pro"),
            ("我说的是 P10 Lite", "P10 Lite"),
            ("不是 我说的是手机的保修", "手机的保修"),
            ("no, I meant the P10 Lite", "the P10 Lite"),
            ("No I mean the blue one", "the blue one"),
            ("sorry, I meant how long does delivery take?", "how long does delivery take?"),
            ("That’s not what I asked, how long does the battery last?", "how long does the battery last?"),
            ("oops, wrong phone, I mean the P10 Lite", "the P10 Lite"),
            ("not the P10, the P10 Pro", "the P10 Pro"),
            ("No, not the refund. When will my parcel arrive?", "When will my parcel arrive?"),
        ] {
            assert_eq!(instead(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_takes_nothing_back_stands_as_it_is() {
        for text in [
            "",
            "不对",
            "不是",
            "不是我买的",
            "不是原装充电器能用吗",
            "不对称的耳机有吗",
            "写错了，怎么改",
            "不是 5G 的手机能用吗",
            "no 2-year warranty?",
            "no returns on sale items?",
            "not working, what do I do?",
            "normal delivery takes how long",
            "wrong size, how do I exchange it?",
            "I meanwhile bought another",
            "no",
            "P10 多少钱",
        ] {
            assert_eq!(instead(text), None, "{text}");
        }
    }
}
