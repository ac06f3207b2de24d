//! What was done is known after the process was killed: nothing is refunded twice.

use crate::world::{Company, post};
use qn_backoffice::Books;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn a_restarted_company_knows_its_refunds() {
    let folder = tempfile::tempdir().unwrap();
    let mut company = Company::start(folder.path());
    let first = company.post("/refunds", "k1", "SO1", 12);
    assert_eq!((first.0, &first.1["order_id"]), (201, &json!("SO1")));
    assert_eq!(company.post("/crm/notes", "k2", "SO1", 0).0, 201);
    assert!(Books::open(Some(folder.path())).await.is_err(), "one process has the books at a time");
    company.kill();

    let company = Company::start(folder.path());
    assert_eq!(company.get("/orders/SO1")["refunded"], true);
    assert_eq!(company.post("/refunds", "k1", "SO1", 12), first, "the same key gives the first answer");
    assert_eq!(company.post("/refunds", "k1", "SO1", 13).0, 422);
    assert_eq!(company.post("/refunds/reverse", "k2", "SO1", 0).0, 422, "the key was a note's");
    assert_eq!(company.post("/refunds", "k3", "SO1", 12).0, 409);
    assert_eq!(company.post("/refunds/reverse", "k4", "SO1", 12).0, 201);
    let again = company.post("/refunds", "k5", "SO1", 12);
    assert_eq!((again.0, again.1["id"] == first.1["id"]), (201, false));
    let audit = company.get("/audit");
    assert_eq!((&audit["refunds"], &audit["reversals"], &audit["notes"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!((&audit["standing"], &audit["paid_back_twice"]), (&json!(["SO1"]), &json!([])));
}

const CASHIERS: usize = 8;
const ORDERS: usize = 60;
const DONE_MIN: usize = 100;

/// Refunds a cashier's orders until the company is gone, and counts them.
fn refunds(address: SocketAddr, cashier: usize, done: &AtomicUsize) -> Vec<(u16, Value)> {
    let mut answers = Vec::new();
    for n in 0..ORDERS {
        let order = format!("SO{cashier}x{n}");
        let Ok(answer) = post(address, "/refunds", &format!("key-{order}"), &order, 10) else { break };
        done.fetch_add(1, Ordering::SeqCst);
        answers.push(answer);
    }
    answers
}

#[test]
fn killed_among_refunds_it_gives_each_once_and_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut company = Company::start(folder.path());
    let (done, address) = (AtomicUsize::new(0), company.address);
    let told: Vec<_> = std::thread::scope(|scope| {
        let cashiers: Vec<_> = (0..CASHIERS)
            .map(|n| {
                scope.spawn({
                    let done = &done;
                    move || refunds(address, n, done)
                })
            })
            .collect();
        while done.load(Ordering::SeqCst) < DONE_MIN && !cashiers.iter().all(|cashier| cashier.is_finished()) {
            std::thread::yield_now();
        }
        company.kill();
        cashiers.into_iter().map(|cashier| cashier.join().unwrap()).collect()
    });
    let count: usize = told.iter().map(Vec::len).sum();
    assert!((DONE_MIN..CASHIERS * ORDERS).contains(&count), "{count} were told before it was killed");

    let company = Company::start(folder.path());
    for (cashier, before) in told.iter().enumerate() {
        let again = refunds(company.address, cashier, &done);
        assert_eq!((again.len(), &again[..before.len()]), (ORDERS, &before[..]));
        assert!(again.iter().all(|(status, _)| *status == 201));
    }
    let audit = company.get("/audit");
    assert_eq!((&audit["refunds"], &audit["orders_refunded"]), (&json!(CASHIERS * ORDERS), &json!(CASHIERS * ORDERS)));
    assert_eq!(audit["paid_back_twice"], json!([]));
    assert!(audit["repeated"].as_u64() >= u64::try_from(count).ok(), "{audit}");
}
