//! The learning primitives: they separate what can be separated, repeat exactly, and survive any file.

use proptest::prelude::*;
use qn_nlu::learn::codec::{CodecError, Reader, Writer};
use qn_nlu::learn::grams::{Bag, Block, GramOptions};
use qn_nlu::learn::linear::Linear;
use qn_nlu::learn::rows::{Rows, SparseVector};
use qn_nlu::learn::svm::{self, SvmOptions};
use qn_nlu::learn::vectoriser::{Vectoriser, VectoriserOptions};
use qn_nlu::learn::{folds, rng::Rng};

const TEXTS: [(&str, u32); 9] = [
    ("where is my order", 0),
    ("track my parcel please", 0),
    ("订单到哪了", 0),
    ("I want my money back", 1),
    ("refund this order", 1),
    ("我要退款", 1),
    ("change my password", 2),
    ("cannot log in with my password", 2),
    ("忘记密码了", 2),
];

fn trained(threads: usize) -> (Vectoriser, Linear) {
    let bags: Vec<Bag> = TEXTS.iter().map(|(t, _)| Bag::read(t, &GramOptions::default())).collect();
    let vectoriser = Vectoriser::fit(&bags, &VectoriserOptions::default());
    let mut rows = Rows::new(vectoriser.width(), 0);
    bags.iter().for_each(|bag| rows.push(&vectoriser.vector(bag), &[]));
    let labels: Vec<u32> = TEXTS.iter().map(|(_, l)| *l).collect();
    let weights = svm::train(&rows, &labels, 3, &SvmOptions { threads, ..Default::default() });
    (vectoriser, Linear::pack(&weights))
}

fn file(vectoriser: &Vectoriser, linear: &Linear) -> Vec<u8> {
    let mut out = Writer::new(*b"TEST", 1);
    vectoriser.write(&mut out);
    linear.write(&mut out);
    out.finish()
}

fn load(bytes: &[u8]) -> Result<(Vectoriser, Linear), CodecError> {
    let mut from = Reader::new(bytes, *b"TEST", 1)?;
    let model = (Vectoriser::read(&mut from)?, Linear::read(&mut from)?);
    from.finish()?;
    Ok(model)
}

#[test]
fn three_topics_in_two_languages_are_told_apart() {
    let (vectoriser, linear) = trained(2);
    for (text, class) in [("where is my parcel", 0), ("refunds?", 1), ("退款多久到", 1), ("密码不对", 2), ("PASSWORD lost", 2)] {
        let scores = linear.scores(&vectoriser.vector(&Bag::read(text, &GramOptions::default())), &[]);
        let best = (0..3).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        assert_eq!(best, Some(class), "{text} {scores:?}");
    }
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let (vectoriser, linear) = trained(1);
    let bytes = file(&vectoriser, &linear);
    let (v, l) = trained(3);
    assert!(bytes == file(&v, &l));
    assert!(load(&bytes) == Ok((vectoriser, linear)));
}

#[test]
fn a_dense_column_alone_can_separate() {
    let mut rows = Rows::new(0, 2);
    for i in 0..40 {
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        rows.push(&SparseVector::default(), &[side, 0.3]);
    }
    let labels: Vec<u32> = (0..40).map(|i| i % 2).collect();
    let linear = Linear::pack(&svm::train(&rows, &labels, 2, &SvmOptions::default()));
    let scores = linear.scores(&SparseVector::default(), &[1.0, 0.3]);
    assert!(scores[0] > 0.5 && scores[1] < -0.5, "{scores:?}");
}

#[test]
fn nothing_to_learn_from_is_no_crash() {
    let weights = svm::train(&Rows::new(0, 0), &[], 0, &SvmOptions::default());
    assert!(Linear::pack(&weights).scores(&SparseVector::default(), &[]).is_empty());
    let one = svm::train(&Rows::new(0, 0), &[], 1, &SvmOptions::default());
    assert_eq!(Linear::pack(&one).scores(&SparseVector::default(), &[]).len(), 1);
}

#[test]
fn added_features_meet_no_gram_of_a_text() {
    let options = GramOptions::default();
    let mut bag = Bag::read("退货", &options);
    let read = bag.len();
    bag.add(Block::Extra, [("退货", 1.0), ("退货", 1.0)]);
    assert_eq!(bag.len(), read + 1);
}

#[test]
fn folds_spread_each_class() {
    let labels: Vec<u32> = (0..100).map(|i| u32::from(i % 10 == 0)).collect();
    let fold = folds::stratified(&labels, 5, 1);
    for f in 0..5 {
        assert_eq!(fold.iter().zip(&labels).filter(|(x, l)| **x == f && **l == 1).count(), 2);
    }
    assert_eq!(fold, folds::stratified(&labels, 5, 1));
}

#[test]
fn another_model_or_an_older_format_says_so() {
    let bytes = Writer::new(*b"TEST", 1).finish();
    assert!(matches!(Reader::new(&bytes, *b"ELSE", 1), Err(CodecError::Kind { .. })));
    assert!(matches!(Reader::new(&bytes, *b"TEST", 2), Err(CodecError::Version { found: 1, wanted: 2 })));
    assert!(matches!(Reader::new(b"text,label", *b"TEST", 1), Err(CodecError::Foreign)));
    assert!(matches!(Reader::new(b"", *b"TEST", 1), Err(CodecError::Foreign)));
}

proptest! {
    #[test]
    fn a_damaged_file_is_an_error(at in 0usize..1_000_000, flip in 1u8..=255, cut in any::<bool>()) {
        let (vectoriser, linear) = trained(1);
        let mut bytes = file(&vectoriser, &linear);
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        prop_assert!(load(&bytes).is_err());
    }

    /// Bytes whose head and checksum are right but whose content is noise: no panic, no huge allocation.
    #[test]
    fn noise_in_a_sound_shell_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..400), seed in any::<u64>()) {
        let mut out = Writer::new(*b"TEST", 1);
        noise.iter().for_each(|b| out.u8(if Rng::new(seed ^ u64::from(*b)).below(2) == 0 { 0 } else { *b }));
        let _ = load(&out.finish());
    }

    #[test]
    fn any_text_can_be_read(text in "\\PC{0,80}") {
        let (vectoriser, linear) = trained(1);
        let vector = vectoriser.vector(&Bag::read(&text, &GramOptions::default()));
        prop_assert!(vector.columns.is_sorted());
        let length: f32 = vector.values.iter().map(|v| v * v).sum();
        prop_assert!(vector.values.is_empty() || (length - 1.0).abs() < 1e-3);
        prop_assert!(linear.scores(&vector, &[]).iter().all(|s| s.is_finite()));
    }
}
