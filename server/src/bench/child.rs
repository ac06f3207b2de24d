//! The server under measurement: this same binary as a child process with a temporary data folder.

use super::http::Connection;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// A temporary data folder; gone when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn make() -> Result<Folder> {
        let dir = std::env::temp_dir().join(format!("qingniao-bench-{}", qn_base::ids::secret(8)));
        std::fs::create_dir_all(&dir)?;
        Ok(Folder(dir))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct Server {
    child: Child,
    pub address: String,
    /// A folder of its own, removed after the child has ended.
    folder: Option<Folder>,
}

impl Server {
    /// Starts a server on a new folder that ends with it.
    pub async fn start(args: &[&str], database_url: Option<&str>) -> Result<Server> {
        let folder = Folder::make()?;
        let mut server = Self::start_in(&folder, args, database_url).await?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Starts `qingniao <args…> --listen <free port> --data-dir <folder>` and waits until it is ready.
    pub async fn start_in(folder: &Folder, args: &[&str], database_url: Option<&str>) -> Result<Server> {
        Self::start_with(folder, args, database_url, &[]).await
    }

    /// The same with settings of its own, as `QN__SECTION__KEY`.
    pub async fn start_with(folder: &Folder, args: &[&str], database_url: Option<&str>, settings: &[(&str, String)]) -> Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe().context("where is this program?")?);
        command.args(args).args(["--listen", &address]).arg("--data-dir").arg(folder.path());
        if let Some(url) = database_url {
            command.args(["--database-url", url]);
        }
        command.env("QN__SERVER__RATE_LIMITS", "false").env("QN__LOG__FILTER", "warn");
        command.envs(settings.iter().map(|(name, value)| (*name, value)));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("the child server cannot be started")?;
        let mut server = Server { child, address, folder: None };
        server.wait_ready().await?;
        Ok(server)
    }

    async fn wait_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                bail!("the child server ended early ({status})");
            }
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection.get("/readyz", None).await.is_ok_and(|a| a.status == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the child server was not ready within {} s", READY_WITHIN.as_secs())
    }

    /// Asks the server to end, as an operator would, and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).context("the child server cannot be told to stop")?;
        self.child.wait().context("the child server did not end")?;
        Ok(())
    }

    /// Bytes of memory the child holds now.
    pub fn resident_bytes(&self) -> Result<u64> {
        super::memory::resident_bytes(&self.child.id().to_string())
    }

    /// Seconds of processor time the child has used so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).context("processor time can only be read on Linux")?;
        let after = stat.rsplit_once(") ").map(|(_, rest)| rest).context("unreadable stat")?;
        let fields: Vec<&str> = after.split(' ').collect();
        let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
        Ok((ticks(11) + ticks(12)) / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.folder = None;
    }
}

fn free_address() -> Result<String> {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").context("no free port on loopback")?;
    Ok(probe.local_addr()?.to_string())
}
