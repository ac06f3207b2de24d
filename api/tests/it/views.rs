//! Saved views: who sees and changes them, what they show and count, and the order each person keeps.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

async fn make(w: &World, who: &str, name: &str, filter: Value, audience: Value) -> Value {
    let body = json!({"name": name, "filter": filter, "sort": "recent", "audience": audience});
    w.post("/views", who, body).await.ok(201)
}

async fn names(w: &World, who: &str) -> Vec<(String, bool)> {
    let list = w.get("/views", who).await.ok(200);
    let one = |v: &Value| (v["name"].as_str().unwrap().to_owned(), v["pinned"].as_bool().unwrap());
    list["items"].as_array().unwrap().iter().map(one).collect()
}

/// What a filter shows.
async fn shown(w: &World, who: &str, filter: Value) -> Vec<String> {
    let filter: String = filter.to_string().bytes().map(|b| format!("%{b:02X}")).collect();
    let list = w.get(&format!("/conversations?filter={filter}"), who).await.ok(200);
    list["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_seen_and_changed_by_whom_it_is_for() {
    let w = world().await;
    let (agent, other, supervisor) = (&w.a.agent, &w.a.other_agent, &w.a.supervisor);
    make(&w, agent, "我的", json!({"owners": ["me"]}), json!({"kind": "private"})).await;
    let team = make(&w, agent, "团队", json!({"team_ids": ["tea_a"]}), json!({"kind": "team", "team_id": "tea_a"})).await;
    let everyone = make(&w, supervisor, "全员", json!({}), json!({"kind": "everyone"})).await;
    let seen = |all: &[(String, bool)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(seen(&names(&w, agent).await), ["全员", "团队", "我的"]);
    assert_eq!(seen(&names(&w, other).await), ["全员", "团队"]);
    assert!(names(&w, &w.b.admin).await.is_empty());

    let share = json!({"name": "x", "filter": {}, "sort": "recent", "audience": {"kind": "everyone"}});
    w.post("/views", agent, share).await.problem(403, "forbidden");
    let nowhere = json!({"name": "x", "filter": {}, "sort": "recent", "audience": {"kind": "team", "team_id": "tea_b"}});
    w.post("/views", supervisor, nowhere).await.problem(422, "invalid_field");
    let change = async |id: &Value, who: &str, body: Value| {
        with(&w, "PATCH", &format!("/views/{}", id.as_str().unwrap()), who, &[("if-match", "\"1\"")], body).await
    };
    change(&team["id"], other, json!({"name": "改名"})).await.problem(403, "forbidden");
    change(&team["id"], agent, json!({"audience": {"kind": "everyone"}})).await.problem(403, "forbidden");
    assert_eq!(change(&team["id"], supervisor, json!({"audience": {"kind": "private"}})).await.ok(200)["audience"]["kind"], "private");
    assert_eq!(seen(&names(&w, other).await), ["全员"], "it is its maker's again");
    assert_eq!(w.get("/views", other).await.ok(200)["items"][0]["may_change"], false);
    assert_eq!(everyone["may_change"], true);
}

#[tokio::test]
async fn each_person_keeps_views_in_an_order_of_their_own() {
    let w = world().await;
    let mut ids = Vec::new();
    for name in ["甲", "乙", "丙"] {
        ids.push(make(&w, &w.a.supervisor, name, json!({}), json!({"kind": "everyone"})).await["id"].as_str().unwrap().to_owned());
    }
    let all = |names: &[(String, bool)]| names.iter().all(|(_, pinned)| *pinned);
    assert!(all(&names(&w, &w.a.agent).await), "until somebody chooses, all are kept");
    let chosen = json!({"ids": [ids[2], ids[0], ids[2], "viw_none"]});
    w.call("PUT", "/views/pinned", &w.a.agent, chosen).await.ok(200);
    let kept = |name: &str, pinned| (name.to_owned(), pinned);
    assert_eq!(names(&w, &w.a.agent).await, [kept("丙", true), kept("甲", true), kept("乙", false)]);
    assert!(all(&names(&w, &w.a.other_agent).await));
    let counted = w.get("/views/counts", &w.a.agent).await.ok(200);
    let counted: Vec<_> = counted["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(counted, ["with_me", &ids[2], &ids[0]]);
    make(&w, &w.a.agent, "丁", json!({}), json!({"kind": "private"})).await;
    assert!(names(&w, &w.a.agent).await.contains(&kept("丁", true)), "what one makes is kept");
}

#[tokio::test]
async fn a_filter_means_the_same_in_lists_and_counts() {
    let w = world().await;
    let (visitor, mine) = w.asked(&w.a, "我要退货").await;
    let (_, bots) = w.asked(&w.a, "在吗").await;
    w.post("/widget/attributes", &visitor, json!({"attributes": {"tier": "Gold"}})).await.ok(204);
    w.post("/widget/handoff", &visitor, json!({"client_msg_id": "person"})).await.ok(201);
    w.post(&format!("/conversations/{mine}/claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&format!("/conversations/{mine}/labels"), &w.a.agent, json!({"labels": ["投诉", "加急"]})).await.ok(200);
    let both = {
        let mut both = vec![mine.clone(), bots.clone()];
        both.sort();
        both
    };
    for (filter, wanted) in [
        (json!({}), both.clone()),
        (json!({"owners": ["me"]}), vec![mine.clone()]),
        (json!({"owners": ["me", "bot"]}), both.clone()),
        (json!({"owners": ["bot"], "agent_ids": ["usr_agent_a"]}), both.clone()),
        (json!({"owners": ["queue"]}), vec![]),
        (json!({"team_ids": ["tea_a"]}), vec![mine.clone()]),
        (json!({"inbox_ids": ["inb_web_a"], "channels": ["web"], "languages": ["zh-CN", "en"]}), both.clone()),
        (json!({"channels": ["email"]}), vec![]),
        (json!({"tiers": ["GOLD"]}), vec![mine.clone()]),
        (json!({"labels_any": ["没有", "加急"]}), vec![mine.clone()]),
        (json!({"labels_all": ["投诉", "加急"]}), vec![mine.clone()]),
        (json!({"labels_all": ["投诉", "没有"]}), vec![]),
        (json!({"statuses": ["resolved"]}), vec![]),
        (json!({"waiting_minutes": 5}), vec![]),
        (json!({"sla": "breached"}), vec![]),
        (json!({"moods": ["anger"]}), vec![]),
    ] {
        let mut found = shown(&w, &w.a.agent, filter.clone()).await;
        found.sort();
        assert_eq!(found, wanted, "{filter}");
        let made = make(&w, &w.a.agent, "数", filter.clone(), json!({"kind": "private"})).await;
        let counts = w.get("/views/counts", &w.a.agent).await.ok(200);
        let count = counts["items"].as_array().unwrap().iter().find(|c| c["id"] == made["id"]).unwrap()["count"].clone();
        let nothing_to_count = filter["statuses"] == json!(["resolved"]);
        assert_eq!(count, if nothing_to_count { Value::Null } else { json!(wanted.len()) }, "{filter}");
    }
    assert!(shown(&w, &w.b.agent, json!({})).await.is_empty());
    assert!(shown(&w, &w.a.other_agent, json!({"owners": ["me"]})).await.is_empty());
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "second", "text": "还在吗"})).await.ok(201);
    w.advance(6 * 60_000);
    assert_eq!(shown(&w, &w.a.agent, json!({"waiting_minutes": 5})).await, [mine], "nobody has answered");
    for wrong in ["{\"nonsense\":1}", "{\"waiting_minutes\":0}", "not json"] {
        let wrong: String = wrong.bytes().map(|b| format!("%{b:02X}")).collect();
        assert!(w.get(&format!("/conversations?filter={wrong}"), &w.a.agent).await.status.is_client_error());
    }
}
