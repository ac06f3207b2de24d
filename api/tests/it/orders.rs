//! A customer's orders beside the conversation: looked up by a read-only operation, kept for a minute, on record, and nobody else's.

use crate::world::{World, world};
use serde_json::{Value, json};

/// A shop whose database knows orders by the buyer's number; a statement of its own that writes.
async fn shop(w: &World) {
    let folder = w.dir.path().join("systems");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.db"), []).unwrap();
    let input = json!({"type": "object", "required": ["buyer"], "properties": {"buyer": {"type": "string"}}});
    let orders = json!({"name": "orders", "title": {"zh": "订单", "en": "Orders"}, "input": input,
        "sql": "SELECT 'A' || :buyer AS no, '耳机' AS goods, 2 AS state, 299 AS total UNION ALL SELECT 'B' || :buyer, '支架', 9, 69"});
    let cancel = json!({"name": "cancel", "title": {"zh": "取消", "en": "Cancel"}, "input": input, "access": "write",
        "sql": "DELETE FROM orders WHERE buyer = :buyer"});
    let body = json!({"name": "shop", "title": "商城", "base_url": format!("sqlite://{}/shop.db", folder.display()),
        "sql": {"write": true, "operations": [orders, cancel]}});
    w.post("/connectors", &w.a.admin, body).await.ok(201);
}

fn source(operation: &str) -> Value {
    json!({"connector": "shop", "operation": operation, "input": {"buyer": "attribute:uid"}, "list": "rows", "number": "no", "title": "goods",
        "state": "state", "total": "total", "link": "https://shop.example/o/{number}", "states": [{"code": "2", "zh": "已发货", "en": "Shipped"}]})
}

async fn put(w: &World, token: &str, source: Value, version: i64) -> crate::world::Answer {
    w.call("PUT", "/order-source", token, json!({"source": source, "version": version})).await
}

#[tokio::test]
async fn orders_are_looked_up_once_a_minute_and_it_is_on_record_who_looked() {
    let w = world().await;
    let (visitor, conversation) = w.asked(&w.a, "我的订单呢").await;
    let contact = w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200)["contact"]["id"].as_str().unwrap().to_owned();
    let path = format!("/contacts/{contact}/orders");
    let orders = async |token: &str| w.get(&path, token).await.ok(200);
    assert_eq!(orders(&w.a.agent).await["configured"], false);
    shop(&w).await;
    put(&w, &w.a.supervisor, source("orders"), 0).await.problem(403, "forbidden");
    put(&w, &w.a.admin, source("cancel"), 0).await.problem(422, "invalid_field");
    put(&w, &w.a.admin, source("nothing"), 0).await.problem(422, "invalid_field");
    put(&w, &w.b.admin, source("orders"), 0).await.problem(422, "invalid_field");
    put(&w, &w.a.admin, source("orders"), 0).await.ok(200);
    assert_eq!(put(&w, &w.a.admin, source("orders"), 0).await.status.as_u16(), 412);

    let unknown = orders(&w.a.agent).await;
    assert_eq!((&unknown["missing"], &unknown["asked_at"]), (&json!("attribute:uid"), &Value::Null));
    w.post("/widget/attributes", &visitor, json!({"attributes": {"uid": "88"}})).await.ok(204);
    let found = orders(&w.a.agent).await;
    assert_eq!(found["error"], Value::Null, "{found}");
    let first =
        json!({"number": "A88", "title": "耳机", "state": "Shipped", "total": "299", "placed_at": "", "url": "https://shop.example/o/A88"});
    assert_eq!((&found["items"][0], &found["items"][1]["state"]), (&first, &json!("9")));
    assert_eq!(found["asked_with"], json!([{"what": "attribute:uid", "value": "88"}]));
    w.advance(30_000);
    assert_eq!(orders(&w.a.other_agent).await["asked_at"], found["asked_at"], "kept");
    w.advance(31_000);
    assert!(orders(&w.a.other_agent).await["asked_at"].as_i64() > found["asked_at"].as_i64());
    let looks = w.get(&format!("/contacts/{contact}/order-looks"), &w.a.supervisor).await.ok(200);
    let who: Vec<&str> = looks["items"].as_array().unwrap().iter().map(|l| l["user_id"].as_str().unwrap()).collect();
    assert_eq!(who, ["usr_other_a", "usr_agent_a"]);
    w.get(&path, &w.b.agent).await.problem(404, "not_found");

    let broken =
        json!({"list": "elsewhere", "connector": "shop", "operation": "orders", "input": {"buyer": "attribute:uid"}, "number": "no"});
    put(&w, &w.a.admin, broken, 1).await.ok(200);
    let silent = orders(&w.a.agent).await;
    assert!(silent["error"].as_str().unwrap().contains("no list of orders"), "{silent}");
    w.call("DELETE", "/order-source", &w.a.admin, Value::Null).await.ok(204);
    assert_eq!(orders(&w.a.agent).await["configured"], false);
}
