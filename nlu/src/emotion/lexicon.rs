//! Words that name or show an emotion, in Chinese and English, with how strong they are and where they stand in a text. A hit is a
//! hint for the classifier and a place to point at; it decides nothing alone. Search is on the text as typed, folded character for
//! character, so that positions stay true.

use crate::normalise::simplified;
use crate::understanding::Emotion;
use std::sync::OnceLock;

/// An emotion word found: characters `start..end` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub emotion: Emotion,
    /// 1 mild to 3 extreme.
    pub strength: u8,
    pub start: usize,
    pub end: usize,
    /// Said not to be so: 「不生气」, "not angry".
    pub negated: bool,
}

/// (emotion, strength, words).
const WORDS: &[(Emotion, u8, &str)] = &[
    (
        Emotion::Anger,
        3,
        "他妈|妈的|特么|傻逼|傻叉|脑残|智障|操你|去死|滚蛋|王八|畜生|放屁|狗屁|无耻|不要脸|气死|气炸|火大|忍无可忍|欺人太甚|恶心|黑心|黑店|骗子|诈骗|人渣|\
         tmd|nmd|mlgb|wtf|fuck|fucking|f***|shit|bullshit|bastards|scammers|scam|thieves|crooks|furious|livid|fuming|outrageous|infuriating|disgusting|\
         pissed|screw you|go to hell|shame on you|how dare|what the hell|idiots|moron|pathetic|inexcusable|😡|🤬|💢|🖕|[怒]|[怒骂]|[抓狂]|[发怒]",
    ),
    (
        Emotion::Anger,
        2,
        "垃圾|拉圾|辣鸡|坑爹|坑人|坑钱|骗人|骗钱|忽悠|投诉你|要投诉|曝光|起诉|律师函|12315|消协|法院见|敷衍|踢皮球|耍我|糊弄|欺负|霸王条款|虚假宣传|凭什么|凭啥|\
         生气|愤怒|恼火|太过分|过分了|烦死|受不了|受够|差评|差劲|烂透|缺德|无语|离谱|什么破|破玩意|有病|倒闭|宰客|抢钱|割韭菜|杀熟|店大欺客|\
         废物|饭桶|脑子进水|当傻子|当猴耍|八辈子霉|八辈子的霉|倒大霉|气得我|跟你们没完|嘴脸|没良心|\
         ridiculous|unacceptable|terrible|awful|horrible|worst|angry|mad|annoyed|rude|useless|garbage|trash|junk|crap|joke|rip off|ripoff|fed up|sick of|sick and tired|\
         waste of time|stupid|idiot|incompetent|appalling|disgrace|lawyer|attorney|sue|legal action|unprofessional|lied to|damn|clowns|enraged|with rage|i'm boiling|blood is boiling|stood me up|the hell|liars|fools|good for nothing|😤|👎|😠|[弱]|[鄙视]|[吐]",
    ),
    (
        Emotion::Anger,
        1,
        "烦人|不满|态度差|不耐烦|不像话|呵呵|好棒棒|可真行|thanks for nothing|frustrated|frustrating|insult|nonsense|excuses|🙄|😒",
    ),
    (Emotion::Disappointment, 3, "绝望|心碎|崩溃了|心灰意冷|生无可恋|heartbroken|devastated|hopeless|in tears|💔|😭"),
    (
        Emotion::Disappointment,
        2,
        "失望|难过|伤心|寒心|心凉|心寒|心酸|心痛|心疼|委屈|沮丧|灰心|失落|遗憾|难受|想哭|哭了|泪|后悔|无助|心累|郁闷|破防|emo|痛心|\
         disappointed|disappointing|disappointment|let down|letdown|gutted|sad|sadly|regret|miserable|helpless|discouraged|lost hope|losing hope|lost faith|cry|crying|cried|\
         heartbreaking|underwhelming|given up|give up|😢|😞|😔|🥺|☹️|😩|:(|[泪]|[伤心]|[悲伤]|[失望]|[委屈]|[大哭]|[流泪]",
    ),
    (
        Emotion::Disappointment,
        1,
        "可惜|唉|哎|算了|不如以前|没想到会|落差|不值|一般般|shame|pity|sigh|meh|bummer|oh well|unfortunately|unlucky|could have been",
    ),
    (
        Emotion::Anxiety,
        3,
        "救命|人命关天|十万火急|急死|吓死|慌死|焦虑死|火烧眉毛|emergency|panicking|freaking out|desperate|urgent|🆘|😱|sos",
    ),
    (
        Emotion::Anxiety,
        2,
        "急急|着急|很急|在线等|担心|害怕|好怕|好慌|有点慌|焦虑|怎么办|来不及|等不及|紧张|求求|尽快|火速|加急|赶时间|忐忑|不放心|睡不着|被盗|被骗|\
         worried|worry|anxious|scared|afraid|frightened|nervous|panic|stressed|hurry|asap|right away|running out of time|what do i do|what should i do|stolen|hacked|\
         please help|deadline|expedite|😰|😨|😥|😟|⏰|[害怕]|[惊恐]|[衰]",
    ),
    (Emotion::Anxiety, 1, "麻烦快|快点|拜托|催一下|没底|不踏实|吓|慌|quick|soon|in time|still pending|🙏"),
    (
        Emotion::Joy,
        3,
        "太棒|太好了|太感谢|太开心|爱死|完美|惊艳|绝绝子|yyds|超级喜欢|感激不尽|无可挑剔|赞不绝口|amazing|awesome|fantastic|brilliant|excellent|perfect|superb|\
         wonderful|thrilled|delighted|love it|lifesaver|over the moon|incredible|😍|🥰|🎉|💯",
    ),
    (
        Emotion::Joy,
        2,
        "满意|开心|高兴|喜欢|好评|五星|点赞|感谢|感动|暖心|贴心|惊喜|靠谱|给力|好用|好吃|推荐|物超所值|辛苦了|幸福|爱了|回购|良心|棒|赞|哈哈|嘻嘻|\
         thank you so much|thanks a million|great|happy|glad|pleased|impressed|recommend|helpful|appreciate|lovely|beautiful|delicious|kudos|well done|yay|wow|enjoyed|love|\
         best|😊|😄|👍|❤️|❤|🌹|⭐|🙌|[心]|[赞]|[鲜花]|[爱你]|[太开心]|[哈哈]|[玫瑰]|[强]|[愉快]|[笑]|:)",
    ),
    (Emotion::Joy, 1, "不错|挺好|放心了|谢谢你|谢谢您|可以的|nice|cool|good job|cheers|fine work|easy to use"),
];

/// Words that contain a word above and mean only a thing.
const HARMLESS: &str = "垃圾短信|垃圾桶|垃圾处理|垃圾邮件|垃圾箱|垃圾分类|垃圾袋|垃圾清理|垃圾文件|滚筒|投诉电话|投诉流程|怎么投诉|加急件|加急费|急救包|意外险|开心果|\
     愤怒的小鸟|愤怒的葡萄|开心农场|推荐码|推荐人|推荐算法|mad max|angry birds|best before|quick question|quick q|\
     乐呵呵|笑呵呵|emergency kit|emergency exit|emergency contact|sue ellen|love letter";
/// Tell of what went wrong; beside words of joy they may make scorn of them.
const TROUBLE: &str = "又要|又来|又是|又坏|又错|又发|又把|又不|又没|又断|又漏|又得|又让|又丢|又涨|又一|还没|还不|还要|还是不|坏了|就坏|破了|错了|没人|排队|重新|害我|白等|白请|丢了|不见|等了|半个月|处理中|降价|缺货|\
     another|again|still|broken|broke|wrong|lost|losing|late|never|nobody|nothing|waiting|waited|ruin|ruined|ruining|fail|failed|dead|leak|leaks|leaking|crashed|\
     closed|vanished|twice|charged|without|scratched|stopped|gone|now|can't|won't|doesn't";
const NOT_ZH: &[&str] =
    &["不", "没", "没有", "不是", "并不", "不太", "不怎么", "不会", "别", "不用", "毫不", "不是很", "也不", "不算", "没那么", "不必"];
const NOT_EN: &[&str] = &[
    "not",
    "no",
    "isnt",
    "isn't",
    "wasn't",
    "wasnt",
    "never",
    "don't",
    "dont",
    "didn't",
    "not at all",
    "not really",
    "not that",
    "not so",
    "without",
];
/// How far before a word a "not" may stand, in characters.
const NOT_REACH_CHARS: usize = 4;

const BOOSTERS_ZH: &[&str] = &[
    "太", "非常", "极其", "极度", "十分", "特别", "超级", "真的", "简直", "完全", "根本", "实在", "到底", "死了", "透了", "极了", "竟然",
    "居然", "强烈",
];
const BOOSTERS_EN: &[&str] =
    &["so", "very", "really", "extremely", "absolutely", "totally", "completely", "utterly", "beyond", "incredibly", "ever", "again"];

/// The text folded for searching, one character for each character typed.
pub fn fold(text: &str) -> Vec<char> {
    let one = |c: char| match c {
        '’' | '‘' => '\'',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => simplified(c),
    };
    text.chars().map(one).map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

/// Emotion words in a folded text, in order, none inside another.
pub fn hits(folded: &[char]) -> Vec<Hit> {
    let words = words();
    let mut hits: Vec<Hit> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let Some(candidates) = words.get(&folded[at]) else {
            at += 1;
            continue;
        };
        let Some(word) = candidates.iter().find(|word| stands(folded, at, &word.chars)) else {
            at += 1;
            continue;
        };
        let end = at + word.chars.len();
        if let Some((emotion, strength)) = word.means {
            hits.push(Hit { emotion, strength, start: at, end, negated: negated(folded, at) });
        }
        at = end;
    }
    hits
}

/// How many words that make a statement stronger.
pub fn boosters(folded: &[char]) -> usize {
    let count = |words: &[&str]| -> usize {
        let words = words.iter().map(|w| w.chars().collect::<Vec<char>>());
        words.map(|w| (0..folded.len()).filter(|at| stands(folded, *at, &w)).count()).sum()
    };
    count(BOOSTERS_ZH) + count(BOOSTERS_EN)
}

/// What went wrong is told of.
pub fn tells_of_trouble(folded: &[char]) -> bool {
    let mut words = TROUBLE.split('|').map(|word| word.chars().collect::<Vec<char>>());
    words.any(|word| (0..folded.len()).any(|at| stands(folded, at, &word)))
}

struct Word {
    chars: Vec<char>,
    /// None for a harmless one.
    means: Option<(Emotion, u8)>,
}

type Words = std::collections::HashMap<char, Vec<Word>>;

/// By first character, longest first.
fn words() -> &'static Words {
    static WORDS_BY_FIRST: OnceLock<Words> = OnceLock::new();
    WORDS_BY_FIRST.get_or_init(|| {
        let mut by_first = Words::new();
        let meant = WORDS.iter().flat_map(|(emotion, strength, words)| words.split('|').map(move |w| (w, Some((*emotion, *strength)))));
        for (word, means) in meant.chain(HARMLESS.split('|').map(|w| (w, None))) {
            let chars: Vec<char> = word.chars().collect();
            by_first.entry(chars[0]).or_default().push(Word { chars, means });
        }
        by_first.values_mut().for_each(|words| words.sort_by_key(|w| std::cmp::Reverse(w.chars.len())));
        by_first
    })
}

/// `word` stands at `at`; words in Latin letters must be whole.
pub(super) fn stands(folded: &[char], at: usize, word: &[char]) -> bool {
    if !folded[at..].starts_with(word) {
        return false;
    }
    let letter = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    let before = at.checked_sub(1).and_then(|i| folded.get(i));
    let whole = |edge: Option<&char>, outside: Option<&char>| !(letter(edge) && letter(outside));
    whole(word.first(), before) && whole(word.last(), folded.get(at + word.len()))
}

pub(super) fn negated(folded: &[char], at: usize) -> bool {
    let zh = |reach: usize| {
        let before: String = folded[at.saturating_sub(reach)..at].iter().collect();
        NOT_ZH.iter().any(|not| before.ends_with(not))
    };
    let before: String = folded[at.saturating_sub(12)..at].iter().collect();
    let before = before.trim_end();
    zh(NOT_REACH_CHARS) || NOT_EN.iter().any(|not| before.strip_suffix(not).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Emotion, bool)> {
        hits(&fold(text)).into_iter().map(|h| (h.emotion, h.negated)).collect()
    }

    #[test]
    fn trouble_is_told_of_in_whole_words() {
        for text in ["真是太好了，又要排队", "Oh great, another bot", "it won’t start"] {
            assert!(tells_of_trouble(&fold(text)), "{text}");
        }
        for text in ["又快又好", "I know nothings", "太好了，谢谢"] {
            assert!(!tells_of_trouble(&fold(text)), "{text}");
        }
    }

    #[test]
    fn words_are_found_where_they_stand_and_only_as_words() {
        assert_eq!(found("太失望了"), [(Emotion::Disappointment, false)]);
        assert_eq!(found("我不生气"), [(Emotion::Anger, true)]);
        assert_eq!(found("I'm not angry"), [(Emotion::Anger, true)]);
        assert_eq!(found("垃圾短信怎么拦截"), []);
        assert_eq!(found("an issue with my tissue box"), []);
        assert_eq!(found("投訴電話是多少"), []);
        assert_eq!(found("这是骗子吧"), [(Emotion::Anger, false)]);
        assert_eq!(found("I have a quick question"), []);
        assert_eq!(found("一家人乐呵呵的"), []);
        assert_eq!(found("呵呵，一句系统问题就打发我"), [(Emotion::Anger, false)]);
        let hit = hits(&fold("唉，真的好难过😭"));
        assert_eq!(hit.iter().map(|h| (h.start, h.end)).collect::<Vec<_>>(), [(0, 1), (5, 7), (7, 8)]);
    }
}
