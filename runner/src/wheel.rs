//! Timers of the near future in memory; the table is the truth. A timer is pushed when it is set, and read from the table when its
//! time comes near or another session wrote one. One that fires for nothing finds nobody waiting. Those that are due fire tenant by
//! tenant in turn: however many of one are due, another's waits for one of them.

use crate::runner::Inner;
use qn_domain::TenantId;
use qn_store::flow_run;
use qn_workflow::Event;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Notify;

/// How far ahead timers are held in memory, and how often the next stretch is read.
const HORIZON_MS: i64 = 10 * 60 * 1_000;
const REFILL_MS: i64 = 5 * 60 * 1_000;
/// The longest sleep, so that a clock that was set is noticed.
const NAP_MS: i64 = 1_000;

type Timer = Reverse<(i64, TenantId, String, String)>;

#[derive(Debug, Default)]
pub(crate) struct Wheel {
    near: Mutex<Near>,
    stir: Notify,
    /// The table is to be read now.
    anew: AtomicBool,
}

#[derive(Debug, Default)]
struct Near {
    heap: BinaryHeap<Timer>,
    due: Due,
    horizon: i64,
    /// Set while the table is being read; none when it is not.
    meanwhile: Option<Vec<Timer>>,
}

/// Timers whose time has come, by tenant: run and step, the earliest first.
#[derive(Debug, Default)]
struct Due {
    of: HashMap<TenantId, VecDeque<(String, String)>>,
    /// Tenants with any, the next first.
    turn: VecDeque<TenantId>,
}

impl Due {
    fn add(&mut self, tenant_id: TenantId, run_id: String, step: String) {
        let timers = self.of.entry(tenant_id.clone()).or_default();
        if timers.is_empty() {
            self.turn.push_back(tenant_id);
        }
        timers.push_back((run_id, step));
    }

    fn next(&mut self) -> Option<(TenantId, String, String)> {
        let tenant_id = self.turn.pop_front()?;
        let timers = self.of.get_mut(&tenant_id)?;
        let (run_id, step) = timers.pop_front()?;
        if timers.is_empty() {
            self.of.remove(&tenant_id);
        } else {
            self.turn.push_back(tenant_id.clone());
        }
        Some((tenant_id, run_id, step))
    }
}

impl Wheel {
    /// A timer that was just committed.
    pub fn set(&self, tenant_id: &TenantId, run_id: &str, step: String, due_at: i64) {
        let timer = Reverse((due_at, tenant_id.clone(), run_id.to_owned(), step));
        let mut near = self.near();
        if let Some(meanwhile) = &mut near.meanwhile {
            meanwhile.push(timer.clone());
        }
        if due_at > near.horizon {
            return;
        }
        let is_first = near.heap.peek().is_none_or(|Reverse((first, ..))| due_at < *first);
        near.heap.push(timer);
        drop(near);
        if is_first {
            self.stir.notify_one();
        }
    }

    /// Somebody else wrote timers.
    pub fn read_anew(&self) {
        self.anew.store(true, Ordering::Release);
        self.stir.notify_one();
    }

    fn near(&self) -> MutexGuard<'_, Near> {
        self.near.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next to fire; without one when the next is due.
    fn take_due(&self, now: i64) -> Result<(TenantId, String, String), Option<i64>> {
        let mut near = self.near();
        while near.heap.peek().is_some_and(|Reverse((due_at, ..))| *due_at <= now) {
            let Some(Reverse((_, tenant_id, run_id, step))) = near.heap.pop() else { break };
            near.due.add(tenant_id, run_id, step);
        }
        let next = near.due.next();
        next.ok_or_else(|| near.heap.peek().map(|Reverse((due_at, ..))| *due_at))
    }

    /// Everything due before `until` is read anew, what is overdue as well: a timer that was lost on its way comes back here.
    async fn refill(&self, inner: &Inner, until: i64) -> qn_store::Result<()> {
        self.near().meanwhile = Some(Vec::new());
        let rows = flow_run::timers_before(&inner.db, until).await;
        let mut near = self.near();
        let meanwhile = near.meanwhile.take().unwrap_or_default();
        let rows = rows?.into_iter().map(|(tenant, run, step, due_at)| Reverse((due_at, tenant.into(), run, step)));
        near.heap = rows.chain(meanwhile.into_iter().filter(|Reverse((due_at, ..))| *due_at <= until)).collect();
        near.due = Due::default();
        near.horizon = until;
        Ok(())
    }
}

/// Fires timers until the runner is gone.
pub(crate) async fn turn(inner: Weak<Inner>) {
    let mut refill_at = i64::MIN;
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let now = inner.clock.now();
        if inner.wheel.anew.swap(false, Ordering::AcqRel) || now >= refill_at {
            match inner.wheel.refill(&inner, now + HORIZON_MS).await {
                Ok(()) => refill_at = now + REFILL_MS,
                Err(error) => {
                    refill_at = i64::MIN;
                    tracing::error!(%error, "timers cannot be read");
                }
            }
        }
        let wait_ms = match inner.wheel.take_due(now) {
            Ok((tenant_id, run_id, step)) => {
                fire(&inner, tenant_id, run_id, step).await;
                continue;
            }
            Err(next) => next.map_or(NAP_MS, |due_at| (due_at - now).clamp(1, NAP_MS)),
        };
        let wheel = Arc::clone(&inner.wheel);
        drop(inner);
        let nap = Duration::from_millis(u64::try_from(wait_ms).unwrap_or(1));
        let _ = tokio::time::timeout(nap, wheel.stir.notified()).await;
    }
}

async fn fire(inner: &Arc<Inner>, tenant_id: TenantId, run_id: String, step: String) {
    // Waking many runs at once is bounded: the wheel waits for a free place.
    let Ok(place) = Arc::clone(&inner.waking).acquire_owned().await else { return };
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        if let Err(error) = inner.deliver(&tenant_id, &run_id, Event::Due { step }, None).await {
            tracing::error!(%error, run_id, "a timer could not be delivered");
        }
        drop(place);
    });
}

#[cfg(test)]
mod tests {
    use super::Wheel;
    use qn_domain::TenantId;

    #[test]
    fn due_timers_fire_tenant_by_tenant_in_turn_however_many_one_has() {
        let (wheel, big, small) = (Wheel::default(), TenantId::from("big"), TenantId::from("small"));
        wheel.near().horizon = i64::MAX;
        for n in 0..1_000 {
            wheel.set(&big, &format!("run_{n:04}"), "w@".to_owned(), n);
        }
        for n in 0..2 {
            wheel.set(&small, &format!("run_s{n}"), "w@".to_owned(), 2_000);
        }
        wheel.set(&small, "run_later", "w@".to_owned(), 5_000);
        let fired: Vec<String> = (0..5).filter_map(|_| wheel.take_due(3_000).ok()).map(|(_, run_id, _)| run_id).collect();
        assert_eq!(fired, ["run_0000", "run_s0", "run_0001", "run_s1", "run_0002"]);
        assert_eq!((0..2_000).filter_map(|_| wheel.take_due(3_000).ok()).count(), 1_000 - 3, "each once");
        assert_eq!(wheel.take_due(3_000), Err(Some(5_000)));
    }
}
