//! `qingniao read-document`: one document from standard input to one JSON line on standard output. Not for people: the server starts it for
//! every document it reads (`crate::documents`), in a process that may use little and touch nothing.

use super::{Failure, say};
use crate::documents::{Told, sections};
use anyhow::Context;
use std::io::Read;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file's own name, with its extension
    #[arg(long)]
    name: String,
    /// Its cells instead of its sections
    #[arg(long)]
    table: bool,
}

/// Beside what the process has mapped before it reads anything.
const MEMORY_BYTES_MAX: u64 = 1 << 30;
const SECONDS_MAX: u64 = 40;
/// What `statm` counts in; on machines with larger pages the limit is only tighter.
#[cfg(unix)]
const PAGE_BYTES: u64 = 4_096;
/// Standard streams, and a few that the runtime opens.
const FILES_MAX: u64 = 16;

pub fn run(args: &Args) -> Result<(), Failure> {
    confine();
    let mut bytes = Vec::new();
    let limit = qn_document::BYTES_MAX as u64 + 1;
    std::io::stdin().take(limit).read_to_end(&mut bytes).context("the document did not arrive")?;
    let read = match args.table {
        true => qn_document::read_rows(&args.name, bytes).map(Told::Rows),
        false => qn_document::read(&args.name, bytes).map(|document| Told::Sections(sections(document))),
    };
    let told = match read {
        Ok(told) => told,
        Err(error) => Told::Unread { code: error.code().to_owned(), zh: error.chinese(), en: error.to_string() },
    };
    say(serde_json::to_string(&told).context("the document cannot be told")?);
    Ok(())
}

/// What is mapped by now: the program itself, and what its allocator keeps in reserve. 0 where nobody tells.
#[cfg(unix)]
fn mapped_bytes() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = told.split(' ').next().and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * PAGE_BYTES
}

/// Gives up what a reader of one document does not need. Beyond the limits the process ends, and the server tells why.
fn confine() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limits = [
            (Resource::As, mapped_bytes() + MEMORY_BYTES_MAX),
            (Resource::Cpu, SECONDS_MAX),
            (Resource::Fsize, 0),
            (Resource::Nofile, FILES_MAX),
            (Resource::Core, 0),
        ];
        for (resource, most) in limits {
            let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
        }
    }
}
