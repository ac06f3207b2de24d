//! Reads documents in a process of its own: this program, started as `read-document`, with limits on memory, time, files and no environment.
//! A file that makes a parser hang, crash or fill the memory ends that process and nothing else.

use crate::config::Config;
use anyhow::{Context, Result};
use bytes::Bytes;
use qn_domain::{ArticleScope, Unread};
use qn_engine::{DocumentReader, DocumentReading, Library, ReadingRows};
use qn_knowledge::import::{self, Section};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::Semaphore;

const AT_ONCE: usize = 2;
const PATIENCE: Duration = Duration::from_secs(45);
/// What a reader may answer with.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// Our allocator would reserve a GiB at once, on top of what the reader's limit allows.
const ALLOCATOR: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32MiB");

/// What a reader process tells.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    Sections(Vec<Section>),
    Rows(Vec<Vec<String>>),
    Unread { code: String, zh: String, en: String },
}

/// A document's sections as the rest of the house knows them.
pub fn sections(document: qn_document::Document) -> Vec<Section> {
    let section = |s: qn_document::Section| Section {
        path: s.path,
        questions: s.questions,
        category: s.category,
        body: s.body,
        scope: s.scope.map(scope),
    };
    document.sections.into_iter().map(section).collect()
}

fn scope(told: qn_document::Scope) -> ArticleScope {
    let (audience, tiers) = import::audience(&told.audience);
    ArticleScope { audience, tiers, valid_from: told.valid_from, valid_until: told.valid_until, products: told.products }
}

/// How this server reads documents, and where folders of them may lie.
pub fn library(config: &Config) -> Result<Library> {
    let program = match PathBuf::from("/proc/self/exe") {
        // Also right after the file was replaced by a newer version.
        link if link.exists() => link,
        _ => std::env::current_exe().context("this program does not know where it is")?,
    };
    let folder = Some(PathBuf::from(&config.knowledge.folder)).filter(|folder| !folder.as_os_str().is_empty());
    Ok(Library { reader: Arc::new(ChildReader { program, slots: Arc::new(Semaphore::new(AT_ONCE)) }), folder })
}

struct ChildReader {
    program: PathBuf,
    slots: Arc<Semaphore>,
}

impl DocumentReader for ChildReader {
    fn knows(&self, name: &str) -> bool {
        qn_document::is_known(name)
    }

    fn read<'a>(&'a self, name: &'a str, bytes: Bytes) -> DocumentReading<'a> {
        Box::pin(async move {
            match self.told(name, bytes, false).await? {
                Told::Sections(sections) => Ok(sections),
                _ => Err(broke()),
            }
        })
    }

    fn read_rows<'a>(&'a self, name: &'a str, bytes: Bytes) -> ReadingRows<'a> {
        Box::pin(async move {
            match self.told(name, bytes, true).await? {
                Told::Rows(rows) => Ok(rows),
                _ => Err(broke()),
            }
        })
    }
}

impl ChildReader {
    async fn told(&self, name: &str, bytes: Bytes, as_table: bool) -> Result<Told, Unread> {
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| broke())?;
        let (program, name) = (self.program.clone(), qn_base::text::line(name, 300));
        let read = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            read_apart(&program, &name, bytes, as_table)
        });
        read.await.unwrap_or_else(|_| Err(broke()))
    }
}

fn read_apart(program: &std::path::Path, name: &str, bytes: Bytes, as_table: bool) -> Result<Told, Unread> {
    let started = Command::new(program)
        .arg("read-document")
        .arg(format!("--name={name}"))
        .args(as_table.then_some("--table"))
        .env_clear()
        .env(ALLOCATOR.0, ALLOCATOR.1)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map(Apart).map_err(|error| {
        tracing::error!(%error, "the reader of documents cannot be started");
        broke()
    })?;
    let (mut into, from) = (child.0.stdin.take(), child.0.stdout.take());
    // A reader that ended early does not take the rest; that is told by its answer.
    std::thread::spawn(move || into.as_mut().map(|into| into.write_all(&bytes)));
    let (done, answered) = mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = Vec::new();
        if let Some(from) = from {
            let _ = from.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut answer);
        }
        let _ = done.send(answer);
    });
    let answer = answered.recv_timeout(PATIENCE).map_err(|_| slow())?;
    match serde_json::from_slice(&answer) {
        Ok(Told::Unread { code, zh, en }) => Err(Unread { code, zh, en }),
        Ok(told) => Ok(told),
        Err(_) => Err(broke()),
    }
}

/// Ends with whoever started it.
struct Apart(Child);

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn broke() -> Unread {
    Unread {
        code: "too_heavy".into(),
        zh: "读取该文件时出错或占用过多内存，已停止读取".into(),
        en: "reading the file failed or took too much memory, and was stopped".into(),
    }
}

fn slow() -> Unread {
    let s = PATIENCE.as_secs();
    Unread {
        code: "too_slow".into(),
        zh: format!("读取超过 {s} 秒，已放弃"),
        en: format!("reading took longer than {s} s and was given up"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_says_nothing_or_never_ends_is_a_file_that_was_not_read() {
        for program in ["/bin/false", "/bin/echo", "/nowhere/at/all"] {
            let read = read_apart(program.as_ref(), "a.md", Bytes::from_static(b"# a"), false);
            assert_eq!(read.unwrap_err().code, "too_heavy", "{program}");
        }
    }
}
