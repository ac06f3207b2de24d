//! A customer's system as the product calls it: takes callbacks and webhooks on loopback, checks their signatures,
//! remembers every attempt, and fails on request.

use crate::loopback::Loopback;
use crate::signing;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// One call that reached us.
#[derive(Debug, Clone)]
pub struct Call {
    /// The last part of the address it was sent to.
    pub mailbox: String,
    pub webhook_id: String,
    /// The W3C `traceparent` it came with; empty when there was none.
    pub traceparent: String,
    pub signed: bool,
    pub body: Value,
    /// What it was answered.
    pub status: u16,
}

/// Decides the answer from the mailbox, the webhook-id and how many attempts there were before; 200 by default.
pub type Temper = Box<dyn Fn(&str, &str, usize) -> u16 + Send>;

#[derive(Default)]
struct Book {
    secrets: HashMap<String, String>,
    attempts: HashMap<(String, String), usize>,
    calls: Vec<Call>,
    temper: Option<Temper>,
}

type Shared = crate::loopback::Shared<Book>;

pub struct Receiver {
    pub address: String,
    server: Loopback<Book>,
}

impl Receiver {
    pub async fn start() -> Result<Receiver> {
        let server = Loopback::serve(Router::new().route("/{mailbox}", post(take))).await?;
        Ok(Receiver { address: server.address.to_string(), server })
    }

    pub fn url(&self, mailbox: &str) -> String {
        format!("http://{}/{mailbox}", self.address)
    }

    /// Calls to `mailbox` must be signed with this.
    pub fn expect_secret(&self, mailbox: &str, secret: &str) {
        self.server.book().secrets.insert(mailbox.to_owned(), secret.to_owned());
    }

    pub fn set_temper(&self, temper: impl Fn(&str, &str, usize) -> u16 + Send + 'static) {
        self.server.book().temper = Some(Box::new(temper));
    }

    pub fn calls(&self, mailbox: &str) -> Vec<Call> {
        self.server.book().calls.iter().filter(|c| c.mailbox == mailbox).cloned().collect()
    }

    /// Waits until `look` finds what it wants among the calls so far.
    pub async fn wait<T>(&self, what: &str, look: impl Fn(&[Call]) -> Option<T>) -> Result<T> {
        self.wait_for(PATIENCE, what, look).await
    }

    pub async fn wait_for<T>(&self, patience: Duration, what: &str, look: impl Fn(&[Call]) -> Option<T>) -> Result<T> {
        let found = self.server.wait(patience, || look(&self.server.book().calls)).await;
        found.with_context(|| format!("{what} did not come within {} s", patience.as_secs()))
    }
}

async fn take(State(shared): State<Shared>, Path(mailbox): Path<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (webhook_id, traceparent) = (header("webhook-id"), header("traceparent"));
    let status = {
        let mut book = shared.book();
        let signed = book.secrets.get(&mailbox).is_some_and(|secret| signing::is_signed(secret, &headers, &body));
        let attempts = book.attempts.entry((mailbox.clone(), webhook_id.clone())).or_default();
        let before = *attempts;
        *attempts += 1;
        let status = book.temper.as_ref().map_or(200, |temper| temper(&mailbox, &webhook_id, before));
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        book.calls.push(Call { mailbox, webhook_id, traceparent, signed, body, status });
        status
    };
    shared.news.notify_waiters();
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
