//! One decision at a time per thread within this process. The version check in the store is what keeps decisions correct;
//! this only keeps neighbours from wasting work on races they would lose.

use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::{Mutex, MutexGuard};

const STRIPES: usize = 4_096;

#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Mutex::new(())).collect())
    }
}

impl Turns {
    pub async fn enter(&self, thread: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        thread.hash(&mut hasher);
        self.0[(hasher.finish() as usize) % STRIPES].lock().await
    }
}
