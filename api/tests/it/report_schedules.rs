//! Reports by mail over the API: who may get one, when it is due, that a period is sent once, and that failures end it with their reason.

use crate::settings::with;
use crate::world::{World, world};
use qn_base::clock::{DAY_MS, HOUR_MS};
use qn_domain::{ChannelKind, EffectKind, Inbox};
use serde_json::{Value, json};

/// A company with a mailbox whose way out is nowhere we may go.
async fn mailbox() -> World {
    let w = world().await;
    let web = qn_store::inbox::get(&w.engine.db, &w.a.tenant_id, &"inb_web_a".into()).await.unwrap();
    let settings = json!({"address": "help@a.example", "smtp_host": "127.0.0.1", "imap_host": "127.0.0.1", "password": "x"});
    let mail = Inbox { id: "inb_mail_a".into(), key: "mail-a".into(), channel: ChannelKind::Email, channel_settings: settings, ..web };
    qn_store::inbox::insert(&w.engine.db, &mail).await.unwrap();
    w.engine.reload_settings(&w.a.tenant_id);
    // Noon in Shanghai, so that no day ends during a test.
    let into_the_day = (w.engine.now() + 8 * HOUR_MS) % DAY_MS;
    w.advance((36 * HOUR_MS - into_the_day) % DAY_MS);
    w
}

fn letter() -> Value {
    json!({"name": "日报", "inbox_id": "inb_mail_a", "range": "day", "by": "agent", "recipient_ids": ["usr_supervisor_a", "usr_admin_a"],
        "minute": 540, "language": "zh-CN", "active": true})
}

async fn made(w: &World) -> Value {
    w.post("/report-schedules", &w.a.supervisor, letter()).await.ok(201)
}

/// Keys of the letters that wait.
async fn waiting(w: &World) -> Vec<String> {
    let all = w.get("/effects?state=pending", &w.a.admin).await.ok(200);
    let letters = all["items"].as_array().unwrap().iter().filter(|e| e["kind"] == EffectKind::ReportMail.as_str());
    letters.map(|e| e["key"].as_str().unwrap().to_owned()).collect()
}

async fn seen(w: &World) -> Value {
    w.get("/report-schedules", &w.a.supervisor).await.ok(200)["items"][0].clone()
}

#[tokio::test]
async fn only_those_who_may_read_reports_get_one() {
    let w = mailbox().await;
    w.post("/report-schedules", &w.a.agent, letter()).await.problem(403, "forbidden");
    let refused = async |field: &str, value: Value| {
        let mut body = letter();
        body[field] = value;
        let problem = w.post("/report-schedules", &w.a.supervisor, body).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], field);
    };
    refused("recipient_ids", json!(["usr_agent_a"])).await;
    refused("recipient_ids", json!(["usr_supervisor_b"])).await;
    refused("recipient_ids", json!([])).await;
    refused("inbox_id", json!("inb_web_a")).await;
    refused("only_team_id", json!("tea_b")).await;
    refused("minute", json!(1440)).await;
    refused("day", json!(0)).await;
    let made = made(&w).await;
    assert_eq!(w.get("/report-schedules", &w.b.supervisor).await.ok(200)["items"], json!([]));
    let path = format!("/report-schedules/{}", made["id"].as_str().unwrap());
    w.post(&format!("{path}/send"), &w.b.supervisor, Value::Null).await.problem(404, "not_found");
    with(&w, "DELETE", &path, &w.a.supervisor, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
}

#[tokio::test]
async fn a_period_is_owed_once_and_a_time_away_owes_one() {
    let w = mailbox().await;
    let schedule = made(&w).await;
    let due = schedule["next_at"].as_i64().unwrap();
    assert_eq!(due - w.engine.now() / HOUR_MS * HOUR_MS, 21 * HOUR_MS, "it is noon; nine o'clock is tomorrow");
    assert_eq!(w.engine.go_round().await.unwrap(), Some(due));
    assert!(waiting(&w).await.is_empty());
    w.advance(3 * DAY_MS);
    let next = w.engine.go_round().await.unwrap().unwrap();
    let mut owed = waiting(&w).await;
    owed.sort_unstable();
    let (id, yesterday) = (schedule["id"].as_str().unwrap(), (w.engine.now() + 8 * HOUR_MS) / DAY_MS * DAY_MS - 8 * HOUR_MS - DAY_MS);
    let expected = ["usr_admin_a", "usr_supervisor_a"].map(|user| format!("report:{id}:{yesterday}:{user}"));
    assert_eq!(owed, expected, "one letter for each reader, of the last day alone");
    assert!(next > w.engine.now());
    w.engine.go_round().await.unwrap();
    assert_eq!(waiting(&w).await.len(), 2, "nothing twice");
    let send = format!("/report-schedules/{id}/send");
    for _ in 0..2 {
        with(&w, "POST", &send, &w.a.supervisor, &[("idempotency-key", "once")], Value::Null).await.ok(204);
    }
    assert_eq!(waiting(&w).await.len(), 4, "beside it, once for a key");
}

#[tokio::test]
async fn it_pauses_after_failures_with_the_reason_and_starts_anew_when_saved() {
    let w = mailbox().await;
    // One reader, so that a period is over with its one letter.
    let mut alone = letter();
    alone["recipient_ids"] = json!(["usr_admin_a"]);
    let schedule = w.post("/report-schedules", &w.a.supervisor, alone).await.ok(201);
    let stop = tokio_util::sync::CancellationToken::new();
    let outbox = tokio::spawn(w.engine.clone().run_outbox(stop.clone()));
    for day in 1..=3 {
        w.advance(DAY_MS);
        w.engine.go_round().await.unwrap();
        while seen(&w).await["failures"] != day {
            tokio::task::yield_now().await;
        }
    }
    let paused = seen(&w).await;
    assert_eq!((paused["letter"]["active"].as_bool(), paused["sent_at"].clone()), (Some(false), Value::Null));
    assert!(!paused["error"].as_str().unwrap().is_empty(), "{paused}");
    w.advance(DAY_MS);
    assert_eq!(w.engine.go_round().await.unwrap(), None, "nothing is owed while it is paused");
    let path = format!("/report-schedules/{}", schedule["id"].as_str().unwrap());
    let version = format!("\"{}\"", paused["version"]);
    let again = with(&w, "PUT", &path, &w.a.supervisor, &[("if-match", &version)], letter()).await.ok(200);
    assert_eq!((again["failures"].as_i64(), again["letter"]["active"].as_bool()), (Some(0), Some(true)));
    assert!(again["next_at"].as_i64().unwrap() > w.engine.now());
    stop.cancel();
    outbox.await.unwrap();
}
