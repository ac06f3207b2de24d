//! Measures the crate on public corpora that are not part of this repository: notmuch's, imaptest's and talon's, in one folder each
//! (`notmuch`, `imap_thread`, `reply_extraction`). `cargo run -p qn-mail --example corpora -- --data FOLDER`; it fails where a bar is missed.

use mail_parser::mailbox::mbox::MessageIterator;
use qn_mail::thread::{self, Entry};
use qn_mail::{Mail, OwnMail, fold, of_html, split_signature};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let Some(data) = args.iter().position(|a| a == "--data").and_then(|at| args.get(at + 1)) else {
        say("usage: corpora --data FOLDER");
        return ExitCode::from(2);
    };
    match run(Path::new(data)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(missed) => {
            say(format!("{missed} missed"));
            ExitCode::FAILURE
        }
        Err(error) => {
            say(format!("corpora: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn run(data: &Path) -> Result<usize> {
    let missed = [
        notmuch_partition(&data.join("notmuch"))?,
        all_shown(&data.join("notmuch"))?,
        imap_thread(&data.join("imap_thread"))?,
        standard_replies(&data.join("reply_extraction/standard_replies"))?,
        html_replies(&data.join("reply_extraction/html_replies"))?,
        shared_block(&data.join("reply_extraction/reply-quotations-share-block.eml"))?,
        signatures(&data.join("reply_extraction/signature/emails/stripped"))?,
    ];
    Ok(missed.into_iter().sum())
}

fn read(raw: &[u8]) -> Mail {
    Mail::read(raw, &OwnMail::default())
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

/// How many are missed. Fewer than `least` cases mean that the folder is not the corpus.
fn report(what: &str, (total, least): (usize, usize), wrong: &[String]) -> usize {
    say(format!("{what}: {}/{total}", total - wrong.len().min(total)));
    wrong.iter().for_each(|line| say(format!("  {line}")));
    if total < least {
        say(format!("  only {total} cases where there are {least}"));
    }
    wrong.len() + least.saturating_sub(total)
}

/// The gold file is a table of file, Message-ID and thread.
fn notmuch_partition(dir: &Path) -> Result<usize> {
    let root = dir.join("default");
    let paths = files(&root)?;
    let entries = paths.iter().map(|path| Ok(Entry::of(&read(&fs::read(path)?), 0))).collect::<Result<Vec<Entry>>>()?;
    let name = |at: &usize| paths[*at].strip_prefix(&root).unwrap_or(&paths[*at]).display().to_string();
    let ours: BTreeSet<BTreeSet<String>> = thread::partition(&entries).iter().map(|mails| mails.iter().map(name).collect()).collect();
    let gold_text = fs::read_to_string(dir.join("default_threads.tsv"))?;
    let mut gold: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in gold_text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        gold.entry(fields[2]).or_default().insert(fields[0].to_owned());
    }
    let wrong: Vec<String> = gold.values().filter(|thread| !ours.contains(*thread)).map(|thread| format!("{thread:?}")).collect();
    let extra = ours.len().abs_diff(gold.len());
    say(format!("notmuch: {} mails, {} threads, gold {}", paths.len(), ours.len(), gold.len()));
    Ok(report("notmuch threads equal to gold", (gold.len(), 24), &wrong) + extra)
}

fn all_shown(dir: &Path) -> Result<usize> {
    let paths = files(dir)?;
    let paths: Vec<&PathBuf> = paths.iter().filter(|path| path.extension().is_none_or(|e| e != "tsv")).collect();
    let mut wrong = Vec::new();
    for path in &paths {
        let mail = read(&fs::read(path)?);
        let shown = !mail.body.is_blank() || !mail.attachments.is_empty() || !mail.subject.is_empty();
        if !shown {
            wrong.push(path.display().to_string());
        }
    }
    Ok(report("notmuch mails read and shown, broken ones included", (paths.len(), 101), &wrong))
}

/// A script's first answer; scripts that append say how many mails of the mbox are there by then.
fn imap_thread(dir: &Path) -> Result<usize> {
    let scripts: Vec<PathBuf> = files(dir)?.into_iter().filter(|path| path.extension().is_none()).collect();
    let mut wrong = Vec::new();
    for script in &scripts {
        let text = fs::read_to_string(script)?;
        let wanted = text.lines().find_map(|line| line.to_lowercase().strip_prefix("* thread ").map(str::to_owned)).ok_or("no answer")?;
        let before: Vec<&str> = text.lines().take_while(|line| !line.to_lowercase().starts_with("* thread")).collect();
        let appended = before.iter().filter(|line| line.trim() == "ok append").count();
        let mbox = fs::read(script.with_extension("mbox"))?;
        let mails = MessageIterator::new(mbox.as_slice()).map_while(std::result::Result::ok);
        let mut entries: Vec<Entry> =
            mails.map(|mail| Entry::of(&read(mail.contents()), i64::try_from(mail.internal_date()).unwrap_or(0) * 1_000)).collect();
        if appended > 0 {
            entries.truncate(appended);
        }
        let is_ordered = text.contains("ORDEREDSUBJECT");
        let tree = if is_ordered { thread::ordered_subject(&entries) } else { thread::references(&entries) };
        let ours = thread::render(&tree);
        if ours != wanted {
            wrong.push(format!("{}: {ours}, wanted {wanted}", script.display()));
        }
    }
    Ok(report("IMAP THREAD cases", (scripts.len(), 10), &wrong))
}

fn standard_replies(dir: &Path) -> Result<usize> {
    let mails: Vec<PathBuf> = files(dir)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
    let mut wrong = Vec::new();
    for path in &mails {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let wanted = fs::read_to_string(dir.join(format!("{stem}_reply_text"))).unwrap_or_else(|_| "Hello".to_owned());
        let reply = read(&fs::read(path)?).body.reply();
        let lines = |text: &str| text.trim().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        if lines(&reply) != lines(&wanted) {
            wrong.push(format!("{stem}: {reply:?}"));
        }
    }
    Ok(report("replies in plain text", (mails.len(), 12), &wrong))
}

fn html_replies(dir: &Path) -> Result<usize> {
    let pages = files(dir)?;
    let mut wrong = Vec::new();
    for path in &pages {
        let reply = fold(&of_html(&String::from_utf8_lossy(&fs::read(path)?)), false).reply();
        if reply.split_whitespace().collect::<String>() != "Hi.Iamfine.Thanks,Alex" {
            wrong.push(format!("{}: {reply:?}", path.display()));
        }
    }
    Ok(report("replies in HTML", (pages.len(), 9), &wrong))
}

/// Its quote begins in the same block as the answer.
fn shared_block(path: &Path) -> Result<usize> {
    let raw = fs::read(path)?;
    let parsed = mail_parser::MessageParser::default().parse(&raw).ok_or("not a mail")?;
    let html = parsed.body_html(0).ok_or("no HTML")?;
    let both = [read(&raw).body.reply(), fold(&of_html(&html), false).reply()];
    let wrong: Vec<String> = both.iter().filter(|reply| reply.is_empty() || reply.contains("From")).cloned().collect();
    Ok(report("a quote in the same block, plain and HTML", (2, 2), &wrong))
}

fn signatures(dir: &Path) -> Result<usize> {
    let bodies: Vec<PathBuf> = files(dir)?.into_iter().filter(|path| path.display().to_string().ends_with("_body")).collect();
    let mut wrong = Vec::new();
    for path in &bodies {
        let name = path.display().to_string();
        let beside = |what: &str| fs::read_to_string(name.replace("_body", what));
        let (body, signature) = split_signature(&fs::read_to_string(path)?, beside("_sender")?.trim());
        let wanted = beside("_signature")?;
        let text = fs::read_to_string(path)?;
        let rest = text.trim().strip_suffix(wanted.trim()).unwrap_or_default().trim().to_owned();
        if signature.clone().unwrap_or_default().trim() != wanted.trim() || body.trim() != rest {
            wrong.push(format!("{name}: {signature:?}"));
        }
    }
    Ok(report("signatures", (bodies.len(), 6), &wrong))
}
