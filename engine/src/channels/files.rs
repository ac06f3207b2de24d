//! Files and profiles that a platform keeps for us to fetch, and files of ours that it wants before a message may name them. Always
//! with its token, within our limits.

use super::Side;
use super::send::unrendered;
use crate::{Engine, EngineError, Result};
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use qn_channel::{Carried, InboundContact, Media, Refused, UploadFile, Uploaded};
use qn_domain::{Attachment, Inbox, Message};
use qn_egress::{EgressError, Request};
use std::sync::Arc;
use std::time::Duration;

const FETCH_MS_MAX: u64 = 20_000;
/// A file that is not ready yet, or a platform that stumbles, is asked so often more.
const FETCHES_AGAIN: u32 = 2;
const AGAIN_MS_MIN: i64 = 300;
const AGAIN_MS_MAX: i64 = 3_000;
pub(crate) const FILE_TOO_LARGE: &str = "file_too_large";
const UPLOAD_MS_MAX: u64 = 30_000;
/// A customer's first message waits this long for their name.
const PROFILE_MS_MAX: u64 = 3_000;

impl Engine {
    /// The file behind a media id. `inbox` as it is stored.
    pub(crate) async fn fetch_media(&self, inbox: &Arc<Inbox>, id: &str) -> Result<Bytes> {
        let opened = self.opened(inbox)?;
        self.try_media(&opened, id).await.map_err(|refused| EngineError::Refused { reason: refused.reason().to_owned() })
    }

    /// A customer's file did not come: the inbox's health card says why.
    pub(crate) fn file_lost(&self, inbox: &Inbox, reason: &str) {
        self.channels.health.failed(inbox, Side::Media, reason, self.now());
    }

    async fn try_media(&self, opened: &Inbox, id: &str) -> std::result::Result<Bytes, Refused> {
        let adapter = qn_channel::find(opened.channel);
        let mut token = self.channel_token(opened).await?;
        let mut again = true;
        let mut tries_left = FETCHES_AGAIN;
        let mut is_sent_on = false;
        let mut request = adapter.media(opened, id, &token).map_err(|error| unrendered(&error))?;
        loop {
            let attempt = self.call(self.bounded(request.clone())).await;
            // Adapters take an answer that is too long to read for a good one.
            if matches!(attempt, Err(EgressError::TooLarge { .. })) {
                return Err(Refused::Failed { reason: FILE_TOO_LARGE.into() });
            }
            match adapter.read_media(opened, &attempt, &token) {
                // What an address led to is the customer's: a file that reads like one more address leads nowhere, least of all with a token.
                Ok(Media::Then(next)) if !is_sent_on => {
                    is_sent_on = true;
                    request = *next;
                }
                Ok(_) => return attempt.map(|response| response.body).map_err(|_| Refused::Failed { reason: "no_body".into() }),
                Err(Refused::Token { .. }) if again => {
                    again = false;
                    is_sent_on = false;
                    token = self.token_instead_of(opened, &token).await?;
                    request = adapter.media(opened, id, &token).map_err(|error| unrendered(&error))?;
                }
                Err(Refused::Retry { after_ms, .. }) if tries_left > 0 => {
                    tries_left -= 1;
                    tokio::time::sleep(Duration::from_millis(after_ms.clamp(AGAIN_MS_MIN, AGAIN_MS_MAX).unsigned_abs())).await;
                }
                Err(refused) => return Err(refused),
            }
        }
    }

    fn bounded(&self, mut request: Request) -> Request {
        request.timeout_ms = request.timeout_ms.max(FETCH_MS_MAX);
        request.redirects_max = request.redirects_max.max(3);
        request.response_bytes_max = usize::try_from(self.blobs.limit_bytes()).unwrap_or(usize::MAX);
        request
    }

    /// Brings the message's files to the platform, those that it wants there.
    pub(super) async fn upload_files(&self, opened: &Inbox, message: &Message, token: &str) -> std::result::Result<Vec<Uploaded>, Refused> {
        let adapter = qn_channel::find(opened.channel);
        let mut uploaded = Vec::new();
        for attachment in message.content.attachments.iter().filter(|attachment| adapter.uploads(attachment)) {
            let bytes = self.file_bytes(message, attachment).await?;
            let file = UploadFile { attachment, bytes: &bytes };
            let mut request = adapter.upload(opened, &file, token).map_err(|error| unrendered(&error))?;
            request.timeout_ms = UPLOAD_MS_MAX;
            let media_id = adapter.read_upload(&self.call(request).await)?;
            uploaded.push(Uploaded { attachment_id: attachment.id.clone(), media_id });
        }
        Ok(uploaded)
    }

    /// The message's files that travel in the requests that send them.
    pub(super) async fn carried_files(&self, opened: &Inbox, message: &Message) -> std::result::Result<Vec<Carried>, Refused> {
        let adapter = qn_channel::find(opened.channel);
        let mut files = Vec::new();
        for attachment in message.content.attachments.iter().filter(|attachment| adapter.carries(attachment)) {
            files.push(Carried { attachment_id: attachment.id.clone(), bytes: self.file_bytes(message, attachment).await? });
        }
        Ok(files)
    }

    async fn file_bytes(&self, message: &Message, attachment: &Attachment) -> std::result::Result<Bytes, Refused> {
        let gone = || Refused::Failed { reason: "file_gone".into() };
        let found = qn_store::attachment::find(&self.db, &message.tenant_id, &attachment.id).await;
        let stored = found.map_err(|_| Refused::Retry { after_ms: 0, reason: "storage_failed".into() })?.ok_or_else(gone)?;
        let key = qn_blob::Key::parse(&stored.blob_key).map_err(|_| gone())?;
        let object = self.blobs.get(&key).await.map_err(|_| gone())?;
        let pieces: BytesMut = object
            .body
            .try_fold(BytesMut::new(), async |mut all, piece| {
                all.extend_from_slice(&piece);
                Ok(all)
            })
            .await
            .map_err(|_| gone())?;
        Ok(pieces.freeze())
    }

    /// What the platform knows of a contact who is new here and whose message says little. Best effort: a name can come later.
    pub(super) async fn complete_contact(&self, inbox: &Arc<Inbox>, contact: &mut InboundContact) {
        if contact.name.is_some() && !contact.facts.is_empty() {
            return;
        }
        let known = qn_store::identity::find(&self.db, &inbox.tenant_id, &inbox.id, &contact.external_id).await;
        if !matches!(known, Ok(None)) {
            return;
        }
        let asking = Box::pin(self.ask_profile(inbox, &contact.external_id));
        let asked = tokio::time::timeout(Duration::from_millis(PROFILE_MS_MAX), asking).await;
        if let Ok(Some(told)) = asked {
            contact.name = contact.name.take().or(told.name);
            contact.email = contact.email.take().or(told.email);
            contact.phone = contact.phone.take().or(told.phone);
            contact.language = contact.language.or(told.language);
            contact.facts.extend(told.facts);
            for (name, value) in told.attributes {
                contact.attributes.entry(name).or_insert(value);
            }
        }
    }

    async fn ask_profile(&self, inbox: &Arc<Inbox>, external_id: &str) -> Option<InboundContact> {
        let opened = self.opened(inbox).ok()?;
        let adapter = qn_channel::find(inbox.channel);
        adapter.profile(&opened, external_id, "")?;
        let token = self.channel_token(&opened).await.ok()?;
        let request = adapter.profile(&opened, external_id, &token)?;
        adapter.read_profile(&opened, &self.call(request).await).ok()
    }
}
