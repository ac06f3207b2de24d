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
}

const MEMORY_BYTES_MAX: u64 = 1 << 30;
const SECONDS_MAX: u64 = 40;
/// Standard streams, and a few that the runtime opens.
const FILES_MAX: u64 = 16;

pub fn run(args: &Args) -> Result<(), Failure> {
    confine();
    let mut bytes = Vec::new();
    let limit = qn_document::BYTES_MAX as u64 + 1;
    std::io::stdin().take(limit).read_to_end(&mut bytes).context("the document did not arrive")?;
    let told = match qn_document::read(&args.name, bytes) {
        Ok(document) => Told::Sections(sections(document)),
        Err(error) => Told::Unread { code: error.code().to_owned(), zh: error.chinese(), en: error.to_string() },
    };
    say(serde_json::to_string(&told).context("the document cannot be told")?);
    Ok(())
}

/// Gives up what a reader of one document does not need. Beyond the limits the process ends, and the server tells why.
fn confine() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limits = [
            (Resource::As, MEMORY_BYTES_MAX),
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
