//! Who is speaking. The channel has already found the contact; here the contact's standing is looked up.

use crate::inbound::InboundMessage;
use crate::{Engine, EngineError, Result};

#[derive(Debug)]
pub(crate) struct Identified {
    pub blocked: bool,
}

/// Fails for a contact that does not exist in the tenant, and for a blocked one.
pub(crate) async fn run(engine: &Engine, message: &InboundMessage) -> Result<Identified> {
    let blocked = match engine.contacts.get(message.contact_id.as_str()) {
        Some(blocked) => blocked,
        None => {
            let contact = qn_store::contact::get(&engine.db, &message.tenant_id, &message.contact_id).await?;
            engine.contacts.insert(message.contact_id.0.clone(), contact.blocked);
            contact.blocked
        }
    };
    if blocked { Err(EngineError::Blocked) } else { Ok(Identified { blocked }) }
}
