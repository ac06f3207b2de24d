//! Articles: one row per language, a history, and an edit that loses its race changes nothing.

use crate::world::{NOW, on_both, walk};
use qn_domain::{Article, ArticleAudience, ArticleScope, ArticleState, Language};
use qn_store::Error;
use qn_store::article::{self, Filter};

pub fn draft(w: &crate::world::World, id: &str, language: Language, title: &str) -> Article {
    Article {
        id: id.into(),
        tenant_id: w.ours.clone(),
        language,
        title: title.into(),
        questions: vec!["怎么退".into(), "\"quoted\"".into()],
        body: "**正文** body".into(),
        category: "售后".into(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 0,
        updated_by: Some("usr_1".into()),
        created_at: NOW,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn each_language_has_its_own_version_and_history() {
    on_both(async |w| {
        let zh = article::upsert(&w.db, &draft(w, "art_1", Language::Zh, "退货"), None).await.unwrap();
        let en = article::upsert(&w.db, &draft(w, "art_1", Language::En, "Returns"), None).await.unwrap();
        assert_eq!((zh.version, en.version), (1, 1));
        assert!(matches!(article::upsert(&w.db, &zh, None).await, Err(Error::Exists(_))));
        let mut next = zh.clone();
        next.title = "退货政策".into();
        next.created_at = 5;
        next.updated_at = NOW + 7;
        next.state = ArticleState::Draft;
        next.next_flow = Some("refund".into());
        next.scope = ArticleScope { audience: ArticleAudience::Staff, products: vec!["P10".into()], ..ArticleScope::default() };
        let stored = article::upsert(&w.db, &next, Some(1)).await.unwrap();
        assert_eq!((stored.version, stored.created_at), (2, NOW));
        assert!(matches!(article::upsert(&w.db, &next, Some(1)).await, Err(Error::Stale { .. })));
        assert!(matches!(article::upsert(&w.db, &draft(w, "art_none", Language::Zh, "x"), Some(1)).await, Err(Error::NotFound { .. })));
        assert_eq!(article::get(&w.db, &w.ours, &"art_1".into(), Language::Zh).await.unwrap(), stored);
        assert_eq!(article::list_translations(&w.db, &w.ours, &"art_1".into()).await.unwrap(), [stored.clone(), en.clone()]);
        let history = article::list_revisions(&w.db, &w.ours, &"art_1".into(), Language::Zh).await.unwrap();
        assert_eq!(history.iter().map(|r| (r.version, r.title.as_str())).collect::<Vec<_>>(), [(2, "退货政策"), (1, "退货")]);
        assert_eq!((&history[0].scope, &history[0].next_flow), (&Some(next.scope.clone()), &next.next_flow));
        assert_eq!((&history[1].scope, &history[1].next_flow), (&Some(ArticleScope::default()), &None));
        assert_eq!(history[1].category.as_deref(), Some("售后"));

        let (a, b) = tokio::join!(article::upsert(&w.db, &en, Some(1)), article::upsert(&w.db, &en, Some(1)));
        assert!(a.is_ok() != b.is_ok(), "two editors, one winner");

        let id = "art_1".into();
        assert_eq!(article::find(&w.db, &w.theirs, &id, Language::Zh).await.unwrap(), None);
        assert!(article::list_translations(&w.db, &w.theirs, &id).await.unwrap().is_empty());
        assert!(article::list_revisions(&w.db, &w.theirs, &id, Language::Zh).await.unwrap().is_empty());
        assert!(article::list_published(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(article::list_published(&w.db, &w.ours).await.unwrap().len(), 1);
        assert_eq!(article::list_by_prefix(&w.db, &w.ours, "art_").await.unwrap().len(), 2);
        assert!(article::list_by_prefix(&w.db, &w.ours, "art_2").await.unwrap().is_empty());
        assert!(article::list_by_prefix(&w.db, &w.theirs, "art_").await.unwrap().is_empty());
        assert_eq!(article::find_published(&w.db, &id, Language::Zh).await.unwrap(), None);
        assert!(article::find_published(&w.db, &id, Language::En).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn lists_filter_and_page() {
    on_both(async |w| {
        for n in 0..6 {
            let mut a = draft(w, &format!("art_{n}"), if n % 2 == 0 { Language::Zh } else { Language::En }, &format!("Title {n}"));
            a.updated_at = NOW + n / 3;
            a.category = if n == 5 { "发票".into() } else { "售后".into() };
            a.state = if n == 0 { ArticleState::Archived } else { ArticleState::Published };
            article::upsert(&w.db, &a, None).await.unwrap();
        }
        let ids = async |filter: Filter| {
            let read = async |c: Option<String>, l| article::list(&w.db, &w.ours, &filter, c.as_deref(), l).await.unwrap();
            walk(2, read).await.iter().map(|a| a.id.0[4..].to_owned()).collect::<String>()
        };
        assert_eq!(ids(Filter::default()).await, "543210");
        assert_eq!(ids(Filter { language: Some(Language::Zh), ..Filter::default() }).await, "420");
        assert_eq!(ids(Filter { state: Some(ArticleState::Archived), ..Filter::default() }).await, "0");
        assert_eq!(ids(Filter { category: Some("发票".into()), ..Filter::default() }).await, "5");
        assert_eq!(ids(Filter { text: Some("title 3".into()), ..Filter::default() }).await, "3");
        assert_eq!(ids(Filter { text: Some("怎么退".into()), language: Some(Language::En), ..Filter::default() }).await, "531");
        assert!(article::list(&w.db, &w.theirs, &Filter::default(), None, 10).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn removing_takes_the_history_along() {
    on_both(async |w| {
        let id = "art_1".into();
        for language in [Language::Zh, Language::En] {
            article::upsert(&w.db, &draft(w, "art_1", language, "t"), None).await.unwrap();
        }
        assert!(matches!(article::delete_language(&w.db, &w.ours, &id, Language::En, 9).await, Err(Error::Stale { .. })));
        assert!(matches!(article::delete_language(&w.db, &w.theirs, &id, Language::En, 1).await, Err(Error::NotFound { .. })));
        article::delete_language(&w.db, &w.ours, &id, Language::En, 1).await.unwrap();
        assert!(article::list_revisions(&w.db, &w.ours, &id, Language::En).await.unwrap().is_empty());
        article::upsert(&w.db, &draft(w, "art_1", Language::En, "again"), None).await.unwrap();
        assert!(matches!(article::delete(&w.db, &w.ours, &id, None, 7).await, Err(Error::Stale { .. })));
        assert!(matches!(article::delete(&w.db, &w.ours, &id, Some(Language::En), 2).await, Err(Error::Stale { .. })));
        assert!(matches!(article::delete(&w.db, &w.theirs, &id, None, 1).await, Err(Error::NotFound { .. })));
        assert_eq!(article::list_translations(&w.db, &w.ours, &id).await.unwrap().len(), 2, "a refused removal changes nothing");
        article::delete(&w.db, &w.ours, &id, Some(Language::En), 1).await.unwrap();
        assert!(article::list_translations(&w.db, &w.ours, &id).await.unwrap().is_empty());
        assert!(article::list_revisions(&w.db, &w.ours, &id, Language::Zh).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_import_adds_what_is_new_and_leaves_the_rest() {
    on_both(async |w| {
        let mut first = draft(w, "art_1", Language::Zh, "退货");
        first.version = 1;
        assert_eq!(article::insert_all(&w.db, std::slice::from_ref(&first)).await.unwrap(), 1);
        let second = Article { language: Language::En, title: "Returns".into(), ..first.clone() };
        let changed = Article { title: "不要覆盖".into(), ..first.clone() };
        assert_eq!(article::insert_all(&w.db, &[changed, second.clone()]).await.unwrap(), 1);
        assert_eq!(article::list_translations(&w.db, &w.ours, &"art_1".into()).await.unwrap(), [first, second]);
        assert_eq!(article::list_revisions(&w.db, &w.ours, &"art_1".into(), Language::En).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_category_has_a_flow_until_it_is_taken_away() {
    use qn_store::article_category::{flows, in_use, put};
    on_both(async |w| {
        article::upsert(&w.db, &draft(w, "art_1", Language::Zh, "退货"), None).await.unwrap();
        article::upsert(&w.db, &draft(w, "art_1", Language::En, "Returns"), None).await.unwrap();
        assert_eq!(in_use(&w.db, &w.ours).await.unwrap(), [("售后".to_owned(), 2)]);
        let before = qn_store::article_stamp::find(&w.db, &w.ours).await.unwrap();
        put(&w.db, &w.ours, "售后", "refund").await.unwrap();
        put(&w.db, &w.ours, "售后", "returns").await.unwrap();
        assert_eq!(flows(&w.db, &w.ours).await.unwrap(), [("售后".to_owned(), "returns".to_owned())]);
        assert!(flows(&w.db, &w.theirs).await.unwrap().is_empty() && in_use(&w.db, &w.theirs).await.unwrap().is_empty());
        assert!(qn_store::article_stamp::find(&w.db, &w.ours).await.unwrap() > before, "the bot hears of it");
        put(&w.db, &w.ours, "售后", "").await.unwrap();
        assert!(flows(&w.db, &w.ours).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_category_has_its_own_title_until_it_is_taken_away() {
    use qn_domain::CategoryTitle;
    use qn_store::product_category::{list, put};
    on_both(async |w| {
        let title = |zh: &str, en: &str| CategoryTitle { key: "phone_holder".into(), zh: zh.into(), en: en.into() };
        put(&w.db, &w.ours, &title("支架", "")).await.unwrap();
        put(&w.db, &w.ours, &title("手机支架", "Phone mounts")).await.unwrap();
        assert_eq!(list(&w.db, &w.ours).await.unwrap(), [title("手机支架", "Phone mounts")]);
        assert!(list(&w.db, &w.theirs).await.unwrap().is_empty());
        put(&w.db, &w.ours, &title("", "")).await.unwrap();
        assert!(list(&w.db, &w.ours).await.unwrap().is_empty());
    })
    .await;
}
