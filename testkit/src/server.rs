//! The real server as a child process: started on a fresh database, killed, stopped, started again on the same data and port.
//! What it prints is kept, so that a failing test can show it.

use crate::storage::Storage;
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOP_WITHIN: Duration = Duration::from_secs(40);
/// Short enough not to be noticed, long enough not to burn a core.
const POLL: Duration = Duration::from_millis(5);
/// Lines of output that are kept.
const OUTPUT_LINES_MAX: usize = 5_000;
/// Below the range from which systems give ports to callers: a client that retries while the server is down could otherwise
/// be given the server's own port and connect to itself.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Which server to start, and on what.
#[derive(Debug, Clone)]
pub struct Plan {
    pub binary: PathBuf,
    /// What it is told to do: `serve`, unless it is to be another of the program's servers.
    pub command: Vec<String>,
    pub demo: bool,
    /// Added to `QN__…` settings that tests always need.
    pub variables: Vec<(String, String)>,
}

impl Plan {
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self { binary: binary.into(), command: vec!["serve".to_owned()], demo: false, variables: Vec::new() }
    }

    #[must_use]
    pub fn command(mut self, words: &[&str]) -> Self {
        self.command = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }
}

pub struct Server {
    plan: Plan,
    pub storage: Storage,
    /// `127.0.0.1:port`, the same after every restart.
    pub address: String,
    child: Option<Child>,
    output: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts and waits until it is ready.
    pub async fn start(plan: Plan, storage: Storage) -> Result<Server> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut server = Server { plan, storage, address, child: None, output: Arc::default() };
        server.launch().await?;
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it again after `kill` or `stop`; answers with the time until it was ready.
    pub async fn launch(&mut self) -> Result<Duration> {
        let mut command = Command::new(&self.plan.binary);
        command.args(&self.plan.command).args(["--listen", &self.address]).arg("--data-dir").arg(self.storage.data_dir());
        if let Some(url) = self.storage.database_url() {
            command.args(["--database-url", url]);
        }
        if self.plan.demo {
            command.arg("--demo");
        }
        command.env("QN__SERVER__RATE_LIMITS", "false").env("QN__LOG__FILTER", "warn").env("QN__EGRESS__ALLOW_PRIVATE", "127.0.0.1");
        command.envs(self.plan.variables.iter().cloned());
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started", self.plan.binary.display()))?;
        if let Some(out) = child.stdout.take() {
            keep(out, self.output.clone());
        }
        if let Some(err) = child.stderr.take() {
            keep(err, self.output.clone());
        }
        self.child = Some(child);
        self.wait_ready(started).await?;
        Ok(started.elapsed())
    }

    async fn wait_ready(&mut self, started: Instant) -> Result<()> {
        while started.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.as_mut().context("not started")?.try_wait()? {
                bail!("the server ended early ({status}):\n{}", self.output());
            }
            if is_ready(&self.address).await {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the server was not ready within {} s:\n{}", READY_WITHIN.as_secs(), self.output())
    }

    /// `kill -9`: no word to anybody.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// SIGTERM, then waits for the orderly end.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        let mut child = self.child.take().context("not started")?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("no process id")?;
        kill_process(pid, Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP_WITHIN {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(POLL).await;
        }
        child.kill()?;
        child.wait()?;
        bail!("the server did not stop within {} s:\n{}", STOP_WITHIN.as_secs(), self.output())
    }

    /// What it printed so far, in all its lives.
    pub fn output(&self) -> String {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Ends everything and takes the database away.
    pub async fn finish(mut self) -> Result<()> {
        self.kill()?;
        std::mem::take(&mut self.storage).remove().await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Reads a pipe to its end, so that the server never waits for a reader.
fn keep(pipe: impl Read + Send + 'static, output: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(std::result::Result::ok) {
            let mut kept = output.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() < OUTPUT_LINES_MAX {
                kept.push(line);
            }
        }
    });
}

async fn is_ready(address: &str) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.ok()?;
        let mut head = [0u8; 12];
        stream.read_exact(&mut head).await.ok()?;
        Some(&head == b"HTTP/1.1 200")
    };
    tokio::time::timeout(Duration::from_secs(2), ask).await.ok().flatten().unwrap_or(false)
}

fn free_port() -> Result<u16> {
    let width = PORTS.end - PORTS.start;
    for _ in 0..200 {
        let mut random = [0u8; 2];
        qn_base::ids::fill_random(&mut random);
        let port = PORTS.start + u16::from_le_bytes(random) % width;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port on loopback")
}
