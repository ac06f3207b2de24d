//! Mail servers and databases as connectors: made, shown, changed, tried, and what of them is refused with a word.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

fn folder(w: &World) -> String {
    let folder = w.dir.path().join("systems");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.db"), []).unwrap();
    format!("sqlite://{}/shop.db", folder.display())
}

fn shop(base_url: &str) -> Value {
    let price = json!({"name": "price", "title": {"zh": "算价", "en": "Price"}, "sql": "SELECT :cents * 2 AS cents", "input":
        {"type": "object", "required": ["cents"], "properties": {"cents": {"type": "integer"}}}});
    json!({"name": "shop", "title": "商城", "base_url": base_url, "sql": {"operations": [price]}})
}

async fn changed(w: &World, name: &str, body: Value) -> Value {
    let path = format!("/connectors/{name}");
    let tag = w.get(&path, &w.a.admin).await.header("etag").to_owned();
    with(w, "PATCH", &path, &w.a.admin, &[("if-match", &tag)], body).await.ok(200)
}

#[tokio::test]
async fn a_mail_server_is_made_shown_changed_and_sends_once() {
    let w = world().await;
    let body = json!({"name": "post", "title": "客服邮箱", "base_url": "smtps://127.0.0.1:9", "auth": {"kind": "basic", "user": "u", "secret": "mail"},
        "smtp": {"from": "service@shop.example", "from_name": "青鸟\r\nBcc: x"}});
    let made = w.post("/connectors", &w.a.admin, body).await.ok(201);
    assert_eq!((&made["kind"], &made["operations"], &made["sql"]), (&json!("smtp"), &json!(1), &Value::Null));
    assert_eq!(made["smtp"], json!({"from": "service@shop.example", "from_name": "青鸟 Bcc: x", "plain": false}));
    let operations = w.get("/connectors/post/operations", &w.a.supervisor).await.ok(200);
    assert_eq!((&operations["items"][0]["name"], &operations["items"][0]["retry"]), (&json!("send"), &json!("once")));
    let now =
        changed(&w, "post", json!({"base_url": "smtp://127.0.0.1:9", "auth": null, "smtp": {"from": "a@shop.example", "plain": true}}))
            .await;
    assert_eq!((&now["auth"], &now["smtp"]["plain"], &now["base_url"]), (&Value::Null, &json!(true), &json!("smtp://127.0.0.1:9")));
    let path = "/connectors/post/operations/send/try";
    let tried = w.post(path, &w.a.admin, json!({"input": {"to": "a@x.example", "subject": "a\nb", "text": "c"}})).await.ok(200);
    assert_eq!((&tried["ok"], &tried["detail"][0]["at"]), (&json!(false), &json!("/subject")), "{tried}");
    let tried = w.post(path, &w.a.admin, json!({"input": {"to": "a@x.example", "subject": "a", "text": "c"}})).await.ok(200);
    assert_eq!((&tried["detail"]["code"], &tried["error_zh"]), (&json!("connect_failed"), &json!("连不上对方")), "{tried}");
}

#[tokio::test]
async fn a_database_is_made_changed_and_tried() {
    let w = world().await;
    let url = folder(&w);
    let made = w.post("/connectors", &w.a.admin, shop(&url)).await.ok(201);
    assert_eq!((&made["kind"], &made["sql"]["write"], &made["operations"]), (&json!("sql"), &json!(false), &json!(1)));
    let path = "/connectors/shop/operations/price/try";
    let tried = w.post(path, &w.a.admin, json!({"input": {"cents": "21"}})).await.ok(200);
    assert_eq!(tried["answer"], json!({"count": 1, "more": false, "rows": [{"cents": 42}]}), "{tried}");
    let add = json!({"name": "make", "sql": "INSERT INTO t VALUES (1)", "input": {"type": "object"}, "access": "write"});
    let statements = json!([made["sql"]["operations"][0], add]);
    let tag = w.get("/connectors/shop", &w.a.admin).await.header("etag").to_owned();
    let refused =
        with(&w, "PATCH", "/connectors/shop", &w.a.admin, &[("if-match", &tag)], json!({"sql": {"operations": statements}})).await;
    let problem = refused.problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["field"], "sql.operations[1].access", "{problem}");
    let now = changed(&w, "shop", json!({"sql": {"write": true, "operations": statements}})).await;
    assert_eq!((&now["operations"], &now["sql"]["operations"][1]["repeatable"]), (&json!(2), &json!(false)));
    let operations = w.get("/connectors/shop/operations", &w.a.supervisor).await.ok(200);
    let retries: Vec<&str> = operations["items"].as_array().unwrap().iter().map(|one| one["retry"].as_str().unwrap()).collect();
    assert_eq!(retries, ["safe", "once"]);
    // what is not named stays
    assert_eq!(changed(&w, "shop", json!({"title": "商城数据库"})).await["sql"], now["sql"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_told_at_its_field() {
    let w = world().await;
    let url = folder(&w);
    let field = async |body: Value| {
        let refused = w.post("/connectors", &w.a.admin, body).await;
        let problem: Value = serde_json::from_str(&refused.text).unwrap();
        (refused.status.as_u16(), problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    let with_sql = |sql: &str| {
        let mut body = shop(&url);
        body["sql"]["operations"][0]["sql"] = json!(sql);
        body
    };
    let at = |field: &str| (422, field.to_owned());
    assert_eq!(field(with_sql("SELECT 1; DELETE FROM t")).await, at("sql.operations[0].sql"));
    assert_eq!(field(with_sql("DELETE FROM t WHERE c = :cents")).await, at("sql.operations[0].sql"));
    assert_eq!(field(with_sql("SELECT :other, :cents")).await, at("sql.operations[0].input"));
    assert_eq!(field(with_sql("SELECT 1")).await, at("sql.operations[0].input"));
    for base_url in [
        "sqlite:///etc/passwd",
        "sqlite://shop.db",
        "postgres://db.example.com",
        "oracle://db.example.com/x",
        "postgres://u:p@db.example.com/x",
    ] {
        assert_eq!(field(shop(base_url)).await, at("base_url"), "{base_url}");
    }
    let private = w.post("/connectors", &w.a.admin, shop("postgres://169.254.169.254/x")).await;
    private.problem(422, "address_not_allowed");
    let mail = |base_url: &str, from: &str| json!({"name": "post", "base_url": base_url, "smtp": {"from": from}});
    assert_eq!(field(mail("smtps://smtp.example.com", "nobody")).await, at("smtp.from"));
    assert_eq!(field(mail("https://smtp.example.com", "a@x.example")).await, at("base_url"));
    assert_eq!(field(mail("smtps://smtp.example.com/path", "a@x.example")).await, at("base_url"));
    let mut proof = mail("smtps://smtp.example.com", "a@x.example");
    proof["auth"] = json!({"kind": "bearer", "secret": "x"});
    assert_eq!(field(proof).await, at("auth"));
    w.post("/connectors", &w.a.supervisor, shop(&url)).await.problem(403, "forbidden");
    let other = w
        .post("/connectors", &w.b.admin, json!({"name": "post", "base_url": "smtps://smtp.example.com", "smtp": {"from": "a@x.example"}}))
        .await;
    other.ok(201);
    w.get("/connectors/post", &w.a.admin).await.problem(404, "not_found");
}
