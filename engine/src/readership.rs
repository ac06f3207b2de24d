//! Whose question it is, as far as articles are for some only: what the site vouches for, the customer's tier, and the company's date.

use crate::{Engine, Result, hours};
use qn_domain::{Contact, ContactId, Evidence, Reader, TenantId, contact};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readership {
    pub staff: bool,
    pub signed_in: bool,
    pub tier: Option<String>,
    pub today: String,
}

impl Readership {
    /// Where these products are talked about; none where that is not known.
    pub fn reader<'a>(&'a self, products: &'a [String]) -> Reader<'a> {
        Reader { staff: self.staff, signed_in: self.signed_in, tier: self.tier.as_deref(), today: &self.today, products }
    }
}

impl Engine {
    /// Somebody nobody knows anything of.
    pub async fn anybody(&self, tenant_id: &TenantId) -> Result<Readership> {
        let time_zone = &self.settings(tenant_id).await?.tenant.time_zone;
        Ok(Readership { today: hours::date(time_zone, self.now()), ..Readership::default() })
    }

    /// A colleague.
    pub async fn colleagues(&self, tenant_id: &TenantId) -> Result<Readership> {
        Ok(Readership { staff: true, ..self.anybody(tenant_id).await? })
    }

    pub async fn customer(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Readership> {
        let anybody = self.anybody(tenant_id).await?;
        let Some(contact) = qn_store::contact::find(&self.db, tenant_id, contact_id).await? else { return Ok(anybody) };
        let signed_in = self.is_signed_in(&contact).await?;
        Ok(Readership { signed_in, tier: contact::tier(&contact.attributes), ..anybody })
    }

    /// A signed token of the company's own site, or the like, stood behind the contact once.
    pub(crate) async fn is_signed_in(&self, contact: &Contact) -> Result<bool> {
        let identities = qn_store::identity::list(&self.db, &contact.tenant_id, &contact.id).await?;
        Ok(identities.iter().any(|identity| identity.evidence == Evidence::Verified))
    }
}
