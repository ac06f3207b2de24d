//! How evenly work fell on people, counted again from the conversations and the states that were written down.

use crate::recount::{MINUTE, read_up};
use crate::world::world;
use qn_domain::presence::{PresenceChange, PresenceState};
use serde_json::{Value, json};

#[tokio::test]
async fn the_published_figure_follows_from_conversations_and_time_online() {
    let w = world().await;
    let a = &w.a;
    let from = w.engine.now();
    let state = async |user: &str, state: PresenceState| {
        let user_id = user.into();
        let change = PresenceChange { tenant_id: a.tenant_id.clone(), user_id, state, reason: None, caused_by: None, at: w.engine.now() };
        assert!(qn_store::presence::append(&w.engine.db, &change).await.unwrap());
    };
    state("usr_agent_a", PresenceState::Online).await;
    state("usr_other_a", PresenceState::Online).await;
    state("usr_admin_a", PresenceState::Busy).await;
    let serve = async |who: &str, count: usize| {
        for _ in 0..count {
            let (_, id) = w.asked(a, "转人工").await;
            w.post(&format!("/conversations/{id}/claim"), who, Value::Null).await.ok(200);
            w.post(&format!("/conversations/{id}/resolve"), who, Value::Null).await.ok(200);
        }
    };
    serve(&a.agent, 3).await;
    serve(&a.other_agent, 2).await;
    w.asked(a, "我要退货").await;
    // One hour for the first, two for the second: three an hour and one. Being busy is not being there for work.
    w.advance(60 * MINUTE);
    state("usr_agent_a", PresenceState::Offline).await;
    w.advance(60 * MINUTE);
    read_up(&w).await;
    let to = w.engine.now();
    let path = format!("/reports/fairness?from={from}&to={to}");
    let table = format!("/reports/fairness.csv?from={from}&to={to}");
    w.get(&path, &a.agent).await.problem(403, "forbidden");
    w.get(&table, &a.agent).await.problem(403, "forbidden");
    let told = w.get(&path, &a.supervisor).await.ok(200);
    let (everybody, team) = (&told["items"][0], &told["items"][1]);
    assert_eq!((everybody["team_id"].clone(), team["team_id"].as_str()), (Value::Null, Some("tea_a")));
    assert_eq!(team["name"], "售后");
    for seen in [everybody, team] {
        let people: Vec<(&str, i64, i64)> = seen["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p["user_id"].as_str().unwrap(), p["handled"].as_i64().unwrap(), p["online_ms"].as_i64().unwrap() / MINUTE))
            .collect();
        assert_eq!(people, [("usr_agent_a", 3, 60), ("usr_other_a", 2, 120)], "{seen}");
        // Rates of 3 and 1: (3 − 1) / (2 · (3 + 1)) = 0.25.
        assert_eq!(seen["gini_x1000"], 250, "{seen}");
    }
    let table = w.get(&table, &a.supervisor).await;
    assert_eq!((table.status.as_u16(), table.header("content-type")), (200, "text/csv; charset=utf-8"));
    let rows: Vec<Vec<&str>> = table.text.lines().map(|line| line.split(',').collect()).collect();
    assert!(table.text.starts_with("\u{feff}") && rows[0].len() == 6 && rows.len() >= 5, "{}", table.text);
    for (first, part) in
        [(1, ["0.250", "3", "3.00"]), (2, ["0.250", "2", "1.00"]), (3, ["0.250", "3", "3.00"]), (4, ["0.250", "2", "1.00"])]
    {
        assert_eq!([1, 3, 5].map(|column| rows[first][column]), part, "{}", table.text);
    }
    let minutes = |row: usize| rows[row][4].parse::<f64>().unwrap() as i64 / 60;
    assert_eq!([1, 2, 3, 4].map(minutes), [60, 120, 60, 120], "{}", table.text);
    assert_eq!(rows[3][0], "售后");
    let report = w.get(&format!("/reports?by=agent&from={from}&to={to}"), &a.supervisor).await.ok(200);
    let by_agent =
        |id: &str| report["groups"].as_array().unwrap().iter().find(|g| g["key"] == id).unwrap()["figures"]["conversations"].clone();
    assert_eq!((by_agent("usr_agent_a"), by_agent("usr_other_a")), (json!(3), json!(2)), "the same stretches as by agent");
    w.get(&format!("/reports/fairness?from=0&to={to}"), &a.supervisor).await.problem(422, "invalid_field");
    let theirs = w.get(&path, &w.b.supervisor).await.ok(200);
    assert_eq!((theirs["items"][0]["gini_x1000"].clone(), theirs["items"][0]["people"].clone()), (Value::Null, json!([])));
}
