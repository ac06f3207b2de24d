//! Facts, links and the persons they make: taking a link back restores exactly what was before.

use crate::world::{NOW, World, contact, identity, inbox, on_both, tenant};
use qn_domain::{ChannelKind, ContactId, ContactIdentity, ContactLink, Fact, FactKind, Grade, Inbox, LinkId, LinkState, TenantId};
use qn_store::contact_link::Linked;
use qn_store::{Db, Options, contact_fact as facts, contact_link as links};
use serde_json::json;

fn fact(kind: FactKind, value: &str, grade: Grade) -> Fact {
    Fact { kind, scope: String::new(), value: value.into(), grade }
}

fn link(tenant_id: &TenantId, id: &str, one: &str, other: &str) -> ContactLink {
    ContactLink {
        id: LinkId::from(id),
        tenant_id: tenant_id.clone(),
        a: one.min(other).into(),
        b: one.max(other).into(),
        state: LinkState::Standing,
        grade: Grade::Verified,
        reason: "phone".into(),
        evidence: json!({"value": "…2253"}),
        made_by: None,
        at: NOW,
        undone_by: None,
        undone_at: None,
    }
}

async fn persons(w: &World, contacts: &[String]) -> Vec<Vec<ContactId>> {
    let mut all = Vec::new();
    for contact in contacts {
        all.push(links::members(&w.db, &w.ours, &ContactId::from(contact.as_str())).await.unwrap());
    }
    all
}

#[tokio::test]
async fn a_fact_is_kept_once_with_its_best_proof() {
    on_both(async |w| {
        let id = w.add_contact("con_1", "a", "").await.id;
        let (weak, strong) =
            (fact(FactKind::Phone, "8613910862253", Grade::Claimed), fact(FactKind::Phone, "8613910862253", Grade::Verified));
        assert_eq!(facts::note(&w.db, &w.ours, &id, std::slice::from_ref(&weak), NOW).await.unwrap(), std::slice::from_ref(&weak));
        assert_eq!(facts::note(&w.db, &w.ours, &id, std::slice::from_ref(&strong), NOW).await.unwrap(), std::slice::from_ref(&strong));
        assert!(facts::note(&w.db, &w.ours, &id, &[weak.clone(), strong.clone()], NOW).await.unwrap().is_empty());
        assert_eq!(facts::list(&w.db, &w.ours, &[&id]).await.unwrap(), [(id.clone(), strong.clone())]);
        assert!(facts::list(&w.db, &w.theirs, &[&id]).await.unwrap().is_empty());
        assert_eq!(facts::sharers(&w.db, &w.ours, &weak, 5).await.unwrap(), [(id, strong)]);
        assert!(facts::sharers(&w.db, &w.theirs, &weak, 5).await.unwrap().is_empty());
        assert!(facts::list(&w.db, &w.ours, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_has_many_facts_of_one_kind_hides_no_others() {
    on_both(async |w| {
        let ids = [w.add_contact("con_1", "测试", "").await.id, w.add_contact("con_2", "b", "").await.id];
        let devices: Vec<Fact> = (0..600).map(|n| fact(FactKind::Device, &format!("device-{n:03}"), Grade::Inferred)).collect();
        let (own, phone) = (fact(FactKind::UserId, "u1", Grade::Verified), fact(FactKind::Phone, "8613910862253", Grade::Channel));
        facts::note(&w.db, &w.ours, &ids[0], &[devices.clone(), vec![own.clone()]].concat(), NOW).await.unwrap();
        facts::note(&w.db, &w.ours, &ids[1], std::slice::from_ref(&phone), NOW).await.unwrap();
        let mut listed = facts::list(&w.db, &w.ours, &[&ids[0], &ids[1]]).await.unwrap();
        let others = listed.split_off(100);
        assert!(listed.iter().zip(&devices).all(|((_, listed), device)| listed == device), "{listed:?}");
        assert_eq!(others, [(ids[0].clone(), own), (ids[1].clone(), phone)]);
    })
    .await;
}

#[tokio::test]
async fn many_people_come_at_once() {
    on_both(async |w| {
        let inbox = w.add_inbox("inb_1").await;
        let person = |n: usize| {
            let contact = crate::world::contact(&w.ours, &format!("con_{n}"), "客户");
            let identity = crate::world::identity(&contact, &inbox.id, &format!("acc_{n}"));
            (contact, identity, vec![fact(FactKind::Phone, &format!("86139108622{n}"), Grade::Channel)])
        };
        qn_store::contact_many::insert(&w.db, &[person(10), person(11)]).await.unwrap();
        let found = facts::sharers(&w.db, &w.ours, &fact(FactKind::Phone, "8613910862211", Grade::Claimed), 5).await.unwrap();
        assert_eq!(found.len(), 1);
        assert!(qn_store::contact_many::insert(&w.db, &[person(12), person(11)]).await.is_err());
        assert!(qn_store::contact::find(&w.db, &w.ours, &"con_12".into()).await.unwrap().is_none(), "all or none");
    })
    .await;
}

#[tokio::test]
async fn devices_are_forgotten_under_everybody_who_wrote_from_them() {
    on_both(async |w| {
        let inbox = w.add_inbox("inb_1").await;
        let (shared, own) = (fact(FactKind::Device, "mark-1", Grade::Inferred), fact(FactKind::Device, "mark-2", Grade::Inferred));
        let phone = fact(FactKind::Phone, "8613910862253", Grade::Claimed);
        let person = |n: usize, known: Vec<Fact>| {
            let contact = crate::world::contact(&w.ours, &format!("con_{n}"), "客户");
            let identity = crate::world::identity(&contact, &inbox.id, &format!("acc_{n}"));
            (contact, identity, known)
        };
        let people = [person(1, vec![shared.clone(), phone.clone()]), person(2, vec![shared]), person(3, vec![own.clone()])];
        qn_store::contact_many::insert(&w.db, &people).await.unwrap();
        let ids: Vec<ContactId> = people.iter().map(|(contact, ..)| contact.id.clone()).collect();
        let known = async || facts::list(&w.db, &w.ours, &ids.iter().collect::<Vec<_>>()).await.unwrap();
        assert!(facts::erase_devices_of(&w.db, &w.theirs, &ids[0]).await.unwrap().is_empty());
        facts::erase_devices_in(&w.db, &w.theirs, &inbox.id).await.unwrap();
        assert_eq!(known().await.len(), 4, "another tenant forgets nothing of ours");
        assert_eq!(facts::erase_devices_of(&w.db, &w.ours, &ids[0]).await.unwrap(), ids[..2]);
        assert_eq!(known().await, [(ids[0].clone(), phone.clone()), (ids[2].clone(), own)]);
        assert!(facts::erase_devices_of(&w.db, &w.ours, &ids[0]).await.unwrap().is_empty());
        facts::erase_devices_in(&w.db, &w.ours, &inbox.id).await.unwrap();
        assert_eq!(known().await, [(ids[0].clone(), phone)]);
    })
    .await;
}

/// The persons that these links make, one for each contact.
fn made_by(standing: &[(LinkId, usize, usize)], contacts: &[String]) -> Vec<Vec<ContactId>> {
    let mut of: Vec<usize> = (0..contacts.len()).collect();
    for (_, one, other) in standing {
        let (from, to) = (of[*other], of[*one]);
        of.iter_mut().filter(|person| **person == from).for_each(|person| *person = to);
    }
    let members = |person: &usize| -> Vec<ContactId> {
        (0..contacts.len()).filter(|n| of[*n] == *person).map(|n| contacts[n].as_str().into()).collect()
    };
    of.iter().map(members).collect()
}

/// Links come and go in an order of their own for each seed; after every step the persons are exactly what the standing links make.
async fn walk(w: &World, agent: &qn_domain::UserId, seed: u64) {
    let contacts: Vec<String> = (0..9).map(|n| format!("con_{seed}_{n}")).collect();
    for id in &contacts {
        w.add_contact(id, "客户", "").await;
    }
    let mut standing: Vec<(LinkId, usize, usize)> = Vec::new();
    let mut state = seed;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    for step in 0..40 {
        let (one, other) = (draw(9), draw(9));
        if one != other {
            let link = link(&w.ours, &format!("lnk_{seed}_{step}"), &contacts[one], &contacts[other]);
            match links::insert(&w.db, &link).await.unwrap() {
                Linked::Done => standing.push((link.id, one, other)),
                said => assert_eq!(said, Linked::Already),
            }
            assert_eq!(persons(w, &contacts).await, made_by(&standing, &contacts), "seed {seed}, step {step}: linked");
        }
        // Any of them, not the last alone.
        if !standing.is_empty() && draw(3) == 0 {
            let (id, ..) = standing.swap_remove(draw(standing.len()));
            assert_eq!(links::undo(&w.db, &w.ours, &id, agent, NOW + 1).await.unwrap().state, LinkState::Undone);
            assert_eq!(persons(w, &contacts).await, made_by(&standing, &contacts), "seed {seed}, step {step}: taken back");
        }
    }
    while let Some((id, ..)) = standing.pop() {
        links::undo(&w.db, &w.ours, &id, agent, NOW + 2).await.unwrap();
        assert_eq!(persons(w, &contacts).await, made_by(&standing, &contacts), "seed {seed}: taken back");
    }
    let ids: Vec<ContactId> = contacts.iter().map(|c| c.as_str().into()).collect();
    let history = links::list(&w.db, &w.ours, &ids).await.unwrap();
    assert!(!history.is_empty() && history.iter().all(|l| l.state == LinkState::Undone && l.undone_by.as_ref() == Some(agent)));
    assert!(links::list(&w.db, &w.theirs, &ids).await.unwrap().is_empty());
}

#[tokio::test]
async fn links_make_persons_and_taking_any_of_them_back_restores_exactly() {
    on_both(async |w| {
        let agent = w.add_user("usr_1", qn_domain::Role::Agent).await.id;
        for seed in 1..=8 {
            walk(w, &agent, seed).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_must_not_be_joined_is_not() {
    on_both(async |w| {
        let agent = w.add_user("usr_1", qn_domain::Role::Agent).await.id;
        for id in ["con_1", "con_2", "con_3"] {
            w.add_contact(id, "客户", "").await;
        }
        for (id, value) in [("con_1", "u1"), ("con_3", "u3")] {
            facts::note(&w.db, &w.ours, &id.into(), &[fact(FactKind::UserId, value, Grade::Verified)], NOW).await.unwrap();
        }
        assert_eq!(links::insert(&w.db, &link(&w.ours, "lnk_1", "con_1", "con_2")).await.unwrap(), Linked::Done);
        // Not even by way of somebody between them.
        assert_eq!(links::insert(&w.db, &link(&w.ours, "lnk_2", "con_2", "con_3")).await.unwrap(), Linked::Forbidden);
        let two = |a: &str, b: &str| (ContactId::from(a), ContactId::from(b));
        let (one, other) = two("con_3", "con_2");
        assert!(!links::is_settled(&w.db, &w.ours, &one, &other).await.unwrap());
        let refusal = ContactLink { state: LinkState::Refused, made_by: Some(agent.clone()), ..link(&w.ours, "lnk_3", "con_2", "con_3") };
        assert_eq!(links::insert(&w.db, &refusal).await.unwrap(), Linked::Done);
        assert!(links::is_settled(&w.db, &w.ours, &one, &other).await.unwrap());
        assert_eq!(links::members(&w.db, &w.ours, &one).await.unwrap(), std::slice::from_ref(&one));
        assert!(links::undo(&w.db, &w.ours, &"lnk_none".into(), &agent, NOW).await.is_err());
        assert_eq!(links::undo(&w.db, &w.ours, &"lnk_3".into(), &agent, NOW).await.unwrap().state, LinkState::Refused);
        assert!(links::undo(&w.db, &w.theirs, &"lnk_1".into(), &agent, NOW).await.is_err());
    })
    .await;
}

/// The schema before senders' numbers of text messages became claims (`0052_claimed_numbers.sql`).
const BEFORE_CLAIMED_NUMBERS: i64 = 46;

#[tokio::test]
async fn what_a_forgeable_number_proved_is_taken_down_and_what_else_was_proved_stays() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open_at(&Options::sqlite(folder.path().join("test.db")), BEFORE_CLAIMED_NUMBERS).await.unwrap();
    let ours: TenantId = "tnt_ours".into();
    qn_store::tenant::insert(&db, &tenant(&ours)).await.unwrap();
    let channels = [ChannelKind::Sms, ChannelKind::WechatMiniProgram, ChannelKind::Mobile];
    let phone = fact(FactKind::Phone, "8613910862253", Grade::Channel);
    let mut ids = Vec::new();
    for (n, channel) in channels.into_iter().enumerate() {
        let inbox = Inbox { channel, ..inbox(&ours, &format!("inb_{n}")) };
        qn_store::inbox::insert(&db, &inbox).await.unwrap();
        let contact = contact(&ours, &format!("con_{n}"), "客户");
        let identity = ContactIdentity { channel, ..identity(&contact, &inbox.id, "x") };
        qn_store::identity::insert_with_contact(&db, &contact, "", &identity).await.unwrap();
        facts::note(&db, &ours, &contact.id, std::slice::from_ref(&phone), NOW).await.unwrap();
        ids.push(contact.id);
    }
    for (id, one, other) in [("lnk_1", 0, 1), ("lnk_2", 1, 2)] {
        let rule = link(&ours, id, ids[one].as_str(), ids[other].as_str());
        assert_eq!(links::insert(&db, &ContactLink { grade: Grade::Channel, ..rule }).await.unwrap(), Linked::Done);
    }
    db.upgrade().await.unwrap();
    let known = facts::list(&db, &ours, &[&ids[0], &ids[1], &ids[2]]).await.unwrap();
    let grades: Vec<Grade> = known.into_iter().map(|(_, fact)| fact.grade).collect();
    assert_eq!(grades, [Grade::Claimed, Grade::Channel, Grade::Channel]);
    let found = links::list(&db, &ours, &ids).await.unwrap();
    let told: Vec<_> = found.iter().map(|link| (link.id.as_str(), link.state, link.grade)).collect();
    assert_eq!(told, [("lnk_1", LinkState::Standing, Grade::Inferred), ("lnk_2", LinkState::Standing, Grade::Channel)]);
    assert_eq!(links::members(&db, &ours, &ids[0]).await.unwrap(), ids, "people still see them together");
    // Proof, when it comes, takes the place of what is left.
    let proof = ContactLink { grade: Grade::Channel, at: NOW + 1, ..link(&ours, "lnk_3", ids[0].as_str(), ids[1].as_str()) };
    assert_eq!(links::insert(&db, &proof).await.unwrap(), Linked::Done);
    db.close().await;
}
