//! The data folder: made, checked for writing, and pointed at by the database options.

use crate::config::Config;
use anyhow::{Context, Result, bail};
use qn_store::Options;
use std::fs::{File, TryLockError};
use std::path::Path;

pub const DATABASE_FILE: &str = "qingniao.db";
pub const ATTACHMENTS_DIR: &str = "attachments";

/// Where the database is, without touching anything.
pub fn options(config: &Config) -> Options {
    let mut options = match config.storage.database_url.as_str() {
        "" => Options::sqlite(config.storage.data_dir.join(DATABASE_FILE)),
        url => Options::postgres(url),
    };
    options.connections = config.storage.connections;
    options
}

/// Keeps a second server away from an SQLite database; held as long as the file is open, also by a process that is killed.
pub fn lock(config: &Config) -> Result<Option<File>> {
    if !config.storage.database_url.is_empty() {
        return Ok(None);
    }
    let path = config.storage.data_dir.join("server.lock");
    let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            let dir = config.storage.data_dir.display();
            bail!("another qingniao server uses the data folder {dir}: stop it, or choose another folder with --data-dir")
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Files that an earlier version left readable for others; SQLite gives its log the mode of the database.
fn keep_private(dir: &Path) {
    #[cfg(unix)]
    for name in [DATABASE_FILE, "qingniao.db-wal", "qingniao.db-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.join(name);
        let Ok(found) = std::fs::metadata(&path) else { continue };
        let open = found.permissions().mode() & 0o077 != 0;
        if open && let Err(error) = std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, path = %path.display(), "others on this machine may read the database");
        }
    }
}

/// Makes the data folder and proves that it can be written.
pub fn prepare(dir: &Path) -> Result<()> {
    let what_to_do = "choose another folder with --data-dir, or give this user the right to write there";
    std::fs::create_dir_all(dir.join(ATTACHMENTS_DIR))
        .with_context(|| format!("cannot make the data folder {}: {what_to_do}", dir.display()))?;
    let probe = dir.join(".write-probe");
    if let Err(error) = std::fs::write(&probe, b"ok") {
        bail!("the data folder {} cannot be written ({error}): {what_to_do}", dir.display());
    }
    std::fs::remove_file(&probe).with_context(|| format!("cannot remove {}", probe.display()))?;
    keep_private(dir);
    Ok(())
}
