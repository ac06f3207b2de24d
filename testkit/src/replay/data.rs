//! Reading evaluation data from a folder that is not part of this repository: CrossWOZ dialogues (zh) and the utterances of
//! Banking77 and Bitext (en). What is missing is left out; an empty folder is an error.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

const CROSSWOZ: [&str; 2] = ["dialog_zh/crosswoz/test.json.zip", "dialog_zh/crosswoz/val.json.zip"];
/// (file, column)
const UTTERANCES: [(&str, &str); 2] = [("intent_en/banking77/test.csv", "text"), ("intent_en/bitext_support/utterances.csv", "utterance")];
/// How many single utterances make one customer's conversation.
const UTTERANCES_EACH: usize = 4;
/// As the API takes them.
const TEXT_CHARS_MAX: usize = 10_000;

/// What one customer says, in order.
#[derive(Debug, Clone)]
pub struct Script {
    pub source: &'static str,
    pub language: &'static str,
    pub turns: Vec<String>,
}

/// Every script of the folder, the sources taking turns so that a part of them is a fair mixture.
pub fn read(folder: &Path) -> Result<Vec<Script>> {
    let mut sources: Vec<Vec<Script>> = Vec::new();
    for name in CROSSWOZ {
        if folder.join(name).exists() {
            sources.push(crosswoz(&folder.join(name)).with_context(|| name.to_owned())?);
        }
    }
    for (name, column) in UTTERANCES {
        if folder.join(name).exists() {
            let source = if name.contains("banking77") { "banking77" } else { "bitext" };
            sources.push(utterances(&folder.join(name), column, source).with_context(|| name.to_owned())?);
        }
    }
    ensure!(!sources.is_empty(), "none of the data sets is in {}", folder.display());
    let longest = sources.iter().map(Vec::len).max().unwrap_or(0);
    let mut scripts = Vec::new();
    for i in 0..longest {
        scripts.extend(sources.iter().filter_map(|s| s.get(i)).cloned());
    }
    Ok(scripts)
}

/// `{dialogue id: {"messages": [{"role": "usr", "content": …}]}}` in a zip of one file.
fn crosswoz(path: &Path) -> Result<Vec<Script>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path)?)?;
    let mut text = String::new();
    archive.by_index(0)?.read_to_string(&mut text)?;
    let dialogues: serde_json::Map<String, Value> = serde_json::from_str(&text)?;
    let said = |dialogue: &Value| {
        let messages = dialogue["messages"].as_array().cloned().unwrap_or_default();
        messages.iter().filter(|m| m["role"] == "usr").filter_map(|m| m["content"].as_str()).filter_map(usable).collect::<Vec<_>>()
    };
    let scripts = dialogues.values().map(|d| Script { source: "crosswoz", language: "zh-CN", turns: said(d) });
    Ok(scripts.filter(|s| !s.turns.is_empty()).collect())
}

fn utterances(path: &Path, column: &str, source: &'static str) -> Result<Vec<Script>> {
    let rows = csv(&std::fs::read_to_string(path)?);
    let (head, rows) = rows.split_first().context("an empty file")?;
    let at = head.iter().position(|name| name == column).with_context(|| format!("no column {column}"))?;
    let texts: Vec<String> = rows.iter().filter_map(|row| row.get(at)).filter_map(|t| usable(t)).collect();
    Ok(texts.chunks(UTTERANCES_EACH).map(|turns| Script { source, language: "en", turns: turns.to_vec() }).collect())
}

fn usable(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= TEXT_CHARS_MAX).then(|| text.to_owned())
}

/// RFC 4180: quoted fields may hold commas, line breaks and doubled quotes.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut field)),
            ('\n', false) => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            ('\r', false) => {}
            (c, _) => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn quoted_fields_hold_anything() {
        let rows = csv("text,category\n\"a, \"\"b\"\"\nc\",x\r\nd,y");
        assert_eq!(rows, [vec!["text", "category"], vec!["a, \"b\"\nc", "x"], vec!["d", "y"]]);
    }
}
