//! Pausing webhook endpoints. One whose address is refused for good, or that took nothing for as long as an event is tried (days),
//! gets nothing more until a person has looked: what waits for it is held, new events are not written for it. Called by the outbox
//! and the API.

use crate::{Engine, Result};
use qn_domain::{EffectRow, TenantId, WebhookId, WebhookPause};
use qn_store::{effect, webhook};

impl Engine {
    /// After an event was given up.
    pub(crate) async fn pause_webhook(&self, given_up: &EffectRow, reason: &str, hopeless: bool) -> Result<()> {
        let (tenant_id, id, now) = (&given_up.tenant_id, WebhookId::from(given_up.lane.as_str()), self.now());
        if reason == crate::deliver::DISABLED {
            return Ok(());
        }
        if !hopeless && effect::any_done_since(&self.db, tenant_id, id.as_str(), given_up.created_at).await? {
            return Ok(());
        }
        if !webhook::pause(&self.db, tenant_id, &id, &WebhookPause { at: now, reason: reason.to_owned() }).await? {
            return Ok(());
        }
        let held = effect::hold(&self.db, tenant_id, id.as_str()).await?;
        metrics::counter!("qn_webhooks_paused_total").increment(1);
        tracing::warn!(webhook = %id, reason, held, "a webhook was paused; a person can resume it in the console");
        self.reload_settings(tenant_id);
        if let Err(error) = self.db.announce(tenant_id, "webhook", id.as_str(), now).await {
            tracing::warn!(%error, webhook = %id, "open consoles were not told of the pause");
        }
        Ok(())
    }

    /// A person ended the pause, or the endpoint is gone: what was held is tried now, or dropped.
    pub async fn release_webhook(&self, tenant_id: &TenantId, id: &WebhookId) -> Result<()> {
        effect::release_held(&self.db, tenant_id, id.as_str(), self.now()).await?;
        self.wakes.outbox.notify_one();
        Ok(())
    }
}
