//! What a contact is known by, noted when a channel or a site says so; what is proved on both sides links by rule at once.

use crate::{Engine, Result};
use qn_channel::{FactKind as ToldKind, InboundContact};
use qn_domain::{Contact, ContactId, ContactLink, Evidence, Fact, FactKind, Grade, LinkId, LinkState, TenantId};
use qn_identity::fact::{read, sharers_max};
use qn_identity::rules::{Verdict, judge};
use qn_store::{contact_fact, contact_link};
use quick_cache::sync::Cache;
use serde_json::{Map, Value};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Facts of recently seen contacts, so that a message that tells nothing new costs no write.
#[derive(Debug)]
pub(crate) struct Seen(Cache<String, u64>);

impl Default for Seen {
    fn default() -> Self {
        Self(Cache::new(20_000))
    }
}

impl Seen {
    fn is_news(&self, contact: &ContactId, facts: &[Fact]) -> bool {
        let mut hasher = DefaultHasher::new();
        facts.hash(&mut hasher);
        let hash = hasher.finish();
        if self.0.get(contact.as_str()) == Some(hash) {
            return false;
        }
        self.0.insert(contact.0.clone(), hash);
        true
    }

    /// The next message tells it again.
    fn forget(&self, contact: &ContactId) {
        self.0.remove(contact.as_str());
    }
}

/// Contacts that rules joined a while ago, or that were written under before their person went on elsewhere, so that a conversation under
/// way goes on with what the other knows. Lost with the process: then the next conversation does.
#[derive(Debug)]
pub(crate) struct Joined(Cache<String, ()>);

impl Default for Joined {
    fn default() -> Self {
        Self(Cache::new(5_000))
    }
}

impl Joined {
    pub fn note(&self, contact: &ContactId) {
        self.0.insert(contact.0.clone(), ());
    }

    pub fn has(&self, contact: &ContactId) -> bool {
        self.0.get(contact.as_str()).is_some()
    }
}

/// A value and how well it is proved, before it is read.
#[derive(Debug, Clone, Copy)]
pub struct KnownBy<'a> {
    pub kind: FactKind,
    pub scope: &'a str,
    pub value: &'a str,
    pub grade: Grade,
}

impl Engine {
    /// Notes what is known of a contact and links it to contacts that proved the same. Junk and what is not what it should be is
    /// left out. Never fails a message: who cannot be linked now will be with their next one.
    pub async fn known_by(&self, tenant_id: &TenantId, contact_id: &ContactId, told: &[KnownBy<'_>]) {
        self.knows(tenant_id, contact_id, &read_all(told)).await;
    }

    /// The same of facts that are read already.
    pub(crate) async fn knows(&self, tenant_id: &TenantId, contact_id: &ContactId, facts: &[Fact]) {
        if facts.is_empty() || !self.facts_seen.is_news(contact_id, facts) {
            return;
        }
        if let Err(error) = Box::pin(self.note_facts(tenant_id, contact_id, facts)).await {
            tracing::warn!(%error, contact = %contact_id, "what identifies a contact could not be noted");
            self.facts_seen.forget(contact_id);
        }
    }

    /// A contact is new, and its facts were written with it: `fresh` of them.
    pub(crate) async fn begins_with(&self, tenant_id: &TenantId, contact_id: &ContactId, facts: &[Fact], fresh: &[Fact]) {
        // Told again, they are none.
        self.facts_seen.is_news(contact_id, facts);
        if let Err(error) = Box::pin(self.link_by_facts(tenant_id, contact_id, facts, fresh)).await {
            tracing::warn!(%error, contact = %contact_id, "a new contact could not be linked by what identifies it");
            self.facts_seen.forget(contact_id);
        }
    }

    /// What the customer has proved just now; unlike what is told by the way, it must not get lost.
    pub(crate) async fn proved(&self, tenant_id: &TenantId, contact_id: &ContactId, known: KnownBy<'_>) -> Result<()> {
        self.note_facts(tenant_id, contact_id, &read_all(&[known])).await
    }

    pub(super) async fn note_facts(&self, tenant_id: &TenantId, contact_id: &ContactId, facts: &[Fact]) -> Result<()> {
        let fresh = contact_fact::note(&self.db, tenant_id, contact_id, facts, self.now()).await?;
        self.link_by_facts(tenant_id, contact_id, facts, &fresh).await
    }

    /// Links the contact to those that proved one of `facts`, the `fresh` among them or not: a server that ended after noting them linked
    /// nobody. What was settled before stays as it is.
    async fn link_by_facts(&self, tenant_id: &TenantId, contact_id: &ContactId, facts: &[Fact], fresh: &[Fact]) -> Result<()> {
        for fact in facts.iter().filter(|fact| fact.grade.is_proof()) {
            let limit = sharers_max(fact.kind) as i64 + 1;
            let sharers = contact_fact::sharers(&self.db, tenant_id, fact, limit).await?;
            for (other, theirs) in sharers.iter().filter(|(other, _)| other != contact_id) {
                if let Verdict::Link(grade) = judge(fact, theirs, sharers.len()) {
                    self.link_by_rule(tenant_id, (contact_id, other), fact, grade).await?;
                }
            }
        }
        if fresh.iter().any(|fact| !matches!(fact.kind, FactKind::Device | FactKind::Order)) {
            self.link_by_likeness(tenant_id, contact_id).await?;
        }
        Ok(())
    }

    async fn link_by_rule(&self, tenant_id: &TenantId, (one, other): (&ContactId, &ContactId), fact: &Fact, grade: Grade) -> Result<()> {
        if contact_link::is_settled(&self.db, tenant_id, one, other).await? {
            return Ok(());
        }
        let link = ContactLink {
            id: LinkId::fresh(self.now()),
            tenant_id: tenant_id.clone(),
            a: one.min(other).clone(),
            b: one.max(other).clone(),
            state: LinkState::Standing,
            grade,
            reason: fact.kind.as_str().to_owned(),
            evidence: serde_json::json!({"scope": fact.scope, "value": veiled(&fact.value)}),
            made_by: None,
            at: self.now(),
            undone_by: None,
            undone_at: None,
        };
        if contact_link::insert(&self.db, &link).await? == contact_link::Linked::Done {
            [one, other].into_iter().for_each(|id| self.joined.note(id));
            metrics::counter!("qn_contact_links_total", "by" => "rule", "grade" => grade.as_str()).increment(1);
            self.announce_persons(&link).await?;
        }
        Ok(())
    }

    /// Screens that show either contact read again.
    pub(crate) async fn announce_persons(&self, link: &ContactLink) -> Result<()> {
        Ok(self.db.announce_all(&link.tenant_id, "contact", &[link.a.as_str(), link.b.as_str()], self.now()).await?)
    }

    /// What a colleague wrote down of a contact.
    pub async fn written_down(&self, contact: &Contact) {
        let said = [(FactKind::Phone, contact.phone.as_deref()), (FactKind::Email, contact.email.as_deref())];
        let mut told: Vec<KnownBy<'_>> = said.into_iter().filter_map(|(kind, value)| Some(claimed(kind, value?))).collect();
        told.push(claimed(FactKind::Name, &contact.name));
        told.extend(address(&contact.attributes).map(|value| claimed(FactKind::Address, value)));
        self.known_by(&contact.tenant_id, &contact.id, &told).await;
    }
}

/// What a channel tells of its contact.
pub(crate) fn told_by_channel(who: &InboundContact) -> Vec<Fact> {
    let mut told: Vec<KnownBy<'_>> = Vec::new();
    for fact in &who.facts {
        let kind = match fact.kind {
            ToldKind::UnionId => FactKind::UnionId,
            ToldKind::UserId => FactKind::UserId,
            ToldKind::Phone => FactKind::Phone,
            ToldKind::Email => FactKind::Email,
        };
        let Some(grade) = grade_of(fact.evidence) else { continue };
        told.push(KnownBy { kind, scope: &fact.scope, value: &fact.value, grade });
    }
    let typed = [(FactKind::Phone, &who.phone), (FactKind::Email, &who.email), (FactKind::Name, &who.name)];
    told.extend(typed.into_iter().filter_map(|(kind, value)| Some(claimed(kind, value.as_deref()?))));
    told.extend(address(&who.attributes).map(|value| claimed(FactKind::Address, value)));
    read_all(&told)
}

/// Junk and what is not what it should be is left out.
fn read_all(told: &[KnownBy<'_>]) -> Vec<Fact> {
    told.iter().filter_map(|known| read(known.kind, known.scope, known.value, known.grade)).collect()
}

/// A value that somebody typed.
pub fn claimed(kind: FactKind, value: &str) -> KnownBy<'_> {
    KnownBy { kind, scope: "", value, grade: Grade::Claimed }
}

/// Where a contact lives, as their attributes say.
pub fn address(attributes: &Map<String, Value>) -> Option<&str> {
    attributes.get("address").and_then(Value::as_str)
}

/// None for what an anonymous browser says of itself.
fn grade_of(evidence: Evidence) -> Option<Grade> {
    match evidence {
        Evidence::Anonymous => None,
        Evidence::Claimed => Some(Grade::Claimed),
        Evidence::Channel => Some(Grade::Channel),
        Evidence::Verified => Some(Grade::Verified),
    }
}

/// The end of a value, enough to recognise it.
fn veiled(value: &str) -> String {
    let end: String = value.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    format!("…{end}")
}
