//! Streams that are fetched: a platform says that there is something (or an inbox polls), and everything since the cursor is read, page
//! by page. Cursor and events of a page are kept in one transaction, so a crash repeats a page at most, and its events have keys.

use super::Side;
use super::send::unrendered;
use crate::{Engine, EngineError, Result};
use qn_channel::{Pull, PullFrom, Pulled, Refused};
use qn_domain::Inbox;
use qn_store::channel_cursor::{self, CursorMove};
use std::sync::Arc;

/// Pages of one pull; whoever has more brings the next hint.
const PAGES_MAX: usize = 1_000;

impl Engine {
    /// Fetches all there is. `inbox` as it is stored.
    pub(super) async fn pull_stream(&self, inbox: &Arc<Inbox>, pull: &Pull) -> Result<()> {
        for _ in 0..PAGES_MAX {
            let page = self.pull_page(inbox, &pull.stream, pull.hint.as_deref()).await?;
            if !page {
                break;
            }
        }
        Ok(())
    }

    /// One page; true when there is more.
    pub(super) async fn pull_page(&self, inbox: &Arc<Inbox>, stream: &str, hint: Option<&str>) -> Result<bool> {
        let cursor = channel_cursor::find(&self.db, &inbox.tenant_id, &inbox.id, stream).await?;
        let from = PullFrom { stream, cursor: cursor.as_deref(), hint };
        let pulled = self.fetch_page(inbox, &from).await.map_err(|refused| {
            self.channels.health.failed(inbox, Side::Pull, refused.reason(), self.now());
            EngineError::Refused { reason: refused.reason().to_owned() }
        })?;
        // The platform gave nothing new and no new place: going on would never end.
        let stuck = pulled.events.is_empty() && pulled.cursor == cursor;
        let moved = pulled.cursor.filter(|position| Some(position) != cursor.as_ref()).map(|position| CursorMove {
            tenant_id: inbox.tenant_id.clone(),
            inbox_id: inbox.id.clone(),
            stream: stream.to_owned(),
            position,
            at: self.now(),
        });
        self.keep(inbox, &pulled.events, moved).await?;
        Ok(pulled.has_more && !stuck)
    }

    async fn fetch_page(&self, inbox: &Arc<Inbox>, from: &PullFrom<'_>) -> std::result::Result<Pulled, Refused> {
        let opened = self.opened(inbox).map_err(|error| Refused::Failed { reason: error.code().to_owned() })?;
        let adapter = qn_channel::find(inbox.channel);
        let mut token = self.channel_token(&opened).await?;
        for again in [true, false] {
            let request = adapter.pull(&opened, from, &token).map_err(|error| unrendered(&error))?;
            match adapter.pulled(&opened, from.stream, &self.call(request).await) {
                Err(Refused::Token { .. }) if again => token = self.token_instead_of(&opened, &token).await?,
                pulled => return pulled,
            }
        }
        Err(Refused::Token { reason: "token_refused".into() })
    }
}
