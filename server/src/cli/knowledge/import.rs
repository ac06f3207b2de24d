//! `qingniao knowledge import`: reads documents and writes what changed as articles, drafts unless asked otherwise. One file that cannot be
//! read is told and does not stop the others. Reading is `qn_document`, deciding `qn_knowledge::import`; this is files and rows. A running
//! server hears of it by itself.

use crate::cli::user::Of;
use crate::cli::{Failure, Output, answer, block_on, database, say, usage};
use crate::config::Config;
use crate::documents;
use anyhow::{Context, Result, anyhow};
use qn_base::{Clock, SystemClock};
use qn_document::DocumentError;
use qn_domain::{Article, Language, TenantId};
use qn_knowledge::import::{Change, Planned, Section, Source, language_of, plan, prefix};
use qn_store::Db;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Files one import reads.
const FILES_MAX: usize = 2_000;
const FOLDERS_DEEP_MAX: usize = 12;

#[derive(Debug, clap::Args)]
pub struct Import {
    /// A file, or a folder whose known files are read with those below it
    path: PathBuf,
    /// zh-CN or en; without it each document's own words decide
    #[arg(long)]
    language: Option<String>,
    /// Category of the articles; else the document's first heading
    #[arg(long)]
    category: Option<String>,
    /// Publish new articles, and let changes reach published ones
    #[arg(long)]
    publish: bool,
    /// Read everything and say what would change
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    of: Of,
}

/// A document that was read, or why it was not; named by its path under the folder.
struct Read {
    name: String,
    document: Result<Vec<Section>, String>,
}

pub fn run(config: &Config, args: &Import, output: Output) -> Result<(), Failure> {
    if let Some(language) = &args.language
        && super::language(language).is_none()
    {
        return Err(usage(anyhow!("{language:?} is neither zh-CN nor en")));
    }
    let files = files(&args.path).map_err(usage)?;
    let read: Vec<Read> = files.into_iter().map(|(name, path)| Read { document: document(&name, &path), name }).collect();
    let failed: Vec<(&str, &str)> = read.iter().filter_map(|r| Some((r.name.as_str(), r.document.as_ref().err()?.as_str()))).collect();
    let counts = block_on(write(config, args, &read))?;
    let count = |change| counts.get(&change).copied().unwrap_or(0);
    let errors: Vec<Value> = failed.iter().map(|(name, reason)| json!({"file": name, "reason": reason})).collect();
    let told = json!({
        "files": read.len(), "failed": errors, "added": count(Change::Added), "updated": count(Change::Updated), "unchanged": count(Change::Unchanged),
        "kept": count(Change::Kept), "waiting": count(Change::Waiting), "archived": count(Change::Archived), "dry_run": args.dry_run,
    });
    answer(output, &told, || {
        format!(
            "{} files: {} articles added, {} updated, {} as they were, {} archived; {} edited by people were left alone, {} published ones wait for --publish{}",
            read.len(),
            count(Change::Added),
            count(Change::Updated),
            count(Change::Unchanged),
            count(Change::Archived),
            count(Change::Kept),
            count(Change::Waiting),
            if args.dry_run { " (nothing was written)" } else { "" }
        )
    });
    if output == Output::Text {
        failed.iter().for_each(|(name, reason)| say(format!("{name}: {reason}")));
    }
    if failed.is_empty() { Ok(()) } else { Err(anyhow!("{} of {} files could not be read", failed.len(), read.len()).into()) }
}

/// The file, or the known files of the folder in order; each with the name that makes its articles' ids.
fn files(path: &Path) -> Result<Vec<(String, PathBuf)>> {
    let about = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if about.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(vec![(name, path.to_owned())]);
    }
    let mut found = Vec::new();
    walk(path, path, 0, &mut found)?;
    anyhow::ensure!(!found.is_empty(), "{} holds no file that can be imported", path.display());
    anyhow::ensure!(found.len() <= FILES_MAX, "{} holds more than {FILES_MAX} files", path.display());
    found.sort();
    Ok(found)
}

fn walk(root: &Path, folder: &Path, depth: usize, found: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        // Links are not followed: they may lead out of the folder or in circles.
        if kind.is_dir() && depth < FOLDERS_DEEP_MAX {
            walk(root, &path, depth + 1, found)?;
        } else if kind.is_file() && found.len() <= FILES_MAX {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if qn_document::is_known(&name) {
                found.push((name, path));
            }
        }
    }
    Ok(())
}

fn document(name: &str, path: &Path) -> Result<Vec<Section>, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > qn_document::BYTES_MAX as u64 {
        return Err(DocumentError::TooLarge { mib: qn_document::BYTES_MAX >> 20 }.to_string());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    qn_document::read(name, bytes).map(documents::sections).map_err(|error| error.to_string())
}

async fn write(config: &Config, args: &Import, read: &[Read]) -> Result<HashMap<Change, usize>, Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, args.of.tenant.as_deref()).await.map_err(usage)?;
    let mut counts = HashMap::new();
    for Read { name, document } in read {
        let Ok(document) = document else { continue };
        let known = qn_store::article::list_by_prefix(&db, &tenant.id, &prefix(name)).await.map_err(|error| anyhow!(error))?;
        for planned in plan(&source(args, &tenant.id, name, document), document, known) {
            *counts.entry(planned.change).or_default() += 1;
            if planned.writes() && !args.dry_run {
                store(&db, &planned).await?;
            }
        }
    }
    db.close().await;
    Ok(counts)
}

fn source<'a>(args: &'a Import, tenant_id: &'a TenantId, name: &'a str, document: &[Section]) -> Source<'a> {
    let language: Language = args.language.as_deref().and_then(super::language).unwrap_or_else(|| language_of(document));
    Source { tenant_id, name, language, category: args.category.as_deref(), publish: args.publish, now: SystemClock.now() }
}

async fn store(db: &Db, planned: &Planned) -> Result<Article> {
    let written = qn_store::article::upsert(db, &planned.article, planned.read_version).await;
    written.with_context(|| format!("「{}」 could not be written; run the import again", planned.article.title))
}
