//! Quality of conversations over the API: forms in versions, conversations drawn by plan, scored by others, answered once, counted in reports.

use crate::settings::with;
use crate::world::{Answer, World, world};
use qn_base::clock::{DAY_MS, HOUR_MS};
use serde_json::{Value, json};

/// A world where it is noon, so that no day ends during a test.
async fn noon() -> World {
    let w = world().await;
    let into_the_day = (w.engine.now() + 8 * HOUR_MS) % DAY_MS;
    w.advance((36 * HOUR_MS - into_the_day) % DAY_MS);
    w
}

fn form(name: &str) -> Value {
    let yes_no = |key: &str, fatal: bool| json!({"key": key, "zh": key, "en": key, "kind": "yes_no", "weight": 1, "fatal": fatal});
    json!({"zh": name, "en": name, "sections": [{"zh": "服务", "en": "Service", "criteria": [
        yes_no("privacy", true),
        {"key": "tone", "zh": "语气", "en": "Tone", "kind": "scale", "weight": 3, "optional": true},
    ]}]})
}

fn rule(card: &str) -> Value {
    json!({"name": "每日", "scorecard_id": card, "every": "day", "per_agent": 2, "first": "random", "resolved_only": true,
        "messages_min": 1, "active": true})
}

/// A conversation that an agent handled to its end.
async fn handled(w: &World, agent: &str) -> String {
    let (_, id) = w.asked(&w.a, "转人工").await;
    w.post(&format!("/conversations/{id}/claim"), agent, Value::Null).await.ok(200);
    let said = json!({"client_msg_id": "1", "text": "您好，我来处理"});
    w.post(&format!("/conversations/{id}/messages"), agent, said).await.ok(201);
    w.post(&format!("/conversations/{id}/resolve"), agent, Value::Null).await.ok(200);
    id
}

/// Waits until reports have read the end of so many conversations.
async fn told(w: &World, resolved: i64) {
    let stop = tokio_util::sync::CancellationToken::new();
    let indexer = tokio::spawn(w.engine.clone().run_indexer(stop.clone()));
    while w.get("/reports", &w.a.supervisor).await.ok(200)["total"]["resolved"] != resolved {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    indexer.await.unwrap();
}

async fn put(w: &World, path: &str, token: &str, version: &Value, body: Value) -> Answer {
    with(w, "PUT", path, token, &[("if-match", &format!("\"{version}\""))], body).await
}

async fn post(w: &World, path: &str, token: &str, version: &Value, body: Value) -> Answer {
    with(w, "POST", path, token, &[("if-match", &format!("\"{version}\""))], body).await
}

fn answers(privacy: &str, tone: &str) -> Value {
    json!({"privacy": {"value": privacy}, "tone": {"value": tone, "note": "见第三句"}})
}

/// A form, a plan, and what it drew of today.
async fn drawn(w: &World, wanted: i64) -> Vec<Value> {
    let card = w.post("/scorecards", &w.a.supervisor, form("通用")).await.ok(201);
    let plan = w.post("/review-plans", &w.a.supervisor, rule(card["id"].as_str().unwrap())).await.ok(201);
    let path = format!("/review-plans/{}/draw", plan["id"].as_str().unwrap());
    assert_eq!(w.post(&path, &w.a.supervisor, json!({"period": "running"})).await.ok(200)["drawn"], wanted);
    assert_eq!(w.post(&path, &w.a.supervisor, json!({"period": "running"})).await.ok(200)["drawn"], 0, "everybody has their number");
    let open = w.get("/reviews?state=open", &w.a.admin).await.ok(200);
    open["items"].as_array().unwrap().clone()
}

fn id(review: &Value) -> String {
    format!("/reviews/{}", review["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_form_is_never_rewritten() {
    let w = noon().await;
    w.post("/scorecards", &w.a.agent, form("甲")).await.problem(403, "forbidden");
    w.post("/scorecards", &w.a.supervisor, json!({"zh": "空", "en": "x", "sections": []})).await.problem(422, "invalid_field");
    let card = w.post("/scorecards", &w.a.supervisor, form("甲")).await.ok(201);
    let path = format!("/scorecards/{}", card["id"].as_str().unwrap());
    let changed = put(&w, &path, &w.a.supervisor, &json!(1), form("乙")).await.ok(200);
    assert_eq!((changed["version"].as_i64(), changed["form"]["zh"].as_str()), (Some(2), Some("乙")));
    put(&w, &path, &w.a.supervisor, &json!(1), form("丙")).await.problem(412, "precondition_failed");
    assert_eq!(put(&w, &path, &w.a.supervisor, &json!(2), form("乙")).await.ok(200)["version"], 2, "nothing changed, no version");
    put(&w, &path, &w.b.supervisor, &json!(2), form("丙")).await.problem(404, "not_found");
    let plan = w.post("/review-plans", &w.a.supervisor, rule(card["id"].as_str().unwrap())).await.ok(201);
    let away =
        async |version: i64| with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", &format!("\"{version}\""))], Value::Null).await;
    away(2).await.problem(409, "in_use");
    let plan_path = format!("/review-plans/{}", plan["id"].as_str().unwrap());
    with(&w, "DELETE", &plan_path, &w.a.supervisor, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    away(2).await.ok(204);
    assert_eq!(w.get("/scorecards", &w.a.supervisor).await.ok(200)["items"], json!([]));
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200);
    let kinds: Vec<&str> = kept["items"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["change_scorecard", "change_review_plan", "change_review_plan", "change_scorecard", "change_scorecard"]);
}

#[tokio::test]
async fn a_plan_names_only_what_is_there() {
    let w = noon().await;
    let card = w.post("/scorecards", &w.a.supervisor, form("甲")).await.ok(201);
    let card = card["id"].as_str().unwrap();
    let refused = async |field: &str, value: Value| {
        let mut body = rule(card);
        body[field] = value;
        let problem = w.post("/review-plans", &w.a.supervisor, body).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], field);
    };
    refused("scorecard_id", json!("scd_none")).await;
    refused("per_agent", json!(0)).await;
    refused("inbox_ids", json!(["inb_web_b"])).await;
    refused("team_ids", json!(["tea_b"])).await;
    refused("reviewer_ids", json!(["usr_agent_a"])).await;
    w.post("/review-plans", &w.a.agent, rule(card)).await.problem(403, "forbidden");
}

#[tokio::test]
async fn what_is_drawn_is_scored_shown_answered_and_settled() {
    let w = noon().await;
    for _ in 0..3 {
        handled(&w, &w.a.agent).await;
    }
    handled(&w, &w.a.other_agent).await;
    told(&w, 4).await;
    let open = drawn(&w, 3).await;
    let of_agent: Vec<&Value> = open.iter().filter(|r| r["agent_id"] == "usr_agent_a").collect();
    assert_eq!((open.len(), of_agent.len()), (3, 2), "two of one agent, the only one of the other");
    let path = id(of_agent[0]);
    let reviewer = if of_agent[0]["reviewer_id"] == "usr_admin_a" { &w.a.admin } else { &w.a.supervisor };

    w.get(&path, &w.a.agent).await.problem(404, "not_found");
    w.get(&path, &w.b.admin).await.problem(404, "not_found");
    assert_eq!(w.get("/reviews", &w.a.agent).await.ok(200)["items"], json!([]), "agents see what is submitted");
    put(&w, &path, &w.a.agent, &json!(1), json!({"form_version": 1, "answers": {}})).await.problem(403, "forbidden");
    let draft = json!({"form_version": 1, "answers": {"tone": {"value": "4"}}});
    let draft = put(&w, &path, reviewer, &json!(1), draft).await.ok(200);
    assert_eq!((draft["review"]["state"].as_str(), draft["review"]["score_x100"].clone()), (Some("open"), Value::Null));
    let early = json!({"form_version": 1, "answers": {"tone": {"value": "4"}}, "submit": true});
    let early = put(&w, &path, reviewer, &json!(2), early).await.problem(422, "invalid_field");
    assert_eq!(early["errors"][0]["field"], "answers.privacy");
    let unknown = json!({"form_version": 1, "answers": {"other": {"value": "1"}}});
    put(&w, &path, reviewer, &json!(2), unknown).await.problem(422, "invalid_field");
    let full = json!({"form_version": 1, "answers": answers("yes", "2"), "note": "总体不错", "submit": true});
    let scored = put(&w, &path, reviewer, &json!(2), full.clone()).await.ok(200);
    assert_eq!(
        (scored["review"]["score_x100"].as_i64(), scored["review"]["fatal"].as_bool()),
        (Some(4_375), Some(false)),
        "(100 + 3 × 25) / 4"
    );
    put(&w, &path, reviewer, &scored["review"]["version"], full).await.problem(422, "invalid_field");

    let seen = w.get("/reviews", &w.a.agent).await.ok(200);
    assert_eq!((seen["items"].as_array().unwrap().len(), seen["items"][0]["score_x100"].as_i64()), (1, Some(4_375)));
    assert_eq!(w.get(&path, &w.a.agent).await.ok(200)["review"]["answers"]["tone"]["note"], "见第三句");
    w.get(&path, &w.a.other_agent).await.problem(404, "not_found");
    assert_eq!(w.get("/reviews?agent=usr_agent_a", &w.a.other_agent).await.ok(200)["items"], json!([]), "nobody else's");
    post(&w, &format!("{path}/appeal"), &w.a.other_agent, &json!(3), json!({"text": "x"})).await.problem(403, "not_yours");
    post(&w, &format!("{path}/settle"), reviewer, &json!(3), json!({"text": "x"})).await.problem(422, "invalid_field");
    post(&w, &format!("{path}/appeal"), &w.a.agent, &json!(3), json!({"text": "客户先骂人"})).await.ok(200);
    post(&w, &format!("{path}/appeal"), &w.a.agent, &json!(4), json!({"text": "还有"})).await.problem(422, "invalid_field");
    let settled = json!({"text": "有道理", "answers": answers("yes", "4")});
    let settled = post(&w, &format!("{path}/settle"), reviewer, &json!(4), settled).await.ok(200);
    let review = &settled["review"];
    assert_eq!((review["score_x100"].as_i64(), review["first_score_x100"].as_i64()), (Some(8_125), Some(4_375)));
    assert_eq!((review["state"].as_str(), review["settlement"].as_str()), (Some("settled"), Some("有道理")));

    let fatal = json!({"form_version": 1, "answers": answers("no", "5"), "submit": true});
    put(&w, &id(of_agent[1]), &w.a.admin, &json!(1), fatal).await.ok(200);
    let report = w.get("/reports?by=agent&agent=usr_agent_a", &w.a.supervisor).await.ok(200);
    let figures = &report["groups"][0]["figures"];
    assert_eq!((figures["reviewed"].as_i64(), figures["quality_mean_x100"].as_i64()), (Some(2), Some(4_063)), "of 81.25 and 0");
    assert_eq!(figures["fatal"], json!({"part": 1, "of": 2}));
    let behind = w.get("/reports/conversations?agent=usr_agent_a", &w.a.supervisor).await.ok(200);
    let scores: Vec<i64> = behind["items"].as_array().unwrap().iter().filter_map(|e| e["quality_x100"].as_i64()).collect();
    assert_eq!(scores.iter().sum::<i64>(), 8_125);
    assert!(w.get("/reports/table.csv?by=week", &w.a.supervisor).await.text.contains(",40.63,50.0,2,"), "as the report says");
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200);
    let kinds: Vec<&str> = kept["items"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..3], ["review", "settle_review", "review"]);
    assert_eq!((kept["items"][1]["user_id"].as_str(), kept["items"][1]["text"].as_str()), (Some("usr_agent_a"), Some("81.25")));
}

#[tokio::test]
async fn nobody_scores_their_own_work() {
    let w = noon().await;
    handled(&w, &w.a.supervisor).await;
    told(&w, 1).await;
    let open = drawn(&w, 1).await;
    assert_eq!(open[0]["reviewer_id"], "usr_admin_a", "the other one who may");
    w.get(&id(&open[0]), &w.a.supervisor).await.problem(404, "not_found");
    assert_eq!(w.get("/reviews?state=open", &w.a.supervisor).await.ok(200)["items"], json!([]));
    let full = json!({"form_version": 1, "answers": answers("yes", "na"), "submit": true});
    put(&w, &id(&open[0]), &w.a.supervisor, &json!(1), full.clone()).await.problem(403, "not_yours");
    assert_eq!(put(&w, &id(&open[0]), &w.a.admin, &json!(1), full).await.ok(200)["review"]["score_x100"], 10_000);
    assert_eq!(w.get("/reviews", &w.a.supervisor).await.ok(200)["items"].as_array().unwrap().len(), 1, "theirs once submitted");
}

#[tokio::test]
async fn a_plan_draws_by_itself_when_its_day_is_over_and_begun_reviews_keep_their_form() {
    let w = noon().await;
    handled(&w, &w.a.agent).await;
    handled(&w, &w.a.agent).await;
    told(&w, 2).await;
    let card = w.post("/scorecards", &w.a.supervisor, form("甲")).await.ok(201);
    let path = format!("/scorecards/{}", card["id"].as_str().unwrap());
    w.post("/review-plans", &w.a.supervisor, rule(card["id"].as_str().unwrap())).await.ok(201);
    let next = w.engine.go_round().await.unwrap().unwrap();
    assert!(next > w.engine.now() && next <= w.engine.now() + DAY_MS);
    let open = async || w.get("/reviews?state=open", &w.a.admin).await.ok(200)["items"].as_array().unwrap().clone();
    assert!(open().await.is_empty(), "the day is not over");
    w.advance(2 * DAY_MS);
    let next = w.engine.go_round().await.unwrap().unwrap();
    let reviews = open().await;
    assert_eq!((reviews.len(), next > w.engine.now()), (2, true), "once, though two days passed");
    w.engine.go_round().await.unwrap();
    assert_eq!(open().await.len(), 2);
    let draft = json!({"form_version": 1, "answers": {"tone": {"value": "4"}}});
    put(&w, &id(&reviews[0]), &w.a.admin, &json!(1), draft).await.ok(200);
    put(&w, &path, &w.a.supervisor, &json!(1), form("乙")).await.ok(200);
    let version = async |n: usize| w.get(&id(&reviews[n]), &w.a.admin).await.ok(200)["form_version"].as_i64();
    assert_eq!((version(0).await, version(1).await), (Some(1), Some(2)));
}

#[tokio::test]
async fn a_conversation_is_sent_to_review_by_hand_once() {
    let w = noon().await;
    let talked = handled(&w, &w.a.agent).await;
    told(&w, 1).await;
    let (_, with_bot) = w.asked(&w.a, "怎么退货").await;
    let card = w.post("/scorecards", &w.a.supervisor, form("通用")).await.ok(201);
    let wish = |conversation: &str, reviewer: Value| json!({"conversation_id": conversation, "scorecard_id": card["id"], "reviewer_id": reviewer, "why": "客户投诉"});
    let refused = async |body: Value, field: &str| {
        let problem = w.post("/reviews", &w.a.supervisor, body).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], field);
    };
    w.post("/reviews", &w.a.agent, wish(&talked, Value::Null)).await.problem(403, "forbidden");
    refused(wish("cnv_none", Value::Null), "conversation_id").await;
    refused(wish(&with_bot, Value::Null), "conversation_id").await;
    refused(wish(&talked, json!("usr_agent_a")), "reviewer_id").await;
    refused(json!({"conversation_id": talked, "scorecard_id": "scd_none"}), "scorecard_id").await;
    let asked = w.post("/reviews", &w.a.supervisor, wish(&talked, json!("usr_admin_a"))).await.ok(201);
    assert_eq!(
        (asked["agent_id"].as_str(), asked["asked_by"].as_str(), asked["asked_why"].as_str()),
        (Some("usr_agent_a"), Some("usr_supervisor_a"), Some("客户投诉"))
    );
    refused(wish(&talked, Value::Null), "conversation_id").await;
    let of = w.get(&format!("/reviews?conversation={talked}"), &w.a.supervisor).await.ok(200);
    assert_eq!(of["items"][0]["id"], asked["id"]);
    assert_eq!(w.get("/reviews?state=open&reviewer=me", &w.a.admin).await.ok(200)["items"].as_array().unwrap().len(), 1);
    let plan = w.post("/review-plans", &w.a.supervisor, rule(card["id"].as_str().unwrap())).await.ok(201);
    let draw = format!("/review-plans/{}/draw", plan["id"].as_str().unwrap());
    assert_eq!(w.post(&draw, &w.a.supervisor, json!({"period": "running"})).await.ok(200)["drawn"], 0, "it is in review already");
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200);
    assert_eq!((kept["items"][1]["kind"].as_str(), kept["items"][1]["text"].as_str()), (Some("ask_review"), Some("客户投诉")));
}

#[tokio::test]
async fn what_is_passed_over_is_replaced_hidden_from_the_agent_and_may_be_taken_up() {
    let w = noon().await;
    for _ in 0..3 {
        handled(&w, &w.a.agent).await;
    }
    told(&w, 3).await;
    let open = drawn(&w, 2).await;
    let path = id(&open[0]);
    let skip = format!("{path}/skip");
    post(&w, &skip, &w.a.admin, &json!(1), json!({"reason": " "})).await.problem(422, "invalid_field");
    post(&w, &skip, &w.a.agent, &json!(1), json!({"reason": "x"})).await.problem(403, "forbidden");
    let skipped = post(&w, &skip, &w.a.admin, &json!(1), json!({"reason": "测试会话"})).await.ok(200);
    assert_eq!((skipped["review"]["state"].as_str(), skipped["review"]["skip_reason"].as_str()), (Some("skipped"), Some("测试会话")));
    post(&w, &skip, &w.a.admin, &json!(2), json!({"reason": "再来"})).await.problem(422, "invalid_field");
    w.get(&path, &w.a.agent).await.problem(404, "not_found");
    assert_eq!(w.get("/reviews", &w.a.agent).await.ok(200)["items"], json!([]), "nothing for the agent to see");
    assert_eq!(w.get("/reviews?done=true", &w.a.admin).await.ok(200)["items"], json!([]), "no result");
    assert_eq!(w.get("/reviews?state=skipped", &w.a.admin).await.ok(200)["items"].as_array().unwrap().len(), 1);
    let plans = w.get("/review-plans", &w.a.supervisor).await.ok(200);
    let draw = format!("/review-plans/{}/draw", plans["items"][0]["id"].as_str().unwrap());
    assert_eq!(w.post(&draw, &w.a.supervisor, json!({"period": "running"})).await.ok(200)["drawn"], 1, "another in its place");
    let back = post(&w, &format!("{path}/take-up"), &w.a.admin, &json!(2), Value::Null).await.ok(200);
    assert_eq!((back["review"]["state"].as_str(), back["review"]["skip_reason"].clone()), (Some("open"), Value::Null));
    post(&w, &skip, &w.a.admin, &json!(3), json!({"reason": "内容太少"})).await.ok(200);
    let again = json!({"conversation_id": open[0]["conversation_id"], "scorecard_id": open[0]["scorecard_id"]});
    let again = w.post("/reviews", &w.a.supervisor, again).await.ok(201);
    assert_eq!((again["id"].clone(), again["state"].as_str()), (open[0]["id"].clone(), Some("open")), "sent again, the same one");
}
