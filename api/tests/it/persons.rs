//! Two contacts of one person as agents see them: suggested by what both typed, linked, read together, taken back; within the company.

use crate::world::{World, world};
use serde_json::{Value, json};

/// A visitor who wrote and typed their phone: the contact's id and the conversation's.
async fn visitor(w: &World, text: &str, name: &str) -> (String, String) {
    let (token, conversation) = w.asked(&w.a, text).await;
    w.post("/widget/attributes", &token, json!({"attributes": {}, "name": name, "phone": "139 1086 2253"})).await;
    let contact = w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200)["contact"]["id"].as_str().unwrap().to_owned();
    (contact, conversation)
}

#[tokio::test]
async fn a_claimed_phone_suggests_and_an_agent_links_and_unlinks() {
    let w = world().await;
    let (one, first) = visitor(&w, "我要退货", "王小明").await;
    let (other, second) = visitor(&w, "我的退货到哪了", "Wang Xiaoming").await;
    let person = async |id: &str| w.get(&format!("/contacts/{id}/person"), &w.a.agent).await.ok(200);
    let conversations = async |id: &str| {
        let all = w.get(&format!("/contacts/{id}/conversations?linked=true"), &w.a.agent).await.ok(200);
        all["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = person(&one).await;
    let suggestion = &before["suggestions"][0];
    assert_eq!((before["contacts"].as_array().unwrap().len(), suggestion["contact"]["id"].as_str()), (1, Some(other.as_str())));
    assert!(suggestion["probability"].as_f64().unwrap() > 0.9, "{suggestion}");
    let fields: Vec<&str> = suggestion["weights"].as_array().unwrap().iter().map(|x| x["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "phone"]);
    assert_eq!(conversations(&one).await, std::slice::from_ref(&first));

    let link = w.post(&format!("/contacts/{one}/links"), &w.a.agent, json!({"contact_id": other})).await.ok(201);
    assert_eq!(
        (link["grade"].as_str(), link["reason"].as_str(), link["state"].as_str()),
        (Some("claimed"), Some("agent"), Some("standing"))
    );
    let joined = person(&other).await;
    assert_eq!((joined["contacts"].as_array().unwrap().len(), joined["suggestions"].as_array().unwrap().len()), (2, 0));
    assert_eq!(conversations(&one).await.len(), 2);
    assert!(conversations(&one).await.contains(&second));
    w.post(&format!("/contacts/{other}/links"), &w.a.agent, json!({"contact_id": one})).await.problem(409, "already_done");

    let path = format!("/contact-links/{}/undo", link["id"].as_str().unwrap());
    for _ in 0..2 {
        let undone = w.post(&path, &w.a.agent, Value::Null).await.ok(200);
        assert_eq!(undone["state"], "undone");
    }
    let after = person(&one).await;
    assert_eq!((after["contacts"].as_array().unwrap().len(), after["suggestions"].as_array().unwrap().len()), (1, 0));
    assert_eq!(after["links"].as_array().unwrap().len(), 1, "it stays as history");
    assert_eq!(conversations(&one).await, [first]);
}

#[tokio::test]
async fn persons_stay_within_their_company() {
    let w = world().await;
    let (one, _) = visitor(&w, "我要退货", "王小明").await;
    let (other, _) = visitor(&w, "我的退货到哪了", "王小明").await;
    w.get(&format!("/contacts/{one}/person"), &w.b.agent).await.problem(404, "not_found");
    w.post(&format!("/contacts/{one}/links"), &w.b.agent, json!({"contact_id": other})).await.problem(404, "not_found");
    let link = w.post(&format!("/contacts/{one}/links"), &w.a.agent, json!({"contact_id": other, "same": false})).await.ok(201);
    assert_eq!(link["state"], "refused");
    w.post(&format!("/contact-links/{}/undo", link["id"].as_str().unwrap()), &w.b.agent, Value::Null).await.problem(404, "not_found");
    w.post(&format!("/contacts/{one}/links"), &w.a.agent, json!({"contact_id": "con_none"})).await.problem(404, "not_found");
}

#[tokio::test]
async fn thresholds_are_the_admins_and_hold_for_this_company() {
    let w = world().await;
    let policy = async |token: &str| w.get("/link-policy", token).await.ok(200);
    assert_eq!(policy(&w.a.agent).await, json!({"suggest": 0.1, "link": null, "version": 0}));
    let body = |suggest: Value, link: Value, version: i64| json!({"suggest": suggest, "link": link, "version": version});
    w.call("PUT", "/link-policy", &w.a.supervisor, body(json!(0.2), json!(0.99), 0)).await.problem(403, "forbidden");
    for (suggest, link, field) in [
        (json!(0), json!(null), "suggest"),
        (json!(0.1), json!(0.5), "link"),
        (json!(0.98), json!(0.95), "link"),
        (json!(2), json!(null), "suggest"),
    ] {
        let refused = w.call("PUT", "/link-policy", &w.a.admin, body(suggest, link, 0)).await.problem(422, "invalid_field");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    let changed = w.call("PUT", "/link-policy", &w.a.admin, body(json!(0.2), json!(0.99), 0)).await.ok(200);
    assert_eq!(changed, json!({"suggest": 0.2, "link": 0.99, "version": 1}));
    w.call("PUT", "/link-policy", &w.a.admin, body(json!(0.3), json!(null), 0)).await.problem(412, "precondition_failed");
    assert_eq!(policy(&w.b.agent).await["version"], 0);

    let (one, _) = visitor(&w, "我要退货", "王小明").await;
    let (two, _) = visitor(&w, "我的退货到哪了", "Wang Xiaoming").await;
    let person = w.get(&format!("/contacts/{two}/person"), &w.a.agent).await.ok(200);
    assert_eq!(person["contacts"].as_array().unwrap().len(), 2, "{person}");
    let link = &person["links"][0];
    assert_eq!(
        (link["grade"].as_str(), link["reason"].as_str(), link["made_by"].clone()),
        (Some("inferred"), Some("likeness"), Value::Null)
    );
    w.post(&format!("/contact-links/{}/undo", link["id"].as_str().unwrap()), &w.a.agent, Value::Null).await.ok(200);
    let after = w.get(&format!("/contacts/{one}/person"), &w.a.agent).await.ok(200);
    assert_eq!((after["contacts"].as_array().unwrap().len(), after["suggestions"].as_array().unwrap().len()), (1, 0));
}
