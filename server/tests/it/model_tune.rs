//! `qingniao model tune`: a tiny model is tuned, added and used; what is wrong is named; breaking off leaves nothing.

use crate::binary::{fails, json, path, qingniao, text};
use crate::model::model;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use tempfile::tempdir;

const ROWS: &str = "text,category\nwhere is my order,order\nmy order ?,order\na b order,order\n订单,order\nreturn,back\nhello return,back\n退货,back\na return,back\n";

fn tune<'a>(base: &'a str, examples: &'a str, into: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let own = ["model", "tune", base, "--examples", examples, "--label-column", "category", "--output", into];
    [&own[..], more].concat()
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_model_is_tuned_added_and_learnt_with() {
    let (folder, base) = (tempdir().unwrap(), model());
    let (train, validation, into) = (folder.path().join("train.csv"), folder.path().join("val.csv"), folder.path().join("new/tuned"));
    fs::write(&train, ROWS).unwrap();
    fs::write(&validation, "text,category\norder my,order\nmy return,back\n").unwrap();
    let (dir, train, into) = (path(folder.path()), path(&train), path(&into));
    let dir_option = ["--data-dir", dir];
    json(&[&["model", "add", path(base.path()), "--name", "tiny"], &dir_option[..]].concat());
    let more =
        ["--validation", path(&validation), "--epochs", "30", "--rate", "0.01", "--head-rate", "0.0001", "--batch", "2", "--data-dir", dir];
    let tuned = json(&tune("tiny", train, into, &more));
    assert_eq!((&tuned["examples"], &tuned["validation_examples"], &tuned["labels"]), (&json!(8), &json!(2), &json!(["back", "order"])));
    let epochs = tuned["epochs"].as_array().unwrap();
    assert!(epochs.len() == 30 && epochs[29]["loss"].as_f64() < epochs[0]["loss"].as_f64().map(|first| 0.8 * first), "{tuned}");
    assert!(tuned["base"].as_str().unwrap().starts_with("tiny@") && tuned["encoder"].as_str().unwrap().starts_with("tuned@"), "{tuned}");
    assert_eq!(entries(folder.path().join("new").as_path()), ["tuned"]);
    let note: Value = serde_json::from_slice(&fs::read(Path::new(into).join("tuning.json")).unwrap()).unwrap();
    for key in ["base", "labels", "examples", "settings", "epochs", "kept_epoch"] {
        assert_eq!(note[key], tuned[key], "{key}");
    }
    assert_eq!((&note["settings"]["seed"], &note["settings"]["dropout"]), (&json!(1), &json!(0.1)));
    let added = json(&[&["model", "add", into], &dir_option[..]].concat());
    assert_eq!(added["encoder"], tuned["encoder"]);
    assert!(folder.path().join("models/tuned/tuning.json").is_file());
    let learnt = folder.path().join("intents");
    let args = ["nlu", "train", "--examples", train, "--label-column", "category", "--encoder", "tuned", "--model", path(&learnt)];
    assert_eq!(json(&[&args, &dir_option[..]].concat())["intents"], 2);
    // the same files, settings and seed once more
    let again = folder.path().join("again");
    json(&tune("tiny", train, path(&again), &more));
    assert!(fs::read(again.join("model.safetensors")).unwrap() == fs::read(Path::new(into).join("model.safetensors")).unwrap());
}

#[test]
fn people_see_how_far_it_is_and_what_came_out() {
    let (folder, base) = (tempdir().unwrap(), model());
    let (train, into) = (folder.path().join("train.csv"), folder.path().join("tuned"));
    fs::write(&train, ROWS).unwrap();
    let output = qingniao(&tune(path(base.path()), path(&train), path(&into), &["--validation", path(&train)])).output().unwrap();
    let (out, told) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{told}");
    assert!(told.contains("epoch 1 of 3: loss ") && told.contains(" % of the validation file right"), "{told}");
    assert!(out.contains("8 examples of 2 labels") && out.contains("qingniao model add"), "{out}");
}

#[test]
fn what_is_wrong_is_named_before_anything_is_written() {
    let (folder, base) = (tempdir().unwrap(), model());
    let file = |name: &str, content: &str| {
        let at = folder.path().join(name);
        fs::write(&at, content).unwrap();
        path(&at).to_owned()
    };
    let (good, empty) = (file("good.csv", ROWS), file("empty.csv", "text,category\na,order\n ,back\n"));
    let (other, one) = (file("other.csv", "text,category\na,order\nb,lost\n"), file("one.csv", "text,category\na,order\nb,order\n"));
    let (base, free) = (path(base.path()).to_owned(), path(&folder.path().join("tuned")).to_owned());
    let before = entries(folder.path());
    let said = |code, examples: &str, into: &str, more: &[&str]| fails(code, &tune(&base, examples, into, more));
    assert!(said(1, &empty, &free, &[]).contains("line 3: column 1 is empty"));
    assert!(said(1, &one, &free, &[]).contains("has only one label"));
    assert!(said(1, &good, &free, &["--validation", &other]).contains("other.csv: line 3: no example has the label \"lost\""));
    assert!(said(2, &good, path(folder.path()), &[]).contains("exists already"));
    assert!(said(2, &good, &free, &["--rate", "0"]).contains("must be above 0"));
    assert!(said(2, &good, &free, &["--dropout", "1"]).contains("below 1"));
    assert!(fails(1, &tune("nobody", &good, &free, &[])).contains("there is no encoder nobody"));
    assert_eq!(entries(folder.path()), before);
}

#[test]
fn breaking_off_leaves_nothing() {
    let (folder, base) = (tempdir().unwrap(), model());
    let (train, into) = (folder.path().join("train.csv"), folder.path().join("tuned"));
    let (header, rows) = ROWS.split_once('\n').unwrap();
    // far more steps than are done before the signal comes
    fs::write(&train, format!("{header}\n{}", rows.repeat(40))).unwrap();
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let args = tune(path(base.path()), path(&train), path(&into), &["--epochs", "1000", "--batch", "1", "--rate", "1e-6"]);
        let mut child = qingniao(&args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.starts_with("epoch 1 of 1000")));
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        let told: Vec<String> = lines.collect();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("qingniao: stopped; nothing was written"));
        assert_eq!(entries(folder.path()), ["train.csv"]);
    }
}
