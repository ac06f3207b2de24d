//! Articles from draft to answer, their history, and the test box.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

fn body(title: &str, state: &str) -> Value {
    json!({"title": title, "questions": [" 怎么 开 发票 ", ""], "body": "下单后在订单页**申请**。", "category": "发票", "state": state})
}

async fn ask(w: &World, text: &str) -> Value {
    w.post("/knowledge/ask", &w.a.agent, json!({"text": text, "language": "zh-CN"})).await.ok(200)
}

#[tokio::test]
async fn what_is_published_is_answered_at_once_and_what_is_not_is_not() {
    let w = world().await;
    let mut wish = body("如何开具发票?", "draft");
    wish["language"] = json!("zh-CN");
    w.post("/articles", &w.a.agent, wish.clone()).await.problem(403, "forbidden");
    let made = with(&w, "POST", "/articles", &w.a.supervisor, &[("idempotency-key", "a")], wish.clone()).await.ok(201);
    assert_eq!(made["questions"], json!(["怎么 开 发票"]));
    let again = with(&w, "POST", "/articles", &w.a.supervisor, &[("idempotency-key", "a")], wish).await;
    assert_eq!((again.ok(200)["id"].clone(), again.header("idempotent-replayed")), (made["id"].clone(), "true"));
    let id = made["id"].as_str().unwrap();
    assert_ne!(ask(&w, "如何开具发票?").await["decision"], "answer", "a draft is not said");

    let zh = format!("/articles/{id}/zh-CN");
    with(&w, "PUT", &zh, &w.a.supervisor, &[], body("如何开具发票?", "published")).await.problem(428, "precondition_required");
    let published = with(&w, "PUT", &zh, &w.a.supervisor, &[("if-match", "\"1\"")], body("如何开具发票?", "published")).await;
    assert_eq!(published.header("etag"), "\"2\"");
    let said = ask(&w, "如何开具发票?").await;
    assert_eq!(said["decision"], "answer");
    assert_eq!(said["citations"][0]["article_id"], made["id"]);
    assert!(said["score"].as_f64().unwrap() >= said["threshold"].as_f64().unwrap());
    w.page(&format!("/help/zh-CN/{id}")).await.ok_page();

    with(&w, "PUT", &zh, &w.a.supervisor, &[("if-match", "\"1\"")], body("x", "draft")).await.problem(412, "precondition_failed");
    let en = format!("/articles/{id}/en");
    with(&w, "PUT", &en, &w.a.supervisor, &[], body("How do I get an invoice?", "draft")).await.ok(201);
    let all = w.get(&format!("/articles/{id}"), &w.a.agent).await.ok(200);
    assert_eq!(all["translations"].as_array().unwrap().len(), 2);
    let one = w.get(&format!("/articles/{id}?language=en"), &w.a.agent).await;
    assert_eq!((one.ok(200)["title"].clone(), one.header("etag")), (json!("How do I get an invoice?"), "\"1\""));
    let history = w.get(&format!("{zh}/revisions"), &w.a.agent).await.ok(200);
    assert_eq!(history["items"].as_array().unwrap().iter().map(|r| r["version"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 1]);

    for (path, method) in [(zh.as_str(), "PUT"), (en.as_str(), "DELETE")] {
        let body = if method == "PUT" { body("theirs", "published") } else { Value::Null };
        with(&w, method, path, &w.b.supervisor, &[("if-match", "\"1\"")], body).await.problem(404, "not_found");
    }
    with(&w, "PUT", "/articles/art_none/zh-CN", &w.a.supervisor, &[], body("x", "draft")).await.problem(404, "not_found");
    w.get(&format!("{zh}/revisions"), &w.b.admin).await.problem(404, "not_found");

    with(&w, "DELETE", &en, &w.a.supervisor, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    with(&w, "DELETE", &format!("/articles/{id}"), &w.a.supervisor, &[("if-match", "\"1\"")], Value::Null)
        .await
        .problem(412, "precondition_failed");
    with(&w, "DELETE", &format!("/articles/{id}?language=zh-CN"), &w.a.supervisor, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
    assert_ne!(ask(&w, "如何开具发票?").await["decision"], "answer", "what is removed is not said");
}

#[tokio::test]
async fn lists_filter_and_the_preview_is_harmless() {
    let w = world().await;
    for (n, state) in ["draft", "published", "archived"].iter().enumerate() {
        let mut wish = body(&format!("标题 {n}"), state);
        wish["language"] = json!(if n == 0 { "en" } else { "zh-CN" });
        w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    }
    let count = async |query: &str| w.get(&format!("/articles?{query}"), &w.a.agent).await.ok(200)["items"].as_array().unwrap().len();
    assert_eq!(count("q=%E6%A0%87%E9%A2%98").await, 3);
    assert_eq!(count("state=archived").await, 1);
    assert_eq!(count("language=en").await, 1);
    assert_eq!(count("category=%E5%8F%91%E7%A5%A8&state=published").await, 1);
    assert_eq!(w.get("/articles?q=ONLY&limit=1", &w.b.agent).await.ok(200)["items"], json!([]));
    w.get("/articles?state=nonsense", &w.a.agent).await.problem(400, "bad_request");
    let hostile = json!({"body": "**ok** <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"});
    let html = w.post("/articles/preview", &w.a.agent, hostile).await.ok(200)["html"].as_str().unwrap().to_owned();
    assert!(html.contains("<strong>ok</strong>"), "{html}");
    for bad in ["<script", "javascript:", "<img"] {
        assert!(!html.contains(bad), "{html}");
    }
}

#[tokio::test]
async fn articles_that_answer_come_before_those_that_only_hold_the_words() {
    let w = world().await;
    for (title, text, state) in [
        ("退货怎么申请?", "在订单页点击申请退货。", "published"),
        ("退货地址草稿", "退货仓库的地址。", "draft"),
        ("新手机怎么激活?", "激活后不支持无理由退货。", "published"),
    ] {
        let wish = json!({"title": title, "questions": [], "body": text, "category": "", "state": state, "language": "zh-CN"});
        w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    }
    for path in
        ["/articles?q=%E9%80%80%E8%B4%A7", "/articles?q=%E9%80%80%E8%B4%A7&language=zh-CN", "/search?kind=articles&q=%E9%80%80%E8%B4%A7"]
    {
        let found = w.get(path, &w.a.agent).await.ok(200);
        let titles: Vec<_> = found["items"].as_array().unwrap().iter().map(|a| a["title"].as_str().unwrap().to_owned()).collect();
        let place = |title: &str| titles.iter().position(|t| t == title).unwrap_or(usize::MAX);
        assert!(place("退货怎么申请?") < place("新手机怎么激活?"), "{path}: {titles:?}");
        assert!(place("退货地址草稿") < usize::MAX, "a draft is found by its words: {titles:?}");
        let once: std::collections::HashSet<_> = titles.iter().collect();
        assert_eq!(once.len(), titles.len(), "{titles:?}");
    }
    let drafts = w.get("/articles?q=%E9%80%80%E8%B4%A7&state=draft", &w.a.agent).await.ok(200);
    assert_eq!(drafts["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_test_box_says_what_the_bot_would_do() {
    let w = world().await;
    let decisions = [("怎么退货?", "answer"), ("转人工", "handoff"), ("谢谢", "small_talk"), ("qwertyuiop asdfgh", "miss")];
    for (text, decision) in decisions {
        assert_eq!(ask(&w, text).await["decision"], decision, "{text}");
    }
    w.post("/knowledge/ask", &w.a.agent, json!({"text": " "})).await.problem(422, "invalid_field");
}
