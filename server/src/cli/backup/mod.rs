//! `qingniao backup create|verify|restore`. One file, the same from SQLite and PostgreSQL, so either restores into the other.

mod archive;
mod check;
mod create;
mod restore;

use super::database::moment;
use super::{Failure, Output, answer, block_on};
use crate::config::Config;
use anyhow::Context;
use check::Report;
use qn_base::{Clock, SystemClock};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao backup create\n  qingniao backup create /backups/monday.tar.gz --data-dir /var/lib/qingniao\n  \
    qingniao backup verify /backups/monday.tar.gz\n  qingniao backup restore /backups/monday.tar.gz --data-dir /var/lib/restored\n  \
    qingniao backup restore monday.tar.gz --database-url postgres://qingniao@localhost/restored\n\n\
    A backup holds passwords' hashes and signing keys: keep it as safe as the database.\n\
    Exit codes: 0 done, 1 failed, 3 the backup is damaged or incomplete"
)]
pub enum Command {
    /// Write database and attachments into one file; the server may run meanwhile
    Create {
        /// Where to [default: qingniao-<time>.tar.gz in this folder]
        file: Option<PathBuf>,
    },
    /// Read a backup whole, compare every checksum, and load it into a temporary database
    Verify { file: PathBuf },
    /// Load a backup into an empty data folder and an empty database
    Restore { file: PathBuf },
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Create { file } => create(config, file, output),
        Command::Verify { file } => verify(&file, output),
        Command::Restore { file } => restore(config, &file, output),
    }
}

fn create(config: &Config, file: Option<PathBuf>, output: Output) -> Result<(), Failure> {
    let now = SystemClock.now();
    let file = file.unwrap_or_else(|| PathBuf::from(format!("qingniao-{}.tar.gz", stamp(now))));
    block_on(async {
        let db = super::database::open(config).await?;
        let manifest = create::create(&db, &config.storage.data_dir, &file, now).await?;
        db.close().await;
        let size_bytes = std::fs::metadata(&file).context("the backup cannot be read back")?.len();
        let json = json!({"file": file, "size_bytes": size_bytes, "manifest": manifest.brief()});
        answer(output, &json, || {
            let mut text =
                format!("{}: {} rows, {} attachments, {} KiB", file.display(), manifest.rows(), manifest.attachments(), size_bytes / 1024);
            if !manifest.missing_attachments.is_empty() {
                text.push_str(&format!(
                    "\nwarning: {} attachments are named in the database but have no file in {}",
                    manifest.missing_attachments.len(),
                    config.storage.data_dir.display()
                ));
            }
            text
        });
        Ok(())
    })
}

fn verify(file: &Path, output: Output) -> Result<(), Failure> {
    let report = block_on(async { Ok(check::verify(file).await?) })?;
    let json = json!({"file": file, "ok": report.problems.is_empty(), "problems": report.problems, "manifest": report.manifest.as_ref().map(|m| m.brief())});
    answer(output, &json, || lines(file, &report));
    match report.problems.len() {
        0 => Ok(()),
        _ => Err(Failure { code: 3, error: anyhow::anyhow!("{} cannot be trusted", file.display()) }),
    }
}

fn lines(file: &Path, report: &Report) -> String {
    match &report.manifest {
        Some(m) if report.problems.is_empty() => format!(
            "{}: good. Made {} by qingniao {} from {}, schema version {}: {} rows, {} attachments",
            file.display(),
            moment(m.created_at),
            m.version,
            m.database,
            m.schema_version,
            m.rows(),
            m.attachments()
        ),
        _ => report.problems.join("\n"),
    }
}

fn restore(config: &Config, file: &Path, output: Output) -> Result<(), Failure> {
    block_on(async {
        let manifest = restore::restore(config, file).await?;
        let json = json!({"file": file, "manifest": manifest.brief()});
        answer(output, &json, || {
            format!(
                "restored {} rows and {} attachments; search is indexed again when the server starts",
                manifest.rows(),
                manifest.attachments()
            )
        });
        Ok(())
    })
}

fn stamp(now: qn_base::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(now).map_or_else(|_| now.to_string(), |t| t.strftime("%Y%m%d-%H%M%S").to_string())
}
