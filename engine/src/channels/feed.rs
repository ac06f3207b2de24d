//! The worker between the journal and the engine: takes kept events in the order of their lanes, many lanes at a time. The journal is
//! the truth; this remembers only what it has read of it, so a process that dies begins where the journal says. Each event is read
//! once, and its body only when its turn comes.

use super::written;
use crate::{Engine, EngineError, Result};
use qn_base::clock::{MINUTE_MS, SECOND_MS};
use qn_base::{Timestamp, backoff, ids};
use qn_channel::Event;
use qn_domain::{InboxId, TenantId};
use qn_store::channel_event::{self, WaitingEvent};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Events taken at the same time; one inbox gets a part, so that a tenant whose model is slow does not hold up the others.
const TAKEN_MAX: usize = 128;
const TAKEN_OF_INBOX_MAX: usize = 48;
/// Of what visitors wrote, beside these: somebody looks at the screen and waits.
const WRITTEN_MAX: usize = 512;
/// Events whose place is known in memory; the rest waits in the journal.
const KNOWN_MAX: usize = 100_000;
const PAGE: i64 = 1_000;
/// How often counts are written down and the journal is looked at unasked.
const IDLE_MS: u64 = 1_000;

/// An event that keeps failing is tried for about twenty minutes.
const ATTEMPTS_MAX: i64 = 24;
/// A report whose message is not known: it may have overtaken it, or belong to another system.
const UNKNOWN_ATTEMPTS_MAX: i64 = 5;

type LaneKey = (InboxId, String);

#[derive(Debug, Clone)]
struct Place {
    pk: i64,
    tenant_id: TenantId,
    attempts: i64,
    /// By a visitor, not brought by a platform.
    is_written: bool,
}

/// What one try came to.
enum Taken {
    Settled,
    /// The event stays the first of its lane until then.
    Again(Timestamp),
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    Any,
    /// What a platform brought has to wait.
    Written,
}

#[derive(Default)]
struct Lanes {
    waiting: HashMap<LaneKey, VecDeque<Place>>,
    /// Lanes that may go on, of inboxes that have room or not.
    ready: HashMap<InboxId, VecDeque<LaneKey>>,
    taken: HashMap<InboxId, usize>,
    resting: BTreeMap<(Timestamp, LaneKey), ()>,
    known: HashSet<i64>,
}

impl Lanes {
    fn add(&mut self, event: WaitingEvent) {
        if !self.known.insert(event.pk) {
            return;
        }
        let key = (InboxId(event.inbox_id), event.lane);
        let place =
            Place { pk: event.pk, tenant_id: TenantId(event.tenant_id), attempts: event.attempts, is_written: event.kind == written::KIND };
        let lane = self.waiting.entry(key.clone()).or_default();
        lane.push_back(place);
        if lane.len() > 1 {
            return;
        }
        self.resting.insert((event.due_at, key), ());
    }

    fn wake(&mut self, now: Timestamp) {
        while let Some(entry) = self.resting.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((_, key), ()) = entry.remove_entry();
            self.ready.entry(key.0.clone()).or_default().push_back(key);
        }
    }

    /// The next event of an inbox with room, or the next that a visitor wrote; its lane is busy until `done`.
    fn next(&mut self, which: Which) -> Option<(LaneKey, Place)> {
        let of_inbox_max = if which == Which::Written { WRITTEN_MAX } else { TAKEN_OF_INBOX_MAX };
        let room = |id: &InboxId| self.taken.get(id).is_none_or(|n| *n < of_inbox_max);
        let may = |lanes: &VecDeque<LaneKey>| match which {
            Which::Any => !lanes.is_empty(),
            // An inbox has only the one kind.
            Which::Written => lanes.front().is_some_and(|key| self.is_written(key)),
        };
        let id = self.ready.iter().filter(|(id, lanes)| may(lanes) && room(id)).min_by_key(|(id, _)| self.taken.get(*id).copied())?;
        let id = id.0.clone();
        let key = self.ready.get_mut(&id)?.pop_front()?;
        self.ready.retain(|_, lanes| !lanes.is_empty());
        let place = self.waiting.get(&key)?.front()?.clone();
        *self.taken.entry(id).or_default() += 1;
        Some((key, place))
    }

    fn is_written(&self, key: &LaneKey) -> bool {
        self.waiting.get(key).and_then(VecDeque::front).is_some_and(|place| place.is_written)
    }

    fn done(&mut self, key: LaneKey, taken: &Taken) {
        if let Some(n) = self.taken.get_mut(&key.0) {
            *n -= 1;
            if *n == 0 {
                self.taken.remove(&key.0);
            }
        }
        let Some(lane) = self.waiting.get_mut(&key) else { return };
        match taken {
            Taken::Again(at) => {
                if let Some(first) = lane.front_mut() {
                    first.attempts += 1;
                }
                self.resting.insert((*at, key), ());
            }
            Taken::Settled => {
                if let Some(first) = lane.pop_front() {
                    self.known.remove(&first.pk);
                }
                if lane.is_empty() {
                    self.waiting.remove(&key);
                } else {
                    self.ready.entry(key.0.clone()).or_default().push_back(key);
                }
            }
        }
    }
}

impl Engine {
    /// Runs until cancelled, then finishes what is in flight.
    pub async fn run_feed(self: Arc<Self>, stop: CancellationToken) {
        let (mut lanes, mut running, mut read_to) = (Lanes::default(), JoinSet::new(), 0);
        let mut tick = tokio::time::interval(Duration::from_millis(IDLE_MS));
        let mut last_start = Instant::now();
        while !stop.is_cancelled() {
            self.read_on(&mut lanes, &mut read_to).await;
            lanes.wake(self.now());
            let mut held;
            loop {
                let now = Instant::now();
                let is_full = running.len() >= TAKEN_MAX;
                held = if is_full { None } else { self.channels.calls.next_start(last_start, now) };
                let which = if is_full || held.is_some() { Which::Written } else { Which::Any };
                let Some((key, place)) = lanes.next(which) else { break };
                if which == Which::Any {
                    last_start = now;
                }
                let engine = self.clone();
                running.spawn(async move { (engine.take_place(&key, &place).await, key) });
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.channels.fed.notified(), if held.is_none() => {}
                () = self.channels.written.notified() => {}
                () = tokio::time::sleep_until(held.unwrap_or(last_start)), if held.is_some() => {
                    held.into_iter().for_each(|planned| self.channels.calls.woke(planned, Instant::now()));
                }
                Some(done) = running.join_next() => match done {
                    Ok((taken, key)) => lanes.done(key, &taken),
                    // It panicked: nobody knows its lane any more, so everything is read again.
                    Err(error) => {
                        tracing::error!(%error, "taking a channel event ended badly");
                        while running.join_next().await.is_some() {}
                        (lanes, read_to) = (Lanes::default(), 0);
                    }
                },
                _ = tick.tick() => self.write_health().await,
            }
        }
        while running.join_next().await.is_some() {}
        self.write_health().await;
    }

    /// Learns of events kept since the last time, as many as there is room for.
    async fn read_on(&self, lanes: &mut Lanes, read_to: &mut i64) {
        if self.channels.reread.swap(false, Ordering::AcqRel) {
            *read_to = 0;
        }
        while lanes.known.len() < KNOWN_MAX {
            match channel_event::list_waiting(&self.db, *read_to, PAGE).await {
                Ok(page) => {
                    let full = page.len() as i64 == PAGE;
                    for event in page {
                        *read_to = event.pk;
                        lanes.add(event);
                    }
                    if !full {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the journal of channels could not be read");
                    return;
                }
            }
        }
    }

    async fn take_place(&self, (inbox_id, _): &LaneKey, place: &Place) -> Taken {
        match self.try_place(inbox_id, place).await {
            Ok(()) => {
                channel_event::settle(&self.db, place.pk);
                Taken::Settled
            }
            Err(error) => self.not_taken(inbox_id, place, &error).await,
        }
    }

    async fn try_place(&self, inbox_id: &InboxId, place: &Place) -> Result<()> {
        let Some(text) = channel_event::find_waiting(&self.db, place.pk).await? else { return Ok(()) };
        let inbox = self.inbox(&place.tenant_id, inbox_id).await?;
        if place.is_written {
            return Box::pin(self.take_written(&inbox, read(place, &text)?)).await;
        }
        let event: Event = read(place, &text)?;
        Box::pin(self.take_event(&inbox, event)).await
    }

    async fn not_taken(&self, inbox_id: &InboxId, place: &Place, error: &EngineError) -> Taken {
        let word = error.code();
        let unknown = word == "not_found";
        let attempts_max = if unknown { UNKNOWN_ATTEMPTS_MAX } else { ATTEMPTS_MAX };
        if is_lasting(error) || place.attempts + 1 >= attempts_max {
            tracing::warn!(%error, pk = place.pk, inbox = %inbox_id, "a channel event was given up");
            if unknown || matches!(error, EngineError::Blocked | EngineError::EmptyMessage) {
                // Nobody can do anything about these.
                channel_event::settle(&self.db, place.pk);
            } else if let Err(error) = channel_event::bury(&self.db, place.pk, word).await {
                tracing::error!(%error, pk = place.pk, "a channel event could not be given up");
            }
            return Taken::Settled;
        }
        let attempt = u32::try_from(place.attempts).unwrap_or(0);
        let due_at = self.now() + backoff::delay_ms(attempt, SECOND_MS / 5, MINUTE_MS, random());
        if let Err(error) = channel_event::retry_later(&self.db, place.pk, due_at, word).await {
            tracing::warn!(%error, pk = place.pk, "the next try of a channel event could not be noted");
        }
        Taken::Again(due_at)
    }
}

fn read<T: DeserializeOwned>(place: &Place, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, pk = place.pk, "a kept event cannot be read");
        EngineError::Invalid { field: "event" }
    })
}

/// The same event fails the same way again.
pub(super) fn is_lasting(error: &EngineError) -> bool {
    matches!(error, EngineError::Blocked | EngineError::EmptyMessage | EngineError::Invalid { .. } | EngineError::Move(_))
}

fn random() -> u32 {
    let mut bytes = [0u8; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn event(pk: i64, lane: &str) -> WaitingEvent {
        WaitingEvent {
            pk,
            tenant_id: "tnt_1".into(),
            inbox_id: "inb_1".into(),
            lane: lane.into(),
            kind: "message".into(),
            attempts: 0,
            due_at: 0,
        }
    }

    fn next(lanes: &mut Lanes) -> Option<(LaneKey, i64)> {
        lanes.wake(0);
        lanes.next(Which::Any).map(|(key, place)| (key, place.pk))
    }

    #[test]
    fn a_lane_gives_one_event_at_a_time_in_order() {
        let mut lanes = Lanes::default();
        [event(1, "a"), event(2, "a"), event(3, "b")].into_iter().for_each(|e| lanes.add(e));
        let (a, first) = next(&mut lanes).unwrap();
        let (b, other) = next(&mut lanes).unwrap();
        assert_eq!((first, other, next(&mut lanes)), (1, 3, None));
        lanes.done(a.clone(), &Taken::Again(5));
        assert_eq!(next(&mut lanes), None, "the lane rests");
        lanes.wake(5);
        assert_eq!(lanes.next(Which::Any).unwrap().1.attempts, 1);
        lanes.done(a.clone(), &Taken::Settled);
        assert_eq!(next(&mut lanes).unwrap().1, 2);
        lanes.done(a, &Taken::Settled);
        lanes.done(b, &Taken::Settled);
        assert!(lanes.known.is_empty() && lanes.waiting.is_empty() && lanes.taken.is_empty() && next(&mut lanes).is_none());
    }

    #[test]
    fn one_inbox_leaves_room_for_the_others() {
        let mut lanes = Lanes::default();
        for n in 0..100 {
            lanes.add(event(n, &format!("u{n}")));
        }
        lanes.add(WaitingEvent { inbox_id: "inb_2".into(), ..event(200, "x") });
        let taken: Vec<String> = std::iter::from_fn(|| next(&mut lanes)).map(|((inbox, _), _)| inbox.0).collect();
        assert_eq!(taken.iter().filter(|id| *id == "inb_1").count(), TAKEN_OF_INBOX_MAX);
        assert!(taken.contains(&"inb_2".to_owned()));
    }

    #[test]
    fn what_a_visitor_wrote_does_not_wait_behind_what_platforms_brought() {
        let mut lanes = Lanes::default();
        (0..100).for_each(|n| lanes.add(event(n, &format!("u{n}"))));
        lanes.add(WaitingEvent { inbox_id: "inb_2".into(), kind: written::KIND.into(), ..event(200, "x") });
        lanes.wake(0);
        assert_eq!(lanes.next(Which::Written).unwrap().1.pk, 200);
        assert!(lanes.next(Which::Written).is_none());
    }
}
