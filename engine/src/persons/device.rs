//! The device a customer writes from, where they consented and the inbox wants it: kept as a keyed mark that only this company's facts hold,
//! shown to agents as a reason to look. It links nobody and shows a customer nothing. Gone when consent is withdrawn or the inbox's
//! switch turned off.

use crate::{Engine, Result};
use qn_crypto::Place;
use qn_domain::{ContactId, Fact, FactKind, Grade, Inbox, TenantId};
use qn_store::contact_fact;

impl Engine {
    /// What is kept of a device's id, if the inbox links by devices. None for ids that many devices give.
    pub fn device_fact(&self, inbox: &Inbox, id: &str) -> Option<Fact> {
        let named = inbox.widget.device_links.then(|| qn_identity::fact::read(FactKind::Device, "", id, Grade::Inferred)).flatten()?;
        let place = Place { tenant: inbox.tenant_id.as_str(), name: "device" };
        Some(Fact { value: self.channels.keys.mark(place, &named.value), ..named })
    }

    /// Never fails a start: the next one brings it again.
    pub async fn writes_from(&self, tenant_id: &TenantId, contact_id: &ContactId, device: &Fact) {
        if let Err(error) = self.note_facts(tenant_id, contact_id, std::slice::from_ref(device)).await {
            tracing::warn!(%error, contact = %contact_id, "a contact's device could not be noted");
        }
    }

    /// The customer takes their consent back: the device is forgotten, whoever wrote from it.
    pub async fn forget_device(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<()> {
        for id in contact_fact::erase_devices_of(&self.db, tenant_id, contact_id).await? {
            self.db.announce(tenant_id, "contact", id.as_str(), self.now()).await?;
        }
        Ok(())
    }

    /// The inbox links by devices no more.
    pub async fn forget_devices(&self, inbox: &Inbox) -> Result<()> {
        Ok(contact_fact::erase_devices_in(&self.db, &inbox.tenant_id, &inbox.id).await?)
    }
}
