//! The company's own entities, the forms of products, and for whom articles are, kept whole on both databases.

use crate::world::{NOW, on_both, walk};
use qn_domain::{ArticleAudience, ArticleScope, FoundBy, Language, NamedValue, OwnEntity, Product, Variant};
use qn_store::{Error, article, own_entity, product};

#[tokio::test]
async fn entities() {
    on_both(async |w| {
        let make = |n: i64, found_by: FoundBy| OwnEntity {
            id: format!("ent_{n}").into(),
            tenant_id: w.ours.clone(),
            name: format!("entity_{n}"),
            label: "订单号".into(),
            found_by,
            version: 1,
            created_at: NOW,
        };
        let values = vec![NamedValue { value: "红".into(), synonyms: vec!["大红".into()] }];
        let all = [
            make(1, FoundBy::Patterns { patterns: vec!["QN-#{8}".into()] }),
            make(2, FoundBy::Values { values }),
            make(3, FoundBy::Examples { examples: vec!["要[\"这个\"]".into()] }),
        ];
        for one in &all {
            own_entity::insert(&w.db, one).await.unwrap();
        }
        assert_eq!(walk(2, async |c, l| own_entity::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await, all);
        assert!(own_entity::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());
        let mut taken = make(9, FoundBy::Patterns { patterns: vec![] });
        taken.name = "entity_1".into();
        assert!(matches!(own_entity::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "name"));
        assert!(matches!(own_entity::insert(&w.db, &all[0]).await, Err(Error::Exists(f)) if f == "id"));
        let mut one = all[0].clone();
        one.found_by = FoundBy::Patterns { patterns: vec!["A#{6}".into()] };
        assert_eq!(own_entity::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(own_entity::update(&w.db, &one).await, Err(Error::Stale { .. })));
        one.version = 2;
        assert_eq!(own_entity::get(&w.db, &w.ours, &one.id).await.unwrap(), one);
        assert_eq!(own_entity::find(&w.db, &w.theirs, &one.id).await.unwrap(), None);
        assert!(matches!(own_entity::delete(&w.db, &w.theirs, &one.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(own_entity::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::Stale { .. })));
        own_entity::delete(&w.db, &w.ours, &one.id, 2).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn variants_are_kept_and_found_and_many_are_written_or_none() {
    on_both(async |w| {
        let make = |n: i64| Product {
            id: format!("prd_{n}").into(),
            tenant_id: w.ours.clone(),
            sku: format!("P-{n}"),
            name_zh: "手机".into(),
            name_en: "Phone".into(),
            category: "phone".into(),
            price_cents: 100,
            stock: 2,
            attributes: serde_json::Map::new(),
            accessories: vec![],
            variants: vec![Variant {
                sku: format!("P-{n}-B_{n}"),
                options: [("color".to_owned(), "蓝\"色".to_owned())].into(),
                price_cents: 100,
                stock: 2,
            }],
            version: 1,
            created_at: NOW,
        };
        product::write_all(&w.db, &[make(1), make(2)], &[]).await.unwrap();
        assert_eq!(product::get(&w.db, &w.ours, &"prd_1".into()).await.unwrap(), make(1));
        let text = product::Filter { text: Some("p-2-b_2".into()), ..product::Filter::default() };
        assert_eq!(product::list(&w.db, &w.ours, &text, None, 9).await.unwrap().items, [make(2)]);
        let taken = async |id: &str, sku: &str| product::is_taken(&w.db, &w.ours, &id.into(), sku).await.unwrap();
        assert!(taken("prd_1", "P-2-B_2").await && taken("prd_1", "P-2").await);
        assert!(!taken("prd_2", "P-2-B_2").await && !taken("prd_1", "P-2-BX2").await && !taken("prd_1", "B_2").await);
        let changed = Product { stock: 9, ..make(1) };
        let late = Product { version: 7, ..make(2) };
        assert!(matches!(product::write_all(&w.db, &[make(3)], &[changed, late]).await, Err(Error::Stale { .. })));
        assert_eq!(product::list_all(&w.db, &w.ours).await.unwrap(), [make(1), make(2)], "all or none");
    })
    .await;
}

#[tokio::test]
async fn articles_keep_for_whom_they_are() {
    on_both(async |w| {
        let scope = ArticleScope {
            audience: ArticleAudience::Tiers,
            tiers: vec!["gold".into()],
            valid_from: Some("2026-11-01".into()),
            valid_until: None,
            products: vec!["P-1".into()],
        };
        let mut wanted = crate::article::draft(w, "art_1", Language::Zh, "退货");
        wanted.scope = scope.clone();
        let stored = article::upsert(&w.db, &wanted, None).await.unwrap();
        assert_eq!(article::get(&w.db, &w.ours, &"art_1".into(), Language::Zh).await.unwrap().scope, scope);
        let by = |audience| article::Filter { audience: Some(audience), ..article::Filter::default() };
        assert_eq!(article::list(&w.db, &w.ours, &by(ArticleAudience::Tiers), None, 9).await.unwrap().items.len(), 1);
        assert!(article::list(&w.db, &w.ours, &by(ArticleAudience::Staff), None, 9).await.unwrap().items.is_empty());
        wanted.scope = ArticleScope::default();
        article::upsert(&w.db, &wanted, Some(stored.version)).await.unwrap();
        assert_eq!(article::list_published(&w.db, &w.ours).await.unwrap()[0].scope, ArticleScope::default());
    })
    .await;
}
