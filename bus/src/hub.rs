//! Subscriptions by tenant (people) and by contact (the customer, through all their conversations). Queues are bounded: a reader that does not keep up
//! is cut off and must come back and resume from the log; nobody waits for it and nothing is buffered without limit.

use crate::published::Published;
use crate::signal::{Audience, Signal};
use qn_domain::{ContactId, LogEntry, TenantId};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// Deliveries a reader may be behind.
const PEOPLE_BEHIND_MAX: usize = 1_024;
const CUSTOMER_BEHIND_MAX: usize = 128;
const SHARDS: usize = 64;

#[derive(Debug, Clone)]
pub enum Delivery {
    Entry(Arc<Published>),
    Signal(Arc<Signal>),
    /// The process is going away: reconnect after this many milliseconds.
    Restart {
        retry_ms: u64,
    },
    /// The reader fell too far behind; nothing follows.
    TooSlow,
}

#[derive(Debug)]
struct Subscriber {
    id: u64,
    queue: mpsc::Sender<Delivery>,
    cut: Arc<AtomicBool>,
}

type Shard = Mutex<HashMap<String, Vec<Subscriber>>>;

#[derive(Debug)]
pub struct Hub {
    people: Vec<Shard>,
    customers: Vec<Shard>,
    next_id: AtomicU64,
}

/// One reader's place; leaves the hub when dropped.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    topic: Topic,
    id: u64,
    queue: mpsc::Receiver<Delivery>,
    cut: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
enum Topic {
    People(String),
    Customer(String),
}

impl Default for Hub {
    fn default() -> Self {
        let shards = || (0..SHARDS).map(|_| Shard::default()).collect();
        Self { people: shards(), customers: shards(), next_id: AtomicU64::new(1) }
    }
}

impl Hub {
    /// Everything that happens in one tenant.
    pub fn people(self: &Arc<Self>, tenant_id: &TenantId) -> Subscription {
        self.subscribe(Topic::People(tenant_id.0.clone()), PEOPLE_BEHIND_MAX)
    }

    /// What happens in one customer's conversations, also those that begin later. The reader filters out what they must not see.
    pub fn customer(self: &Arc<Self>, contact_id: &ContactId) -> Subscription {
        self.subscribe(Topic::Customer(contact_id.0.clone()), CUSTOMER_BEHIND_MAX)
    }

    /// Called once per durable entry, in log order.
    pub fn publish(&self, entry: Arc<LogEntry>) {
        let published = Arc::new(Published::new(entry));
        self.send(&Topic::People(published.entry.tenant_id.0.clone()), &Delivery::Entry(published.clone()));
        if let Some(id) = &published.entry.contact_id {
            self.send(&Topic::Customer(id.0.clone()), &Delivery::Entry(published.clone()));
        }
    }

    pub fn signal(&self, signal: Signal) {
        let signal = Arc::new(signal);
        let delivery = Delivery::Signal(signal.clone());
        if !matches!(signal.audience, Audience::Customer(_)) {
            self.send(&Topic::People(signal.tenant_id.0.clone()), &delivery);
        }
        if let Audience::Customer(id) | Audience::Both(id) = &signal.audience {
            self.send(&Topic::Customer(id.0.clone()), &delivery);
        }
    }

    /// Tells every reader to come back later; called once, when the process stops.
    pub fn restart(&self, retry_ms: u64) {
        for shard in self.people.iter().chain(&self.customers) {
            for subscriber in lock(shard).values().flatten() {
                let _ = subscriber.queue.try_send(Delivery::Restart { retry_ms });
            }
        }
    }

    /// How many readers there are.
    pub fn readers(&self) -> usize {
        self.people.iter().chain(&self.customers).map(|shard| lock(shard).values().map(Vec::len).sum::<usize>()).sum()
    }

    fn subscribe(self: &Arc<Self>, topic: Topic, behind_max: usize) -> Subscription {
        let (sender, queue) = mpsc::channel(behind_max);
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let cut = Arc::new(AtomicBool::new(false));
        let (shard, key) = self.place(&topic);
        lock(shard).entry(key.to_owned()).or_default().push(Subscriber { id, queue: sender, cut: cut.clone() });
        Subscription { hub: self.clone(), topic, id, queue, cut }
    }

    fn send(&self, topic: &Topic, delivery: &Delivery) {
        let (shard, key) = self.place(topic);
        let mut shard = lock(shard);
        let Some(subscribers) = shard.get_mut(key) else { return };
        subscribers.retain(|subscriber| match subscriber.queue.try_send(delivery.clone()) {
            Ok(()) => true,
            // Signals may be missed; entries may not.
            Err(mpsc::error::TrySendError::Full(Delivery::Signal(_))) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                subscriber.cut.store(true, Ordering::Release);
                metrics::counter!("qn_realtime_cut_total").increment(1);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        });
        if subscribers.is_empty() {
            shard.remove(key);
        }
    }

    fn place<'a>(&self, topic: &'a Topic) -> (&Shard, &'a str) {
        let (shards, key) = match topic {
            Topic::People(key) => (&self.people, key),
            Topic::Customer(key) => (&self.customers, key),
        };
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        (&shards[(hasher.finish() as usize) % SHARDS], key)
    }
}

impl Subscription {
    /// The next delivery. After `TooSlow` or `None` nothing follows.
    pub async fn next(&mut self) -> Option<Delivery> {
        match self.queue.recv().await {
            Some(delivery) => Some(delivery),
            None if self.cut.swap(false, Ordering::AcqRel) => Some(Delivery::TooSlow),
            None => None,
        }
    }

    /// A delivery that is already here.
    pub fn try_next(&mut self) -> Option<Delivery> {
        self.queue.try_recv().ok()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (shard, key) = self.hub.place(&self.topic);
        let mut shard = lock(shard);
        if let Some(subscribers) = shard.get_mut(key) {
            subscribers.retain(|s| s.id != self.id);
            if subscribers.is_empty() {
                shard.remove(key);
            }
        }
    }
}

/// A panic while holding the lock leaves the map whole, so a poisoned lock is usable.
fn lock(shard: &Shard) -> MutexGuard<'_, HashMap<String, Vec<Subscriber>>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(seq: i64, contact: &str) -> Arc<LogEntry> {
        Arc::new(LogEntry {
            tenant_id: "tnt_1".into(),
            seq,
            at: 0,
            conversation_id: Some("cnv_1".into()),
            contact_id: Some(contact.into()),
            version: Some(seq),
            changes: vec![],
        })
    }

    #[tokio::test]
    async fn people_see_their_tenant_and_a_customer_sees_their_own() {
        let hub = Arc::new(Hub::default());
        let mut people = hub.people(&"tnt_1".into());
        let mut stranger = hub.people(&"tnt_2".into());
        let mut customer = hub.customer(&"con_a".into());
        hub.publish(entry(1, "con_a"));
        hub.publish(entry(2, "con_b"));
        for seq in [1, 2] {
            let Some(Delivery::Entry(e)) = people.next().await else { panic!("an entry") };
            assert_eq!(e.entry.seq, seq);
        }
        assert!(matches!(customer.next().await, Some(Delivery::Entry(_))));
        assert!(customer.try_next().is_none());
        assert!(stranger.try_next().is_none());
    }

    #[tokio::test]
    async fn a_slow_reader_is_cut_and_the_rest_go_on() {
        let hub = Arc::new(Hub::default());
        let mut slow = hub.customer(&"con_a".into());
        for seq in 0..=CUSTOMER_BEHIND_MAX as i64 {
            hub.publish(entry(seq, "con_a"));
        }
        assert_eq!(hub.readers(), 0);
        let mut seen = 0;
        while let Some(Delivery::Entry(_)) = slow.next().await {
            seen += 1;
        }
        assert_eq!(seen, CUSTOMER_BEHIND_MAX);
        assert!(slow.next().await.is_none());
    }

    #[tokio::test]
    async fn leaving_frees_the_place() {
        let hub = Arc::new(Hub::default());
        drop(hub.people(&"tnt_1".into()));
        assert_eq!(hub.readers(), 0);
    }
}
