//! Checking a backup: every part against its checksum, then the rows loaded into a temporary SQLite database and read back,
//! where each table must have the rows and the checksum the manifest names.

use super::archive::{self, Entry, FORMAT, Manifest, Part, hex};
use super::create::sums;
use anyhow::{Context, Result, bail};
use qn_store::dump::{self, Loader};
use qn_store::{Db, LATEST_VERSION, Options};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

pub struct Report {
    /// None when there is none that can be read.
    pub manifest: Option<Manifest>,
    pub problems: Vec<String>,
}

/// An error means that checking failed; what is wrong with the backup is in the report.
pub async fn verify(file: &Path) -> Result<Report> {
    if !file.is_file() {
        bail!("there is no file {}", file.display());
    }
    let mut report = read_whole(file);
    if let Some(manifest) = report.manifest.clone().filter(|_| report.problems.is_empty()) {
        let folder = tempfile::tempdir().context("no temporary folder for the trial")?;
        let options = Options::sqlite(folder.path().join("trial.db"));
        let db = Db::open_at(&options, manifest.schema_version).await.context("the trial database cannot be made")?;
        match load(&db, file, &manifest, |_, _| Ok(())).await {
            Ok(()) => report.problems.extend(compare(&db, &manifest).await?),
            Err(error) => report.problems.push(format!("it cannot be loaded: {error:#}")),
        }
        db.close().await;
    }
    Ok(report)
}

/// Reads every part, compares it with the manifest, and the manifest with this program.
pub fn read_whole(file: &Path) -> Report {
    let mut found: BTreeMap<String, Part> = BTreeMap::new();
    let mut manifest: Option<Vec<u8>> = None;
    let read = archive::read(file, |path, bytes| {
        match Entry::parse(path)? {
            Entry::Manifest => manifest = Some(bytes),
            Entry::Rows { .. } | Entry::Attachment { .. } => {
                let part = Part { path: path.to_owned(), size_bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(&bytes)) };
                if found.insert(path.to_owned(), part).is_some() {
                    bail!("{path} is there twice");
                }
            }
        }
        Ok(())
    });
    let mut problems: Vec<String> = read.err().map(|e| format!("{e:#}")).into_iter().collect();
    let manifest = match manifest.map(|bytes| serde_json::from_slice::<Manifest>(&bytes)) {
        Some(Ok(manifest)) => manifest,
        Some(Err(error)) => {
            problems.push(format!("the manifest is not readable: {error}"));
            return Report { manifest: None, problems };
        }
        None => {
            problems.push("there is no manifest: the file is not a backup, or it was cut off".to_owned());
            return Report { manifest: None, problems };
        }
    };
    problems.extend(refusals(&manifest));
    for part in &manifest.parts {
        match found.remove(&part.path) {
            None => problems.push(format!("{} is missing", part.path)),
            Some(there) if there != *part => problems.push(format!("{} has changed", part.path)),
            Some(_) => {}
        }
    }
    problems.extend(found.keys().map(|path| format!("{path} is not in the manifest")));
    Report { manifest: Some(manifest), problems }
}

fn refusals(manifest: &Manifest) -> Vec<String> {
    let mut problems = Vec::new();
    if manifest.format != FORMAT {
        problems.push(format!("it has format {}, this program reads {FORMAT}", manifest.format));
    }
    if !(1..=LATEST_VERSION).contains(&manifest.schema_version) {
        let version = manifest.schema_version;
        problems.push(format!("it has schema version {version}, this program knows up to {LATEST_VERSION}: use a newer qingniao"));
    }
    problems.extend(manifest.tables.iter().filter(|t| dump::find(&t.name).is_none()).map(|t| format!("the table {} is unknown", t.name)));
    problems
}

/// Loads the rows in one transaction; attachments go to `attachment` on the way.
pub async fn load(db: &Db, file: &Path, manifest: &Manifest, mut attachment: impl FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
    let (parts, mut received) = tokio::sync::mpsc::channel::<(Entry, Vec<u8>)>(2);
    let path = file.to_path_buf();
    let reader = tokio::task::spawn_blocking(move || {
        archive::read(&path, |path, bytes| {
            let entry = Entry::parse(path)?;
            parts.blocking_send((entry, bytes)).context("loading stopped")
        })
    });
    let mut loader = db.loader().await?;
    while let Some((entry, bytes)) = received.recv().await {
        match entry {
            Entry::Manifest => {}
            Entry::Attachment { key } => attachment(&key, &bytes)?,
            Entry::Rows { table } => add(&mut loader, manifest, &table, bytes).await?,
        }
    }
    reader.await.context("the archive could not be read")??;
    loader.finish().await.context("the rows cannot be made durable")
}

async fn add(loader: &mut Loader, manifest: &Manifest, name: &str, bytes: Vec<u8>) -> Result<()> {
    let table = dump::find(name).with_context(|| format!("the table {name} is unknown"))?;
    let described = manifest.tables.iter().find(|t| t.name == name).with_context(|| format!("the manifest does not name {name}"))?;
    let lines = String::from_utf8(bytes).with_context(|| format!("rows of {name} are not text"))?;
    loader.add(table, &described.columns, &lines).await.with_context(|| format!("rows of {name} cannot be loaded"))?;
    Ok(())
}

/// What a loaded database has otherwise than its manifest says. Only for backups of this schema version: an upgrade may add to rows.
pub async fn compare(db: &Db, manifest: &Manifest) -> Result<Vec<String>> {
    let wanted = |name: &str| manifest.tables.iter().find(|t| t.name == name);
    if manifest.schema_version != LATEST_VERSION {
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    for (name, rows, sha256) in sums(db).await.context("the loaded rows cannot be read back")? {
        match wanted(name) {
            None => problems.push(format!("the table {name} is missing")),
            Some(t) if t.rows != rows => problems.push(format!("the table {name} has {rows} rows, not {}", t.rows)),
            Some(t) if t.sha256 != sha256 => problems.push(format!("the rows of {name} differ from those backed up")),
            Some(_) => {}
        }
    }
    Ok(problems)
}
