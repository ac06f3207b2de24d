//! Who is there. Connections are counted in memory; a lost connection keeps its person "connected" for a grace,
//! so that a reload or a lift does not throw their conversations back into the queue.

use qn_base::clock::MINUTE_MS;
use qn_base::{Clock, Timestamp};
use qn_domain::{TenantId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a lost connection counts as connected.
pub const GRACE_MS: i64 = 3 * MINUTE_MS;

type Key = (TenantId, UserId);

#[derive(Debug, Clone, Copy)]
struct Seat {
    connections: u32,
    /// When the last connection went, while none is there.
    lost_at: Timestamp,
    /// The grace ran out and what the person held was given back.
    released: bool,
    /// Offers in a row that they did not answer; a restart forgets them.
    missed: u32,
}

#[derive(Clone)]
pub struct Presences {
    seats: Arc<Mutex<HashMap<Key, Seat>>>,
    clock: Arc<dyn Clock>,
    /// Nobody lapses within a grace of this: a restart is not a sign-off.
    started_at: Timestamp,
}

/// One live connection of one person; dropping it starts the grace.
pub struct ConnectionGuard {
    presences: Presences,
    key: Key,
}

impl Presences {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let started_at = clock.now();
        Self { seats: Arc::default(), clock, started_at }
    }

    pub fn attach(&self, tenant_id: &TenantId, user_id: &UserId) -> ConnectionGuard {
        let key = (tenant_id.clone(), user_id.clone());
        let mut seats = self.lock();
        let seat = seats.entry(key.clone()).or_insert(Seat { connections: 0, lost_at: 0, released: false, missed: 0 });
        seat.connections += 1;
        seat.released = false;
        ConnectionGuard { presences: self.clone(), key }
    }

    /// A live connection, or one lost less than the grace ago.
    pub fn connected(&self, tenant_id: &TenantId, user_id: &UserId) -> bool {
        let now = self.clock.now();
        match self.lock().get(&(tenant_id.clone(), user_id.clone())) {
            Some(seat) => seat.connections > 0 || now - seat.lost_at < GRACE_MS,
            None => false,
        }
    }

    /// A live connection right now.
    pub fn attached(&self, tenant_id: &TenantId, user_id: &UserId) -> bool {
        self.lock().get(&(tenant_id.clone(), user_id.clone())).is_some_and(|seat| seat.connections > 0)
    }

    /// People with a live connection right now, of all tenants.
    pub(crate) fn count_attached(&self) -> usize {
        self.lock().values().filter(|seat| seat.connections > 0).count()
    }

    /// Marks the person as gone for good; true the first time after their grace ran out.
    pub(crate) fn take_lapsed(&self, tenant_id: &TenantId, user_id: &UserId) -> bool {
        let restarting = self.clock.now() - self.started_at < GRACE_MS;
        if restarting || self.connected(tenant_id, user_id) {
            return false;
        }
        let mut seats = self.lock();
        let seat = seats.entry((tenant_id.clone(), user_id.clone())).or_insert(Seat {
            connections: 0,
            lost_at: self.started_at,
            released: false,
            missed: 0,
        });
        !std::mem::replace(&mut seat.released, true)
    }

    /// One more offer was not answered; how many in a row.
    pub(crate) fn missed(&self, tenant_id: &TenantId, user_id: &UserId) -> u32 {
        self.lock().get_mut(&(tenant_id.clone(), user_id.clone())).map_or(0, |seat| {
            seat.missed += 1;
            seat.missed
        })
    }

    /// They are there after all.
    pub(crate) fn answered(&self, tenant_id: &TenantId, user_id: &UserId) {
        if let Some(seat) = self.lock().get_mut(&(tenant_id.clone(), user_id.clone())) {
            seat.missed = 0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let now = self.presences.clock.now();
        if let Some(seat) = self.presences.lock().get_mut(&self.key) {
            seat.connections = seat.connections.saturating_sub(1);
            seat.lost_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_base::ManualClock;

    #[test]
    fn a_lost_connection_counts_for_three_minutes_and_lapses_once() {
        let clock = Arc::new(ManualClock::at(1_000_000));
        let presences = Presences::new(clock.clone());
        let (tenant, user) = ("tnt_1".into(), "usr_1".into());
        let guard = presences.attach(&tenant, &user);
        clock.advance(10 * MINUTE_MS);
        assert!(presences.connected(&tenant, &user));
        drop(guard);
        clock.advance(GRACE_MS - 1);
        assert!(presences.connected(&tenant, &user));
        assert!(!presences.take_lapsed(&tenant, &user));
        clock.advance(1);
        assert!(!presences.connected(&tenant, &user));
        assert!(presences.take_lapsed(&tenant, &user));
        assert!(!presences.take_lapsed(&tenant, &user));
    }
}
