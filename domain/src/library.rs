//! Documents that become knowledge articles: one that a person uploaded, places they are fetched from again and again, and what came of it.

use crate::people::text_enum;
use crate::{ImportId, Language, SourceId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A document a person uploaded, read and waiting to be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnowledgeImport {
    pub id: ImportId,
    pub tenant_id: TenantId,
    /// The file's own name: the same name is the same source of articles.
    pub name: String,
    pub size_bytes: i64,
    /// SHA-256 of the file, in hex.
    pub hash: String,
    pub language: Language,
    /// Empty: the document's first heading.
    pub category: String,
    pub state: ImportState,
    /// Why it could not be read.
    pub problem: Option<Unread>,
    /// How many sections it has.
    pub sections: i64,
    /// What taking it over changed.
    pub counts: Option<ImportCounts>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Read; a person looks it through.
    Ready,
    Failed,
    /// Its sections are articles.
    Applied,
    Discarded,
}

text_enum!(ImportState { Ready = "ready", Failed = "failed", Applied = "applied", Discarded = "discarded" });

/// Why a document could not be read, for whoever brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// A stable word, such as `encrypted`.
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// What an import does to one article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportChange {
    Added,
    Updated,
    Unchanged,
    /// A person has edited it since: left as it is.
    Kept,
    /// Published, and would change: only with leave to publish.
    Waiting,
    /// Its section is gone from the source.
    Archived,
}

/// Articles an import changed, or would change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Edited by a person since, and left alone.
    pub kept: u64,
    /// Published, and would change only with leave to publish.
    pub waiting: u64,
    pub archived: u64,
}

impl std::ops::AddAssign for ImportCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.kept += other.kept;
        self.waiting += other.waiting;
        self.archived += other.archived;
    }
}

/// Why two articles should be looked at side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// They say the same.
    Duplicate,
    /// They say different things about the same.
    Contradiction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashKind {
    /// Another figure for the same.
    Figure,
    /// One says yes, the other no.
    Denial,
}

/// A place documents are fetched from again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnowledgeSource {
    pub id: SourceId,
    pub tenant_id: TenantId,
    pub name: String,
    pub kind: SourceKind,
    /// Addresses of documents; for a folder the one path below the tenant's own.
    pub places: Vec<String>,
    pub interval_minutes: i64,
    /// None: each document's own words decide.
    pub language: Option<Language>,
    pub category: String,
    /// New articles are published, and changes reach published ones.
    pub publish: bool,
    pub enabled: bool,
    /// What the last look found.
    pub report: Option<SyncReport>,
    /// When it is looked at next.
    pub due_at: Timestamp,
    pub version: i64,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Urls,
    Folder,
}

text_enum!(SourceKind { Urls = "urls", Folder = "folder" });

/// What one look at a source found and did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncReport {
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    /// Documents the source has now.
    pub documents: u64,
    /// Of them as they were: the place said so, or the bytes did.
    pub unchanged: u64,
    /// Documents that are gone; their articles are archived.
    pub removed: u64,
    pub counts: ImportCounts,
    pub failed: Vec<UnreadDocument>,
    /// The source as a whole could not be looked at.
    pub problem: Option<Unread>,
}

/// A document that could not be fetched or read; what was known of it stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadDocument {
    pub name: String,
    pub problem: Unread,
}

/// A document the company's articles were made of, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeDocument {
    pub tenant_id: TenantId,
    /// None: uploaded.
    pub source_id: Option<SourceId>,
    /// A file's name, its path below the folder, or its address.
    pub name: String,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// What its server calls this state of it; empty when it says nothing.
    pub etag: String,
    /// `Last-Modified` as its server wrote it.
    pub modified: String,
    pub changed_at: Timestamp,
}
