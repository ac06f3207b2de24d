//! The workshop: intents taught, trained, published and rolled back, what was missed learned; and nothing of it another company's.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

const ENGRAVE: [&str; 8] = [
    "能刻字吗",
    "可以在表背刻名字吗",
    "我想刻一行字",
    "刻字要加钱吗",
    "Can you engrave it?",
    "Engrave my name please",
    "刻字服务",
    "engraving service",
];
const LOAN: [&str; 8] = [
    "修的时候有备用机吗",
    "能借一台手机吗",
    "维修期间没手机用",
    "有没有代用机",
    "Do you lend a phone?",
    "a loan phone please",
    "借用备用机",
    "lend me one",
];

async fn intent(w: &World, name: &str, reply: Value, texts: &[&str]) -> String {
    let made = w.post("/intents", &w.a.supervisor, json!({"name": name, "reply": reply})).await.ok(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let added = w.post(&format!("/intents/{id}/examples"), &w.a.supervisor, json!({"texts": texts})).await.ok(200);
    assert_eq!(added["added"].as_array().unwrap().len(), texts.len());
    id
}

/// Two intents of which the first says words, the second fetches a person.
async fn taught(w: &World) -> (String, String) {
    let engrave = intent(w, "刻字", json!({"kind": "text", "zh": "可以免费刻 8 个字。", "en": ""}), &ENGRAVE).await;
    let loan = intent(w, "备用机", json!({"kind": "handoff"}), &LOAN).await;
    (engrave, loan)
}

/// The threshold is taken off: these tests are about the way from example to answer, not about how sure a model is.
async fn publish(w: &World, id: &str) -> Value {
    w.post(&format!("/intent-models/{id}/publish"), &w.a.supervisor, json!({"threshold": -999.0})).await.ok(200)
}

/// The bot reads one intent of two from now on.
pub async fn engraving_is_known(w: &World) {
    taught(w).await;
    let model = train(w).await;
    publish(w, model["id"].as_str().unwrap()).await;
}

async fn train(w: &World) -> Value {
    w.post("/intent-models", &w.a.supervisor, Value::Null).await.ok(201)
}

#[tokio::test]
async fn intents_are_kept_by_supervisors_and_words_are_kept_once() {
    let w = world().await;
    w.post("/intents", &w.a.agent, json!({"name": "x"})).await.problem(403, "forbidden");
    w.post("/intents", &w.a.supervisor, json!({"name": " "})).await.problem(422, "invalid_field");
    w.post("/intents", &w.a.supervisor, json!({"name": "x", "reply": {"kind": "article", "article_id": "art_return_b"}}))
        .await
        .problem(422, "invalid_field");
    w.post("/intents", &w.a.supervisor, json!({"name": "x", "reply": {"kind": "text", "zh": " ", "en": ""}}))
        .await
        .problem(422, "invalid_field");
    let wish = json!({"name": "退货", "reply": {"kind": "article", "article_id": "art_return_a"}});
    let made = with(&w, "POST", "/intents", &w.a.supervisor, &[("idempotency-key", "k")], wish.clone()).await.ok(201);
    let again = with(&w, "POST", "/intents", &w.a.supervisor, &[("idempotency-key", "k")], wish.clone()).await;
    assert_eq!((again.ok(200)["id"].clone(), again.header("idempotent-replayed")), (made["id"].clone(), "true"));
    w.post("/intents", &w.a.supervisor, wish).await.problem(409, "already_exists");
    let id = made["id"].as_str().unwrap();
    let path = format!("/intents/{id}");
    with(&w, "PATCH", &path, &w.a.supervisor, &[], json!({"name": "y"})).await.problem(428, "precondition_required");
    let changed = with(&w, "PATCH", &path, &w.a.supervisor, &[("if-match", "\"1\"")], json!({"description": "怎么退"})).await;
    assert_eq!((changed.ok(200)["version"].clone(), changed.header("etag")), (json!(2), "\"2\""));

    let texts = json!({"texts": ["怎么 退货", " ", "send it back", "怎么 退货"]});
    let added = w.post(&format!("{path}/examples"), &w.a.supervisor, texts.clone()).await.ok(200);
    assert_eq!(added["added"].as_array().unwrap().len(), 2);
    assert_eq!(added["duplicates"], json!([{"text": "怎么 退货", "intent_id": id}]));
    assert_eq!(added["added"][1]["language"], "en");
    assert_eq!(w.post(&format!("{path}/examples"), &w.a.supervisor, texts).await.ok(200)["added"], json!([]));
    let counted = w.get(&path, &w.a.agent).await.ok(200);
    assert_eq!((counted["examples_zh"].clone(), counted["examples_en"].clone()), (json!(1), json!(1)));
    let too_many: Vec<String> = (0..1_001).map(|n| format!("line {n}")).collect();
    w.post(&format!("{path}/examples"), &w.a.supervisor, json!({"texts": too_many})).await.problem(422, "invalid_field");
    w.post(&format!("{path}/examples"), &w.a.supervisor, json!({"texts": [" "]})).await.problem(422, "invalid_field");

    let other = w.post("/intents", &w.a.supervisor, json!({"name": "换货"})).await.ok(201)["id"].as_str().unwrap().to_owned();
    let first = added["added"][0]["id"].clone();
    let moved = w.post("/intent-examples/move", &w.a.supervisor, json!({"ids": [first], "intent_id": other})).await.ok(200);
    assert_eq!(moved["count"], 1);
    assert_eq!(w.get(&format!("/intents/{other}/examples"), &w.a.agent).await.ok(200)["items"][0]["text"], "怎么 退货");
    assert_eq!(w.post("/intent-examples/delete", &w.a.supervisor, json!({"ids": [first]})).await.ok(200)["count"], 1);
    assert_eq!(w.get("/intents?q=%E9%80%80", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);

    for path in [path.clone(), format!("{path}/examples")] {
        w.get(&path, &w.b.admin).await.problem(404, "not_found");
    }
    w.post(&format!("{path}/examples"), &w.b.admin, json!({"texts": ["x"]})).await.problem(404, "not_found");
    w.post("/intent-examples/move", &w.b.admin, json!({"ids": [first], "intent_id": other})).await.problem(404, "not_found");
    with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", "\"1\"")], Value::Null).await.problem(412, "precondition_failed");
    with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
    assert_eq!(w.get("/intents", &w.b.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn a_version_is_trained_published_and_taken_back_while_customers_talk() {
    let w = world().await;
    w.post("/intent-models", &w.a.supervisor, Value::Null).await.problem(409, "nothing_to_learn");
    let (engrave, _) = taught(&w).await;
    w.post("/intent-models", &w.a.agent, Value::Null).await.problem(403, "forbidden");
    let first = train(&w).await;
    assert_eq!((first["number"].clone(), first["state"].clone()), (json!(1), json!("ready")));
    assert_eq!((first["intents"].clone(), first["examples"].clone()), (json!(2), json!(16)));
    let report = &first["report"];
    assert_eq!(report["intents"].as_array().unwrap().len(), 2);
    assert!(report["curve"].as_array().unwrap().len() > 2 && report["accuracy"].as_f64().unwrap() > 0.4, "{report}");
    assert!(w.get("/intent-models", &w.b.agent).await.ok(200)["items"].as_array().unwrap().is_empty());

    let unread = w.post("/intents/try", &w.a.agent, json!({"text": "手表背面可以刻字吗"})).await.ok(200);
    assert_eq!(unread["reading"], Value::Null, "nothing is live");
    let by_draft = json!({"text": "手表背面可以刻字吗", "model_id": first["id"]});
    let read = w.post("/intents/try", &w.a.agent, by_draft.clone()).await.ok(200);
    assert_eq!(read["reading"]["ranked"][0]["intent_id"], json!(engrave));
    assert!(!read["reading"]["words"].as_array().unwrap().is_empty());
    w.post("/intents/try", &w.b.agent, by_draft).await.problem(404, "not_found");

    let id = first["id"].as_str().unwrap().to_owned();
    w.post(&format!("/intent-models/{id}/publish"), &w.b.admin, json!({})).await.problem(404, "not_found");
    assert_eq!(publish(&w, &id).await["state"], "live");
    let tried = w.post("/intents/try", &w.a.agent, json!({"text": "手表背面可以刻字吗"})).await.ok(200);
    assert_eq!((tried["bot"]["decision"].clone(), tried["bot"]["text"].clone()), (json!("answer"), json!("可以免费刻 8 个字。")));
    let (visitor, conversation) = w.asked(&w.a, "手表背面可以刻字吗").await;
    let messages = w.get(&format!("/conversations/{conversation}/messages"), &w.a.agent).await.ok(200);
    assert_eq!(messages["items"][1]["content"]["text"], "可以免费刻 8 个字。");
    let intent = &messages["items"][0]["trace"]["intent"];
    assert_eq!((intent["model"].clone(), intent["accepted"].clone()), (json!(1), json!(true)));

    let reply = json!({"reply": {"kind": "text", "zh": "刻字要加 20 元。", "en": ""}});
    with(&w, "PATCH", &format!("/intents/{engrave}"), &w.a.supervisor, &[("if-match", "\"1\"")], reply).await.ok(200);
    let next = json!({"client_msg_id": "2", "text": "刻字要加钱吗"});
    w.post("/widget/messages", &visitor, next).await.ok(201);
    let second = train(&w).await;
    assert_eq!(second["number"], 2);
    publish(&w, second["id"].as_str().unwrap()).await;
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "3", "text": "能借一台备用机吗"})).await.ok(201);
    let messages = w.get(&format!("/conversations/{conversation}/messages"), &w.a.agent).await.ok(200);
    let said = messages["items"].as_array().unwrap();
    assert_eq!(said[3]["content"]["text"], "刻字要加 20 元。", "a reply holds at once");
    assert_eq!(said[4]["trace"]["intent"]["model"], 2);
    let view = w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200);
    assert_eq!((view["owner"]["kind"].clone(), view["handoff"]["reason"].clone()), (json!("queue"), json!("intent")));

    publish(&w, &id).await;
    let states: Vec<Value> =
        w.get("/intent-models", &w.a.agent).await.ok(200)["items"].as_array().unwrap().iter().map(|m| m["state"].clone()).collect();
    assert_eq!(states, ["retired", "live"]);
    w.post("/intent-models/unpublish", &w.a.supervisor, Value::Null).await.ok(204);
    let after = w.post("/intents/try", &w.a.agent, json!({"text": "手表背面可以刻字吗"})).await.ok(200);
    assert_eq!(after["reading"], Value::Null);
}

#[tokio::test]
async fn what_the_bot_missed_is_grouped_learned_or_set_aside() {
    let w = world().await;
    let (engrave, _) = taught(&w).await;
    for text in ["火星上能种土豆吗", "火星可以种土豆吗", "qwertyuiop asdfgh"] {
        w.asked(&w.a, text).await;
    }
    w.asked(&w.b, "火星上能种土豆吗").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let indexer = tokio::spawn(w.engine.clone().run_indexer(stop.clone()));
    let groups = loop {
        let groups = w.get("/learning-items", &w.a.agent).await.ok(200)["items"].clone();
        if groups.as_array().unwrap().len() == 2 && groups[0]["items"].as_array().unwrap().len() == 2 {
            break groups;
        }
        tokio::task::yield_now().await;
    };
    stop.cancel();
    indexer.await.unwrap();
    let ids: Vec<Value> = groups[0]["items"].as_array().unwrap().iter().map(|i| i["message_id"].clone()).collect();
    assert_eq!(groups[0]["items"][0]["reason"], "missed");
    let wish = json!({"message_ids": ids, "intent_id": engrave});
    w.post("/learning-items/learn", &w.a.agent, wish.clone()).await.problem(403, "forbidden");
    w.post("/learning-items/learn", &w.b.admin, wish.clone()).await.problem(404, "not_found");
    let learned = w.post("/learning-items/learn", &w.a.supervisor, wish).await.ok(200);
    assert_eq!(learned["added"].as_array().unwrap().len(), 2);
    assert_eq!(learned["added"][0]["source"], "learned");
    let rest = json!({"message_ids": [groups[1]["items"][0]["message_id"]]});
    assert_eq!(w.post("/learning-items/dismiss", &w.b.admin, rest.clone()).await.ok(200)["count"], 0);
    assert_eq!(w.post("/learning-items/dismiss", &w.a.supervisor, rest.clone()).await.ok(200)["count"], 1);
    assert_eq!(w.get("/learning-items", &w.a.agent).await.ok(200)["items"], json!([]));
    w.post("/learning-items/reopen", &w.a.supervisor, rest.clone()).await.ok(200);
    assert_eq!(w.get("/learning-items", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);

    let article = json!({"language": "zh-CN", "title": "键盘怎么用", "body": "按顺序按。", "answers": rest["message_ids"]});
    w.post("/articles", &w.b.supervisor, article.clone()).await.ok(201);
    assert_eq!(w.get("/learning-items", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1, "not theirs to settle");
    w.post("/articles", &w.a.supervisor, article).await.ok(201);
    assert_eq!(w.get("/learning-items", &w.a.agent).await.ok(200)["items"], json!([]), "the article answers it");
}

#[tokio::test]
async fn one_training_at_a_time() {
    let w = world().await;
    taught(&w).await;
    let answers = futures_util::future::join_all((0..4).map(|_| w.post("/intent-models", &w.a.supervisor, Value::Null))).await;
    let trained = answers.iter().filter(|a| a.status.as_u16() == 201).count();
    assert!(trained >= 1);
    for refused in answers.iter().filter(|a| a.status.as_u16() != 201) {
        refused.problem(409, "already_training");
    }
}

/// Waits for a background run, as a screen does.
async fn ended(w: &World, id: &str) -> Value {
    loop {
        let run = w.get(&format!("/workshop-runs/{id}"), &w.a.agent).await.ok(200);
        if run["state"] != "running" {
            return run;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_version_goes_from_shadow_to_canary_to_live_and_back() {
    let w = world().await;
    taught(&w).await;
    let (first, second) = (train(&w).await, train(&w).await);
    let (first, second) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    w.post("/intent-models/roll-back", &w.a.supervisor, Value::Null).await.problem(409, "nothing_before");
    publish(&w, first).await;
    let trial = format!("/intent-models/{second}/trial");
    w.post(&trial, &w.a.agent, json!({})).await.problem(403, "forbidden");
    w.post(&trial, &w.b.admin, json!({})).await.problem(404, "not_found");
    w.post(&trial, &w.a.supervisor, json!({"share_percent": 100})).await.problem(422, "invalid_field");
    w.post(&format!("/intent-models/{first}/trial"), &w.a.supervisor, json!({})).await.problem(409, "already_live");
    let shadow = w.post(&trial, &w.a.supervisor, json!({"threshold": 999.0})).await.ok(200);
    assert_eq!((shadow["state"].clone(), shadow["share_percent"].clone()), (json!("shadow"), json!(0)));
    w.asked(&w.a, "手表背面可以刻字吗").await;
    while qn_store::trial::fill_after(&w.engine.db, &w.a.tenant_id, 100).await.unwrap() {}
    let seen = w.get(&trial, &w.a.agent).await.ok(200);
    assert_eq!((seen["number"].clone(), seen["against"].clone()), (json!(2), json!(1)));
    assert_eq!(seen["tallies"], json!([{"spoke": "live", "outcome": "lost", "turns": 1, "missed": 0, "handed_over": 0}]));
    let listed = w.get(&format!("/intent-models/{second}/differences?outcome=lost"), &w.a.agent).await.ok(200);
    assert_eq!(listed["items"][0]["live"]["text"], "可以免费刻 8 个字。");
    assert_eq!(listed["items"][0]["trial"]["intent_id"], Value::Null);
    w.get(&format!("/intent-models/{second}/differences"), &w.b.agent).await.problem(404, "not_found");
    w.get(&trial, &w.b.agent).await.problem(404, "not_found");

    let canary = w.post(&trial, &w.a.supervisor, json!({"share_percent": 25})).await.ok(200);
    assert_eq!((canary["state"].clone(), canary["share_percent"].clone()), (json!("canary"), json!(25)));
    w.post("/intent-models/withdraw", &w.b.admin, Value::Null).await.ok(204);
    assert_eq!(w.get(&format!("/intent-models/{second}"), &w.a.agent).await.ok(200)["state"], "canary", "not theirs to end");
    w.post("/intent-models/withdraw", &w.a.supervisor, Value::Null).await.ok(204);
    publish(&w, second).await;
    assert_eq!(w.post("/intent-models/roll-back", &w.a.supervisor, Value::Null).await.ok(200)["number"], 1);
    let history = w.get("/intent-models/history?limit=4", &w.a.agent).await.ok(200);
    let kinds: Vec<&str> = history["items"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["rolled_back", "published", "withdrawn", "canary"]);
    assert_eq!(history["items"][0]["taken_by"], "usr_supervisor_a");
    assert_eq!(w.get("/intent-models/history", &w.b.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn a_version_is_trained_in_the_background() {
    let w = world().await;
    w.post("/workshop-runs/trainings", &w.a.supervisor, Value::Null).await.problem(409, "nothing_to_learn");
    taught(&w).await;
    w.post("/workshop-runs/trainings", &w.a.agent, Value::Null).await.problem(403, "forbidden");
    let run = w.post("/workshop-runs/trainings", &w.a.supervisor, Value::Null).await.ok(202);
    let done = ended(&w, run["id"].as_str().unwrap()).await;
    assert_eq!((done["state"].clone(), done["training"]["examples"].clone()), (json!("done"), json!(16)), "{done}");
    let kept = w.get(&format!("/intent-models/{}", done["training"]["model_id"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!((kept["number"].clone(), kept["trained_by"].clone()), (json!(1), json!("usr_supervisor_a")));
    let listed = w.get("/workshop-runs?kind=training", &w.a.agent).await.ok(200);
    assert_eq!(listed["items"][0]["id"], run["id"]);
    assert_eq!(w.get("/workshop-runs?kind=training", &w.b.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn examples_are_measured_and_past_conversations_asked_again_in_the_background() {
    let w = world().await;
    w.post("/workshop-runs/evaluations", &w.a.supervisor, json!({})).await.problem(409, "nothing_to_learn");
    let (engrave, _) = taught(&w).await;
    w.asked(&w.a, "能刻字吗").await;
    let version = train(&w).await;
    let id = version["id"].as_str().unwrap();
    w.post("/workshop-runs/evaluations", &w.a.agent, json!({})).await.problem(403, "forbidden");
    w.post("/workshop-runs/evaluations", &w.b.supervisor, json!({"model_id": id})).await.problem(409, "nothing_to_learn");
    w.post("/workshop-runs/backtests", &w.b.supervisor, json!({"model_id": id})).await.problem(404, "not_found");
    w.post("/workshop-runs/backtests", &w.a.supervisor, json!({"model_id": id, "conversations": 0})).await.problem(422, "invalid_field");
    let run = w.post("/workshop-runs/evaluations", &w.a.supervisor, json!({"model_id": id})).await.ok(202);
    let done = ended(&w, run["id"].as_str().unwrap()).await;
    assert_eq!((done["state"].clone(), done["evaluation"]["examples"].clone()), (json!("done"), json!(16)), "{done}");
    assert_eq!(done["evaluation"]["comparison"]["sides"].as_array().unwrap().len(), 1, "nothing is live to compare with");
    assert_eq!(done["evaluation"]["comparison"]["set_aside"], false);
    w.get(&format!("/workshop-runs/{}", run["id"].as_str().unwrap()), &w.b.agent).await.problem(404, "not_found");
    w.post(&format!("/workshop-runs/{}/cancel", run["id"].as_str().unwrap()), &w.b.admin, Value::Null).await.problem(404, "not_found");

    let run = w.post("/workshop-runs/backtests", &w.a.supervisor, json!({"model_id": id})).await.ok(202);
    let done = ended(&w, run["id"].as_str().unwrap()).await;
    let found = &done["backtest"];
    assert_eq!(
        (found["conversations"].clone(), found["turns"].clone(), found["against"].clone()),
        (json!(1), json!(1), json!(0)),
        "{done}"
    );
    let runs = w.get("/workshop-runs?kind=backtest", &w.a.agent).await.ok(200);
    assert_eq!((runs["items"].as_array().unwrap().len(), runs["items"][0]["backtest"].clone()), (1, Value::Null));
    assert_eq!(w.get("/workshop-runs?kind=backtest", &w.b.agent).await.ok(200)["items"], json!([]));

    w.post("/intent-examples/hold-out", &w.a.supervisor, json!({"share_percent": 90})).await.problem(422, "invalid_field");
    assert_eq!(w.post("/intent-examples/hold-out", &w.a.supervisor, json!({"share_percent": 25})).await.ok(200)["count"], 4);
    let examples = w.get(&format!("/intents/{engrave}/examples"), &w.a.agent).await.ok(200);
    let aside: Vec<&Value> = examples["items"].as_array().unwrap().iter().filter(|e| !e["test_since"].is_null()).collect();
    assert_eq!(aside.len(), 2);
    let back = json!({"ids": [aside[0]["id"]], "test": false});
    assert_eq!(w.post("/intent-examples/set-aside", &w.b.admin, back.clone()).await.ok(200)["count"], 0);
    assert_eq!(w.post("/intent-examples/set-aside", &w.a.supervisor, back).await.ok(200)["count"], 1);
    let checked = w.get("/intent-examples/check", &w.a.agent).await.ok(200);
    assert!(checked["items"].as_array().unwrap().iter().all(|f| f["kind"] != "leak"), "{checked}");
    assert_eq!(w.get("/intent-examples/check", &w.b.agent).await.ok(200)["items"], json!([]));
}
