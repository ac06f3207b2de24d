//! What flows keep for others: written with a run's decision, each tenant's own, the last write wins, forgotten with its owner. And what they
//! tell people, until it is read.

use crate::world::{NOW, World, begun, on_both, plain_run};
use qn_domain::UserId;
use qn_store::flow_run::{FlowRun, RunStanding};
use qn_store::flow_value::{self, FlowValue};
use qn_store::notice::{self, Notice};
use qn_store::{RunCommit, RunOutcome};

fn value(scope: &str, owner: &str, name: &str, value: Option<&str>) -> FlowValue {
    let (scope, owner, name) = (scope.to_owned(), owner.to_owned(), name.to_owned());
    FlowValue { scope, owner, name, value: value.map(str::to_owned), run_id: "run_1".into(), updated_at: NOW }
}

fn begins(w: &World, run_id: &str, set_values: Vec<FlowValue>) -> RunCommit {
    RunCommit { set_values, ..begun(FlowRun { standing: RunStanding::Parked, ..plain_run(&w.ours, run_id) }) }
}

async fn known(w: &World, conversation: &str, contact: &str) -> Vec<String> {
    let rows = flow_value::list_for(&w.db, &w.ours, Some(&conversation.into()), Some(&contact.into())).await.unwrap();
    rows.into_iter().map(|row| format!("{}.{}={}", row.scope, row.name, row.value.unwrap_or_default())).collect()
}

#[tokio::test]
async fn values_are_kept_for_their_owner_and_the_last_write_wins() {
    on_both(async |w| {
        let ours = w.ours.as_str().to_owned();
        let first = vec![
            value("contact", "con_1", "visits", Some("1")),
            value("conversation", "cnv_1", "step", Some("\"two\"")),
            value("tenant", &ours, "limit", Some("500")),
        ];
        assert_eq!(w.db.commit_run(begins(w, "run_1", first)).await.unwrap(), RunOutcome::Done);
        assert_eq!(known(w, "cnv_1", "con_1").await, ["contact.visits=1", "conversation.step=\"two\"", "tenant.limit=500"]);
        assert_eq!(known(w, "cnv_2", "con_2").await, ["tenant.limit=500"]);
        assert!(flow_value::list_for(&w.db, &w.theirs, Some(&"cnv_1".into()), Some(&"con_1".into())).await.unwrap().is_empty());
        // A decision that is not written sets nothing.
        let late = begins(w, "run_1", vec![value("contact", "con_1", "visits", Some("7"))]);
        assert_eq!(w.db.commit_run(late).await.unwrap(), RunOutcome::Duplicate);
        // Many at once: one after the other, and all are written.
        let many = (2..30)
            .map(|n| w.db.commit_run(begins(w, &format!("run_{n}"), vec![value("contact", "con_1", "visits", Some(&n.to_string()))])));
        for done in futures_util::future::join_all(many).await {
            assert_eq!(done.unwrap(), RunOutcome::Done);
        }
        assert_eq!(known(w, "cnv_2", "con_1").await, ["contact.visits=29", "tenant.limit=500"]);
        w.db.commit_run(begins(w, "run_30", vec![value("tenant", &ours, "limit", None)])).await.unwrap();
        assert_eq!(known(w, "cnv_1", "con_1").await, ["contact.visits=29", "conversation.step=\"two\""]);
        assert_eq!(flow_value::delete_of(&w.db, &w.theirs, "contact", "con_1").await.unwrap(), 0);
        assert_eq!(flow_value::delete_of(&w.db, &w.ours, "contact", "con_1").await.unwrap(), 1);
        assert!(flow_value::delete(&w.db, &w.ours, "conversation", "cnv_1", "step").await.unwrap());
        assert!(!flow_value::delete(&w.db, &w.ours, "conversation", "cnv_1", "step").await.unwrap());
        assert!(known(w, "cnv_1", "con_1").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_told_once_and_gone_for_whoever_has_read_it() {
    on_both(async |w| {
        let told = Notice {
            id: "ntc_1".into(),
            title: "有人投诉".into(),
            body: "请看".into(),
            flow_name: "投诉".into(),
            run_id: "run_1".into(),
            conversation_id: None,
            at: NOW,
            flow_id: None,
            ticket_id: None,
        };
        let (lin, he) = (UserId::from("usr_1"), UserId::from("usr_2"));
        for _ in 0..2 {
            notice::insert(&w.db, &w.ours, &told, &[&lin, &he]).await.unwrap();
        }
        notice::insert(&w.db, &w.ours, &Notice { id: "ntc_2".into(), at: NOW + 1, ..told.clone() }, &[&lin]).await.unwrap();
        notice::insert(&w.db, &w.ours, &told, &[]).await.unwrap();
        let ids = async |user: &UserId| -> Vec<String> {
            notice::list(&w.db, &w.ours, user, 9).await.unwrap().into_iter().map(|notice| notice.id).collect()
        };
        assert_eq!((ids(&lin).await, ids(&he).await), (vec!["ntc_2".to_owned(), "ntc_1".to_owned()], vec!["ntc_1".to_owned()]));
        assert_eq!(notice::list(&w.db, &w.ours, &he, 9).await.unwrap(), std::slice::from_ref(&told));
        assert!(notice::list(&w.db, &w.theirs, &lin, 9).await.unwrap().is_empty());
        assert!(!notice::delete(&w.db, &w.theirs, &lin, "ntc_1").await.unwrap());
        assert!(notice::delete(&w.db, &w.ours, &lin, "ntc_1").await.unwrap());
        assert_eq!((ids(&lin).await, ids(&he).await.len()), (vec!["ntc_2".to_owned()], 1));
    })
    .await;
}
