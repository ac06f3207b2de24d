//! What does not work, and how soon that is known.

use crate::world::{World, hello, settings};
use qn_llm::{LlmError, Settings};
use qn_testkit::{Act, ModelServer};
use std::time::Duration;

async fn code(acts: impl IntoIterator<Item = Act>, change: impl Fn(&mut Settings)) -> (String, World, ModelServer) {
    let server = ModelServer::start(acts).await;
    let mut settings = settings(&server.base_url);
    change(&mut settings);
    let world = World::with(settings);
    let error = world.ask(&hello()).await.unwrap_err();
    (error.code().to_owned(), world, server)
}

const UNAVAILABLE: Act = Act::Status(503, &[("retry-after-ms", "1")], "{}");

#[tokio::test]
async fn what_time_can_heal_is_tried_again_and_nothing_else() {
    let limited = Act::Status(429, &[("retry-after", "0")], r#"{"error":{"code":"rate_limit_exceeded"}}"#);
    let server = ModelServer::start([limited.clone(), UNAVAILABLE, Act::Say("at last".into())]).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.ask(&hello()).await.unwrap().text, "at last");
    assert_eq!(world.books.of("tnt_1").tokens, 42, "refused tries cost nothing");
    let (seen, _, server) = code([limited.clone(), limited.clone(), limited], |_| {}).await;
    assert_eq!((seen.as_str(), server.asked().len()), ("llm_rate_limited", 3));
    let long = Act::Status(429, &[("retry-after", "3600")], "{}");
    let (seen, _, server) = code([long], |_| {}).await;
    assert_eq!((seen.as_str(), server.asked().len()), ("llm_rate_limited", 1), "nobody waits an hour");
    let denied = Act::Status(401, &[], r#"{"error":{"message":"Incorrect API key: sk-secret","code":"invalid_api_key"}}"#);
    let (seen, world, server) = code([denied], |_| {}).await;
    assert_eq!((seen.as_str(), server.asked().len()), ("llm_unauthorised", 1));
    let problem = world.llm.health().problem.unwrap();
    assert!(problem.contains("invalid_api_key") && !problem.contains("sk-secret"), "{problem}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_soon() {
    for act in [Act::Silent, Act::Hang] {
        let (seen, world, _) = code([act], |s| s.first_token_ms = 50).await;
        assert_eq!(seen, "llm_silent");
        assert!(world.llm.health().problem.is_some());
    }
    let (seen, ..) = code([Act::Hang], |s| (s.first_token_ms, s.total_ms) = (5_000, 50)).await;
    assert_eq!(seen, "llm_deadline");
    let server = ModelServer::start([Act::Hang]).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.ask(&hello().within(30)).await.unwrap_err(), LlmError::Deadline { ms: 30 });
}

#[tokio::test]
async fn answers_that_break_off_or_never_end_are_refused() {
    for (raw, expected) in [
        ("data: {\"choices\":[{\"delta\":{\"content\":\"Half of\"}}]}\n\n", "llm_broken"),
        ("data: {not json\n\n", "llm_broken"),
        ("", "llm_broken"),
        ("data: [DONE]\n\n", "llm_broken"),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"type\":\"overloaded\"}}\n\n", "llm_broken"),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"content_filter\"}]}\n\n", "llm_refused"),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"sensitive\"}]}\n\n", "llm_refused"),
        ("data: {\"choices\":[{\"delta\":{\"refusal\":\"I can't\"},\"finish_reason\":\"stop\"}]}\n\n", "llm_refused"),
    ] {
        let (seen, ..) = code([Act::Raw(raw.as_bytes().to_vec())], |_| {}).await;
        assert_eq!(seen, expected, "{raw}");
    }
    let (seen, world, _) = code([Act::Half], |_| {}).await;
    assert!(matches!(seen.as_str(), "llm_broken" | "broken_response"), "{seen}");
    assert!(world.books.of("tnt_1").tokens > 0, "what was begun is paid");
    assert_eq!(code([Act::Endless], |_| {}).await.0, "llm_too_long");
}

#[tokio::test]
async fn a_dead_or_private_address_is_an_error_like_any_other() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("http://{}/v1", listener.local_addr().unwrap());
    let closer = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            drop(socket);
        }
    });
    let world = World::with(Settings { total_ms: 400, ..settings(&dead) });
    assert_eq!(world.ask(&hello()).await.unwrap_err().code(), "broken_response");
    closer.abort();
    let egress = qn_egress::Egress::new(qn_egress::Policy::default()).unwrap();
    let llm = qn_llm::Llm::new(settings("http://127.0.0.1:1/v1"), egress, world.clock.clone());
    let error = llm.ask(&world.books, &"t".into(), &hello(), &mut |_| {}).await.unwrap_err();
    assert_eq!(error.code(), "address_blocked", "loopback must be allowed on purpose");
    assert_eq!(llm.probe().await.unwrap_err().code(), "address_blocked");
}

#[tokio::test]
async fn after_several_outages_it_rests_and_then_tries_once() {
    let denied = Act::Status(401, &[], "{}");
    let server = ModelServer::start(vec![denied; 5]).await;
    let world = World::with(settings(&server.base_url));
    for _ in 0..5 {
        assert_eq!(world.ask(&hello()).await.unwrap_err().code(), "llm_unauthorised");
    }
    assert_eq!(world.ask(&hello()).await.unwrap_err(), LlmError::Resting { ms: 15_000 });
    assert_eq!((server.asked().len(), world.books.of("tnt_1").tokens), (5, 0));
    world.clock.advance(15_000);
    assert_eq!(world.ask(&hello()).await.unwrap().text, "Hello");
    assert_eq!(world.llm.health().problem, None);
}

#[tokio::test]
async fn more_questions_than_allowed_at_once_are_turned_away() {
    let server = ModelServer::start([Act::Hang]).await;
    let world = World::with(Settings { parallel_max: 1, ..settings(&server.base_url) });
    let first = hello().within(300);
    let (slow, busy) = tokio::join!(world.ask(&first), async {
        tokio::time::timeout(Duration::from_secs(5), async {
            while server.asked().is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        world.ask(&hello()).await
    });
    assert_eq!(busy.unwrap_err(), LlmError::Busy);
    assert_eq!(slow.unwrap_err().code(), "llm_deadline");
    assert_eq!(world.ask(&hello()).await.unwrap().text, "Hello");
}
