//! `qingniao nlu`: train, measure and try a model from files of both formats; bad files are named by line.

use crate::binary::{fails, json, path, qingniao, text};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::{TempDir, tempdir};

const ROWS: [(&str, &str); 12] = [
    ("where is my order", "order"),
    ("track my parcel please", "order"),
    ("我的订单到哪了", "order"),
    ("查一下快递", "order"),
    ("I want a refund", "refund"),
    ("give me my money back", "refund"),
    ("我要退款", "refund"),
    ("怎么申请退款", "refund"),
    ("reset my password", "password"),
    ("I forgot my password", "password"),
    ("忘记密码了", "password"),
    ("怎么改密码", "password"),
];

fn csv(folder: &TempDir, name: &str, rows: &[(&str, &str)]) -> PathBuf {
    let file = folder.path().join(name);
    let lines: Vec<String> = rows.iter().map(|(text, label)| format!("\"{text}\",{label}\n")).collect();
    fs::write(&file, format!("text,category\n{}", lines.concat())).unwrap();
    file
}

#[test]
fn a_model_is_trained_measured_and_tried() {
    let folder = tempdir().unwrap();
    let (train, model) = (csv(&folder, "train.csv", &ROWS), folder.path().join("model"));
    let trained = json(&["nlu", "train", "--examples", path(&train), "--label-column", "category", "--model", path(&model)]);
    assert_eq!((trained["examples"].as_u64(), trained["intents"].as_u64()), (Some(12), Some(3)));
    let test = folder.path().join("test.jsonl");
    fs::write(&test, "{\"text\":\"退款\",\"category\":\"refund\"}\n{\"text\":\"new password\",\"category\":\"password\"}\n").unwrap();
    let measured = json(&["nlu", "eval", "--examples", path(&test), "--label-column", "category", "--model", path(&model)]);
    assert_eq!(measured["accuracy"].as_f64(), Some(1.0), "{measured}");
    for key in ["macro_f1", "in_scope_accuracy", "oos_recall", "oos_precision", "auroc", "ece", "coverage", "train_seconds"] {
        assert!(measured.get(key).is_some(), "{key}");
    }
    for key in ["predict_p50_us", "predict_p99_us", "model_bytes"] {
        assert!(measured[key].as_f64().unwrap() > 0.0, "{key}");
    }
    let said = json(&["nlu", "predict", "--model", path(&model), "--explain", "我的订单呢"]);
    assert_eq!(said["alternatives"][0]["label"], "order");
    assert!(said["explanation"].as_array().unwrap().iter().any(|word| word["word"] == "订"));
}

#[test]
fn bad_files_are_refused_by_line() {
    let folder = tempdir().unwrap();
    let file = csv(&folder, "bad.csv", &[("a text", "order"), (" ", "refund")]);
    let model = folder.path().join("model");
    let train = |column| fails(1, &["nlu", "train", "--examples", path(&file), "--label-column", column, "--model", path(&model)]);
    assert!(train("category").contains("line 3: column 1 is empty"));
    assert!(train("intent").contains("there is no column \"intent\""));
    assert!(fails(1, &["nlu", "predict", "--model", path(&model), "hello"]).contains("cannot be read"));
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("intent.qnm"), "not a model").unwrap();
    assert!(fails(1, &["nlu", "predict", "--model", path(&model), "hello"]).contains("this is not a model file"));
}

#[test]
fn pairs_come_by_a_pipe_too() {
    let folder = tempdir().unwrap();
    let rows: String = (0..40).map(|n| format!("怎么退货{n}\t如何退货{n}\t1\n怎么退货{n}\t发票在哪里开{n}\t0\n")).collect();
    let train = folder.path().join("train.tsv");
    fs::write(&train, &rows).unwrap();
    let args = ["match", "eval", "--pairs", "-", "--train", path(&train), "--columns", "1,2,3", "--output", "json"];
    let mut child = qingniao(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["pairs"].as_u64(), Some(80), "{told}");
    // Without anything to learn from, the pairs teach each other; the same seed gives the same figures.
    let alone = |seed: &str| json(&["match", "eval", "--pairs", path(&train), "--columns", "1,2,3", "--seed", seed]);
    let (first, again) = (alone("7"), alone("7"));
    assert_eq!((&first["pairs"], &first["accuracy"], &first["spearman"]), (&again["pairs"], &again["accuracy"], &again["spearman"]));
    assert!(first["accuracy"].as_f64() > Some(0.9), "{first}");
    // Three columns without a header need no telling.
    let untold = json(&["match", "eval", "--pairs", path(&train), "--seed", "7"]);
    assert_eq!((&untold["pairs"], &untold["accuracy"]), (&first["pairs"], &first["accuracy"]));
    let few = folder.path().join("few.tsv");
    fs::write(&few, "怎么退货\t如何退货\t1\n").unwrap();
    assert!(fails(2, &["match", "eval", "--pairs", path(&few), "--columns", "1,2,3"]).contains("5 at least of either judgement"));
}

#[test]
fn an_encoder_that_is_gone_is_told_with_the_way_without_it() {
    let folder = tempdir().unwrap();
    let (train, model) = (csv(&folder, "train.csv", &ROWS), folder.path().join("model"));
    json(&["nlu", "train", "--examples", path(&train), "--label-column", "category", "--model", path(&model)]);
    let about = model.join("training.json");
    let mut training: serde_json::Value = serde_json::from_slice(&fs::read(&about).unwrap()).unwrap();
    training["encoder"] = folder.path().join("gone").to_str().unwrap().into();
    fs::write(&about, training.to_string()).unwrap();
    assert!(fails(1, &["nlu", "predict", "--model", path(&model), "退款"]).contains("--without-encoder"));
    let said = json(&["nlu", "predict", "--model", path(&model), "--without-encoder", "我要退款"]);
    assert_eq!(said["alternatives"][0]["label"], "refund");
}
