//! The words that point, leave out, correct and return, in Chinese and English. Plain lists; read by `refer` and `topic`.

/// Stand for the product under discussion. Longest first.
pub const PRONOUNS_ZH: &[&str] = &[
    "这一款",
    "那一款",
    "这款",
    "那款",
    "这个产品",
    "这台",
    "那台",
    "这双",
    "那双",
    "这件",
    "那件",
    "这部",
    "那部",
    "它的",
    "它",
    "这个",
    "那个",
    "这货",
];
pub const PRONOUNS_EN: &[&str] =
    &["this one", "that one", "this product", "that product", "it's", "its", "it", "this", "that", "they", "them"];

/// 这个 before one of these is a determiner with its own noun.
pub const OWN_NOUN: &[&str] = &["问题", "订单", "单", "月", "周", "星期", "礼拜", "地址", "时候", "价", "活动", "人", "号"];
/// "is it possible", "does it mean": nothing is meant.
pub const EMPTY_IT: &[&str] =
    &["is it possible", "is it ok", "does it mean", "does it take", "it seems", "it says", "that's all", "that is all", "is that all"];

/// (words, place in the list from 1; 0 the last)
pub const ORDINALS: &[(&str, usize)] = &[
    ("最后一个", 0),
    ("最后一款", 0),
    ("最后那个", 0),
    ("第一", 1),
    ("第二", 2),
    ("第三", 3),
    ("第四", 4),
    ("第五", 5),
    ("第六", 6),
    ("第1", 1),
    ("第2", 2),
    ("第3", 3),
    ("第4", 4),
    ("第5", 5),
    ("第6", 6),
    ("头一个", 1),
    ("前者", 1),
    ("后者", 2),
    ("the first", 1),
    ("the second", 2),
    ("the third", 3),
    ("the fourth", 4),
    ("the fifth", 5),
    ("the last", 0),
    ("the former", 1),
    ("the latter", 2),
    ("number one", 1),
    ("number two", 2),
    ("number three", 3),
    ("option 1", 1),
    ("option 2", 2),
    ("option 3", 3),
    ("first one", 1),
    ("second one", 2),
    ("third one", 3),
    ("last one", 0),
];
/// May follow an ordinal and belongs to it.
pub const AFTER_ORDINAL: &[&str] = &["个", "款", "种", "台", "件", "双", "部", "条", " one", " option"];
/// An ordinal before one of these counts something else: the first time, 第二天.
pub const OTHER_ORDINALS: &[&str] = &["天", "次", "年", "周", "月", "单", " time", " day", " week", " order", " month", " night"];

/// (opens, closes): what stands between is put in the place of what was asked about before.
pub const ELLIPSES: &[(&str, &str)] = &[
    ("那么", "呢"),
    ("那", "呢"),
    ("换成", "呢"),
    ("如果是", "呢"),
    ("", "呢"),
    ("what about the", "one"),
    ("what about the", "ones"),
    ("how about the", "one"),
    ("and the", "one"),
    ("what about a", "one"),
    ("and in", ""),
    ("what about", ""),
    ("how about", ""),
    ("and for", ""),
    ("and", "one"),
    ("and the", ""),
    ("and", ""),
];
/// A Chinese ellipsis that names nothing known ends like a thing: 蓝色的, 大号, 旧版.
pub const THING_ENDS: [char; 9] = ['的', '个', '款', '色', '号', '版', '码', '种', '件'];
/// More than this is a sentence of its own.
pub const ELLIPSIS_CHARS_MAX: usize = 24;

/// A turn that begins with one of these takes something back.
pub const CORRECTIONS: &[&str] = &[
    "不对",
    "不是",
    "错了",
    "说错了",
    "我说错了",
    "搞错了",
    "弄错了",
    "写错了",
    "打错了",
    "更正",
    "纠正",
    "应该是",
    "我是说",
    "我说的是",
    "我指的是",
    "改成",
    "换成",
    "no, i mean",
    "no i mean",
    "i mean",
    "i meant",
    "actually",
    "sorry",
    "wrong",
    "not that",
    "correction",
    "no, it's",
    "no it's",
    "no, it is",
    "no, the",
    "no, not",
    "make that",
    "make it",
    "oops",
];
/// These may stand before a correction.
pub const BEFORE_CORRECTION: &[&str] = &[
    "哦",
    "啊",
    "呃",
    "额",
    "抱歉",
    "不好意思",
    "对不起",
    "等等",
    "等一下",
    "oh",
    "wait",
    "hmm",
    "um",
    "no",
    "sorry",
    ",",
    "，",
    " ",
    "。",
    ".",
];

/// Back to what was set aside.
pub const RETURNS: &[&str] = &[
    "回到刚才",
    "刚才那个",
    "刚才的",
    "刚刚那个",
    "接着刚才",
    "继续刚才",
    "继续吧",
    "继续",
    "言归正传",
    "说回",
    "回到",
    "back to",
    "as i was saying",
    "where were we",
    "anyway",
    "let's continue",
    "go on with",
    "returning to",
    "continue",
];

/// A turn with one of these asks something.
pub const QUESTIONS: &[&str] = &[
    "吗",
    "多少",
    "怎么",
    "什么",
    "几",
    "哪",
    "多久",
    "多长",
    "多大",
    "多重",
    "有没有",
    "能不能",
    "是不是",
    "可不可以",
    "支持",
    "?",
    "？",
    "how",
    "what",
    "which",
    "when",
    "where",
    "why",
    "does",
    "do ",
    "is ",
    "are ",
    "can ",
    "will ",
];

/// Say nothing about the question and are dropped from it.
pub const FILLERS: &[&str] = &["请问一下", "请问", "想问一下", "我想问", "那么", "那", "嗯", "哦", "and ", "so ", "ok ", "okay ", "then "];
