//! Documents from upload to answer, and folders that are synced. Reading itself is `qn-document`, here without a process of its own.

use crate::settings::with;
use crate::world::{Answer, World, reading_world};
use axum::body::Body;
use http::Request;
use qn_domain::ArticleId;
use serde_json::{Value, json};

const HANDBOOK: &str = "# 手册\n\n## 怎么开发票\n\n订单页申请，一天内开出。\n\n## 保修多久\n\n保修一年。\n";

async fn upload(w: &World, token: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post("/api/v1/knowledge-imports").header("authorization", format!("Bearer {token}"));
    w.send(request.header("content-type", "multipart/form-data; boundary=b").body(Body::from(body)).unwrap()).await
}

async fn answered(w: &World, text: &str) -> bool {
    let said = w.post("/knowledge/ask", &w.a.agent, json!({"text": text, "language": "zh-CN"})).await.ok(200);
    said["decision"] == "answer"
}

fn id(import: &Value) -> &str {
    import["id"].as_str().unwrap()
}

#[tokio::test]
async fn an_upload_is_looked_through_before_it_is_knowledge() {
    let w = reading_world().await;
    upload(&w, &w.a.agent, "手册.md", HANDBOOK.as_bytes()).await.problem(403, "forbidden");
    let import = upload(&w, &w.a.supervisor, "手册.md", HANDBOOK.as_bytes()).await.ok(201);
    assert_eq!((&import["state"], &import["sections"], &import["language"]), (&json!("ready"), &json!(2), &json!("zh-CN")));
    assert_eq!(import["same_as_before"], false);
    assert!(!answered(&w, "怎么开发票").await);

    let path = format!("/knowledge-imports/{}", id(&import));
    let preview = w.get(&path, &w.a.agent).await.ok(200);
    assert_eq!((&preview["counts"]["added"], preview["items"][0]["title"].as_str()), (&json!(2), Some("怎么开发票")));
    assert_eq!(preview["items"][0]["change"], "added");
    let first = w.get(&format!("{path}?limit=1"), &w.a.agent).await.ok(200);
    let rest = w.get(&format!("{path}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!((rest["items"][0]["title"].as_str(), &rest["next_cursor"]), (Some("保修多久"), &Value::Null));
    w.get(&path, &w.b.admin).await.problem(404, "not_found");

    let apply = format!("{path}/apply");
    let left_out = preview["items"][1]["article_id"].clone();
    w.post(&apply, &w.a.agent, json!({})).await.problem(403, "forbidden");
    w.post(&apply, &w.b.supervisor, json!({})).await.problem(404, "not_found");
    let done = w.post(&apply, &w.a.supervisor, json!({"publish": true, "leave_out": [left_out]})).await.ok(200);
    assert_eq!((&done["state"], &done["counts"]["added"]), (&json!("applied"), &json!(1)));
    assert!(answered(&w, "怎么开发票").await, "searched at once");
    assert!(!answered(&w, "保修多久").await, "what was left out is not knowledge");
    w.post(&apply, &w.a.supervisor, json!({})).await.problem(409, "import_ended");
    assert_eq!(w.get(&path, &w.a.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn the_same_file_again_changes_only_what_changed() {
    let w = reading_world().await;
    let take = async |text: &str, publish: bool| {
        let import = upload(&w, &w.a.supervisor, "手册.md", text.as_bytes()).await.ok(201);
        let path = format!("/knowledge-imports/{}/apply", id(&import));
        (import, w.post(&path, &w.a.supervisor, json!({"publish": publish})).await.ok(200))
    };
    take(HANDBOOK, true).await;
    let (import, same) = take(HANDBOOK, true).await;
    assert_eq!((&import["same_as_before"], &same["counts"]["unchanged"]), (&json!(true), &json!(2)));
    let edited = w.get("/articles?q=%E4%BF%9D%E4%BF%AE", &w.a.agent).await.ok(200)["items"][0].clone();
    let article = format!("/articles/{}/zh-CN", edited["id"].as_str().unwrap());
    let words = json!({"title": edited["title"], "body": "保修两年。", "state": "published"});
    with(&w, "PUT", &article, &w.a.supervisor, &[("if-match", "\"1\"")], words).await.ok(200);
    let (_, changed) = take(&HANDBOOK.replace("一天", "三天").replace("一年", "三年"), false).await;
    assert_eq!(
        (&changed["counts"]["waiting"], &changed["counts"]["kept"]),
        (&json!(1), &json!(1)),
        "what is live waits, what people wrote stays"
    );
    let (_, changed) = take(&HANDBOOK.replace("一天", "三天"), true).await;
    assert_eq!((&changed["counts"]["updated"], &changed["counts"]["kept"]), (&json!(1), &json!(1)));
    let import = upload(&w, &w.a.supervisor, "手册.md", HANDBOOK.as_bytes()).await.ok(201);
    let path = format!("/knowledge-imports/{}", id(&import));
    let preview = w.get(&format!("{path}?publish=true"), &w.a.supervisor).await.ok(200);
    assert_eq!(preview["items"][0]["change"], "updated");
    assert_eq!(
        (
            preview["items"][0]["body"].as_str().unwrap().contains("一天"),
            preview["items"][0]["body_before"].as_str().unwrap().contains("三天")
        ),
        (true, true)
    );
    with(&w, "DELETE", &path, &w.a.supervisor, &[], Value::Null).await.ok(204);
    w.post(&format!("{path}/apply"), &w.a.supervisor, json!({})).await.problem(409, "import_ended");
    let listed = w.get("/knowledge-imports", &w.a.agent).await.ok(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["state"]), (5, &json!("discarded")));
    assert_eq!(w.get("/knowledge-imports", &w.b.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_read_says_why_in_both_languages() {
    let w = reading_world().await;
    for (name, code) in [("坏.pdf", "broken"), ("程序.exe", "unknown"), ("空.md", "no_text"), ("表.csv", "no_columns")] {
        let bytes: &[u8] = if name == "坏.pdf" { b"not a pdf" } else { b"" };
        let import = upload(&w, &w.a.supervisor, name, bytes).await.ok(201);
        assert_eq!((&import["state"], import["problem"]["code"].as_str()), (&json!("failed"), Some(code)), "{import}");
        assert!(!import["problem"]["zh"].as_str().unwrap().is_empty() && !import["problem"]["en"].as_str().unwrap().is_empty());
        w.post(&format!("/knowledge-imports/{}/apply", id(&import)), &w.a.supervisor, json!({})).await.problem(409, "import_ended");
    }
    let request = Request::post("/api/v1/knowledge-imports").header("authorization", format!("Bearer {}", w.a.supervisor));
    let empty = request.header("content-type", "multipart/form-data; boundary=b").body(Body::from("--b--\r\n")).unwrap();
    w.send(empty).await.problem(422, "invalid_field");
    w.post("/knowledge-imports", &w.a.supervisor, json!({})).await.problem(400, "bad_request");
    let inside = upload(&w, &w.a.supervisor, "../../etc/手册.md", HANDBOOK.as_bytes()).await.ok(201);
    assert_eq!(inside["name"], "手册.md");
}

fn folder_source(enabled: bool) -> Value {
    json!({"name": "共享盘", "kind": "folder", "places": ["docs"], "interval_minutes": 60, "publish": true, "enabled": enabled})
}

#[tokio::test]
async fn a_folder_is_followed_and_what_is_gone_is_not_quoted() {
    let w = reading_world().await;
    let docs = w.folder().join("tnt_a/docs");
    std::fs::create_dir_all(&docs).unwrap();
    std::fs::write(docs.join("手册.md"), HANDBOOK).unwrap();
    std::fs::write(docs.join("坏.pdf"), "x").unwrap();
    let made = w.post("/knowledge-sources", &w.a.supervisor, folder_source(true)).await.ok(201);
    let path = format!("/knowledge-sources/{}", made["id"].as_str().unwrap());
    let look = async || {
        w.post(&format!("{path}/run"), &w.a.supervisor, Value::Null).await.ok(202);
        w.engine.sync_due().await;
        w.get(&path, &w.a.agent).await.ok(200)["report"].clone()
    };
    let report = look().await;
    assert_eq!((&report["documents"], &report["counts"]["added"], &report["problem"]), (&json!(1), &json!(2), &Value::Null), "{report}");
    assert_eq!((report["failed"][0]["name"].as_str(), report["failed"][0]["problem"]["code"].as_str()), (Some("坏.pdf"), Some("broken")));
    assert!(answered(&w, "怎么开发票").await);
    let report = look().await;
    assert_eq!((&report["unchanged"], &report["counts"]["unchanged"]), (&json!(1), &json!(0)), "not even read: {report}");

    std::fs::write(docs.join("手册.md"), HANDBOOK.replace("## 保修多久\n\n保修一年。\n", "")).unwrap();
    std::fs::remove_file(docs.join("坏.pdf")).unwrap();
    let report = look().await;
    assert_eq!(report["counts"]["archived"], 1, "{report}");
    assert!(!answered(&w, "保修多久").await);
    std::fs::write(docs.join("新.md"), "# 门店几点关门\n\n晚上十点。\n").unwrap();
    std::fs::remove_file(docs.join("手册.md")).unwrap();
    let report = look().await;
    assert_eq!(
        (&report["removed"], &report["counts"]["archived"], &report["counts"]["added"]),
        (&json!(1), &json!(1), &json!(1)),
        "{report}"
    );
    assert!(!answered(&w, "怎么开发票").await);
    assert!(answered(&w, "门店几点关门").await);

    std::fs::remove_file(docs.join("新.md")).unwrap();
    assert_eq!(look().await["problem"]["code"], "folder_empty");
    assert!(answered(&w, "门店几点关门").await, "an unmounted disk takes no knowledge away");
}

#[tokio::test]
async fn places_are_checked_when_they_are_typed() {
    let w = reading_world().await;
    let wish = |kind: &str, place: &str| json!({"name": "x", "kind": kind, "places": [place], "interval_minutes": 60, "enabled": true});
    let create = async |body: Value| w.post("/knowledge-sources", &w.a.supervisor, body).await;
    for (kind, place) in
        [("folder", "../tnt_b"), ("folder", "/etc"), ("urls", "ftp://x.example/a"), ("urls", "http://127.0.0.1/admin"), ("urls", "")]
    {
        let said = create(wish(kind, place)).await;
        assert!(said.status.is_client_error(), "{kind} {place}: {}", said.text);
    }
    let mut often = wish("folder", "a");
    often["interval_minutes"] = json!(1);
    create(often).await.problem(422, "invalid_field");
    w.post("/knowledge-sources", &w.a.agent, wish("folder", "a")).await.problem(403, "forbidden");
    let made = create(wish("folder", "a")).await.ok(201);
    create(wish("folder", "a")).await.problem(409, "already_exists");
    let path = format!("/knowledge-sources/{}", made["id"].as_str().unwrap());
    for (method, body) in [("GET", Value::Null), ("PUT", wish("folder", "a")), ("DELETE", Value::Null)] {
        with(&w, method, &path, &w.b.supervisor, &[("if-match", "\"1\"")], body).await.problem(404, "not_found");
    }
    with(&w, "PUT", &path, &w.a.supervisor, &[("if-match", "\"1\"")], wish("urls", "https://x.example/a"))
        .await
        .problem(422, "invalid_field");
    let mut off = wish("folder", "b");
    off["enabled"] = json!(false);
    let kept = with(&w, "PUT", &path, &w.a.supervisor, &[("if-match", "\"1\"")], off).await.ok(200);
    assert_eq!((&kept["version"], &kept["places"]), (&json!(2), &json!(["b"])));
    w.engine.sync_due().await;
    assert_eq!(w.get(&path, &w.a.agent).await.ok(200)["report"], Value::Null, "what is off is not looked at");
    with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
    assert_eq!(w.get("/knowledge-sources", &w.a.agent).await.ok(200)["items"], json!([]));
    assert_eq!(w.get("/knowledge-sources/folders", &w.a.supervisor).await.ok(200), json!({"enabled": true, "own": "tnt_a"}));
}

#[tokio::test]
async fn what_another_process_publishes_is_searched_without_being_told() {
    let w = reading_world().await;
    let mut article = qn_store::article::list_published(&w.engine.db, &w.a.tenant_id).await.unwrap().remove(0);
    article.id = ArticleId::from("art_other");
    article.title = "门店几点关门?".into();
    article.questions = vec!["几点关门".into()];
    qn_store::article::upsert(&w.engine.db, &article, None).await.unwrap();
    assert!(!answered(&w, "门店几点关门").await);
    w.engine.follow_articles().await;
    assert!(answered(&w, "门店几点关门").await);
}

#[tokio::test]
async fn articles_that_contradict_each_other_are_shown_until_somebody_settles_it() {
    let w = reading_world().await;
    for (title, days) in [("七天无理由退货", "7"), ("退货说明", "15")] {
        let body = format!("自签收次日起 {days} 天内可以申请无理由退货。");
        let wish = json!({"title": title, "questions": ["退货期限是几天"], "body": body, "state": "published", "language": "zh-CN"});
        w.post("/articles", &w.a.supervisor, wish).await.ok(201);
    }
    let compared = async || w.engine.article_conflicts(&w.a.tenant_id).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&compared().await[0], &compared().await[0]), "the same articles are compared once");
    let open = async |token: &str| w.get("/articles/conflicts", token).await.ok(200)["items"].as_array().unwrap().clone();
    let found: Vec<Value> =
        open(&w.a.agent).await.into_iter().filter(|c| c["a"]["title"] != "怎么退货?" && c["b"]["title"] != "怎么退货?").collect();
    assert_eq!(
        (found.len(), found[0]["kind"].as_str(), found[0]["clashes"][0]["kind"].as_str()),
        (1, Some("contradiction"), Some("figure"))
    );
    assert!(open(&w.b.agent).await.is_empty());
    let key = json!({"key": found[0]["key"]});
    w.post("/articles/conflicts/settle", &w.a.agent, key.clone()).await.problem(403, "forbidden");
    w.post("/articles/conflicts/settle", &w.a.supervisor, key.clone()).await.ok(204);
    assert!(open(&w.a.agent).await.iter().all(|c| c["key"] != found[0]["key"]));
    let mut articles = qn_store::article::list_published(&w.engine.db, &w.a.tenant_id).await.unwrap();
    let mut article = articles.remove(articles.iter().position(|a| a.title == "退货说明").unwrap());
    article.body = "自签收次日起 30 天内可以申请无理由退货。".into();
    qn_store::article::upsert(&w.engine.db, &article, Some(article.version)).await.unwrap();
    let anew = open(&w.a.agent).await;
    assert!(
        anew.iter().any(|c| [&c["a"], &c["b"]].iter().any(|side| side["body"].as_str().unwrap().contains("30 天"))),
        "a change is compared"
    );
}
