//! Watches for articles that another process changed, such as `qingniao knowledge import --publish` beside a running server, and reads the
//! index anew: when the `bell` rings, and unasked. What this process changes is in the index already, and known by its stamp.

use crate::Engine;
use qn_domain::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(1);

/// The stamp of the articles each index was built from.
#[derive(Default)]
pub(crate) struct Stamps(Mutex<HashMap<TenantId, i64>>);

impl Stamps {
    pub fn set(&self, tenant_id: &TenantId, stamp: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant_id.clone(), stamp);
    }

    fn is(&self, tenant_id: &TenantId, stamp: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tenant_id) == Some(&stamp)
    }
}

impl Engine {
    /// Runs until cancelled.
    pub async fn run_article_watch(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wakes.articles.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
            self.follow_articles().await;
        }
    }

    /// Indexes the articles of every tenant whose published ones changed since.
    pub async fn follow_articles(&self) {
        let stamps = match qn_store::article_stamp::list(&self.db).await {
            Ok(stamps) => stamps,
            Err(error) => return tracing::warn!(%error, "changed articles could not be looked for"),
        };
        for (tenant_id, stamp) in stamps {
            if self.stamps.is(&tenant_id, stamp) {
                continue;
            }
            match self.reload_knowledge(&tenant_id).await {
                Ok(()) => self.tell_articles(&tenant_id).await,
                Err(error) => tracing::warn!(%error, tenant = %tenant_id, "changed articles could not be indexed"),
            }
        }
    }
}
