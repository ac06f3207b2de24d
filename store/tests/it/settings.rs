//! The smaller settings tables: inboxes, canned responses, labels, webhooks, products.

use crate::world::{NOW, contact, identity, inbox, on_both, opening, seq_of, walk};
use qn_domain::{CannedResponse, DayHours, Label, Language, MacroStep, Product, WebhookEndpoint, WebhookPause};
use qn_store::{Error, canned, identity as identities, inbox as inboxes, label, product, webhook};
use std::sync::Arc;

#[tokio::test]
async fn inboxes() {
    on_both(async |w| {
        for n in 0..5 {
            w.add_inbox(&format!("inb_{n}")).await;
        }
        let mut one = inbox(&w.ours, "inb_1");
        assert_eq!(inboxes::get(&w.db, &w.ours, &one.id).await.unwrap(), one);
        assert_eq!(inboxes::find(&w.db, &w.theirs, &one.id).await.unwrap(), None);
        assert_eq!(inboxes::find_by_key(&w.db, "key-inb_1").await.unwrap(), Some(one.clone()));
        assert_eq!(inboxes::find_by_key(&w.db, "nothing").await.unwrap(), None);
        let mut taken = inbox(&w.theirs, "inb_x");
        taken.key = one.key.clone();
        assert!(matches!(inboxes::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "key"));
        assert!(matches!(inboxes::insert(&w.db, &one).await, Err(Error::Exists(f)) if f == "id"));
        let all = walk(2, async |c, l| inboxes::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all.len(), 5);
        assert!(inboxes::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());

        one.name = "小程序".into();
        one.bot_enabled = false;
        one.team_id = Some("tea_1".into());
        one.language = Language::En;
        one.hours.always_open = false;
        one.hours.days[0] = DayHours { ranges: vec![(540, 720), (810, 1080)] };
        one.widget.allowed_domains = vec!["https://shop.example".into()];
        one.channel_settings = serde_json::json!(null);
        one.reopen_window_ms = 9;
        assert_eq!(inboxes::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(inboxes::update(&w.db, &one).await, Err(Error::Stale { .. })));
        assert!(matches!(inboxes::set_secret(&w.db, &w.ours, &one.id, 1, "x").await, Err(Error::Stale { .. })));
        assert!(matches!(inboxes::set_secret(&w.db, &w.theirs, &one.id, 2, "x").await, Err(Error::NotFound { .. })));
        assert_eq!(inboxes::set_secret(&w.db, &w.ours, &one.id, 2, "whsec_new").await.unwrap(), 3);
        (one.version, one.secret) = (3, "whsec_new".into());
        inboxes::replace_secret(&w.db, &inbox(&w.ours, "inb_1"), "qn1.late").await.unwrap();
        inboxes::replace_secret(&w.db, &one, "qn1.same").await.unwrap();
        one.secret = "qn1.same".into();
        assert_eq!(inboxes::get(&w.db, &w.ours, &one.id).await.unwrap(), one);

        let c = contact(&w.ours, "con_1", "a");
        identities::insert_with_contact(&w.db, &c, "", &identity(&c, &one.id, "v:1")).await.unwrap();
        assert!(matches!(inboxes::delete(&w.db, &w.ours, &one.id, 3).await, Err(Error::InUse { .. })));
        assert!(matches!(inboxes::delete(&w.db, &w.ours, &"inb_2".into(), 9).await, Err(Error::Stale { .. })));
        assert!(matches!(inboxes::delete(&w.db, &w.theirs, &"inb_2".into(), 1).await, Err(Error::NotFound { .. })));
        inboxes::delete(&w.db, &w.ours, &"inb_2".into(), 1).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn canned_responses() {
    on_both(async |w| {
        let make = |n: i64| CannedResponse {
            id: format!("can_{n}").into(),
            tenant_id: w.ours.clone(),
            shortcut: format!("hi{n}"),
            text: format!("您好{n} Welcome"),
            actions: vec![MacroStep::AddLabels { labels: vec![format!("l{n}")] }, MacroStep::Resolve],
            version: 1,
            created_at: NOW,
        };
        for n in 0..4 {
            canned::insert(&w.db, &make(n)).await.unwrap();
        }
        let mut taken = make(9);
        taken.shortcut = "hi0".into();
        assert!(matches!(canned::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "shortcut"));
        let all = walk(3, async |c, l| canned::list(&w.db, &w.ours, None, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all, (0..4).map(make).collect::<Vec<_>>());
        assert_eq!(canned::list(&w.db, &w.ours, Some("好2"), None, 9).await.unwrap().items, [make(2)]);
        assert_eq!(canned::list(&w.db, &w.ours, Some("WELCOME"), None, 9).await.unwrap().items.len(), 4);
        assert!(canned::list(&w.db, &w.theirs, None, None, 9).await.unwrap().items.is_empty());
        let mut one = make(1);
        one.text = "改".into();
        assert_eq!(canned::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(canned::update(&w.db, &one).await, Err(Error::Stale { .. })));
        one.version = 2;
        assert_eq!(canned::get(&w.db, &w.ours, &one.id).await.unwrap(), one);
        assert_eq!(canned::find(&w.db, &w.theirs, &one.id).await.unwrap(), None);
        assert!(matches!(canned::delete(&w.db, &w.theirs, &one.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(canned::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::Stale { .. })));
        canned::delete(&w.db, &w.ours, &one.id, 2).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn labels() {
    on_both(async |w| {
        let make = |n: i64| Label {
            id: format!("lab_{n}").into(),
            tenant_id: w.ours.clone(),
            name: format!("标签{n}"),
            color: "#ff0000".into(),
            version: 1,
            created_at: NOW,
        };
        for n in 0..4 {
            label::insert(&w.db, &make(n)).await.unwrap();
        }
        let mut taken = make(9);
        taken.name = "标签0".into();
        assert!(matches!(label::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "name"));
        let all = walk(3, async |c, l| label::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all, (0..4).map(make).collect::<Vec<_>>());
        assert!(label::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());

        let mut commit = opening(&w.ours, "cnv_1", "con_1", "a");
        Arc::make_mut(&mut commit.conversation).labels = vec!["标签1".into()];
        seq_of(&w.db.commit(commit).await.unwrap());
        let (mut used, mut free) = (make(1), make(2));
        used.name = "新".into();
        assert!(matches!(label::update(&w.db, &used).await, Err(Error::InUse { .. })));
        used.name = "标签1".into();
        used.color = "#00ff00".into();
        assert_eq!(label::update(&w.db, &used).await.unwrap(), 2);
        free.name = "新".into();
        assert_eq!(label::update(&w.db, &free).await.unwrap(), 2);
        assert!(matches!(label::update(&w.db, &free).await, Err(Error::Stale { .. })));
        assert_eq!(label::find(&w.db, &w.theirs, &free.id).await.unwrap(), None);
        assert!(matches!(label::delete(&w.db, &w.theirs, &free.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(label::delete(&w.db, &w.ours, &free.id, 1).await, Err(Error::Stale { .. })));
        label::delete(&w.db, &w.ours, &free.id, 2).await.unwrap();
        assert!(label::get(&w.db, &w.ours, &free.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn webhooks() {
    on_both(async |w| {
        let make = |n: i64| WebhookEndpoint {
            id: format!("whk_{n}").into(),
            tenant_id: w.ours.clone(),
            url: "https://example.com/hook".into(),
            secret: "whsec_x".into(),
            events: vec!["message.created".into()],
            enabled: n % 2 == 0,
            paused: None,
            version: 1,
            created_at: NOW,
        };
        for n in 0..4 {
            webhook::insert(&w.db, &make(n)).await.unwrap();
        }
        assert!(matches!(webhook::insert(&w.db, &make(0)).await, Err(Error::Exists(_))));
        let all = walk(3, async |c, l| webhook::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all, (0..4).map(make).collect::<Vec<_>>());
        assert_eq!(webhook::list_active(&w.db, &w.ours).await.unwrap(), [make(0), make(2)]);
        assert!(webhook::list_active(&w.db, &w.theirs).await.unwrap().is_empty());
        assert!(webhook::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());
        let mut one = make(1);
        one.enabled = true;
        one.secret = "whsec_y".into();
        one.events.clear();
        assert_eq!(webhook::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(webhook::update(&w.db, &one).await, Err(Error::Stale { .. })));
        one.version = 2;
        assert_eq!(webhook::get(&w.db, &w.ours, &one.id).await.unwrap(), one);
        assert_eq!(webhook::find(&w.db, &w.theirs, &one.id).await.unwrap(), None);
        assert!(matches!(webhook::delete(&w.db, &w.theirs, &one.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(webhook::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::Stale { .. })));
        webhook::delete(&w.db, &w.ours, &one.id, 2).await.unwrap();

        let (mut two, pause) = (make(2), WebhookPause { at: NOW + 5, reason: "http_410".into() });
        assert!(!webhook::pause(&w.db, &w.theirs, &two.id, &pause).await.unwrap());
        assert!(webhook::pause(&w.db, &w.ours, &two.id, &pause).await.unwrap());
        assert!(!webhook::pause(&w.db, &w.ours, &two.id, &WebhookPause { at: NOW + 9, ..pause.clone() }).await.unwrap());
        (two.version, two.paused) = (2, Some(pause));
        assert_eq!(webhook::get(&w.db, &w.ours, &two.id).await.unwrap(), two);
        assert_eq!(webhook::list_active(&w.db, &w.ours).await.unwrap(), [make(0)]);
        two.url = "https://example.com/other".into();
        assert_eq!(webhook::update(&w.db, &two).await.unwrap(), 3);
        two.version = 3;
        assert_eq!(webhook::get(&w.db, &w.ours, &two.id).await.unwrap(), two, "a change alone ends no pause");
        two.paused = None;
        assert_eq!(webhook::update(&w.db, &two).await.unwrap(), 4);
        assert_eq!(webhook::list_active(&w.db, &w.ours).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn products() {
    on_both(async |w| {
        let make = |n: i64| Product {
            id: format!("prd_{n}").into(),
            tenant_id: w.ours.clone(),
            sku: format!("BW-{n}"),
            name_zh: format!("蓝鲸手机{n}"),
            name_en: format!("Blue Whale Phone {n}"),
            category: "phone".into(),
            price_cents: 399_900,
            stock: n,
            attributes: serde_json::json!({"water_resistance": "IP68"}).as_object().unwrap().clone(),
            accessories: vec!["BW-CASE".into()],
            variants: vec![],
            version: 1,
            created_at: NOW,
        };
        for n in 0..4 {
            product::insert(&w.db, &make(n)).await.unwrap();
        }
        let mut taken = make(9);
        taken.sku = "BW-0".into();
        assert!(matches!(product::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "sku"));
        let all = walk(3, async |c, l| product::list(&w.db, &w.ours, &product::Filter::default(), c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all, (0..4).map(make).collect::<Vec<_>>());
        assert_eq!(product::list_all(&w.db, &w.ours).await.unwrap(), all);
        assert!(product::list_all(&w.db, &w.theirs).await.unwrap().is_empty());
        let text = |text: &str| product::Filter { text: Some(text.into()), ..product::Filter::default() };
        let gone = product::Filter { in_stock: Some(false), category: Some("phone".into()), ..product::Filter::default() };
        assert_eq!(product::list(&w.db, &w.ours, &gone, None, 9).await.unwrap().items, [make(0)]);
        assert_eq!(product::categories(&w.db, &w.ours).await.unwrap(), [("phone".to_owned(), 4)]);
        assert_eq!(product::list(&w.db, &w.ours, &text("phone 2"), None, 9).await.unwrap().items, [make(2)]);
        assert_eq!(product::list(&w.db, &w.ours, &text("手机3"), None, 9).await.unwrap().items, [make(3)]);
        assert!(product::list(&w.db, &w.theirs, &text("bw"), None, 9).await.unwrap().items.is_empty());
        let mut one = make(1);
        one.stock = 0;
        assert_eq!(product::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(product::update(&w.db, &one).await, Err(Error::Stale { .. })));
        one.version = 2;
        assert_eq!(product::get(&w.db, &w.ours, &one.id).await.unwrap(), one);
        assert_eq!(product::find(&w.db, &w.theirs, &one.id).await.unwrap(), None);
        assert!(matches!(product::delete(&w.db, &w.theirs, &one.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(product::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::Stale { .. })));
        product::delete(&w.db, &w.ours, &one.id, 2).await.unwrap();
    })
    .await;
}
