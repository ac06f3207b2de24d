//! What works: streams, whole answers, tools, shapes, the cache, and what the request looks like.

use crate::world::{World, hello, settings};
use qn_domain::TenantId;
use qn_llm::{Chat, Tool, Turn, Usage, Veil};
use qn_testkit::{Act, ModelServer};
use serde_json::json;

#[tokio::test]
async fn a_stream_is_told_piece_by_piece_and_counted() {
    let server = ModelServer::start([Act::Say("你好，世界!".into())]).await;
    let world = World::with(settings(&server.base_url));
    let mut pieces = Vec::new();
    let reply = world.llm.ask(&world.books, &TenantId::from("tnt_1"), &hello(), &mut |p| pieces.push(p.to_owned())).await.unwrap();
    assert_eq!(reply.text, "你好，世界!");
    assert!(pieces.len() > 1 && pieces.concat() == reply.text, "{pieces:?}");
    assert_eq!(reply.usage, Usage { prompt_tokens: 30, answer_tokens: 12 });
    assert_eq!((world.books.of("tnt_1").tokens, world.books.of("tnt_1").calls), (42, 1));
    let asked = &server.asked()[0];
    assert_eq!(asked["messages"], json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello"}]));
    assert_eq!((&asked["model"], &asked["stream"], &asked["max_tokens"]), (&json!("test-model"), &json!(true), &json!(50)));
    assert_eq!(server.keys(), ["Bearer sk-secret"]);
    assert_eq!(world.llm.health().problem, None);
    assert!(!format!("{:?}", world.llm.settings()).contains("sk-secret"));
}

#[tokio::test]
async fn a_server_that_does_not_stream_serves_as_well() {
    let server = ModelServer::start([Act::SayWhole("Hi".into())]).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.ask(&hello()).await.unwrap().text, "Hi");
    world.llm.probe().await.unwrap();
}

#[tokio::test]
async fn identical_questions_of_one_tenant_are_asked_once_for_a_while() {
    let server = ModelServer::start([]).await;
    let world = World::with(settings(&server.base_url));
    world.ask(&hello()).await.unwrap();
    world.ask(&hello()).await.unwrap();
    assert_eq!(server.asked().len(), 1);
    world.ask_as("tnt_2", &hello()).await.unwrap();
    assert_eq!(server.asked().len(), 2, "another company's answer is not shared");
    world.clock.advance(world.llm.settings().cached_ms);
    world.ask(&hello()).await.unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn tools_are_called_and_answered() {
    let server = ModelServer::start([Act::CallTool(json!({"order": "A1", "n": 2})), Act::Say("Shipped.".into())]).await;
    let world = World::with(settings(&server.base_url));
    let mut chat = hello();
    let parameters = json!({"type": "object", "properties": {"order": {"type": "string"}}});
    chat.tools.push(Tool { name: "find_order", description: "Finds an order", parameters });
    let reply = world.ask(&chat).await.unwrap();
    let [call] = reply.tool_calls.as_slice() else { panic!("{reply:?}") };
    assert_eq!((call.id.as_str(), call.name.as_str()), ("call_9", "find_order"));
    assert_eq!(call.arguments, json!({"order": "A1", "n": 2}));
    chat.turns.push(Turn::ToolCalls(reply.tool_calls.clone()));
    chat.turns.push(Turn::ToolResult { id: call.id.clone(), result: Veil::default().hide("on its way") });
    assert_eq!(world.ask(&chat).await.unwrap().text, "Shipped.");
    let asked = server.asked();
    assert_eq!(asked[1]["messages"][3], json!({"role": "tool", "tool_call_id": "call_9", "content": "on its way"}));
    assert_eq!(asked[1]["messages"][2]["tool_calls"][0]["function"]["name"], "find_order");
}

fn shaped() -> Chat {
    hello().shaped("greeting", json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}))
}

#[tokio::test]
async fn the_best_form_a_server_takes_is_found_and_remembered() {
    let server = ModelServer::start([Act::Without("/response_format/json_schema"), Act::Say(r#"{"a":"x"}"#.into())]).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.llm.ask_for(&world.books, &TenantId::from("t"), &shaped()).await.unwrap(), json!({"a": "x"}));
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0]["response_format"]["json_schema"]["name"], "greeting");
    assert_eq!(asked[1]["response_format"], json!({"type": "json_object"}));
    assert!(asked[1]["messages"][0]["content"].as_str().unwrap().contains(r#""required":["a"]"#));
    server.will(Act::Say(r#"{"a":"y"}"#.into()));
    world.llm.ask_for(&world.books, &TenantId::from("u"), &shaped()).await.unwrap();
    assert_eq!(server.asked()[2]["response_format"], json!({"type": "json_object"}), "it is not asked for the schema again");
}

#[tokio::test]
async fn a_server_without_any_format_is_asked_in_words() {
    let refuses = [Act::Without("/response_format"), Act::Without("/stream_options")];
    let answer = "Here you are:\n```json\n{\"a\": \"x\"}\n```";
    let server = ModelServer::start(refuses.into_iter().chain([Act::Say(answer.into())])).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.llm.ask_for(&world.books, &TenantId::from("t"), &shaped()).await.unwrap(), json!({"a": "x"}));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_wrong_shape_is_sent_back_once() {
    let server = ModelServer::start([Act::Say("{\"b\":1}".into()), Act::Say("{\"a\":\"now right\"}".into())]).await;
    let world = World::with(settings(&server.base_url));
    assert_eq!(world.llm.ask_for(&world.books, &TenantId::from("t"), &shaped()).await.unwrap(), json!({"a": "now right"}));
    assert_eq!(server.asked()[1]["messages"].as_array().unwrap().len(), 4);
    let server = ModelServer::start([Act::Say("nonsense".into()), Act::Say("{\"b\":1}".into())]).await;
    let world = World::with(settings(&server.base_url));
    let error = world.llm.ask_for(&world.books, &TenantId::from("t"), &shaped()).await.unwrap_err();
    assert_eq!(error.code(), "llm_unusable");
    assert_eq!(world.books.of("t").calls, 2);
    assert_eq!(world.llm.health().problem, None, "one bad answer is no outage");
}
