//! What one tenant and one flow may have at a time, so that each leaves room for the others: unfinished runs, and errands under way.
//! A tenant's places are its own; within them those who wait get one in turn, flow by flow, however many of one wait. Counted in
//! memory; the counts of a stopped server are read from the store at the start.

use qn_domain::TenantId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Each for one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs that have not ended, those that wait included. One more is refused.
    pub unfinished_max: i64,
    /// Errands at the same time; one more waits its turn.
    pub acting_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unfinished_max: 200_000, acting_max: 256 }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
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
        let ready = {
            let mut tenants = self.places.tenants();
            let Some(tenant) = tenants.get_mut(&self.tenant_id) else { return };
            tenant.leave(&self.flow_id);
            self.places.next(&self.tenant_id, tenant)
        };
        hand_over(ready);
    }
}

type Ready = Vec<(oneshot::Sender<Place>, Place)>;

/// Outside of the lock: a place that nobody takes is given back here, and taking it back takes the lock.
fn hand_over(ready: Ready) {
    for (hand, place) in ready {
        drop(hand.send(place));
    }
}

impl Places {
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner { limits, tenants: Mutex::default() }))
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Tenant>> {
        self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The limit, when it is reached.
    pub fn full(&self, tenant_id: &TenantId) -> Option<i64> {
        let max = self.0.limits.unfinished_max;
        self.tenants().get(tenant_id).is_some_and(|tenant| tenant.unfinished >= max).then_some(max)
    }

    /// Runs that began (1) or ended (-1), or that a stopped server left.
    pub fn count(&self, tenant_id: &TenantId, change: i64) {
        let mut tenants = self.tenants();
        let tenant = tenants.entry(tenant_id.clone()).or_default();
        tenant.unfinished = (tenant.unfinished + change).max(0);
    }

    /// Waits its turn. `flow_max`: errands of this flow at the same time, if it has a limit of its own. None never comes: whoever
    /// waits is forgotten by nobody.
    pub async fn enter(&self, tenant_id: &TenantId, flow_id: &str, flow_max: Option<u32>) -> Option<Place> {
        let flow_max = flow_max.and_then(|max| usize::try_from(max).ok()).map_or(usize::MAX, |max| max.max(1));
        let (ready, turn) = {
            let mut tenants = self.tenants();
            let tenant = tenants.entry(tenant_id.clone()).or_default();
            if tenant.turn.is_empty() && tenant.acting < self.0.limits.acting_max && tenant.has_room(flow_id, flow_max) {
                tenant.take(flow_id);
                return Some(self.place(tenant_id, flow_id.to_owned()));
            }
            let (hand, turn) = oneshot::channel();
            tenant.wait(flow_id, Waiting { flow_max, hand });
            (self.next(tenant_id, tenant), turn)
        };
        hand_over(ready);
        turn.await.ok()
    }

    fn place(&self, tenant_id: &TenantId, flow_id: String) -> Place {
        Place { places: self.clone(), tenant_id: tenant_id.clone(), flow_id }
    }

    /// Gives free places to those whose turn it is.
    fn next(&self, tenant_id: &TenantId, tenant: &mut Tenant) -> Ready {
        let mut ready = Vec::new();
        while tenant.acting < self.0.limits.acting_max {
            let Some((flow_id, hand)) = tenant.next() else { break };
            ready.push((hand, self.place(tenant_id, flow_id)));
        }
        ready
    }

    pub fn unfinished(&self) -> i64 {
        self.tenants().values().map(|tenant| tenant.unfinished).sum()
    }
}

impl Tenant {
    fn has_room(&self, flow_id: &str, flow_max: usize) -> bool {
        self.flows.get(flow_id).is_none_or(|queue| queue.acting < flow_max)
    }

    fn take(&mut self, flow_id: &str) {
        self.acting += 1;
        match self.flows.get_mut(flow_id) {
            Some(queue) => queue.acting += 1,
            None => drop(self.flows.insert(flow_id.to_owned(), Queue { acting: 1, ..Queue::default() })),
        }
    }

    fn wait(&mut self, flow_id: &str, waiting: Waiting) {
        let queue = self.flows.entry(flow_id.to_owned()).or_default();
        if queue.waiting.is_empty() {
            self.turn.push_back(flow_id.to_owned());
        }
        queue.waiting.push_back(waiting);
    }

    fn leave(&mut self, flow_id: &str) {
        self.acting = self.acting.saturating_sub(1);
        let Some(queue) = self.flows.get_mut(flow_id) else { return };
        queue.acting = queue.acting.saturating_sub(1);
        if queue.acting == 0 && queue.waiting.is_empty() {
            self.flows.remove(flow_id);
        }
    }

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
                self.acting += 1;
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

    #[tokio::test]
    async fn flows_take_turns_however_many_of_one_wait_and_tenants_do_not_meet() {
        let places = Places::new(Limits { acting_max: 1, ..Limits::default() });
        let first = places.enter(&"a".into(), "big", None).await.unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for flow in ["big", "big", "big", "small", "big", "other"] {
            let (places, came) = (places.clone(), Arc::clone(&came));
            tasks.push(tokio::spawn(async move {
                let _place = places.enter(&"a".into(), flow, None).await.unwrap();
                came.lock().unwrap().push(flow);
            }));
            tokio::task::yield_now().await;
        }
        let elsewhere = places.enter(&"b".into(), "big", None).await.unwrap();
        drop((first, elsewhere));
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*came.lock().unwrap(), ["big", "small", "other", "big", "big", "big"]);
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
        assert!(places.tenants().values().all(|tenant| tenant.turn.is_empty()));
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
        assert!(places.tenants().values().all(|tenant| tenant.flows.is_empty() && tenant.acting == 0));
    }
}
