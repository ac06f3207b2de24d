//! A private MariaDB for the length of a test run, for connectors to databases: own folder, loopback only, gone afterwards.

use crate::run::{note, output, say};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Of `desk`, who may do everything in the database `shop`.
const PASSWORD: &str = "pass-of-tests";
const START_S_MAX: u64 = 60;

pub struct MariaDb {
    dir: PathBuf,
    port: u16,
    child: Child,
}

pub fn server() -> Option<&'static str> {
    ["/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"].into_iter().find(|path| Path::new(path).exists())
}

impl MariaDb {
    pub fn start() -> Result<MariaDb> {
        let server = server().context("the MariaDB server is not installed")?;
        let dir = std::env::temp_dir().join(format!("qingniao-mariadb-{}", std::process::id()));
        fs::create_dir_all(&dir)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let shown = |name: &str| dir.join(name).display().to_string();
        certificate(&shown("key.pem"), &shown("cert.pem"))?;
        fs::write(
            dir.join("first.sql"),
            format!(
                "CREATE DATABASE shop CHARACTER SET utf8mb4;\nCREATE USER 'desk'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON shop.* TO 'desk'@'%';\n"
            ),
        )?;
        let user = if is_root() { "mysql" } else { "" };
        if is_root() {
            quiet("chown", &["-R", user, &shown("")])?;
        }
        // the first argument counts only as the first
        let mut args = vec!["--no-defaults".to_owned(), format!("--datadir={}", shown("data"))];
        if is_root() {
            args.push(format!("--user={user}"));
        }
        let install: Vec<&str> =
            args.iter().map(String::as_str).chain(["--auth-root-authentication-method=normal", "--skip-test-db"]).collect();
        quiet("mariadb-install-db", &install)?;
        args.extend([
            format!("--socket={}", shown("socket")),
            format!("--pid-file={}", shown("pid")),
            format!("--log-error={}", shown("log")),
            format!("--port={port}"),
            "--bind-address=127.0.0.1".to_owned(),
            format!("--ssl-cert={}", shown("cert.pem")),
            format!("--ssl-key={}", shown("key.pem")),
            format!("--init-file={}", shown("first.sql")),
        ]);
        let silent = || Stdio::null();
        let child = Command::new(server).args(&args).current_dir("/").stdin(silent()).stdout(silent()).stderr(silent()).spawn()?;
        let mut started = MariaDb { dir, port, child };
        started.wait()?;
        note(format!("MariaDB runs in {}", started.dir.display()));
        Ok(started)
    }

    /// What tests read from `QN_TEST_MYSQL`: one line of `name=value` words.
    pub fn told(&self) -> String {
        format!("port={} user=desk password={PASSWORD} database=shop root={}", self.port, self.dir.join("cert.pem").display())
    }

    /// It listens once it is ready.
    fn wait(&mut self) -> Result<()> {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("MariaDB ended ({status}); see {}", self.dir.join("log").display());
            }
            if began.elapsed() > Duration::from_secs(START_S_MAX) {
                bail!("MariaDB does not listen; see {}", self.dir.join("log").display());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            say(format!("MariaDB could not be stopped: {error}"));
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// For people at work on connectors.
pub fn hold() -> Result<()> {
    let server = MariaDb::start()?;
    say(format!("QN_TEST_MYSQL='{}'", server.told()));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

fn certificate(key: &str, cert: &str) -> Result<()> {
    let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -addext basicConstraints=critical,CA:FALSE";
    let args: Vec<&str> = args.split_whitespace().chain(["-keyout", key, "-out", cert]).collect();
    quiet("openssl", &args)
}

fn quiet(name: &str, args: &[&str]) -> Result<()> {
    let silent = || Stdio::null();
    let status = Command::new(name).args(args).current_dir("/").stdin(silent()).stdout(silent()).stderr(silent()).status();
    let status = status.with_context(|| format!("{name} cannot be started"))?;
    if !status.success() {
        bail!("failed: {name} {} ({status})", args.join(" "));
    }
    Ok(())
}

fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}
