//! Who is speaking. The channel has already found the contact; here the contact's standing and name are looked up.

use crate::inbound::InboundMessage;
use crate::{Engine, EngineError, Readership, Result};
use qn_domain::{Contact, ContactId, Language, LogEntry, TenantId};
use serde_json::{Map, Value};

/// What decisions need of a contact, kept for those seen recently.
#[derive(Debug, Clone)]
pub(crate) struct Identified {
    /// Empty until somebody says it.
    pub name: String,
    /// SKUs of what the company knows the customer has: its attribute `owns`, parted by commas.
    pub owns: Vec<String>,
    /// As the company set them.
    pub attributes: Map<String, Value>,
    /// As their browser or channel told it.
    pub language: Option<Language>,
    /// Their site vouched for them.
    pub signed_in: bool,
    blocked: bool,
}

impl Identified {
    fn of(contact: Contact, signed_in: bool) -> Self {
        let owns = owns(&contact.attributes);
        Self { name: contact.name, owns, attributes: contact.attributes, language: contact.language, signed_in, blocked: contact.blocked }
    }
}

impl Identified {
    /// As a reader of articles.
    pub fn readership(&self, today: String) -> Readership {
        Readership { staff: false, signed_in: self.signed_in, tier: qn_domain::contact::tier(&self.attributes), today }
    }
}

/// SKUs of what the company knows the customer has.
pub(crate) fn owns(attributes: &Map<String, Value>) -> Vec<String> {
    let owns = attributes.get("owns").and_then(Value::as_str).unwrap_or_default();
    owns.split(',').map(str::trim).filter(|sku| !sku.is_empty()).map(str::to_owned).collect()
}

/// Fails for a contact that does not exist in the tenant, and for a blocked one.
pub(crate) async fn run(engine: &Engine, message: &InboundMessage) -> Result<Identified> {
    let identified = known(engine, &message.tenant_id, &message.contact_id).await?;
    if identified.blocked { Err(EngineError::Blocked) } else { Ok(identified) }
}

/// What the company knows of a contact; nothing of one that is gone.
pub(crate) async fn attributes(engine: &Engine, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Map<String, Value>> {
    match known(engine, tenant_id, contact_id).await {
        Ok(identified) => Ok(identified.attributes),
        Err(EngineError::NotFound { .. }) => Ok(Map::new()),
        Err(error) => Err(error),
    }
}

async fn known(engine: &Engine, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Identified> {
    let key = format!("{tenant_id}:{contact_id}");
    if let Some(known) = engine.contacts.get(&key) {
        return Ok(known);
    }
    let contact = qn_store::contact::get(&engine.db, tenant_id, contact_id).await?;
    let signed_in = engine.is_signed_in(&contact).await?;
    let found = Identified::of(contact, signed_in);
    engine.contacts.insert(key, found.clone());
    Ok(found)
}

/// Follows the commit stream: a contact that changed is read again.
pub(crate) fn follow(contacts: &quick_cache::sync::Cache<String, Identified>, entry: &LogEntry) {
    for change in &entry.changes {
        if let qn_domain::Change::ResourceChanged { resource, id } = change
            && resource == "contact"
        {
            contacts.remove(&format!("{}:{id}", entry.tenant_id));
        }
    }
}
