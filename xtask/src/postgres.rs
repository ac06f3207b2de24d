//! A private PostgreSQL for the length of a test run: own folder, own socket, no network, gone afterwards.

use crate::run::{note, output, say};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Postgres {
    dir: PathBuf,
    bin: PathBuf,
}

/// The newest installed server's programs.
pub fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|e| Some(e.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists() && bin.join("pg_ctl").exists())
        .collect();
    found.sort();
    found.pop()
}

impl Postgres {
    pub fn start() -> Result<Postgres> {
        let bin = binaries().context("the PostgreSQL server is not installed")?;
        let dir = std::env::temp_dir().join(format!("qingniao-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        let postgres = Postgres { dir, bin };
        if is_root() {
            postgres.quiet("chown", &["postgres".into(), postgres.dir.display().to_string()], false)?;
        }
        let data = postgres.data();
        postgres.tool("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"])?;
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=200 -c shared_buffers=128MB",
            postgres.dir.display()
        );
        let log = postgres.dir.join("log").display().to_string();
        postgres.tool("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &settings, "start"])?;
        note(format!("PostgreSQL runs in {}", postgres.dir.display()));
        Ok(postgres)
    }

    /// A database that tests may create further databases from.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.dir.display())
    }

    fn data(&self) -> String {
        self.dir.join("data").display().to_string()
    }

    /// PostgreSQL refuses to run as root, so root hands over to its user.
    fn tool(&self, name: &str, args: &[&str]) -> Result<()> {
        let path = self.bin.join(name).display().to_string();
        let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        self.quiet(&path, &args, is_root())
    }

    fn quiet(&self, name: &str, args: &[String], as_postgres: bool) -> Result<()> {
        let mut command = if as_postgres { Command::new("runuser") } else { Command::new(name) };
        if as_postgres {
            command.args(["-u", "postgres", "--", name]);
        }
        let status = command.args(args).current_dir(&self.dir).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        if !status.success() {
            bail!("{name} failed ({status}); see {}", Path::new(&self.dir).join("log").display());
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        if let Err(error) = self.tool("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]) {
            say(format!("PostgreSQL could not be stopped: {error:#}"));
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}
