//! SQLite's log copied into the file beside the writer, a little at a time. Left to itself, the commit that fills the log copies all of it
//! while every other waits. What is left to that commit now is what came since.

use crate::error::Result;
use sqlx::sqlite::SqlitePool;
use std::time::Duration;

/// While the log grows. What is copied goes to the disk at once, and a commit that comes meanwhile waits for it: often is little each time.
const OFTEN: Duration = Duration::from_millis(20);
/// While nobody writes, and after it could not be done.
const SELDOM: Duration = Duration::from_secs(1);
/// Copies what no reader still needs and waits for nobody; frames in the log, and how many of them are copied.
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Until the database is closed. A connection that may only read may copy, too.
pub(crate) fn start(writer: &SqlitePool, reader: SqlitePool) {
    let mut closed = writer.close_event();
    tokio::spawn(async move {
        // Its end is the pool's.
        let _ = closed.do_until(keep_copying(&reader)).await;
    });
}

async fn keep_copying(reader: &SqlitePool) {
    let (mut last, mut pause) = (0, SELDOM);
    loop {
        tokio::time::sleep(pause).await;
        let frames = copy(reader).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the database's log could not be copied into its file: the commit that fills it will have to");
            last
        });
        pause = if frames == last { SELDOM } else { OFTEN };
        last = frames;
    }
}

async fn copy(reader: &SqlitePool) -> Result<i64> {
    let (_busy, frames, _copied): (i64, i64, i64) = sqlx::query_as(COPY).fetch_one(reader).await?;
    Ok(frames)
}
