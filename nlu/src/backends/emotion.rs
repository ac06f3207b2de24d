//! Whether the customer is upset, from plain words. Small on purpose: it colours a list row, it decides nothing alone.

use super::{has_words, list};
use crate::normalise::Normal;
use crate::understanding::Emotion;

const UPSET_ZH: &str = "\
垃圾|骗子|骗人|骗钱|气死|太差|差劲|差评|投诉|忽悠|什么破|破玩意|无语|恶心|滚|傻逼|脑残|智障|烦死|烦人|受不了|坑人|坑爹|坑钱|\
黑心|失望|离谱|过分|12315|消协|曝光|起诉|生气|愤怒|耍我|敷衍|踢皮球|他妈|妈的|欺负";
const UPSET_EN: &str = "\
scam|scammers|ridiculous|terrible|awful|horrible|worst|pathetic|furious|angry|unacceptable|disgusting|wtf|fuck|fucking|shit|\
bullshit|stupid|idiot|idiots|rip off|ripoff|fed up|sick of|waste of time|disappointed|outrageous|joke|lawyer|sue|frustrated|\
frustrating";
/// Where such a word is only a thing.
const HARMLESS: &str = "垃圾短信|垃圾桶|垃圾处理|垃圾邮件|垃圾箱|垃圾分类|垃圾袋|垃圾清理|垃圾文件|滚筒|滚动|滚轮|滚刷";
/// Capital letters from which on a turn without small ones is shouting.
const SHOUTED_LETTERS_MIN: usize = 12;

pub(crate) struct Lexicon {
    zh: Vec<&'static str>,
    en: Vec<&'static str>,
    harmless: Vec<&'static str>,
}

impl Lexicon {
    pub fn new() -> Self {
        Self { zh: list(UPSET_ZH), en: list(UPSET_EN), harmless: list(HARMLESS) }
    }

    pub fn emotion(&self, text: &str, normal: &Normal) -> Emotion {
        let upset = normal.clauses().iter().any(|clause| self.is_upset(clause)) || is_shouted(text);
        if upset { Emotion::Upset } else { Emotion::Neutral }
    }

    fn is_upset(&self, clause: &str) -> bool {
        if self.en.iter().any(|phrase| has_words(clause, phrase)) {
            return true;
        }
        if clause.is_ascii() || !self.zh.iter().any(|word| clause.contains(word)) {
            return false;
        }
        let mut rest = clause.to_owned();
        for harmless in &self.harmless {
            rest = rest.replace(harmless, " ");
        }
        self.zh.iter().any(|word| rest.contains(word))
    }
}

fn is_shouted(text: &str) -> bool {
    let mut capitals = 0;
    for c in qn_base::text::truncate(text, crate::normalise::TEXT_CHARS_MAX).chars() {
        if c.is_lowercase() {
            return false;
        }
        capitals += usize::from(c.is_uppercase());
    }
    capitals >= SHOUTED_LETTERS_MIN
}
