//! Folders that are not quite models: each is refused in words that say what to do about it.

use crate::tiny::Tiny;
use qn_nlu_neural::NeuralEncoder;
use serde_json::json;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

fn says(spoil: impl FnOnce(&mut Tiny), after: impl FnOnce(&Path)) -> String {
    let folder = tempdir().unwrap();
    let mut tiny = Tiny::new();
    spoil(&mut tiny);
    tiny.write(folder.path());
    after(folder.path());
    match NeuralEncoder::load(folder.path()) {
        Ok(_) => "loads".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn lacks(file: &str, instead: &str) -> String {
    says(
        |_| {},
        |folder| {
            fs::remove_file(folder.join(file)).unwrap();
            if !instead.is_empty() {
                fs::write(folder.join(instead), "").unwrap();
            }
        },
    )
}

fn configured(key: &str, value: serde_json::Value) -> String {
    says(|tiny| tiny.config[key] = value, |_| {})
}

#[test]
fn missing_files_are_named_with_what_to_do() {
    assert!(lacks("config.json", "").starts_with("config.json is missing in "));
    assert!(lacks("tokenizer.json", "vocab.txt").ends_with("; save the tokenizer in its fast form first"));
    assert!(lacks("model.safetensors", "pytorch_model.bin").ends_with("; pytorch_model.bin is not read, convert it to safetensors"));
    assert!(lacks("model.safetensors", "model.safetensors.index.json").ends_with("; weights split over several files are not read"));
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let said = says(|tiny| tiny.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap().1.truncate(4), |_| {});
    assert!(said.starts_with("model.safetensors: "), "{said}");
    let said = configured("hidden_size", json!(16));
    assert!(said.contains("embeddings.word_embeddings.weight has the shape [21, 8], [21, 16] is expected"), "{said}");
    let said = configured("num_hidden_layers", json!(3));
    assert_eq!(said, "the tensor encoder.layer.2.attention.self.query.weight is missing");
    let said = says(|tiny| tiny.config["vocab_size"] = json!(20), |_| {});
    assert_eq!(said, "tokenizer.json: has tokens up to number 20, the model knows 20");
}

#[test]
fn hostile_sizes_are_refused_before_they_are_believed() {
    assert!(configured("num_hidden_layers", json!(1_000_000)).contains("outside 1 to 48"));
    assert!(configured("hidden_size", json!(u64::MAX)).contains("outside 1 to 4096"));
    assert!(configured("num_attention_heads", json!(0)).contains("outside 1 to 8"));
    assert!(configured("num_attention_heads", json!(3)).contains("not a multiple"));
    assert!(configured("max_position_embeddings", json!(2)).contains("no room for a text"));
    assert!(configured("layer_norm_eps", json!(0.0)).contains("layer_norm_eps"));
    let many = |tiny: &mut Tiny| {
        for (key, value) in [("hidden_size", 4096), ("intermediate_size", 16384), ("num_hidden_layers", 48)] {
            tiny.config[key] = json!(value);
        }
    };
    assert!(says(many, |_| {}).contains("weights are more than"));
    let claim = |folder: &Path| fs::write(folder.join("model.safetensors"), u64::MAX.to_le_bytes()).unwrap();
    assert!(says(|_| {}, claim).contains("a header of 18446744073709551615 bytes is claimed"));
    let sparse = |folder: &Path| fs::File::create(folder.join("tokenizer.json")).unwrap().set_len(1 << 40).unwrap();
    assert!(says(|_| {}, sparse).contains("the most that is read is"));
}

#[test]
fn other_kinds_of_models_are_refused_by_name() {
    assert!(configured("model_type", json!("gpt2")).contains("model_type \"gpt2\""));
    assert!(configured("hidden_act", json!("swiglu")).contains("hidden_act \"swiglu\""));
    assert!(configured("position_embedding_type", json!("relative_key")).contains("not absolute"));
    assert!(configured("is_decoder", json!(true)).contains("decoder"));
    let said = says(|tiny| tiny.pooling = Some(json!({"pooling_mode_lasttoken": true})), |_| {});
    assert!(said.contains("exactly one of mean, cls and max"), "{said}");
    let said = says(|tiny| tiny.modules = Some(json!([{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}])), |_| {});
    assert!(said.contains("names the module Dense in \"2_Dense\""), "{said}");
}

#[test]
fn numbers_that_are_not_finite_are_found() {
    for (kind, value) in [("F32", f32::NAN), ("F32", f32::INFINITY), ("BF16", f32::NEG_INFINITY)] {
        let spoil = |tiny: &mut Tiny| {
            tiny.kind = kind;
            tiny.tensors.get_mut("encoder.layer.0.intermediate.dense.weight").unwrap().1[7] = value;
        };
        assert_eq!(says(spoil, |_| {}), "the tensor encoder.layer.0.intermediate.dense.weight holds numbers that are not finite");
    }
    let huge = |tiny: &mut Tiny| tiny.tensors.get_mut("encoder.layer.1.output.LayerNorm.weight").unwrap().1.fill(f32::MAX);
    let said = says(huge, |_| {});
    assert!(said.starts_with("a test sentence gave no usable vector: "), "{said}");
}
