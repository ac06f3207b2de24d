//! Damage: whatever bytes are cut off or changed, loading ends in a model or an error, never in a panic or a vector that is not finite.

use crate::tiny::Tiny;
use proptest::prelude::*;
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use std::fs;
use tempfile::tempdir;

const FILES: [&str; 4] = ["config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"];

fn survives(file: &str, damage: impl FnOnce(&mut Vec<u8>)) -> bool {
    let folder = tempdir().unwrap();
    let mut tiny = Tiny::new();
    tiny.pooling = Some(serde_json::json!({"pooling_mode_mean_tokens": true}));
    tiny.write(folder.path());
    let path = folder.path().join(file);
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, bytes).unwrap();
    let Ok(encoder) = NeuralEncoder::load(folder.path()) else { return false };
    let vectors = encoder.encode(&["where is my order?", "", "订单"]);
    vectors.is_err() || vectors.unwrap().iter().flatten().all(|x| x.is_finite())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_cut_anywhere_never_loads(file in 0..4_usize, share in 0.0..1.0_f64) {
        prop_assert!(!survives(FILES[file], |bytes| bytes.truncate((bytes.len() as f64 * share) as usize)));
    }

    #[test]
    fn changed_bytes_never_panic(file in 0..4_usize, places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        survives(FILES[file], |bytes| {
            for (place, byte) in &places {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
        });
    }

    #[test]
    fn a_header_with_other_numbers_never_panics(from in 0..40_usize, to in any::<u64>()) {
        survives("model.safetensors", |bytes| {
            let end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
            let header = String::from_utf8(bytes[8..end].to_vec()).unwrap();
            let numbers: Vec<&str> = header.split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() > 2).collect();
            let header = header.replacen(numbers[from % numbers.len()], &to.to_string(), 1);
            *bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[end..]].concat();
        });
    }

    #[test]
    fn any_text_has_a_finite_vector(texts in prop::collection::vec(any::<String>(), 0..5)) {
        let folder = tempdir().unwrap();
        Tiny::new().write(folder.path());
        let encoder = NeuralEncoder::load(folder.path()).unwrap();
        let vectors = encoder.encode(&texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(vectors.len(), texts.len());
        prop_assert!(vectors.iter().flatten().all(|x| x.is_finite()));
    }
}
