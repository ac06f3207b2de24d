//! One decision at a time per thread within this process. The version check in the store is what keeps decisions correct;
//! this only keeps neighbours from wasting work on races they would lose.

use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::{Mutex, MutexGuard};

const STRIPES: usize = 4_096;

/// Threads and conversations have turns of their own: who has a thread's may wait for a conversation's, never the other way round.
#[derive(Debug)]
pub(crate) struct Turns {
    threads: Vec<Mutex<()>>,
    conversations: Vec<Mutex<()>>,
}

impl Default for Turns {
    fn default() -> Self {
        let stripes = || (0..STRIPES).map(|_| Mutex::new(())).collect();
        Self { threads: stripes(), conversations: stripes() }
    }
}

impl Turns {
    pub async fn enter_thread(&self, thread: &str) -> MutexGuard<'_, ()> {
        self.threads[stripe(thread)].lock().await
    }

    /// Of two conversations at once, in one order for all, so that nobody waits for each other.
    pub async fn enter_both(&self, one: &str, other: &str) -> (MutexGuard<'_, ()>, Option<MutexGuard<'_, ()>>) {
        let (a, b) = (stripe(one).min(stripe(other)), stripe(one).max(stripe(other)));
        let first = self.conversations[a].lock().await;
        (first, if a == b { None } else { Some(self.conversations[b].lock().await) })
    }

    /// Of a conversation, or of anything else with a name.
    pub async fn enter(&self, name: &str) -> MutexGuard<'_, ()> {
        self.conversations[stripe(name)].lock().await
    }
}

fn stripe(name: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    (hasher.finish() as usize) % STRIPES
}
