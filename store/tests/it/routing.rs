//! Routing: one draft with compare and set, versions that are never overwritten, what people can do, and past arrivals.

use crate::world::{NOW, on_both};
use qn_domain::routing::{ChannelLimit, PersonSkills, SkillLevel};
use qn_domain::{Language, Role};
use qn_store::Error;
use qn_store::routing::{self, DRAFT, PolicyVersion, list_arrivals, list_people, put_draft, put_person, set_busy};

fn version(version: i64, document: &str) -> PolicyVersion {
    PolicyVersion { version, document: document.into(), note: "n".into(), changed_by: "usr_1".into(), changed_at: NOW, revision: 0 }
}

#[tokio::test]
async fn drafts_are_saved_over_what_was_read_and_versions_only_once() {
    on_both(async |w| {
        assert_eq!(routing::find_live(&w.db, &w.ours).await.unwrap(), None);
        assert_eq!(put_draft(&w.db, &w.ours, &version(DRAFT, "{}")).await.unwrap(), 1);
        assert!(matches!(put_draft(&w.db, &w.ours, &version(DRAFT, "late")).await, Err(Error::Stale { .. })));
        let second = PolicyVersion { revision: 1, ..version(DRAFT, "{\"rules\":[]}") };
        assert_eq!(put_draft(&w.db, &w.ours, &second).await.unwrap(), 2);
        let draft = routing::find(&w.db, &w.ours, DRAFT).await.unwrap().unwrap();
        assert_eq!((draft.revision, draft.document), (2, second.document));
        assert_eq!(routing::find(&w.db, &w.theirs, DRAFT).await.unwrap(), None);
        for n in 1..=2 {
            routing::publish(&w.db, &w.ours, &version(n, "{}")).await.unwrap();
        }
        assert!(matches!(routing::publish(&w.db, &w.ours, &version(2, "other")).await, Err(Error::Stale { .. })));
        assert_eq!(routing::find_live(&w.db, &w.ours).await.unwrap(), Some(version(2, "{}")));
        let all: Vec<i64> = routing::list(&w.db, &w.ours, 10).await.unwrap().into_iter().map(|v| v.version).collect();
        assert_eq!(all, [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn what_people_can_do_is_written_over_and_goes_with_them() {
    on_both(async |w| {
        w.add_user("usr_1", Role::Agent).await;
        let person = PersonSkills {
            skills: vec![SkillLevel { skill: "退款".into(), level: 3 }],
            languages: vec![Language::En],
            channels: vec![ChannelLimit { channel: "email".into(), capacity: 2 }],
            busy_reason: Some("meal".into()),
            busy_since: Some(NOW),
            ..PersonSkills::none("usr_1".into())
        };
        put_person(&w.db, &w.ours, &person).await.unwrap();
        assert_eq!(list_people(&w.db, &w.ours).await.unwrap(), std::slice::from_ref(&person));
        set_busy(&w.db, &w.ours, &"usr_1".into(), Some("meeting"), Some(NOW + 1)).await.unwrap();
        let busy = PersonSkills { busy_reason: Some("meeting".into()), busy_since: Some(NOW + 1), ..person };
        assert_eq!(list_people(&w.db, &w.ours).await.unwrap(), [busy]);
        put_person(&w.db, &w.ours, &PersonSkills::none("usr_1".into())).await.unwrap();
        assert_eq!(list_people(&w.db, &w.ours).await.unwrap(), [PersonSkills::none("usr_1".into())]);
        assert!(list_people(&w.db, &w.theirs).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn past_arrivals() {
    on_both(async |w| {
        let conversation = w.add_conversation("cnv_1", "con_1", "a").await;
        let span = (conversation.created_at, conversation.created_at + 1);
        let past = list_arrivals(&w.db, &w.ours, span, 10).await.unwrap();
        assert_eq!(
            (past.len(), past[0].id.as_str(), past[0].routing.as_str()),
            (1, "cnv_1", "{\"intensity_percent\":0,\"change_percent\":0,\"points\":0}")
        );
        assert!(list_arrivals(&w.db, &w.ours, (span.1, span.1 + 9), 10).await.unwrap().is_empty());
        assert!(list_arrivals(&w.db, &w.theirs, span, 10).await.unwrap().is_empty());
    })
    .await;
}
