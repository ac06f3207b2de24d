//! Routing: one draft with compare and set, versions that are never overwritten, what people can do, and past arrivals.

use crate::episode::{fill, says};
use crate::world::{NOW, on_both};
use qn_domain::routing::{ChannelLimit, PersonSkills, SkillLevel};
use qn_domain::{AuthorKind, Language, MessageKind, Role};
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
async fn past_arrivals_are_stretches_and_know_who_had_the_customer_before() {
    on_both(async |w| {
        let first = w.add_conversation("cnv_1", "con_1", "a").await;
        says(w, &first, MessageKind::Outgoing, AuthorKind::Agent).await;
        fill(w).await;
        let past = async |tenant, span| list_arrivals(&w.db, tenant, span, 10).await.unwrap();
        let known: Vec<_> = past(&w.ours, (NOW, NOW + 9)).await.into_iter().map(|p| (p.number, p.last_agent_id, p.routing)).collect();
        let routing = "{\"intensity_percent\":0,\"change_percent\":0,\"points\":0}".to_owned();
        assert_eq!(known, [(0, None, routing.clone()), (1, Some("usr_1".to_owned()), routing)]);
        assert_eq!(past(&w.ours, (NOW + 1, NOW + 9)).await.len(), 1);
        assert!(past(&w.ours, (NOW + 2, NOW + 9)).await.is_empty() && past(&w.theirs, (NOW, NOW + 9)).await.is_empty());
    })
    .await;
}
