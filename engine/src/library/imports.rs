//! Uploaded documents: read at once, looked through by a person, then taken over or thrown away. Nothing becomes an article before that.

use super::write;
use crate::library::reader::unread;
use crate::{Engine, EngineError, Result};
use bytes::Bytes;
use qn_domain::{Article, ArticleId, ImportId, ImportState, KnowledgeDocument, KnowledgeImport, Language, TenantId, Unread, UserId};
use qn_knowledge::import::{self, Change, Planned, Section, Source};
use std::collections::HashSet;

/// Text of all sections together. More is better brought in parts.
const TEXT_BYTES_MAX: usize = 8 << 20;

/// A file as it was sent.
pub struct Upload {
    pub id: ImportId,
    pub by: UserId,
    pub name: String,
    pub bytes: Bytes,
    /// None: the document's own words decide.
    pub language: Option<Language>,
    /// Empty: the document's first heading.
    pub category: String,
}

/// An article as it would become.
#[derive(Debug, Clone, PartialEq)]
pub struct Previewed {
    pub change: Change,
    pub article: Article,
    pub before: Option<Article>,
}

impl Engine {
    /// The cells of a sheet that was sent, the header first.
    pub async fn read_table(&self, name: &str, bytes: Bytes) -> std::result::Result<Vec<Vec<String>>, Unread> {
        self.library.reader.read_rows(name, bytes).await
    }

    /// Reads the file and keeps what it holds for a person to look through. A file that cannot be read is kept as one that failed.
    pub async fn import_document(&self, tenant_id: &TenantId, upload: Upload) -> Result<KnowledgeImport> {
        let Upload { id, by, name, bytes, language, category } = upload;
        let (hash, size) = (import::hash(&bytes), bytes.len());
        let read = self.library.reader.read(&name, bytes).await.and_then(fits);
        let sections = read.as_deref().unwrap_or_default();
        let kept = KnowledgeImport {
            id,
            tenant_id: tenant_id.clone(),
            name,
            size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
            hash,
            language: language.unwrap_or_else(|| import::language_of(sections)),
            category,
            state: if read.is_ok() { ImportState::Ready } else { ImportState::Failed },
            problem: read.as_ref().err().cloned(),
            sections: i64::try_from(sections.len()).unwrap_or(i64::MAX),
            counts: None,
            created_by: by,
            created_at: self.now(),
            ended_at: read.is_err().then(|| self.now()),
        };
        let text = if sections.is_empty() { String::new() } else { serde_json::to_string(sections).unwrap_or_default() };
        qn_store::knowledge_import::insert(&self.db, &kept, &text).await?;
        Ok(kept)
    }

    /// What taking it over would change now; empty once it has ended.
    pub async fn preview_import(&self, tenant_id: &TenantId, id: &ImportId, publish: bool) -> Result<Vec<Previewed>> {
        let import = qn_store::knowledge_import::get(&self.db, tenant_id, id).await?;
        if import.state != ImportState::Ready {
            return Ok(Vec::new());
        }
        let planned = self.planned(&import, publish).await?;
        Ok(planned.into_iter().map(|(one, before)| Previewed { change: one.change, article: one.article, before }).collect())
    }

    /// Makes articles of it, but for those left out.
    pub async fn apply_import(
        &self,
        tenant_id: &TenantId,
        id: &ImportId,
        publish: bool,
        left_out: &HashSet<ArticleId>,
    ) -> Result<KnowledgeImport> {
        // One after the other: two that take over the same file would write the same articles.
        let _turn = self.turns.enter(&format!("library:{tenant_id}")).await;
        let import = qn_store::knowledge_import::get(&self.db, tenant_id, id).await?;
        if import.state != ImportState::Ready {
            return Err(EngineError::ImportEnded);
        }
        let mut planned = self.planned(&import, publish).await?;
        planned.retain(|(one, _)| !left_out.contains(&one.article.id));
        let is_searched = self.write_import(&planned).await?;
        let counts = write::counts(&planned);
        qn_store::knowledge_import::end(&self.db, tenant_id, id, ImportState::Applied, Some(&counts), self.now()).await?;
        if left_out.is_empty() {
            self.remember_upload(&import).await?;
        }
        if is_searched {
            self.reload_knowledge(tenant_id).await?;
        }
        self.tell_articles(tenant_id).await;
        Ok(qn_store::knowledge_import::get(&self.db, tenant_id, id).await?)
    }

    /// Throws it away; articles stay as they are.
    pub async fn discard_import(&self, tenant_id: &TenantId, id: &ImportId) -> Result<()> {
        qn_store::knowledge_import::get(&self.db, tenant_id, id).await?;
        qn_store::knowledge_import::end(&self.db, tenant_id, id, ImportState::Discarded, None, self.now()).await?;
        Ok(())
    }

    /// The names of uploaded files that were taken over whole, with the hash of each.
    pub async fn taken_over(&self, tenant_id: &TenantId) -> Result<Vec<KnowledgeDocument>> {
        Ok(qn_store::knowledge_document::list(&self.db, tenant_id, None).await?)
    }

    async fn planned(&self, import: &KnowledgeImport, publish: bool) -> Result<Vec<(Planned, Option<Article>)>> {
        let text = qn_store::knowledge_import::sections(&self.db, &import.tenant_id, &import.id).await?;
        let sections: Vec<Section> = serde_json::from_str(&text).unwrap_or_default();
        let source = Source {
            tenant_id: &import.tenant_id,
            name: &import.name,
            language: import.language,
            category: Some(import.category.as_str()).filter(|category| !category.is_empty()),
            publish,
            now: self.now(),
        };
        self.plan_import(&source, &sections).await
    }

    async fn remember_upload(&self, import: &KnowledgeImport) -> Result<()> {
        let document = KnowledgeDocument {
            tenant_id: import.tenant_id.clone(),
            source_id: None,
            name: import.name.clone(),
            hash: import.hash.clone(),
            etag: String::new(),
            modified: String::new(),
            changed_at: self.now(),
        };
        Ok(qn_store::knowledge_document::put(&self.db, &document).await?)
    }
}

/// A document of a reasonable amount of text.
pub(super) fn fits(sections: Vec<Section>) -> std::result::Result<Vec<Section>, Unread> {
    let bytes: usize = sections.iter().map(|section| section.body.len()).sum();
    if bytes <= TEXT_BYTES_MAX {
        return Ok(sections);
    }
    let mib = TEXT_BYTES_MAX >> 20;
    Err(unread(
        "too_much_text",
        format!("文件里的文字超过 {mib} MiB，请拆分后再导入"),
        format!("it holds more than {mib} MiB of text; bring it in parts"),
    ))
}
