//! The device a visitor writes from: kept with consent where the inbox wants it, as a hash, for agents to look at; it links nobody,
//! shows no customer anything, and is gone when consent or the switch is.

use crate::settings::with;
use crate::world::{World, world};
use qn_domain::{ContactId, FactKind};
use serde_json::{Value, json};

const DEVICE: &str = "f00d1234cafe5678f00d1234cafe5678";

async fn turn(w: &World, on: bool) {
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    let tag = format!("\"{}\"", inbox.version);
    let path = format!("/inboxes/{}", inbox.id);
    let changed = with(w, "PATCH", &path, &w.a.admin, &[("if-match", &tag)], json!({"widget": {"device_links": on}})).await.ok(200);
    assert_eq!(changed["widget"]["device_links"], on);
}

fn consenting(device: &str) -> Value {
    json!({"key": "web-a", "device": device, "consent": {"device": true}})
}

/// Starts as told, says something; token, contact, conversation.
async fn visitor(w: &World, boot: Value, text: &str) -> (String, String, String) {
    let booted = w.post("/widget/boot", "", boot).await.ok(200);
    let token = booted["visitor_token"].as_str().unwrap().to_owned();
    let sent = w.post("/widget/messages", &token, json!({"client_msg_id": "1", "text": text})).await.ok(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (token, text(&booted["contact"]["id"]), text(&sent["conversation"]["id"]))
}

async fn devices(w: &World, contact: &str) -> Vec<String> {
    let facts = qn_store::contact_fact::list(&w.engine.db, &w.a.tenant_id, &[&ContactId::from(contact)]).await.unwrap();
    facts.into_iter().filter(|(_, f)| f.kind == FactKind::Device).map(|(_, f)| f.value).collect()
}

async fn suggested(w: &World, contact: &str) -> Vec<String> {
    let person = w.get(&format!("/contacts/{contact}/person"), &w.a.agent).await.ok(200);
    assert_eq!((person["contacts"].as_array().unwrap().len(), person["links"].as_array().unwrap().len()), (1, 0), "nothing is linked");
    person["suggestions"].as_array().unwrap().iter().map(|s| s["contact"]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nothing_is_kept_before_the_switch_and_the_consent() {
    let w = world().await;
    let (_, off, _) = visitor(&w, consenting(DEVICE), "我要退货").await;
    assert!(devices(&w, &off).await.is_empty(), "off by default");
    assert_eq!(w.get("/widget/config?key=web-a", "").await.ok(200)["device_links"], false);
    turn(&w, true).await;
    assert_eq!(w.get("/widget/config?key=web-a", "").await.ok(200)["device_links"], true);
    for silent in [json!({"key": "web-a"}), json!({"key": "web-a", "consent": {"device": false}}), consenting("0000-0000-0000-0000-0000")] {
        let (_, contact, _) = visitor(&w, silent, "我要退货").await;
        assert!(devices(&w, &contact).await.is_empty());
    }
    // An id without consent is a mistake of the caller, who should hear of it.
    for refused in [
        json!({"key": "web-a", "device": DEVICE}),
        json!({"key": "web-a", "device": DEVICE, "consent": {"device": false}}),
        consenting("iPhone15"),
    ] {
        assert_eq!(w.post("/widget/boot", "", refused).await.problem(422, "invalid_field")["errors"][0]["field"], "device");
    }
}

#[tokio::test]
async fn one_device_is_a_reason_to_look_and_nothing_more() {
    let w = world().await;
    turn(&w, true).await;
    let (_, first, earlier) = visitor(&w, consenting(DEVICE), "订单号是 A20260101001，什么时候到？").await;
    let (token, second, later) = visitor(&w, consenting(DEVICE), "怎么退货").await;
    let kept = devices(&w, &first).await;
    assert!(kept.len() == 1 && kept == devices(&w, &second).await && !kept[0].contains(DEVICE) && kept[0].len() == 64, "{kept:?}");
    assert_eq!(suggested(&w, &second).await, std::slice::from_ref(&first));
    let person = w.get(&format!("/contacts/{second}/person"), &w.a.agent).await.ok(200);
    let weight = &person["suggestions"][0]["weights"][0];
    assert_eq!((weight["field"].as_str(), weight["level"].as_str()), (Some("device"), Some("exact")));
    // The customer, and the bot whom they hear, know nothing of the other contact.
    let all = w.get(&format!("/contacts/{second}/conversations?linked=true"), &w.a.agent).await.ok(200);
    assert_eq!(all["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect::<Vec<_>>(), [later.as_str()]);
    let talk = qn_store::conversation::get(&w.engine.db, &w.a.tenant_id, &later.as_str().into()).await.unwrap();
    assert_eq!((talk.bot.carried, talk.bot.asked), (None, vec!["怎么退货".to_owned()]));
    let seen = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": token})).await.ok(200).to_string();
    assert!(!seen.contains("A20260101001") && !seen.contains(&earlier), "{seen}");
    // Two names speak against it; another company's device is another.
    w.post("/widget/attributes", &token, json!({"attributes": {}, "name": "李雷"})).await.ok(204);
    let other = visitor(&w, consenting(DEVICE), "你好").await;
    w.post("/widget/attributes", &other.0, json!({"attributes": {}, "name": "韩梅梅"})).await.ok(204);
    assert!(!suggested(&w, &second).await.contains(&other.1));
    let (a, b) = (w.a.tenant_id.clone(), w.b.tenant_id.clone());
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    let of = |tenant_id| w.engine.device_fact(&qn_domain::Inbox { tenant_id, ..inbox.clone() }, DEVICE).unwrap().value;
    assert_eq!(of(a.clone()), kept[0]);
    assert_ne!(of(a), of(b));
}

#[tokio::test]
async fn consent_and_switch_erase_what_they_allowed() {
    let w = world().await;
    turn(&w, true).await;
    let (token, first, _) = visitor(&w, consenting(DEVICE), "我要退货").await;
    let (_, second, _) = visitor(&w, consenting(DEVICE), "怎么退货").await;
    w.post("/widget/consent", &token, json!({"consent": {"device": false}})).await.ok(204);
    assert!(
        devices(&w, &first).await.is_empty() && devices(&w, &second).await.is_empty(),
        "the device is forgotten, whoever wrote from it"
    );
    assert!(suggested(&w, &second).await.is_empty());
    // They think better of it; a start that says no takes it back as well.
    w.post("/widget/consent", &token, json!({"device": DEVICE, "consent": {"device": true}})).await.ok(204);
    assert_eq!(devices(&w, &first).await.len(), 1);
    w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": token, "consent": {"device": false}})).await.ok(200);
    assert!(devices(&w, &first).await.is_empty());
    w.post("/widget/consent", &token, json!({"device": DEVICE, "consent": {"device": true}})).await.ok(204);
    // Said before the first word, and taken back before it.
    let booted = w.post("/widget/boot", "", consenting(DEVICE)).await.ok(200);
    let hesitant = booted["visitor_token"].as_str().unwrap();
    w.post("/widget/consent", hesitant, json!({"consent": {"device": false}})).await.ok(204);
    w.post("/widget/messages", hesitant, json!({"client_msg_id": "1", "text": "你好"})).await.ok(201);
    assert!(devices(&w, booted["contact"]["id"].as_str().unwrap()).await.is_empty());
    assert_eq!(devices(&w, &first).await.len(), 1);
    for n in 0..12 {
        let id = format!("device-of-a-program-{n}");
        w.post("/widget/consent", &token, json!({"device": id, "consent": {"device": true}})).await.ok(204);
    }
    assert_eq!(devices(&w, &first).await.len(), 10, "a program cannot fill the table");
    turn(&w, false).await;
    assert!(devices(&w, &first).await.is_empty(), "off erases");
    w.post("/widget/consent", &token, json!({"device": DEVICE, "consent": {"device": true}})).await.ok(204);
    assert!(devices(&w, &first).await.is_empty(), "and keeps nothing");
}

#[tokio::test]
async fn a_name_and_an_address_find_each_other_and_neither_does_alone() {
    let w = world().await;
    let typed = async |name: &str, address: &str| {
        let (token, contact, _) = visitor(&w, json!({"key": "web-a"}), "我要退货").await;
        w.post("/widget/attributes", &token, json!({"attributes": {"address": address}, "name": name})).await.ok(204);
        contact
    };
    let first = typed("王小明", "上海市徐汇区漕溪北路88号3栋501室").await;
    let second = typed("王小明", "徐汇区漕溪北路88号3-501").await;
    let neighbour = typed("陈大文", "徐汇区漕溪北路88号3-501").await;
    assert_eq!(suggested(&w, &second).await, std::slice::from_ref(&first));
    assert!(suggested(&w, &neighbour).await.is_empty());
    let body = json!({"name": "欧阳小明", "attributes": {"address": "漕溪北路90号"}});
    let written = w.post("/contacts", &w.a.agent, body).await.ok(201)["id"].as_str().unwrap().to_owned();
    let third = typed("欧阳小明", "上海漕溪北路90号").await;
    assert_eq!(suggested(&w, &third).await, [written], "what a colleague wrote down is found too");
}

/// What the contact agreed to: given, notice, whether it was here; the newest first.
async fn said(w: &World, contact: &str) -> Vec<(bool, String)> {
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    let all = w.get(&format!("/contacts/{contact}/consents"), &w.a.agent).await.ok(200);
    let items = all["items"].as_array().unwrap();
    assert!(items.iter().all(|c| c["purpose"] == "device" && c["inbox_id"] == inbox.id.as_str() && c["at"].as_i64().unwrap() > 0), "{all}");
    items.iter().map(|c| (c["given"].as_bool().unwrap(), c["notice"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn every_word_about_consent_stays_on_record() {
    let w = world().await;
    let noted = |yes: bool, notice: &str| json!({"key": "web-a", "consent": {"device": yes, "notice": notice}});
    let (_, unasked, _) = visitor(&w, noted(true, "v1"), "我要退货").await;
    assert!(said(&w, &unasked).await.is_empty(), "an inbox that asks nobody keeps no word");
    turn(&w, true).await;
    let (_, silent, _) = visitor(&w, json!({"key": "web-a"}), "我要退货").await;
    assert!(said(&w, &silent).await.is_empty());
    // Asked before the first word: kept with it, and once however often the page says it.
    let (token, contact, _) = visitor(&w, noted(true, " 隐私声明\n2026-10 "), "我要退货").await;
    let first = (true, "隐私声明 2026-10".to_owned());
    let again = json!({"key": "web-a", "visitor_token": token, "consent": {"device": true, "notice": "隐私声明 2026-10"}});
    w.post("/widget/boot", "", again).await.ok(200);
    assert_eq!(said(&w, &contact).await, std::slice::from_ref(&first));
    w.post("/widget/consent", &token, json!({"consent": {"device": true, "notice": "v2"}})).await.ok(204);
    turn(&w, false).await;
    w.post("/widget/consent", &token, json!({"consent": {"device": false}})).await.ok(204);
    w.post("/widget/consent", &token, json!({"consent": {"device": true}})).await.ok(204);
    assert_eq!(said(&w, &contact).await, [(false, String::new()), (true, "v2".to_owned()), first], "what was taken back stays");
    let long = json!({"consent": {"device": true, "notice": "长".repeat(201)}});
    assert_eq!(w.post("/widget/consent", &token, long).await.problem(422, "invalid_field")["errors"][0]["field"], "consent.notice");
    w.get(&format!("/contacts/{contact}/consents"), &w.b.agent).await.problem(404, "not_found");
}
