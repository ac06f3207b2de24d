//! Restoring: the backup is read whole and compared first; then into an empty database, in one transaction, at the schema version
//! it was made with, then upgraded. A target that holds anything is refused.

use super::archive::Manifest;
use super::check::{compare, load, read_whole};
use crate::config::Config;
use crate::storage;
use anyhow::{Context, Result, bail};
use qn_store::{Db, Url, dump};
use std::io::Write;
use std::path::Path;

pub async fn restore(config: &Config, file: &Path) -> Result<Manifest> {
    if !file.is_file() {
        bail!("there is no file {}", file.display());
    }
    let report = read_whole(file);
    let Some(manifest) = report.manifest.filter(|_| report.problems.is_empty()) else {
        bail!("the backup is not good, nothing was restored: {}", report.problems.join("; "));
    };
    let options = storage::options(config);
    if let Url::Sqlite(path) = &options.url
        && path.exists()
    {
        bail!("{} exists already: restore into an empty folder with --data-dir", path.display());
    }
    storage::prepare(&config.storage.data_dir)?;
    let db = Db::open_at(&options, manifest.schema_version).await.context("the target cannot be opened")?;
    let loaded = fill(&db, file, &manifest, &config.storage.data_dir.join(storage::ATTACHMENTS_DIR)).await;
    db.close().await;
    if loaded.is_err()
        && let Url::Sqlite(path) = &options.url
    {
        remove_database(path);
    }
    loaded?;
    Ok(manifest)
}

async fn fill(db: &Db, file: &Path, manifest: &Manifest, attachments: &Path) -> Result<()> {
    if let Some(table) = dump::first_table_with_rows(db).await.context("the target cannot be read")? {
        bail!("the database already holds data (in the table {table}): restore into an empty one");
    }
    load(db, file, manifest, |key, bytes| write_attachment(&attachments.join(key), bytes)).await?;
    let problems = compare(db, manifest).await?;
    if !problems.is_empty() {
        bail!("what was loaded is not what was backed up: {}", problems.join("; "));
    }
    db.upgrade().await.context("the restored database cannot be upgraded")
}

/// A file already there must be the same one: a restore that was interrupted may be run again.
fn write_attachment(path: &Path, bytes: &[u8]) -> Result<()> {
    let say = || format!("cannot write {}", path.display());
    if let Ok(there) = std::fs::read(path) {
        if there != bytes {
            bail!("{} exists already with other content: restore into an empty folder", path.display());
        }
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(say)?;
    }
    let partial = path.with_extension("partial");
    let mut out = std::fs::File::create(&partial).with_context(say)?;
    out.write_all(bytes).with_context(say)?;
    out.sync_all().with_context(say)?;
    std::fs::rename(&partial, path).with_context(say)
}

/// Takes back the database this restore made, so that it can be tried again.
fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}
