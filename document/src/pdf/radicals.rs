//! Radicals that stand for whole characters: the maps in PDFs often name 「⻓」 (U+2ED3, a radical) where 「长」 is printed, because both look
//! alike in the font. Searches would not find them. From Unicode's EquivalentUnifiedIdeograph. Called by `page` alone.

/// U+2F00 to U+2FD5, in order.
const KANGXI: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴\
    廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
    目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵\
    邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// Of U+2E80 to U+2EF3, those that have a character of their own.
const SUPPLEMENT: [(char, char); 34] = [
    ('\u{2EA0}', '民'),
    ('\u{2E9F}', '母'),
    ('\u{2EC1}', '虎'),
    ('\u{2EC4}', '西'),
    ('\u{2EC5}', '见'),
    ('\u{2EC6}', '角'),
    ('\u{2EC9}', '贝'),
    ('\u{2ECB}', '车'),
    ('\u{2ED1}', '長'),
    ('\u{2ED3}', '长'),
    ('\u{2ED4}', '门'),
    ('\u{2ED8}', '青'),
    ('\u{2ED9}', '韦'),
    ('\u{2EDA}', '页'),
    ('\u{2EDB}', '风'),
    ('\u{2EDC}', '飞'),
    ('\u{2EDD}', '食'),
    ('\u{2EE2}', '马'),
    ('\u{2EE3}', '骨'),
    ('\u{2EE4}', '鬼'),
    ('\u{2EE5}', '鱼'),
    ('\u{2EE6}', '鸟'),
    ('\u{2EE7}', '卤'),
    ('\u{2EE8}', '麦'),
    ('\u{2EE9}', '黄'),
    ('\u{2EEA}', '黾'),
    ('\u{2EEB}', '斉'),
    ('\u{2EEC}', '齐'),
    ('\u{2EED}', '歯'),
    ('\u{2EEE}', '齿'),
    ('\u{2EEF}', '竜'),
    ('\u{2EF0}', '龙'),
    ('\u{2EF2}', '亀'),
    ('\u{2EF3}', '龟'),
];

pub(super) fn character(c: char) -> char {
    let found = match u32::from(c) {
        at @ 0x2F00..=0x2FD5 => KANGXI.chars().nth(at as usize - 0x2F00),
        0x2E80..=0x2EF3 => SUPPLEMENT.iter().find(|(radical, _)| *radical == c).map(|(_, whole)| *whole),
        _ => None,
    };
    found.unwrap_or(c)
}

#[cfg(test)]
mod tests {
    #[test]
    fn radicals_become_the_characters_they_look_like() {
        assert_eq!("⼀⻘⻦⼿⻓⻚⿕龥⺀a".chars().map(super::character).collect::<String>(), "一青鸟手长页龠龥⺀a");
        assert_eq!(super::KANGXI.chars().count(), 214);
    }
}
