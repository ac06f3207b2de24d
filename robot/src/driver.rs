//! The driver process and its session. Both end with the value: the whole process group is killed, the profile is deleted.

use qn_connector::{Failure, Kind};
use qn_egress::{Egress, Method, Policy, Request};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;

const PROGRAMS: [&str; 3] = ["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver", "/usr/local/bin/chromedriver"];
const START_MS: u64 = 20_000;
/// Another process may take a port before the driver does.
const PORTS_TRIED: usize = 5;
/// A screenshot is the largest answer.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long elements are waited for, by the driver itself.
pub(crate) const ELEMENT_MS: u64 = 5_000;

pub struct Driver {
    child: Child,
    base: String,
    session: String,
    egress: Egress,
    folder: TempDir,
}

impl Driver {
    /// Where the program is, if it is installed.
    pub fn program() -> Option<&'static Path> {
        PROGRAMS.iter().map(Path::new).find(|path| path.exists())
    }

    pub(crate) async fn start(program: &Path, gate: SocketAddr) -> Result<Self, Failure> {
        Self::start_on(free_ports().take(PORTS_TRIED), program, gate).await
    }

    /// On the first of the ports that the driver can have.
    async fn start_on(ports: impl Iterator<Item = u16>, program: &Path, gate: SocketAddr) -> Result<Self, Failure> {
        for port in ports {
            let mut driver = Self::spawn(program, port)?;
            if driver.listens().await {
                let made = driver.send(Method::POST, "/session", driver.wishes(gate), START_MS).await?;
                let session = made["sessionId"].as_str().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
                driver.session = session.ok_or_else(|| no_browser("no session"))?.to_owned();
                return Ok(driver);
            }
        }
        Err(no_browser("the driver does not start"))
    }

    fn spawn(program: &Path, port: u16) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| no_browser(&error.to_string()))?;
        let mut command = Command::new(program);
        command.arg(format!("--port={port}")).env_clear().env("PATH", "/usr/bin:/bin");
        command.env("HOME", folder.path()).env("TMPDIR", folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap_or_default())?;
        let child = command.spawn().map_err(|error| no_browser(&error.to_string()))?;
        // from here on dropping it kills the process
        Ok(Self { child, base: format!("http://127.0.0.1:{port}"), session: String::new(), egress, folder })
    }

    /// Whether it got its port: it ends where it did not.
    async fn listens(&mut self) -> bool {
        let out = self.child.stdout.take();
        let told = tokio::task::spawn_blocking(move || out.is_some_and(|out| says_so(BufReader::new(out))));
        matches!(timeout(Duration::from_millis(START_MS), told).await, Ok(Ok(true)))
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    fn wishes(&self, gate: SocketAddr) -> Value {
        let profile = self.folder.path().join("profile");
        let mut args = vec![
            "--headless=new".to_owned(),
            format!("--user-data-dir={}", profile.display()),
            format!("--proxy-server=http://{gate}"),
            // loopback goes through the gate like everything else
            "--proxy-bypass-list=<-loopback>".to_owned(),
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1".to_owned(),
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-extensions".to_owned(),
            "--no-first-run".to_owned(),
            "--window-size=1280,900".to_owned(),
        ];
        if rustix::process::geteuid().is_root() {
            // the browser refuses to run its sandbox as root
            args.push("--no-sandbox".to_owned());
        }
        let prefs = json!({"download.default_directory": self.downloads(), "download.prompt_for_download": false,
            "credentials_enable_service": false, "profile.password_manager_enabled": false});
        json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "timeouts": {"implicit": ELEMENT_MS, "pageLoad": 30_000, "script": 5_000},
            "unhandledPromptBehavior": "dismiss", "goog:chromeOptions": {"args": args, "prefs": prefs}}}})
    }

    /// A command of the session.
    pub(crate) async fn command(&self, method: Method, path: &str, body: Value) -> Result<Value, Failure> {
        self.send(method, &format!("/session/{}{path}", self.session), body, 40_000).await
    }

    async fn send(&self, method: Method, path: &str, body: Value, timeout_ms: u64) -> Result<Value, Failure> {
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(&body).unwrap_or_default() };
        let mut request = Request::post(format!("{}{path}", self.base), body).header("content-type", "application/json");
        request.method = method;
        request.timeout_ms = timeout_ms;
        request.response_bytes_max = ANSWER_BYTES_MAX;
        let answer = self.egress.send(request).await?;
        let mut body: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| Failure::invalid("the driver answered no JSON").zh("浏览器驱动的返回无法识别"))?;
        let value = body["value"].take();
        if answer.is_success() { Ok(value) } else { Err(fault(&value)) }
    }
}

/// The driver's own words, first line only: the rest is its stack.
fn fault(value: &Value) -> Failure {
    let word = value["error"].as_str().unwrap_or("unknown error");
    let message = value["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
    let kind = match word {
        "timeout" | "script timeout" => Kind::Timeout,
        "no such element" | "element not interactable" | "element click intercepted" | "stale element reference" => Kind::Refused,
        "invalid selector" | "invalid argument" => Kind::Invalid,
        _ => Kind::Unavailable,
    };
    let said: String = message.chars().take(200).collect();
    let zh = match word {
        "no such element" => "页面上没有这个元素",
        "element not interactable" | "element click intercepted" => "这个元素现在不能操作",
        "invalid selector" => "选择器写法不对",
        "timeout" | "script timeout" => "没有在时限内完成",
        _ => word,
    };
    Failure::new(kind, format!("{word}: {said}")).zh(format!("{zh}：{said}"))
}

fn no_browser(what: &str) -> Failure {
    Failure::new(Kind::Unavailable, format!("no browser: {what}")).zh(format!("浏览器启动不了：{what}"))
}

/// Ports that are free on IPv4. Left to choose, the driver takes one that is free on IPv6 and gives up where the same is taken on IPv4,
/// which on a server with many connections is often.
fn free_ports() -> impl Iterator<Item = u16> {
    std::iter::from_fn(|| Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?.local_addr().ok()?.port()))
}

/// Reads until the line that says that it listens, and keeps the pipe drained after it.
fn says_so(mut out: BufReader<ChildStdout>) -> bool {
    let mut line = String::new();
    while out.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line.contains("started successfully") {
            std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
            return true;
        }
        line.clear();
    }
    false
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_another_took_meanwhile_is_let_go() {
        let program = Driver::program().unwrap();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let gate = taken.local_addr().unwrap();
        let only = [gate.port()].into_iter();
        let refused = Driver::start_on(only, program, gate).await.map(drop).unwrap_err();
        assert_eq!(refused.message, "no browser: the driver does not start");
        let ports = std::iter::once(gate.port()).chain(free_ports());
        let driver = Driver::start_on(ports, program, gate).await.unwrap();
        assert!(!driver.session.is_empty() && !driver.base.ends_with(&format!(":{}", gate.port())));
    }
}
