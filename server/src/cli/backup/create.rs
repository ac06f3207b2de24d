//! Making a backup: one snapshot of the database row by row, then the attachments it names, into a file that appears under its
//! name only when it is complete.

use super::archive::{FORMAT, Manifest, TableSum, Writer, hex};
use anyhow::{Context, Result, bail};
use qn_base::Timestamp;
use qn_store::dump::{self, Snapshot, TABLES, Table};
use qn_store::{Db, Dialect};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Rows are gathered to this size, which is also about what reading one part needs.
const PART_BYTES: usize = 1024 * 1024;

type Out = Writer<BufWriter<File>>;

pub async fn create(db: &Db, data_dir: &Path, file: &Path, now: Timestamp) -> Result<Manifest> {
    if file.exists() {
        bail!("{} exists already: choose another name", file.display());
    }
    let partial = Partial::new(file)?;
    let mut writer = Writer::new(BufWriter::new(partial.open()?), now);
    let mut snapshot = db.snapshot().await.context("the database cannot be read")?;
    let (mut tables, mut keys) = (Vec::new(), Vec::new());
    for table in TABLES {
        tables.push(write_table(&mut snapshot, table, &mut writer, &mut keys).await?);
    }
    let missing_attachments = write_attachments(&keys, &data_dir.join(crate::storage::ATTACHMENTS_DIR), &mut writer)?;
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version: snapshot.schema_version,
        created_at: now,
        database: if db.dialect() == Dialect::Sqlite { "sqlite" } else { "postgres" }.to_owned(),
        tables,
        parts: writer.parts.clone(),
        missing_attachments,
    };
    let out = writer.finish(&manifest)?.into_inner().context("the backup cannot be written")?;
    out.sync_all().context("the backup cannot be written to the disk")?;
    partial.publish(file)?;
    Ok(manifest)
}

/// The keys of attachments are picked up on the way.
async fn write_table(snapshot: &mut Snapshot, table: &Table, writer: &mut Out, keys: &mut Vec<String>) -> Result<TableSum> {
    let columns: Vec<String> = table.columns().iter().map(|c| c.name.to_owned()).collect();
    let key_at = columns.iter().position(|c| c == "blob_key");
    let (mut part, mut number, mut sum) = (String::new(), 0, Sha256::new());
    let each = |line: &str| -> Result<()> {
        part.push_str(line);
        part.push('\n');
        if let Some(i) = key_at {
            let row: Vec<Value> = serde_json::from_str(line).context("a row is not readable")?;
            keys.extend(row.get(i).and_then(Value::as_str).map(str::to_owned));
        }
        if part.len() >= PART_BYTES {
            number += 1;
            flush(writer, table, number, &mut sum, &mut part)?;
        }
        Ok(())
    };
    let rows = snapshot.read(table, each).await.with_context(|| format!("the table {} cannot be read", table.name))?;
    if !part.is_empty() {
        flush(writer, table, number + 1, &mut sum, &mut part)?;
    }
    Ok(TableSum { name: table.name.to_owned(), columns, rows, sha256: hex(&sum.finalize()) })
}

fn flush(writer: &mut Out, table: &Table, number: u32, sum: &mut Sha256, part: &mut String) -> Result<()> {
    sum.update(part.as_bytes());
    writer.add(format!("tables/{}/{number:06}.ndjson", table.name), part.as_bytes())?;
    part.clear();
    Ok(())
}

/// Files are never changed once written, so reading them after the snapshot is as good as at its moment. Returns those not found.
fn write_attachments(keys: &[String], dir: &Path, writer: &mut Out) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for key in keys {
        let Ok(parsed) = qn_blob::Key::parse(key) else {
            missing.push(key.clone());
            continue;
        };
        match std::fs::read(dir.join(parsed.as_str())) {
            Ok(bytes) => writer.add(format!("attachments/{}", parsed.as_str()), &bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(key.clone()),
            Err(error) => return Err(error).with_context(|| format!("the attachment {key} cannot be read")),
        }
    }
    Ok(missing)
}

/// The hash of each table as a database holds it now; what `verify` and `restore` compare with.
pub async fn sums(db: &Db) -> Result<Vec<(&'static str, u64, String)>> {
    let mut snapshot = db.snapshot().await?;
    let mut sums = Vec::new();
    for table in dump::TABLES {
        let mut sum = Sha256::new();
        let each = |line: &str| -> Result<()> {
            sum.update(line.as_bytes());
            sum.update(b"\n");
            Ok(())
        };
        let rows = snapshot.read(table, each).await?;
        sums.push((table.name, rows, hex(&sum.finalize())));
    }
    Ok(sums)
}

/// The file while it is being written; removed unless it is published.
struct Partial(PathBuf);

impl Partial {
    fn new(file: &Path) -> Result<Self> {
        let name = file.file_name().with_context(|| format!("{} is not a file name", file.display()))?;
        let mut partial = name.to_os_string();
        partial.push(".partial");
        Ok(Self(file.with_file_name(partial)))
    }

    /// Readable by its owner only: it holds keys and hashes.
    fn open(&self) -> Result<File> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.0).with_context(|| format!("cannot write {}", self.0.display()))
    }

    fn publish(&self, file: &Path) -> Result<()> {
        std::fs::rename(&self.0, file).with_context(|| format!("cannot name the backup {}", file.display()))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
