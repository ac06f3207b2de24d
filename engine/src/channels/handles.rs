//! Reply handles: the address or ticket a platform gives with a message, good for a while, for answering it. Kept sealed, since whoever
//! has one may write to the contact.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_channel::ReplyHandle;
use qn_domain::Inbox;
use qn_store::channel_handle::{self, SealedHandle};

/// A handle that ends within this is not begun with.
const MARGIN_MS: i64 = 2_000;

/// A handle to send with, and what it takes to forget it.
pub(super) struct Handle {
    pub value: String,
    /// Good for one message only.
    pub once: bool,
    sealed: String,
}

impl Engine {
    /// The newest replaces the one before.
    pub(super) async fn keep_handle(&self, inbox: &Inbox, contact: &str, handle: &ReplyHandle) -> Result<()> {
        let sealed = self.seal_for(inbox, &format!("handle:{contact}"), &handle.value)?;
        let handle = SealedHandle { sealed, once: i64::from(handle.once), expires_at: handle.expires_at };
        Ok(channel_handle::put(&self.db, &inbox.tenant_id, &inbox.id, contact, &handle).await?)
    }

    pub(super) async fn handle_for(&self, inbox: &Inbox, contact: &str) -> Result<Option<Handle>> {
        let found = channel_handle::find(&self.db, &inbox.tenant_id, &inbox.id, contact, self.now() + MARGIN_MS).await?;
        Ok(found.and_then(|found| {
            let plain = self.open_for(inbox, &format!("handle:{contact}"), &found.sealed)?;
            Some(Handle { value: plain.reveal().to_owned(), once: found.once == 1, sealed: found.sealed })
        }))
    }

    /// Until when the contact can be answered by it.
    pub(super) async fn handle_ends_at(&self, inbox: &Inbox, contact: &str) -> Result<Option<Timestamp>> {
        let found = channel_handle::find(&self.db, &inbox.tenant_id, &inbox.id, contact, self.now() + MARGIN_MS).await?;
        Ok(found.map(|found| found.expires_at))
    }

    /// A newer one stays.
    pub(super) async fn forget_handle(&self, inbox: &Inbox, contact: &str, handle: &Handle) -> Result<()> {
        Ok(channel_handle::delete(&self.db, &inbox.tenant_id, &inbox.id, contact, &handle.sealed).await?)
    }
}
