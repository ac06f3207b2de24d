//! Labelled tables for the commands that train and measure: CSV, TSV, JSON lines or one JSON array, by the name's ending. Columns are
//! named as the header (or the JSON key) has them, or numbered from 1 in a file without a header. A row that cannot be used ends the
//! command with its line number; nothing is skipped silently.

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

/// Far beyond any company's examples, short of filling the memory.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// One row: the wanted columns in the wanted order, and the line (or, in a JSON array, the element) it stands at.
#[derive(Debug, PartialEq)]
pub struct Record {
    pub line: u64,
    pub fields: Vec<String>,
}

/// All rows of a file, with the columns asked for.
pub fn read(path: &Path, columns: &[&str]) -> Result<Vec<Record>> {
    let bytes = bytes(path).with_context(|| format!("{} cannot be read", path.display()))?;
    ensure!(bytes.len() as u64 <= FILE_BYTES_MAX, "{} is larger than {} MB", path.display(), FILE_BYTES_MAX >> 20);
    let text = text(bytes).with_context(|| path.display().to_string())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let records = match ending {
        // A pipe has no name that tells.
        "" if text.trim_start().starts_with('[') => json_array(text, columns),
        "" if text.trim_start().starts_with('{') => json_lines(text, columns),
        "" if first.contains('\t') => tab_separated(text, columns),
        "json" if text.trim_start().starts_with('[') => json_array(text, columns),
        "json" | "jsonl" | "ndjson" => json_lines(text, columns),
        "tsv" | "tab" => tab_separated(text, columns),
        _ => comma_separated(text, columns),
    };
    let records = records.with_context(|| path.display().to_string())?;
    ensure!(!records.is_empty(), "{} has no rows", path.display());
    Ok(records)
}

/// `-` is the standard input. A pipe tells no size beforehand: it is read up to the limit.
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let from: Box<dyn Read> = if path == Path::new("-") { Box::new(std::io::stdin().lock()) } else { Box::new(std::fs::File::open(path)?) };
    let mut bytes = Vec::new();
    from.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| {
        let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
        anyhow!("line {line}: this is not UTF-8 text; save the file as UTF-8")
    })
}

/// Numbers from 1 as positions from 0, when every column is a number: then there is no header.
fn numbered(columns: &[&str]) -> Option<Vec<usize>> {
    columns.iter().map(|c| c.parse::<usize>().ok().and_then(|n| n.checked_sub(1))).collect()
}

fn named(columns: &[&str], header: &[String]) -> Result<Vec<usize>> {
    let place = |name: &&str| {
        let found = header.iter().position(|h| h.trim() == *name);
        found.with_context(|| format!("line 1: there is no column {name:?}; there is {}", header.join(", ")))
    };
    columns.iter().map(place).collect()
}

fn comma_separated(text: &str, columns: &[&str]) -> Result<Vec<Record>> {
    let numbers = numbered(columns);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(numbers.is_none()).from_reader(text.as_bytes());
    let header: Vec<String> = if numbers.is_none() { reader.headers()?.iter().map(str::to_owned).collect() } else { Vec::new() };
    let places = numbers.map_or_else(|| named(columns, &header), Ok)?;
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| match e.position() {
            Some(position) => anyhow!("line {}: {e}", position.line()),
            None => anyhow!(e),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        ensure!(
            header.is_empty() || record.len() == header.len(),
            "line {line}: {} fields where the header has {}",
            record.len(),
            header.len()
        );
        let fields: Vec<&str> = record.iter().collect();
        records.push(pick(&fields, &places, line)?);
    }
    Ok(records)
}

/// Tab-separated text has no quotes: a quotation mark is a quotation mark.
fn tab_separated(text: &str, columns: &[&str]) -> Result<Vec<Record>> {
    let mut lines = (1u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let places = match numbered(columns) {
        Some(places) => places,
        None => {
            let (_, header) = lines.next().context("line 1: there is no header")?;
            named(columns, &header.split('\t').map(str::to_owned).collect::<Vec<_>>())?
        }
    };
    lines.map(|(line, text)| pick(&text.split('\t').collect::<Vec<_>>(), &places, line)).collect()
}

fn json_lines(text: &str, columns: &[&str]) -> Result<Vec<Record>> {
    let lines = (1u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, text)| {
            let value: Value = serde_json::from_str(text).with_context(|| format!("line {line}: not JSON"))?;
            keys(&value, columns, line, "line")
        })
        .collect()
}

fn json_array(text: &str, columns: &[&str]) -> Result<Vec<Record>> {
    let values: Vec<Value> = serde_json::from_str(text).context("not a JSON array")?;
    (1u64..).zip(&values).map(|(n, value)| keys(value, columns, n, "element")).collect()
}

fn keys(value: &Value, columns: &[&str], line: u64, unit: &str) -> Result<Record> {
    let field = |name: &&str| match value.get(*name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Ok(scalar.to_string()),
        _ => bail!("{unit} {line}: no text under the key {name:?}"),
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<String>>>()?;
    if let Some(at) = fields.iter().position(|f| f.trim().is_empty()) {
        bail!("{unit} {line}: {:?} is empty", columns[at]);
    }
    Ok(Record { line, fields })
}

fn pick(fields: &[&str], places: &[usize], line: u64) -> Result<Record> {
    let field = |place: &usize| {
        let text = fields.get(*place).with_context(|| format!("line {line}: no column {}, there are {}", place + 1, fields.len()))?;
        ensure!(!text.trim().is_empty(), "line {line}: column {} is empty", place + 1);
        Ok((*text).to_owned())
    };
    Ok(Record { line, fields: places.iter().map(field).collect::<Result<Vec<String>>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(records: Result<Vec<Record>>) -> Vec<Vec<String>> {
        records.map(|r| r.into_iter().map(|r| r.fields).collect()).unwrap_or_default()
    }

    #[test]
    fn every_format_gives_the_same_rows() {
        let rows = fields(comma_separated("label,text\n1,\"快, 好吃\"\n0,差\n", &["text", "label"]));
        assert_eq!(rows, [["快, 好吃", "1"], ["差", "0"]]);
        assert_eq!(fields(tab_separated("快, 好吃\t1\n差\t0\n", &["1", "2"])), rows);
        assert_eq!(fields(tab_separated("text\tlabel\n快, 好吃\t1\n差\t0\n", &["text", "label"])), rows);
        assert_eq!(fields(json_lines("{\"text\":\"快, 好吃\",\"label\":1}\n{\"text\":\"差\",\"label\":0}", &["text", "label"])), rows);
        assert_eq!(fields(json_array("[{\"text\":\"快, 好吃\",\"label\":1},{\"text\":\"差\",\"label\":\"0\"}]", &["text", "label"])), rows);
    }

    #[test]
    fn a_bad_row_is_named_by_its_line() {
        let said = |r: Result<Vec<Record>>| r.err().map(|e| format!("{e:#}")).unwrap_or_default();
        assert!(said(comma_separated("text,label\na,b\n\"x\ny\",c\n ,d\n", &["text", "label"])).contains("line 5: column 1 is empty"));
        assert!(said(comma_separated("text,label\na,b,c\n", &["text", "label"])).contains("line 2: 3 fields"));
        assert!(said(comma_separated("text,kind\na,b\n", &["text", "label"])).contains("no column \"label\""));
        assert!(said(tab_separated("a\tb\nc\n", &["1", "2"])).contains("line 2: no column 2"));
        let broken = text(b"text,label\na,b\n\xff\xfe,c\n".to_vec()).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(broken.contains("line 3: this is not UTF-8 text"), "{broken}");
        assert!(said(json_lines("{\"text\":\"a\"}\n{", &["text"])).contains("line 2: not JSON"));
        assert!(said(json_array("[{\"text\":\"a\"},{\"text\":null}]", &["text"])).contains("element 2: no text"));
    }
}
