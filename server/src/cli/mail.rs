//! `qingniao mail`: raw mails in files, without a server, and kept mails that are to be read once more.

use super::{Failure, Output, answer, block_on, database};
use crate::config::Config;
use anyhow::{Context, anyhow};
use qn_base::{Clock, SystemClock};
use qn_mail::thread::{self, Entry};
use qn_mail::{Mail, OwnMail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao mail thread --dir ~/Maildir/cur --output json")]
pub enum Command {
    /// Print the threads of a folder of raw mails (one a file, folders inside included)
    Thread {
        /// Folder with the mails; every file in it is read as one
        #[arg(long)]
        dir: PathBuf,
    },
    /// Read kept mails once more: one, or all that were given up; a running server takes them within a second
    #[command(after_help = "Examples:\n  qingniao mail replay --output json\n  qingniao mail replay --id mai_01jd\n\n\
        A mail that became a message before does not become a second one: it is the same message.")]
    Replay {
        /// Only this mail, whatever became of it
        #[arg(long)]
        id: Option<String>,
        /// Company, where there are several
        #[arg(long)]
        tenant: Option<String>,
    },
}

impl Command {
    /// Needs neither configuration nor database.
    pub fn is_of_files(&self) -> bool {
        matches!(self, Command::Thread { .. })
    }
}

pub fn run(config: &Config, command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Thread { dir } => {
            let mails = read(dir)?;
            let entries: Vec<Entry> = mails.iter().map(|mail| mail.entry.clone()).collect();
            let threads = thread::partition(&entries);
            let json = json!({"threads": threads.iter().map(|thread| shown(thread, &mails)).collect::<Vec<Value>>()});
            answer(output, &json, || text(&threads, &mails));
            Ok(())
        }
        Command::Replay { id, tenant } => block_on(replay(config, id.as_deref(), tenant.as_deref(), output)),
    }
}

async fn replay(config: &Config, id: Option<&str>, tenant: Option<&str>, output: Output) -> Result<(), Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, tenant).await?;
    let replayed = qn_store::mail::replay(&db, &tenant.id, id, SystemClock.now()).await.context("the mails cannot be marked")?;
    db.close().await;
    if let Some(id) = id.filter(|_| replayed == 0) {
        return Err(anyhow!("there is no mail {id} that was read before").into());
    }
    answer(output, &json!({"replayed": replayed}), || format!("{replayed} mails wait to be read again"));
    Ok(())
}

struct Read {
    /// From the folder on.
    file: String,
    entry: Entry,
}

/// All mails under the folder, by name; what is read of each is kept, not the mail.
fn read(dir: &Path) -> anyhow::Result<Vec<Read>> {
    let mut paths = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            // A link may lead back to where it stands.
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => paths.push(entry.path()),
                _ => {}
            }
        }
    }
    paths.sort();
    let read = paths.iter().map(|path| {
        let raw = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let file = path.strip_prefix(dir).unwrap_or(path).display().to_string();
        Ok(Read { file, entry: Entry::of(&Mail::read(&raw, &OwnMail::default()), 0) })
    });
    read.collect()
}

fn shown(thread: &[usize], mails: &[Read]) -> Value {
    let messages = thread.iter().map(|at| json!({"file": mails[*at].file, "message_id": mails[*at].entry.message_id}));
    json!({"messages": messages.collect::<Vec<Value>>()})
}

fn text(threads: &[Vec<usize>], mails: &[Read]) -> String {
    let mut lines = vec![format!("{} mails in {} threads", mails.len(), threads.len())];
    for thread in threads {
        let subject = &mails[thread[0]].entry.subject;
        lines.push(format!("\n{} ({})", if subject.is_empty() { "-" } else { subject }, thread.len()));
        lines.extend(thread.iter().map(|at| format!("  {}", mails[*at].file)));
    }
    lines.join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_mails_in_threads() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("b")).unwrap();
        for (file, mail) in [
            ("1", "Message-ID: <a@x>\nSubject: order\n\nhi"),
            ("b/2", "Message-ID: <b@x>\nReferences: <a@x>\n\nhi"),
            ("3", "Subject: order\n\nno id"),
            ("4", "\u{1F}\0 not a mail"),
        ] {
            std::fs::write(dir.path().join(file), mail).unwrap();
        }
        let mails = read(dir.path()).unwrap();
        let entries: Vec<Entry> = mails.iter().map(|mail| mail.entry.clone()).collect();
        let threads = thread::partition(&entries);
        assert_eq!(threads.len(), 3);
        assert_eq!(
            shown(&threads[0], &mails),
            json!({"messages": [{"file": "1", "message_id": "a@x"}, {"file": "b/2", "message_id": "b@x"}]})
        );
        assert!(text(&threads, &mails).starts_with("4 mails in 3 threads"));
        assert!(read(&dir.path().join("none")).is_err());
    }
}
