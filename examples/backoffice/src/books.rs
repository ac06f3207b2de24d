//! What the company did: every write under its idempotency key, once. The same key with the same body gives the first answer;
//! with another body it is refused. Kept as lines of JSON when there is a folder.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::customers;
use crate::faults::Faults;

#[derive(Debug, Default)]
pub struct Books {
    pages: Mutex<Pages>,
    pub faults: Faults,
}

#[derive(Debug, Default)]
struct Pages {
    by_key: HashMap<String, Line>,
    /// Order to the refunds it was given and those taken back.
    refunds: HashMap<String, (u32, u32)>,
    notes: u64,
    returns: u64,
    count: u64,
    /// Requests that came again under a key already used.
    repeated: u64,
    refused: u64,
    /// By key: whose order it was about, and how often a fault was answered instead.
    faulted: HashMap<String, (String, u32)>,
    file: Option<File>,
}

/// One write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    pub key: String,
    pub what: What,
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
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        let books = Self::default();
        let Some(folder) = folder else { return Ok(books) };
        std::fs::create_dir_all(folder)?;
        let path = folder.join("books.jsonl");
        let mut pages = books.pages();
        for line in std::fs::read_to_string(&path).unwrap_or_default().lines() {
            // The last line may be torn; it was never answered.
            if let Ok(line) = serde_json::from_str::<Line>(line) {
                pages.enter(line);
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        pages.file = Some(file);
        drop(pages);
        Ok(books)
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

    /// Writes once per key. The answer is the status and the body.
    pub fn write(&self, key: &str, what: What, body: &Value) -> (u16, Value) {
        let mut pages = self.pages();
        if let Some(first) = pages.by_key.get(key) {
            let same = first.body == *body && first.what == what;
            let answer = (first.status, first.answer.clone());
            pages.repeated += 1;
            return if same { answer } else { (422, json!({"error": "this key was used for something else"})) };
        }
        let order = body["order_id"].as_str().unwrap_or_default().to_owned();
        let (given, taken) = pages.refunds.get(&order).copied().unwrap_or_default();
        let refusal = match what {
            What::Refund if given > taken => Some("the order was refunded already"),
            What::Reversal if given <= taken => Some("there is no refund to reverse"),
            _ => None,
        };
        if let Some(reason) = refusal {
            pages.refused += 1;
            return (409, json!({"error": reason}));
        }
        let answer = json!({"id": format!("bo_{}", pages.count + 1), "order_id": order, "amount": body["amount"]});
        let line = Line { key: key.to_owned(), what, body: body.clone(), status: 201, answer: answer.clone() };
        if let Some(file) = &mut pages.file {
            let text = format!("{}\n", serde_json::to_string(&line).unwrap_or_default());
            if file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).is_err() {
                return (500, json!({"error": "the books cannot be written"}));
            }
        }
        pages.enter(line);
        (201, answer)
    }

    /// A write that was answered with a fault.
    pub fn note_fault(&self, key: &str, order: &str) {
        self.pages().faulted.entry(key.to_owned()).or_insert_with(|| (order.to_owned(), 0)).1 += 1;
    }

    pub fn audit(&self) -> Audit {
        let pages = self.pages();
        let orders = |test: &dyn Fn(u32, u32) -> bool| {
            let mut found: Vec<String> = pages.refunds.iter().filter(|(_, (g, t))| test(*g, *t)).map(|(id, _)| id.clone()).collect();
            found.sort();
            found
        };
        let mut faulted = BTreeMap::new();
        for (order, times) in pages.faulted.values().filter(|(_, times)| *times >= FAULTS_TOLD_MIN) {
            let worst: &mut u32 = faulted.entry(order.clone()).or_default();
            *worst = (*worst).max(*times);
        }
        Audit {
            orders_refunded: pages.refunds.len(),
            refunds: pages.refunds.values().map(|(given, _)| u64::from(*given)).sum(),
            reversals: pages.refunds.values().map(|(_, taken)| u64::from(*taken)).sum(),
            paid_back_twice: orders(&|given, taken| given > taken + 1),
            reversed_twice: orders(&|given, taken| taken > given),
            standing: orders(&|given, taken| given > taken),
            notes: pages.notes,
            returns: pages.returns,
            repeated: pages.repeated,
            refused: pages.refused,
            faulted,
        }
    }
}

impl Pages {
    fn enter(&mut self, line: Line) {
        self.count += 1;
        let order = line.body["order_id"].as_str().unwrap_or_default().to_owned();
        match line.what {
            What::Refund => self.refunds.entry(order).or_default().0 += 1,
            What::Reversal => self.refunds.entry(order).or_default().1 += 1,
            What::Note => self.notes += 1,
            What::Return => self.returns += 1,
        }
        self.by_key.insert(line.key.clone(), line);
    }
}
