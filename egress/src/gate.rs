//! A forward proxy on loopback for one browser. A browser fetches whatever pages name, follows redirects and asks its own DNS; behind
//! the gate it reaches named hosts only, at addresses the policy permits, resolved here in the same breath as they are connected to.

use crate::resolver::Lookup;
use crate::{Egress, Policy, SystemLookup};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

const HEAD_BYTES_MAX: usize = 32 * 1024;
const CONNECTIONS_MAX: usize = 64;
const CONNECT_MS: u64 = 10_000;
/// A connection that does nothing useful for so long is ended with its browser anyway; this is for forgotten ones.
const LIFE_MS: u64 = 10 * 60_000;

/// Open until dropped.
pub struct Gate {
    address: SocketAddr,
    rules: Arc<Rules>,
    task: JoinHandle<()>,
}

struct Rules {
    policy: Arc<Policy>,
    permits: Box<dyn Fn(&Url) -> bool + Send + Sync>,
    refused: AtomicU64,
}

impl Egress {
    /// `permits` is asked for every host a browser wants, as `http://host:port/` or `https://host:port/`.
    pub async fn gate(&self, permits: impl Fn(&Url) -> bool + Send + Sync + 'static) -> io::Result<Gate> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let rules = Arc::new(Rules { policy: Arc::new(self.policy().clone()), permits: Box::new(permits), refused: AtomicU64::new(0) });
        let task = tokio::spawn(serve(listener, Arc::clone(&rules)));
        Ok(Gate { address, rules, task })
    }
}

impl Gate {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often something was wanted that is not permitted.
    pub fn refused(&self) -> u64 {
        self.rules.refused.load(Ordering::Relaxed)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, rules: Arc<Rules>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Ok((socket, _)) = listener.accept().await {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let rules = Arc::clone(&rules);
        tokio::spawn(async move {
            let _ = timeout(Duration::from_millis(LIFE_MS), pass(socket, &rules)).await;
            drop(place);
        });
    }
}

async fn pass(mut browser: TcpStream, rules: &Rules) -> io::Result<()> {
    let Some((head, rest)) = read_head(&mut browser).await? else { return Ok(()) };
    let Some(wanted) = Wanted::read(&head) else { return refuse(&mut browser, "400 Bad Request").await };
    if !(rules.permits)(&wanted.url) {
        rules.refused.fetch_add(1, Ordering::Relaxed);
        return refuse(&mut browser, "403 Forbidden").await;
    }
    let connecting = timeout(Duration::from_millis(CONNECT_MS), connect(&wanted.url, &rules.policy)).await;
    let mut site = match connecting {
        Ok(Ok(Some(site))) => site,
        Ok(Ok(None)) => {
            rules.refused.fetch_add(1, Ordering::Relaxed);
            return refuse(&mut browser, "403 Forbidden").await;
        }
        _ => return refuse(&mut browser, "502 Bad Gateway").await,
    };
    match wanted.forward {
        None => browser.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
        Some(head) => {
            site.write_all(head.as_bytes()).await?;
            site.write_all(&rest).await?;
        }
    }
    copy_bidirectional(&mut browser, &mut site).await.map(|_| ())
}

async fn read_head(browser: &mut TcpStream) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok(String::from_utf8(bytes).ok().map(|head| (head, rest)));
        }
        if bytes.len() > HEAD_BYTES_MAX || browser.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// Where a request leads, and for plain HTTP the head as the site gets it.
struct Wanted {
    url: Url,
    forward: Option<String>,
}

impl Wanted {
    fn read(head: &str) -> Option<Self> {
        let (line, headers) = head.split_once("\r\n")?;
        let mut words = line.split(' ');
        let (method, target, "HTTP/1.1", None) = (words.next()?, words.next()?, words.next()?, words.next()) else { return None };
        if method == "CONNECT" {
            let url = crate::check_url(&format!("https://{target}/")).ok()?;
            return Some(Self { url, forward: None });
        }
        let url = crate::check_url(target).ok().filter(|url| url.scheme() == "http")?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut forward = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        for header in headers.lines().filter(|line| !line.is_empty()) {
            let name = header.split(':').next().unwrap_or_default();
            if !name.eq_ignore_ascii_case("connection") && !name.to_ascii_lowercase().starts_with("proxy-") {
                forward.push_str(header);
                forward.push_str("\r\n");
            }
        }
        forward.push_str("\r\n");
        Some(Self { url, forward: Some(forward) })
    }
}

/// None: every address of the name is one the policy refuses.
async fn connect(url: &Url, policy: &Policy) -> io::Result<Option<TcpStream>> {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    for ip in SystemLookup.lookup(host.to_owned()).await? {
        // an operator may have allowed one address with its port
        let allowed = match host.parse::<IpAddr>() {
            Ok(_) => policy.check_socket(crate::target::host_of(url), SocketAddr::new(ip, port)),
            Err(_) => policy.check(crate::target::host_of(url), ip),
        };
        if allowed.is_ok() {
            return TcpStream::connect((ip, port)).await.map(Some);
        }
    }
    Ok(None)
}

async fn refuse(browser: &mut TcpStream, status: &str) -> io::Result<()> {
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    browser.write_all(answer.as_bytes()).await
}
