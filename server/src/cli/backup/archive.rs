//! The file: a gzipped tar of `tables/<table>/<number>.ndjson`, `attachments/<key>` and, last, `manifest.json`, which says what
//! must be there. Nothing is ever unpacked to a path an archive chose.

use anyhow::{Context, Result, bail, ensure};
use qn_base::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;

pub const FORMAT: u32 = 1;
pub const MANIFEST: &str = "manifest.json";
/// No part of a good backup is larger.
const PART_BYTES_MAX: u64 = 256 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub version: String,
    pub schema_version: i64,
    pub created_at: Timestamp,
    /// `sqlite` or `postgres`
    pub database: String,
    pub tables: Vec<TableSum>,
    pub parts: Vec<Part>,
    /// Named in the database, but without a file when the backup was made.
    pub missing_attachments: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableSum {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
    /// Of all rows in order, each followed by a line end; the same from either database.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub path: String,
    pub size_bytes: u64,
    pub sha256: String,
}

impl Manifest {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.rows).sum()
    }

    pub fn attachments(&self) -> usize {
        self.parts.iter().filter(|p| p.path.starts_with("attachments/")).count()
    }

    /// Without the long list of parts.
    pub fn brief(&self) -> serde_json::Value {
        let tables: serde_json::Map<String, serde_json::Value> = self.tables.iter().map(|t| (t.name.clone(), t.rows.into())).collect();
        serde_json::json!({
            "format": self.format, "version": self.version, "schema_version": self.schema_version, "created_at": self.created_at,
            "database": self.database, "rows": tables, "attachments": self.attachments(),
            "missing_attachments": self.missing_attachments,
        })
    }
}

/// What an entry of the archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Rows { table: String },
    Attachment { key: String },
    Manifest,
}

impl Entry {
    pub fn parse(path: &str) -> Result<Entry> {
        if path == MANIFEST {
            return Ok(Entry::Manifest);
        }
        if let Some((table, number)) = path.strip_prefix("tables/").and_then(|rest| rest.split_once('/')) {
            ensure!(
                number.strip_suffix(".ndjson").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())),
                "{path:?} does not belong into a backup"
            );
            return Ok(Entry::Rows { table: table.to_owned() });
        }
        match path.strip_prefix("attachments/").map(qn_blob::Key::parse) {
            Some(Ok(key)) => Ok(Entry::Attachment { key: key.as_str().to_owned() }),
            _ => bail!("{path:?} does not belong into a backup"),
        }
    }
}

pub struct Writer<W: Write> {
    tar: tar::Builder<flate2::write::GzEncoder<W>>,
    pub parts: Vec<Part>,
    mtime_s: u64,
}

impl<W: Write> Writer<W> {
    pub fn new(out: W, now: Timestamp) -> Self {
        let gzip = flate2::write::GzEncoder::new(out, flate2::Compression::default());
        Self { tar: tar::Builder::new(gzip), parts: Vec::new(), mtime_s: u64::try_from(now / 1_000).unwrap_or(0) }
    }

    pub fn add(&mut self, path: String, bytes: &[u8]) -> Result<()> {
        self.append(&path, bytes)?;
        self.parts.push(Part { path, size_bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) });
        Ok(())
    }

    /// Writes the manifest and returns the finished stream.
    pub fn finish(mut self, manifest: &Manifest) -> Result<W> {
        let text = serde_json::to_vec_pretty(manifest).context("the manifest cannot be written")?;
        self.append(MANIFEST, &text)?;
        let gzip = self.tar.into_inner().context("the archive cannot be ended")?;
        gzip.finish().context("the archive cannot be ended")
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.mtime_s);
        header.set_cksum();
        self.tar.append_data(&mut header, path, bytes).with_context(|| format!("{path} cannot be written"))
    }
}

/// Gives every part of an archive to `each`, in order.
pub fn read(file: &Path, mut each: impl FnMut(&str, Vec<u8>) -> Result<()>) -> Result<()> {
    let open = std::fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::io::BufReader::new(open)));
    for entry in archive.entries().context("this is not a backup")? {
        let entry = entry.context("the archive is damaged or cut off")?;
        ensure!(entry.header().entry_type().is_file(), "the archive holds something that is not a plain file");
        let path = String::from_utf8(entry.path_bytes().into_owned()).context("the archive holds an unreadable name")?;
        let size = entry.size();
        ensure!(size <= PART_BYTES_MAX, "{path:?} is too large for a part of a backup");
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        entry.take(PART_BYTES_MAX).read_to_end(&mut bytes).with_context(|| format!("{path:?} is damaged or cut off"))?;
        ensure!(bytes.len() as u64 == size, "{path:?} is cut off");
        each(&path, bytes)?;
    }
    Ok(())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_entries() {
        assert_eq!(Entry::parse("tables/message/000001.ndjson").unwrap(), Entry::Rows { table: "message".into() });
        assert_eq!(Entry::parse("attachments/tnt_1/2026/01/att_1").unwrap(), Entry::Attachment { key: "tnt_1/2026/01/att_1".into() });
        for path in ["../x", "/etc/passwd", "attachments/../../x", "attachments/t/2026/01/..", "tables/message/../x", "tables/message", "x"]
        {
            assert!(Entry::parse(path).is_err(), "{path}");
        }
    }
}
