//! What tenants may spend: counted, charged before the call, and stopped hard.

use crate::world::{Ledger, World, hello, settings};
use qn_llm::{Budget, Limit, LlmError, OverBudget, Period, Price, Settings};
use qn_testkit::{Act, ModelServer};

fn limited(base_url: &str, tokens: i64, cents: i64) -> Settings {
    let price = Price { prompt_cents_per_million: 1_000_000, answer_cents_per_million: 2_000_000 };
    let budget = Budget { price, day: Limit { tokens, cents }, month: Limit::default() };
    Settings { budget, cached_max: 0, ..settings(base_url) }
}

#[tokio::test]
async fn a_used_up_budget_stops_before_anything_is_asked() {
    let server = ModelServer::start([]).await;
    let world = World::with(limited(&server.base_url, 180, 0));
    assert!(world.ask(&hello()).await.is_ok());
    assert!(world.ask(&hello()).await.is_ok());
    let error = world.ask(&hello()).await.unwrap_err();
    assert_eq!(error, LlmError::Budget(OverBudget { period: Period::Day, is_money: false, used: 84, limit: 180 }));
    assert_eq!(error.to_string(), "the model's token budget of this day is used up (84 of 180 tokens)");
    assert_eq!(server.asked().len(), 2);
    assert!(world.ask_as("tnt_2", &hello()).await.is_ok(), "another tenant has its own");
    assert_eq!(world.llm.health().problem, None, "a limit is no outage");
}

#[tokio::test]
async fn money_is_counted_by_price() {
    let server = ModelServer::start([]).await;
    let world = World::with(limited(&server.base_url, 0, 250));
    assert!(world.ask(&hello()).await.is_ok());
    assert_eq!(world.books.of("tnt_1").micro_cents, (30 + 2 * 12) * 1_000_000);
    assert!(world.ask(&hello()).await.is_ok());
    let error = world.ask(&hello()).await.unwrap_err();
    assert!(matches!(error, LlmError::Budget(OverBudget { is_money: true, used: 108, limit: 250, .. })), "{error}");
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_make_it_free() {
    let server = ModelServer::start([Act::Hang]).await;
    let world = World::with(limited(&server.base_url, 1_000, 0));
    let chat = hello();
    tokio::select! {
        _ = world.ask(&chat) => panic!("it hangs"),
        () = async { while server.asked().is_empty() { tokio::task::yield_now().await } } => {}
    }
    assert!(world.books.of("tnt_1").tokens >= 50, "{:?}", world.books.of("tnt_1"));
}

#[tokio::test]
async fn unreadable_books_ask_nothing() {
    let server = ModelServer::start([]).await;
    let mut world = World::with(settings(&server.base_url));
    world.books = Ledger { is_lost: true, ..Ledger::default() };
    assert_eq!(world.ask(&hello()).await.unwrap_err().code(), "llm_books");
    assert!(server.asked().is_empty());
}
