//! Public corpora that are not part of this repository, where a folder of them is named by `QN_TEST_CORPORA` (`email/…`, `identity/…`):
//! mail is threaded and folded, records are linked, and what falls below its bar fails the run.

use crate::run::{command, note, program, root, say};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Records, their labels (none: the number in the id says whose a record is), and the least F1.
const LINKED: [(&str, Option<&str>, f64); 4] = [
    ("febrl/dataset1.csv", None, 1.0),
    ("febrl/dataset2.csv", None, 0.995),
    ("febrl/dataset3.csv", None, 0.996),
    ("splink_fake1000/fake_1000.csv", Some("splink_fake1000/fake_1000_labels.csv"), 0.85),
];
const LEARNT: (&str, f64) = ("dblp_acm", 0.987);

pub fn run() -> Result<()> {
    let Some(folder) = std::env::var_os("QN_TEST_CORPORA").map(PathBuf::from) else {
        note("QN_TEST_CORPORA names no folder of public corpora: mail and links are not measured on them");
        return Ok(());
    };
    let mail = folder.join("email");
    let args = ["run", "--quiet", "--package", "qn-mail", "--example", "corpora", "--", "--data"].map(OsString::from);
    program(&root(), "cargo", &[args.as_slice(), &[mail.into_os_string()]].concat(), &[])?;
    identity(&folder.join("identity"))
}

fn identity(folder: &Path) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("qingniao-corpora-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let mut low = Vec::new();
    for (records, labels, least) in LINKED {
        let records = folder.join(records);
        let labels = match labels {
            Some(labels) => folder.join(labels),
            None => numbered(&records, &scratch)?,
        };
        let pairs = scratch.join("pairs.csv");
        let told = [("--records", &records), ("--labels", &labels), ("--output", &pairs)];
        let mut args = vec!["link".into(), "--output-metrics".into(), "json".into()];
        args.extend(told.into_iter().flat_map(|(name, path)| [name.into(), path.clone().into_os_string()]));
        judge(&records, least, f1(&args)?, &mut low);
    }
    let (learnt, least) = LEARNT;
    let part = |name: &str| folder.join(learnt).join(format!("{name}.txt")).into_os_string();
    let parts = ["train", "valid", "test"].into_iter().flat_map(|name| [format!("--{name}").into(), part(name)]);
    let args: Vec<OsString> = ["learn".into(), "--output".into(), "json".into()].into_iter().chain(parts).collect();
    judge(Path::new(learnt), least, f1(&args)?, &mut low);
    fs::remove_dir_all(&scratch)?;
    if !low.is_empty() {
        bail!("below their bars: {}", low.join(", "));
    }
    Ok(())
}

fn judge(what: &Path, least: f64, found: f64, low: &mut Vec<String>) {
    let line = format!("{}: F1 {found:.4}, at least {least}", what.file_stem().unwrap_or_default().to_string_lossy());
    say(&line);
    if found < least {
        low.push(line);
    }
}

/// `rec-122-org` and `rec-122-dup-0` are one person's.
fn numbered(records: &Path, scratch: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(records).with_context(|| records.display().to_string())?;
    let ids = text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::trim).filter(|id| !id.is_empty());
    let rows: Vec<String> = ids.map(|id| format!("{id},{}", id.split('-').nth(1).unwrap_or(id))).collect();
    let path = scratch.join("labels.csv");
    fs::write(&path, format!("rec_id,cluster\n{}\n", rows.join("\n")))?;
    Ok(path)
}

fn f1(args: &[OsString]) -> Result<f64> {
    let out = command("cargo")
        .args(["run", "--quiet", "--package", "qn-server", "--bin", "qingniao", "--", "identity"])
        .args(args)
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !out.status.success() {
        bail!("qingniao identity failed ({})", out.status);
    }
    let told: Value = serde_json::from_slice(&out.stdout).context("qingniao identity told no figures")?;
    told["f1"].as_f64().context("qingniao identity told no F1")
}
