//! The shipped emotions: sentences that are not among the examples, the stored form, and the model being what the examples give.
#![allow(clippy::unwrap_used)]

use qn_nlu::emotion::classifier::{Classifier, Example, Recipe};
use qn_nlu::emotion::examples::{collect, learn};
use qn_nlu::emotion::{Mood, Moods, Signals};
use qn_nlu::{Emotion, Encoder, EncoderError, IntentBackend, RulesBackend, Understanding, Utterance};
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("emotion")
}

#[test]
fn the_shipped_model_is_what_the_examples_give() {
    let sentences = collect(|name| std::fs::read_to_string(folder().join(name))).unwrap();
    let shipped = std::fs::read(folder().join("model.bin")).unwrap();
    assert!(learn(&sentences).write() == shipped, "run: cargo run --release -p qn-nlu --example emotion");
    assert!(shipped.len() < 3 << 20, "{} bytes", shipped.len());
}

#[test]
fn no_sentence_is_an_example_of_two_emotions() {
    let mut sentences = collect(|name| std::fs::read_to_string(folder().join(name))).unwrap();
    sentences.sort_by(|a, b| a.1.cmp(&b.1));
    for pair in sentences.windows(2) {
        assert!(pair[0].1 != pair[1].1, "twice: {}", pair[0].1);
    }
}

#[test]
fn everyday_sentences_in_both_languages() {
    let moods = Moods::new();
    for (text, emotion) in [
        ("你们这是在骗钱，立刻退款，不然我投诉", Emotion::Anger),
        ("I am furious, this is the fourth wrong parcel", Emotion::Anger),
        ("真的很失望，以后不会再来了", Emotion::Disappointment),
        ("I'm so disappointed with this hotel", Emotion::Disappointment),
        ("怎么办，明天就要出发了护照还没寄到，好着急", Emotion::Anxiety),
        ("please hurry, I'm really worried about my flight", Emotion::Anxiety),
        ("太好了，问题解决了，非常感谢！", Emotion::Joy),
        ("Amazing, it works perfectly now, thank you so much", Emotion::Joy),
        ("请问这个型号支持以旧换新吗", Emotion::Neutral),
        ("how do I change the email on my invoice", Emotion::Neutral),
        ("我不生气，就是想问下进度", Emotion::Neutral),
        ("I'm not angry, just asking about the status", Emotion::Neutral),
        ("你们发什么快递", Emotion::Neutral),
        ("有白色的没", Emotion::Neutral),
        ("算了，那怎么退货", Emotion::Neutral),
        ("？？？", Emotion::Neutral),
        ("?!", Emotion::Neutral),
    ] {
        let mood = moods.read(text);
        assert_eq!(mood.emotion, emotion, "{text} {:?}", moods.probabilities(text));
        assert_eq!(mood.evidence.is_empty(), emotion == Emotion::Neutral, "{text}");
        assert!((0.0..=1.0).contains(&mood.intensity) && (mood.intensity > 0.0) == (emotion != Emotion::Neutral), "{text}");
    }
}

#[test]
fn what_is_praised_and_complained_of_is_no_joy() {
    let moods = Moods::new();
    for text in [
        "oh great, another bot",
        "just great, it broke again",
        "Oh wonderful, now the second one leaks as well",
        "真是太好了，又要重新排队",
        "呵呵，等了一个星期就等来这个",
        "你们可真行，又发错了",
        "好棒棒，一用就坏",
    ] {
        let mood = moods.read(text);
        assert!(matches!(mood.emotion, Emotion::Anger | Emotion::Disappointment), "{text} {:?}", moods.probabilities(text));
    }
    for text in ["oh great, thanks, it works now", "真是太好了，问题都解决了，谢谢", "Oh perfect, thank you so much!"] {
        assert_eq!(moods.read(text).emotion, Emotion::Joy, "{text} {:?}", moods.probabilities(text));
    }
}

#[test]
fn strength_grows_with_words_marks_and_voice() {
    let moods = Moods::new();
    let strength = |text: &str| moods.read(text).intensity;
    assert!(strength("气死我了！！！你们这群骗子！") > strength("我有点不满意，要投诉"));
    let calm = moods.read("你们就是骗子").intensity;
    let agitated = moods.read_with("你们就是骗子", &Signals { arousal: Some(0.9) }).intensity;
    assert!(agitated > calm);
}

#[test]
fn evidence_points_into_the_text_as_typed() {
    let text = "订单123，ＨＥＬＬＯ，我真的很失望😭";
    let mood = Moods::new().read(text);
    let shown: Vec<String> =
        mood.evidence.iter().map(|s| text.chars().skip(s.start as usize).take((s.end - s.start) as usize).collect()).collect();
    assert_eq!(shown, ["失望", "😭"], "{mood:?}");
}

#[test]
fn rows_written_before_emotions_were_told_apart_can_be_read() {
    let stored = |emotion: &str| format!(r#"{{"language":"zh-CN","intent":null,"alternatives":[],"emotion":{emotion}}}"#);
    for (old, emotion) in [("\"upset\"", Emotion::Anger), ("\"neutral\"", Emotion::Neutral)] {
        let understanding: Understanding = serde_json::from_str(&stored(old)).unwrap();
        assert_eq!(understanding.mood, Mood { emotion, ..Mood::default() });
    }
    let now = RulesBackend::new().understand(&Utterance::new("你们就是骗子"));
    let json = serde_json::to_value(&now).unwrap();
    assert_eq!(json["emotion"]["emotion"], "anger");
    assert_eq!(serde_json::from_value::<Understanding>(json).unwrap().mood, now.mood);
}

#[test]
fn a_classifier_for_other_labels_survives_its_file() {
    let labels = ["bad".to_owned(), "good".to_owned()];
    let texts: Vec<(String, u32)> =
        (0..40).map(|i| if i % 2 == 0 { (format!("难吃 {i} awful"), 0) } else { (format!("好吃 {i} tasty"), 1) }).collect();
    let examples: Vec<Example<'_>> = texts.iter().map(|(text, label)| Example { text, label: *label }).collect();
    let classifier = Classifier::fit(&labels, &examples, &Recipe::default());
    let read = Classifier::read(&classifier.write()).unwrap();
    assert_eq!(read, classifier);
    assert_eq!((read.predict("太难吃了"), read.predict("so tasty")), (0, 1));
    let mut cut = classifier.write();
    cut.pop();
    assert!(Classifier::read(&cut).is_err());
}

/// Tells two kinds of texts apart by a word, on an axis far from where vectors lie.
struct Sides;

impl Encoder for Sides {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        Ok(texts.iter().map(|text| vec![if text.contains("难吃") { 4.9 } else { 5.1 }, 7.0]).collect())
    }

    fn dims(&self) -> usize {
        2
    }

    fn name(&self) -> &str {
        "sides"
    }
}

#[test]
fn a_classifier_with_an_encoder_reads_its_vectors_and_survives_its_file() {
    let labels = ["bad".to_owned(), "good".to_owned()];
    let texts: Vec<(String, u32)> = (0..40).map(|i| (format!("{} {i}", ["难吃", "好吃"][i % 2]), (i % 2) as u32)).collect();
    let examples: Vec<Example<'_>> = texts.iter().map(|(text, label)| Example { text, label: *label }).collect();
    let classifier = Classifier::fit_with(&labels, &examples, &Sides, &Recipe::default()).unwrap();
    let read = Classifier::read(&classifier.write()).unwrap();
    assert_eq!(read, classifier);
    assert_eq!(read.encoder(), Some("sides"));
    // Words that no example has: only the vector tells.
    assert_eq!([[4.9, 7.0], [5.1, 7.0]].map(|vector| read.predict_with("嗯", &vector)), [0, 1]);
    assert_eq!((read.predict("难吃"), read.predict("好吃")), (0, 1));
}
