//! Bad input and strangers: every refusal is a problem with a stable code, in the caller's language, and changes nothing.

use crate::world::{Socket, limited, world};
use axum::body::Body;
use http::Request;
use qn_api::{Code, Limit, Limits};
use serde_json::{Value, json};

#[tokio::test]
async fn a_problem_names_its_code_page_and_request_in_both_languages() {
    let w = world().await;
    let answer = w.get("/conversations/cnv_none", &w.a.agent).await;
    let body = answer.problem(404, "not_found");
    assert_eq!(body["type"], "/docs/errors/not_found");
    assert_eq!(body["request_id"], answer.header("x-request-id"));
    assert!(body["detail"].as_str().unwrap().contains("conversation"), "{body}");
    let request = Request::builder()
        .uri("/api/v1/conversations/cnv_none")
        .header("authorization", format!("Bearer {}", w.a.agent))
        .header("accept-language", "zh-CN,zh;q=0.9")
        .header("x-request-id", "my-own-id")
        .body(Body::empty())
        .unwrap();
    let body = w.send(request).await.problem(404, "not_found");
    assert!(body["detail"].as_str().unwrap().contains("会话"), "{body}");
    assert_eq!(body["request_id"], "my-own-id");
    for code in Code::ALL {
        let page = w.page(&format!("/docs/errors/{}", code.as_str())).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(code.zh().title) && page.text.contains(code.en().title));
    }
}

#[tokio::test]
async fn unknown_addresses_methods_and_queries_are_problems() {
    let w = world().await;
    w.get("/nonsense", &w.a.agent).await.problem(404, "not_found");
    w.call("DELETE", "/conversations", &w.a.agent, Value::Null).await.problem(405, "method_not_allowed");
    w.get("/conversations?cursor=nonsense", &w.a.agent).await.problem(400, "invalid_cursor");
    w.get("/conversations/a%00b", &w.a.agent).await.problem(400, "bad_request");
    w.get("/stream", &w.a.agent).await.problem(426, "upgrade_required");
    assert_eq!(w.page("/widget/frame").await.status, 400);
}

#[tokio::test]
async fn a_query_that_does_not_fit_is_told_by_its_parameter() {
    let w = world().await;
    let cases = [
        ("/runs?stuck=maybe", "stuck", "must be true or false"),
        ("/runs?since=yesterday", "since", "must be a whole number"),
        ("/runs?state=flying", "state", "must be one of: active, parked, done, failed, cancelled"),
        ("/runs?dead=true&dead=true", "dead", "may be given only once"),
        ("/reports?from=abc", "from", "must be a whole number"),
        ("/presence/times?to=1", "from", "is required"),
        ("/conversations?limit=99999999999999999999", "limit", "is out of range"),
        ("/conversations?bucket=nowhere", "bucket", "must be one of: active, queued, bot, resolved, snoozed, all"),
    ];
    for (path, parameter, wanted) in cases {
        let body = w.get(path, &w.a.supervisor).await.problem(400, "bad_request");
        assert_eq!(body["errors"], json!([{"field": parameter, "message": wanted}]), "{path}");
        assert!(body["detail"].as_str().unwrap().contains(&format!("the parameter \"{parameter}\" {wanted}")), "{body}");
    }
    let request = Request::builder()
        .uri("/api/v1/runs?stuck=maybe")
        .header("authorization", format!("Bearer {}", w.a.agent))
        .header("accept-language", "zh-CN");
    let body = w.send(request.body(Body::empty()).unwrap()).await.problem(400, "bad_request");
    assert_eq!(body["errors"], json!([{"field": "stuck", "message": "应为 true 或 false"}]));
    assert!(body["detail"].as_str().unwrap().contains("参数 stuck 应为 true 或 false"), "{body}");
}

#[tokio::test]
async fn bodies_are_checked_before_anything_happens() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "你好").await;
    let path = format!("/conversations/{id}/messages");
    let send = async |body: Value| w.post(&path, &w.a.agent, body).await;
    let body = send(json!({"client_msg_id": "1", "text": "x", "colour": "red"})).await.problem(422, "unknown_field");
    assert_eq!(body["errors"][0]["field"], "colour");
    let body = send(json!({"client_msg_id": "", "text": "x".repeat(10_001)})).await.problem(422, "invalid_field");
    assert_eq!(body["errors"].as_array().unwrap().len(), 2);
    send(json!({"text": "x"})).await.problem(422, "invalid_field");
    send(json!({"client_msg_id": "1", "text": " \n "})).await.problem(422, "empty_message");
    send(json!({"client_msg_id": "1", "text": "x", "attachments": ["att_none"]})).await.problem(422, "invalid_field");
    send(json!({"client_msg_id": "1", "text": "x", "reply_to": "msg_none"})).await.problem(422, "invalid_field");
    let raw = async |content_type: &str, body: Vec<u8>| {
        let request = Request::post(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", w.a.agent))
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
        w.send(request).await
    };
    raw("text/plain", b"{}".to_vec()).await.problem(415, "unsupported_media_type");
    raw("application/json", b"{".to_vec()).await.problem(400, "invalid_json");
    raw("application/json", vec![b'"', 0xff, b'"']).await.problem(400, "invalid_encoding");
    raw("application/json", "[".repeat(100).into_bytes()).await.problem(400, "json_too_deep");
    raw("application/json", vec![b' '; 1024 * 1024 + 1]).await.problem(413, "too_large");
    let list = w.get(&path, &w.a.agent).await.ok(200);
    assert!(list["items"].as_array().unwrap().iter().all(|m| m["author"]["kind"] != "agent"), "{list}");
}

#[tokio::test]
async fn hostile_text_is_kept_inert() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "你好").await;
    let text = "a\u{202E}b\0<img src=x onerror=alert(1)>\r\nX-Evil: 1";
    let sent = w.post(&format!("/conversations/{id}/messages"), &w.a.agent, json!({"client_msg_id": "1", "text": text})).await.ok(201);
    assert_eq!(sent["content"]["text"], "ab<img src=x onerror=alert(1)>\nX-Evil: 1");
}

#[tokio::test]
async fn who_is_not_let_in_learns_why() {
    let w = world().await;
    let refused = w.get("/conversations", "").await;
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    refused.problem(401, "unauthenticated");
    w.get("/conversations", "qnt_nonsense").await.problem(401, "invalid_token");
    w.get("/widget/wait", "qnv_nonsense").await.problem(401, "invalid_token");
    let (visitor, id) = w.asked(&w.a, "你好").await;
    w.get("/conversations", &visitor).await.problem(401, "invalid_token");
    w.get("/widget/wait", &w.a.agent).await.problem(401, "invalid_token");
    w.get(&format!("/conversations/{id}"), &w.a.reader).await.ok(200);
    w.post(&format!("/conversations/{id}/claim"), &w.a.reader, Value::Null).await.problem(403, "scope_missing");
}

#[tokio::test]
async fn a_cookie_is_believed_only_from_our_own_pages() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "你好").await;
    let signed_in = w
        .auth
        .sign_in(qn_auth::SignIn {
            email: "agent@a.example".into(),
            password: crate::world::PASSWORD.into(),
            tenant_id: None,
            user_agent: "test".into(),
        })
        .await
        .unwrap();
    let claim = async |headers: &[(&str, &str)]| {
        let mut request = Request::post(format!("/api/v1/conversations/{id}/claim"))
            .header("host", "help.example")
            .header("cookie", format!("other=1; qn_session={}", signed_in.secret));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        w.send(request.body(Body::empty()).unwrap()).await
    };
    claim(&[]).await.problem(403, "cross_site");
    claim(&[("origin", "https://evil.example")]).await.problem(403, "cross_site");
    claim(&[("origin", "null")]).await.problem(403, "cross_site");
    claim(&[("sec-fetch-site", "cross-site"), ("origin", "http://help.example")]).await.problem(403, "cross_site");
    claim(&[("sec-fetch-site", "same-site")]).await.problem(403, "cross_site");
    claim(&[("origin", "http://help.example")]).await.ok(200);
    claim(&[("sec-fetch-site", "same-origin")]).await.ok(200);
    w.auth.sign_out(&signed_in.secret).await.unwrap();
    claim(&[("sec-fetch-site", "same-origin")]).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn answers_carry_the_headers_that_keep_browsers_safe() {
    let w = world().await;
    let answer = w.get("/conversations", &w.a.agent).await;
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let tight = Limit { burst: 3.0, per_second: 0.1 };
    let w = limited(Limits { credential: tight, ..Limits::default() }).await;
    for left in ["2", "1", "0"] {
        let answer = w.get("/conversations", &w.a.agent).await;
        answer.ok(200);
        assert_eq!(answer.header("ratelimit"), format!("\"credential\";r={left}"));
        assert_eq!(answer.header("ratelimit-policy"), "\"credential\";q=3;w=30");
    }
    let refused = w.get("/conversations", &w.a.agent).await;
    refused.problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "10");
    w.get("/conversations", &w.a.other_agent).await.ok(200);
}

#[tokio::test]
async fn a_socket_that_does_not_say_hello_properly_is_shown_out() {
    let w = world().await;
    let address = w.serve().await;
    let mut socket = Socket::open(&address, json!({"type": "ping"})).await;
    assert!(socket.hear().await.is_null());
    let mut socket = Socket::open(&address, json!({"type": "hello"})).await;
    assert_eq!(socket.hear().await["reason"], "signed_out");
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": "qnv_nonsense"})).await;
    assert_eq!(socket.hear().await["reason"], "signed_out");
}

#[tokio::test]
async fn no_list_takes_a_cursor_it_did_not_give() {
    let w = world().await;
    let document = serde_json::to_value(qn_api::document()).unwrap();
    let lists = document["paths"].as_object().unwrap().iter().filter(|(_, path)| {
        let parameters = path["get"]["parameters"].as_array().into_iter().flatten();
        parameters.into_iter().any(|parameter| parameter["name"] == "cursor")
    });
    let lists: Vec<String> = lists.map(|(path, _)| path.replace("/api/v1", "").replace("{id}", "x")).collect();
    assert!(lists.len() >= 31, "{lists:?}");
    let whole = qn_api_types::cursor::marked("1");
    for list in &lists {
        for broken in ["nonsense", "1", "0,run_1", &whole[1..], &whole[..whole.len() - 1], "~"] {
            let problem = w.get(&format!("{list}?q=x&cursor={broken}"), &w.a.admin).await.problem(400, "invalid_cursor");
            assert!(problem["detail"].as_str().unwrap().contains("next_cursor"), "{list}: {problem}");
        }
    }
    // One of ours, but of another list.
    let strange = qn_api_types::cursor::marked("of-another-list");
    for list in [
        "/approvals",
        "/articles",
        "/contacts",
        "/conversations",
        "/intent-models",
        "/intent-models/history",
        "/reports/conversations",
        "/runs",
        "/tickets",
        "/search?kind=messages&q=x",
        "/flows/x/versions",
        "/flows/x/releases",
    ] {
        let join = if list.contains('?') { '&' } else { '?' };
        let answer = w.get(&format!("{list}{join}cursor={strange}"), &w.a.admin).await;
        assert!(answer.status == 400 || answer.status == 404 || answer.status == 422, "{list}: {} {}", answer.status, answer.text);
    }
    w.get("/conversations?cursor=", &w.a.agent).await.ok(200);
}
