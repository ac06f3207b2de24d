//! One customer over two channels: linked by proof, suggested by claims, never against two verified ids, and taken back.

use crate::fixture::{House, actor, inbox, on_both};
use qn_channel::{Event, Fact, FactKind, Inbound, InboundContact};
use qn_domain::{Content, Evidence, Inbox, LinkState, Role};
use qn_engine::{InboundMessage, Ingested, Writer};
use std::sync::Arc;

/// Somebody writes under an account, told with these facts.
async fn writes(house: &House, account: &str, facts: &[Told<'_>]) -> qn_domain::ContactId {
    writes_in(house, account, None, facts).await
}

type Told<'a> = (FactKind, &'a str, &'a str, Evidence);

async fn writes_in(house: &House, account: &str, key: Option<&str>, facts: &[Told<'_>]) -> qn_domain::ContactId {
    let fact = |(kind, scope, value, evidence): &Told<'_>| Fact {
        kind: *kind,
        scope: (*scope).into(),
        value: (*value).into(),
        evidence: *evidence,
    };
    let contact = InboundContact { external_id: account.into(), facts: facts.iter().map(fact).collect(), ..InboundContact::default() };
    let inbound = Inbound {
        message_id: format!("m_{account}{key:?}"),
        contact,
        conversation_key: key.map(str::to_owned),
        content: Content::text("怎么退货"),
        ..Inbound::default()
    };
    comes(house, inbound).await
}

async fn comes(house: &House, inbound: Inbound) -> qn_domain::ContactId {
    let inbox: Arc<Inbox> = Arc::new(inbox());
    match Box::pin(house.engine.ingest(&inbox, Event::message(inbound))).await.unwrap() {
        Ingested::Message(sent) => sent.conversation.contact_id.clone(),
        other => panic!("{other:?}"),
    }
}

const PHONE: &str = "13910862253";

#[tokio::test]
async fn proof_on_both_sides_links_and_an_agent_takes_it_back_for_good() {
    on_both(async |house| {
        let mini = writes(house, "mini", &[(FactKind::Phone, "", PHONE, Evidence::Channel)]).await;
        let site = writes(house, "site", &[(FactKind::Phone, "", "+86 139 1086 2253", Evidence::Verified)]).await;
        let tenant = "tnt_1".into();
        let person = house.engine.person(&tenant, &site).await.unwrap();
        assert_eq!(person.contacts.len(), 2);
        let link = &person.links[0];
        assert_eq!((link.grade.as_str(), link.reason.as_str(), link.made_by.as_ref()), ("channel", "phone", None));
        assert_eq!(link.evidence["value"], "…2253");
        let agent = actor("usr_a", Role::Agent);
        assert_eq!(house.engine.unlink(&agent, &link.id).await.unwrap().state, LinkState::Undone);
        // The same proof once more: the rule does not overrule the person.
        writes(house, "site2", &[]).await;
        house.engine.known_by(&tenant, &site, &[]).await;
        let after = house.engine.person(&tenant, &mini).await.unwrap();
        assert_eq!(after.contacts.iter().map(|c| &c.id).collect::<Vec<_>>(), [&mini]);
        assert!(after.likely.is_empty(), "who was parted is not suggested again");
    })
    .await;
}

#[tokio::test]
async fn what_was_noted_by_a_server_that_ended_before_it_linked_links_with_the_next_word() {
    on_both(async |house| {
        let tenant = "tnt_1".into();
        let mini = writes(house, "mini", &[(FactKind::Phone, "", PHONE, Evidence::Channel)]).await;
        let site = writes(house, "site", &[]).await;
        let (kind, grade) = (qn_domain::FactKind::Phone, qn_domain::Grade::Verified);
        let fact = qn_domain::Fact { kind, scope: String::new(), value: format!("86{PHONE}"), grade };
        let db = &house.engine.db;
        qn_store::contact_fact::note(db, &tenant, &site, std::slice::from_ref(&fact), house.engine.now()).await.unwrap();
        assert_eq!(house.engine.person(&tenant, &mini).await.unwrap().contacts.len(), 1, "nobody linked them yet");
        writes(house, "site", &[(FactKind::Phone, "", PHONE, Evidence::Verified)]).await;
        assert_eq!(qn_store::contact_fact::list(db, &tenant, &[&site]).await.unwrap(), [(site.clone(), fact)], "nothing of it was new");
        assert_eq!(house.engine.person(&tenant, &mini).await.unwrap().contacts.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_union_id_links_within_its_account_and_claims_only_suggest() {
    on_both(async |house| {
        let union = |scope: &'static str| [(FactKind::UnionId, scope, "oUnion1", Evidence::Channel)];
        let one = writes(house, "official", &union("wx_a")).await;
        let same = writes(house, "mini", &union("wx_a")).await;
        let other = writes(house, "elsewhere", &union("wx_b")).await;
        let tenant = "tnt_1".into();
        let of = async |id: &qn_domain::ContactId| house.engine.person(&tenant, id).await.unwrap();
        assert_eq!(of(&one).await.contacts.len(), 2);
        assert!(of(&same).await.contacts.iter().any(|c| c.id == one));
        assert_eq!(of(&other).await.contacts.len(), 1);
        let typed = writes(house, "form", &[(FactKind::Phone, "", PHONE, Evidence::Claimed)]).await;
        let proved = writes(house, "proved", &[(FactKind::Phone, "", PHONE, Evidence::Verified)]).await;
        assert_eq!(of(&typed).await.contacts.len(), 1, "a claim links nobody");
        assert_eq!(of(&proved).await.contacts.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_people_say_is_kept_and_two_verified_ids_stay_two() {
    on_both(async |house| {
        let id = |value: &'static str| [(FactKind::UserId, "shop", value, Evidence::Verified)];
        let (one, other, third) = (writes(house, "a", &id("u1")).await, writes(house, "b", &id("u2")).await, writes(house, "c", &[]).await);
        let agent = actor("usr_a", Role::Agent);
        let judge = async |a: &qn_domain::ContactId, b: &qn_domain::ContactId, same| house.engine.judge_contacts(&agent, a, b, same).await;
        assert_eq!(judge(&one, &other, true).await.unwrap_err().code(), "two_customers");
        let link = judge(&one, &third, true).await.unwrap();
        assert_eq!((link.grade.as_str(), link.made_by.as_ref().map(|u| u.as_str())), ("claimed", Some("usr_a")));
        assert_eq!(judge(&third, &one, true).await.unwrap_err().code(), "already_done");
        assert_eq!(judge(&third, &other, true).await.unwrap_err().code(), "two_customers", "not by way of the third either");
        assert_eq!(judge(&third, &other, false).await.unwrap().state, LinkState::Refused);
        assert_eq!(judge(&third, &third, true).await.unwrap_err().code(), "invalid_field");
        assert!(judge(&third, &"con_none".into(), true).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_phone_of_many_proves_nothing() {
    on_both(async |house| {
        let mut last = None;
        for n in 0..12 {
            last = Some(writes(house, &format!("kiosk_{n}"), &[(FactKind::Phone, "", PHONE, Evidence::Channel)]).await);
        }
        let newest = house.engine.person(&"tnt_1".into(), &last.unwrap()).await.unwrap();
        assert_eq!(newest.contacts.len(), 1, "beyond the limit nobody is joined any more");
        let junk = writes(house, "junk1", &[(FactKind::Phone, "", "13800138000", Evidence::Channel)]).await;
        writes(house, "junk2", &[(FactKind::Phone, "", "13800138000", Evidence::Channel)]).await;
        assert_eq!(house.engine.person(&"tnt_1".into(), &junk).await.unwrap().contacts.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_channel_goes_on_with_the_case_where_the_person_is_proved() {
    on_both(async |house| {
        let tenant = "tnt_1".into();
        let newest = async |id: &qn_domain::ContactId| {
            let filter = qn_store::conversation::Filter { contact_ids: vec![id.clone()], ..Default::default() };
            qn_store::conversation::list(&house.engine.db, &tenant, &filter, None, 1).await.unwrap().items.remove(0)
        };
        let phone = |evidence| [(FactKind::Phone, "", PHONE, evidence)];
        let mini = writes(house, "mini", &phone(Evidence::Channel)).await;
        let first = newest(&mini).await;
        let site = writes(house, "site", &phone(Evidence::Verified)).await;
        let second = newest(&site).await;
        assert_eq!(second.bot.asked, ["怎么退货", "怎么退货"], "the second conversation knows what the first was asked");
        let messages = qn_store::message::list_before(&house.engine.db, &tenant, &second.id, None, 100).await.unwrap();
        let told: Vec<_> = messages.iter().filter_map(|m| m.content.activity.as_ref()).collect();
        let keys: Vec<_> = told.iter().map(|line| (line.key, line.public)).collect();
        assert_eq!(keys, [(qn_domain::ActivityKey::Continued, false), (qn_domain::ActivityKey::Merged, false)]);
        assert!(told.iter().all(|line| line.params["conversation"] == first.id.as_str()));
        // A colleague's word joins them for colleagues; the bot, whom the customer hears, does not go by it.
        let other = writes(house, "other", &[]).await;
        house.engine.judge_contacts(&actor("usr_a", Role::Agent), &other, &mini, true).await.unwrap();
        let again = writes_in(house, "other", Some("order 7"), &[]).await;
        assert_eq!((again == other, newest(&other).await.bot.asked), (true, vec!["怎么退货".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn what_was_named_elsewhere_is_known_once_proof_comes_even_in_the_middle_of_a_talk() {
    on_both(async |house| {
        let tenant = "tnt_1".into();
        let says = async |account: &str, n: u32, text: &str, evidence: Option<Evidence>| {
            let facts = evidence.map(|evidence| Fact { kind: FactKind::Phone, scope: String::new(), value: PHONE.into(), evidence });
            let contact = InboundContact { external_id: account.into(), facts: facts.into_iter().collect(), ..InboundContact::default() };
            comes(house, Inbound { message_id: format!("n{n}"), contact, content: Content::text(text), ..Inbound::default() }).await
        };
        let newest = async |id: &qn_domain::ContactId| {
            let filter = qn_store::conversation::Filter { contact_ids: vec![id.clone()], ..Default::default() };
            qn_store::conversation::list(&house.engine.db, &tenant, &filter, None, 1).await.unwrap().items.remove(0)
        };
        says("mini", 1, "订单号是 A20260101001，什么时候到？", Some(Evidence::Channel)).await;
        let site = says("site", 2, "怎么退货", None).await;
        assert_eq!(newest(&site).await.bot.carried, None, "nobody has proved anything here");
        says("site", 3, "怎么退货", Some(Evidence::Claimed)).await;
        assert_eq!(newest(&site).await.bot.carried, None, "a claim unlocks nothing");
        says("site", 4, "怎么退货", Some(Evidence::Verified)).await;
        let talk = newest(&site).await;
        assert_eq!(talk.bot.carried.as_ref().unwrap().named["order_id"], "A20260101001");
        assert_eq!(talk.bot.asked, ["订单号是 A20260101001，什么时候到？", "怎么退货", "怎么退货", "怎么退货"]);
        says("site", 5, "我说的是订单号 B20260202002", Some(Evidence::Verified)).await;
        assert!(newest(&site).await.bot.carried.unwrap().named.is_empty(), "what is named here counts");
        let messages = qn_store::message::list_before(&house.engine.db, &tenant, &talk.id, None, 100).await.unwrap();
        let told = messages.iter().filter_map(|m| m.content.activity.as_ref()).filter(|a| a.key == qn_domain::ActivityKey::Continued);
        assert_eq!(told.count(), 1, "colleagues are told once");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_may_have_written_is_neither_answered_from_elsewhere_nor_carried_there() {
    on_both(async |house| {
        let tenant: qn_domain::TenantId = "tnt_1".into();
        let mini = writes(house, "mini", &[(FactKind::Phone, "", PHONE, Evidence::Channel)]).await;
        let letters = writes(house, "letters", &[(FactKind::Phone, "", PHONE, Evidence::Verified)]).await;
        let letter = async |key: &str, text: &str, writer| {
            let message = InboundMessage {
                tenant_id: tenant.clone(),
                inbox: Arc::new(inbox()),
                contact_id: letters.clone(),
                thread_key: format!("{letters}:{key}"),
                client_msg_id: key.to_owned(),
                content: Content::text(text),
                reply_to: None,
                page: None,
                language: None,
                wants_person: false,
                left: None,
                writer,
                quiet: None,
                lost_files: vec![],
            };
            Box::pin(house.engine.receive(message)).await.unwrap().conversation.bot.clone()
        };
        let forged = letter("forged", "订单号是 B20260202002，怎么退货", Writer::Claimed).await;
        assert_eq!((forged.carried, forged.unproved), (None, true));
        let proved = letter("proved", "怎么退货", Writer::Proved).await;
        assert_eq!((proved.carried.is_some(), proved.unproved), (true, false));
        assert!(proved.carried.unwrap().named.is_empty());
        // Back in the mini-program: the newest talk that only the customer wrote in is the one that goes on.
        let again = writes_in(house, "mini", Some("second"), &[(FactKind::Phone, "", PHONE, Evidence::Channel)]).await;
        assert_eq!(again, mini);
        let filter = qn_store::conversation::Filter { contact_ids: vec![mini], ..Default::default() };
        let talks = qn_store::conversation::list(&house.engine.db, &tenant, &filter, None, 10).await.unwrap().items;
        let second = talks.into_iter().find(|talk| talk.thread_key.ends_with(":second")).unwrap();
        assert!(second.bot.carried.unwrap().named.is_empty(), "an order that a forger named is nobody's");
    })
    .await;
}

/// An account with what its platform tells in a form.
async fn typed(house: &House, account: &str, name: &str, phone: &str, evidence: Option<Evidence>) -> qn_domain::ContactId {
    let facts = evidence.map(|evidence| Fact { kind: FactKind::Phone, scope: String::new(), value: phone.into(), evidence });
    let contact = InboundContact {
        external_id: account.into(),
        name: Some(name.into()),
        phone: Some(phone.into()),
        facts: facts.into_iter().collect(),
        ..InboundContact::default()
    };
    let message_id = format!("t_{account}{}", evidence.is_some());
    comes(house, Inbound { message_id, contact, content: Content::text("怎么退货"), ..Inbound::default() }).await
}

async fn wanted(house: &House, suggest: Option<f64>, link: Option<f64>) {
    let (db, tenant) = (&house.engine.db, "tnt_1".into());
    let version = qn_store::link_policy::get(db, &tenant).await.unwrap().1;
    let policy = qn_domain::LinkPolicy { suggest, link };
    qn_store::link_policy::put(db, &tenant, &policy, version, &"usr_a".into(), house.engine.now()).await.unwrap();
    house.engine.reload_settings(&tenant);
}

#[tokio::test]
async fn likeness_suggests_from_the_companys_threshold_on_and_links_only_where_it_says_so() {
    on_both(async |house| {
        let tenant: qn_domain::TenantId = "tnt_1".into();
        let person = async |id: &qn_domain::ContactId| house.engine.person(&tenant, id).await.unwrap();
        let one = typed(house, "one", "王小明", PHONE, None).await;
        let two = typed(house, "two", "Wang Xiaoming", PHONE, None).await;
        let seen = person(&one).await;
        assert_eq!((seen.contacts.len(), seen.likely.len()), (1, 1), "off by default: only suggested");
        let likelihood = seen.likely[0].probability;
        assert!(likelihood > 0.98, "{likelihood}");
        wanted(house, None, None).await;
        assert!(person(&one).await.likely.is_empty(), "never");

        wanted(house, Some(0.1), Some(0.99)).await;
        let three = typed(house, "three", "王小明", PHONE, None).await;
        let whole = person(&three).await;
        assert_eq!(whole.contacts.len(), 3, "the new one is as likely each of the others");
        let by_likeness = |l: &&qn_domain::ContactLink| l.reason == "likeness";
        assert_eq!(whole.links.iter().filter(by_likeness).count(), 2);
        let link = whole.links.iter().find(|l| l.a == one.clone().min(three.clone()) && l.b == one.clone().max(three.clone())).unwrap();
        assert_eq!((link.grade, link.made_by.as_ref(), link.grade.unlocks_history()), (qn_domain::Grade::Inferred, None, false));
        assert!(link.evidence["probability"].as_f64().unwrap() >= 0.99, "{}", link.evidence);
        // The customer and the bot know nothing of the others.
        let filter = qn_store::conversation::Filter { contact_ids: vec![three.clone()], ..Default::default() };
        let talk = qn_store::conversation::list(&house.engine.db, &tenant, &filter, None, 1).await.unwrap().items.remove(0);
        assert_eq!((talk.bot.carried, talk.bot.asked.len()), (None, 1));
        // Taken back, it is not made again, whatever becomes known.
        house.engine.unlink(&actor("usr_a", Role::Agent), &link.id).await.unwrap();
        let again = typed(house, "three", "王小明", "13712349876", Some(Evidence::Claimed)).await;
        assert_eq!(again, three);
        typed(house, "one", "王小明", "13712349877", Some(Evidence::Claimed)).await;
        assert!(!person(&one).await.contacts.iter().any(|c| c.id == three), "nor by way of the second");
        assert!(person(&two).await.contacts.iter().any(|c| c.id == three), "only that link was taken back");
    })
    .await;
}

#[tokio::test]
async fn proof_takes_the_place_of_likeness_and_unlocks_what_it_could_not() {
    on_both(async |house| {
        let tenant: qn_domain::TenantId = "tnt_1".into();
        wanted(house, Some(0.1), Some(0.99)).await;
        let one = typed(house, "one", "王小明", PHONE, None).await;
        let two = typed(house, "two", "王小明", PHONE, None).await;
        let links = async || house.engine.person(&tenant, &one).await.unwrap().links;
        assert_eq!(links().await.iter().map(|l| (l.reason.as_str(), l.state)).collect::<Vec<_>>(), [("likeness", LinkState::Standing)]);
        typed(house, "one", "王小明", PHONE, Some(Evidence::Channel)).await;
        assert_eq!(links().await.len(), 1, "proved on one side only");
        house.clock.advance(1_000);
        typed(house, "two", "王小明", PHONE, Some(Evidence::Verified)).await;
        let all: Vec<_> = links().await.into_iter().map(|l| (l.reason, l.state, l.grade.unlocks_history())).collect();
        assert_eq!(all, [("likeness".to_owned(), LinkState::Undone, false), ("phone".to_owned(), LinkState::Standing, true)]);
        assert_eq!(house.engine.person(&tenant, &two).await.unwrap().contacts.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_device_links_nobody_by_itself_and_adds_nothing_to_what_does() {
    on_both(async |house| {
        let tenant: qn_domain::TenantId = "tnt_1".into();
        wanted(house, Some(0.1), Some(0.9)).await;
        let web = Inbox { widget: qn_domain::WidgetSettings { device_links: true, ..Default::default() }, ..inbox() };
        let device = house.engine.device_fact(&web, "f00d1234cafe5678").unwrap();
        // Name and device together are surer than the threshold; the name alone is not.
        let (one, two) = (typed(house, "one", "王小明", "", None).await, typed(house, "two", "王小明", "", None).await);
        for id in [&one, &two] {
            house.engine.writes_from(&tenant, id, &device).await;
        }
        house.engine.known_by(&tenant, &two, &[qn_engine::claimed(qn_domain::FactKind::Address, "漕溪北路 88号")]).await;
        let seen = house.engine.person(&tenant, &two).await.unwrap();
        assert_eq!((seen.contacts.len(), seen.links.len(), seen.likely.len()), (1, 0, 1));
        assert!(seen.likely[0].probability > 0.99, "{}", seen.likely[0].probability);
    })
    .await;
}

#[tokio::test]
async fn an_order_that_two_contacts_name_is_a_reason_to_look_and_nothing_more() {
    on_both(async |house| {
        let tenant: qn_domain::TenantId = "tnt_1".into();
        wanted(house, Some(0.1), Some(0.9)).await;
        let asks = async |account: &str, name: &str, text: &str| {
            let contact = InboundContact {
                external_id: account.into(),
                name: Some(name).filter(|n| !n.is_empty()).map(str::to_owned),
                ..InboundContact::default()
            };
            comes(house, Inbound { message_id: format!("o_{account}"), contact, content: Content::text(text), ..Inbound::default() }).await
        };
        let one = asks("one", "", "order A20260101001, where is it?").await;
        let two = asks("two", "", "order A20260101001 again, please").await;
        let another = asks("three", "", "order A20260101009, where is it?").await;
        let seen = house.engine.person(&tenant, &two).await.unwrap();
        assert_eq!((seen.contacts.len(), seen.links.len()), (1, 0), "nobody is linked");
        assert_eq!(seen.likely.iter().map(|l| &l.contact.id).collect::<Vec<_>>(), [&one]);
        assert_eq!((seen.likely[0].weights.len(), seen.likely[0].weights[0].column.as_str()), (1, "order"));
        assert!(house.engine.person(&tenant, &another).await.unwrap().likely.is_empty());
        // What the first was told is not for the second.
        let filter = qn_store::conversation::Filter { contact_ids: vec![two.clone()], ..Default::default() };
        let talk = qn_store::conversation::list(&house.engine.db, &tenant, &filter, None, 1).await.unwrap().items.remove(0);
        assert_eq!((talk.bot.carried, talk.bot.may_join), (None, None));
        // Two names speak against it.
        let three = asks("four", "李娜", "order A20260101009 again, please").await;
        assert_eq!(house.engine.person(&tenant, &three).await.unwrap().likely.len(), 1);
        let named = asks("five", "王小明", "order A20260101009 too").await;
        let likely = house.engine.person(&tenant, &named).await.unwrap().likely;
        assert!(!likely.iter().any(|l| l.contact.id == three), "{likely:?}");
    })
    .await;
}
