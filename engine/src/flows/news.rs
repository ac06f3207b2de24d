//! Tells consoles that runs and approvals changed, a few times a second at most: whoever looks at one fetches it again. Nothing here
//! is kept, and nothing is lost when it is missed.

use crate::Engine;
use qn_bus::{Audience, Signal, SignalBody};
use qn_domain::TenantId;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_millis(200);
/// Beyond these a tenant's consoles hear only that something changed.
const NAMED_MAX: usize = 20;
const KEPT_MAX: usize = 20_000;

#[derive(Debug, Default)]
pub(crate) struct News {
    changed: Mutex<BTreeSet<(TenantId, &'static str, String)>>,
    stir: Notify,
}

impl News {
    pub fn hear(&self, news: &qn_runner::News<'_>) {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if changed.len() < KEPT_MAX {
            changed.insert((news.tenant_id.clone(), "run", news.run_id.to_owned()));
            if news.asks_people {
                changed.insert((news.tenant_id.clone(), "approval", news.run_id.to_owned()));
            }
        }
        drop(changed);
        self.stir.notify_one();
    }
}

impl Engine {
    pub(super) async fn tell_news(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.flows.news.stir.notified() => {}
            }
            self.tell_changes();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    fn tell_changes(&self) {
        let changed = std::mem::take(&mut *self.flows.news.changed.lock().unwrap_or_else(PoisonError::into_inner));
        let mut told: (Option<(TenantId, &'static str)>, usize) = (None, 0);
        for (tenant_id, resource, id) in changed {
            let place = Some((tenant_id.clone(), resource));
            told = if told.0 == place { (place, told.1 + 1) } else { (place, 0) };
            let id = match told.1 {
                n if n < NAMED_MAX => id,
                n if n == NAMED_MAX => String::new(),
                _ => continue,
            };
            self.hub.signal(Signal { tenant_id, audience: Audience::People, body: SignalBody::Changed { resource, id } });
        }
    }
}
