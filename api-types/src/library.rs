//! Documents that become articles: uploads that are looked through before they are taken over, and places documents are fetched from.

use crate::article::ArticleScope;
use crate::check::{self, Check, Invalid};
use crate::words::{ImportChange, ImportState, Language, SourceKind};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PLACES_MAX: usize = 500;
const PLACE_CHARS_MAX: usize = 2_000;
/// A month.
const INTERVAL_MINUTES_MAX: i64 = 44_640;

/// Why a document could not be read, in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnreadView {
    /// A stable word, such as `encrypted`.
    pub code: String,
    pub zh: String,
    pub en: String,
}

impl From<domain::Unread> for UnreadView {
    fn from(u: domain::Unread) -> Self {
        Self { code: u.code, zh: u.zh, en: u.en }
    }
}

/// Articles an import changed, or would change.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ImportCountsView {
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Edited by a person since, and left alone.
    pub kept: u64,
    /// Published, and would change only with leave to publish.
    pub waiting: u64,
    pub archived: u64,
}

impl From<domain::ImportCounts> for ImportCountsView {
    fn from(c: domain::ImportCounts) -> Self {
        Self { added: c.added, updated: c.updated, unchanged: c.unchanged, kept: c.kept, waiting: c.waiting, archived: c.archived }
    }
}

/// An uploaded document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KnowledgeImportView {
    pub id: String,
    /// The file's own name: the same name is the same source of articles.
    pub name: String,
    pub size_bytes: i64,
    pub language: Language,
    /// Empty: the document's first heading.
    pub category: String,
    pub state: ImportState,
    /// Why it could not be read.
    pub problem: Option<UnreadView>,
    /// How many sections it has; each becomes an article.
    pub sections: i64,
    /// The same bytes under the same name were taken over before.
    pub same_as_before: bool,
    /// What taking it over changed.
    pub counts: Option<ImportCountsView>,
    /// Id of a user.
    pub created_by: String,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

impl KnowledgeImportView {
    pub fn of(import: domain::KnowledgeImport, same_as_before: bool) -> Self {
        Self {
            id: import.id.0,
            name: import.name,
            size_bytes: import.size_bytes,
            language: import.language.into(),
            category: import.category,
            state: import.state.into(),
            problem: import.problem.map(Into::into),
            sections: import.sections,
            same_as_before,
            counts: import.counts.map(Into::into),
            created_by: import.created_by.0,
            created_at: import.created_at,
            ended_at: import.ended_at,
        }
    }
}

/// What taking an import over would do now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportPreview {
    pub counts: ImportCountsView,
    /// In the order of the document; what is gone from it comes last.
    pub items: Vec<ImportSectionView>,
    /// Give it back as `cursor` for the next page; null on the last one.
    #[serde(serialize_with = "crate::cursor::write")]
    pub next_cursor: Option<String>,
}

/// One section, as the article it would be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportSectionView {
    pub article_id: String,
    pub change: ImportChange,
    pub title: String,
    pub category: String,
    /// Other ways to ask the same, where the document gives them.
    pub questions: Vec<String>,
    /// Markdown.
    pub body: String,
    /// What the article says now; none for a new one.
    pub body_before: Option<String>,
    pub scope: ArticleScope,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyImport {
    /// New articles are published, and changes reach published ones; otherwise they are drafts.
    #[serde(default)]
    pub publish: bool,
    /// Articles of the preview that stay as they are; at most 5,000.
    #[serde(default)]
    pub leave_out: Vec<String>,
}

impl Check for ApplyImport {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        const MAX: usize = 5_000;
        if self.leave_out.len() > MAX {
            wrong.push(Invalid::new("leave_out", format!("最多 {MAX} 条"), format!("has at most {MAX} entries")));
        }
    }
}

/// A place documents are fetched from again and again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KnowledgeSourceView {
    pub id: String,
    pub name: String,
    pub kind: SourceKind,
    /// Addresses of documents; for a folder the one path below the company's own.
    pub places: Vec<String>,
    pub interval_minutes: i64,
    /// Null: each document's own words decide.
    pub language: Option<Language>,
    pub category: String,
    pub publish: bool,
    pub enabled: bool,
    /// What the last look found.
    pub report: Option<SyncReportView>,
    /// When it is looked at next.
    pub due_at: i64,
    pub version: i64,
    pub created_by: String,
    pub created_at: i64,
}

impl From<domain::KnowledgeSource> for KnowledgeSourceView {
    fn from(s: domain::KnowledgeSource) -> Self {
        Self {
            id: s.id.0,
            name: s.name,
            kind: s.kind.into(),
            places: s.places,
            interval_minutes: s.interval_minutes,
            language: s.language.map(Into::into),
            category: s.category,
            publish: s.publish,
            enabled: s.enabled,
            report: s.report.map(Into::into),
            due_at: s.due_at,
            version: s.version,
            created_by: s.created_by.0,
            created_at: s.created_at,
        }
    }
}

/// What one look at a source found and did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SyncReportView {
    pub started_at: i64,
    pub ended_at: i64,
    /// Documents the source has.
    pub documents: u64,
    /// Of them as they were.
    pub unchanged: u64,
    /// Documents that are gone; their articles are archived.
    pub removed: u64,
    pub counts: ImportCountsView,
    /// Documents that could not be fetched or read; what was known of them stays. At most 50.
    pub failed: Vec<FailedDocumentView>,
    /// The source as a whole could not be looked at.
    pub problem: Option<UnreadView>,
}

impl From<domain::SyncReport> for SyncReportView {
    fn from(r: domain::SyncReport) -> Self {
        let failed = r.failed.into_iter().map(|f| FailedDocumentView { name: f.name, problem: f.problem.into() });
        Self {
            started_at: r.started_at,
            ended_at: r.ended_at,
            documents: r.documents,
            unchanged: r.unchanged,
            removed: r.removed,
            counts: r.counts.into(),
            failed: failed.collect(),
            problem: r.problem.map(Into::into),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FailedDocumentView {
    pub name: String,
    pub problem: UnreadView,
}

/// A source, whole: to add one, and to replace what it says.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveSource {
    pub name: String,
    pub kind: SourceKind,
    /// For addresses 1 to 500 http(s) URLs; for a folder at most one path, relative to the company's own.
    #[serde(default)]
    pub places: Vec<String>,
    /// 5 minutes to a month.
    pub interval_minutes: i64,
    /// None: each document's own words decide.
    pub language: Option<Language>,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub publish: bool,
    pub enabled: bool,
}

impl Check for SaveSource {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
        check::optional_name(&mut self.category, "category", 60, wrong);
        if !(5..=INTERVAL_MINUTES_MAX).contains(&self.interval_minutes) {
            let (zh, en) = (format!("应为 5 到 {INTERVAL_MINUTES_MAX} 分钟"), format!("is 5 to {INTERVAL_MINUTES_MAX} minutes"));
            wrong.push(Invalid::new("interval_minutes", zh, en));
        }
        self.places.iter_mut().for_each(|place| *place = place.trim().to_owned());
        self.places.retain(|place| !place.is_empty());
        match self.kind {
            SourceKind::Urls => urls(&mut self.places, wrong),
            SourceKind::Folder => folder(&self.places, wrong),
        }
    }
}

fn urls(places: &mut Vec<String>, wrong: &mut Vec<Invalid>) {
    if places.is_empty() || places.len() > PLACES_MAX {
        wrong.push(Invalid::new("places", format!("应有 1 到 {PLACES_MAX} 个网址"), format!("has 1 to {PLACES_MAX} addresses")));
    }
    for (i, place) in places.iter_mut().enumerate().take(PLACES_MAX) {
        check::url(place, &format!("places[{i}]"), PLACE_CHARS_MAX, wrong);
    }
    let mut seen = std::collections::HashSet::new();
    places.retain(|place| seen.insert(place.clone()));
}

fn folder(places: &[String], wrong: &mut Vec<Invalid>) {
    let leaves = |place: &String| place.starts_with(['/', '\\']) || place.split(['/', '\\']).any(|part| part == ".." || part == ".");
    if places.len() > 1 || places.iter().any(|place| leaves(place) || place.chars().count() > PLACE_CHARS_MAX) {
        wrong.push(Invalid::new("places", "应为一个相对路径，不含 ..", "is one relative path without .."));
    }
}

/// Where folders of documents may lie.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceFolders {
    /// The server opens folders; otherwise only addresses can be synced.
    pub enabled: bool,
    /// The company's own folder below the one the operator named.
    pub own: String,
}
