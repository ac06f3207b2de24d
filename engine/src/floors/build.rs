//! Reads a floor from the database, and looks whether the one in memory is still the same.

use super::LiveFloor;
use super::live::Place;
use crate::rules::skilled;
use crate::settings::TenantSettings;
use crate::{Engine, Result};
use qn_domain::{Contact, ContactId, Presence, TenantId, User, UserId};
use qn_routing::Candidate;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Waiting conversations on one floor; what is beyond comes in when there is room again.
const QUEUE_MAX: i64 = 10_000;

impl Engine {
    pub(super) async fn build_floor(&self, settings: &Arc<TenantSettings>) -> Result<LiveFloor> {
        let (db, tenant_id, now) = (&self.db, &settings.tenant.id, self.now());
        let mut floor = LiveFloor::new(settings.clone(), now);
        let last = qn_store::assignment::last_by_agent(db, tenant_id).await?;
        floor.last = last.into_iter().map(|(id, at)| (UserId(id), at)).collect();
        for held in qn_store::conversation::list_held(db, tenant_id).await? {
            let channel = settings.inboxes.get(&held.inbox_id).map_or("", |inbox| inbox.channel.as_str());
            let place = Place::Held(held.agent_id, channel.to_owned());
            floor.stand(held.id, (held.version, held.contact_id), place);
        }
        self.look_at_people(&mut floor, settings).await?;
        let queue = qn_store::conversation::list_queue(db, tenant_id, QUEUE_MAX).await?;
        floor.is_cut = i64::try_from(queue.len()).is_ok_and(|count| count >= QUEUE_MAX);
        let mut attributes: HashMap<ContactId, Map<String, Value>> = HashMap::new();
        if !settings.routing.is_plain() {
            let ids: Vec<&ContactId> = queue.iter().map(|c| &c.contact_id).collect();
            let known: Vec<Contact> = qn_store::contact::list_by_ids(db, tenant_id, &ids).await?;
            attributes.extend(known.into_iter().map(|contact| (contact.id, contact.attributes)));
        }
        let none = Map::new();
        queue.iter().for_each(|c| floor.hear(c, attributes.get(&c.contact_id).unwrap_or(&none), now));
        floor.said_before(qn_store::assignment::list_nobody_in_queue(db, tenant_id).await?);
        Ok(floor)
    }

    pub(super) async fn look_at_people(&self, floor: &mut LiveFloor, settings: &Arc<TenantSettings>) -> Result<()> {
        let writing = self.writing(settings).await?;
        let people = settings.users.values().filter(|u| !u.disabled).map(|user| self.candidate(floor, settings, user, &writing)).collect();
        floor.set_people(people, settings, self.now());
        Ok(())
    }

    fn candidate(&self, floor: &LiveFloor, settings: &TenantSettings, user: &User, writing: &HashSet<UserId>) -> Candidate {
        let by_channel = floor.channel_loads(&user.id);
        let load = |channel: &str| by_channel.and_then(|known| known.get(channel)).copied().unwrap_or(0);
        Candidate {
            team_ids: user.team_ids.clone(),
            presence: if writing.contains(&user.id) && user.presence == Presence::Online { Presence::Busy } else { user.presence },
            connected: self.presence.attached(&settings.tenant.id, &user.id),
            capacity: user.capacity,
            load: floor.load(&user.id),
            last_assigned_at: floor.last.get(&user.id).copied(),
            ..skilled(user, settings, load)
        }
    }

    /// Compares the floor with the database; two looks in a row that find it different have it built anew.
    pub(crate) async fn check_floor(&self, tenant_id: &TenantId) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        let room = self.floors.room(tenant_id);
        let mut guard = self.floor(&settings).await?;
        let Some(floor) = guard.as_mut() else { return Ok(()) };
        let stored = qn_store::conversation::sums(&self.db, tenant_id).await?;
        if floor.is_cut {
            // Half of it is gone: the rest may come.
            if floor.sums()[0].0 < QUEUE_MAX / 2 {
                room.build_anew();
            }
            return Ok(());
        }
        if !room.is_quiet() {
            return Ok(());
        }
        let differs = floor.sums() != stored;
        if differs && std::mem::replace(&mut floor.doubted, differs) {
            tracing::warn!(tenant = %tenant_id, known = ?floor.sums(), ?stored, "the router's floor differs from the database; built anew");
            room.build_anew();
        }
        floor.doubted = differs;
        Ok(())
    }
}
