//! Tuning from outside: a tiny model learns a task, the folder it leaves is a model like any other, and nothing else changes.

use crate::tiny::Tiny;
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use qn_nlu_neural::tune::{Epoch, Example, Progress, Settings, TuneError, Tuner};
use serde_json::json;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// What decides is one word among others: `order` or `return`, 订单 or 退货.
fn examples() -> Vec<(String, u32)> {
    let around = ["where is my", "hello", "a b c", "my a", "is b ?", "c hello my", "b a"];
    let words = [("order", 0), ("return", 1), ("订单", 0), ("退货", 1)];
    let texts = around
        .iter()
        .flat_map(|around| words.map(|(word, label)| [(format!("{around} {word}"), label), (format!("{word} {around}"), label)]));
    texts.flatten().collect()
}

fn borrowed(examples: &[(String, u32)]) -> Vec<Example<'_>> {
    examples.iter().map(|(text, label)| Example { text, label: *label }).collect()
}

fn written(tiny: &Tiny) -> TempDir {
    let folder = tempdir().unwrap();
    tiny.write(folder.path());
    folder
}

fn settings() -> Settings {
    Settings { epochs: 30, rate: 1e-2, head_rate: 1e-4, batch: 8, dropout: 0.0, ..Settings::default() }
}

fn tuned(base: &Path, settings: Settings) -> (Vec<Epoch>, TempDir, Vec<Vec<f32>>) {
    let all = examples();
    let (validation, train): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(at, _)| at % 5 == 0);
    let [validation, train] = [validation, train].map(|part| part.into_iter().map(|(_, example)| example).collect::<Vec<_>>());
    let mut tuner = Tuner::new(base, &borrowed(&train), &borrowed(&validation), settings).unwrap();
    let epochs = tuner.train(&mut |_| ControlFlow::Continue(())).unwrap();
    let out = tempdir().unwrap();
    tuner.save(out.path()).unwrap();
    (epochs, out, tuner.validation_vectors().unwrap())
}

fn unit(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter().map(|x| x / length).collect()
}

#[test]
fn a_task_is_learnt_and_the_folder_gives_what_the_trainer_computed() {
    for pooling in ["mean_tokens", "cls_token", "max_tokens"] {
        let mut tiny = Tiny::new();
        tiny.pooling = Some(json!({format!("pooling_mode_{pooling}"): true}));
        // without a module that brings vectors to length 1
        tiny.modules = Some(json!([{"type": "sentence_transformers.models.Transformer", "path": ""},
            {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]));
        let base = written(&tiny);
        let (epochs, out, vectors) = tuned(base.path(), settings());
        let (first, last) = (epochs[0], epochs[epochs.len() - 1]);
        assert!(last.loss < 0.7 * first.loss, "{pooling}: {epochs:?}");
        assert!(epochs.iter().any(|epoch| epoch.validation_accuracy == Some(1.0)), "{pooling}: {epochs:?}");
        let encoder = NeuralEncoder::load(out.path()).unwrap();
        let texts: Vec<String> = examples().into_iter().step_by(5).map(|(text, _)| text).collect();
        let read = encoder.encode(&texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        for (read, computed) in read.iter().zip(&vectors) {
            let worst = unit(read).iter().zip(computed).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{pooling}: off by {worst}");
        }
    }
}

#[test]
fn the_same_seed_and_threads_give_the_same_bytes() {
    let base = written(&Tiny::new());
    let bytes = |seed, threads| {
        let (_, out, _) = tuned(base.path(), Settings { seed, threads, dropout: 0.1, epochs: 2, ..settings() });
        fs::read(out.path().join("model.safetensors")).unwrap()
    };
    for threads in [1, 2, 5] {
        assert!(bytes(1, threads) == bytes(1, threads), "{threads} threads");
    }
    assert!(bytes(1, 2) != bytes(2, 2));
}

#[test]
fn every_tensor_keeps_its_name_and_what_is_not_used_its_value() {
    let mut tiny = Tiny::new().rounded();
    tiny.kind = "BF16";
    tiny.modules = Some(
        json!([{"type": "sentence_transformers.models.Transformer", "path": ""}, {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}]),
    );
    tiny.tensors.insert("pooler.dense.bias".into(), (vec![8], vec![0.25; 8]));
    tiny.tensors = std::mem::take(&mut tiny.tensors).into_iter().map(|(name, tensor)| (format!("bert.{name}"), tensor)).collect();
    let base = written(&tiny);
    let (_, out, _) = tuned(base.path(), settings());
    for file in ["config.json", "tokenizer.json", "modules.json"] {
        assert_eq!(fs::read(base.path().join(file)).unwrap(), fs::read(out.path().join(file)).unwrap(), "{file}");
    }
    let bytes = fs::read(out.path().join("model.safetensors")).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let values = |name: &str| -> Vec<f32> {
        let offsets = &header[name]["data_offsets"];
        let [from, to] = [0, 1].map(|at| 8 + length + offsets[at].as_u64().unwrap() as usize);
        bytes[from..to].as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
    };
    for (name, (shape, before)) in &tiny.tensors {
        assert_eq!((&header[name]["dtype"], &header[name]["shape"]), (&json!("F32"), &json!(shape)), "{name}");
        let after = values(name);
        assert_eq!(after.len(), before.len());
        let changed = |row: usize| before[row * 8..][..8] != after[row * 8..][..8];
        match name.strip_prefix("bert.").unwrap() {
            "pooler.dense.bias" => assert_eq!(&after, before),
            // [PAD] and ##a occur in no example, `order` does
            "embeddings.word_embeddings.weight" => assert_eq!([0, 15, 7].map(changed), [false, false, true]),
            "embeddings.position_embeddings.weight" => assert_eq!([0, 1, 39].map(changed), [true, true, false]),
            "embeddings.token_type_embeddings.weight" => assert_eq!([0, 1].map(changed), [true, false]),
            _ => assert_ne!(&after, before, "{name} was not tuned"),
        }
    }
    assert_ne!(NeuralEncoder::load(out.path()).unwrap().name(), NeuralEncoder::load(base.path()).unwrap().name());
}

#[test]
fn roberta_positions_are_tuned_where_they_are_read() {
    let mut tiny = Tiny::new();
    tiny.config["model_type"] = json!("xlm-roberta");
    tiny.config["pad_token_id"] = json!(1);
    let base = written(&tiny);
    let (_, out, vectors) = tuned(base.path(), settings());
    let encoder = NeuralEncoder::load(out.path()).unwrap();
    let read = encoder.encode(&[&examples()[0].0]).unwrap();
    assert!(read[0].iter().zip(&vectors[0]).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn the_best_epoch_stays() {
    let base = written(&Tiny::new());
    let all = examples();
    let (train, held_out): (Vec<_>, Vec<_>) = all.iter().cloned().enumerate().partition(|(at, _)| at % 4 != 0);
    let [train, held_out] = [train, held_out].map(|part| part.into_iter().map(|(_, example)| example).collect::<Vec<_>>());
    // so wild that it goes up and down; some run ends worse than it was
    let fell = (0..20).any(|seed| {
        let wild = Settings { rate: 0.1, head_rate: 1e-2, epochs: 6, seed, dropout: 0.3, ..settings() };
        let mut tuner = Tuner::new(base.path(), &borrowed(&train), &borrowed(&held_out), wild).unwrap();
        let epochs = tuner.train(&mut |_| ControlFlow::Continue(())).unwrap();
        let read: Vec<f64> = epochs.iter().map(|epoch| epoch.validation_accuracy.unwrap()).collect();
        let best = read.iter().copied().fold(0.0, f64::max);
        assert_eq!(tuner.validation_accuracy().unwrap(), Some(best), "{epochs:?}");
        read[read.len() - 1] < best
    });
    assert!(fell, "there was never anything to choose");
}

#[test]
fn what_cannot_be_tuned_is_said() {
    let base = written(&Tiny::new());
    let fails = |examples: &[(String, u32)], validation: &[(String, u32)]| {
        Tuner::new(base.path(), &borrowed(examples), &borrowed(validation), settings()).err().unwrap().to_string()
    };
    let of = |labels: &[u32]| labels.iter().map(|label| ("hello".to_owned(), *label)).collect::<Vec<_>>();
    for (examples, validation) in [(of(&[]), of(&[])), (of(&[0, 0]), of(&[])), (of(&[0, 2]), of(&[])), (of(&[0, 1]), of(&[2]))] {
        assert!(fails(&examples, &validation).contains("at least two labels"), "{examples:?} {validation:?}");
    }
    let mut tuner = Tuner::new(base.path(), &borrowed(&examples()), &[], settings()).unwrap();
    let mut told = 0;
    let stopped = tuner.train(&mut |progress| {
        told += 1;
        if matches!(progress, Progress::Step { step: 3, .. }) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(TuneError::Stopped)) && told == 3);
    let mut tuner = Tuner::new(base.path(), &borrowed(&examples()), &[], Settings { rate: 1e38, ..settings() }).unwrap();
    let said = tuner.train(&mut |_| ControlFlow::Continue(())).unwrap_err().to_string();
    assert!(said.contains("try a lower rate"), "{said}");
}
