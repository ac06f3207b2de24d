//! Labelled files: CSV with a header, or JSON lines (by the name's ending). A row that cannot be used ends the command with its line
//! number; nothing is skipped silently.

use anyhow::{Context, Result, anyhow, bail, ensure};
use qn_nlu::intent::Example;
use std::path::Path;

/// What a file may hold at most: far beyond any company's examples, short of filling the memory.
const FILE_BYTES_MAX: u64 = 512 << 20;

#[derive(Debug, Clone, clap::Args)]
pub struct Columns {
    /// Column (or JSON key) with the text
    #[arg(long, default_value = "text")]
    pub text_column: String,
    /// Column (or JSON key) with the label
    #[arg(long, default_value = "label")]
    pub label_column: String,
}

/// All rows of a file.
pub fn read(path: &Path, columns: &Columns) -> Result<Vec<Example>> {
    let size = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    ensure!(size <= FILE_BYTES_MAX, "{} is larger than {} MB", path.display(), FILE_BYTES_MAX >> 20);
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|e| anyhow!("{}: not UTF-8 at byte {}", path.display(), e.utf8_error().valid_up_to()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let json = path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson" || e == "json");
    let rows = if json { from_json(text, columns) } else { from_csv(text, columns) };
    let rows = rows.with_context(|| path.display().to_string())?;
    ensure!(!rows.is_empty(), "{} has no rows", path.display());
    Ok(rows)
}

fn from_csv(text: &str, columns: &Columns) -> Result<Vec<Example>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let place = |name: &str| {
        header
            .iter()
            .position(|h| h.trim() == name)
            .with_context(|| format!("line 1: there is no column {name:?}; there is {}", header.iter().collect::<Vec<_>>().join(", ")))
    };
    let (text_at, label_at) = (place(&columns.text_column)?, place(&columns.label_column)?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| match e.position() {
            Some(position) => anyhow!("line {}: {e}", position.line()),
            None => anyhow!(e),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            bail!("line {line}: {} fields where the header has {}", record.len(), header.len());
        }
        rows.push(example(&record[text_at], &record[label_at], line)?);
    }
    Ok(rows)
}

fn from_json(text: &str, columns: &Columns) -> Result<Vec<Example>> {
    let mut rows = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = n as u64 + 1;
        let value: serde_json::Value = serde_json::from_str(line).with_context(|| format!("line {line_number}: not JSON"))?;
        let field = |name: &str| {
            let found = value.get(name).and_then(serde_json::Value::as_str);
            found.with_context(|| format!("line {line_number}: no text under the key {name:?}"))
        };
        rows.push(example(field(&columns.text_column)?, field(&columns.label_column)?, line_number)?);
    }
    Ok(rows)
}

fn example(text: &str, label: &str, line: u64) -> Result<Example> {
    ensure!(!text.trim().is_empty(), "line {line}: the text is empty");
    ensure!(!label.trim().is_empty(), "line {line}: the label is empty");
    Ok(Example::new(text, label.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        Columns { text_column: "text".into(), label_column: "label".into() }
    }

    #[test]
    fn both_formats_give_the_same_rows() {
        let csv = from_csv("id,text,label\n1,\"where, is it\",order\n2,退款,refund\n", &columns()).ok();
        let json =
            from_json("{\"text\":\"where, is it\",\"label\":\"order\"}\n\n{\"text\":\"退款\",\"label\":\"refund\"}", &columns()).ok();
        assert_eq!(csv, json);
        assert_eq!(csv.map(|rows| rows.len()), Some(2));
    }

    #[test]
    fn bad_rows_are_named_by_line() {
        let said = |e: Result<Vec<Example>>| e.err().map(|e| format!("{e:#}")).unwrap_or_default();
        assert!(said(from_csv("text,label\na,b\n\"x\ny\",c\n ,d\n", &columns())).contains("line 5: the text is empty"));
        assert!(said(from_csv("text,label\na,b,c\n", &columns())).contains("line 2: 3 fields"));
        assert!(said(from_csv("text,category\na,b\n", &columns())).contains("no column \"label\""));
        assert!(said(from_json("{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":1}", &columns())).contains("line 2: no text"));
        assert!(said(from_json("{", &columns())).contains("line 1: not JSON"));
    }
}
