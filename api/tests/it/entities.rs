//! The company's own entities: kept, refused where they cannot be read, found in the test box, and known to flows.

use crate::settings::with;
use crate::world::world;
use serde_json::{Value, json};

#[tokio::test]
async fn entities_are_kept_and_found_from_the_next_text_on() {
    let w = world().await;
    let order = json!({"name": "repair_no", "label": "维修单号", "found_by": {"by": "patterns", "patterns": ["RX-#{6}"]}});
    w.post("/entities", &w.a.agent, order.clone()).await.problem(403, "forbidden");
    let made = w.post("/entities", &w.a.supervisor, order.clone()).await.ok(201);
    w.post("/entities", &w.a.supervisor, order).await.problem(409, "already_exists");
    let values = json!([{"value": "顺丰速运", "synonyms": ["顺丰", "SF Express"]}]);
    w.post("/entities", &w.a.supervisor, json!({"name": "carrier", "found_by": {"by": "values", "values": values}})).await.ok(201);
    let tried =
        async |text: &str| w.post("/intents/try", &w.a.agent, json!({"text": text, "language": null})).await.ok(200)["entities"].clone();
    let found = tried("维修单 rx-123456 走顺丰，电话 13800138000").await;
    let told: Vec<(&str, bool, &Value)> =
        found.as_array().unwrap().iter().map(|e| (e["name"].as_str().unwrap(), e["own"] == true, &e["value"])).collect();
    assert!(told.contains(&("repair_no", true, &json!("RX-123456"))), "{found}");
    assert!(told.contains(&("carrier", true, &json!("顺丰速运"))) && told.contains(&("phone", false, &json!("+8613800138000"))), "{found}");
    // What the catalogue sells is named too, with its number; a name that is only likely says so.
    let product = json!({"sku": "BB-1", "name_zh": "蓝鲸手写笔", "name_en": "Stylus", "price_cents": 100, "stock": 1});
    w.post("/products", &w.a.admin, product).await.ok(201);
    let named =
        async |text: &str| tried(text).await.as_array().unwrap().iter().find(|e| e["name"] == "product").cloned().unwrap_or_default();
    let sure = named("蓝鲸手写笔想退货，电话 13800138000").await;
    assert_eq!((&sure["value"], &sure["own"]), (&json!({"name": "蓝鲸手写笔", "ids": ["BB-1"]}), &json!(false)));
    let likely = named("蓝鲸手画笔想退货").await;
    assert_eq!(likely["value"], sure["value"]);
    assert!(sure["confidence"].as_f64() > Some(0.9) && likely["confidence"].as_f64() < Some(0.7), "{likely}");
    let path = format!("/entities/{}", made["id"].as_str().unwrap());
    let changed = json!({"found_by": {"by": "patterns", "patterns": ["RY-#{6}"]}});
    with(&w, "PATCH", &path, &w.a.supervisor, &[("if-match", "\"1\"")], changed).await.ok(200);
    assert!(tried("rx-123456").await.as_array().unwrap().iter().all(|e| e["name"] != "repair_no"));
    assert!(tried("ry-123456").await.as_array().unwrap().iter().any(|e| e["name"] == "repair_no"));
    w.get(&path, &w.b.agent).await.problem(404, "not_found");
    with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
    assert!(tried("ry-123456").await.as_array().unwrap().iter().all(|e| e["name"] != "repair_no"));
    assert_eq!(w.get("/entities", &w.a.reader).await.ok(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_or_learnt_is_refused_by_its_line() {
    let w = world().await;
    for (name, found_by, field) in [
        ("phone", json!({"by": "patterns", "patterns": ["A#{6}"]}), "name"),
        ("Order", json!({"by": "patterns", "patterns": ["A#{6}"]}), "name"),
        ("a", json!({"by": "patterns", "patterns": ["A#{6}", "##"]}), "found_by.patterns[1]"),
        ("a", json!({"by": "values", "values": []}), "found_by.values"),
        ("a", json!({"by": "examples", "examples": ["要[这个", "b"]}), "found_by.examples[0]"),
        ("a", json!({"by": "examples", "examples": ["要[这个]", "b"]}), "found_by.examples"),
    ] {
        let refused = w.post("/entities", &w.a.supervisor, json!({"name": name, "found_by": found_by})).await;
        assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["field"], field, "{name} {found_by}");
    }
    let seats = ["靠窗的位子", "过道的位子", "前排的位子", "中间的位子", "靠门的位子"];
    let examples: Vec<String> = seats.iter().flat_map(|s| [format!("我要一个[{s}]"), format!("换成[{s}]可以吗")]).collect();
    w.post("/entities", &w.a.supervisor, json!({"name": "seat", "found_by": {"by": "examples", "examples": examples}})).await.ok(201);
    let found =
        w.post("/intents/try", &w.a.agent, json!({"text": "换成后排的位子可以吗", "language": null})).await.ok(200)["entities"].clone();
    assert!(found.as_array().unwrap().iter().any(|e| e["name"] == "seat" && e["value"] == "后排的位子"), "{found}");
}
