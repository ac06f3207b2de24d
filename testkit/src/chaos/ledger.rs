//! What the server acknowledged: every write under the name its sender gave it. The server may never take back, move or double
//! any of it, however often it died.

use crate::http::Request;
use crate::random::Random;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One acknowledged message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    pub conversation_id: String,
    pub message_id: String,
    /// 0 where the channel does not tell it.
    pub seq: i64,
}

#[derive(Debug, Default)]
struct Book {
    acks: HashMap<String, Ack>,
    requests: Vec<(String, Request)>,
    replays: u64,
    refused: u64,
    /// A repetition that was answered with something else than the first time.
    changed: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Ledger(Mutex<Book>);

/// Requests remembered for replaying; older ones make room.
const REQUESTS_MAX: usize = 2_000;

impl Ledger {
    /// Notes an acknowledgement; a second one under the same name must say the same.
    pub fn acknowledge(&self, name: &str, ack: Ack, request: &Request) {
        let mut book = self.lock();
        if let Some(first) = book.acks.get(name).cloned() {
            let same = first.message_id == ack.message_id
                && first.conversation_id == ack.conversation_id
                && (first.seq == ack.seq || first.seq == 0 || ack.seq == 0);
            if !same {
                book.changed.push(format!("{name}: {first:?} became {ack:?}"));
            }
            return;
        }
        book.acks.insert(name.to_owned(), ack);
        if book.requests.len() >= REQUESTS_MAX {
            let at = book.replays as usize % REQUESTS_MAX;
            book.requests.swap_remove(at);
        }
        book.requests.push((name.to_owned(), request.clone()));
    }

    /// Somebody's earlier request whose name begins with `sender`.
    pub fn earlier(&self, sender: &str, random: &mut Random) -> Option<(String, Request)> {
        let mut book = self.lock();
        let own: Vec<usize> = (0..book.requests.len()).filter(|i| book.requests[*i].0.starts_with(sender)).collect();
        let found = random.pick(&own).map(|i| book.requests[*i].clone())?;
        book.replays += 1;
        Some(found)
    }

    pub fn refuse(&self) {
        self.lock().refused += 1;
    }

    pub fn acks(&self) -> HashMap<String, Ack> {
        self.lock().acks.clone()
    }

    pub fn replays(&self) -> u64 {
        self.lock().replays
    }

    pub fn refused(&self) -> u64 {
        self.lock().refused
    }

    pub fn changed(&self) -> Vec<String> {
        self.lock().changed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ack {
    /// Out of a message as the API answers it.
    pub fn of(message: &Value) -> Option<Ack> {
        Some(Ack {
            conversation_id: message["conversation_id"].as_str()?.to_owned(),
            message_id: message["id"].as_str()?.to_owned(),
            seq: message["seq"].as_i64()?,
        })
    }
}
