//! The flow that an article or its category offers: chosen among those that customers can begin, shown as a button, begun by it, kept and restored with versions.

use crate::flows::{made, publish};
use crate::settings::with;
use crate::world::{Answer, World, world};
use serde_json::{Value, json};

fn pickup() -> Value {
    json!({
        "format": 1, "id": "pickup", "name": "预约上门取件", "name_en": "Book a pick-up",
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "message", "phrases": ["qwertz"]}},
            {"id": "hello", "kind": "say", "settings": {"text": "取件已登记。"}},
            {"id": "end", "kind": "end", "settings": {}},
        ],
        "edges": [
            {"from": "start", "to": "hello"}, {"from": "hello", "to": "end"}, {"from": "hello", "port": "error", "to": "end"},
        ],
    })
}

/// One that customers can begin, and one that another system begins.
async fn two_flows(w: &World) {
    let hook = json!({
        "format": 1, "id": "hook", "name": "对账",
        "nodes": [{"id": "start", "kind": "start", "settings": {"trigger": "webhook"}}, {"id": "end", "kind": "end", "settings": {}}],
        "edges": [{"from": "start", "to": "end"}],
    });
    for (id, document) in [("pickup", pickup()), ("hook", hook)] {
        made(w, id, document).await;
        publish(w, &w.a.supervisor, id, 1).await.ok(200);
    }
}

fn words(body: &str) -> Value {
    json!({"title": "坏件怎么寄回?", "body": body, "category": "售后", "state": "published"})
}

async fn save(w: &World, id: &str, version: i64, change: Value) -> Answer {
    let mut body = words("联系快递。");
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let tag = format!("\"{version}\"");
    with(w, "PUT", &format!("/articles/{id}/zh-CN"), &w.a.supervisor, &[("if-match", tag.as_str())], body).await
}

/// The labels under the bot's last message to a visitor.
async fn asked(w: &World, token: &str, id: &str, text: &str) -> Vec<String> {
    w.post("/widget/messages", token, json!({"client_msg_id": id, "text": text})).await.ok(201);
    let thread = w.get("/widget/messages", token).await.ok(200);
    let last = thread["items"].as_array().unwrap().iter().rfind(|m| m["author"]["kind"] == "bot").unwrap().clone();
    let buttons = last["content"]["buttons"].as_array().cloned().unwrap_or_default();
    buttons.iter().map(|button| button["label"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_article_offers_a_flow_that_customers_can_begin() {
    let w = world().await;
    two_flows(&w).await;
    let listed = w.get("/flows", &w.a.supervisor).await.ok(200);
    let begin: Vec<(&Value, &Value)> = listed["items"].as_array().unwrap().iter().map(|f| (&f["id"], &f["customers_begin"])).collect();
    assert_eq!(begin, [(&json!("hook"), &json!(false)), (&json!("pickup"), &json!(true))]);
    let mut wish = words("联系快递。");
    wish["language"] = json!("zh-CN");
    for flow in ["hook", "none"] {
        wish["next_flow"] = json!(flow);
        let refused = w.post("/articles", &w.a.supervisor, wish.clone()).await;
        assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["field"], "next_flow");
    }
    wish["next_flow"] = json!("pickup");
    let made = w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["next_flow"], "pickup");
    let box_says = w.post("/knowledge/ask", &w.a.agent, json!({"text": "坏件怎么寄回?", "language": "zh-CN"})).await.ok(200);
    assert_eq!(box_says["buttons"][0]["label"], "预约上门取件");
    let boot = w.boot(&w.a).await;
    let token = boot["visitor_token"].as_str().unwrap();
    let labels = asked(&w, token, "1", "坏件怎么寄回?").await;
    assert_eq!((labels.first().map(String::as_str), labels.last().map(String::as_str)), (Some("预约上门取件"), Some("转人工")));
    w.post("/widget/messages", token, json!({"client_msg_id": "2", "text": "预约上门取件"})).await.ok(201);
    let stop = tokio_util::sync::CancellationToken::new();
    let outbox = tokio::spawn(w.engine.clone().run_outbox(stop.clone()));
    let last = async || w.get("/widget/messages", token).await.ok(200)["items"].as_array().unwrap().last().unwrap().clone();
    while last().await["content"]["text"] != "取件已登记。" {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    outbox.await.unwrap();

    // Who knows nothing of flows keeps it; it stays while the flow is off, and then nothing is shown.
    assert_eq!(save(&w, id, 1, json!({})).await.ok(200)["next_flow"], "pickup");
    w.post("/flows/pickup/disable", &w.a.supervisor, json!({"note": "假期"})).await.ok(200);
    assert_eq!(save(&w, id, 2, json!({"next_flow": "pickup"})).await.ok(200)["next_flow"], "pickup");
    let other = w.boot(&w.a).await;
    let labels = asked(&w, other["visitor_token"].as_str().unwrap(), "1", "坏件怎么寄回?").await;
    assert!(labels.contains(&"转人工".to_owned()) && !labels.contains(&"预约上门取件".to_owned()), "{labels:?}");
    assert_eq!(save(&w, id, 3, json!({"next_flow": ""})).await.ok(200)["next_flow"], Value::Null);
    assert_eq!(save(&w, id, 4, json!({"next_flow": "pickup"})).await.problem(422, "invalid_field")["errors"][0]["field"], "next_flow");
}

#[tokio::test]
async fn an_intents_words_offer_one_too() {
    let w = world().await;
    two_flows(&w).await;
    let wish = |flow: &str| json!({"name": "寄回", "reply": {"kind": "text", "zh": "联系快递。", "en": "", "next_flow": flow}});
    let refused = w.post("/intents", &w.a.supervisor, wish("hook")).await;
    assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["field"], "reply.next_flow");
    let made = w.post("/intents", &w.a.supervisor, wish("pickup")).await.ok(201);
    assert_eq!(made["reply"]["next_flow"], "pickup");
    let plain = json!({"name": "寄回二", "reply": {"kind": "text", "zh": "联系快递。", "en": ""}});
    assert_eq!(w.post("/intents", &w.a.supervisor, plain).await.ok(201)["reply"]["next_flow"], Value::Null);
}

#[tokio::test]
async fn a_product_offers_one_under_its_figures_and_its_articles() {
    let w = world().await;
    two_flows(&w).await;
    let product = json!({"sku": "X9", "name_zh": "星 X9 手机", "name_en": "Star X9 phone", "category": "phone", "price_cents": 199_900, "stock": 3,
        "attributes": {"next_flow": "预约上门取件"}});
    w.post("/products", &w.a.admin, product).await.ok(201);
    let mut article = words("请寄回检测。");
    article["language"] = json!("zh-CN");
    article["title"] = json!("X9 屏幕进灰怎么办?");
    article["scope"] = json!({"audience": "everyone", "products": ["X9"]});
    w.post("/articles", &w.a.supervisor, article).await.ok(201);
    for (id, text) in [("1", "X9 多少钱"), ("2", "X9 屏幕进灰怎么办?")] {
        let boot = w.boot(&w.a).await;
        let labels = asked(&w, boot["visitor_token"].as_str().unwrap(), id, text).await;
        assert_eq!(
            (labels.first().map(String::as_str), labels.last().map(String::as_str)),
            (Some("预约上门取件"), Some("转人工")),
            "{text}"
        );
    }
    // A flow that is off is not offered, and the product's figures stay what they are.
    w.post("/flows/pickup/disable", &w.a.supervisor, json!({"note": "假期"})).await.ok(200);
    let boot = w.boot(&w.a).await;
    let labels = asked(&w, boot["visitor_token"].as_str().unwrap(), "3", "X9 多少钱").await;
    assert!(!labels.contains(&"预约上门取件".to_owned()), "{labels:?}");
}

#[tokio::test]
async fn a_category_offers_one_under_articles_that_name_none() {
    let w = world().await;
    two_flows(&w).await;
    for title in ["坏件怎么寄回?", "坏件寄到哪个仓库?"] {
        let wish = json!({"title": title, "body": "联系快递。", "category": "寄回", "state": "published", "language": "zh-CN"});
        w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    }
    let listed = w.get("/articles/categories", &w.a.agent).await.ok(200);
    let ours = listed["items"].as_array().unwrap().iter().find(|one| one["name"] == "寄回").unwrap();
    assert_eq!(*ours, json!({"name": "寄回", "articles": 2, "next_flow": null}));
    let save = async |name: &str, token: &str, flow: &str| {
        let path = format!("/articles/categories/{name}");
        with(&w, "PUT", &path, token, &[], json!({"next_flow": flow})).await
    };
    let (category, unknown) = ("%E5%AF%84%E5%9B%9E", "%E5%88%AB%E7%9A%84");
    save(category, &w.a.agent, "pickup").await.problem(403, "forbidden");
    save(unknown, &w.a.supervisor, "pickup").await.problem(404, "not_found");
    assert_eq!(save(category, &w.a.supervisor, "hook").await.problem(422, "invalid_field")["errors"][0]["field"], "next_flow");
    save(category, &w.a.supervisor, "pickup").await.ok(204);
    let offered = async |id: &str, text: &str| {
        let boot = w.boot(&w.a).await;
        asked(&w, boot["visitor_token"].as_str().unwrap(), id, text).await.contains(&"预约上门取件".to_owned())
    };
    assert!(offered("1", "坏件怎么寄回?").await && offered("2", "坏件寄到哪个仓库?").await);
    let listed = w.get("/articles/categories", &w.a.agent).await.ok(200);
    assert_eq!(listed["items"].as_array().unwrap().iter().find(|one| one["name"] == "寄回").unwrap()["next_flow"], "pickup");
    save(category, &w.a.supervisor, "").await.ok(204);
    assert!(!offered("3", "坏件怎么寄回?").await);
}

#[tokio::test]
async fn a_version_tells_whom_it_was_for() {
    let w = world().await;
    two_flows(&w).await;
    let mut wish = words("联系快递。");
    wish["language"] = json!("zh-CN");
    wish["next_flow"] = json!("pickup");
    wish["scope"] = json!({"audience": "tiers", "tiers": ["gold"], "valid_until": "2999-01-01", "products": ["P10"]});
    let made = w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    let id = made["id"].as_str().unwrap();
    save(&w, id, 1, json!({"scope": {"audience": "everyone"}, "category": "别的", "next_flow": ""})).await.ok(200);
    let history = w.get(&format!("/articles/{id}/zh-CN/revisions"), &w.a.agent).await.ok(200);
    let (now, first) = (&history["items"][0], &history["items"][1]);
    assert_eq!((&now["category"], &now["next_flow"], &now["scope"]["audience"]), (&json!("别的"), &Value::Null, &json!("everyone")));
    assert_eq!((&first["category"], &first["next_flow"], &first["scope"]), (&json!("售后"), &json!("pickup"), &made["scope"]));
    // What the console's restoring sends.
    let back = json!({"scope": first["scope"], "category": first["category"], "next_flow": first["next_flow"]});
    let restored = save(&w, id, 2, back).await.ok(200);
    assert_eq!(
        (&restored["scope"], &restored["category"], &restored["next_flow"]),
        (&made["scope"], &made["category"], &made["next_flow"])
    );
}
