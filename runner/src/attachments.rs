//! What robots bring, kept as attachments: pictures of pages they failed on, files they downloaded. Whoever has the run has the address,
//! nobody else can guess it.

use bytes::Bytes;
use futures_util::stream;
use qn_base::Timestamp;
use qn_blob::{BlobError, Blobs, Key, safe_name};
use qn_domain::{AttachmentId, TenantId};
use qn_store::Db;
use qn_store::attachment::{self, StoredAttachment};
use std::convert::Infallible;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Unkept {
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] qn_store::Error),
}

/// What it is called and holds.
pub(crate) struct File<'a> {
    pub name: &'a str,
    pub content: Vec<u8>,
}

/// Programs and scripts are refused, as from people.
pub(crate) async fn keep(db: &Db, blobs: &Blobs, tenant_id: &TenantId, file: File<'_>, now: Timestamp) -> Result<StoredAttachment, Unkept> {
    let (id, name) = (AttachmentId::fresh(now), safe_name(file.name));
    let key = Key::new(tenant_id.as_str(), id.as_str(), now)?;
    let body = stream::once(async move { Ok::<_, Infallible>(Bytes::from(file.content)) });
    let stored = blobs.put(&key, &name, Box::pin(body)).await?;
    let row = StoredAttachment {
        id,
        tenant_id: tenant_id.clone(),
        name,
        media_type: stored.verdict.media_type.to_owned(),
        inline: stored.verdict.inline,
        size_bytes: i64::try_from(stored.size_bytes).unwrap_or(i64::MAX),
        blob_key: key.as_str().to_owned(),
        uploader_kind: "system".to_owned(),
        uploader_id: "robot".to_owned(),
        created_at: now,
    };
    attachment::insert(db, &row).await?;
    Ok(row)
}
