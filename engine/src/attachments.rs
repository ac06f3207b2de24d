//! Files on their way in: judged by their bytes, written whole or not at all, and named in the store before a message may carry them.

use crate::channels::FILE_TOO_LARGE;
use crate::inbound::LostFile;
use crate::{Engine, EngineError, Result};
use bytes::Bytes;
use futures_util::{Stream, stream};
use qn_blob::{BlobError, Key, safe_name};
use qn_channel::{InboundAttachment, Source};
use qn_domain::{Attachment, AttachmentId, Inbox, TenantId};
use qn_egress::{EgressError, Request};
use qn_store::attachment::StoredAttachment;
use std::sync::Arc;

/// Fetching a file that a channel names by address.
const FETCH_MS_MAX: u64 = 20_000;
const FETCH_REDIRECTS_MAX: u8 = 3;

/// Who uploaded it, as kept with the file.
#[derive(Debug, Clone, Copy)]
pub struct Uploader<'a> {
    /// `contact`, `agent`, `channel` or `flow`
    pub kind: &'static str,
    pub id: &'a str,
}

impl Engine {
    /// Keeps a file of at most 20 MiB.
    pub async fn store_attachment<S, E>(
        &self,
        tenant_id: &TenantId,
        uploader: Uploader<'_>,
        name: &str,
        body: S,
    ) -> Result<StoredAttachment>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let now = self.now();
        let id = AttachmentId::fresh(now);
        let name = safe_name(name);
        let key = Key::new(tenant_id.as_str(), id.as_str(), now)?;
        let stored = self.blobs.put(&key, &name, body).await?;
        let attachment = StoredAttachment {
            id,
            tenant_id: tenant_id.clone(),
            name,
            media_type: stored.verdict.media_type.to_owned(),
            inline: stored.verdict.inline,
            size_bytes: i64::try_from(stored.size_bytes).unwrap_or(i64::MAX),
            blob_key: key.as_str().to_owned(),
            uploader_kind: uploader.kind.to_owned(),
            uploader_id: uploader.id.to_owned(),
            created_at: now,
        };
        qn_store::attachment::insert(&self.db, &attachment).await?;
        Ok(attachment)
    }

    /// Files that came with a channel's message. One that cannot be had is named beside the message, which itself is never lost.
    pub(crate) async fn take_attachments(
        &self,
        inbox: &Arc<Inbox>,
        contact: &str,
        files: Vec<InboundAttachment>,
    ) -> (Vec<Attachment>, Vec<LostFile>) {
        let tenant_id = &inbox.tenant_id;
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for file in files {
            let uploader = Uploader { kind: "channel", id: contact };
            let name = safe_name(&file.name);
            let stored = match file.source {
                Source::Bytes(bytes) => self.store_attachment(tenant_id, uploader, &name, one(bytes)).await,
                Source::Url(url) => match self.fetch(&url).await {
                    Ok(bytes) => self.store_attachment(tenant_id, uploader, &name, one(bytes)).await,
                    Err(error) => Err(error),
                },
                Source::Media(id) => match Box::pin(self.fetch_media(inbox, &id)).await {
                    Ok(bytes) => self.store_attachment(tenant_id, uploader, &name, one(bytes)).await,
                    Err(error) => Err(error),
                },
            };
            match stored {
                Ok(stored) => kept.push(as_content(&stored)),
                Err(error) => {
                    tracing::warn!(%error, "an attachment of a channel message was not kept");
                    let reason = why_lost(&error);
                    self.file_lost(inbox, reason);
                    lost.push(LostFile { name, reason: reason.to_owned() });
                }
            }
        }
        (kept, lost)
    }

    async fn fetch(&self, url: &str) -> Result<Bytes> {
        let mut request = Request::get(url);
        request.timeout_ms = FETCH_MS_MAX;
        request.redirects_max = FETCH_REDIRECTS_MAX;
        request.response_bytes_max = usize::try_from(self.blobs.limit_bytes()).unwrap_or(usize::MAX);
        let response = self.call(request).await?;
        if response.is_success() { Ok(response.body) } else { Err(EngineError::NotFetched { status: response.status }) }
    }
}

/// One word for what is larger than we take, wherever that shows.
fn why_lost(error: &EngineError) -> &str {
    match error {
        EngineError::Egress(EgressError::TooLarge { .. }) | EngineError::Blob(BlobError::TooLarge { .. }) => FILE_TOO_LARGE,
        other => other.reason(),
    }
}

/// As a message carries it.
pub fn as_content(stored: &StoredAttachment) -> Attachment {
    Attachment {
        id: stored.id.clone(),
        name: stored.name.clone(),
        media_type: stored.media_type.clone(),
        size_bytes: u64::try_from(stored.size_bytes).unwrap_or(0),
    }
}

/// A file that is here whole.
pub(crate) fn one(bytes: Bytes) -> impl Stream<Item = std::result::Result<Bytes, BlobError>> + Send {
    stream::iter([Ok(bytes)])
}
