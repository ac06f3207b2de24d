//! Pages and files: their policies, who may frame them, caching, and what they say when something is not built.

use crate::world::world;
use axum::body::Body;
use http::Request;

#[tokio::test]
async fn each_kind_of_page_has_its_policy() {
    let w = world().await;
    let console = w.page("/").await;
    assert_eq!(console.status, 200);
    assert!(console.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(!console.header("content-security-policy").contains("unsafe"));
    assert_eq!(w.page("/settings/inboxes").await.text, console.text);
    let frame = w.page("/widget/frame?key=web-a").await;
    assert!(
        frame.header("content-security-policy").contains("frame-ancestors 'self' https://shop-a.example"),
        "{}",
        frame.header("content-security-policy")
    );
    let chat = w.page("/chat/web-a").await;
    assert_eq!(chat.text, frame.text);
    let loader = w.page("/widget/loader.js").await;
    assert_eq!((loader.header("cross-origin-resource-policy"), loader.header("cache-control")), ("cross-origin", "public, max-age=300"));
    assert_eq!(w.page("/widget/frame?key=nobody").await.status, 404);
    assert_eq!(w.page("/assets/nothing.js").await.status, 404);
    assert_eq!(w.page("/assets/..%2f..%2fCargo.toml").await.status, 404);
}

#[tokio::test]
async fn every_address_of_the_console_stays_where_it_was_when_loaded_again() {
    let w = world().await;
    let console = w.page("/").await.text;
    let routes = include_str!("../../../web/console/src/app/routes.tsx");
    let patterns: Vec<&str> = routes.split("pattern: '").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
    assert!(patterns.len() > 10, "{patterns:?}");
    for pattern in patterns {
        let page = w.page(&pattern.replace(':', "")).await;
        assert!(page.status == 200 && page.text == console, "{pattern}: {}", page.status);
    }
}

#[tokio::test]
async fn a_webview_inbox_leaves_the_framing_rule_out() {
    let w = world().await;
    let mut inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    inbox.widget.allow_webview = true;
    qn_store::inbox::update(&w.engine.db, &inbox).await.unwrap();
    assert!(!w.page("/widget/frame?key=web-a").await.header("content-security-policy").contains("frame-ancestors"));
}

#[tokio::test]
async fn files_are_asked_for_again_by_their_hash_and_packed() {
    let w = world().await;
    let first = w.page("/widget/loader.js").await;
    let etag = first.header("etag").to_owned();
    assert!(etag.len() > 10);
    let again = Request::builder().uri("/widget/loader.js").header("if-none-match", &etag).body(Body::empty()).unwrap();
    let again = w.send(again).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    let packed = Request::builder().uri("/widget/frame.js").header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    let packed = w.send(packed).await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
}

#[tokio::test]
async fn help_pages_show_published_articles_without_scripts() {
    let w = world().await;
    let page = w.page("/help/zh-CN/art_return_a").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<strong>7 天</strong>") && !page.text.contains("<script"), "{}", page.text);
    let fallback = w.page("/help/en/art_return_a").await;
    assert!(fallback.status == 200 && fallback.text.contains("lang=\"zh-CN\""), "better the other language than nothing");
    assert_eq!(w.page("/help/zh-CN/art_none").await.status, 404);
}

#[tokio::test]
async fn documents_probes_and_numbers_are_there() {
    let w = world().await;
    assert_eq!(w.page("/healthz").await.text, "ok\n");
    assert_eq!(w.page("/readyz").await.status, 200);
    assert_eq!(w.page("/metrics").await.text, "qn_test 1\n");
    let document = w.page("/api/v1/openapi.json").await;
    assert_eq!(document.json()["info"]["title"], "Qingniao 青鸟 API");
    let docs = w.page("/docs/api").await;
    assert!(docs.text.contains("/api/v1/conversations/{id}/claim") && !docs.text.contains("<script"));
    assert_eq!(w.page("/docs/page.css").await.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn an_unknown_page_is_a_page_for_people() {
    let w = world().await;
    let asked =
        Request::builder().uri("/nowhere").header("accept", "text/html,*/*").header("accept-language", "en").body(Body::empty()).unwrap();
    let page = w.send(asked).await;
    assert!(page.status == 404 && page.text.contains("Page not found"));
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    w.page("/nowhere").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_customer_with_a_wrong_link_reads_a_page_without_our_start_page() {
    let w = world().await;
    for (language, words) in [("zh-CN", "没有这个页面"), ("en", "There is no such page")] {
        let ask = Request::builder().uri("/chat/mistyped").header("accept", "text/html").header("accept-language", language);
        let page = w.send(ask.body(Body::empty()).unwrap()).await;
        assert!(page.status == 404 && page.text.contains(words) && !page.text.contains("<a "), "{}", page.text);
        assert_eq!((page.header("content-type"), page.header("cache-control")), ("text/html; charset=utf-8", "no-cache"));
    }
    w.page("/chat/mistyped").await.problem(404, "not_found");
}

#[tokio::test]
async fn the_demo_shop_exists_only_in_a_demo() {
    let w = world().await;
    let mut inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    (inbox.id, inbox.key) = ("inb_demo".into(), "bluewhale-web".into());
    qn_store::inbox::insert(&w.engine.db, &inbox).await.unwrap();
    assert!(w.page("/demo").await.header("content-security-policy").contains("frame-src 'self'"));
    let key = w.page("/demo/config").await.json()["key"].as_str().unwrap().to_owned();
    let token = w.page("/demo/user-token").await.json()["token"].clone();
    let boot = w.post("/widget/boot", "", serde_json::json!({"key": key, "user_token": token})).await.ok(200);
    assert_eq!(boot["contact"]["identified"], true);
    let plain = crate::world::hasty().await;
    for path in ["/demo", "/demo/config", "/demo/user-token", "/demo/demo.js"] {
        assert_eq!(plain.page(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_names_the_way_back() {
    let w = world().await;
    for (language, words) in [("zh-CN", "回到首页"), ("en", "Go to the start page")] {
        let ask = Request::builder().uri("/nowhere").header("accept", "text/html").header("accept-language", language);
        let page = w.send(ask.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, 404);
        assert!(page.text.contains(&format!("<a href=\"/\">{words}</a>")), "{}", page.text);
    }
}
