//! Streams as gateways are known to send them; none may lose a frame.

use crate::world::{World, hello, settings};
use qn_testkit::{Act, ModelServer};
use serde_json::json;

async fn read(raw: &str) -> qn_llm::Reply {
    let server = ModelServer::start([Act::Raw(raw.as_bytes().to_vec())]).await;
    let world = World::with(settings(&server.base_url));
    world.ask(&hello()).await.unwrap_or_else(|error| panic!("{error}: {raw}"))
}

#[tokio::test]
async fn text_survives_missing_and_made_up_fields() {
    for raw in [
        // thoughts kept apart, in a field and in the text
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"reasoning_content\":\"hm\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"你好\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"<think>\\nhm\\n</think>\\n\\n你好\"},\"finish_reason\":\"stop\"}]}\n\n",
        // no id, no object, created in ms, empty role, empty finish reason on the way, usage without a total
        "data: {\"created\":1764300000000,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"\",\"content\":\"你\"},\"finish_reason\":\"\"}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"好\"},\"finish_reason\":\"eos_token\"}],\"usage\":{\"prompt_tokens\":3}}\n\n",
        // comments, CRLF, names of events, no [DONE], no last empty line
        ": ping\r\n\r\nevent: message\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"你好\"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
        // content in parts, null content, null error, empty choices
        "data: {\"error\":null,\"choices\":[]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"你好\"}]}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":null},\"finish_reason\":\"stop\"}]}\n\n",
        // a whole message inside a stream
        "data: {\"choices\":[{\"message\":{\"content\":\"你好\"},\"finish_reason\":\"stop\"}]}\n\n",
    ] {
        assert_eq!(read(raw).await.text, "你好", "{raw}");
    }
}

#[tokio::test]
async fn tool_calls_are_put_together_by_index_or_id_or_order() {
    let call = |piece: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{piece}]}}}}]}}\n\n");
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    for pieces in [
        // by index, interleaved
        vec![
            r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}"#,
            r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
            r#"{"index":1,"function":{"arguments":"}"}}"#,
        ],
        // no index: by id, then by order; an empty type
        vec![
            r#"{"id":"a","type":"","function":{"name":"f","arguments":"{\"x\":"}}"#,
            r#"{"function":{"arguments":"1}"}}"#,
            r#"{"id":"b","function":{"name":"g","arguments":""}}"#,
        ],
        // always index 0, told apart by their ids; arguments as an object
        vec![r#"{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}"#, r#"{"index":0,"id":"b","function":{"name":"g"}}"#],
    ] {
        let raw: String = pieces.iter().map(|p| call(p)).chain([end.to_owned()]).collect();
        let reply = read(&raw).await;
        let seen: Vec<_> = reply.tool_calls.iter().map(|c| (c.id.as_str(), c.name.as_str(), c.arguments.clone())).collect();
        assert_eq!(seen, [("a", "f", json!({"x": 1})), ("b", "g", json!({}))], "{raw}");
    }
}
