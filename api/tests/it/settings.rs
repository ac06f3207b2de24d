//! Settings objects: made once per key, changed only from the version that was read, by those who may, within their own company.

use crate::world::{Answer, World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

/// A request with the headers settings need; empty ones are left out.
pub async fn with(w: &World, method: &str, path: &str, token: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    w.send(request.header("content-type", "application/json").body(body).unwrap()).await
}

struct Resource {
    path: &'static str,
    create: Value,
    change: Value,
    /// A field of the answer that `change` changes.
    shows: &'static str,
    /// Who may change it: `supervisor` or `admin`.
    keeper: &'static str,
}

fn resources() -> Vec<Resource> {
    let new = |path, create, change, shows, keeper| Resource { path, create, change, shows, keeper };
    vec![
        new("/teams", json!({"name": "VIP"}), json!({"name": "大客户"}), "name", "admin"),
        new("/labels", json!({"name": "投诉", "color": "#FF0000"}), json!({"color": "#00ff00"}), "color", "supervisor"),
        new("/canned-responses", json!({"shortcut": "hi", "text": "您好"}), json!({"text": "您好!"}), "text", "supervisor"),
        new("/inboxes", json!({"name": "官网", "channel": "web"}), json!({"name": "新官网"}), "name", "admin"),
        new("/webhooks", json!({"url": "https://hooks.example/x"}), json!({"enabled": false}), "enabled", "admin"),
        new("/tokens", json!({"name": "ci", "scopes": ["read"]}), json!({"name": "build"}), "name", "admin"),
        new(
            "/products",
            json!({"sku": "BW-1", "name_zh": "手机", "name_en": "Phone", "price_cents": 100}),
            json!({"stock": 3}),
            "stock",
            "admin",
        ),
        new(
            "/views",
            json!({"name": "投诉", "filter": {"labels_any": ["投诉"]}, "sort": "recent", "audience": {"kind": "private"}}),
            json!({"name": "加急投诉"}),
            "name",
            "agent",
        ),
        new("/flows", json!({"name": "退款"}), json!({"name": "换货"}), "name", "supervisor"),
        new("/contacts", json!({"name": "王小明", "email": "W@Example.com"}), json!({"email": null}), "email", "agent"),
        new(
            "/users",
            json!({"email": "x@a.example", "name": "X", "role": "agent"}),
            json!({"name": "Y", "disabled": true}),
            "name",
            "admin",
        ),
    ]
}

fn token_of<'a>(w: &'a World, who: &str) -> &'a str {
    match who {
        "agent" => &w.a.agent,
        "supervisor" => &w.a.supervisor,
        _ => &w.a.admin,
    }
}

#[tokio::test]
async fn every_resource_keeps_the_same_manners() {
    let w = world().await;
    for r in resources() {
        let keeper = token_of(&w, r.keeper);
        let key = [("idempotency-key", "k-1")];
        let first = with(&w, "POST", r.path, keeper, &key, r.create.clone()).await;
        assert_eq!(first.header("etag"), "\"1\"", "{}", r.path);
        let made = first.ok(201);
        let again = with(&w, "POST", r.path, keeper, &key, r.create.clone()).await;
        assert_eq!(again.header("idempotent-replayed"), "true", "{}", r.path);
        assert_eq!(again.ok(200)["id"], made["id"], "{}", r.path);
        assert!(again.json().get("secret").is_none() && again.json().get("password").is_none(), "{} shows a secret twice", r.path);

        let mut other = r.create.clone();
        other[r.shows] = r.change[r.shows].clone();
        if other != r.create {
            with(&w, "POST", r.path, keeper, &key, other).await.problem(422, "idempotency_key_reused");
        }
        assert_eq!(with(&w, "POST", r.path, keeper, &key, r.create.clone()).await.ok(200)["id"], made["id"], "{}", r.path);

        let mut strange = r.create.clone();
        strange["nonsense"] = json!(1);
        with(&w, "POST", r.path, keeper, &[], strange).await.problem(422, "unknown_field");

        let one = format!("{}/{}", r.path, made["id"].as_str().unwrap());
        let read = with(&w, "GET", &one, keeper, &[], Value::Null).await;
        assert_eq!(read.header("etag"), "\"1\"", "{}", r.path);
        with(&w, "PATCH", &one, keeper, &[], r.change.clone()).await.problem(428, "precondition_required");
        with(&w, "PATCH", &one, keeper, &[("if-match", "\"9\"")], r.change.clone()).await.problem(412, "precondition_failed");
        let changed = with(&w, "PATCH", &one, keeper, &[("if-match", "\"1\"")], r.change.clone()).await;
        assert_eq!(changed.header("etag"), "\"2\"", "{}", r.path);
        assert_eq!(changed.ok(200)[r.shows], r.change[r.shows], "{}", r.path);
        with(&w, "PATCH", &one, keeper, &[("if-match", "\"1\"")], r.change.clone()).await.problem(412, "precondition_failed");

        let list = with(&w, "GET", &format!("{}?limit=200", r.path), keeper, &[], Value::Null).await.ok(200);
        assert!(list["items"].as_array().unwrap().iter().any(|i| i["id"] == made["id"]), "{}", r.path);
        assert!(!with(&w, "GET", r.path, keeper, &[], Value::Null).await.text.contains("whsec_"), "{} lists secrets", r.path);

        let read_only = with(&w, "PATCH", &one, &w.a.reader, &[("if-match", "\"2\"")], r.change.clone()).await;
        assert_eq!(read_only.status.as_u16(), 403, "{}: {}", r.path, read_only.text);
        if r.keeper != "agent" && r.path != "/tokens" {
            with(&w, "PATCH", &one, &w.a.agent, &[("if-match", "\"2\"")], r.change.clone()).await.problem(403, "forbidden");
            with(&w, "POST", r.path, &w.a.agent, &[], r.create.clone()).await.problem(403, "forbidden");
        }
        if r.path != "/contacts" {
            with(&w, "DELETE", &one, keeper, &[], Value::Null).await.problem(428, "precondition_required");
            with(&w, "DELETE", &one, keeper, &[("if-match", "\"1\"")], Value::Null).await.problem(412, "precondition_failed");
            with(&w, "DELETE", &one, keeper, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
            with(&w, "GET", &one, keeper, &[], Value::Null).await.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn another_company_finds_nothing_and_changes_nothing() {
    let w = world().await;
    for r in resources() {
        let keeper = token_of(&w, r.keeper);
        let made = with(&w, "POST", r.path, keeper, &[("idempotency-key", "same")], r.create.clone()).await.ok(201);
        let one = format!("{}/{}", r.path, made["id"].as_str().unwrap());
        let stranger = &w.b.admin;
        with(&w, "GET", &one, stranger, &[], Value::Null).await.problem(404, "not_found");
        with(&w, "PATCH", &one, stranger, &[("if-match", "\"1\"")], r.change.clone()).await.problem(404, "not_found");
        if r.path != "/contacts" {
            with(&w, "DELETE", &one, stranger, &[("if-match", "\"1\"")], Value::Null).await.problem(404, "not_found");
        }
        let list = with(&w, "GET", &format!("{}?limit=200", r.path), stranger, &[], Value::Null).await;
        assert!(!list.text.contains(made["id"].as_str().unwrap()), "{} leaks", r.path);
        let theirs = with(&w, "POST", r.path, stranger, &[("idempotency-key", "same")], r.create.clone()).await.ok(201);
        assert_ne!(theirs["id"], made["id"], "one key in two companies is two objects");
        let read = with(&w, "GET", &one, keeper, &[], Value::Null).await;
        assert_eq!((read.status.as_u16(), read.header("etag")), (200, "\"1\""), "{}", r.path);
    }
}

#[tokio::test]
async fn names_are_unique_within_a_company() {
    let w = world().await;
    let taken = [
        ("/teams", json!({"name": "售后"}), &w.a.admin),
        ("/users", json!({"email": "AGENT@a.example", "name": "x", "role": "agent"}), &w.a.admin),
    ];
    for (path, body, token) in taken {
        w.post(path, token, body).await.problem(409, "already_exists");
    }
    let label = json!({"name": "急", "color": "#112233"});
    w.post("/labels", &w.a.supervisor, label.clone()).await.ok(201);
    w.post("/labels", &w.a.supervisor, label.clone()).await.problem(409, "already_exists");
    w.post("/labels", &w.b.supervisor, label).await.ok(201);
}

#[tokio::test]
async fn what_is_in_use_stays() {
    let w = world().await;
    let if_1 = [("if-match", "\"1\"")];
    with(&w, "DELETE", "/teams/tea_a", &w.a.admin, &if_1, Value::Null).await.problem(409, "in_use");
    with(&w, "PATCH", "/users/usr_admin_a", &w.a.admin, &if_1, json!({"role": "agent"})).await.problem(409, "last_admin");
    with(&w, "DELETE", "/users/usr_admin_a", &w.a.admin, &if_1, Value::Null).await.problem(409, "last_admin");
    let (_, conversation) = w.asked(&w.a, "转人工").await;
    w.post(&format!("/conversations/{conversation}/claim"), &w.a.agent, Value::Null).await.ok(200);
    with(&w, "DELETE", "/users/usr_agent_a", &w.a.admin, &if_1, Value::Null).await.problem(409, "in_use");
    with(&w, "DELETE", "/inboxes/inb_web_a", &w.a.admin, &if_1, Value::Null).await.problem(409, "in_use");
    let label = w.post("/labels", &w.a.supervisor, json!({"name": "急", "color": "#112233"})).await.ok(201);
    w.post(&format!("/conversations/{conversation}/labels"), &w.a.agent, json!({"labels": ["急"]})).await.ok(200);
    let one = format!("/labels/{}", label["id"].as_str().unwrap());
    with(&w, "PATCH", &one, &w.a.supervisor, &if_1, json!({"name": "不急"})).await.problem(409, "in_use");
    with(&w, "PATCH", &one, &w.a.supervisor, &if_1, json!({"color": "#332211"})).await.ok(200);
}

#[tokio::test]
async fn disabling_a_person_shuts_them_out_at_once() {
    let w = world().await;
    w.get("/conversations", &w.a.other_agent).await.ok(200);
    let disable = json!({"disabled": true});
    with(&w, "PATCH", "/users/usr_other_a", &w.a.admin, &[("if-match", "\"1\"")], disable).await.ok(200);
    w.get("/conversations", &w.a.other_agent).await.problem(401, "invalid_token");
    let reset = w.post("/users/usr_agent_a/reset-password", &w.a.admin, Value::Null).await.ok(200);
    assert!(reset["password"].as_str().unwrap().len() >= 10);
    w.get("/conversations", &w.a.agent).await.problem(403, "password_change_required");
    w.post("/users/usr_agent_b/reset-password", &w.a.admin, Value::Null).await.problem(404, "not_found");
}

#[tokio::test]
async fn inbox_settings_are_checked_field_by_field() {
    let w = world().await;
    let wrong = json!({
        "name": "", "channel": "web", "team_id": "tea_a", "hours": {"always_open": false, "days": []},
        "widget": {"color": "red", "ai_mark_zh": "", "allowed_domains": ["https://ok.example", "https://a; script-src *"]},
        "reopen_window_ms": -1,
    });
    let problem = w.post("/inboxes", &w.a.admin, wrong).await.problem(422, "invalid_field");
    let fields: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    for field in ["name", "hours.days", "widget.color", "widget.ai_mark_zh", "widget.allowed_domains[1]", "reopen_window_ms"] {
        assert!(fields.contains(&field), "{field} is missing in {fields:?}");
    }
    let foreign = json!({"name": "x", "channel": "web", "team_id": "tea_b"});
    assert_eq!(w.post("/inboxes", &w.a.admin, foreign).await.problem(422, "invalid_field")["errors"][0]["field"], "team_id");
    let unknown = json!({"name": "x", "channel": "api", "channel_settings": {"nonsense": 1}});
    let problem = w.post("/inboxes", &w.a.admin, unknown).await.problem(422, "unknown_field");
    assert_eq!(problem["errors"][0]["field"], "channel_settings.nonsense");
    let bad_key = json!({"name": "x", "channel": "web", "channel_settings": {"identity_public_key": "no key"}});
    w.post("/inboxes", &w.a.admin, bad_key).await.problem(422, "invalid_field");

    let if_1 = [("if-match", "\"1\"")];
    let change = json!({"widget": {"color": "#ABCDEF"}, "team_id": null, "bot_enabled": false});
    let view = with(&w, "PATCH", "/inboxes/inb_web_a", &w.a.admin, &if_1, change).await.ok(200);
    assert_eq!((&view["widget"]["color"], &view["team_id"], &view["bot_enabled"]), (&json!("#abcdef"), &Value::Null, &json!(false)));
    assert_eq!(view["widget"]["allowed_domains"], json!(["https://shop-a.example"]), "what a patch does not name stays");
    assert!(view.get("secret").is_none());

    let shown = w.post("/inboxes/inb_web_a/secret?rotate=false", &w.a.admin, Value::Null).await.ok(200);
    let fresh = w.post("/inboxes/inb_web_a/secret", &w.a.admin, Value::Null).await.ok(200);
    assert!(shown["secret"] != fresh["secret"] && fresh["secret"].as_str().unwrap().starts_with("whsec_"));
    let kept = qn_store::inbox::get(&w.engine.db, &w.a.tenant_id, &"inb_web_a".into()).await.unwrap();
    assert!(kept.secret.starts_with("qn1."), "a secret is sealed at rest");
    let again = w.post("/inboxes/inb_web_a/secret?rotate=false", &w.a.admin, Value::Null).await.ok(200);
    assert_eq!(again["secret"], fresh["secret"]);
    assert_eq!(w.engine.seal_plain_secrets(&w.a.tenant_id).await.unwrap(), 1, "the other inbox was put in as it is");
    assert_eq!(w.engine.seal_plain_secrets(&w.a.tenant_id).await.unwrap(), 0);
    w.post("/inboxes/inb_web_a/secret", &w.a.supervisor, Value::Null).await.problem(403, "forbidden");
    w.post("/inboxes/inb_web_a/secret", &w.b.admin, Value::Null).await.problem(404, "not_found");
}

#[tokio::test]
async fn tokens_reach_no_further_than_their_maker() {
    let w = world().await;
    let past = json!({"name": "x", "scopes": ["read"], "expires_at": 1});
    w.post("/tokens", &w.a.agent, past).await.problem(422, "not_in_future");
    w.post("/tokens", &w.a.agent, json!({"name": "x", "scopes": []})).await.problem(422, "invalid_field");
    w.post("/tokens", &w.a.agent, json!({"name": "x", "scopes": ["admin"]})).await.problem(403, "scope_missing");
    w.post("/tokens", &w.a.reader, json!({"name": "x", "scopes": ["read"]})).await.problem(403, "scope_missing");
    let made = w.post("/tokens", &w.a.agent, json!({"name": "x", "scopes": ["read"]})).await.ok(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    w.get("/conversations", &secret).await.ok(200);
    w.post("/tokens", &secret, json!({"name": "y", "scopes": ["read"]})).await.problem(403, "scope_missing");
    let service = json!({"name": "CRM", "scopes": ["write"], "service": true});
    w.post("/tokens", &w.a.supervisor, service.clone()).await.problem(403, "forbidden");
    let crm = w.post("/tokens", &w.a.admin, service).await.ok(201);
    assert_eq!(crm["service"], true);
    let who = w.get("/auth/me", crm["secret"].as_str().unwrap()).await.ok(200);
    assert_eq!((&who["user"]["name"], &who["user"]["service"]), (&json!("CRM"), &json!(true)), "{who}");
    let one = format!("/tokens/{}", made["id"].as_str().unwrap());
    w.get(&one, &w.a.other_agent).await.problem(404, "not_found");
    w.get(&one, &w.a.admin).await.ok(200);
    assert!(w.get("/tokens?all=true", &w.a.admin).await.text.contains(made["id"].as_str().unwrap()));
    w.get("/tokens?all=true", &w.a.agent).await.problem(403, "forbidden");
    assert!(!w.get("/tokens", &w.a.admin).await.text.contains(made["id"].as_str().unwrap()), "a list is one's own");
    with(&w, "DELETE", &one, &w.a.other_agent, &[("if-match", "\"1\"")], Value::Null).await.problem(404, "not_found");
    with(&w, "DELETE", &one, &w.a.admin, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    w.get("/conversations", &secret).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn webhooks_show_their_deliveries_and_send_again() {
    let w = world().await;
    for url in ["ftp://x.example", "https://user:pw@x.example/", "javascript:alert(1)", "https://"] {
        let answer = w.post("/webhooks", &w.a.admin, json!({"url": url})).await;
        assert_eq!(answer.status.as_u16(), 422, "{url}: {}", answer.text);
    }
    for url in ["http://127.0.0.1/", "http://10.0.0.1/x", "http://[::1]:8080/", "http://2130706433/"] {
        let refused = w.post("/webhooks", &w.a.admin, json!({"url": url})).await.problem(422, "address_not_allowed");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("egress.allow_private"), "{refused}");
        let inbox = json!({"name": "x", "channel": "api", "channel_settings": {"callback_url": url}});
        let refused = w.post("/inboxes", &w.a.admin, inbox).await.problem(422, "address_not_allowed");
        assert_eq!(refused["errors"][0]["field"], "channel_settings.callback_url");
    }
    let odd = json!({"url": "https://hooks.example", "events": ["message.created", "nothing"]});
    w.post("/webhooks", &w.a.admin, odd).await.problem(422, "invalid_field");
    let made = w.post("/webhooks", &w.a.admin, json!({"url": "https://hooks.example"})).await.ok(201);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let one = format!("/webhooks/{}", made["id"].as_str().unwrap());
    w.post(&format!("{one}/test"), &w.a.admin, Value::Null).await.ok(204);
    let deliveries = w.get(&format!("{one}/deliveries"), &w.a.admin).await.ok(200);
    let delivery = &deliveries["items"][0];
    assert_eq!((delivery["event_type"].as_str(), delivery["state"].as_str()), (Some("webhook.test"), Some("pending")));
    let resend = format!("{one}/deliveries/{}/resend", delivery["effect_id"].as_str().unwrap());
    w.post(&resend, &w.a.admin, Value::Null).await.problem(409, "already_under_way");
    w.post(&resend, &w.b.admin, Value::Null).await.problem(404, "not_found");
    w.get(&format!("{one}/deliveries"), &w.b.admin).await.problem(404, "not_found");
    w.post(&format!("{one}/test"), &w.b.admin, Value::Null).await.problem(404, "not_found");
    w.post(&format!("{one}/secret"), &w.b.admin, Value::Null).await.problem(404, "not_found");
    let fresh = w.post(&format!("{one}/secret"), &w.a.admin, Value::Null).await.ok(200);
    assert_ne!(fresh["secret"], made["secret"]);
}

#[tokio::test]
async fn credentials_of_channels_are_sealed_and_never_come_back() {
    let w = world().await;
    let settings = json!({"app_id": "wx1", "app_secret": "s3cr3t-app", "token": "t0k3n-push", "api_base": "https://wx.example"});
    let body = json!({"name": "公众号", "channel": "wechat_official", "channel_settings": settings});
    let made = w.post("/inboxes", &w.a.admin, body).await;
    let view = made.ok(201);
    let place = format!("/inboxes/{}", view["id"].as_str().unwrap());
    assert_eq!(view["channel_settings"], json!({"app_id": "wx1", "api_base": "https://wx.example"}));
    assert_eq!(view["secrets_set"], json!(["app_secret", "token"]));
    let address = view["webhook_url"].as_str().unwrap();
    assert!(address.ends_with(&format!("/api/v1/channels/wechat_official/{}", view["key"].as_str().unwrap())), "{address}");
    for text in [made.text.clone(), w.get(&place, &w.a.reader).await.text, w.get("/inboxes", &w.a.admin).await.text] {
        assert!(!text.contains("s3cr3t") && !text.contains("t0k3n") && !text.contains("qn1."), "{text}");
    }
    let stored = async || qn_store::inbox::get(&w.engine.db, &w.a.tenant_id, &view["id"].as_str().unwrap().into()).await.unwrap();
    let kept = stored().await.channel_settings;
    assert!(!kept.to_string().contains("s3cr3t") && kept["app_secret"]["sealed"].as_str().unwrap().starts_with("qn1."), "{kept}");

    let change = json!({"channel_settings": {"app_id": "wx2", "token": "other"}});
    let changed = with(&w, "PATCH", &place, &w.a.admin, &[("if-match", "\"1\"")], change).await.ok(200);
    assert_eq!((&changed["channel_settings"], &changed["secrets_set"]), (&json!({"app_id": "wx2"}), &json!(["app_secret", "token"])));
    let after = stored().await.channel_settings;
    assert_ne!(after["token"], kept["token"], "a new secret");
    let taken = json!({"channel_settings": {"app_id": "wx2", "app_secret": ""}});
    let problem = with(&w, "PATCH", &place, &w.a.admin, &[("if-match", "\"2\"")], taken).await.problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["field"], "channel_settings.app_secret");

    let kinds = w.get("/channel-kinds", &w.a.reader).await.ok(200);
    let wechat = kinds["items"].as_array().unwrap().iter().find(|kind| kind["kind"] == "wechat_official").unwrap();
    assert!(wechat["settings_schema"]["properties"]["app_secret"]["x-secret"] == true && wechat["has_windows"] == true);
    let health = w.get(&format!("{place}/health"), &w.a.reader).await.ok(200);
    assert_eq!((&health["received"], &health["last_error"]), (&json!(0), &serde_json::Value::Null));
    w.get(&format!("{place}/health"), &w.b.admin).await.problem(404, "not_found");
    w.post(&format!("{place}/test"), &w.a.agent, json!(null)).await.problem(403, "forbidden");
    let key = view["key"].as_str().unwrap();
    let refused = w.post(&format!("/channels/wechat_official/{key}"), "", json!({})).await.problem(401, "call_not_proved");
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("微信公众号") || detail.contains("WeChat"), "{detail}");
    assert!(detail.contains("signature") && !detail.contains("webhook-"), "{detail}");
    w.post(&format!("/channels/dingtalk/{key}"), "", json!({})).await.problem(404, "not_found");
    w.post("/channels/fax/x", "", json!({})).await.problem(404, "not_found");
}
