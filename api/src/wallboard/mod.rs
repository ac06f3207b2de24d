//! The wallboard: how the floor stands, kept in memory (`floor.rs`, `day.rs`) and told as the view of it (`board.rs`). `Walls` has one
//! task per tenant for as long as somebody has it open: it reads everything once, follows the log from there, and hands the board
//! to every socket that wants it when it changed.

mod board;
mod day;
mod floor;

use crate::Result;
use crate::state::AppState;
use floor::Floor;
use qn_api_types::wallboard::WallboardView;
use qn_bus::{Audience, Delivery, Signal, SignalBody, Subscription};
use qn_domain::TenantId;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, MissedTickBehavior};

/// A busy floor is shown anew at most this often.
const PACE: Duration = Duration::from_secs(1);
/// A quiet one at least this often: promises come due and shares of the day change without an entry.
const REST: Duration = Duration::from_secs(5);

/// Held by whoever has the board open. The floor is none until it is read.
#[derive(Debug, Default)]
pub struct Wall {
    floor: Mutex<Option<Floor>>,
}

impl Wall {
    /// The board as it is now; none while the floor is being read for the first time.
    pub async fn board(&self, state: &AppState, tenant_id: &TenantId) -> Option<Result<WallboardView>> {
        let mut floor = self.floor.lock().await;
        Some(floor.as_mut()?.board(state, tenant_id).await)
    }
}

#[derive(Debug, Default)]
pub struct Walls {
    open: std::sync::Mutex<HashMap<TenantId, Weak<Wall>>>,
}

impl Walls {
    /// The board of this tenant is pushed for as long as the answer is kept.
    pub fn watch(&self, state: &AppState, tenant_id: &TenantId) -> Arc<Wall> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, wall| wall.strong_count() > 0);
        if let Some(wall) = open.get(tenant_id).and_then(Weak::upgrade) {
            return wall;
        }
        let wall = Arc::new(Wall::default());
        open.insert(tenant_id.clone(), Arc::downgrade(&wall));
        tokio::spawn(keep(state.clone(), tenant_id.clone(), Arc::downgrade(&wall)));
        wall
    }

    fn find(&self, tenant_id: &TenantId) -> Option<Arc<Wall>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(tenant_id).and_then(Weak::upgrade)
    }
}

/// The floor as it is now, for whoever asks once: from the open wall, or else read for this answer.
pub async fn board(state: &AppState, tenant_id: &TenantId) -> Result<WallboardView> {
    if let Some(wall) = state.walls.find(tenant_id)
        && let Some(board) = wall.board(state, tenant_id).await
    {
        return board;
    }
    Floor::read(state, tenant_id).await?.board(state, tenant_id).await
}

/// Reads the floor and keeps it while the wall is open; begins again when it lost its place in the log.
async fn keep(state: AppState, tenant_id: TenantId, wall: Weak<Wall>) {
    let mut shown = Value::Null;
    loop {
        // First the subscription, then what is stored: an entry may be seen twice, none is missed.
        let mut news = state.engine.hub.people(&tenant_id);
        let Some(open) = wall.upgrade() else { return };
        match Floor::read(&state, &tenant_id).await {
            Ok(floor) => *open.floor.lock().await = Some(floor),
            Err(problem) => {
                tracing::warn!(?problem, tenant = %tenant_id, "the floor could not be read");
                tokio::time::sleep(REST).await;
                continue;
            }
        }
        drop(open);
        if follow(&state, &tenant_id, &wall, &mut news, &mut shown).await {
            return;
        }
    }
}

/// True when the wall is closed or the process ends, false when the place in the log is lost.
async fn follow(state: &AppState, tenant_id: &TenantId, wall: &Weak<Wall>, news: &mut Subscription, shown: &mut Value) -> bool {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut stirred, mut shown_at) = (true, Instant::now());
    loop {
        tokio::select! {
            delivery = news.next() => match delivery {
                Some(Delivery::Entry(published)) => {
                    let Some(open) = wall.upgrade() else { return true };
                    if let Some(floor) = open.floor.lock().await.as_mut() {
                        floor.take(&published.entry);
                    }
                    stirred = true;
                }
                Some(Delivery::Signal(signal)) => stirred |= matches!(signal.body, SignalBody::Presence { .. }),
                Some(Delivery::Restart { .. }) => return true,
                Some(Delivery::TooSlow) | None => return false,
            },
            _ = pace.tick() => {
                let Some(open) = wall.upgrade() else { return true };
                if !stirred && shown_at.elapsed() < REST {
                    continue;
                }
                (stirred, shown_at) = (false, Instant::now());
                match open.board(state, tenant_id).await {
                    Some(Ok(board)) => show(state, tenant_id, &board, shown),
                    Some(Err(problem)) => tracing::warn!(?problem, tenant = %tenant_id, "the wallboard could not be written"),
                    None => return false,
                }
            }
        }
    }
}

/// Hands the board to those who have it open, if more than the time changed.
fn show(state: &AppState, tenant_id: &TenantId, view: &WallboardView, shown: &mut Value) {
    let board = serde_json::to_value(view).unwrap_or_default();
    let mut unmoved = board.clone();
    unmoved["now"] = Value::Null;
    if unmoved != *shown {
        *shown = unmoved;
        let body = SignalBody::Wallboard { board };
        state.engine.hub.signal(Signal { tenant_id: tenant_id.clone(), audience: Audience::People, body });
    }
}
