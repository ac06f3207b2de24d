//! The vectors are right: equal to the reference for every length, pooling and number format, alone and in company.

use crate::reference::states;
use crate::tiny::{HIDDEN, POSITIONS, Tiny};
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use serde_json::json;
use tempfile::tempdir;

fn load(tiny: &Tiny) -> NeuralEncoder {
    let folder = tempdir().unwrap();
    tiny.write(folder.path());
    NeuralEncoder::load(folder.path()).unwrap()
}

fn text(len: usize, seed: usize) -> Vec<u32> {
    (0..len).map(|i| ((i * 7 + seed * 3) % 20) as u32).collect()
}

fn near(got: &[f32], wanted: &[f64], about: &str) {
    let worst = got.iter().zip(wanted).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
    assert!(got.len() == wanted.len() && worst < 1e-5, "{about}: off by {worst}");
}

fn mean_at_length_1(rows: &[Vec<f64>]) -> Vec<f64> {
    let sum: Vec<f64> = (0..HIDDEN).map(|at| rows.iter().map(|row| row[at]).sum()).collect();
    let length = sum.iter().map(|x| x * x).sum::<f64>().sqrt();
    sum.iter().map(|x| x / length).collect()
}

#[test]
fn every_length_equals_the_reference() {
    let tiny = Tiny::new();
    let encoder = load(&tiny);
    assert_eq!((encoder.dims(), encoder.tokens_max()), (HIDDEN, POSITIONS));
    for len in 1..=POSITIONS {
        let got = encoder.encode_tokens(&[text(len, len)]).unwrap();
        near(&got[0], &mean_at_length_1(&states(&tiny, &text(len, len), 0)), &format!("{len} tokens"));
    }
}

#[test]
fn a_ragged_batch_on_several_threads_gives_what_each_text_gives_alone() {
    let encoder = load(&Tiny::new());
    let texts: Vec<Vec<u32>> = (0..61).map(|i| text(1 + i * 13 % POSITIONS, i)).collect();
    let alone: Vec<Vec<f32>> = texts.iter().map(|t| encoder.encode_tokens(std::slice::from_ref(t)).unwrap().remove(0)).collect();
    assert_eq!(encoder.encode_tokens(&texts).unwrap(), alone);
    for threads in [2, 3, 64] {
        let encoder = load(&Tiny::new()).with_threads(threads);
        assert_eq!(encoder.encode_tokens(&texts).unwrap(), alone);
        assert!(encoder.encode_tokens(&[]).unwrap().is_empty());
    }
}

#[test]
fn poolings_follow_the_folder() {
    let mut tiny = Tiny::new();
    tiny.modules = Some(json!([{"type": "sentence_transformers.models.Transformer", "path": ""},
        {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]));
    let rows = states(&tiny, &text(9, 1), 0);
    tiny.pooling = Some(json!({"pooling_mode_cls_token": true}));
    near(&load(&tiny).encode_tokens(&[text(9, 1)]).unwrap()[0], &rows[0], "first token");
    tiny.pooling = Some(json!({"pooling_mode_max_tokens": true}));
    let most: Vec<f64> = (0..HIDDEN).map(|at| rows.iter().map(|row| row[at]).fold(f64::MIN, f64::max)).collect();
    near(&load(&tiny).encode_tokens(&[text(9, 1)]).unwrap()[0], &most, "highest");
    tiny.pooling = Some(json!({"pooling_mode_mean_tokens": true}));
    let mean: Vec<f64> = (0..HIDDEN).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / 9.0).collect();
    near(&load(&tiny).encode_tokens(&[text(9, 1)]).unwrap()[0], &mean, "mean");
}

#[test]
fn half_precision_prefixes_old_names_and_roberta_positions_are_read() {
    let mut tiny = Tiny::new().rounded();
    let wanted = mean_at_length_1(&states(&tiny, &text(11, 5), 0));
    for kind in ["F32", "F16", "BF16"] {
        tiny.kind = kind;
        near(&load(&tiny).encode_tokens(&[text(11, 5)]).unwrap()[0], &wanted, kind);
    }
    let old =
        |name: &str| format!("bert.{}", name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"));
    let mut older = tiny.clone();
    older.tensors = tiny.tensors.iter().map(|(name, tensor)| (old(name), tensor.clone())).collect();
    near(&load(&older).encode_tokens(&[text(11, 5)]).unwrap()[0], &wanted, "older names");
    tiny.config["model_type"] = json!("xlm-roberta");
    tiny.config["pad_token_id"] = json!(1);
    let encoder = load(&tiny);
    assert_eq!(encoder.tokens_max(), POSITIONS - 2);
    near(
        &encoder.encode_tokens(&[text(11, 5)]).unwrap()[0],
        &mean_at_length_1(&states(&tiny, &text(11, 5), 2)),
        "positions behind the padding",
    );
}

#[test]
fn texts_are_split_as_the_tokenizer_says_and_cut_at_the_models_length() {
    let encoder = load(&Tiny::new());
    let by_tokens = encoder.encode_tokens(&[vec![2, 4, 5, 6, 7, 8, 3], vec![2, 17, 18, 9, 10, 3], vec![2, 3], vec![2, 1, 3]]).unwrap();
    assert_eq!(encoder.encode(&["Where is my ORDER?", "订单 return", "", "ünknown"]).unwrap(), by_tokens);
    let long = "a ".repeat(100_000);
    let cut = [&[2][..], &[12; POSITIONS - 2], &[3]].concat();
    assert_eq!(encoder.encode(&[&long]).unwrap(), encoder.encode_tokens(&[cut]).unwrap());
}

#[test]
fn foreign_token_numbers_are_refused_and_names_follow_the_content() {
    let encoder = load(&Tiny::new());
    for bad in [vec![], vec![21], vec![u32::MAX], vec![0; POSITIONS + 1]] {
        assert!(encoder.encode_tokens(&[vec![1], bad]).is_err());
    }
    let digest = |tiny: &Tiny| load(tiny).name().split_once('@').unwrap().1.to_owned();
    let mut other = Tiny::new();
    assert_eq!(digest(&other), digest(&Tiny::new()));
    other.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap().1[3] += 0.25;
    assert_ne!(digest(&other), digest(&Tiny::new()));
}
