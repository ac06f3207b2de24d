//! One spelling of what people type: letters, words, phone numbers, e-mail addresses, dates and names. Pure; nothing here decides
//! whether two things are the same person's.

pub mod address;
pub mod date;
pub mod email;
pub mod name;
pub mod phone;

use qn_nlu::normalise::simplified;

/// Lower case, half width, simplified characters, no accents, single spaces. Punctuation stays.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        let c = half_width(c);
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        for lower in c.to_lowercase() {
            match unaccented(lower) {
                Some(plain) => out.push_str(plain),
                None if is_mark(lower) => {}
                None => out.push(plain(lower)),
            }
        }
    }
    out
}

/// Folded words; whatever is neither letter nor digit parts them.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Traditional characters of names that everyday text seldom has, each followed by its simplified form.
const OF_NAMES: &str = "陳陈張张偉伟劉刘黃黄楊杨趙赵吳吴孫孙馬马羅罗鄭郑謝谢許许馮冯鄧邓蔣蒋葉叶蘇苏盧卢鍾钟譚谭陸陆賈贾鄒邹韋韦錢钱龔龚嚴严賴赖龍龙賀贺顧顾萬万湯汤喬乔龐庞顏颜齊齐紀纪項项連连藍蓝關关憑凭\
    瓊琼麗丽華华國国軍军強强傑杰濤涛鵬鹏鳳凤蘭兰豔艳賢贤義义勝胜興兴慶庆凱凯鳴鸣曉晓瑩莹穎颖靜静潔洁紅红綺绮維维緯纬綱纲縣县區区東东門门開开廣广滬沪蕭萧鄺邝應应儀仪儒儒億亿優优劍剑寶宝嶽岳恆恒愛爱憲宪懷怀\
    樂乐榮荣樹树歡欢澤泽潤润燁烨爾尔現现瑋玮璽玺禮礼筱筱紹绍經经綠绿纖纤聖圣聰聪蓮莲衛卫誠诚諾诺貞贞輝辉進进遠远選选銀银銘铭鋒锋錦锦鎮镇鐵铁鑫鑫閔闵陽阳雲云韻韵飛飞駿骏麟麟黨党";

/// One form of a character that is written two ways.
fn plain(c: char) -> char {
    let simple = simplified(c);
    if simple != c || !('\u{4E00}'..='\u{9FFF}').contains(&c) {
        return simple;
    }
    let mut pairs = OF_NAMES.chars().filter(|c| !c.is_whitespace());
    while let (Some(old), Some(new)) = (pairs.next(), pairs.next()) {
        if old == c {
            return new;
        }
    }
    c
}

/// Combining marks, as decomposed text has them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

fn unaccented(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
        'ö' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ť' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(fold("  ＡＢＣ　李  Müller "), "abc 李 mueller");
        assert_eq!(fold("陳小明 張偉"), "陈小明 张伟");
        assert_eq!(words("Flat 2/b, St. James'"), ["flat", "2", "b", "st", "james"]);
    }
}
