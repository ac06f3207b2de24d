//! What customers type and how it must be read.
#![allow(clippy::unwrap_used)]

use qn_domain::Language;
use qn_nlu::{Act, Emotion, IntentBackend, RulesBackend, Utterance};

fn read(text: &str, choices: u8) -> Option<Act> {
    RulesBackend::new().understand(&Utterance { text, language: None, choices }).intent.map(|i| i.act)
}

fn check(expected: Option<Act>, texts: &[&str]) {
    let wrong: Vec<_> = texts.iter().map(|t| (*t, read(t, 0))).filter(|(_, act)| *act != expected).collect();
    assert!(wrong.is_empty(), "expected {expected:?}, read {wrong:#?}");
}

#[test]
fn asks_for_a_person_zh() {
    check(
        Some(Act::AskPerson),
        &[
            "转人工",
            "转人工！！！",
            "转 人 工",
            "轉人工",
            "人工",
            "人工！",
            "人工客服",
            "人工服务",
            "找真人",
            "我要投诉人工",
            "我要人工客服",
            "请帮我转人工",
            "转接人工客服谢谢",
            "能不能转人工",
            "可不可以帮我转人工",
            "怎么还不转人工",
            "为什么不给我转人工",
            "再不转人工我就投诉了",
            "我不要机器人我要人工",
            "不要跟我说这些，转人工",
            "有没有人工客服",
            "没有人工客服吗",
            "有人工吗",
            "人工在吗",
            "想找个真人聊聊",
            "我想和真人说话",
            "叫你们经理来",
            "麻烦转一下，人工",
            "不，转人工",
            "怎么联系人工客服",
            "如何转人工",
            "你好，我要转人工",
            "快点给我转人工客服",
            "转客服",
            "客服人员",
            "要人工要人工要人工",
            "rengong",
            "算了给我转人工吧",
            "我要投诉",
            "有人吗",
            "退货太麻烦了直接转人工",
            "人工智能太笨了，转人工",
            "zhuan ren gong",
            "给我找个人",
            "能不能换个人来",
            "我想跟客服沟通一下",
            "不好意思转人工",
        ],
    );
}

#[test]
fn asks_for_a_person_en() {
    check(
        Some(Act::AskPerson),
        &[
            "agent",
            "Agent!!!",
            "human",
            "HUMAN PLEASE",
            "talk to a person",
            "I want to talk to a human",
            "can I speak to someone?",
            "let me speak with a real person",
            "connect me to an agent",
            "transfer me to a representative",
            "Please put me through to an operator",
            "I need a human",
            "get me a person",
            "live agent",
            "real person please",
            "representative",
            "operator",
            "can i chat with a live agent",
            "I don't want a bot I want a human",
            "no, human please",
            "why can't I talk to a human",
            "is there a human I can talk to",
            "speak to your manager",
            "I'd like to speak to customer service",
            "customer service",
            "escalate this",
            "anyone there?",
            "I need help contacting an agent",
            "how can I contact someone",
            "talk with an assistant",
            "speak to a damn live agent",
            "I want to contact an agent",
            "human agent",
            "just give me a real human being",
        ],
    );
}

#[test]
fn does_not_ask_for_a_person() {
    check(
        None,
        &[
            "人工智能是什么",
            "这款手机有人工智能功能吗",
            "不要转人工",
            "别给我转人工",
            "先不用转人工",
            "我不想找人工",
            "不需要人工客服",
            "扫地机器人工作时间多长",
            "上次人工客服说可以退",
            "人工客服几点上班",
            "人工费怎么算",
            "昨天转人工了没人理",
            "维修的人工成本是多少",
            "人工客服电话是多少",
            "不用找真人了吧这个简单",
            "无需转人工",
            "在哪找个人中心",
            "怎么换个人信息",
            "机器人和人工有什么区别",
            "what is a user agent",
            "do I have to talk to someone to close my account",
            "I made a transfer to someone",
            "how do I set up the google assistant",
            "还需要人工操作吗",
            "how do I change the user agent string",
            "I don't want to talk to an agent",
            "don't transfer me to a human",
            "no need to talk to a person",
            "can I pick it up in person",
            "transfer my warranty to another person",
            "the agent told me it would arrive today",
            "is the price per person",
            "human resources phone number",
            "I talked to an agent yesterday",
            "how do I open the device manager",
            "what cleaning agent can I use on the screen",
            "get someone to install the washing machine",
        ],
    );
}

#[test]
fn small_talk() {
    check(
        Some(Act::Greeting),
        &["你好", "您好！", "hello", "Hi there", "在吗？", "你好呀", "早上好", "hey", "Ｈｅｌｌｏ", "good morning!", "亲，在吗", "嗨~"],
    );
    check(
        Some(Act::Thanks),
        &[
            "谢谢",
            "谢谢！！",
            "谢谢你啊",
            "thanks",
            "Thank you so much!",
            "好的谢谢",
            "thx",
            "非常感谢",
            "謝謝",
            "ok thanks",
            "多谢啦",
            "thanks for your help",
        ],
    );
    check(
        Some(Act::Goodbye),
        &["再见", "拜拜", "bye", "Goodbye!", "没别的了，谢谢", "那就这样吧，再见", "that's all, thanks", "没事了谢谢", "have a nice day"],
    );
    check(
        Some(Act::Yes),
        &[
            "是",
            "是的",
            "对",
            "嗯嗯",
            "好的",
            "可以",
            "yes",
            "Yep",
            "yes please",
            "sure",
            "OK",
            "没错",
            "👍",
            "对，就是这个",
            "that's right",
        ],
    );
    check(
        Some(Act::No),
        &["不", "不是", "不用了", "不用了谢谢", "no", "nope", "no thanks", "没有", "算了", "never mind", "No, thank you."],
    );
    check(
        Some(Act::Resolved),
        &[
            "解决了",
            "已经解决了，谢谢",
            "明白了",
            "知道了",
            "got it",
            "it works now, thanks",
            "搞定了",
            "That helped!",
            "问题解决了",
            "perfect, thank you",
            "懂了",
        ],
    );
    check(
        Some(Act::NotHelpful),
        &[
            "没用",
            "没有解决",
            "还是不行",
            "答非所问",
            "不是这个问题",
            "not helpful",
            "That didn't help",
            "useless",
            "都不是",
            "none of these",
            "still not working",
            "看不懂",
            "👎",
            "that's not what I asked",
            "没解决我的问题",
        ],
    );
}

#[test]
fn asks_about_the_bot() {
    check(
        Some(Act::AboutBot),
        &[
            "你是机器人吗",
            "你是不是机器人？",
            "您是真人吗",
            "你是人还是机器人",
            "请问你是谁",
            "你能做什么",
            "你可以帮我做什么呢",
            "你好，你会什么",
            "are you a robot?",
            "Are you a real person",
            "am I talking to a bot",
            "what can you do",
            "Hi, what can you help me with?",
        ],
    );
    for text in ["扫地机器人能做什么", "你是机器人吗，我要转人工", "what can you do about my broken phone", "是谁签收的"]
    {
        assert_ne!(read(text, 0), Some(Act::AboutBot), "{text}");
    }
}

#[test]
fn questions_are_not_small_talk() {
    check(
        None,
        &[
            "你好，怎么退货",
            "谢谢，那运费谁出",
            "hi, how do I return my phone",
            "thanks, what about shipping",
            "好的那发票呢",
            "no signal on my phone",
            "是不是正品",
            "不能开机",
            "没有声音",
            "可以开发票吗",
            "对比一下两款手机",
            "好像坏了",
            "",
            "   ",
            "？？？",
            "2",
            "第二个",
            "the phone is not working after the update",
            "早教机有吗",
            "yes but when will it arrive",
        ],
    );
}

#[test]
fn choices() {
    let table: &[(&str, u8, Option<u8>)] = &[
        ("第二个", 3, Some(2)),
        ("2", 3, Some(2)),
        ("2.", 3, Some(2)),
        ("２", 3, Some(2)),
        ("②", 3, Some(2)),
        ("2️⃣", 3, Some(2)),
        ("选2", 3, Some(2)),
        ("我选第二个", 3, Some(2)),
        ("第二条", 3, Some(2)),
        ("第2个吧", 3, Some(2)),
        ("第三个问题", 3, Some(3)),
        ("一", 3, Some(1)),
        ("the second one", 3, Some(2)),
        ("Second", 3, Some(2)),
        ("number 2", 3, Some(2)),
        ("#2", 3, Some(2)),
        ("option 1 please", 3, Some(1)),
        ("1st", 2, Some(1)),
        ("the last one", 3, Some(3)),
        ("最后一个", 4, Some(4)),
        ("后者", 2, Some(2)),
        ("I mean the first one", 2, Some(1)),
        ("第四个", 3, None),
        ("0", 3, None),
        ("12", 3, None),
        ("21", 3, None),
        ("第二天能到吗", 3, None),
        ("2台手机", 3, None),
        ("one plus phone", 3, None),
        ("第二个", 0, None),
    ];
    for (text, choices, expected) in table {
        assert_eq!(read(text, *choices), expected.map(|ordinal| Act::Choose { ordinal }), "{text}");
    }
}

#[test]
fn the_rest_of_the_reading() {
    let backend = RulesBackend::new();
    let both = backend.understand(&Utterance::new("好的，谢谢"));
    assert_eq!(both.alternatives.iter().map(|i| i.act).collect::<Vec<_>>(), [Act::Yes]);
    assert_eq!(both.language, Language::Zh);
    let emoji = backend.understand(&Utterance { text: "👍", language: Some(Language::En), choices: 0 });
    assert_eq!((emoji.language, emoji.is(Act::Yes, 0.9)), (Language::En, true));
    for (text, emotion) in [
        ("你们就是骗子", Emotion::Anger),
        ("This is ridiculous", Emotion::Anger),
        ("WHERE IS MY ORDER???", Emotion::Anger),
        ("太差劲了", Emotion::Anger),
        ("滚筒洗衣机怎么用", Emotion::Neutral),
        ("垃圾短信怎么拦截", Emotion::Neutral),
        ("垃圾桶垃圾手机", Emotion::Anger),
        ("where is my order", Emotion::Neutral),
        ("I have an issue with my tissue box", Emotion::Neutral),
        ("OK", Emotion::Neutral),
    ] {
        assert_eq!(backend.understand(&Utterance::new(text)).mood.emotion, emotion, "{text}");
    }
    let json = serde_json::to_value(backend.understand(&Utterance { text: "2", language: None, choices: 2 })).unwrap();
    assert_eq!((&json["intent"]["act"], &json["intent"]["ordinal"], &json["language"]), (&"choose".into(), &2.into(), &"zh-CN".into()));
}
