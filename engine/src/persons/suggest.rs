//! Contacts that may be the same person: those who share a value that links by no rule, weighed by everything both say. Only shown to
//! people; nothing follows from a suggestion by itself.

use crate::{Engine, Result};
use qn_domain::link::forbids;
use qn_domain::{Contact, ContactId, ContactLink, Fact, FactKind, TenantId};
use qn_identity::fact::sharers_max;
use qn_identity::link::Weight;
use qn_identity::usual::{Profile, probability, same_device, same_order, weigh};
use qn_store::{contact, contact_fact, contact_link};
use std::collections::{BTreeMap, BTreeSet};

const SHOWN_MAX: usize = 5;
/// Contacts that are weighed at all.
const WEIGHED_MAX: usize = 100;

/// A contact that may be the same person, and why.
#[derive(Debug, Clone)]
pub struct LikelySame {
    pub contact: Contact,
    pub probability: f64,
    pub weights: Vec<Weight>,
}

impl Engine {
    /// As likely as the company's threshold wants, likeliest first; nobody where it wants no suggestions.
    async fn likely_same(&self, tenant_id: &TenantId, members: &[Contact], links: &[ContactLink]) -> Result<Vec<LikelySame>> {
        let Some(least) = self.settings(tenant_id).await?.link_policy.suggest else { return Ok(Vec::new()) };
        self.likely_from(tenant_id, members, links, least).await
    }

    /// From this likelihood on. `members` are the contacts of one person, `links` everything ever said about them.
    pub(super) async fn likely_from(
        &self,
        tenant_id: &TenantId,
        members: &[Contact],
        links: &[ContactLink],
        least: f64,
    ) -> Result<Vec<LikelySame>> {
        let ids: Vec<&ContactId> = members.iter().map(|c| &c.id).collect();
        let known = contact_fact::list(&self.db, tenant_id, &ids).await?;
        let ours: Vec<Fact> = known.into_iter().map(|(_, fact)| fact).collect();
        let mut settled: BTreeSet<&ContactId> = links.iter().flat_map(|l| [&l.a, &l.b]).collect();
        settled.extend(ids);
        let theirs = self.who_shares(tenant_id, &ours, &settled).await?;
        let candidates: Vec<&ContactId> = theirs.keys().take(WEIGHED_MAX).collect();
        let facts = contact_fact::list(&self.db, tenant_id, &candidates).await?;
        let settings = self.settings(tenant_id).await?;
        let own = settings.match_weights.as_ref();
        let mut found = Vec::new();
        for contact in contact::list_by_ids(&self.db, tenant_id, &candidates).await? {
            let of_contact: Vec<Fact> = facts.iter().filter(|(id, _)| *id == contact.id).map(|(_, fact)| fact.clone()).collect();
            if forbids(&ours, &of_contact) {
                continue;
            }
            let weighed = members.iter().map(|m| weigh(&profile(m), &profile(&contact), own));
            let best = weighed.max_by(|x, y| probability(x).total_cmp(&probability(y)));
            let mut weights = best.unwrap_or_default();
            weights.extend(same_deeds(&ours, &of_contact));
            let probability = probability(&weights);
            if probability >= least {
                found.push(LikelySame { contact, probability, weights });
            }
        }
        found.sort_by(|x, y| y.probability.total_cmp(&x.probability).then(x.contact.id.cmp(&y.contact.id)));
        found.truncate(SHOWN_MAX);
        Ok(found)
    }

    /// Others with one of the values, unless too many have it.
    async fn who_shares(&self, tenant_id: &TenantId, facts: &[Fact], settled: &BTreeSet<&ContactId>) -> Result<BTreeMap<ContactId, usize>> {
        let mut sharing: BTreeMap<ContactId, usize> = BTreeMap::new();
        for fact in facts {
            let max = sharers_max(fact.kind);
            let sharers = contact_fact::sharers(&self.db, tenant_id, fact, max as i64 + 1).await?;
            if sharers.len() <= max {
                for (id, _) in sharers.into_iter().filter(|(id, _)| !settled.contains(id)) {
                    *sharing.entry(id).or_default() += 1;
                }
            }
        }
        Ok(sharing)
    }

    /// What speaks for and against two contacts being one.
    pub(crate) async fn weights(&self, tenant_id: &TenantId, one: &ContactId, other: &ContactId) -> Result<Vec<Weight>> {
        let contacts = contact::list_by_ids(&self.db, tenant_id, &[one, other]).await?;
        let [first, second] = &contacts[..] else { return Ok(Vec::new()) };
        let known = contact_fact::list(&self.db, tenant_id, &[one, other]).await?;
        let of = |id: &ContactId| -> Vec<Fact> { known.iter().filter(|(whose, _)| whose == id).map(|(_, fact)| fact.clone()).collect() };
        let settings = self.settings(tenant_id).await?;
        let mut weights = weigh(&profile(first), &profile(second), settings.match_weights.as_ref());
        weights.extend(same_deeds(&of(one), &of(other)));
        Ok(weights)
    }
}

/// What both did: wrote from one device, named one order. One that too many did is nobody's; `who_shares` has not found these by it then,
/// which it alone would not outweigh.
fn same_deeds(one: &[Fact], other: &[Fact]) -> Vec<Weight> {
    let share = |kind: FactKind| one.iter().any(|f| f.kind == kind && other.iter().any(|o| o.kind == kind && o.value == f.value));
    let device = share(FactKind::Device).then(same_device);
    device.into_iter().chain(share(FactKind::Order).then(same_order)).collect()
}

fn profile(contact: &Contact) -> Profile<'_> {
    Profile {
        name: &contact.name,
        phone: contact.phone.as_deref().unwrap_or_default(),
        email: contact.email.as_deref().unwrap_or_default(),
        address: super::address(&contact.attributes).unwrap_or_default(),
    }
}

/// A person whole: the contacts, everything ever said about their links, and who else it may be.
#[derive(Debug, Clone)]
pub struct PersonFound {
    pub contacts: Vec<Contact>,
    pub links: Vec<ContactLink>,
    pub likely: Vec<LikelySame>,
}

impl Engine {
    pub async fn person(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<PersonFound> {
        contact::get(&self.db, tenant_id, contact_id).await?;
        let members = contact_link::members(&self.db, tenant_id, contact_id).await?;
        let mut contacts = contact::list_by_ids(&self.db, tenant_id, &members.iter().collect::<Vec<_>>()).await?;
        contacts.sort_by(|x, y| x.id.cmp(&y.id));
        let links = contact_link::list(&self.db, tenant_id, &members).await?;
        let likely = self.likely_same(tenant_id, &contacts, &links).await?;
        Ok(PersonFound { contacts, links, likely })
    }
}
