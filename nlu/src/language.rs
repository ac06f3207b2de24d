//! Which of the two languages a turn is written in, from its script. Latin text that is not English is served in English all the
//! same, so a general language detector would change nothing.

use qn_base::text::truncate;
use qn_domain::Language;

/// English words that carry a sentence: one of them in a mixed turn means more than a product name in Latin letters.
const ENGLISH_GRAMMAR: [&str; 48] = [
    "a", "about", "and", "any", "are", "as", "at", "be", "can", "do", "does", "for", "from", "have", "how", "i", "if", "in", "is", "it",
    "mean", "my", "need", "not", "of", "on", "or", "please", "say", "should", "that", "the", "this", "to", "want", "was", "what", "when",
    "where", "which", "who", "why", "will", "with", "word", "would", "you", "your",
];

/// Chinese words that carry a sentence: with one of them the turn is Chinese, however many English words stand in it.
const CHINESE_GRAMMAR: [&str; 22] = [
    "我",
    "你",
    "您",
    "这个",
    "那个",
    "哪",
    "怎",
    "什么",
    "多少",
    "吗",
    "呢",
    "吧",
    "帮我",
    "请问",
    "请帮",
    "想要",
    "可以",
    "没有",
    "不能",
    "是不是",
    "有没有",
    "了",
];

/// Fewer English words, and fewer of grammar among them, do not make a sentence around a Chinese name.
const SENTENCE_WORDS_MIN: usize = 3;
const SENTENCE_GRAMMAR_MIN: usize = 2;
/// In a Chinese talk it must be clearer.
const SURE_WORDS_MIN: usize = 5;
const SURE_GRAMMAR_MIN: usize = 3;

/// A run of words without grammar up to this long may be the name of a product.
const NAME_WORDS_MAX: usize = 4;

/// The language and how sure that is, in [0, 1]. `fallback` (what the conversation was in) decides turns without letters.
pub fn identify(text: &str, fallback: Option<Language>) -> (Language, f32) {
    let seen = count(truncate(text, crate::normalise::TEXT_CHARS_MAX));
    if seen.kana_or_hangul > seen.han {
        return (Language::En, 0.6);
    }
    match (seen.han, seen.words) {
        (1.., 1..) if !seen.chinese_grammar && is_english_around(&seen, fallback) => (Language::En, 0.8),
        (1.., _) if fallback == Some(Language::Zh) => (Language::Zh, 0.95),
        (0, 0) => (fallback.unwrap_or_default(), 0.0),
        (0, words) => (english_or(fallback, &seen, words), if seen.grammar > 0 { 0.99 } else { 0.8 }),
        (_, 0) => (Language::Zh, 0.99),
        _ => (Language::Zh, if seen.grammar == 0 { 0.95 } else { 0.8 }),
    }
}

/// An English sentence with a Chinese name in it. In an English talk a word of grammar is enough.
fn is_english_around(seen: &Seen, fallback: Option<Language>) -> bool {
    let (words, grammar) = match fallback {
        Some(Language::Zh) => (SURE_WORDS_MIN, SURE_GRAMMAR_MIN),
        Some(Language::En) => (1, 1),
        None => (SENTENCE_WORDS_MIN, SENTENCE_GRAMMAR_MIN),
    };
    seen.words >= words && seen.grammar >= grammar && seen.han <= 2 * seen.words
}

/// Only a sentence changes the language of a Chinese conversation, not a name ("Apple Watch Ultra", "ok").
fn english_or(fallback: Option<Language>, seen: &Seen, words: usize) -> Language {
    let is_sentence = words > NAME_WORDS_MAX || (words > 1 && seen.grammar > 0);
    match fallback {
        Some(Language::Zh) if !is_sentence => Language::Zh,
        _ => Language::En,
    }
}

#[derive(Default)]
struct Seen {
    han: usize,
    /// One of `CHINESE_GRAMMAR` stands in it.
    chinese_grammar: bool,
    kana_or_hangul: usize,
    /// Words outside the scripts above, set apart by spaces or punctuation of sentences: addresses, codes and markup are none.
    words: usize,
    /// Those of them in `ENGLISH_GRAMMAR`.
    grammar: usize,
}

fn count(text: &str) -> Seen {
    let mut seen = Seen { chinese_grammar: CHINESE_GRAMMAR.iter().any(|word| text.contains(word)), ..Seen::default() };
    for c in text.chars() {
        match c {
            '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}' => seen.kana_or_hangul += 1,
            _ if qn_base::text::is_cjk(c) => seen.han += 1,
            _ => {}
        }
    }
    for token in without_markup(text).split(|c: char| c.is_whitespace() || qn_base::text::is_cjk(c)) {
        let token = token.trim_matches(|c: char| !c.is_alphanumeric());
        if token.is_empty() || !token.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '/' | ',' | '.' | '?' | '!')) {
            continue;
        }
        for word in token.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
            seen.words += 1;
            let lower = word.to_ascii_lowercase();
            seen.grammar += usize::from(ENGLISH_GRAMMAR.binary_search(&lower.as_str()).is_ok());
        }
    }
    seen
}

/// The text with each tag ("<" before a letter or "/", up to its ">") as a space.
fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        plain.push_str(before);
        plain.push(' ');
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let end = if is_tag { tag.find('>').map_or(tag.len(), |end| end + 1) } else { 1 };
        rest = &tag[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Zh};

    #[test]
    fn the_grammar_words_are_sorted_for_searching() {
        assert!(ENGLISH_GRAMMAR.is_sorted());
    }

    #[test]
    fn only_a_sentence_turns_a_chinese_conversation_into_an_english_one() {
        for (text, expected) in [
            ("abc<script>alert(1)</script>", Zh),
            ("<img src=x onerror=alert(document.cookie) is the of", Zh),
            ("</div><b>not for you</b>", En),
            ("Apple Watch Series Ultra", Zh),
            ("HUAWEI-Mate60", Zh),
            ("https://shop.example/orders/what-is-this", Zh),
            ("A", Zh),
            ("why?", Zh),
            ("What does 保修 mean?", Zh),
            ("my order,please", En),
            ("where is it", En),
            ("charger broken refund status unknown", En),
        ] {
            assert_eq!(identify(text, Some(Zh)).0, expected, "{text}");
        }
        assert_eq!(identify("<script>alert(1)</script>", Some(En)).0, En);
    }

    #[test]
    fn the_language_of_a_turn() {
        for (text, fallback, expected) in [
            ("你好", None, Zh),
            ("Hello", None, En),
            ("iPhone 15 Pro Max 充电慢", None, Zh),
            ("Apple Watch Series Ultra 保修", None, Zh),
            ("What does 保修 mean?", None, En),
            ("how do I say 退货 in the app", None, En),
            ("我的 order 到哪了 please", None, Zh),
            ("我要退货 return please", None, Zh),
            ("我要退货 return please", Some(En), Zh),
            ("please 帮我 cancel order", None, Zh),
            ("please 帮我 cancel order", Some(En), Zh),
            ("发票 invoice 怎么开 please tell me", None, Zh),
            ("how to 退货", None, Zh),
            ("how to 退货", Some(Zh), Zh),
            ("how to 退货", Some(En), En),
            ("is the 鲸潜防水壳 waterproof", Some(En), En),
            ("how do I say 退货 in the app", Some(Zh), En),
            ("ok", Some(Zh), Zh),
            ("ok", None, En),
            ("where is my order", Some(Zh), En),
            ("12345", Some(En), En),
            ("12345", None, Zh),
            ("👍", Some(En), En),
            ("", Some(En), En),
            ("¿Dónde está mi pedido?", None, En),
            ("返品したいです", None, En),
            ("반품하고 싶어요", None, En),
            ("請問怎麼退貨", None, Zh),
        ] {
            assert_eq!(identify(text, fallback).0, expected, "{text}");
        }
    }
}
