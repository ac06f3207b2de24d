//! Room for SQLite's log, written once when a server opens its database: a commit then writes over what is there. A commit that makes
//! the file longer has the file system write its own books, too, which takes it twice as long.

use crate::connect::WAL_PAGES;
use crate::error::Result;
use sqlx::sqlite::SqlitePool;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const PAGE_BYTES: u64 = 4096;
/// Before each page in the log, and before them all.
const FRAME_BYTES: u64 = 24;
const HEADER_BYTES: u64 = 32;
/// As long as the log is before it is copied into the file.
const ROOM_BYTES: u64 = HEADER_BYTES + WAL_PAGES * (PAGE_BYTES + FRAME_BYTES);

const BUFFER_BYTES: usize = 256 * 1024;

/// What follows the last frame of a log is never read: each frame is told by its checksum. Nobody else makes the log longer meanwhile,
/// because the one right to write is held. Without room on the disk commits are slower, and that is all.
pub(crate) async fn make(path: &Path, writer: &SqlitePool) -> Result<()> {
    let held = writer.begin_with("BEGIN IMMEDIATE").await?;
    let log = log_of(path);
    let filled = tokio::task::spawn_blocking(move || fill(&log)).await;
    held.rollback().await?;
    match filled {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "no room could be made for the database's log: commits take longer until it has grown"),
        Err(error) => tracing::error!(%error, "making room for the database's log ended early"),
    }
    Ok(())
}

/// SQLite's own name for it.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn fill(log: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(log)?;
    let before = file.metadata()?.len();
    let grown = grow(&mut file, before);
    if grown.is_err() {
        // What was begun would keep others from the little room there is.
        file.set_len(before)?;
    }
    grown
}

fn grow(file: &mut File, from: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(from))?;
    let mut zeros = io::repeat(0).take(ROOM_BYTES.saturating_sub(from));
    let mut written = BufWriter::with_capacity(BUFFER_BYTES, &mut *file);
    io::copy(&mut zeros, &mut written)?;
    written.flush()?;
    drop(written);
    file.sync_all()
}
