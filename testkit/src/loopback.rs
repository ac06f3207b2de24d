//! A little server on loopback for as long as its owner lives. It shares a book with the tests: what it was sent, and how it is to answer.

use anyhow::Result;
use axum::Router;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The book, and word of what is new in it.
#[derive(Default)]
pub struct Shared<B> {
    book: Arc<Mutex<B>>,
    pub news: Arc<Notify>,
}

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Shared { book: self.book.clone(), news: self.news.clone() }
    }
}

impl<B> Shared<B> {
    pub fn book(&self) -> MutexGuard<'_, B> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `look` finds, looking again at all news; nothing where that takes longer than `patience`.
    pub async fn wait<T>(&self, patience: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
        let watch = async {
            loop {
                let news = self.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if let Some(found) = look() {
                    return found;
                }
                news.await;
            }
        };
        tokio::time::timeout(patience, watch).await.ok()
    }
}

pub struct Loopback<B> {
    pub address: SocketAddr,
    shared: Shared<B>,
    task: JoinHandle<()>,
}

impl<B: Default + Send + 'static> Loopback<B> {
    pub async fn serve(app: Router<Shared<B>>) -> Result<Self> {
        Self::start(|listener, shared| async move { drop(axum::serve(listener, app.with_state(shared)).await) }).await
    }

    /// For what is no HTTP.
    pub async fn start<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(TcpListener, Shared<B>) -> F) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, shared) = (listener.local_addr()?, Shared::<B>::default());
        let task = tokio::spawn(run(listener, shared.clone()));
        Ok(Loopback { address, shared, task })
    }
}

impl<B> Deref for Loopback<B> {
    type Target = Shared<B>;

    fn deref(&self) -> &Shared<B> {
        &self.shared
    }
}

impl<B> Drop for Loopback<B> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
