//! Uploaded documents, places documents come from, what is known of documents, and the stamp that says articles changed.

use crate::world::{NOW, World, on_both};
use qn_domain::{
    Article, ArticleScope, ArticleState, ImportCounts, ImportState, KnowledgeDocument, KnowledgeImport, KnowledgeSource, Language,
    SourceKind, SyncReport, Unread,
};
use qn_store::{Error, article, article_stamp, knowledge_document, knowledge_import, knowledge_source};

fn import(w: &World, n: i64) -> KnowledgeImport {
    KnowledgeImport {
        id: format!("imp_{n:03}").into(),
        tenant_id: w.ours.clone(),
        name: "手册.docx".into(),
        size_bytes: 12,
        hash: "ab".into(),
        language: Language::Zh,
        category: String::new(),
        state: ImportState::Ready,
        problem: None,
        sections: 2,
        counts: None,
        created_by: "usr_1".into(),
        created_at: NOW + n,
        ended_at: None,
    }
}

#[tokio::test]
async fn imports_end_once_and_forget_their_text() {
    on_both(async |w| {
        let (first, mut broken) = (import(w, 1), import(w, 2));
        broken.state = ImportState::Failed;
        broken.problem = Some(Unread { code: "encrypted".into(), zh: "有密码".into(), en: "locked".into() });
        knowledge_import::insert(&w.db, &first, "[1]").await.unwrap();
        knowledge_import::insert(&w.db, &broken, "").await.unwrap();
        assert!(matches!(knowledge_import::insert(&w.db, &first, "").await, Err(Error::Exists(_))));
        assert_eq!(knowledge_import::list(&w.db, &w.ours).await.unwrap(), [broken.clone(), first.clone()]);
        assert!(knowledge_import::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(knowledge_import::sections(&w.db, &w.ours, &first.id).await.unwrap(), "[1]");
        assert!(knowledge_import::sections(&w.db, &w.theirs, &first.id).await.is_err());
        assert!(knowledge_import::get(&w.db, &w.theirs, &first.id).await.is_err());
        let counts = ImportCounts { added: 2, ..ImportCounts::default() };
        let end = async |id, state| knowledge_import::end(&w.db, &w.ours, id, state, Some(&counts), NOW + 9).await.unwrap();
        assert!(end(&first.id, ImportState::Applied).await);
        assert!(!end(&first.id, ImportState::Discarded).await, "it ended already");
        assert!(!end(&broken.id, ImportState::Applied).await, "there is nothing to take over");
        let kept = knowledge_import::get(&w.db, &w.ours, &first.id).await.unwrap();
        assert_eq!((kept.state, kept.counts, kept.ended_at), (ImportState::Applied, Some(counts), Some(NOW + 9)));
        assert_eq!(knowledge_import::sections(&w.db, &w.ours, &first.id).await.unwrap(), "");
        for n in 10..215 {
            knowledge_import::insert(&w.db, &import(w, n), "").await.unwrap();
        }
        let kept = knowledge_import::list(&w.db, &w.ours).await.unwrap();
        assert_eq!((kept.len(), kept[199].id.as_str()), (200, "imp_015"));
    })
    .await;
}

fn source(w: &World, id: &str, name: &str) -> KnowledgeSource {
    KnowledgeSource {
        id: id.into(),
        tenant_id: w.ours.clone(),
        name: name.into(),
        kind: SourceKind::Urls,
        places: vec!["https://x.example/faq".into()],
        interval_minutes: 60,
        language: Some(Language::En),
        category: "帮助".into(),
        publish: true,
        enabled: true,
        report: None,
        due_at: NOW,
        version: 1,
        created_by: "usr_1".into(),
        created_at: NOW,
    }
}

#[tokio::test]
async fn sources_come_due_and_report() {
    on_both(async |w| {
        let (a, b) = (source(w, "src_a", "a"), KnowledgeSource { enabled: false, ..source(w, "src_b", "b") });
        knowledge_source::insert(&w.db, &a).await.unwrap();
        knowledge_source::insert(&w.db, &b).await.unwrap();
        let exists = |result, what: &str| matches!(result, Err(Error::Exists(named)) if named == what);
        assert!(exists(knowledge_source::insert(&w.db, &a).await, "id"));
        assert!(exists(knowledge_source::insert(&w.db, &source(w, "src_c", "a")).await, "name"));
        assert_eq!(knowledge_source::list(&w.db, &w.ours).await.unwrap(), [a.clone(), b.clone()]);
        assert!(knowledge_source::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(knowledge_source::list_due(&w.db, NOW, 9).await.unwrap(), std::slice::from_ref(&a), "what is off is never due");
        assert!(knowledge_source::list_due(&w.db, NOW - 1, 9).await.unwrap().is_empty());

        let report = SyncReport { documents: 3, ..SyncReport::default() };
        knowledge_source::finish(&w.db, &a, &report, NOW + 60).await.unwrap();
        let kept = knowledge_source::get(&w.db, &w.ours, &a.id).await.unwrap();
        assert_eq!((kept.report.as_ref(), kept.due_at), (Some(&report), NOW + 60));
        knowledge_source::set_due(&w.db, &w.ours, &a.id, NOW + 1).await.unwrap();
        assert!(knowledge_source::set_due(&w.db, &w.theirs, &a.id, NOW).await.is_err());
        knowledge_source::finish(&w.db, &kept, &report, NOW + 99).await.unwrap();
        let asked = knowledge_source::get(&w.db, &w.ours, &a.id).await.unwrap();
        assert_eq!(asked.due_at, NOW + 1, "a look that was asked for meanwhile is still owed");

        let wanted = KnowledgeSource { name: "b".into(), ..asked.clone() };
        assert!(exists(knowledge_source::update(&w.db, &wanted).await.map(drop), "name"));
        let wanted = KnowledgeSource { places: vec!["https://x.example/b".into()], language: None, ..asked };
        assert_eq!(knowledge_source::update(&w.db, &wanted).await.unwrap(), 2);
        assert!(matches!(knowledge_source::update(&w.db, &wanted).await, Err(Error::Stale { .. })));
        assert!(knowledge_source::find(&w.db, &w.theirs, &a.id).await.unwrap().is_none());

        let document = KnowledgeDocument {
            tenant_id: w.ours.clone(),
            source_id: Some(a.id.clone()),
            name: "https://x.example/b".into(),
            hash: "cd".into(),
            etag: "\"1\"".into(),
            modified: String::new(),
            changed_at: NOW,
        };
        let uploaded = KnowledgeDocument { source_id: None, ..document.clone() };
        knowledge_document::put(&w.db, &uploaded).await.unwrap();
        knowledge_document::put(&w.db, &document).await.unwrap();
        knowledge_document::put(&w.db, &KnowledgeDocument { hash: "ef".into(), ..document.clone() }).await.unwrap();
        let known = async |id| knowledge_document::list(&w.db, &w.ours, id).await.unwrap();
        assert_eq!(known(Some(&a.id)).await[0].hash, "ef");
        knowledge_document::forget_states(&w.db, &w.ours, &a.id).await.unwrap();
        assert_eq!((known(Some(&a.id)).await[0].hash.as_str(), known(None).await[0].hash.as_str()), ("", "cd"));
        assert!(knowledge_document::list(&w.db, &w.theirs, None).await.unwrap().is_empty());
        assert!(matches!(knowledge_source::delete(&w.db, &w.ours, &a.id, 1).await, Err(Error::Stale { .. })));
        knowledge_source::delete(&w.db, &w.ours, &a.id, 2).await.unwrap();
        assert!(known(Some(&a.id)).await.is_empty());
        knowledge_document::delete(&w.db, &w.ours, None, &uploaded.name).await.unwrap();
        assert!(known(None).await.is_empty());
    })
    .await;
}

fn written(w: &World, id: &str, state: ArticleState) -> Article {
    Article {
        id: id.into(),
        tenant_id: w.ours.clone(),
        language: Language::Zh,
        title: "退货".into(),
        questions: Vec::new(),
        body: "七天".into(),
        category: String::new(),
        state,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn the_stamp_grows_with_what_is_searched_and_not_with_drafts() {
    on_both(async |w| {
        let stamp = async || article_stamp::find(&w.db, &w.ours).await.unwrap();
        let (draft, live) = (written(w, "art_d", ArticleState::Draft), written(w, "art_p", ArticleState::Published));
        article::upsert(&w.db, &draft, None).await.unwrap();
        assert_eq!(stamp().await, 0);
        article::upsert_all(&w.db, &[(&live, None), (&written(w, "art_q", ArticleState::Draft), None)]).await.unwrap();
        assert_eq!(stamp().await, 1);
        let taken_down = Article { state: ArticleState::Draft, ..live.clone() };
        article::upsert(&w.db, &taken_down, Some(1)).await.unwrap();
        assert_eq!(stamp().await, 2, "what is no longer published leaves the search too");
        article::upsert(&w.db, &taken_down, Some(2)).await.unwrap();
        assert_eq!(stamp().await, 2);
        let both = [(&draft, Some(1)), (&live, Some(1))];
        assert!(matches!(article::upsert_all(&w.db, &both).await, Err(Error::Stale { .. })));
        assert_eq!(article::get(&w.db, &w.ours, &draft.id, Language::Zh).await.unwrap().version, 1, "all of them or none");
        article::delete(&w.db, &w.ours, &live.id, None, 3).await.unwrap();
        assert_eq!(stamp().await, 3);
        assert_eq!(article_stamp::list(&w.db).await.unwrap(), [(w.ours.clone(), 3)]);
        assert_eq!(article_stamp::find(&w.db, &w.theirs).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_is_settled_once_and_for_one_company() {
    on_both(async |w| {
        for _ in 0..2 {
            qn_store::article_conflict::settle(&w.db, &w.ours, "k1", &"usr_1".into(), NOW).await.unwrap();
        }
        assert_eq!(qn_store::article_conflict::list_settled(&w.db, &w.ours).await.unwrap(), ["k1"]);
        assert!(qn_store::article_conflict::list_settled(&w.db, &w.theirs).await.unwrap().is_empty());
    })
    .await;
}
