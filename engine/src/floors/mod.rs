//! What the router keeps in memory of each tenant: who waits, who holds what, who is there. Built from the database once, then fed by
//! what is committed; a decision so touches only what moved. It is a guess: each assignment is a commit that compares the
//! conversation's version, and a floor that a look finds different from the database is built anew.

mod build;
mod forecast;
mod live;

pub(crate) use live::{Given, LiveFloor, waits};

use crate::settings::TenantSettings;
use crate::stages::identified;
use crate::{Engine, Result};
use qn_domain::{Change, ContactId, Conversation, LogEntry, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// A floor that is so far behind is built anew.
const NEWS_MAX: usize = 50_000;

#[derive(Default)]
pub(crate) struct Floors {
    rooms: Mutex<HashMap<TenantId, Arc<Room>>>,
}

/// One tenant's floor, and what happened since it was looked at.
#[derive(Default)]
pub(crate) struct Room {
    feed: Mutex<Feed>,
    live: Arc<tokio::sync::Mutex<Option<LiveFloor>>>,
}

#[derive(Default)]
struct Feed {
    news: Vec<News>,
    /// Somebody came, went, or can do other things.
    people: bool,
    anew: bool,
}

enum News {
    Conversation(Arc<Conversation>),
    Contact(ContactId),
}

impl Floors {
    pub fn room(&self, tenant_id: &TenantId) -> Arc<Room> {
        lock(&self.rooms).entry(tenant_id.clone()).or_default().clone()
    }

    /// Follows the commit stream; keeps it for the next look.
    pub fn follow(&self, entry: &LogEntry) {
        let Some(room) = lock(&self.rooms).get(&entry.tenant_id).cloned() else { return };
        let mut feed = lock(&room.feed);
        for change in &entry.changes {
            match change {
                Change::ConversationCreated { conversation } | Change::ConversationUpdated { conversation } => {
                    feed.news.push(News::Conversation(conversation.clone()));
                }
                Change::ResourceChanged { resource, id } if resource == "contact" => feed.news.push(News::Contact(ContactId(id.clone()))),
                Change::ResourceChanged { resource, .. } => feed.people |= is_of_people(resource),
                _ => {}
            }
        }
        if feed.news.len() > NEWS_MAX {
            *feed = Feed { anew: true, ..Feed::default() };
        }
    }

    /// Somebody's connection or wrap-up, which no commit tells.
    pub fn people_changed(&self, tenant_id: &TenantId) {
        if let Some(room) = lock(&self.rooms).get(tenant_id) {
            lock(&room.feed).people = true;
        }
    }
}

fn is_of_people(resource: &str) -> bool {
    matches!(resource, "user" | "team" | "routing" | "inbox")
}

impl Room {
    pub fn build_anew(&self) {
        lock(&self.feed).anew = true;
    }

    /// Nothing is known that the floor does not know.
    pub fn is_quiet(&self) -> bool {
        let feed = lock(&self.feed);
        feed.news.is_empty() && !feed.anew
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// The tenant's floor, as of everything that is committed.
    pub(crate) async fn floor(&self, settings: &Arc<TenantSettings>) -> Result<OwnedMutexGuard<Option<LiveFloor>>> {
        let room = self.floors.room(&settings.tenant.id);
        let mut floor = room.live.clone().lock_owned().await;
        let feed = std::mem::take(&mut *lock(&room.feed));
        let caught_up = Box::pin(self.catch_up(&mut floor, feed, settings)).await;
        if caught_up.is_err() {
            room.build_anew();
        }
        caught_up.map(|()| floor)
    }

    async fn catch_up(&self, floor: &mut Option<LiveFloor>, feed: Feed, settings: &Arc<TenantSettings>) -> Result<()> {
        let now = self.now();
        let known = match floor.take().filter(|known| !feed.anew && known.is_of(settings, now)) {
            Some(known) => known,
            None => {
                *floor = Some(self.build_floor(settings).await?);
                return Ok(());
            }
        };
        let known = floor.insert(known);
        for news in feed.news {
            match news {
                News::Conversation(c) => {
                    let attributes = self.known_of(settings, &c).await?;
                    known.hear(&c, &attributes, now);
                }
                News::Contact(id) => self.hear_of_contact(known, settings, &id).await?,
            }
        }
        if feed.people || !known.has_settings(settings) {
            self.look_at_people(known, settings).await?;
        }
        Ok(())
    }

    /// What the rules read of the customer of a conversation that waits.
    async fn known_of(&self, settings: &TenantSettings, c: &Conversation) -> Result<serde_json::Map<String, serde_json::Value>> {
        if settings.routing.is_plain() || !live::waits(c) {
            return Ok(serde_json::Map::new());
        }
        identified::attributes(self, &c.tenant_id, &c.contact_id).await
    }

    async fn hear_of_contact(&self, floor: &mut LiveFloor, settings: &TenantSettings, id: &ContactId) -> Result<()> {
        if settings.routing.is_plain() {
            return Ok(());
        }
        for id in floor.waiting_of(id) {
            self.see(floor, settings, &id).await?;
        }
        Ok(())
    }

    /// One conversation as it is stored, whatever the floor thought of it.
    pub(crate) async fn see(&self, floor: &mut LiveFloor, settings: &TenantSettings, id: &qn_domain::ConversationId) -> Result<()> {
        match qn_store::conversation::find(&self.db, &settings.tenant.id, id).await? {
            Some(c) => {
                let attributes = self.known_of(settings, &c).await?;
                floor.hear_again(&c, &attributes, self.now());
            }
            None => floor.forget(id),
        }
        Ok(())
    }
}
