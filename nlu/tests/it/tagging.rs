//! The slot tagger learns from few examples, gives the same model for the same seed, and refuses damaged files.
#![allow(clippy::unwrap_used)]

use qn_nlu::tag::{FileError, Options, Sentence, Tagger, TrainError, read_columns, train};

const SONGS: &[&str] = &["其实", "演员", "丑八怪", "血腥爱情故事", "小苹果", "凉凉", "起风了", "平凡之路"];
const SINGERS: &[&str] = &["许嵩", "张信哲", "薛之谦", "吴雨霏", "邓紫棋", "周杰伦"];

/// "我要听许嵩的其实" and the like, in columns.
fn examples() -> Vec<Sentence> {
    let mut columns = String::new();
    let mut line = |parts: &[(&str, &str)]| {
        for (text, slot) in parts {
            let last = text.chars().count() - 1;
            for (n, c) in text.chars().enumerate() {
                let label = match (*slot, n) {
                    ("", _) => "O".to_owned(),
                    (slot, 0) if last == 0 => format!("S-{slot}"),
                    (slot, 0) => format!("B-{slot}"),
                    (slot, n) if n == last => format!("E-{slot}"),
                    (slot, _) => format!("I-{slot}"),
                };
                columns.push_str(&format!("{c} {label}\n"));
            }
        }
        columns.push('\n');
    };
    for song in SONGS {
        line(&[("我要听", ""), (song, "song")]);
        line(&[("放一首", ""), (song, "song"), ("吧", "")]);
        for singer in SINGERS {
            line(&[("来首", ""), (singer, "singer"), ("的", ""), (song, "song")]);
            line(&[("我想听", ""), (singer, "singer"), ("的歌", "")]);
        }
    }
    read_columns(&columns).unwrap()
}

fn options() -> Options {
    Options { epochs: 8, ..Options::default() }
}

fn tokens(text: &str) -> Vec<String> {
    text.chars().map(|c| c.to_string()).collect()
}

#[test]
fn slots_are_found_in_words_never_seen() {
    let tagger = train(&examples(), &options(), |_, _| {}).unwrap();
    let found = tagger.tag(&tokens("来首陈奕迅的十年"));
    let spans: Vec<_> = found.iter().map(|t| (t.span.slot.as_str(), t.span.start, t.span.end)).collect();
    assert_eq!(spans, [("singer", 2, 5), ("song", 6, 8)]);
    assert!(found.iter().all(|t| t.confidence > 0.3 && t.confidence <= 1.0), "{found:?}");
    assert!(tagger.tag(&[]).is_empty());
}

#[test]
fn training_tells_a_likelihood_that_rises() {
    let mut seen = Vec::new();
    train(&examples(), &options(), |_, likelihood| seen.push(likelihood)).unwrap();
    assert_eq!(seen.len(), 8);
    assert!(seen[0] < seen[7] && seen[7] <= 0.0, "{seen:?}");
}

#[test]
fn the_same_seed_gives_the_same_file() {
    let bytes = || train(&examples(), &options(), |_, _| {}).unwrap().to_bytes();
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_file_read_back_tags_alike_and_a_damaged_one_is_refused() {
    let tagger = train(&examples(), &options(), |_, _| {}).unwrap();
    let bytes = tagger.to_bytes();
    let again = Tagger::from_bytes(&bytes).unwrap();
    for text in ["来首周杰伦的演员", "我要听凉凉", "你好"] {
        let spans = |t: &Tagger| t.tag(&tokens(text)).into_iter().map(|t| t.span).collect::<Vec<_>>();
        assert_eq!(spans(&tagger), spans(&again), "{text}");
    }
    assert_eq!(Tagger::from_bytes(b"PK\x03\x04").unwrap_err(), FileError::NotAModel);
    let mut newer = bytes.clone();
    newer[4] = 9;
    assert_eq!(Tagger::from_bytes(&newer).unwrap_err(), FileError::Version(9));
    for at in [6, 20, bytes.len() / 2, bytes.len() - 1] {
        let mut bad = bytes.clone();
        bad[at] ^= 0x40;
        assert!(matches!(Tagger::from_bytes(&bad), Err(FileError::Damaged(_))), "byte {at}");
    }
    for length in (0..bytes.len()).step_by(997) {
        assert!(Tagger::from_bytes(&bytes[..length]).is_err());
    }
}

#[test]
fn examples_without_slots_teach_nothing() {
    let plain = read_columns("你 O\n好 O\n").unwrap();
    assert_eq!(train(&plain, &options(), |_, _| {}).unwrap_err(), TrainError::NoSlots);
}

#[test]
fn phrases_of_the_tenant_help() {
    let phrases = vec![("song".to_owned(), tokens("我们的时光"))];
    let tagger = train(&examples(), &Options { phrases, ..options() }, |_, _| {}).unwrap();
    let found = tagger.tag(&tokens("放一首我们的时光吧"));
    assert_eq!(found.iter().map(|t| (t.span.start, t.span.end)).collect::<Vec<_>>(), [(3, 8)]);
}
