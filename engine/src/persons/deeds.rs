//! What customers do that tells who they are: the orders they name. A reason for agents to look, no more: it links nobody, adds nothing to what
//! does, and shows a customer nothing.

use super::carry::lasting;
use crate::inbound::{InboundMessage, Writer};
use crate::{Engine, Result};
use qn_domain::{Fact, FactKind, Grade, Timestamp};
use qn_identity::fact::read;
use qn_store::contact_fact;

/// No order's number has fewer, and most messages have none.
const DIGITS_MIN: usize = 4;
/// Of one contact. Nobody asks about more, a program may.
const ORDERS_MAX: usize = 20;

impl Engine {
    /// Never fails a message: the next one that names the order brings it again.
    pub(crate) async fn note_order(&self, message: &InboundMessage) {
        if message.writer != Writer::Proved {
            return;
        }
        let Some(order) = named_order(&message.content.text, self.now()) else { return };
        if let Err(error) = Box::pin(self.names_order(message, &order)).await {
            tracing::warn!(%error, contact = %message.contact_id, "the order that a contact named could not be noted");
        }
    }

    async fn names_order(&self, message: &InboundMessage, order: &Fact) -> Result<()> {
        let (tenant_id, contact_id) = (&message.tenant_id, &message.contact_id);
        let known = contact_fact::list(&self.db, tenant_id, &[contact_id]).await?;
        if known.iter().filter(|(_, fact)| fact.kind == FactKind::Order).count() >= ORDERS_MAX {
            return Ok(());
        }
        self.note_facts(tenant_id, contact_id, std::slice::from_ref(order)).await
    }
}

fn named_order(text: &str, now: Timestamp) -> Option<Fact> {
    if text.chars().filter(|c| c.is_numeric()).count() < DIGITS_MIN {
        return None;
    }
    let named = lasting(text, now);
    read(FactKind::Order, "", named.get("order_id")?.as_str()?, Grade::Inferred)
}
