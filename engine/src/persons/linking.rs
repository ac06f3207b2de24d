//! What people do about persons: say that two contacts are one, that they are not, or take a link back.

use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{ContactId, ContactLink, Grade, LinkId, LinkState};
use qn_store::contact_link::{self, Linked};
use serde_json::json;

impl Engine {
    /// Joins two contacts, or notes that they are two people, which no rule and no suggestion raises again. Claimed: a colleague's word
    /// helps colleagues and shows a customer nothing.
    pub async fn judge_contacts(&self, actor: &Actor, one: &ContactId, other: &ContactId, same: bool) -> Result<ContactLink> {
        for id in [one, other] {
            qn_store::contact::get(&self.db, &actor.tenant_id, id).await?;
        }
        if one == other {
            return Err(EngineError::Invalid { field: "contact_id" });
        }
        let evidence = self.weights(&actor.tenant_id, one, other).await?;
        let link = ContactLink {
            id: LinkId::fresh(self.now()),
            tenant_id: actor.tenant_id.clone(),
            a: one.min(other).clone(),
            b: one.max(other).clone(),
            state: if same { LinkState::Standing } else { LinkState::Refused },
            grade: Grade::Claimed,
            reason: "agent".to_owned(),
            evidence: json!({"weights": evidence}),
            made_by: Some(actor.user_id.clone()),
            at: self.now(),
            undone_by: None,
            undone_at: None,
        };
        match contact_link::insert(&self.db, &link).await? {
            Linked::Done => {
                metrics::counter!("qn_contact_links_total", "by" => "person", "grade" => link.grade.as_str()).increment(1);
                self.announce_persons(&link).await?;
                Ok(link)
            }
            Linked::Already => Err(EngineError::Move(qn_domain::MoveError::Already)),
            Linked::Forbidden => Err(EngineError::TwoCustomers),
            Linked::TooMany => Err(EngineError::Invalid { field: "contact_id" }),
        }
    }

    /// The persons are what they were without the link. Taking back twice is once.
    pub async fn unlink(&self, actor: &Actor, id: &LinkId) -> Result<ContactLink> {
        let link = contact_link::undo(&self.db, &actor.tenant_id, id, &actor.user_id, self.now()).await?;
        self.announce_persons(&link).await?;
        Ok(link)
    }
}
