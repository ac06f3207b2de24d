//! Where a customer would stand in the queue if they joined it now, for channels that do not show it: the words of the hand-over say it.
//! Read before the decision; a guess like the floor itself, and nothing rather than a number without ground.

use crate::handoff;
use crate::openings::Opening;
use crate::queue::RECENT_MAX;
use crate::settings::TenantSettings;
use crate::{Engine, QueuePlace, Result};
use qn_domain::{Conversation, HandoffReason, Owner, Status, TeamId};
use std::sync::Arc;

impl Engine {
    /// What may be promised to the customer of a conversation that is handed over, with their place where it is told in words.
    pub(crate) async fn with_place(
        &self,
        settings: &Arc<TenantSettings>,
        c: &Conversation,
        (team_id, reason): (Option<&TeamId>, HandoffReason),
        mut opening: Opening,
    ) -> Opening {
        let is_shown = settings.inbox(&c.inbox_id).is_ok_and(|inbox| inbox.channel.has_screen());
        if !opening.is_open || is_shown {
            return opening;
        }
        let mut joining = c.clone();
        joining.handoff = Some(handoff::packet(c, reason, "", c.language, self.now()));
        (joining.status, joining.owner) = (Status::Open, Owner::Queue { team_id: team_id.cloned() });
        (joining.queued_at, joining.routing.offer) = (Some(self.now()), None);
        match Box::pin(self.place_if_joined(settings, &joining)).await {
            Ok(place) => opening.place = place,
            // No hand-over fails for want of a number.
            Err(error) => tracing::warn!(%error, conversation = %c.id, "the place in the queue could not be told"),
        }
        opening
    }

    async fn place_if_joined(&self, settings: &Arc<TenantSettings>, joining: &Conversation) -> Result<Option<QueuePlace>> {
        let now = self.now();
        let attributes = self.known_of(settings, joining).await?;
        let recent = qn_store::episode::recent_held(&self.db, &joining.tenant_id, now, RECENT_MAX).await?;
        let mut floor = self.floor(settings).await?;
        Ok(floor.as_mut().and_then(|floor| floor.outlook_of_new(joining, &attributes, &recent, now)).map(QueuePlace::of))
    }
}
