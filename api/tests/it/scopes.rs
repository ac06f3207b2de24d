//! Articles for some only: who finds them, on which days, about which products; and the sentence that answered, where it is opened.

use crate::settings::with;
use crate::widget::user_token;
use crate::world::{World, world};
use serde_json::{Value, json};

async fn article(w: &World, title: &str, body: &str, scope: Value) -> String {
    let wish = json!({"language": "zh-CN", "title": title, "body": body, "state": "published", "scope": scope});
    w.post("/articles", &w.a.supervisor, wish).await.ok(201)["id"].as_str().unwrap().to_owned()
}

/// The bot's last message to a visitor.
async fn said(w: &World, token: &str) -> Value {
    let thread = w.get("/widget/messages", token).await.ok(200);
    thread["items"].as_array().unwrap().iter().rfind(|m| m["author"]["kind"] == "bot").unwrap()["content"].clone()
}

async fn ask(w: &World, token: &str, id: &str, text: &str) -> Value {
    w.post("/widget/messages", token, json!({"client_msg_id": id, "text": text})).await.ok(201);
    said(w, token).await
}

#[tokio::test]
async fn an_article_is_told_to_its_readers_only() {
    let w = world().await;
    let signed_in = article(&w, "会员积分怎么兑换?", "登录后在积分商城兑换。", json!({"audience": "signed_in"})).await;
    let gold =
        article(&w, "金卡专属客服电话是多少?", "拨 400-0000，按 9。", json!({"audience": "tiers", "tiers": [" Gold ", "vip"]})).await;
    let staff = article(&w, "内部退款审批流程是什么?", "超过 500 元由主管批。", json!({"audience": "staff"})).await;
    let boot = w.boot(&w.a).await;
    let stranger = boot["visitor_token"].as_str().unwrap();
    for (n, text) in ["会员积分怎么兑换?", "金卡专属客服电话是多少?", "内部退款审批流程是什么?"].iter().enumerate()
    {
        let content = ask(&w, stranger, &format!("s{n}"), text).await;
        assert!(content.get("citations").is_none_or(|c| *c == json!([])), "{text}: {content}");
        if n == 0 {
            // A second miss in a row would fetch a person.
            ask(&w, stranger, "between", "怎么退货?").await;
        }
        if n == 1 {
            ask(&w, stranger, "between2", "怎么退货?").await;
        }
    }
    for id in [&signed_in, &gold, &staff] {
        w.page(&format!("/help/zh-CN/{id}")).await.problem(404, "not_found");
        w.get(&format!("/widget/articles/{id}?language=zh-CN"), stranger).await.problem(404, "not_found");
    }

    let user = user_token(&w, &w.a, "user-1", "王小明", 60_000).await;
    let known = w.post("/widget/boot", "", json!({"key": "web-a", "language": "zh-CN", "user_token": user})).await.ok(200);
    let (member, contact) = (known["visitor_token"].as_str().unwrap(), known["contact"]["id"].as_str().unwrap());
    let content = ask(&w, member, "m1", "会员积分怎么兑换?").await;
    assert_eq!(content["citations"][0]["article_id"], json!(signed_in));
    assert_eq!(content["citations"][0]["url"], "", "it has no public page");
    w.get(&format!("/widget/articles/{signed_in}?language=zh-CN"), member).await.ok(200);
    assert!(ask(&w, member, "m2", "金卡专属客服电话是多少?").await.get("citations").is_none());
    let version = w.get(&format!("/contacts/{contact}"), &w.a.agent).await.header("etag").to_owned();
    let gold_now = json!({"attributes": {"tier": "GOLD"}});
    with(&w, "PATCH", &format!("/contacts/{contact}"), &w.a.supervisor, &[("if-match", version.as_str())], gold_now).await.ok(200);
    assert_eq!(ask(&w, member, "m3", "金卡专属客服电话是多少?").await["citations"][0]["article_id"], json!(gold));

    let (_, id) = w.asked(&w.a, "内部退款审批流程是什么?").await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    let offered = w.post(&format!("/conversations/{id}/suggestions"), &w.a.agent, Value::Null).await.ok(200);
    let item = &offered["items"][0];
    assert_eq!((item["article_ids"].clone(), item["internal"].clone()), (json!([staff]), json!(true)));

    let tried = |signed_in: bool, tier: Value| json!({"text": "金卡专属客服电话是多少?", "language": "zh-CN", "signed_in": signed_in, "tier": tier});
    assert_ne!(w.post("/knowledge/ask", &w.a.agent, tried(true, Value::Null)).await.ok(200)["decision"], "answer");
    assert_eq!(w.post("/knowledge/ask", &w.a.agent, tried(false, json!("vip"))).await.ok(200)["decision"], "answer");
    let listed = w.get("/articles?audience=staff", &w.a.agent).await.ok(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_article_holds_on_its_days_and_keeps_its_scope() {
    let w = world().await;
    let day = |text: &str| json!({"audience": "everyone", "valid_from": "2020-01-01", "valid_until": text});
    let over = article(&w, "去年双十一有什么活动?", "全场九折。", day("2020/11/11")).await;
    let now = article(&w, "周年庆有什么活动?", "满 100 减 20。", day("2999年1月1日")).await;
    let kept = w.get(&format!("/articles/{over}?language=zh-CN"), &w.a.agent).await.ok(200);
    assert_eq!(kept["scope"]["valid_until"], "2020-11-11");
    let boot = w.boot(&w.a).await;
    let token = boot["visitor_token"].as_str().unwrap();
    assert_eq!(ask(&w, token, "1", "周年庆有什么活动?").await["citations"][0]["article_id"], json!(now));
    assert!(ask(&w, token, "2", "去年双十一有什么活动?").await.get("citations").is_none());
    w.page(&format!("/help/zh-CN/{over}")).await.problem(404, "not_found");
    w.page(&format!("/help/zh-CN/{now}")).await.ok_page();

    let save = |scope: Value| json!({"title": "周年庆有什么活动?", "body": "满 200 减 50。", "state": "published", "scope": scope});
    for (scope, field) in [
        (json!({"audience": "tiers"}), "scope.tiers"),
        (json!({"audience": "everyone", "valid_from": "明天"}), "scope.valid_from"),
        (json!({"audience": "everyone", "valid_from": "2026-12-01", "valid_until": "2026-11-01"}), "scope.valid_until"),
    ] {
        let refused = with(&w, "PUT", &format!("/articles/{now}/zh-CN"), &w.a.supervisor, &[("if-match", "\"1\"")], save(scope)).await;
        assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["field"], field);
    }
    // Whoever knows nothing of scopes changes none.
    let plain = json!({"title": "周年庆有什么活动?", "body": "满 200 减 50。", "state": "published"});
    let saved = with(&w, "PUT", &format!("/articles/{now}/zh-CN"), &w.a.supervisor, &[("if-match", "\"1\"")], plain).await.ok(200);
    assert_eq!(saved["scope"]["valid_until"], "2999-01-01");
}

#[tokio::test]
async fn the_sentence_that_answered_is_marked_where_the_article_is_opened() {
    let w = world().await;
    let body = "# 运费\n\n满 99 元**免运费**。偏远地区的运费另计。\n\n退货的运费由我们承担！";
    let id = article(&w, "运费怎么算?", body, Value::Null).await;
    let boot = w.boot(&w.a).await;
    let token = boot["visitor_token"].as_str().unwrap();
    let content = ask(&w, token, "1", "偏远地区运费怎么算?").await;
    let citation = &content["citations"][0];
    assert_eq!(citation["article_id"], json!(id));
    let quotes: Vec<&str> = citation["quotes"].as_array().unwrap().iter().map(|q| q.as_str().unwrap()).collect();
    assert!(quotes.contains(&"偏远地区的运费另计。") && !quotes.contains(&"退货的运费由我们承担！"), "{quotes:?}");
    let quote: String = quotes.join("\n").bytes().map(|b| format!("%{b:02X}")).collect();
    for html in [
        w.get(&format!("/widget/articles/{id}?language=zh-CN&quote={quote}"), token).await.ok(200)["html"].as_str().unwrap().to_owned(),
        w.get(&format!("/articles/{id}/zh-CN/page?quote={quote}"), &w.a.agent).await.ok(200)["html"].as_str().unwrap().to_owned(),
        w.page(&format!("/help/zh-CN/{id}?quote={quote}")).await.text,
    ] {
        assert!(html.contains("<mark>偏远地区的运费另计。</mark>"), "{html}");
    }
    assert!(!w.page(&format!("/help/zh-CN/{id}")).await.text.contains("<mark>"));
    w.get(&format!("/articles/{id}/zh-CN/page"), &w.b.agent).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_widget_of_any_language_starts_in_the_nearest_one() {
    let w = world().await;
    for tag in ["zh-TW", "zh-Hant", "zh-Hant-HK", "fr", "en-GB"] {
        let boot = w.post("/widget/boot", "", json!({"key": "web-a", "language": tag})).await.ok(200);
        let token = boot["visitor_token"].as_str().unwrap();
        w.post("/widget/messages", token, json!({"client_msg_id": "1", "text": "?", "language": tag})).await.ok(201);
    }
    w.post("/widget/boot", "", json!({"key": "web-a", "language": 5})).await.problem(422, "invalid_field");
}
