//! Sources that are looked at again and again: what is new or changed becomes articles, what is gone is archived, what people edited stays
//! theirs. A place that does not answer changes nothing, and the report says so.

use super::fetch::{Fetched, fetch};
use super::reader::unread;
use super::{folder, imports, write};
use crate::{Engine, Result};
use bytes::Bytes;
use futures_util::StreamExt;
use qn_domain::{ImportCounts, KnowledgeDocument, KnowledgeSource, SourceId, SourceKind, SyncReport, TenantId, Unread, UnreadDocument};
use qn_egress::Egress;
use qn_knowledge::import::{self, Source};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(2);
const SOURCES_AT_ONCE: i64 = 1;
const FETCHES_AT_ONCE: usize = 4;
/// Failures a report names.
const FAILED_MAX: usize = 50;

/// A document of a source as the look found it.
enum Seen {
    Same,
    Gone,
    Changed { name: String, bytes: Bytes, etag: String, modified: String },
    Failed(Unread),
}

impl Engine {
    /// Looks at sources as they come due, until cancelled.
    pub async fn run_sync(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wakes.sources.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.sync_due() => {}
            }
        }
    }

    /// Looks at the sources that are due now.
    pub async fn sync_due(&self) {
        loop {
            let due = match qn_store::knowledge_source::list_due(&self.db, self.now(), SOURCES_AT_ONCE).await {
                Ok(due) if due.is_empty() => return,
                Ok(due) => due,
                Err(error) => return tracing::warn!(%error, "sources of documents could not be looked up"),
            };
            for source in due {
                let report = self.look(&source).await;
                let due_at = self.now() + source.interval_minutes.max(1) * 60_000;
                if let Err(error) = qn_store::knowledge_source::finish(&self.db, &source, &report, due_at).await {
                    return tracing::warn!(%error, source = %source.id, "what a look at a source found could not be kept");
                }
                let _ = self.db.announce(&source.tenant_id, "knowledge_source", source.id.as_str(), self.now()).await;
            }
        }
    }

    /// Whether folders of this server can be sources.
    pub fn syncs_folders(&self) -> bool {
        self.library.folder.is_some()
    }

    /// Asks for a look at once.
    pub async fn sync_now(&self, tenant_id: &TenantId, id: &SourceId) -> Result<()> {
        qn_store::knowledge_source::set_due(&self.db, tenant_id, id, self.now()).await?;
        self.wakes.sources.notify_one();
        Ok(())
    }

    async fn look(&self, source: &KnowledgeSource) -> SyncReport {
        let mut report = SyncReport { started_at: self.now(), ..SyncReport::default() };
        let done = match source.kind {
            SourceKind::Urls => self.look_at_urls(source, &mut report).await,
            SourceKind::Folder => self.look_at_folder(source, &mut report).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, source = %source.id, "a source of documents could not be taken over");
            report.problem.get_or_insert_with(|| unread("internal", "处理时出错，下次会重试", "it failed and is tried again next time"));
        }
        report.failed.truncate(FAILED_MAX);
        if report.counts.added + report.counts.updated + report.counts.archived > 0 {
            self.follow_articles().await;
            self.tell_articles(&source.tenant_id).await;
        }
        report.ended_at = self.now();
        report
    }

    async fn look_at_urls(&self, source: &KnowledgeSource, report: &mut SyncReport) -> Result<()> {
        let known = self.known(source).await?;
        let gone: Vec<&String> = known.keys().filter(|name| !source.places.contains(name)).collect();
        let asked: Vec<(String, Option<KnowledgeDocument>)> =
            source.places.iter().map(|url| (url.clone(), known.get(url).cloned())).collect();
        let fetches = asked.into_iter().map(|(url, before)| look_at_url(self.egress.clone(), url, before));
        let mut fetched = futures_util::stream::iter(fetches).buffer_unordered(FETCHES_AT_ONCE);
        while let Some((url, seen)) = fetched.next().await {
            self.take(source, &url, seen, known.contains_key(&url), report).await?;
        }
        for url in gone {
            self.take(source, url, Seen::Gone, true, report).await?;
        }
        Ok(())
    }

    async fn look_at_folder(&self, source: &KnowledgeSource, report: &mut SyncReport) -> Result<()> {
        let known = self.known(source).await?;
        let place = source.places.first().map_or("", String::as_str);
        let listed = folder::resolve(self.library.folder.as_deref(), &source.tenant_id, place);
        let (reader, root) = (self.library.reader.clone(), listed);
        let listed = tokio::task::spawn_blocking(move || root.and_then(|root| folder::list(&root, &|name| reader.knows(name)))).await;
        let listed = match listed.unwrap_or_else(|_| Err(unread("internal", "读取文件夹时出错", "listing the folder failed"))) {
            // An unmounted disk looks like this; it must not take the company's knowledge away.
            Ok(listed) if listed.is_empty() && !known.is_empty() => {
                report.problem =
                    Some(unread("folder_empty", "文件夹是空的，已有条目保持不变", "the folder is empty; articles stay as they are"));
                return Ok(());
            }
            Ok(listed) => listed,
            Err(problem) => {
                report.problem = Some(problem);
                return Ok(());
            }
        };
        let names: HashSet<String> = listed.iter().map(|file| file.name.clone()).collect();
        for file in listed {
            let before = known.get(&file.name);
            let name = file.name.clone();
            let seen =
                if before.is_some_and(|before| before.modified == file.modified) { Seen::Same } else { read_file(file, before).await };
            self.take(source, &name, seen, before.is_some(), report).await?;
        }
        for name in known.keys().filter(|name| !names.contains(*name)) {
            self.take(source, name, Seen::Gone, true, report).await?;
        }
        Ok(())
    }

    async fn known(&self, source: &KnowledgeSource) -> Result<HashMap<String, KnowledgeDocument>> {
        let known = qn_store::knowledge_document::list(&self.db, &source.tenant_id, Some(&source.id)).await?;
        Ok(known.into_iter().map(|document| (document.name.clone(), document)).collect())
    }

    /// Takes over what was seen of one document, and counts it.
    async fn take(&self, source: &KnowledgeSource, place: &str, seen: Seen, is_known: bool, report: &mut SyncReport) -> Result<()> {
        match seen {
            Seen::Same => {
                report.documents += 1;
                report.unchanged += 1;
            }
            Seen::Gone => {
                if is_known {
                    report.removed += 1;
                    report.counts += self.archive(source, place).await?;
                    qn_store::knowledge_document::delete(&self.db, &source.tenant_id, Some(&source.id), place).await?;
                } else {
                    let problem = unread("not_found", "没有找到该文档（404）", "there is no such document (404)");
                    report.failed.push(UnreadDocument { name: place.to_owned(), problem });
                }
            }
            Seen::Failed(problem) => {
                report.documents += u64::from(is_known);
                report.failed.push(UnreadDocument { name: place.to_owned(), problem });
            }
            Seen::Changed { name, bytes, etag, modified } => {
                let hash = import::hash(&bytes);
                match self.library.reader.read(&name, bytes).await.and_then(imports::fits) {
                    Err(problem) => report.failed.push(UnreadDocument { name: place.to_owned(), problem }),
                    Ok(sections) => {
                        report.documents += 1;
                        report.counts += self.store(source, place, &sections).await?;
                        let (tenant_id, source_id) = (source.tenant_id.clone(), Some(source.id.clone()));
                        let (name, changed_at) = (place.to_owned(), self.now());
                        let document = KnowledgeDocument { tenant_id, source_id, name, hash, etag, modified, changed_at };
                        qn_store::knowledge_document::put(&self.db, &document).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn store(&self, source: &KnowledgeSource, place: &str, sections: &[import::Section]) -> Result<ImportCounts> {
        let name = name_of(source, place);
        let planned = self.plan_import(&origin(source, &name, import::language_of(sections), self.now()), sections).await?;
        self.write_import(&planned).await?;
        Ok(write::counts(&planned))
    }

    /// Whatever the source may publish: what is gone is not to be quoted.
    async fn archive(&self, source: &KnowledgeSource, place: &str) -> Result<ImportCounts> {
        let name = name_of(source, place);
        let origin = Source { publish: true, ..origin(source, &name, qn_domain::Language::Zh, self.now()) };
        let planned = self.plan_import(&origin, &[]).await?;
        self.write_import(&planned).await?;
        Ok(write::counts(&planned))
    }
}

/// Two sources that hold the same file have articles of their own.
fn name_of(source: &KnowledgeSource, place: &str) -> String {
    format!("{}/{place}", source.id)
}

fn origin<'a>(source: &'a KnowledgeSource, name: &'a str, language: qn_domain::Language, now: i64) -> Source<'a> {
    Source {
        tenant_id: &source.tenant_id,
        name,
        language: source.language.unwrap_or(language),
        category: Some(source.category.as_str()).filter(|category| !category.is_empty()),
        publish: source.publish,
        now,
    }
}

async fn look_at_url(egress: Egress, url: String, before: Option<KnowledgeDocument>) -> (String, Seen) {
    let seen = match fetch(&egress, &url, before.as_ref()).await {
        Ok(Fetched::Same) => Seen::Same,
        Ok(Fetched::Gone) => Seen::Gone,
        Ok(Fetched::Found { bytes, .. }) if is_same(before.as_ref(), &bytes) => Seen::Same,
        Ok(Fetched::Found { name, bytes, etag, modified }) => Seen::Changed { name, bytes, etag, modified },
        Err(problem) => Seen::Failed(problem),
    };
    (url, seen)
}

fn is_same(before: Option<&KnowledgeDocument>, bytes: &[u8]) -> bool {
    before.is_some_and(|before| before.hash == import::hash(bytes))
}

async fn read_file(file: folder::Listed, before: Option<&KnowledgeDocument>) -> Seen {
    const BYTES_MAX: u64 = 32 << 20;
    if file.size_bytes > BYTES_MAX {
        let mib = BYTES_MAX >> 20;
        return Seen::Failed(unread("too_large", format!("文件超过 {mib} MiB"), format!("the file has more than {mib} MiB")));
    }
    match tokio::fs::read(&file.path).await {
        Ok(bytes) if is_same(before, &bytes) => Seen::Same,
        Ok(bytes) => Seen::Changed { name: file.name, bytes: bytes.into(), etag: String::new(), modified: file.modified },
        Err(_) => Seen::Failed(unread("unreadable", "文件无法读取", "the file cannot be read")),
    }
}
