//! What one tenant and one flow may have at a time, so that each leaves room for the others: unfinished runs, and errands under way.
//! Who waits for a place gets one in turn, tenant by tenant and flow by flow, however many of one wait. Counted in memory; the counts
//! of a stopped server are read from the store at the start.

use qn_domain::TenantId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A tenant's runs that have not ended, those that wait included. One more is refused.
    pub unfinished_max: i64,
    /// A tenant's errands at the same time; one more waits its turn.
    pub acting_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unfinished_max: 200_000, acting_max: 256 }
    }
}

/// Errands of all tenants at the same time, as a multiple of what one may have.
const TENANTS_AT_ONCE: usize = 4;

#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    room: Mutex<Room>,
}

#[derive(Debug, Default)]
struct Room {
    acting: usize,
    tenants: HashMap<TenantId, Tenant>,
    /// Tenants of whom somebody waits, the next first.
    turn: VecDeque<TenantId>,
}

#[derive(Debug, Default)]
struct Tenant {
    unfinished: i64,
    acting: usize,
    flows: HashMap<String, Queue>,
    /// Flows of which somebody waits, the next first.
    turn: VecDeque<String>,
}

#[derive(Debug, Default)]
struct Queue {
    acting: usize,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    /// What the version it runs by says about errands of this flow at the same time.
    flow_max: usize,
    hand: oneshot::Sender<Place>,
}

/// A place that an errand has. Given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    tenant_id: TenantId,
    flow_id: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut room = self.places.room();
        room.leave(&self.tenant_id, &self.flow_id);
        let ready = self.places.next(&mut room);
        drop(room);
        hand_over(ready);
    }
}

type Ready = Vec<(oneshot::Sender<Place>, Place)>;

/// Outside of the lock: a place that nobody takes is given back here, and taking it back takes the lock.
fn hand_over(ready: Ready) {
    for (waiting, place) in ready {
        drop(waiting.send(place));
    }
}

impl Places {
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner { limits, room: Mutex::default() }))
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The limit, when it is reached.
    pub fn full(&self, tenant_id: &TenantId) -> Option<i64> {
        let max = self.0.limits.unfinished_max;
        self.room().tenants.get(tenant_id).is_some_and(|tenant| tenant.unfinished >= max).then_some(max)
    }

    /// Runs that began (1) or ended (-1), or that a stopped server left.
    pub fn count(&self, tenant_id: &TenantId, change: i64) {
        let mut room = self.room();
        let tenant = room.tenants.entry(tenant_id.clone()).or_default();
        tenant.unfinished = (tenant.unfinished + change).max(0);
    }

    /// Waits its turn. `flow_max`: errands of this flow at the same time, if it has a limit of its own.
    pub async fn enter(&self, tenant_id: &TenantId, flow_id: &str, flow_max: Option<u32>) -> Option<Place> {
        let (hand, turn) = oneshot::channel();
        let flow_max = flow_max.and_then(|max| usize::try_from(max).ok()).map_or(usize::MAX, |max| max.max(1));
        let ready = {
            let mut room = self.room();
            room.wait(tenant_id, flow_id, Waiting { flow_max, hand });
            self.next(&mut room)
        };
        hand_over(ready);
        turn.await.ok()
    }

    /// Gives free places to those whose turn it is.
    fn next(&self, room: &mut Room) -> Ready {
        let mut ready = Vec::new();
        let acting_max = self.0.limits.acting_max;
        let mut passed_over = 0;
        while room.acting < acting_max.saturating_mul(TENANTS_AT_ONCE) && passed_over < room.turn.len() {
            let Some(tenant_id) = room.turn.pop_front() else { break };
            let Some(tenant) = room.tenants.get_mut(&tenant_id) else { continue };
            let next = if tenant.acting < acting_max { tenant.next() } else { None };
            let found = next.is_some();
            if let Some((flow_id, waiting)) = next {
                (room.acting, tenant.acting) = (room.acting + 1, tenant.acting + 1);
                ready.push((waiting, Place { places: self.clone(), tenant_id: tenant_id.clone(), flow_id }));
            }
            if !tenant.turn.is_empty() {
                room.turn.push_back(tenant_id);
            }
            passed_over = if found { 0 } else { passed_over + 1 };
        }
        ready
    }

    pub fn unfinished(&self) -> i64 {
        self.room().tenants.values().map(|tenant| tenant.unfinished).sum()
    }
}

impl Room {
    fn wait(&mut self, tenant_id: &TenantId, flow_id: &str, waiting: Waiting) {
        let tenant = self.tenants.entry(tenant_id.clone()).or_default();
        if tenant.turn.is_empty() {
            self.turn.push_back(tenant_id.clone());
        }
        let queue = tenant.flows.entry(flow_id.to_owned()).or_default();
        if queue.waiting.is_empty() {
            tenant.turn.push_back(flow_id.to_owned());
        }
        queue.waiting.push_back(waiting);
    }

    fn leave(&mut self, tenant_id: &TenantId, flow_id: &str) {
        self.acting = self.acting.saturating_sub(1);
        let Some(tenant) = self.tenants.get_mut(tenant_id) else { return };
        tenant.acting = tenant.acting.saturating_sub(1);
        if let Some(queue) = tenant.flows.get_mut(flow_id) {
            queue.acting = queue.acting.saturating_sub(1);
            if queue.acting == 0 && queue.waiting.is_empty() {
                tenant.flows.remove(flow_id);
            }
        }
    }
}

impl Tenant {
    /// Whose turn it is among the flows that have room.
    fn next(&mut self) -> Option<(String, oneshot::Sender<Place>)> {
        for _ in 0..self.turn.len() {
            let flow_id = self.turn.pop_front()?;
            let Some(queue) = self.flows.get_mut(&flow_id) else { continue };
            let next = queue.next();
            if !queue.waiting.is_empty() {
                self.turn.push_back(flow_id.clone());
            } else if queue.acting == 0 {
                self.flows.remove(&flow_id);
            }
            if let Some(hand) = next {
                return Some((flow_id, hand));
            }
        }
        None
    }
}

impl Queue {
    /// The first that still waits, if there is room for it.
    fn next(&mut self) -> Option<oneshot::Sender<Place>> {
        while let Some(waiting) = self.waiting.pop_front() {
            if waiting.hand.is_closed() {
                continue;
            }
            if self.acting >= waiting.flow_max {
                self.waiting.push_front(waiting);
                return None;
            }
            self.acting += 1;
            return Some(waiting.hand);
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Limits, Place, Places};
    use std::sync::{Arc, Mutex};

    /// Who waits, by tenant and flow; gives the order in which they come in, one after the other.
    async fn order(acting_max: usize, waiting: &[(&'static str, &'static str)]) -> Vec<String> {
        let places = Places::new(Limits { acting_max, ..Limits::default() });
        let mut held = Vec::new();
        for _ in 0..acting_max {
            held.push(places.enter(&"busy".into(), "x", None).await.unwrap());
        }
        // Room for one: the whole machine's share is taken but for that.
        for n in 1..super::TENANTS_AT_ONCE {
            let others = if n + 1 == super::TENANTS_AT_ONCE { acting_max - 1 } else { acting_max };
            for _ in 0..others {
                held.push(places.enter(&format!("busy{n}").into(), "x", None).await.unwrap());
            }
        }
        let first = places.enter(&"first".into(), "x", None).await.unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (tenant, flow) in waiting.iter().copied() {
            let (places, came) = (places.clone(), Arc::clone(&came));
            let task = tokio::spawn(async move {
                let place = places.enter(&tenant.into(), flow, None).await.unwrap();
                came.lock().unwrap().push(format!("{tenant}/{flow}"));
                drop(place);
            });
            tasks.push(task);
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        drop(held);
        let came = came.lock().unwrap().clone();
        came
    }

    #[tokio::test]
    async fn tenants_and_flows_take_turns_however_many_of_one_wait() {
        let came = order(2, &[("a", "big"), ("a", "big"), ("a", "big"), ("a", "small"), ("b", "one"), ("a", "big")]).await;
        assert_eq!(came, ["a/big", "b/one", "a/small", "a/big", "a/big", "a/big"]);
    }

    #[tokio::test]
    async fn a_flow_with_a_limit_leaves_the_other_places_free() {
        let places = Places::new(Limits { acting_max: 3, ..Limits::default() });
        let first = places.enter(&"a".into(), "slow", Some(1)).await.unwrap();
        let other = places.clone();
        let second = tokio::spawn(async move { other.enter(&"a".into(), "slow", Some(1)).await });
        tokio::task::yield_now().await;
        let free: Vec<Place> =
            vec![places.enter(&"a".into(), "quick", None).await.unwrap(), places.enter(&"a".into(), "quick", None).await.unwrap()];
        assert!(!second.is_finished());
        drop(first);
        assert!(second.await.unwrap().is_some());
        drop(free);
    }

    #[tokio::test]
    async fn who_stops_waiting_holds_no_place() {
        let places = Places::new(Limits { acting_max: 1, ..Limits::default() });
        let first = places.enter(&"a".into(), "x", None).await.unwrap();
        let other = places.clone();
        let gone = tokio::spawn(async move { other.enter(&"a".into(), "x", None).await });
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        drop(first);
        assert!(places.enter(&"a".into(), "x", None).await.is_some());
        assert!(places.room().turn.is_empty());
    }

    #[tokio::test]
    async fn a_crowd_that_goes_at_once_is_passed_over() {
        let places = Places::new(Limits { acting_max: 1, ..Limits::default() });
        let first = places.enter(&"a".into(), "x", None).await.unwrap();
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..50_000 {
            let places = places.clone();
            crowd.spawn(async move { places.enter(&"a".into(), "x", Some(1)).await });
        }
        tokio::task::yield_now().await;
        crowd.shutdown().await;
        drop(first);
        assert!(places.room().tenants.values().all(|tenant| tenant.flows.is_empty() && tenant.acting == 0));
    }
}
