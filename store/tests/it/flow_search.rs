//! Runs found by what people know of them, and the orders about many of them.

use crate::world::{NOW, World, begun, on_both, plain_run, walk};
use qn_store::RunCommit;
use qn_store::flow_bulk::{self, FlowBulk};
use qn_store::flow_history::{self, Filter};
use qn_store::flow_run::{self, FlowRun, RunStanding};
use qn_store::flow_value::FlowValue;

async fn begin(w: &World, at: i64, run: FlowRun, set_values: Vec<FlowValue>) {
    let run = FlowRun { started_at: NOW + at, changed_at: NOW + at, ..run };
    w.db.commit_run(RunCommit { set_values, ..begun(run) }).await.unwrap();
}

/// Numbers of the runs, newest first.
async fn found(w: &World, filter: Filter) -> String {
    let all = walk(2, async |c, l| flow_history::list(&w.db, &w.ours, &filter, c.as_deref(), l).await.unwrap()).await;
    all.into_iter().map(|run| run.id.trim_start_matches("run_").to_owned()).collect()
}

fn saying(text: &str) -> Filter {
    Filter { text: Some(text.to_owned()), ..Filter::default() }
}

async fn some_runs(w: &World) {
    w.add_contact("con_7", "王小明", "wangxiaoming").await;
    let run = |n: i64| plain_run(&w.ours, &format!("run_{n}"));
    begin(w, 1, FlowRun { search: "so-1001\n12.5\n".into(), ..run(1) }, vec![]).await;
    let failed =
        FlowRun { standing: RunStanding::Failed, error: Some("Status 503".into()), error_zh: Some("状态码 503".into()), ..run(2) };
    begin(w, 2, failed, vec![]).await;
    begin(w, 3, FlowRun { contact_id: Some("con_7".into()), conversation_id: Some("cnv_7".into()), ..run(3) }, vec![]).await;
    let value = FlowValue {
        scope: "contact".into(),
        owner: "con_9".into(),
        name: "order".into(),
        value: Some("\"SO-1001\"".into()),
        run_id: "run_4".into(),
        updated_at: NOW,
    };
    begin(w, 4, run(4), vec![value]).await;
    begin(w, 5, FlowRun { trigger_key: "hook:Parcel_77%".into(), ..run(5) }, vec![]).await;
}

#[tokio::test]
async fn a_run_is_found_by_whatever_people_know_of_it() {
    on_both(async |w| {
        some_runs(w).await;
        for (text, runs) in [
            ("SO-1001", "41"),
            ("12.5", "1"),
            ("status 503", "2"),
            ("状态码", "2"),
            ("小明", "3"),
            ("cnv_7", "3"),
            ("con_7", "3"),
            ("run_3", "3"),
            ("parcel_77%", "5"),
            ("parcel%", ""),
            ("nothing of the kind", ""),
        ] {
            assert_eq!(found(w, saying(text)).await, runs, "{text}");
        }
        assert_eq!(found(w, Filter { since: Some(NOW + 2), ..saying("so-1001") }).await, "4");
        assert_eq!(found(w, Filter { standing: Some(RunStanding::Failed), ..saying("503") }).await, "2");
        let page = flow_history::list(&w.db, &w.theirs, &saying("so-1001"), None, 9).await.unwrap();
        assert!(page.items.is_empty());
        let read = flow_run::find(&w.db, &w.ours, "run_1").await.unwrap().unwrap();
        assert_eq!(read.search, "so-1001\n12.5\n");
    })
    .await;
}

#[tokio::test]
async fn runs_are_told_apart_by_who_holds_them_and_since_when_they_stand_so() {
    on_both(async |w| {
        some_runs(w).await;
        assert!(flow_run::set_paused(&w.db, &w.ours, "run_4", Some(NOW)).await.unwrap());
        assert_eq!(found(w, Filter { held: Some(true), ..Filter::default() }).await, "4");
        assert_eq!(found(w, Filter { held: Some(false), ..Filter::default() }).await, "5321");
        assert_eq!(found(w, Filter { conversation_id: Some("cnv_7".into()), ..Filter::default() }).await, "3");
        assert_eq!(flow_run::count_unfinished(&w.db).await.unwrap(), [(w.ours.to_string(), 4)]);
        assert_eq!(found(w, Filter { changed_until: Some(NOW + 2), ..Filter::default() }).await, "21");
    })
    .await;
}

#[tokio::test]
async fn an_order_about_many_runs_is_noted_once_and_its_first_outcome_stays() {
    on_both(async |w| {
        let order = |id: &str, at: i64| FlowBulk {
            id: id.into(),
            act: "cancel".into(),
            filter: r#"{"flow":"refund"}"#.into(),
            reason: "弄错了".into(),
            ordered_by: "usr_a".into(),
            at: NOW + at,
            outcome: None,
        };
        let first = order("one", 1);
        assert_eq!(flow_bulk::begin(&w.db, &w.ours, &first).await.unwrap(), (first.clone(), true));
        assert_eq!(flow_bulk::begin(&w.db, &w.ours, &order("one", 9)).await.unwrap(), (first.clone(), false));
        assert!(flow_bulk::begin(&w.db, &w.theirs, &order("one", 9)).await.unwrap().1, "another company's is another");
        flow_bulk::finish(&w.db, &w.ours, "one", "{\"done\":2}").await.unwrap();
        flow_bulk::finish(&w.db, &w.ours, "one", "{\"done\":7}").await.unwrap();
        flow_bulk::begin(&w.db, &w.ours, &order("two", 2)).await.unwrap();
        flow_bulk::begin(&w.db, &w.ours, &order("three", 2)).await.unwrap();
        let all = walk(1, async |c, l| flow_bulk::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        let told: Vec<_> = all.iter().map(|order| (order.id.as_str(), order.outcome.as_deref())).collect();
        assert_eq!(told, [("two", None), ("three", None), ("one", Some("{\"done\":2}"))]);
    })
    .await;
}
