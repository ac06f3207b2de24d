//! What the company did: every write under its idempotency key, once. The same key with the same body gives the first answer;
//! with another body it is refused. Answers are found in memory; what was done is in the ledger before anything is answered.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::customers;
use crate::faults::Faults;
use crate::ledger::Ledger;

#[derive(Debug)]
pub struct Books {
    pages: Mutex<Pages>,
    ledger: Ledger,
    pub faults: Faults,
}

#[derive(Debug, Default)]
struct Pages {
    by_key: HashMap<String, Line>,
    /// Order to the refunds it was given and those taken back.
    refunds: HashMap<String, (u32, u32)>,
    /// Requests that came again under a key already used.
    repeated: u64,
    refused: u64,
    /// By key: whose order it was about, and how often a fault was answered instead.
    faulted: HashMap<String, (String, u32)>,
}

/// One write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    pub key: String,
    pub what: What,
    pub order_id: String,
    pub body: Value,
    pub status: u16,
    pub answer: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Refund,
    Reversal,
    Note,
    Return,
}

/// What an auditor sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    pub orders_refunded: usize,
    pub refunds: u64,
    pub reversals: u64,
    /// Orders that were paid back more than once, reversals deducted.
    pub paid_back_twice: Vec<String>,
    /// Orders with more reversals than refunds.
    pub reversed_twice: Vec<String>,
    /// Orders whose refund stands.
    pub standing: Vec<String>,
    pub notes: u64,
    pub returns: u64,
    pub repeated: u64,
    pub refused: u64,
    /// Orders with how often one and the same write met a fault, from `FAULTS_TOLD_MIN` on.
    pub faulted: BTreeMap<String, u32>,
}

/// Fewer faults of one write are nothing to tell.
pub const FAULTS_TOLD_MIN: u32 = 3;

impl Books {
    /// With a folder, the books are a file there.
    pub async fn open(folder: Option<&Path>) -> Result<Self> {
        let (ledger, lines) = Ledger::open(folder).await?;
        let mut pages = Pages::default();
        lines.into_iter().for_each(|line| pages.enter(line));
        Ok(Self { pages: Mutex::new(pages), ledger, faults: Faults::default() })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An order as it stands. Every number is an order; its amount follows from it.
    pub fn order(&self, id: &str) -> Value {
        let number: u64 = id.bytes().filter(u8::is_ascii_digit).fold(0, |n, digit| (n * 10 + u64::from(digit - b'0')) % 1_000_003);
        let (given, taken) = self.pages().refunds.get(id).copied().unwrap_or_default();
        if let Some(mut order) = customers::placed(id) {
            order["refunded"] = json!(given > taken);
            return order;
        }
        json!({"id": id, "customer": format!("C{}", number % 5_000), "amount": 20 + number % 480, "paid": true,
            "paid_at": "2026-11-20T08:00:00Z", "refunded": given > taken})
    }

    /// A customer's orders as they stand, newest first.
    pub fn orders_of(&self, customer: &str) -> Vec<Value> {
        customers::orders_of(customer).iter().map(|id| self.order(id)).collect()
    }

    /// Writes once per key. The answer is the status and the body; whatever it tells is in the ledger by then.
    pub async fn write(&self, key: &str, what: What, body: &Value) -> (u16, Value) {
        let answer = self.decide(key, what, body);
        match self.ledger.settle().await {
            Ok(()) => answer,
            Err(_) => (500, json!({"error": "the books cannot be written"})),
        }
    }

    fn decide(&self, key: &str, what: What, body: &Value) -> (u16, Value) {
        let mut pages = self.pages();
        if let Some(first) = pages.by_key.get(key) {
            let same = first.body == *body && first.what == what;
            let answer = (first.status, first.answer.clone());
            pages.repeated += 1;
            return if same { answer } else { (422, json!({"error": "this key was used for something else"})) };
        }
        let order_id = body["order_id"].as_str().unwrap_or_default().to_owned();
        let (given, taken) = pages.refunds.get(&order_id).copied().unwrap_or_default();
        let refusal = match what {
            What::Refund if given > taken => Some("the order was refunded already"),
            What::Reversal if given <= taken => Some("there is no refund to reverse"),
            _ => None,
        };
        if let Some(reason) = refusal {
            pages.refused += 1;
            return (409, json!({"error": reason}));
        }
        let answer = json!({"id": format!("bo_{}", pages.by_key.len() + 1), "order_id": order_id, "amount": body["amount"]});
        let line = Line { key: key.to_owned(), what, order_id, body: body.clone(), status: 201, answer: answer.clone() };
        self.ledger.add(line.clone());
        pages.enter(line);
        (201, answer)
    }

    /// A write that was answered with a fault.
    pub fn note_fault(&self, key: &str, order: &str) {
        self.pages().faulted.entry(key.to_owned()).or_insert_with(|| (order.to_owned(), 0)).1 += 1;
    }

    /// Told from the ledger, not from what the answers were given by.
    pub async fn audit(&self) -> Result<Audit> {
        let sums = self.ledger.sums().await?;
        let orders = |test: &dyn Fn(i64, i64) -> bool| -> Vec<String> {
            sums.orders.iter().filter(|(_, given, taken)| test(*given, *taken)).map(|(id, ..)| id.clone()).collect()
        };
        let pages = self.pages();
        let mut faulted = BTreeMap::new();
        for (order, times) in pages.faulted.values().filter(|(_, times)| *times >= FAULTS_TOLD_MIN) {
            let worst: &mut u32 = faulted.entry(order.clone()).or_default();
            *worst = (*worst).max(*times);
        }
        Ok(Audit {
            orders_refunded: sums.orders.len(),
            refunds: sums.orders.iter().map(|(_, given, _)| given.unsigned_abs()).sum(),
            reversals: sums.orders.iter().map(|(_, _, taken)| taken.unsigned_abs()).sum(),
            paid_back_twice: orders(&|given, taken| given > taken + 1),
            reversed_twice: orders(&|given, taken| taken > given),
            standing: orders(&|given, taken| given > taken),
            notes: sums.notes.unsigned_abs(),
            returns: sums.returns.unsigned_abs(),
            repeated: pages.repeated,
            refused: pages.refused,
            faulted,
        })
    }
}

impl Pages {
    fn enter(&mut self, line: Line) {
        match line.what {
            What::Refund => self.refunds.entry(line.order_id.clone()).or_default().0 += 1,
            What::Reversal => self.refunds.entry(line.order_id.clone()).or_default().1 += 1,
            What::Note | What::Return => {}
        }
        self.by_key.insert(line.key.clone(), line);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn in_memory_every_write_is_in_the_audit_too() {
        let books = Books::open(None).await.unwrap();
        for n in 0..600 {
            let body = json!({"order_id": format!("SO{n}"), "amount": 1});
            assert_eq!(books.write(&format!("k{n}"), What::Refund, &body).await.0, 201);
        }
        let body = json!({"order_id": "SO7", "amount": 1});
        assert_eq!(books.write("k7b", What::Refund, &body).await.0, 409);
        assert_eq!(books.write("r7", What::Reversal, &body).await.0, 201);
        let audit = books.audit().await.unwrap();
        assert_eq!((audit.refunds, audit.reversals, audit.standing.len(), audit.refused), (600, 1, 599, 1));
        assert_eq!(books.audit().await.unwrap(), audit, "nothing is entered twice");
    }
}
