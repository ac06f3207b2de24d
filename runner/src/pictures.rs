//! Pictures of pages that robots failed on, kept as attachments: whoever has the run has the address, nobody else can guess it.

use bytes::Bytes;
use futures_util::stream;
use qn_base::Timestamp;
use qn_blob::{Blobs, Key};
use qn_domain::{AttachmentId, TenantId};
use qn_store::Db;
use qn_store::attachment::{self, StoredAttachment};
use std::convert::Infallible;

/// Gives the attachment's id.
pub(crate) async fn keep(db: &Db, blobs: &Blobs, tenant_id: &TenantId, picture: Vec<u8>, now: Timestamp) -> Result<String, String> {
    let id = AttachmentId::fresh(now);
    let key = Key::new(tenant_id.as_str(), id.as_str(), now).map_err(|error| error.to_string())?;
    let body = stream::once(async move { Ok::<_, Infallible>(Bytes::from(picture)) });
    let stored = blobs.put(&key, "page.png", Box::pin(body)).await.map_err(|error| error.to_string())?;
    let row = StoredAttachment {
        id: id.clone(),
        tenant_id: tenant_id.clone(),
        name: "page.png".to_owned(),
        media_type: "image/png".to_owned(),
        inline: true,
        size_bytes: i64::try_from(stored.size_bytes).unwrap_or(i64::MAX),
        blob_key: key.as_str().to_owned(),
        uploader_kind: "system".to_owned(),
        uploader_id: "robot".to_owned(),
        created_at: now,
    };
    attachment::insert(db, &row).await.map_err(|error| error.to_string())?;
    Ok(id.to_string())
}
