//! Questions that are of the world and of no company's service: the weather, a mountain's height, a joke. Told by the form of the whole:
//! a word of the world beside something else (「下雨天能送货吗」, "is it weather resistant") is no such question. Pure.

use crate::entity::{self, Entity};

/// Longer texts say more than such a question.
const CHARS_MAX: usize = 60;

/// Asked with nothing else but `FILL_ZH` and a place.
const SKY_ZH: [&str; 5] = ["天气", "气温", "下雨", "下雪", "台风"];
/// Asked with few words besides: of which country, of whom.
const OTHERS_ZH: [&str; 18] = [
    "首都",
    "总统",
    "脑筋急转弯",
    "绕口令",
    "笑话",
    "段子",
    "谜语",
    "猜谜",
    "股市",
    "大盘走势",
    "运势",
    "星座",
    "算命",
    "成语接龙",
    "写首诗",
    "写一首诗",
    "唱首歌",
    "陪我聊天",
];
const OTHERS_CHARS_MAX: usize = 5;
/// What is measured in `MEASURES_ZH`.
const NATURE_ZH: [&str; 22] = [
    "珠穆朗玛峰",
    "珠峰",
    "喜马拉雅",
    "富士山",
    "泰山",
    "长江",
    "黄河",
    "尼罗河",
    "太平洋",
    "大西洋",
    "月亮",
    "月球",
    "太阳",
    "地球",
    "火星",
    "木星",
    "银河",
    "宇宙",
    "金字塔",
    "埃菲尔铁塔",
    "撒哈拉",
    "世界上最",
];
/// What follows makes it the name of something else: a street, a shop, a product (「黄河路」「太阳能」「地球仪」).
const NAMES_ZH: [char; 12] = ['路', '街', '店', '能', '灯', '仪', '镜', '伞', '系', '牌', '城', '区'];
const MEASURES_ZH: [&str; 13] =
    ["多高", "多深", "多远", "多大", "多长", "多重", "多热", "海拔", "多少米", "多少公里", "最高的山", "最长的河", "最大的海"];
/// Says nothing of what is asked; longer ones first.
const FILL_ZH: [&str; 46] = [
    "这几天",
    "好不好",
    "冷不冷",
    "热不热",
    "怎么样",
    "查一下",
    "看一下",
    "会不会",
    "有没有",
    "周末",
    "今天",
    "明天",
    "后天",
    "今晚",
    "明早",
    "下周",
    "这周",
    "最近",
    "现在",
    "外面",
    "请问",
    "你好",
    "您好",
    "帮我",
    "给我",
    "告诉",
    "知道",
    "怎样",
    "如何",
    "预报",
    "情况",
    "多少",
    "一下",
    "查",
    "看",
    "会",
    "要",
    "的",
    "呢",
    "吗",
    "啊",
    "呀",
    "吧",
    "了",
    "几",
    "度",
];
/// Places have no more characters; only what `is_place` takes for one counts.
const PLACE_CHARS_MAX: usize = 4;

const WEATHER_EN: [&str; 8] = [
    "is the weather",
    "s the weather",
    "whats the weather",
    "hows the weather",
    "weather today",
    "weather tomorrow",
    "weather forecast",
    "weather like",
];
/// Begins such a question.
const SKY_EN: [&str; 6] = ["is it going to rain", "is it going to snow", "will it rain", "will it snow", "is it raining", "is it snowing"];
const OTHERS_EN: [&str; 18] = [
    "tell me a joke",
    "tell me a story",
    "tell us a joke",
    "sing me a song",
    "sing a song",
    "write a poem",
    "write me a poem",
    "tell me a riddle",
    "capital of",
    "president of",
    "prime minister of",
    "population of",
    "meaning of life",
    "who invented",
    "who discovered",
    "who painted",
    "who won the",
    "who is the king of",
];
const MEASURES_EN: [&str; 13] = [
    "how high is",
    "how tall is",
    "how deep is",
    "how far is",
    "how old is",
    "how big is",
    "how long is",
    "how heavy is",
    "how hot is",
    "height of",
    "length of",
    "depth of",
    "age of",
];
/// Stands between the measure and what is measured.
const BETWEEN_EN: [&str; 6] = ["the", "mount", "mt", "mountain", "planet", "river"];
const NATURE_EN: [&str; 19] = [
    "everest",
    "kilimanjaro",
    "fuji",
    "himalayas",
    "mont",
    "nile",
    "amazon",
    "yangtze",
    "thames",
    "pacific",
    "atlantic",
    "moon",
    "sun",
    "earth",
    "mars",
    "jupiter",
    "universe",
    "eiffel",
    "pyramids",
];
/// May follow it; anything else makes it the name of something else ("the sun lounger").
const AFTER_EN: [&str; 9] = ["from", "away", "and", "above", "river", "ocean", "tower", "blanc", "rainforest"];
/// Whoever says these asks the company ("the president of your company").
const OWN_EN: [&str; 6] = ["your", "our", "my", "company", "store", "insurance"];
const FILL_EN: [&str; 36] = [
    "what", "whats", "what's", "is", "s", "the", "how", "hows", "how's", "like", "in", "at", "on", "for", "today", "tomorrow", "tonight",
    "now", "right", "outside", "this", "next", "weekend", "week", "going", "to", "be", "it", "will", "please", "tell", "me", "hi", "hello",
    "do", "you",
];
/// Words of a place, such as "new york".
const PLACE_WORDS_MAX: usize = 2;

/// The word of the world that a text asks of, as a company would write it that does speak of it; none where anything else may be meant.
pub fn of_the_world(text: &str) -> Option<&'static str> {
    if text.chars().count() > CHARS_MAX {
        return None;
    }
    let lower = text.to_lowercase();
    in_chinese(&lower).or_else(|| in_english(&lower))
}

fn in_chinese(text: &str) -> Option<&'static str> {
    let said: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let find = |words: &'static [&'static str]| words.iter().copied().find(|word| said.contains(word));
    let is_meant = |nature: &&str| said.split_once(nature).is_some_and(|(_, after)| !after.starts_with(NAMES_ZH));
    if let Some(nature) = NATURE_ZH.into_iter().find(is_meant)
        && find(&MEASURES_ZH).is_some()
    {
        return Some(nature);
    }
    if let Some(other) = find(&OTHERS_ZH) {
        return Some(other).filter(|other| without(&said, other).chars().count() <= OTHERS_CHARS_MAX);
    }
    let sky = find(&SKY_ZH)?;
    let rest = without(&said, sky);
    (rest.is_empty() || is_place(&rest)).then_some(sky)
}

/// What is left of a text without the word and what says nothing.
fn without(said: &str, word: &str) -> String {
    FILL_ZH.iter().fold(said.replacen(word, "", 1), |rest, fill| rest.replace(fill, ""))
}

fn is_place(rest: &str) -> bool {
    let found = entity::find(rest, &entity::Context::new(0, 0));
    let whole = |one: &Entity| one.start == 0 && one.end == rest.len() && matches!(one.value, entity::Value::Place { .. });
    rest.chars().count() <= PLACE_CHARS_MAX && found.iter().any(whole)
}

fn in_english(text: &str) -> Option<&'static str> {
    let kept: String = text.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let said = words.join(" ");
    if let Some(measure) = MEASURES_EN.iter().find_map(|measure| said.split_once(measure)) {
        let mut after = measure.1.split_whitespace().skip_while(|word| BETWEEN_EN.contains(word));
        let first = after.next()?;
        let ends = after.next().is_none_or(|next| AFTER_EN.contains(&next) || FILL_EN.contains(&next));
        return NATURE_EN.into_iter().find(|nature| ends && *nature == first);
    }
    if let Some(other) = OTHERS_EN.into_iter().find(|other| said.contains(other)) {
        return Some(other).filter(|_| !words.iter().any(|word| OWN_EN.contains(word)));
    }
    let is_weather = WEATHER_EN.iter().any(|form| said.contains(form));
    let is_sky = SKY_EN.iter().any(|form| said.contains(form));
    let topics = ["weather", "forecast", "rain", "snow", "raining", "snowing"];
    let rest = words.iter().filter(|word| !FILL_EN.contains(word) && !topics.contains(word)).count();
    let topic = if said.contains("weather") {
        "weather"
    } else if said.contains("snow") {
        "snow"
    } else {
        "rain"
    };
    ((is_weather || is_sky) && rest <= PLACE_WORDS_MAX).then_some(topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weather_facts_and_games_are_of_the_world() {
        for (text, topic) in [
            ("今天天气怎么样", "天气"),
            ("你好，请问明天天气如何？", "天气"),
            ("今天会下雨吗", "下雨"),
            ("这几天天气怎么样", "天气"),
            ("今天北京下雨吗", "下雨"),
            ("珠穆朗玛峰有多高", "珠穆朗玛峰"),
            ("月球离地球多远", "月球"),
            ("长江有多长", "长江"),
            ("法国的首都是哪里", "首都"),
            ("讲个笑话", "笑话"),
            ("How high is Mount Everest?", "everest"),
            ("what is the height of mount everest", "everest"),
            ("How far is the moon from the earth?", "moon"),
            ("how tall is the Eiffel Tower", "eiffel"),
            ("What's the weather like in London today?", "weather"),
            ("how's the weather", "weather"),
            ("is it going to snow tomorrow", "snow"),
            ("what's the capital of Australia", "capital of"),
            ("who painted the mona lisa", "who painted"),
            ("tell me a joke", "tell me a joke"),
        ] {
            assert_eq!(of_the_world(text), Some(topic), "{text}");
        }
    }

    #[test]
    fn what_only_names_the_world_asks_a_company() {
        for text in [
            "下雨天能送货吗",
            "天气不好快递会晚到吗",
            "台风天还发货吗",
            "下雪送吗",
            "地球仪多少钱",
            "地球仪多大",
            "太阳能板有多重",
            "黄河路店离地铁站多远",
            "星座系列的耳机有哪些颜色",
            "这个手机能防水吗",
            "今天能发货吗",
            "怎么退货",
            "总统套房的路由器能退吗请帮我看看",
            "How high is the washing machine?",
            "how high can I mount the TV",
            "Mount the AC",
            "how long is the warranty",
            "how long is the sun lounger",
            "I want to talk to the president of your company",
            "what is the meaning of life insurance",
            "is it weather resistant",
            "does the rain damage the speaker",
            "will the weather delay my delivery this week",
            "how far is the store from the station",
            "what's the price of the P10",
            "",
        ] {
            assert_eq!(of_the_world(text), None, "{text}");
        }
    }
}
