//! How much memory a process has in use, as Linux counts it.

use anyhow::{Context, Result};

/// Of the process with this number, or `self`.
pub fn resident_bytes(process: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("memory can only be read on Linux")?;
    let kib =
        status.lines().find_map(|l| l.strip_prefix("VmRSS:")).and_then(|v| v.split_whitespace().next()).and_then(|n| n.parse::<u64>().ok());
    Ok(kib.context("no VmRSS")? * 1024)
}
