//! What a turn says in place of what was understood: 「不是，我是问怎么换货」, "no, I meant the blue one". Only openings that surely take
//! something back are taken off; in doubt there is none, and the turn stands as it is.

/// Before anything is said.
const SOUNDS: [&str; 17] =
    ["哦", "啊", "呃", "额", "诶", "抱歉", "不好意思", "对不起", "等等", "等一下", "oh", "wait", "hmm", "um", "er", "hang on", "hold on"];
/// Take back what was understood. A break stands behind them.
const DENIALS: [&str; 30] = [
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
    "not what i asked",
    "not what i meant",
    "not what i said",
    "not my question",
    "wrong answer",
];
/// The same, behind who it was.
const WHO_ZH: [&str; 7] = ["你们", "你", "您", "我", "是你", "是您", "是我"];
const MISTAKEN_ZH: [&str; 20] = [
    "错了",
    "说错了",
    "问错了",
    "搞错了",
    "弄错了",
    "听错了",
    "答错了",
    "理解错了",
    "理解错我的意思了",
    "误会了",
    "误会我了",
    "误会我的意思了",
    "会错意了",
    "没听懂",
    "没听懂我的意思",
    "没听明白",
    "没懂我的意思",
    "没理解",
    "没理解我的意思",
    "没明白我的意思",
];
const WHO_EN: [&str; 5] = ["that's", "thats", "that is", "you", "you've"];
const MISTAKEN_EN: [&str; 19] = [
    "wrong",
    "not it",
    "not what i asked",
    "not what i asked for",
    "not what i meant",
    "not what i said",
    "not my question",
    "not the question",
    "misunderstood",
    "misunderstood me",
    "misread me",
    "got me wrong",
    "got that wrong",
    "got it wrong",
    "didn't understand",
    "didn't understand me",
    "didn't get me",
    "don't understand",
    "don't get it",
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
const LEADS_BEHIND: [&str; 11] =
    ["我想问", "我要问", "我问", "应该是", "是问", "而是", "是", "it's", "i said", "i asked about", "i asked for"];
/// 「不是退货，是换货」.
const NOT_ZH: [&str; 19] = [
    "不是",
    "不是问",
    "不是说",
    "不是要",
    "不是想",
    "我问的不是",
    "我说的不是",
    "我要的不是",
    "我不是问",
    "我不是说",
    "我不是要",
    "我不是想",
    "我不要",
    "我不想",
    "不要",
    "不想",
    "没说",
    "我没说",
    "我没问",
];
const BUT_ZH: [&str; 12] =
    ["而是", "是", "是问", "是说", "我是问", "我是说", "我问的是", "我说的是", "说的是", "我要的是", "我想问", "我是想问"];
/// Stand there as well, and are a part of what is meant.
const WISHES_ZH: [&str; 6] = ["我要", "我想", "我是要", "我是想", "要", "想"];
/// "not the P10, the P10 Pro".
const NOT_EN: [&str; 9] = [
    "not the ",
    "not a ",
    "not an ",
    "not about ",
    "i don't mean ",
    "i didn't mean ",
    "i didn't say ",
    "i didn't ask about ",
    "i don't want to ",
];
/// "Not return, exchange": only between so few words, and not behind what is said of how things are.
const NOT_BARE: &str = "not ";
const NOT_BARE_WORDS_MAX: usize = 2;
const BUT_BARE_WORDS_MAX: usize = 5;
const STATES_EN: [&str; 24] = [
    "sure",
    "yet",
    "now",
    "happy",
    "good",
    "great",
    "bad",
    "ok",
    "okay",
    "really",
    "much",
    "again",
    "today",
    "here",
    "there",
    "available",
    "possible",
    "nice",
    "cool",
    "fair",
    "urgent",
    "clear",
    "helpful",
    "at",
];
/// "I said exchange, not return": open what is meant, or are a part of it.
const SAID: [&str; 5] = ["我要的是", "我说的是", "我问的是", "i said", "i meant"];
const WANTS: [&str; 6] = ["我要", "我想", "i want", "i'd like", "i would like", "i need"];
const NOT_AFTER: [&str; 4] = ["不是", "而不是", "不要", "not "];
const NOT_CHARS_MAX: usize = 24;
/// 「不是退货是换货」, without a break between.
const NOT_UNBROKEN_CHARS_MAX: usize = 8;
const BREAKS: [char; 13] = [',', '，', '.', '。', '!', '！', ';', '；', '、', '…', '~', '～', '—'];

pub fn instead(text: &str) -> Option<&str> {
    let (mut rest, mut denied) = (quiet(text.trim()), false);
    loop {
        if let Some(said) = but_not(rest) {
            return meant(said);
        }
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
        match denial(rest).or_else(|| slip(rest)).and_then(broken) {
            Some(after) => (rest, denied) = (quiet(after), true),
            None => return if denied { meant(rest) } else { None },
        }
    }
}

/// What is behind the words that take something back.
fn denial(rest: &str) -> Option<&str> {
    let zh = longest(longest(rest, &WHO_ZH).unwrap_or(rest), &MISTAKEN_ZH);
    let en = longest(rest, &WHO_EN).and_then(|after| longest(after.trim_start(), &MISTAKEN_EN));
    longest(rest, &DENIALS).into_iter().chain(zh).chain(en).min_by_key(|after| after.len())
}

/// What is behind a slip, where it is only what should have been written.
fn slip(rest: &str) -> Option<&str> {
    longest(rest, &SLIPS).filter(|after| !ASKING.iter().any(|word| after.contains(word)))
}

/// What comes in the place of what is not meant.
fn not_but(rest: &str) -> Option<&str> {
    let zh = longest(rest, &NOT_ZH).and_then(|after| broken_but(after).or_else(|| unbroken_but(rest)));
    let en = || longest(rest, &NOT_EN).and_then(clause).filter(|(not, _)| !not.trim().is_empty()).map(|(_, after)| after);
    zh.or_else(en).or_else(|| bare_but(rest))
}

/// 「退货，是换货」 behind 「不是」.
fn broken_but(after: &str) -> Option<&str> {
    let (not, but) = clause(after)?;
    let wishes = || longest(but, &WISHES_ZH).map(|_| but);
    longest(but, &BUT_ZH).or_else(wishes).filter(|said| denies(not) && !asks_whether(said))
}

/// 「不是退货是换货」.
fn unbroken_but(rest: &str) -> Option<&str> {
    let after = after(rest, "不是")?;
    let (not, said) = after.split_once("而是").or_else(|| after.split_once('是'))?;
    let is_short = not.chars().count() <= NOT_UNBROKEN_CHARS_MAX && !not.contains(BREAKS) && !not.starts_with('说');
    (is_short && denies(not) && !asks_whether(said) && !said.ends_with(['吗', '?', '？'])).then_some(said)
}

/// 「不是说包邮吗，是要我付运费吗」 asks, and takes nothing back.
fn denies(not: &str) -> bool {
    let not = not.trim();
    !not.is_empty() && !not.ends_with(['吗', '么', '嘛', '吧'])
}

/// "Not return, exchange".
fn bare_but(rest: &str) -> Option<&str> {
    let (not, but) = clause(after(rest, NOT_BARE)?)?;
    let words: Vec<String> = not.split_whitespace().map(str::to_ascii_lowercase).collect();
    let is_state = |word: &String| STATES_EN.contains(&word.as_str()) || word.ends_with("ing") || word.ends_with("ed");
    let names = (1..=NOT_BARE_WORDS_MAX).contains(&words.len()) && !words.iter().any(is_state);
    (names && but.split_whitespace().count() <= BUT_BARE_WORDS_MAX && !but.contains('?')).then_some(but)
}

/// "I said exchange, not return": what is meant, without what is not.
fn but_not(rest: &str) -> Option<&str> {
    let (said, not) = split(rest)?;
    let meant = longest(said, &SAID).or_else(|| longest(said, &WANTS).map(|_| said))?;
    let denied = longest(not, &NOT_AFTER)?.trim_end_matches(is_gap);
    let is_last = !denied.trim().is_empty() && !denied.contains(BREAKS) && !denied.ends_with(['吗', '?', '？']);
    (is_last && !meant.trim().is_empty()).then_some(meant)
}

/// 「是」 of 「是不是」.
fn asks_whether(said: &str) -> bool {
    said.starts_with(['不', '否'])
}

/// Up to the first break, and what is behind it.
fn split(rest: &str) -> Option<(&str, &str)> {
    let at = rest.find(BREAKS)?;
    Some((&rest[..at], broken(&rest[at..])?))
}

/// The same, where the first is short.
fn clause(rest: &str) -> Option<(&str, &str)> {
    split(rest).filter(|(first, _)| first.chars().count() <= NOT_CHARS_MAX)
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
            ("不是退货 是换货", "换货"),
            ("不是退货是换货", "换货"),
            ("不是退货而是换货", "换货"),
            ("我不是要退货，我要换货", "我要换货"),
            ("不要黑色，要白色的", "要白色的"),
            ("没说退货，说的是换货", "换货"),
            ("我说的是换货，不是退货", "换货"),
            ("我要换货，不是退货。", "我要换货"),
            ("你理解错了，我要换货", "我要换货"),
            ("你搞错了，我问的是发票", "发票"),
            ("您没听懂我的意思，发票怎么开", "发票怎么开"),
            ("你们误会了！我是问怎么换货", "怎么换货"),
            ("not a refund, an exchange", "an exchange"),
            ("Not return, exchange", "exchange"),
            ("I said exchange, not return", "exchange"),
            ("I want an exchange, not a refund", "I want an exchange"),
            ("I don't want to return it, I want to exchange it", "I want to exchange it"),
            ("you got me wrong, I want to exchange it", "I want to exchange it"),
            ("That’s wrong. I asked about the invoice", "the invoice"),
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
            "不是说包邮吗，是要我付运费吗",
            "不是说好三天到吗，怎么还没到",
            "不是包邮的吗是要我付运费",
            "不是吧，是要我付运费",
            "我收到的是黑色，不是白色",
            "我想退货，不是有七天无理由吗",
            "你理解错了",
            "not sure, how long does it take",
            "not working, broken",
            "The parcel is at the station, not at my door",
            "I want to know when it arrives",
            "不要发票",
        ] {
            assert_eq!(instead(text), None, "{text}");
        }
    }
}
