//! Trained intents on a small bilingual shop: which intent, whether any, why, several at once; files, linter, reports.

use proptest::prelude::*;
use qn_nlu::intent::lint::{self, Finding};
use qn_nlu::intent::{Example, IntentModel, TrainError, TrainOptions, report, train};
use qn_nlu::learn::measure::Target;
use qn_nlu::{Encoder, EncoderError};

const SHOP: [(&str, [&str; 8]); 5] = [
    (
        "order_status",
        [
            "where is my order",
            "track my parcel",
            "has my package shipped yet",
            "when will the order arrive",
            "我的订单到哪了",
            "查一下物流",
            "快递什么时候到",
            "包裹发货了吗",
        ],
    ),
    (
        "refund",
        [
            "I want my money back",
            "refund this purchase",
            "how do I get a refund",
            "please return my payment",
            "我要退款",
            "怎么申请退款",
            "钱什么时候退回来",
            "退款多久到账",
        ],
    ),
    (
        "password",
        [
            "I forgot my password",
            "reset my password",
            "cannot log in to my account",
            "the login does not work",
            "忘记密码了",
            "怎么重置密码",
            "登录不了账号",
            "密码不对怎么办",
        ],
    ),
    (
        "invoice",
        [
            "send me an invoice",
            "I need a receipt for tax",
            "can you issue an invoice",
            "invoice for my company please",
            "开一张发票",
            "发票怎么开",
            "需要公司抬头的发票",
            "电子发票在哪里下载",
        ],
    ),
    (
        "opening_hours",
        [
            "when are you open",
            "what are your opening hours",
            "is the shop open on sunday",
            "what time do you close",
            "你们几点营业",
            "周日开门吗",
            "营业时间是什么时候",
            "几点关门",
        ],
    ),
];

fn examples() -> Vec<Example> {
    SHOP.iter().flat_map(|(label, texts)| texts.iter().map(|t| Example::new(*t, *label))).collect()
}

fn model() -> IntentModel {
    train(&examples(), &[], &TrainOptions::default(), None).unwrap()
}

#[test]
fn new_words_for_known_wishes() {
    let model = model();
    for (text, label) in [
        ("where is the parcel", "order_status"),
        ("can I have a refund", "refund"),
        ("my password was forgotten", "password"),
        ("退款申请", "refund"),
        ("订单什么时候发货", "order_status"),
        ("周六几点开门", "opening_hours"),
        ("發票怎麼開", "invoice"),
    ] {
        let prediction = model.predict(text, None, 3);
        assert_eq!(prediction.alternatives[0].label, label, "{text} {prediction:?}");
        assert!(prediction.in_scope, "{text} {prediction:?}");
        assert_eq!(prediction.alternatives.len(), 3);
    }
    let all = model.predict("refund", None, 0);
    assert!((all.alternatives.iter().map(|a| a.probability).sum::<f32>() - 1.0).abs() < 1e-3);
    let among = all.among(|label| label == "invoice");
    assert_eq!((among.alternatives.len(), among.alternatives[0].probability), (1, 1.0));
}

const STRANGERS: [&str; 20] = [
    "tell a joke about penguins",
    "xyzzy",
    "",
    "sing something",
    "who won the football match",
    "boil the pasta for ten minutes",
    "my dog likes rabbits",
    "it will rain tomorrow",
    "唱歌吗",
    "天气真不错啊",
    "讲个笑话",
    "明天下雨吗",
    "附近有好吃的火锅",
    "昨晚球赛谁赢了",
    "猫咪喜欢晒太阳",
    "帮我写首诗",
    "地球离月亮多远",
    "番茄炒蛋放糖吗",
    "周杰伦新专辑",
    "我爱北京天安门",
];

#[test]
fn strangers_are_out_of_scope() {
    let strict = TrainOptions { answered_min: 0.6, ..Default::default() };
    let model = train(&examples(), &[], &strict, None).unwrap();
    // Nothing of these is answered, whatever becomes of the rest.
    for text in ["tell a joke about penguins", "天气真不错啊", "xyzzy", "", "唱歌吗"] {
        let prediction = model.predict(text, None, 1);
        assert!(!prediction.in_scope && prediction.intent().is_none(), "{text} {prediction:?}");
    }
    let answered: Vec<&str> = STRANGERS.into_iter().filter(|text| model.predict(text, None, 1).in_scope).collect();
    assert!(answered.len() <= 2, "{answered:?}");
}

#[test]
fn the_operating_point_says_what_to_expect_and_can_be_moved() {
    let mut model = model();
    let curve = model.operating(false).curve.clone();
    assert!(curve.windows(2).all(|w| w[0].answered >= w[1].answered && w[0].wrong >= w[1].wrong), "{curve:?}");
    assert!(model.operating(false).at(model.operating(false).threshold).unwrap().answered >= 0.9);
    model.set_threshold(false, f32::MAX);
    assert!(!model.predict("where is my order", None, 1).in_scope);
}

#[test]
fn an_explanation_names_the_words_that_spoke() {
    let model = model();
    let spoken = model.explain("please refund my order", "refund");
    let most = spoken.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)).unwrap();
    assert_eq!(most.word, "refund", "{spoken:?}");
    assert!(model.explain("refund", "no such intent").is_empty());
}

#[test]
fn two_wishes_in_one_turn() {
    let model = model();
    let said = model.predict_all("我的订单到哪了，另外发票怎么开？", None, 1);
    let labels: Vec<_> = said.iter().filter_map(|(_, p)| p.intent().map(|i| i.label.as_str())).collect();
    assert_eq!(labels, ["order_status", "invoice"]);
    assert_eq!(model.predict_all("where is my order, where is my order?", None, 1).len(), 1);
}

#[test]
fn out_of_scope_examples_teach_no_intent() {
    let mut examples = examples();
    examples.extend((0..60).map(|i| Example::new(format!("a song about the moon number {i}"), "oos")));
    let options = TrainOptions { oos_label: Some("oos".into()), ..Default::default() };
    let model = train(&examples, &[], &options, None).unwrap();
    assert!(!model.labels().contains(&"oos".to_owned()));
    assert!(!model.predict("a song about the sea", None, 1).in_scope);
    assert!(model.predict("where is my order", None, 1).in_scope);
    assert!(model.operating(false).curve.iter().all(|p| p.caught.is_some()));
}

#[test]
fn training_repeats_to_the_byte_and_needs_two_intents() {
    let once = model().to_bytes();
    let threads = TrainOptions { threads: 1, ..Default::default() };
    assert!(once == train(&examples(), &[], &threads, None).unwrap().to_bytes());
    assert!(IntentModel::from_bytes(&once).unwrap() == model());
    let one = &examples()[..4];
    assert!(matches!(train(one, &[], &TrainOptions::default(), None), Err(TrainError::FewIntents(1))));
    assert!(matches!(train(&[], &[], &TrainOptions::default(), None), Err(TrainError::FewIntents(0))));
}

#[test]
fn two_intents_with_one_example_each_are_enough_to_answer() {
    let examples = [Example::new("yes please", "yes"), Example::new("no thanks", "no")];
    let model = train(&examples, &[], &TrainOptions::default(), None).unwrap();
    assert_eq!(model.predict("yes", None, 1).alternatives[0].label, "yes");
}

/// Two numbers: how much a text speaks of money, and of time.
struct Toy {
    broken: bool,
}

impl Encoder for Toy {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        if self.broken {
            return Err(EncoderError { name: "toy".into(), reason: "gone".into() });
        }
        let count = |t: &str, words: &[&str]| words.iter().filter(|w| t.contains(**w)).count() as f32;
        let vector = |t: &&str| vec![count(t, &["money", "refund", "cash", "退"]), count(t, &["when", "open", "hours", "几点"]), 0.1];
        Ok(texts.iter().map(vector).collect())
    }

    fn dims(&self) -> usize {
        3
    }

    fn name(&self) -> &str {
        "toy"
    }
}

#[test]
fn a_model_with_an_encoder_answers_without_it() {
    let model = train(&examples(), &[], &TrainOptions::default(), Some(&Toy { broken: false })).unwrap();
    assert_eq!(model.encoder(), Some("toy"));
    assert!(model.predict("refund", Some(&Toy { broken: false }), 1).encoded);
    for encoder in [None, Some(&Toy { broken: true } as &dyn Encoder)] {
        let prediction = model.predict("refund please", encoder, 1);
        assert!(!prediction.encoded);
        assert_eq!(prediction.alternatives[0].label, "refund");
    }
    assert!(IntentModel::from_bytes(&model.to_bytes()).unwrap() == model);
    assert!(train(&examples(), &[], &TrainOptions::default(), Some(&Toy { broken: true })).is_err());
}

#[test]
fn cross_validation_reports_each_intent() {
    let report = report::cross_validate(&examples(), 4, &TrainOptions::default(), None).unwrap();
    assert_eq!((report.examples, report.intents.len()), (40, 5));
    assert!(report.accuracy > 0.4, "{report:?}");
    assert!(report.auroc.is_none() && report.oos_recall.is_none());
    assert!(report.intents.iter().all(|i| i.support == 8));
    for threads in [1, 3] {
        let again = report::cross_validate(&examples(), 4, &TrainOptions { threads, ..TrainOptions::default() }, None).unwrap();
        assert_eq!(again, report, "{threads} threads find the same");
    }
    let one = report::Folds { parts: 5, rounds: 1 };
    let quick = report::cross_validate_watched(&examples(), one, &TrainOptions::default(), None, &|_| true).unwrap();
    assert!(quick.examples < 12 && quick.intents.iter().all(|i| i.support > 0), "about a fifth, and some of each: {quick:?}");
    let stopped = report::cross_validate_watched(&examples(), one, &TrainOptions::default(), None, &|_| false);
    assert!(matches!(stopped, Err(qn_nlu::intent::TrainError::Stopped)));
}

#[test]
fn labels_a_model_never_saw_count_as_mistakes_unless_they_are_strangers() {
    let model = model();
    let judged = vec![("refund", model.predict("I want a refund", None, 1)), ("weather", model.predict("xyzzy", None, 1))];
    assert_eq!(report::compare(&model, &judged, None).accuracy, 0.5);
    let with_strangers = report::compare(&model, &judged, Some("weather"));
    assert_eq!(with_strangers.oos_recall, Some(1.0));
    assert_eq!(with_strangers.accuracy, 1.0);
}

#[test]
fn the_linter_finds_each_kind() {
    let mut set = examples();
    set.push(Example::new("Where is my ORDER?", "order_status"));
    set.push(Example::new("我要退款！", "password"));
    set.push(Example::new("??", "refund"));
    set.push(Example::new("parlez-vous français", "french"));
    let findings = lint::check(&set, &[Example::new("track my parcel.", "order_status")]);
    let has = |wanted: &dyn Fn(&Finding) -> bool| assert!(findings.iter().any(wanted), "{findings:?}");
    has(&|f| *f == Finding::Duplicate { examples: vec![0, 40], label: "order_status".into() });
    has(&|f| matches!(f, Finding::Conflict { labels, .. } if labels == &["password", "refund"]));
    has(&|f| *f == Finding::Empty { example: 42 });
    has(&|f| *f == Finding::Tiny { label: "french".into(), examples: 1 });
    has(&|f| *f == Finding::Leak { test: 0, example: 1 });
    has(&|f| matches!(f, Finding::Unbalanced { label, .. } if label == "french"));
    assert!(lint::check(&examples(), &[]).is_empty(), "{:?}", lint::check(&examples(), &[]));
}

#[test]
fn intents_that_share_their_examples_overlap() {
    let texts = ["where is my order", "track my order", "order status please", "my order is late", "find my order"];
    let set: Vec<Example> = ["a", "b"].iter().flat_map(|l| texts.iter().map(move |t| Example::new(*t, *l))).collect();
    assert!(lint::check(&set, &[]).iter().any(|f| matches!(f, Finding::Overlap { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_model_is_an_error(at in 0usize..10_000_000, flip in 1u8..=255, cut in any::<bool>()) {
        static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut bytes = BYTES.get_or_init(|| model().to_bytes()).clone();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        prop_assert!(IntentModel::from_bytes(&bytes).is_err());
    }

    #[test]
    fn any_turn_is_read(text in "\\PC{0,60}") {
        static MODEL: std::sync::OnceLock<IntentModel> = std::sync::OnceLock::new();
        let model = MODEL.get_or_init(model);
        for (_, prediction) in model.predict_all(&text, None, 0) {
            prop_assert!(prediction.alternatives.iter().all(|a| a.probability.is_finite()));
            prop_assert!(prediction.scope_score.is_finite());
        }
        let _ = model.explain(&text, "refund");
    }
}

#[test]
fn what_was_taught_word_for_word_is_known() {
    let set: &[(&str, &[&str])] = &[
        ("refund", &["我要退款", "怎么退钱", "退款多久到账", "能退货吗", "把钱退给我", "refund please"]),
        ("engrave", &["能刻字吗", "可以在背面刻名字吗", "刻字要加钱吗", "想在耳机盒上刻字", "engrave my name", "刻字能退吗"]),
        ("delivery", &["几天能到", "快递到哪了", "什么时候发货", "物流查询", "where is my parcel", "怎么还没到"]),
    ];
    let example = |label: &str, text: &str| Example { text: text.into(), label: label.into(), language: None };
    let examples: Vec<Example> = set.iter().flat_map(|(label, texts)| texts.iter().map(|text| example(label, text))).collect();
    let model = train(&examples, &[], &TrainOptions::default(), None).unwrap();
    for e in &examples {
        let read = model.predict(&e.text, None, 1);
        assert!(read.in_scope && read.alternatives[0].label == e.label, "{} {read:?}", e.text);
    }
}

/// 「播放」 and two of twenty characters, then one that is a bear in three of twenty: of the bears one is a story, the rest is music.
fn skewed(from: usize, to: usize) -> Vec<Example> {
    let chars: Vec<char> = "春夏秋冬山水风花雪月云雨星海梦光影心路城".chars().collect();
    let example = |i: usize| {
        let (round, turn) = (i / 20, i % 20);
        let last = if turn < 3 { '熊' } else { chars[(i * 3) % 20] };
        let text = format!("播放{}{}{last}", chars[(round + 5 * turn) % 20], chars[(7 * round + 3 * turn) % 20]);
        Example::new(text, if turn == 0 { "story" } else { "music" })
    };
    (from..to).map(example).collect()
}

#[test]
fn rare_intents_count_like_common_ones_where_that_is_wanted() {
    let found = |target: Target| {
        let model = train(&skewed(0, 600), &[], &TrainOptions { target, ..Default::default() }, None).unwrap();
        let stories = skewed(600, 1_000).into_iter().filter(|e| e.label == "story");
        stories.filter(|e| model.predict(&e.text, None, 1).alternatives[0].label == "story").count()
    };
    let (by_accuracy, by_macro_f1) = (found(Target::Accuracy), found(Target::MacroF1));
    assert!(by_macro_f1 > by_accuracy, "{by_accuracy} {by_macro_f1}");
    assert_eq!(by_macro_f1, found(Target::MacroF1));
}
