//! Reply windows of contacts: what was opened and what was sent since, measured by the channel's own rules. Shown to agents before they
//! hit the wall, and asked before a message is taken.

use crate::{Engine, EngineError, Result};
use qn_channel::{Meter, Opening, SessionState, Way, Window};
use qn_domain::{Conversation, DeliveryState, Inbox, MessageKind, TenantId};

/// Messages that were taken and have not left yet count as well; looked for among so many of the last.
const QUEUED_AMONG: i64 = 30;

/// Where a conversation stands with its channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowState {
    pub meter: Meter,
    /// The channel limits replies at all.
    pub limited: bool,
    /// What opens a window there; empty where nothing is limited.
    pub opened_by: Vec<Opening>,
    /// Approved templates that may be sent whatever the window is.
    pub templates: Vec<String>,
    /// Who else has the platform's own session; none: nobody, as far as is known.
    pub session: Option<SessionState>,
    /// Nothing is delivered but the bot's answer to the platform's own call.
    pub only_in_call: bool,
}

impl Engine {
    /// Counts what waits to leave too.
    pub async fn reply_window(&self, conversation: &Conversation) -> Result<WindowState> {
        let inbox = self.inbox(&conversation.tenant_id, &conversation.inbox_id).await?;
        let adapter = qn_channel::find(inbox.channel);
        let opened_by: Vec<Opening> = adapter.windows().iter().map(|window| window.opened_by).collect();
        let free = WindowState { meter: Meter::OPEN, limited: false, opened_by, templates: Vec::new(), session: None, only_in_call: false };
        if !limits(&inbox) {
            return Ok(free);
        }
        let shut = WindowState { meter: Meter::CLOSED, limited: true, templates: adapter.templates(&inbox), ..free.clone() };
        let Some(contact) = self.external_id(&inbox, conversation).await? else {
            return Ok(if adapter.windows().is_empty() { free } else { shut });
        };
        let mut meter = match adapter.way(&inbox, &contact, crate::ingest::conversation_key(&conversation.thread_key)) {
            Way::InCall => return Ok(WindowState { only_in_call: true, ..shut }),
            Way::ByHandle => {
                let closes_at = self.handle_ends_at(&inbox, &contact).await?;
                let meter = if closes_at.is_some() { Meter { left: None, closes_at } } else { Meter::CLOSED };
                return Ok(WindowState { meter, opened_by: vec![Opening::Message], ..shut });
            }
            Way::Open if adapter.windows().is_empty() => return Ok(free),
            Way::Open => self.meter(&inbox, &contact).await?,
        };
        if let Some(left) = meter.left {
            let queued = self.queued(&conversation.tenant_id, conversation).await?;
            meter.left = Some(left.saturating_sub(queued));
        }
        let session = self.channels.sessions.of(&inbox.id, &contact);
        Ok(WindowState { meter, session, ..shut })
    }

    /// Refuses before the wall: what the platform would not take is not taken from an agent. An approved template it takes at any time.
    pub(crate) async fn check_window(&self, conversation: &Conversation, template: Option<&str>) -> Result<()> {
        let inbox = self.inbox(&conversation.tenant_id, &conversation.inbox_id).await?;
        if let Some(name) = template {
            let is_known = qn_channel::find(inbox.channel).templates(&inbox).iter().any(|known| known == name);
            return if is_known { Ok(()) } else { Err(EngineError::Invalid { field: "template" }) };
        }
        if !limits(&inbox) || self.reply_window(conversation).await?.meter.is_open() {
            return Ok(());
        }
        Err(EngineError::WindowClosed)
    }

    /// Counts what left.
    pub(super) async fn meter(&self, inbox: &Inbox, contact: &str) -> Result<Meter> {
        let windows = qn_channel::find(inbox.channel).windows();
        let Some(longest_ms) = windows.iter().map(|window: &Window| window.ms).max() else { return Ok(Meter::OPEN) };
        let now = self.now();
        let (tenant, id) = (&inbox.tenant_id, &inbox.id);
        let openings = qn_store::channel_opening::list(&self.db, tenant, id, contact).await?;
        let openings: Vec<_> = openings.iter().filter_map(|(by, at)| Some((Opening::parse(by)?, *at))).collect();
        let sent = qn_store::channel_sent::list_times(&self.db, tenant, id, contact, now - longest_ms).await?;
        Ok(qn_channel::meter(windows, &openings, &sent, now))
    }

    /// The contact's account on the conversation's channel.
    pub(super) async fn external_id(&self, inbox: &Inbox, conversation: &Conversation) -> Result<Option<String>> {
        let identities = qn_store::identity::list(&self.db, &conversation.tenant_id, &conversation.contact_id).await?;
        Ok(identities.into_iter().find(|identity| identity.inbox_id == inbox.id).map(|identity| identity.external_id))
    }

    async fn queued(&self, tenant_id: &TenantId, conversation: &Conversation) -> Result<u32> {
        let recent = qn_store::message::list_before(&self.db, tenant_id, &conversation.id, None, QUEUED_AMONG).await?;
        let mut queued = 0;
        for message in recent.iter().filter(|m| m.kind == MessageKind::Outgoing && m.state == DeliveryState::Queued) {
            // What has left counts as sent, also while the note of it is on its way into the conversation.
            let left = qn_store::channel_sent::list_steps(&self.db, tenant_id, &message.id).await?;
            queued += u32::from(left.is_empty());
        }
        Ok(queued)
    }
}

/// Whether anybody there may be out of reach.
fn limits(inbox: &Inbox) -> bool {
    let adapter = qn_channel::find(inbox.channel);
    !adapter.windows().is_empty() || adapter.way(inbox, "", None) != Way::Open
}
