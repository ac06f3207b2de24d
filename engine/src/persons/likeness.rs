//! Links by likeness, where a company wants them: contacts as likely one person as it says are linked without asking, graded inferred.
//! Colleagues see the link with its weights and can take it back; a customer is shown nothing by it. A device or an order counts for nothing here.

use crate::persons::LikelySame;
use crate::{Engine, Result};
use qn_domain::{ContactId, ContactLink, Grade, LinkId, LinkState, TenantId};
use qn_identity::usual::probability;
use qn_store::contact_link::{self, Linked};
use serde_json::json;
use std::collections::BTreeSet;

/// The stable word of such a link.
const LIKENESS: &str = "likeness";
/// What is worth a look and links nobody.
const DEEDS: [&str; 2] = ["device", "order"];

impl Engine {
    /// After something new became known of a contact.
    pub(super) async fn link_by_likeness(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<()> {
        let Some(least) = self.settings(tenant_id).await?.link_policy.link else { return Ok(()) };
        let person = self.person(tenant_id, contact_id).await?;
        let likely = self.likely_from(tenant_id, &person.contacts, &person.links, least).await?;
        // Whom a colleague parted is not joined again by way of a third.
        let by_people = |l: &&ContactLink| l.state == LinkState::Refused || (l.state == LinkState::Undone && l.undone_by.is_some());
        let parted: BTreeSet<&ContactId> = person.links.iter().filter(by_people).flat_map(|l| [&l.a, &l.b]).collect();
        for LikelySame { contact, weights, .. } in likely {
            let theirs = contact_link::members(&self.db, tenant_id, &contact.id).await?;
            if theirs.iter().any(|id| parted.contains(id)) {
                continue;
            }
            let plain: Vec<_> = weights.into_iter().filter(|weight| !DEEDS.contains(&weight.column.as_str())).collect();
            let probability = probability(&plain);
            if probability < least {
                continue;
            }
            let link = ContactLink {
                id: LinkId::fresh(self.now()),
                tenant_id: tenant_id.clone(),
                a: contact_id.min(&contact.id).clone(),
                b: contact_id.max(&contact.id).clone(),
                state: LinkState::Standing,
                grade: Grade::Inferred,
                reason: LIKENESS.to_owned(),
                evidence: json!({"weights": plain, "probability": probability}),
                made_by: None,
                at: self.now(),
                undone_by: None,
                undone_at: None,
            };
            if contact_link::insert(&self.db, &link).await? == Linked::Done {
                metrics::counter!("qn_contact_links_total", "by" => "likeness", "grade" => link.grade.as_str()).increment(1);
                self.announce_persons(&link).await?;
            }
        }
        Ok(())
    }
}
