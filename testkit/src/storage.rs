//! Where a server under test keeps its data: a temporary folder, and on PostgreSQL a fresh database beside it.

use anyhow::{Context, Result};
use qn_store::{Options, scratch};
use std::path::Path;
use tempfile::TempDir;

/// As `qingniao` names its SQLite file.
pub const DATABASE_FILE: &str = "qingniao.db";

/// Which database to test on.
#[derive(Debug, Clone)]
pub enum Database {
    Sqlite,
    /// The address of a server on which databases may be made and dropped.
    Postgres(String),
}

impl Database {
    pub fn name(&self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// SQLite, and PostgreSQL where the environment names a server.
    #[allow(clippy::disallowed_methods)] // tests are told where the server is in no other way
    pub fn for_tests() -> Vec<Database> {
        let server = std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
        [Database::Sqlite].into_iter().chain(server.map(Database::Postgres)).collect()
    }
}

/// Removed with its folder when dropped; the PostgreSQL database goes with `remove`.
#[derive(Debug, Default)]
pub struct Storage {
    dir: Option<TempDir>,
    postgres: Option<Scratch>,
}

#[derive(Debug)]
struct Scratch {
    server: String,
    name: String,
    url: String,
}

impl Storage {
    pub async fn fresh(database: &Database) -> Result<Storage> {
        Storage::copy_of(database, &Storage::default()).await
    }

    /// The same data once more. Nobody may have the original open.
    pub async fn copy_of(database: &Database, original: &Storage) -> Result<Storage> {
        let dir = tempfile::Builder::new().prefix("qingniao-test-").tempdir().context("no temporary folder")?;
        if let Some(from) = &original.dir {
            copy_dir(from.path(), dir.path())?;
        }
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres(server) => {
                let name = format!("qn_test_{}", qn_base::ids::secret(12));
                let template = original.postgres.as_ref().map(|p| p.name.as_str());
                let url = scratch::create(server, &name, template).await?;
                Some(Scratch { server: server.clone(), name, url })
            }
        };
        Ok(Storage { dir: Some(dir), postgres })
    }

    pub fn data_dir(&self) -> &Path {
        self.dir.as_ref().map_or(Path::new("."), TempDir::path)
    }

    /// None for SQLite.
    pub fn database_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|p| p.url.as_str())
    }

    /// How the store opens it; only while no server runs on it, or to look.
    pub fn options(&self, sqlite_file: &str) -> Options {
        match &self.postgres {
            Some(scratch) => Options::postgres(scratch.url.as_str()),
            None => Options::sqlite(self.data_dir().join(sqlite_file)),
        }
    }

    pub async fn remove(self) -> Result<()> {
        if let Some(scratch) = &self.postgres {
            scratch::drop(&scratch.server, &scratch.name).await?;
        }
        Ok(())
    }
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
