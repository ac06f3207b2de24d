//! Access tokens of platforms. This is their only holder: one request for a token at a time per inbox, renewed before it ends, kept
//! sealed over restarts, and asked for anew once when the platform refuses it early. Many platforms end the old token with each new
//! one, so two holders would starve each other.

use super::Side;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use qn_channel::{Refused, Renewed, Token};
use qn_domain::{Inbox, InboxId};
use qn_store::channel_token::{self, SealedToken};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;

/// Renewed this long before the end, or in the last tenth of a short life.
const EARLY_MS_MAX: i64 = 5 * MINUTE_MS;
/// Platforms count forced renewals; one that is refused at once again has another cause than age.
const FORCED_APART_MS: i64 = 30_000;

type Holder = Arc<AsyncMutex<Held>>;

#[derive(Default)]
pub(crate) struct Holders(Mutex<HashMap<InboxId, Holder>>);

#[derive(Default)]
pub(crate) struct Held {
    token: Option<Kept>,
    forced_at: Option<Timestamp>,
    /// The store was asked.
    read: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    value: String,
    taken_at: Timestamp,
    expires_at: Timestamp,
    /// A setting that the platform renewed, as long as people leave theirs as it was.
    #[serde(default)]
    renewed: Option<Instead>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Instead {
    /// What people filled in, used up since.
    of: Value,
    by: Renewed,
}

impl Instead {
    fn new(inbox: &Inbox, by: Renewed) -> Self {
        Self { of: inbox.channel_settings[by.setting.as_str()].clone(), by }
    }

    /// The inbox with the renewed setting; none when people have filled in another since.
    fn applied(&self, inbox: &Inbox) -> Option<Inbox> {
        let mut inbox = inbox.clone();
        let setting = inbox.channel_settings.get_mut(self.by.setting.as_str()).filter(|setting| **setting == self.of)?;
        *setting = self.by.value.clone().into();
        Some(inbox)
    }
}

impl Kept {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let early = ((self.expires_at - self.taken_at) / 10).min(EARLY_MS_MAX);
        now < self.expires_at - early
    }
}

impl Holders {
    fn of(&self, id: &InboxId) -> Holder {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone()
    }

    fn forget(&self, id: &InboxId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Engine {
    /// A token that is good now; empty where the channel has none. `inbox` with its credentials in the clear.
    pub(crate) async fn channel_token(&self, inbox: &Inbox) -> std::result::Result<String, Refused> {
        if qn_channel::find(inbox.channel).token(inbox, false).is_none() {
            return Ok(String::new());
        }
        let holder = self.channels.tokens.of(&inbox.id);
        let mut held = holder.lock().await;
        let now = self.now();
        if !held.read {
            held.token = self.stored_token(inbox).await;
            held.read = true;
        }
        match &held.token {
            Some(kept) if kept.is_fresh(now) => return Ok(kept.value.clone()),
            _ => {}
        }
        match self.fetch_token(inbox, false, held.token.as_ref()).await {
            Ok(kept) => Ok(held.token.insert(kept).value.clone()),
            // The old one still works for a while.
            Err(refused) => match held.token.as_ref().filter(|kept| now < kept.expires_at) {
                Some(kept) => Ok(kept.value.clone()),
                None => Err(refused),
            },
        }
    }

    /// The platform refused this token: another, unless somebody has one already.
    pub(crate) async fn token_instead_of(&self, inbox: &Inbox, refused: &str) -> std::result::Result<String, Refused> {
        let holder = self.channels.tokens.of(&inbox.id);
        let mut held = holder.lock().await;
        if let Some(kept) = held.token.as_ref().filter(|kept| kept.value != refused) {
            return Ok(kept.value.clone());
        }
        let now = self.now();
        if held.forced_at.is_some_and(|at| now - at < FORCED_APART_MS) {
            return Err(Refused::Retry { after_ms: FORCED_APART_MS, reason: "token_refused".into() });
        }
        held.forced_at = Some(now);
        let kept = self.fetch_token(inbox, true, held.token.as_ref()).await?;
        Ok(held.token.insert(kept).value.clone())
    }

    /// The settings changed, and with them perhaps the credentials. What the platform renewed is kept: it alone may still work.
    pub async fn forget_token(&self, inbox: &Inbox) -> Result<()> {
        self.channels.tokens.forget(&inbox.id);
        match self.stored_token(inbox).await.filter(|kept| kept.renewed.is_some()) {
            Some(kept) => self.store_token(inbox, &Kept { value: String::new(), expires_at: kept.taken_at, ..kept }).await,
            None => channel_token::delete(&self.db, &inbox.tenant_id, &inbox.id).await?,
        }
        Ok(())
    }

    async fn fetch_token(&self, inbox: &Inbox, forced: bool, before: Option<&Kept>) -> std::result::Result<Kept, Refused> {
        let adapter = qn_channel::find(inbox.channel);
        let before = before.and_then(|kept| kept.renewed.as_ref());
        let asking = before.and_then(|renewed| renewed.applied(inbox));
        let request = adapter.token(asking.as_ref().unwrap_or(inbox), forced);
        let Some(request) = request else { return Err(Refused::Failed { reason: "no_token".into() }) };
        let fetched = match self.call(request).await {
            Ok(response) => adapter.read_token(&response),
            Err(error) => Err(qn_channel::judge(&Err(error)).err().unwrap_or_else(unanswered)),
        };
        let token = fetched.inspect_err(|refused| self.channels.health.failed(inbox, Side::Token, refused.reason(), self.now()))?;
        let renewed = match &token.renewed {
            Some(renewed) => Some(Instead::new(inbox, renewed.clone())),
            None => before.filter(|_| asking.is_some()).cloned(),
        };
        let kept = self.kept(token, renewed);
        self.store_token(inbox, &kept).await;
        Ok(kept)
    }

    fn kept(&self, token: Token, renewed: Option<Instead>) -> Kept {
        let now = self.now();
        Kept { value: token.value, taken_at: now, expires_at: now + token.expires_in_ms.max(0), renewed }
    }

    async fn stored_token(&self, inbox: &Inbox) -> Option<Kept> {
        let found = channel_token::find(&self.db, &inbox.tenant_id, &inbox.id).await;
        let found = found.inspect_err(|error| tracing::warn!(%error, "a channel's token could not be read")).ok()??;
        serde_json::from_str(self.open_for(inbox, "token", &found.sealed)?.reveal()).ok()
    }

    /// A token that cannot be kept is good all the same.
    async fn store_token(&self, inbox: &Inbox, kept: &Kept) {
        let text = serde_json::to_string(kept).unwrap_or_default();
        let Ok(sealed) = self.seal_for(inbox, "token", &text) else { return };
        let token = SealedToken { sealed, expires_at: kept.expires_at, taken_at: kept.taken_at };
        if let Err(error) = channel_token::put(&self.db, &inbox.tenant_id, &inbox.id, &token).await {
            tracing::warn!(%error, inbox = %inbox.id, "a channel's token could not be kept");
        }
    }
}

fn unanswered() -> Refused {
    Refused::Retry { after_ms: 0, reason: "unreadable_answer".into() }
}
