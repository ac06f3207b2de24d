//! Flows as MCP tools: seen and called with a token of the right company and scope, by the official SDK and by our own connector.

use crate::flows::{made, publish};
use crate::settings::with;
use crate::world::{Company, World, world};
use serde_json::{Value, json};

fn greet() -> Value {
    json!({
        "format": 1, "id": "greet", "name": "问候",
        "variables": [{"name": "name", "type": "text", "input": true}],
        "nodes": [{"id": "start", "kind": "start"}, {"id": "end", "kind": "end", "settings": {"output": {"said": "你好 {{ name }}"}}}],
        "edges": [{"from": "start", "to": "end"}],
    })
}

async fn asked(w: &World, token: &str, method: &str, params: Value) -> Value {
    w.post("/mcp", token, json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})).await.ok(200)
}

async fn names(w: &World, company: &Company) -> Vec<String> {
    let listed = asked(w, &company.reader, "tools/list", json!({})).await;
    listed["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

async fn ready() -> World {
    let w = world().await;
    made(&w, "greet", greet()).await;
    publish(&w, &w.a.supervisor, "greet", 1).await.ok(200);
    w
}

#[tokio::test]
async fn flows_are_tools_of_their_own_company_and_for_tokens_that_may() {
    let w = ready().await;
    assert_eq!(names(&w, &w.a).await, ["greet", "qingniao.run"]);
    assert_eq!(names(&w, &w.b).await, ["qingniao.run"]);
    let call = json!({"name": "greet", "arguments": {"name": "小明"}});
    let done = asked(&w, &w.a.supervisor, "tools/call", call.clone()).await["result"]["structuredContent"].clone();
    assert_eq!((&done["status"], &done["output"]["said"]), (&json!("done"), &json!("你好 小明")));
    assert_eq!(asked(&w, &w.b.admin, "tools/call", call.clone()).await["error"]["code"], -32_602, "another company's flow is not there");
    let look = json!({"name": "qingniao.run", "arguments": {"run_id": done["run_id"]}});
    assert_eq!(asked(&w, &w.b.admin, "tools/call", look.clone()).await["result"]["isError"], true);
    assert_eq!(asked(&w, &w.a.reader, "tools/call", look).await["result"]["structuredContent"], done);
    for token in [&w.a.reader, &w.a.agent] {
        let refused = asked(&w, token, "tools/call", call.clone()).await;
        assert!(refused["result"]["isError"] == true && refused.to_string().contains("scope"), "{refused}");
    }
    w.post("/flows/greet/disable", &w.a.supervisor, json!({})).await.ok(200);
    assert_eq!(names(&w, &w.a).await, ["qingniao.run"]);
}

#[tokio::test]
async fn what_changes_something_is_confirmed_first_and_runs_once() {
    let w = ready().await;
    let document = json!({
        "format": 1, "id": "tell", "name": "通知仓库",
        "variables": [{"name": "name", "type": "text", "input": true}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "tell", "kind": "emit", "settings": {"event": "stock.told", "payload": {"name": "{{ name }}"}}},
            {"id": "end", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "tell"}, {"from": "tell", "to": "end"}],
    });
    made(&w, "tell", document).await;
    publish(&w, &w.a.supervisor, "tell", 1).await.ok(200);
    let listed = asked(&w, &w.a.reader, "tools/list", json!({})).await["result"]["tools"].clone();
    let of = |name: &str| listed.as_array().unwrap().iter().find(|tool| tool["name"] == name).unwrap().clone();
    assert_eq!((&of("greet")["annotations"]["readOnlyHint"], &of("tell")["annotations"]["destructiveHint"]), (&json!(true), &json!(true)));
    assert!(of("greet")["inputSchema"]["properties"]["qingniao_confirmation"].is_null());
    assert_eq!(of("tell")["inputSchema"]["properties"]["qingniao_confirmation"]["type"], "string");
    assert_eq!(of("tell")["inputSchema"]["required"], json!(["name"]));

    let call = async |token: &str, name: &str, code: Option<&str>| {
        let mut arguments = json!({"name": name});
        if let Some(code) = code {
            arguments["qingniao_confirmation"] = json!(code);
        }
        asked(&w, token, "tools/call", json!({"name": "tell", "arguments": arguments})).await["result"].clone()
    };
    let runs = async || w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len();
    let token = w.a.supervisor.as_str();
    let first = call(token, "小明", None).await;
    assert_eq!((&first["isError"], &first["structuredContent"]["status"]), (&json!(false), &json!("unconfirmed")));
    assert!(first["content"][0]["text"].as_str().unwrap().contains("通知仓库"), "{first}");
    assert_eq!(runs().await, 0, "nothing is done by asking");
    let code = first["structuredContent"]["confirmation"].as_str().unwrap().to_owned();
    for (token, name, code) in
        [(token, "小红", code.as_str()), (w.a.admin.as_str(), "小明", code.as_str()), (token, "小明", "0000000000000000")]
    {
        let refused = call(token, name, Some(code)).await;
        assert!(refused["isError"] == true && refused.to_string().contains("confirmation"), "{refused}");
    }
    assert_eq!(runs().await, 0, "a code is of its person and its arguments");
    let done = call(token, "小明", Some(&code)).await;
    assert_eq!(done["structuredContent"]["status"], "done", "{done}");
    assert_eq!(call(token, "小明", Some(&code)).await["structuredContent"], done["structuredContent"], "a code is one run");
    assert_eq!(runs().await, 1);
    w.advance(20 * 60_000);
    assert_eq!(call(token, "小明", Some(&code)).await["isError"], true, "it is too old");
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "tell", "arguments": {"name": "小李"}}});
    let keyed = with(&w, "POST", "/mcp", token, &[("idempotency-key", "k9")], message).await.ok(200);
    assert_eq!(keyed["result"]["structuredContent"]["status"], "done", "a program with a key answers for itself");
}

#[tokio::test]
async fn a_key_is_one_run_and_what_makes_no_sense_is_said() {
    let w = ready().await;
    let message = json!({"jsonrpc": "2.0", "id": "x", "method": "tools/call", "params": {"name": "greet", "arguments": {"name": "小明"}}});
    let once = async || with(&w, "POST", "/mcp", &w.a.supervisor, &[("idempotency-key", "k1")], message.clone()).await.ok(200);
    let (first, second) = (once().await, once().await);
    assert_eq!(first["result"]["structuredContent"], second["result"]["structuredContent"]);
    assert_eq!(w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);
    let other = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "greet", "arguments": {"name": "小红"}}});
    let refused = with(&w, "POST", "/mcp", &w.a.supervisor, &[("idempotency-key", "k1")], other).await.ok(200);
    assert!(refused["result"]["isError"] == true && refused.to_string().contains("different request"), "{refused}");
    let code = async |body: Value, status: u16| w.post("/mcp", &w.a.supervisor, body).await.ok(status)["error"]["code"].clone();
    assert_eq!(code(json!([1]), 400).await, -32_600);
    assert_eq!(code(json!({"jsonrpc": "2.0", "method": "ping", "id": null}), 400).await, -32_600);
    assert_eq!(code(json!({"jsonrpc": "2.0", "id": 1, "method": "resources/list"}), 200).await, -32_601);
    let wrong = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "greet", "arguments": {"nom": 1}}});
    assert_eq!(code(wrong, 200).await, -32_602);
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(code(json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": deep}), 400).await, -32_700);
    assert_eq!(w.post("/mcp", &w.a.reader, json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await.status, 202);
    w.post("/mcp", "", json!({})).await.problem(401, "unauthenticated");
    let old = [("mcp-protocol-version", "1999-01-01")];
    with(&w, "POST", "/mcp", &w.a.reader, &old, json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})).await.ok(400);
}

#[tokio::test]
async fn the_official_client_and_our_own_connector_use_them() {
    let w = ready().await;
    let url = format!("http://{}/api/v1/mcp", w.serve().await);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../target/oracle/bin/python");
    assert!(python.exists(), "the MCP SDK is not installed: run `cargo xtask oracle` first");
    let mut client = tokio::process::Command::new(python);
    client.arg(root.join("tests/oracle/mcp_client.py")).arg(&url).arg(&w.a.supervisor).env("NO_PROXY", "*");
    let told = client.output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "well", "{}", String::from_utf8_lossy(&told.stderr));

    let secret = json!({"value": w.a.supervisor, "hosts": ["127.0.0.1"]});
    w.call("PUT", "/secrets/flows", &w.b.admin, secret).await.ok(200);
    let body = json!({"name": "theirs", "mcp": true, "base_url": url, "auth": {"kind": "bearer", "secret": "flows"}});
    let made = w.post("/connectors", &w.b.admin, body).await.ok(201);
    assert_eq!((&made["kind"], &made["title"], &made["operations"]), (&json!("mcp"), &json!("Qingniao 青鸟"), &json!(2)));
    let tried = w.post("/connectors/theirs/operations/greet/try", &w.b.admin, json!({"input": {"name": "小红"}})).await.ok(200);
    assert_eq!((&tried["ok"], &tried["answer"]["output"]["said"]), (&json!(true), &json!("你好 小红")), "{tried}");
    let tried = w.post("/connectors/theirs/operations/greet/try", &w.b.admin, json!({"input": {}})).await.ok(200);
    assert_eq!(tried["error_zh"], "输入不符合要求：/name 必填");
    let body = json!({"name": "private", "mcp": true, "base_url": "http://169.254.169.254/mcp"});
    w.post("/connectors", &w.b.admin, body).await.problem(422, "address_not_allowed");

    let path = "/connectors/theirs";
    made_again(&w, path).await;
}

/// Tools are read anew only when somebody says so.
async fn made_again(w: &World, path: &str) {
    w.post("/flows/greet/disable", &w.a.supervisor, json!({})).await.ok(200);
    let version = w.get(path, &w.b.admin).await;
    assert_eq!(version.ok(200)["operations"], 2);
    let tag = [("if-match", version.header("etag"))];
    let fresh = with(w, "PATCH", path, &w.b.admin, &tag, json!({"read_tools": true})).await.ok(200);
    assert_eq!((&fresh["operations"], &fresh["kind"]), (&json!(1), &json!("mcp")));
}

fn begun_by(id: &str, start: Value, talks: bool) -> Value {
    let mut nodes = json!([
        {"id": "start", "kind": "start", "settings": start},
        {"id": "end", "kind": "end", "settings": {"output": {"count": "{{ count }}"}}},
    ]);
    let mut edges = json!([{"from": "start", "to": "end"}]);
    if talks {
        nodes.as_array_mut().unwrap().push(json!({"id": "say", "kind": "say", "settings": {"text": "好的"}}));
        edges = json!([{"from": "start", "to": "say"}, {"from": "say", "to": "end"}]);
    }
    let variables = json!([{"name": "count", "zh": "几台", "en": "How many", "type": "integer", "input": true, "default": 1}]);
    json!({"format": 1, "id": id, "name": id, "variables": variables, "nodes": nodes, "edges": edges})
}

#[tokio::test]
async fn a_form_and_a_silent_flow_that_says_what_it_takes_are_tools_and_what_needs_a_talk_is_not() {
    let w = world().await;
    let words = |phrase: &str| json!({"trigger": "message", "phrases": [phrase]});
    for (id, start, talks) in [
        ("form", json!({"trigger": "form", "form_for": "staff"}), false),
        ("silent", words("帮我数一下"), false),
        ("talking", words("帮我说一下"), true),
        ("hearing", json!({"trigger": "event", "event": "counted"}), false),
    ] {
        made(&w, id, begun_by(id, start, talks)).await;
        publish(&w, &w.a.supervisor, id, 1).await.ok(200);
    }
    let mut listed = names(&w, &w.a).await;
    listed.sort();
    assert_eq!(listed, ["form", "qingniao.run", "silent"]);
    let tools = asked(&w, &w.a.reader, "tools/list", json!({})).await["result"]["tools"].clone();
    let form = tools.as_array().unwrap().iter().find(|tool| tool["name"] == "form").unwrap();
    assert_eq!(form["inputSchema"]["properties"]["count"]["description"], "几台 / How many");
    for name in ["form", "silent"] {
        let call = json!({"name": name, "arguments": {"count": 3}});
        let done = asked(&w, &w.a.supervisor, "tools/call", call).await["result"]["structuredContent"].clone();
        assert_eq!((&done["status"], &done["output"]["count"]), (&json!("done"), &json!(3)), "{name}");
    }
}
