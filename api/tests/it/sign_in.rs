//! Signing in as browsers do: the cookie, its end, one-time passwords, and requests that other sites send.

use crate::world::{Answer, PASSWORD, World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

async fn sign_in(w: &World, email: &str, password: &str) -> Answer {
    w.post("/auth/sign-in", "", json!({"email": email, "password": password})).await
}

/// The cookie as the browser sends it back.
fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or("").to_owned()
}

async fn with_cookie(w: &World, method: &str, path: &str, cookie: &str, site: &str, body: Value) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("cookie", cookie);
    if !site.is_empty() {
        request = request.header("sec-fetch-site", site);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    w.send(request.header("content-type", "application/json").header("accept-language", "en").body(body).unwrap()).await
}

#[tokio::test]
async fn a_session_begins_answers_and_ends() {
    let w = world().await;
    let answer = sign_in(&w, "Admin@A.example", PASSWORD).await;
    let view = answer.ok(200);
    assert_eq!((view["user"]["id"].as_str(), view["user"]["role"].as_str()), (Some("usr_admin_a"), Some("admin")));
    let cookie = answer.header("set-cookie");
    for part in ["qn_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let cookie = cookie_of(&answer);
    let me = with_cookie(&w, "GET", "/auth/me", &cookie, "same-origin", Value::Null).await;
    assert!(me.header("set-cookie").starts_with(&cookie), "the browser's copy slides along");
    let me = me.ok(200);
    assert_eq!((me["tenant"]["id"].as_str(), me["server"]["demo"].as_bool()), (Some("tnt_a"), Some(true)));
    let out = with_cookie(&w, "POST", "/auth/sign-out", &cookie, "same-origin", Value::Null).await;
    out.ok(204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    with_cookie(&w, "GET", "/auth/me", &cookie, "", Value::Null).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn wrong_passwords_say_nothing_and_shut_the_door() {
    let w = world().await;
    let texts = [("admin@a.example", "wrong wrong"), ("nobody@a.example", PASSWORD)];
    let mut said = Vec::new();
    for (email, password) in texts {
        let problem = sign_in(&w, email, password).await.problem(401, "bad_credentials");
        said.push((problem["title"].clone(), problem["detail"].clone()));
    }
    assert_eq!(said[0], said[1]);
    for _ in 0..4 {
        sign_in(&w, "admin@a.example", "wrong wrong").await.problem(401, "bad_credentials");
    }
    let locked = sign_in(&w, "admin@a.example", PASSWORD).await;
    locked.problem(429, "locked_out");
    let wait: i64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    w.advance(31_000);
    sign_in(&w, "admin@a.example", PASSWORD).await.ok(200);
    let strange = w.post("/auth/sign-in", "", json!({"email": "a@b.c", "password": "x", "admin": true})).await;
    strange.problem(422, "unknown_field");
    let long = json!({"email": "a@b.c", "password": "x".repeat(100_000)});
    w.post("/auth/sign-in", "", long).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn another_site_cannot_use_the_session() {
    let w = world().await;
    let cookie = cookie_of(&sign_in(&w, "admin@a.example", PASSWORD).await);
    let body = json!({"name": "from elsewhere"});
    for site in ["cross-site", "same-site"] {
        with_cookie(&w, "POST", "/teams", &cookie, site, body.clone()).await.problem(403, "cross_site");
    }
    with_cookie(&w, "POST", "/teams", &cookie, "", body.clone()).await.problem(403, "cross_site");
    with_cookie(&w, "POST", "/teams", &cookie, "same-origin", body).await.ok(201);
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_its_own_change() {
    let w = world().await;
    let wish = json!({"email": "new@a.example", "name": "新同事", "role": "agent", "team_ids": ["tea_a"]});
    let made = w.post("/users", &w.a.admin, wish).await.ok(201);
    let password = made["password"].as_str().unwrap();
    assert_eq!((made["must_change_password"].as_bool(), made["capacity"].as_i64()), (Some(true), Some(5)));
    let answer = sign_in(&w, "new@a.example", password).await;
    assert_eq!(answer.ok(200)["user"]["must_change_password"], true);
    let cookie = cookie_of(&answer);
    for path in ["/conversations", "/users", "/overview", "/me/presence"] {
        let method = if path == "/me/presence" { "PUT" } else { "GET" };
        let body = if method == "PUT" { json!({"presence": "online"}) } else { Value::Null };
        with_cookie(&w, method, path, &cookie, "same-origin", body).await.problem(403, "password_change_required");
    }
    with_cookie(&w, "GET", "/auth/me", &cookie, "", Value::Null).await.ok(200);
    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let set = async |body| with_cookie(&w, "POST", "/auth/password", &cookie, "same-origin", body).await;
    set(change("not that one", "a long enough one")).await.problem(401, "bad_credentials");
    set(change(password, "short")).await.problem(422, "weak_password");
    set(change(password, "a long enough one")).await.ok(204);
    with_cookie(&w, "GET", "/conversations", &cookie, "", Value::Null).await.ok(200);
    sign_in(&w, "new@a.example", "a long enough one").await.ok(200);
}

#[tokio::test]
async fn people_change_themselves() {
    let w = world().await;
    let me = w.call("PATCH", "/me", &w.a.agent, json!({"name": " 小 安 ", "language": "zh-CN", "capacity": 7})).await.ok(200);
    assert_eq!((me["name"].as_str(), me["language"].as_str(), me["capacity"].as_i64()), (Some("小 安"), Some("zh-CN"), Some(7)));
    w.call("PATCH", "/me", &w.a.agent, json!({"role": "admin"})).await.problem(422, "unknown_field");
    w.call("PATCH", "/me", &w.a.agent, json!({"capacity": 1000})).await.problem(422, "invalid_field");
    w.call("PATCH", "/me", &w.a.reader, json!({"capacity": 1})).await.problem(403, "scope_missing");
    let busy = w.call("PUT", "/me/presence", &w.a.agent, json!({"presence": "busy"})).await.ok(200);
    assert_eq!(busy["presence"], "busy");
    w.call("PUT", "/me/presence", &w.a.agent, json!({"presence": "asleep"})).await.problem(422, "invalid_field");
}
