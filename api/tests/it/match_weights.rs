//! What likeness proves: seen by everybody of the company, learnt and set aside by its admins, and told with each suggestion.

use crate::world::{Company, World, world};
use qn_domain::{ChannelKind, Contact, ContactId, ContactIdentity, Evidence, Fact, FactKind, Grade, IdentityId};
use serde_json::{Value, json};

/// 1,200 contacts, all 王伟; the first 200 of 1,000 phones came twice.
async fn many(w: &World, company: &Company) {
    let now = w.engine.now();
    let person = |n: usize| {
        let contact = Contact {
            id: ContactId(format!("con_{n:05}")),
            tenant_id: company.tenant_id.clone(),
            name: "王伟".into(),
            email: None,
            phone: Some(format!("13{:09}", (n % 1_000 + 1) as u64 * 7_919_777 % 1_000_000_000)),
            language: None,
            attributes: serde_json::Map::new(),
            blocked: false,
            version: 1,
            created_at: now,
            last_seen_at: now,
        };
        let identity = ContactIdentity {
            id: IdentityId(format!("idn_{n:05}")),
            tenant_id: company.tenant_id.clone(),
            contact_id: contact.id.clone(),
            inbox_id: format!("inb_api_{}", company.letter).into(),
            channel: ChannelKind::Api,
            external_id: contact.id.0.clone(),
            evidence: Evidence::Claimed,
            created_at: now,
        };
        let read = |kind, text: &str| qn_identity::fact::read(kind, "", text, Grade::Claimed);
        let phone = contact.phone.as_deref().and_then(|phone| read(FactKind::Phone, phone));
        let facts: Vec<Fact> = phone.into_iter().chain(read(FactKind::Name, &contact.name)).collect();
        (contact, identity, facts)
    };
    let people: Vec<_> = (0..1_200).map(person).collect();
    qn_store::contact_many::insert(&w.engine.db, &people).await.unwrap();
}

fn level<'a>(view: &'a Value, field: &str, level: &str) -> &'a Value {
    view["levels"].as_array().unwrap().iter().find(|row| row["field"] == field && row["level"] == level).unwrap()
}

#[tokio::test]
async fn weights_are_learnt_shown_with_a_suggestion_and_set_aside() {
    let w = world().await;
    let before = w.get("/match-weights", &w.a.agent).await.ok(200);
    assert_eq!((before["used"].clone(), before["learnt"].clone(), before["contacts"].clone()), (json!(true), Value::Null, json!(0)));
    assert_eq!(level(&before, "name", "exact"), &json!({"field": "name", "level": "exact", "usual": 10.0, "own": null, "pairs": null}));
    let few = w.post("/match-weights/learn", &w.a.admin, Value::Null).await.ok(200);
    assert_eq!((few["learnt"].clone(), few["contacts_min"].clone()), (Value::Null, json!(200)));

    many(&w, &w.a).await;
    let bits = async || {
        let person = w.get("/contacts/con_00003/person", &w.a.agent).await.ok(200);
        let suggestion = &person["suggestions"][0];
        assert_eq!(suggestion["contact"]["id"], "con_01003");
        let weights = suggestion["weights"].as_array().unwrap().iter();
        weights.map(|weight| (weight["field"].as_str().unwrap().to_owned(), weight["bits"].as_f64().unwrap())).collect::<Vec<_>>()
    };
    let usual = [("name".to_owned(), 10.0), ("phone".to_owned(), 19.0)];
    assert_eq!(bits().await, usual);
    let learnt = w.post("/match-weights/learn", &w.a.admin, Value::Null).await.ok(200);
    assert_eq!((learnt["learnt"]["contacts"].clone(), learnt["learnt"]["pairs"].clone()), (json!(1_200), json!(200)));
    let name = level(&learnt, "name", "exact");
    assert!(name["own"].as_f64().unwrap() < 6.0 && name["usual"] == 10.0 && name["pairs"].as_i64().unwrap() > 1_000, "{name}");
    let own = bits().await;
    assert_eq!(own[0].1, name["own"].as_f64().unwrap(), "an agent is told the bits that count");
    assert_eq!(own[1].1, level(&learnt, "phone", "exact")["own"].as_f64().unwrap());

    let aside = w.call("PUT", "/match-weights", &w.a.admin, json!({"used": false})).await.ok(200);
    assert_eq!((aside["used"].clone(), aside["learnt"].clone()), (json!(false), learnt["learnt"].clone()), "what was learnt is kept");
    assert_eq!(bits().await, usual);
    w.call("PUT", "/match-weights", &w.a.admin, json!({"used": true})).await.ok(200);
    assert_eq!(bits().await, own);
}

#[tokio::test]
async fn only_admins_change_them_and_only_their_companys() {
    let w = world().await;
    many(&w, &w.a).await;
    w.post("/match-weights/learn", &w.a.supervisor, Value::Null).await.problem(403, "forbidden");
    w.call("PUT", "/match-weights", &w.a.supervisor, json!({"used": false})).await.problem(403, "forbidden");
    w.post("/match-weights/learn", &w.a.admin, Value::Null).await.ok(200);
    w.call("PUT", "/match-weights", &w.a.admin, json!({"used": false})).await.ok(200);
    let theirs = w.get("/match-weights", &w.b.agent).await.ok(200);
    assert_eq!((theirs["used"].clone(), theirs["learnt"].clone(), theirs["contacts"].clone()), (json!(true), Value::Null, json!(0)));
}
