//! A CSV file whole: header and rows, fields may be empty. Every row has as many fields as the header, or the command ends with the
//! line's number.

use anyhow::{Context, Result, anyhow, ensure};
use std::path::Path;

/// Far beyond what one machine links at once.
const FILE_BYTES_MAX: u64 = 2 << 30;

pub struct Rows {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

pub fn read(path: &Path) -> Result<Rows> {
    let size = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    ensure!(size <= FILE_BYTES_MAX, "{} is larger than {} MB", path.display(), FILE_BYTES_MAX >> 20);
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    parse(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).with_context(|| path.display().to_string())
}

fn parse(bytes: &[u8]) -> Result<Rows> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header: Vec<String> = reader.headers().context("line 1")?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| match e.position() {
            Some(position) => anyhow!("line {}: {e}", position.line()),
            None => anyhow!(e),
        })?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    ensure!(!rows.is_empty(), "there are no rows");
    Ok(Rows { header, rows })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn empty_fields_stay_and_short_rows_are_named() {
        let rows = parse(b"id, name\n1,\n2, b\n").map(|r| (r.header, r.rows)).unwrap_or_default();
        assert_eq!((rows.0.join("|"), rows.1.concat().join("|")), ("id|name".into(), "1||2|b".into()));
        let told = parse(b"id,name\n1,a\n2\n").err().map(|e| format!("{e:#}")).unwrap_or_default();
        assert!(told.contains("line 3"), "{told}");
    }
}
