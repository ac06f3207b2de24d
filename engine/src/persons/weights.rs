//! What likeness proves at a company is learnt from its own contacts: now and then by itself, or when an admin asks. Of a large company
//! some contacts are drawn, and with them everybody who shares a value that not too many have; nothing reads all contacts whole.

use crate::{Engine, EngineError, Result};
use qn_base::Timestamp;
use qn_base::clock::{HOUR_MS, MINUTE_MS};
use qn_domain::{Contact, ContactId, MatchWeights, TenantId};
use qn_identity::fact::sharers_max;
use qn_identity::own::{CONTACTS_MIN, Said, Sample, learn};
use qn_nlu::learn::rng::Rng;
use qn_store::{Db, contact, contact_fact, contact_link, match_weights};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DRAWN_MAX: usize = 10_000;
const PAIRS_MAX: usize = 200_000;
const JUDGED_MAX: i64 = 5_000;
const IDS_AT_ONCE: i64 = 5_000;
/// Contacts whose facts are read together.
const FACTS_AT_ONCE: usize = 25;
const CONTACTS_AT_ONCE: usize = 500;

/// A start is no time for it.
const FIRST_MS: i64 = 10 * MINUTE_MS;
const AGAIN_MS: i64 = 24 * HOUR_MS;
/// Contacts that came or went before it is worth learning again: so many, and one in so many.
const CHANGED_MIN: i64 = 100;
const CHANGED_PART: i64 = 20;
/// After an import it does not wait for the day to end.
const GROWN_PART: i64 = 2;

impl Engine {
    /// Runs until cancelled.
    pub async fn run_weighing(self: Arc<Self>, stop: CancellationToken) {
        let mut wait_ms = FIRST_MS;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())) => {}
            }
            wait_ms = HOUR_MS;
            tokio::select! {
                () = stop.cancelled() => return,
                done = self.weigh_due() => if let Err(error) = done {
                    tracing::warn!(%error, "what likeness proves could not be learnt");
                }
            }
        }
    }

    /// Every company whose contacts changed enough, one after the other.
    pub async fn weigh_due(&self) -> Result<()> {
        for tenant in qn_store::tenant::list(&self.db).await? {
            if !self.is_weighing_due(&tenant.id).await? {
                continue;
            }
            match self.learn_weights(&tenant.id).await {
                Ok(_) | Err(EngineError::AlreadyRunning) => {}
                Err(error) => tracing::warn!(%error, tenant = %tenant.id, "what likeness proves could not be learnt"),
            }
        }
        Ok(())
    }

    async fn is_weighing_due(&self, tenant_id: &TenantId) -> Result<bool> {
        let own = match_weights::get(&self.db, tenant_id).await?;
        if !own.used {
            return Ok(false);
        }
        let contacts = contact::count(&self.db, tenant_id).await?;
        Ok(contacts >= CONTACTS_MIN as i64 && own.learnt.is_none_or(|learnt| is_due(&learnt, contacts, self.now())))
    }

    /// Learns and keeps what was learnt; None where there are too few contacts. One at a time in the whole process.
    pub async fn learn_weights(&self, tenant_id: &TenantId) -> Result<Option<MatchWeights>> {
        let _turn = self.weighing.try_lock().map_err(|_| EngineError::AlreadyRunning)?;
        let learnt = weights_from(&self.db, tenant_id, self.now()).await?;
        if let Some(learnt) = &learnt {
            match_weights::put(&self.db, tenant_id, learnt).await?;
            self.weights_changed(tenant_id).await;
        }
        Ok(learnt)
    }

    /// Whether what was learnt counts, or the usual weights.
    pub async fn use_own_weights(&self, tenant_id: &TenantId, used: bool) -> Result<()> {
        match_weights::set_used(&self.db, tenant_id, used).await?;
        self.weights_changed(tenant_id).await;
        Ok(())
    }

    /// It is stored already; a busy moment does not undo it.
    async fn weights_changed(&self, tenant_id: &TenantId) {
        if let Err(error) = self.db.announce(tenant_id, "match_weights", tenant_id.as_str(), self.now()).await {
            tracing::warn!(%error, "new match weights could not be announced");
            self.reload_settings(tenant_id);
        }
    }
}

fn is_due(learnt: &MatchWeights, contacts: i64, now: Timestamp) -> bool {
    let changed = (contacts - learnt.contacts).abs();
    let has_grown = contacts >= learnt.contacts + learnt.contacts / GROWN_PART;
    let is_old = now - learnt.learnt_at >= AGAIN_MS;
    changed >= CHANGED_MIN.max(learnt.contacts / CHANGED_PART) && (is_old || has_grown)
}

/// From the contacts as they are; nothing is kept. For the command line as well, which has no engine.
pub async fn weights_from(db: &Db, tenant_id: &TenantId, now: Timestamp) -> Result<Option<MatchWeights>> {
    let sample = gather(db, tenant_id).await?;
    let learning = tokio::task::spawn_blocking(move || learn(&sample, now));
    learning.await.map_err(|error| {
        tracing::error!(%error, "learning match weights broke off");
        EngineError::NothingToLearn
    })
}

async fn gather(db: &Db, tenant_id: &TenantId) -> Result<Sample> {
    let (contacts, drawn) = draw(db, tenant_id).await?;
    if contacts < CONTACTS_MIN {
        return Ok(Sample { contacts, ..Sample::default() });
    }
    let mut people = People::default();
    let mut pairs: BTreeSet<(ContactId, ContactId)> = BTreeSet::new();
    for some in drawn.chunks(FACTS_AT_ONCE) {
        people.read(db, tenant_id, &some.iter().collect::<Vec<_>>()).await?;
        share_with(db, tenant_id, some, &mut pairs).await?;
        if pairs.len() >= PAIRS_MAX {
            break;
        }
    }
    let drawn = people.said.len();
    let judged = contact_link::judged(db, tenant_id, JUDGED_MAX).await?;
    let ends = pairs.iter().flat_map(|(a, b)| [a, b]).chain(judged.iter().flat_map(|(a, b, _)| [a, b]));
    let rest: BTreeSet<&ContactId> = ends.filter(|id| !people.places.contains_key(*id)).collect();
    for some in rest.into_iter().collect::<Vec<_>>().chunks(CONTACTS_AT_ONCE) {
        people.read(db, tenant_id, some).await?;
    }
    Ok(Sample {
        contacts,
        drawn,
        pairs: pairs.iter().filter_map(|(a, b)| people.pair(a, b)).collect(),
        judged: judged.iter().filter_map(|(a, b, same)| people.pair(a, b).map(|(a, b)| (a, b, *same))).collect(),
        people: people.said,
    })
}

/// How many contacts there are, and some of them at random, each as likely as any other.
async fn draw(db: &Db, tenant_id: &TenantId) -> Result<(usize, Vec<ContactId>)> {
    let (mut rng, mut seen, mut cursor) = (Rng::new(1), 0, None::<String>);
    let mut drawn: Vec<ContactId> = Vec::new();
    loop {
        let page = contact::ids(db, tenant_id, cursor.as_deref(), IDS_AT_ONCE).await?;
        for (id, _) in page.items {
            seen += 1;
            if drawn.len() < DRAWN_MAX {
                drawn.push(id);
            } else if let Some(place) = drawn.get_mut(rng.below(seen)) {
                *place = id;
            }
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    // Where the pairs are too many for all of the drawn, those that are looked at are as random as the rest.
    rng.shuffle(&mut drawn);
    Ok((seen, drawn))
}

/// Adds the pairs of these contacts with everybody who shares a value that not too many have.
async fn share_with(db: &Db, tenant_id: &TenantId, some: &[ContactId], pairs: &mut BTreeSet<(ContactId, ContactId)>) -> Result<()> {
    for (id, fact) in contact_fact::list(db, tenant_id, &some.iter().collect::<Vec<_>>()).await? {
        let max = sharers_max(fact.kind);
        let sharers = contact_fact::sharers(db, tenant_id, &fact, max as i64 + 1).await?;
        if sharers.len() <= max {
            let others = sharers.into_iter().map(|(other, _)| other).filter(|other| *other != id);
            pairs.extend(others.map(|other| (id.clone().min(other.clone()), id.clone().max(other))));
        }
    }
    Ok(())
}

/// What the contacts say, and where each stands.
#[derive(Default)]
struct People {
    said: Vec<Said>,
    places: HashMap<ContactId, u32>,
}

impl People {
    async fn read(&mut self, db: &Db, tenant_id: &TenantId, ids: &[&ContactId]) -> Result<()> {
        let mut contacts = contact::list_by_ids(db, tenant_id, ids).await?;
        contacts.sort_by(|x, y| x.id.cmp(&y.id));
        for contact in contacts {
            self.said.push(said(&contact));
            self.places.insert(contact.id, self.said.len() as u32 - 1);
        }
        Ok(())
    }

    fn pair(&self, a: &ContactId, b: &ContactId) -> Option<(u32, u32)> {
        Some((*self.places.get(a)?, *self.places.get(b)?))
    }
}

fn said(contact: &Contact) -> Said {
    Said {
        name: contact.name.clone(),
        phone: contact.phone.clone().unwrap_or_default(),
        email: contact.email.clone().unwrap_or_default(),
        address: super::address(&contact.attributes).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_learnt_again_a_day_later_or_after_an_import_where_enough_changed() {
        let learnt = MatchWeights { fields: vec![], contacts: 1_000, pairs: 0, same: 0, learnt_at: 0 };
        assert!(!is_due(&learnt, 1_050, AGAIN_MS), "too little");
        assert!(!is_due(&learnt, 1_200, AGAIN_MS - 1), "too soon");
        assert!(is_due(&learnt, 1_100, AGAIN_MS));
        assert!(is_due(&learnt, 900, AGAIN_MS), "fewer as well");
        assert!(is_due(&learnt, 1_500, 1));
    }
}
