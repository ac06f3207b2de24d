//! The device a customer writes from, where they consented and the inbox wants it: kept as a keyed mark that only this company's facts hold,
//! shown to agents as a reason to look. It links nobody and shows a customer nothing. Gone when consent is withdrawn or the inbox's
//! switch turned off.

use crate::{Engine, Result};
use qn_crypto::Place;
use qn_domain::consent::{Consent, Purpose};
use qn_domain::{ContactId, Fact, FactKind, Grade, Inbox, TenantId};
use qn_store::{contact_consent, contact_fact};

/// Of one contact. Nobody writes from more, a program may.
const DEVICES_MAX: usize = 10;

impl Engine {
    /// What is kept of a device's id, if the inbox links by devices. None for ids that many devices give.
    pub fn device_fact(&self, inbox: &Inbox, id: &str) -> Option<Fact> {
        let named = inbox.widget.device_links.then(|| qn_identity::fact::read(FactKind::Device, "", id, Grade::Inferred)).flatten()?;
        let place = Place { tenant: inbox.tenant_id.as_str(), name: "device" };
        Some(Fact { value: self.channels.keys.mark(place, &named.value), ..named })
    }

    /// What a contact said to it, a row for each change of their word. Of inboxes that ask nobody only a withdrawal is kept.
    pub async fn note_consent(&self, inbox: &Inbox, contact_id: &ContactId, said: &Consent) -> Result<()> {
        let (db, tenant_id) = (&self.db, &inbox.tenant_id);
        let last = contact_consent::find_last(db, tenant_id, contact_id, Purpose::Device).await?;
        let withdraws = !said.given && last.as_ref().is_some_and(|last| last.given);
        let is_asked = inbox.widget.device_links || withdraws;
        if !is_asked || last.is_some_and(|last| said.says_the_same(&last)) {
            return Ok(());
        }
        contact_consent::append(db, tenant_id, contact_id, said).await?;
        Ok(db.announce(tenant_id, "contact", contact_id.as_str(), self.now()).await?)
    }

    /// Never fails a start: the next one brings it again.
    pub async fn writes_from(&self, tenant_id: &TenantId, contact_id: &ContactId, device: &Fact) {
        if let Err(error) = self.note_device(tenant_id, contact_id, device).await {
            tracing::warn!(%error, contact = %contact_id, "a contact's device could not be noted");
        }
    }

    async fn note_device(&self, tenant_id: &TenantId, contact_id: &ContactId, device: &Fact) -> Result<()> {
        let known = contact_fact::list(&self.db, tenant_id, &[contact_id]).await?;
        if known.iter().filter(|(_, fact)| fact.kind == FactKind::Device).count() >= DEVICES_MAX {
            return Ok(());
        }
        self.note_facts(tenant_id, contact_id, std::slice::from_ref(device)).await
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
