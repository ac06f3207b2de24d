//! What the machine must give: a folder that can be written, room on its disk, descriptors, a free port.

use super::{Finding, ok, problem, warning};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const MIB: u64 = 1024 * 1024;
const FREE_BYTES_MIN: u64 = 100 * MIB;
const FREE_BYTES_WISE: u64 = 1024 * MIB;
/// Each visitor and each person holds one descriptor.
const DESCRIPTORS_WISE: u64 = 4_096;

pub fn folder(dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    if dir.exists() {
        findings.push(match crate::storage::prepare(dir) {
            Ok(()) => ok("data folder", format!("{} can be written", dir.display())),
            Err(error) => problem(
                "data folder",
                format!("{error:#}"),
                "choose another folder with --data-dir, or give this user the right to write there",
            ),
        });
    } else {
        findings.push(ok("data folder", format!("{} does not exist yet; the first start makes it", dir.display())));
    }
    findings.push(space(&nearest_existing(dir)));
    findings
}

/// The disk a folder that is still to be made will lie on.
fn nearest_existing(dir: &Path) -> PathBuf {
    let here = PathBuf::from(".");
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| here.clone());
    absolute.ancestors().find(|a| a.exists()).map_or(here, Path::to_path_buf)
}

fn space(dir: &Path) -> Finding {
    let free = match rustix::fs::statvfs(dir) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return warning("disk", format!("free space is unknown: {error}"), "check it yourself, for example with df"),
    };
    let says = format!("{} MiB free on the disk of {}", free / MIB, dir.display());
    match free {
        _ if free < FREE_BYTES_MIN => problem("disk", says, "make room, or move the data folder to another disk"),
        _ if free < FREE_BYTES_WISE => warning("disk", says, "make room before it runs out: with a full disk no message can be accepted"),
        _ => ok("disk", says),
    }
}

pub fn descriptors() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let most = limit.maximum.map_or("unlimited".to_owned(), |n| n.to_string());
    match limit.current {
        Some(n) if n < DESCRIPTORS_WISE => warning(
            "descriptors",
            format!("this process may open {n} files and connections (at most {most})"),
            "raise it for more visitors at once: `ulimit -n 65536`, or LimitNOFILE=65536 in the systemd unit",
        ),
        Some(n) => ok("descriptors", format!("{n} files and connections may be open")),
        None => ok("descriptors", "no limit on open files and connections"),
    }
}

pub async fn port(listen: &str) -> Finding {
    let error = match TcpListener::bind(listen).await {
        Ok(_) => return ok("port", format!("{listen} is free")),
        Err(error) => error,
    };
    if error.kind() != std::io::ErrorKind::AddrInUse {
        return problem(
            "port",
            format!("cannot listen on {listen}: {error}"),
            "set server.listen to an address of this machine and a port this user may use",
        );
    }
    match tokio::time::timeout(Duration::from_secs(3), is_ours(listen)).await {
        Ok(Ok(true)) => ok("port", format!("a Qingniao server answers on {listen}")),
        _ => problem("port", format!("another program uses {listen}"), "stop it, or choose another port with --listen or server.listen"),
    }
}

/// Whoever listens there answers `/healthz` as we do.
async fn is_ours(listen: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(listen.replace("0.0.0.0", "127.0.0.1")).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut head = Vec::new();
    stream.take(4_096).read_to_end(&mut head).await?;
    let head = String::from_utf8_lossy(&head).to_lowercase();
    Ok(head.starts_with("http/1.1 200") && head.contains("x-request-id"))
}
