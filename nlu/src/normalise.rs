//! One spelling for comparing: half width, lower case, simplified characters, no punctuation, no stray spaces.
//! Used by the rules here and by retrieval; never shown to anybody.

use qn_base::text::{is_cjk, truncate};

/// What is read of one text; the rest cannot change its meaning and would only cost time.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Common traditional characters and their simplified forms, in pairs. Only one-to-one cases of everyday support talk.
const SIMPLIFIED: &str = "轉转謝谢見见對对沒没幫帮問问題题決决個个請请嗎吗說说員员話话務务無无終终煩烦為为這这該该機机電电視视頻频腦脑網网絡络號号碼码\
麼么帳账賬账錢钱費费價价貨货買买賣卖運运單单訂订發发開开關关門门車车送送達达遲迟過过還还換换維维壞坏壓压縮缩冰冰洗洗衣衣熱热\
聲声響响燈灯無无線线連连接接設设置置檢检測测試试證证書书據据稅税額额優优惠惠券券積积點点級级會会員员團团隊队專专業业實实體体\
後后從从來来時时間间長长東东場场國国區区內内樓楼層层戶户漢汉語语學学習习種种類类條条項项萬万億亿雙双壹一貳二參三兩两幾几\
應应當当難难讓让覺觉變变動动辦办處处經经給给結结統统總总歸归類类騎骑驗验講讲認认識识誤误評评論论議议選选擇择擔担護护損损\
傷伤貼贴膜膜屏屏殼壳頭头顯显顏颜圖图畫画裝装補补複复製制雜杂離离雲云靜静頁页順顺須须領领顧顾飛飞飯饭飲饮館馆馬马魚鱼鳥鸟齊齐";

/// A text ready for comparing, cut into clauses at punctuation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normal {
    clauses: Vec<String>,
}

impl Normal {
    pub fn new(text: &str) -> Self {
        let mut clauses = Vec::new();
        let mut clause = String::new();
        let mut gap = false;
        for c in truncate(text, TEXT_CHARS_MAX).chars() {
            match fold(c) {
                Fold::Keep(c) => {
                    push(&mut clause, c, gap);
                    gap = false;
                }
                Fold::Space => gap = true,
                Fold::Break => {
                    gap = false;
                    close(&mut clauses, &mut clause);
                }
                Fold::Drop => {}
            }
        }
        close(&mut clauses, &mut clause);
        Self { clauses }
    }

    /// Non-empty, without punctuation; words separated by one space, Chinese without spaces.
    pub fn clauses(&self) -> &[String] {
        &self.clauses
    }

    /// All clauses with one space between.
    pub fn joined(&self) -> String {
        self.clauses.join(" ")
    }
}

enum Fold {
    Keep(char),
    Space,
    Break,
    Drop,
}

/// One character in its compared form.
fn fold(c: char) -> Fold {
    let c = half_width(c);
    match c {
        'a'..='z' | '0'..='9' => Fold::Keep(c),
        'A'..='Z' => Fold::Keep(c.to_ascii_lowercase()),
        // An apostrophe joins ("don't" is one word), as do the marks that make keycaps and skin tones out of other characters.
        '\'' | '’' | '‘' | '`' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}' => {
            Fold::Drop
        }
        ' ' | '\t' | '-' | '_' | '/' | '~' | '#' | '*' | '"' | '“' | '”' | '(' | ')' | '\u{3000}' | '\u{00A0}' => Fold::Space,
        '①'..='⑨' => Fold::Keep(digit(c as u32 - '①' as u32 + 1)),
        '+' | '%' | '&' | '@' => Fold::Keep(c),
        _ if is_cjk(c) => Fold::Keep(simplified(c)),
        _ if c.is_alphanumeric() => Fold::Keep(c.to_lowercase().next().unwrap_or(c)),
        _ if is_pictograph(c) => Fold::Keep(c),
        _ => Fold::Break,
    }
}

fn push(clause: &mut String, c: char, gap: bool) {
    let between_words = gap && !is_cjk(c) && clause.chars().next_back().is_some_and(|last| !is_cjk(last));
    if between_words {
        clause.push(' ');
    }
    clause.push(c);
}

fn close(clauses: &mut Vec<String>, clause: &mut String) {
    if !clause.is_empty() {
        clauses.push(std::mem::take(clause));
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn digit(n: u32) -> char {
    char::from_digit(n, 10).unwrap_or('0')
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F300}'..='\u{1FAFF}')
}

/// The simplified form of a Chinese character, itself when it is one already.
pub fn simplified(c: char) -> char {
    table().get(&c).copied().unwrap_or(c)
}

fn table() -> &'static std::collections::HashMap<char, char> {
    static TABLE: std::sync::OnceLock<std::collections::HashMap<char, char>> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let chars: Vec<char> = SIMPLIFIED.chars().collect();
        chars.chunks_exact(2).filter(|pair| pair[0] != pair[1]).map(|pair| (pair[0], pair[1])).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        for (typed, expected) in [
            ("  转 人 工！！！", "转人工"),
            ("ＯＫ，謝謝", "ok 谢谢"),
            ("Don’t  DO\tthat.", "dont do that"),
            ("①、 2️⃣", "1 2"),
            ("我的iPhone 15 Pro 坏了", "我的iphone 15 pro坏了"),
            ("\u{202E}abc\0def", "abc def"),
            ("…。！", ""),
        ] {
            assert_eq!(Normal::new(typed).joined(), expected, "{typed}");
        }
    }

    #[test]
    fn every_pair_of_the_table_is_two_characters() {
        assert_eq!(SIMPLIFIED.chars().count() % 2, 0);
        assert!(SIMPLIFIED.chars().all(is_cjk));
        assert_eq!(simplified('轉'), '转');
        assert_eq!(simplified('齊'), '齐');
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(Normal::new(&"长".repeat(9_999)).joined().chars().count(), TEXT_CHARS_MAX);
    }
}
