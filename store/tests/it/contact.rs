//! Contacts, their identities and the pages they visited.

use crate::world::{NOW, contact, identity, on_both, walk};
use qn_domain::{Fact, FactKind, Grade, Language, Page};
use qn_store::{Error, contact as contacts, contact_fact, identity as identities, page_visit};

#[tokio::test]
async fn a_contact_is_kept_edited_and_searched() {
    on_both(async |w| {
        let mut wang = contact(&w.ours, "con_1", "王小明");
        wang.email = Some("Wang@Example.com".into());
        wang.phone = Some("+86 138".into());
        wang.attributes.insert("vip".into(), true.into());
        contacts::insert(&w.db, &wang, "Wang Xiaoming WXM").await.unwrap();
        assert!(matches!(contacts::insert(&w.db, &wang, "").await, Err(Error::Exists(_))));
        assert_eq!(contacts::get(&w.db, &w.ours, &wang.id).await.unwrap(), wang);
        assert_eq!(contacts::find(&w.db, &w.theirs, &wang.id).await.unwrap(), None);

        for text in ["小明", "xiaoming", "wxm", "WANG@ex", "138"] {
            assert_eq!(contacts::list(&w.db, &w.ours, Some(text), None, 10).await.unwrap().items.len(), 1, "{text}");
            assert!(contacts::list(&w.db, &w.theirs, Some(text), None, 10).await.unwrap().items.is_empty());
        }
        assert!(contacts::list(&w.db, &w.ours, Some("%"), None, 10).await.unwrap().items.is_empty(), "wildcards are text");

        let mut changed = wang.clone();
        changed.name = "李雷".into();
        changed.blocked = true;
        changed.language = None;
        assert_eq!(contacts::update(&w.db, &changed, "li lei ll").await.unwrap(), 2);
        assert!(matches!(contacts::update(&w.db, &changed, "").await, Err(Error::Stale { .. })));
        let missing = contact(&w.theirs, "con_1", "x");
        assert!(matches!(contacts::update(&w.db, &missing, "").await, Err(Error::NotFound { .. })));
        changed.version = 2;
        assert_eq!(contacts::get(&w.db, &w.ours, &wang.id).await.unwrap(), changed);
        assert!(contacts::list(&w.db, &w.ours, Some("xiaoming"), None, 10).await.unwrap().items.is_empty());
        assert_eq!(changed.language.or(Some(Language::Zh)), Some(Language::Zh));
    })
    .await;
}

#[tokio::test]
async fn contacts_list_by_last_seen_and_by_ids() {
    on_both(async |w| {
        for n in 0..7 {
            w.add_contact(&format!("con_{n}"), "客户", "kehu kh").await;
        }
        contacts::touch(&w.db, &w.ours, &"con_3".into(), NOW + 5).await.unwrap();
        contacts::touch(&w.db, &w.ours, &"con_3".into(), NOW + 2).await.unwrap();
        contacts::touch(&w.db, &w.theirs, &"con_4".into(), NOW + 9).await.unwrap();
        let names = |all: Vec<qn_domain::Contact>| all.iter().map(|c| c.id.0[4..].to_owned()).collect::<String>();
        let all = walk(3, async |cursor, limit| contacts::list(&w.db, &w.ours, None, cursor.as_deref(), limit).await.unwrap()).await;
        assert_eq!(names(all), "3654210");
        let found =
            walk(2, async |cursor, limit| contacts::list(&w.db, &w.ours, Some("kh"), cursor.as_deref(), limit).await.unwrap()).await;
        assert_eq!(names(found), "3654210");
        let ids = ["con_1".into(), "con_2".into(), "con_none".into()];
        let some = contacts::list_by_ids(&w.db, &w.ours, &ids.iter().collect::<Vec<_>>()).await.unwrap();
        assert_eq!(some.len(), 2);
        assert!(contacts::list_by_ids(&w.db, &w.theirs, &ids.iter().collect::<Vec<_>>()).await.unwrap().is_empty());
        assert!(contacts::list_by_ids(&w.db, &w.ours, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn logging_out_refuses_older_visitor_tokens() {
    on_both(async |w| {
        let id = w.add_contact("con_1", "a", "").await.id;
        assert_eq!(contacts::tokens_valid_after(&w.db, &w.ours, &id).await.unwrap(), Some(0));
        contacts::revoke_tokens(&w.db, &w.theirs, &id, NOW).await.unwrap();
        assert_eq!(contacts::tokens_valid_after(&w.db, &w.ours, &id).await.unwrap(), Some(0));
        contacts::revoke_tokens(&w.db, &w.ours, &id, NOW).await.unwrap();
        contacts::revoke_tokens(&w.db, &w.ours, &id, NOW - 5).await.unwrap();
        assert_eq!(contacts::tokens_valid_after(&w.db, &w.ours, &id).await.unwrap(), Some(NOW));
        assert_eq!(contacts::tokens_valid_after(&w.db, &w.theirs, &id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn one_account_is_one_identity_even_when_two_requests_race() {
    on_both(async |w| {
        let inbox = w.add_inbox("inb_1").await;
        let (a, b) = (contact(&w.ours, "con_a", "甲"), contact(&w.ours, "con_b", "乙"));
        let (ia, ib) = (identity(&a, &inbox.id, "wx:1"), identity(&b, &inbox.id, "wx:1"));
        let (first, second) =
            tokio::join!(identities::insert_with_contact(&w.db, &a, "jia", &ia), identities::insert_with_contact(&w.db, &b, "yi", &ib));
        let ((first, first_new), (second, second_new)) = (first.unwrap(), second.unwrap());
        assert_eq!(first.id, second.id);
        assert!(first_new != second_new);
        assert_eq!(contacts::list(&w.db, &w.ours, None, None, 10).await.unwrap().items.len(), 1, "the loser's contact is not kept");

        let winner = identities::find(&w.db, &w.ours, &inbox.id, "wx:1").await.unwrap().unwrap();
        assert_eq!(winner.contact_id, first.id);
        assert_eq!(identities::find(&w.db, &w.theirs, &inbox.id, "wx:1").await.unwrap(), None);
        let again = identity(&first, &inbox.id, "wx:1");
        assert_eq!(identities::insert_or_find(&w.db, &again).await.unwrap(), winner);
        let more = identity(&first, &inbox.id, "user:9");
        assert_eq!(identities::insert_or_find(&w.db, &more).await.unwrap(), more);
        assert_eq!(identities::list(&w.db, &w.ours, &first.id).await.unwrap().len(), 2);
        assert_eq!(identities::list_by_contacts(&w.db, &w.ours, &[&first.id]).await.unwrap().len(), 2);
        assert!(identities::list_by_contacts(&w.db, &w.theirs, &[&first.id]).await.unwrap().is_empty());
        assert!(identities::list_by_contacts(&w.db, &w.ours, &[]).await.unwrap().is_empty());
        assert!(identities::list(&w.db, &w.theirs, &first.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_new_customer_begins_with_what_they_are_known_by_and_the_loser_of_a_race_adds_nothing() {
    on_both(async |w| {
        let inbox = w.add_inbox("inb_1").await;
        let fact = |kind, value: &str, grade| Fact { kind, scope: String::new(), value: value.into(), grade };
        let (phone, typed) =
            (fact(FactKind::Phone, "8613910862253", Grade::Channel), fact(FactKind::Phone, "8613910862253", Grade::Claimed));
        let name = fact(FactKind::Name, "甲", Grade::Claimed);
        let (a, b) = (contact(&w.ours, "con_a", "甲"), contact(&w.ours, "con_b", "甲"));
        let told = [phone.clone(), typed, name.clone()];
        let made = identities::insert_with_facts(&w.db, &a, "jia", &identity(&a, &inbox.id, "wx:1"), &told).await.unwrap();
        assert_eq!(made, (a.clone(), Some(vec![name.clone(), phone.clone()])), "each value once, with its best proof");
        let noted = contact_fact::list(&w.db, &w.ours, &[&a.id]).await.unwrap();
        assert_eq!(noted, [(a.id.clone(), name), (a.id.clone(), phone.clone())]);
        assert!(contact_fact::note(&w.db, &w.ours, &a.id, &told, NOW).await.unwrap().is_empty(), "nothing of it is news");

        let late = identities::insert_with_facts(&w.db, &b, "jia", &identity(&b, &inbox.id, "wx:1"), &told).await.unwrap();
        assert_eq!(late, (a.clone(), None));
        assert_eq!(contact_fact::sharers(&w.db, &w.ours, &phone, 5).await.unwrap(), [(a.id, phone)]);
    })
    .await;
}

#[tokio::test]
async fn the_last_fifty_pages() {
    on_both(async |w| {
        let id = w.add_contact("con_1", "a", "").await.id;
        for n in 0..60 {
            let page = Page { url: format!("https://shop.example/{n}"), title: "页".into() };
            page_visit::insert(&w.db, &w.ours, &id, &page, NOW + n / 2).await.unwrap();
        }
        let seen = page_visit::list(&w.db, &w.ours, &id).await.unwrap();
        assert_eq!((seen.len(), seen[0].url.as_str(), seen[49].url.as_str()), (50, "https://shop.example/59", "https://shop.example/10"));
        assert!(page_visit::list(&w.db, &w.theirs, &id).await.unwrap().is_empty());
        assert_eq!(page_visit::delete_before(&w.db, &w.theirs, NOW + 100).await.unwrap(), 0);
        assert_eq!(page_visit::delete_before(&w.db, &w.ours, NOW + 29).await.unwrap(), 58);
    })
    .await;
}
