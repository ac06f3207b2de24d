//! Flows as people keep them: names, drafts of several authors, releases in one step, and the lists of runs and approvals.

use crate::world::{NOW, World, begun, on_both, plain_run, walk};
use qn_domain::UserId;
use qn_store::flow::{self, StoredFlow};
use qn_store::flow_canary::{self, FlowCanary};
use qn_store::flow_draft::{self, FlowDraft};
use qn_store::flow_history::{self, Filter};
use qn_store::flow_plan::{self, FlowPlan};
use qn_store::flow_release::{self, FlowRelease, PlanFailure, Publishing, ReleaseKind};
use qn_store::flow_run::{FlowRun, RunStanding};
use qn_store::flow_task::FlowTask;
use qn_store::flow_version::{self, FlowVersion};
use qn_store::notice::{self, Notice};
use qn_store::{Error, RunCommit};

fn made(w: &World, id: &str) -> StoredFlow {
    StoredFlow {
        tenant_id: w.ours.clone(),
        id: id.into(),
        name: "退款".into(),
        live: None,
        enabled: true,
        hook_secret: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn draft(w: &World, author: &str, revision: i64, base_hash: Option<&str>) -> FlowDraft {
    FlowDraft {
        tenant_id: w.ours.clone(),
        flow_id: "refund".into(),
        author_id: author.into(),
        document: format!("{{\"by\": \"{author} {revision}\"}}"),
        base_hash: base_hash.map(str::to_owned),
        revision,
        updated_at: NOW + revision,
    }
}

fn version(w: &World, hash: &str, by: &str) -> FlowVersion {
    FlowVersion {
        tenant_id: w.ours.to_string(),
        hash: hash.into(),
        flow_id: "refund".into(),
        number: 0,
        document: "{}".into(),
        note: format!("note {hash}"),
        published_by: by.into(),
        published_at: NOW + 5,
    }
}

async fn publish(w: &World, hash: &str, by: &str, base: Option<&str>, revision: i64) -> Result<(), Error> {
    let wish = Publishing { version: &version(w, hash, by), name: "退款 2", base_hash: base, author_id: &by.into(), revision };
    flow_release::publish(&w.db, &wish).await
}

fn release(w: &World, kind: ReleaseKind, hash: Option<&str>) -> FlowRelease {
    FlowRelease {
        tenant_id: w.ours.clone(),
        flow_id: "refund".into(),
        kind,
        hash: hash.map(str::to_owned),
        number: None,
        taken_by: "usr_a".into(),
        note: "因为".into(),
        at: NOW + 9,
    }
}

#[tokio::test]
async fn flows_are_kept_by_name_within_their_tenant() {
    on_both(async |w| {
        for id in ["refund", "invoice", "csat"] {
            flow::insert(&w.db, &made(w, id)).await.unwrap();
        }
        assert!(matches!(flow::insert(&w.db, &made(w, "refund")).await, Err(Error::Exists(_))));
        assert_eq!(flow::get(&w.db, &w.ours, "refund").await.unwrap(), made(w, "refund"));
        assert_eq!(flow::find(&w.db, &w.theirs, "refund").await.unwrap(), None);
        assert_eq!((flow::count(&w.db, &w.ours).await.unwrap(), flow::count(&w.db, &w.theirs).await.unwrap()), (3, 0));
        let all = walk(2, async |c, l| flow::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), ["csat", "invoice", "refund"]);
        let mut renamed = made(w, "refund");
        renamed.name = "Refund".into();
        assert_eq!(flow::update(&w.db, &renamed, NOW + 1).await.unwrap(), 2);
        assert!(matches!(flow::update(&w.db, &renamed, NOW + 1).await, Err(Error::Stale { .. })));
        flow::set_hook_secret(&w.db, &w.ours, "refund", Some("whsec_x"), NOW + 2).await.unwrap();
        assert!(matches!(flow::set_hook_secret(&w.db, &w.theirs, "refund", None, NOW).await, Err(Error::NotFound { .. })));
        let found = flow::get(&w.db, &w.ours, "refund").await.unwrap();
        assert_eq!((found.hook_secret.as_deref(), found.version, found.updated_at), (Some("whsec_x"), 3, NOW + 2));
        assert!(!format!("{found:?}").contains("whsec_x"));
        flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await.unwrap();
        assert!(matches!(flow::delete(&w.db, &w.ours, "refund", 2).await, Err(Error::Stale { .. })));
        assert!(matches!(flow::delete(&w.db, &w.theirs, "refund", 3).await, Err(Error::NotFound { .. })));
        flow::delete(&w.db, &w.ours, "refund", 3).await.unwrap();
        assert!(flow_draft::list(&w.db, &w.ours, None).await.unwrap().is_empty());
        assert!(matches!(flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await, Err(Error::Stale { .. })), "no draft of nothing");
    })
    .await;
}

#[tokio::test]
async fn each_author_has_a_draft_and_learns_of_the_other_window() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        assert_eq!(flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await.unwrap(), 1);
        assert!(matches!(flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await, Err(Error::Stale { .. })));
        assert_eq!(flow_draft::save(&w.db, &draft(w, "usr_a", 1, Some("h"))).await.unwrap(), 2);
        assert!(matches!(flow_draft::save(&w.db, &draft(w, "usr_a", 1, None)).await, Err(Error::Stale { .. })));
        assert_eq!(flow_draft::save(&w.db, &draft(w, "usr_b", 0, None)).await.unwrap(), 1);
        let mine = flow_draft::find(&w.db, &w.ours, "refund", &"usr_a".into()).await.unwrap().unwrap();
        assert_eq!((mine.document.as_str(), mine.revision, mine.base_hash.as_deref()), ("{\"by\": \"usr_a 1\"}", 2, Some("h")));
        assert_eq!(flow_draft::find(&w.db, &w.theirs, "refund", &"usr_a".into()).await.unwrap(), None);
        let newest = flow_draft::find_newest(&w.db, &w.ours, "refund").await.unwrap().unwrap();
        assert_eq!(newest.author_id.as_str(), "usr_a");
        let authors = async |flow: Option<&str>| {
            let found = flow_draft::list(&w.db, &w.ours, flow).await.unwrap();
            found.into_iter().map(|d| d.author_id.0).collect::<Vec<_>>()
        };
        assert_eq!(authors(None).await, ["usr_a", "usr_b"]);
        assert_eq!((authors(Some("refund")).await.len(), authors(Some("other")).await.len()), (2, 0));
        assert!(flow_draft::list(&w.db, &w.theirs, None).await.unwrap().is_empty());
        assert!(flow_draft::delete(&w.db, &w.ours, "refund", &"usr_b".into()).await.unwrap());
        assert!(!flow_draft::delete(&w.db, &w.ours, "refund", &"usr_b".into()).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_live_changes_in_one_step_and_is_written_down() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        for author in ["usr_a", "usr_b"] {
            flow_draft::save(&w.db, &draft(w, author, 0, None)).await.unwrap();
        }
        assert!(matches!(publish(w, "h1", "usr_a", None, 7).await, Err(Error::Stale { what: "draft", .. })));
        assert_eq!(flow_version::find(&w.db, &w.ours, "h1").await.unwrap(), None, "nothing is left of it");
        publish(w, "h1", "usr_a", None, 1).await.unwrap();
        assert!(matches!(publish(w, "h2", "usr_b", None, 1).await, Err(Error::Stale { what: "flow", .. })), "h1 went live meanwhile");
        publish(w, "h2", "usr_b", Some("h1"), 1).await.unwrap();
        assert!(flow_draft::list(&w.db, &w.ours, None).await.unwrap().is_empty());
        let live = flow::get(&w.db, &w.ours, "refund").await.unwrap();
        assert_eq!((live.name.as_str(), live.live.as_ref().unwrap().number, live.live_hash()), ("退款 2", 2, Some("h2")));
        assert_eq!(flow::list_live(&w.db, &w.ours).await.unwrap(), [live]);

        for hash in ["none", "h2"] {
            assert!(!flow_release::roll_back(&w.db, &release(w, ReleaseKind::Rollback, Some(hash))).await.unwrap(), "{hash}");
        }
        assert!(flow_release::roll_back(&w.db, &release(w, ReleaseKind::Rollback, Some("h1"))).await.unwrap());
        assert!(!flow_release::switch(&w.db, &release(w, ReleaseKind::Enable, Some("h1"))).await.unwrap());
        assert!(flow_release::switch(&w.db, &release(w, ReleaseKind::Disable, Some("h1"))).await.unwrap());
        assert!(flow::list_live(&w.db, &w.ours).await.unwrap().is_empty());
        let all = walk(3, async |c, l| flow_release::list(&w.db, &w.ours, "refund", c.as_deref(), l).await.unwrap()).await;
        let told: Vec<_> = all.iter().map(|r| (r.kind, r.number, r.taken_by.as_str(), r.note.as_str())).collect();
        use ReleaseKind::{Disable, Publish, Rollback};
        let expected = [
            (Disable, Some(1), "usr_a", "因为"),
            (Rollback, Some(1), "usr_a", "因为"),
            (Publish, Some(2), "usr_b", "note h2"),
            (Publish, Some(1), "usr_a", "note h1"),
        ];
        assert_eq!(told, expected);
        assert!(flow_release::list(&w.db, &w.theirs, "refund", None, 9).await.unwrap().items.is_empty());
        let numbers = walk(1, async |c, l| flow_version::list(&w.db, &w.ours, "refund", c.as_deref(), l).await.unwrap()).await;
        assert_eq!(numbers.iter().map(|v| (v.number, v.hash.as_str())).collect::<Vec<_>>(), [(2, "h2"), (1, "h1")]);
        assert_eq!(flow_version::find_number(&w.db, &w.ours, "refund", 1).await.unwrap().unwrap().hash, "h1");
        assert_eq!(flow_version::find_number(&w.db, &w.theirs, "refund", 1).await.unwrap(), None);
    })
    .await;
}

fn begins(w: &World, at: i64, flow_id: &str, standing: RunStanding) -> RunCommit {
    let (version_hash, trigger_key) = ("h1".to_owned(), format!("api:usr_a:{at}"));
    let run = plain_run(&w.ours, &format!("run_{}", qn_base::ids::fresh(at)));
    begun(FlowRun { flow_id: flow_id.into(), version_hash, trigger_key, standing, started_at: at, changed_at: at, ..run })
}

#[tokio::test]
async fn runs_are_found_by_flow_standing_and_time_and_counted() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await.unwrap();
        publish(w, "h1", "usr_a", None, 1).await.unwrap();
        for (at, flow_id, standing) in [
            (1, "refund", RunStanding::Done),
            (2, "refund", RunStanding::Parked),
            (3, "csat", RunStanding::Parked),
            (4, "refund", RunStanding::Failed),
        ] {
            w.db.commit_run(begins(w, NOW + at, flow_id, standing)).await.unwrap();
        }
        let times = async |filter: Filter| {
            let all = walk(2, async |c, l| flow_history::list(&w.db, &w.ours, &filter, c.as_deref(), l).await.unwrap()).await;
            all.into_iter().map(|run| run.started_at - NOW).collect::<Vec<_>>()
        };
        let refund = Some("refund".to_owned());
        assert_eq!(times(Filter::default()).await, [4, 3, 2, 1]);
        assert_eq!(times(Filter { flow_id: refund.clone(), ..Filter::default() }).await, [4, 2, 1]);
        assert_eq!(times(Filter { standing: Some(RunStanding::Parked), ..Filter::default() }).await, [3, 2]);
        assert_eq!(times(Filter { since: Some(NOW + 3), ..Filter::default() }).await, [4, 3]);
        assert_eq!(
            times(Filter { flow_id: refund, standing: Some(RunStanding::Parked), since: Some(NOW), ..Filter::default() }).await,
            [2]
        );
        let page = flow_history::list(&w.db, &w.ours, &Filter::default(), None, 1).await.unwrap();
        let run = &page.items[0];
        assert_eq!((run.number, run.standing), (Some(1), RunStanding::Failed));
        assert_eq!(flow_history::find(&w.db, &w.ours, &run.id).await.unwrap().as_ref(), Some(run));
        assert_eq!(flow_history::find(&w.db, &w.theirs, &run.id).await.unwrap(), None);
        assert!(flow_history::list(&w.db, &w.theirs, &Filter::default(), None, 9).await.unwrap().items.is_empty());
        let counts = flow_history::count_by_flow(&w.db, &w.ours, NOW + 2).await.unwrap();
        let expected = [("csat", RunStanding::Parked, 1), ("refund", RunStanding::Failed, 1), ("refund", RunStanding::Parked, 1)];
        assert_eq!(counts.iter().map(|(f, s, n)| (f.as_str(), *s, *n)).collect::<Vec<_>>(), expected);
        assert!(flow_history::count_by_flow(&w.db, &w.theirs, 0).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn approvals_are_listed_oldest_first_and_questions_are_not() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        let mut runs = Vec::new();
        for at in 0..3 {
            let mut commit = begins(w, NOW + at, if at == 2 { "gone" } else { "refund" }, RunStanding::Parked);
            let task = |step: &str, request: &str| FlowTask {
                run_id: commit.run_id.clone(),
                step: step.into(),
                attempt: 1,
                request: request.into(),
                at: NOW + at,
                kind: if request.contains("\"do\":\"approve\"") { "approve" } else { "ask" }.into(),
                listens: None,
                also_at: None,
            };
            commit.set_tasks =
                vec![task("ok@", r#"{"do":"approve","who":"supervisor"}"#), task("ask@", r#"{"do":"ask","text":"approve"}"#)];
            commit.set_timers = vec![qn_store::flow_run::FlowTimer { run_id: commit.run_id.clone(), step: "ok@".into(), due_at: NOW + 60 }];
            runs.push(commit.run_id.clone());
            w.db.commit_run(commit).await.unwrap();
        }
        let all = walk(1, async |c, l| flow_history::list_approvals(&w.db, &w.ours, None, c.as_deref(), l).await.unwrap()).await;
        let seen: Vec<_> = all.iter().map(|t| (t.run_id.clone(), t.step.as_str(), t.flow_name.as_deref(), t.due_at)).collect();
        let expected = [
            (runs[0].clone(), "ok@", Some("退款"), Some(NOW + 60)),
            (runs[1].clone(), "ok@", Some("退款"), Some(NOW + 60)),
            (runs[2].clone(), "ok@", None, Some(NOW + 60)),
        ];
        assert_eq!(seen, expected);
        assert!(flow_history::list_approvals(&w.db, &w.theirs, None, None, 9).await.unwrap().items.is_empty());
        let one = flow_history::find_approval(&w.db, &w.ours, &runs[1], "ok@").await.unwrap().unwrap();
        assert_eq!(one.trigger_key, format!("api:usr_a:{}", NOW + 1));
        assert_eq!(flow_history::find_approval(&w.db, &w.ours, &runs[1], "ask@").await.unwrap(), None);
        assert_eq!(flow_history::find_approval(&w.db, &w.theirs, &runs[1], "ok@").await.unwrap(), None);
    })
    .await;
}

fn plan(w: &World, hash: &str, base: Option<&str>, due_at: i64) -> FlowPlan {
    FlowPlan {
        tenant_id: w.ours.to_string(),
        flow_id: "refund".into(),
        hash: hash.into(),
        base_hash: base.map(str::to_owned),
        author_id: "usr_a".into(),
        revision: 1,
        note: "周一上线".into(),
        due_at,
        made_at: NOW,
        failed_at: None,
        failure: None,
    }
}

fn canary(w: &World, hash: &str, share: i64) -> FlowCanary {
    FlowCanary {
        tenant_id: w.ours.to_string(),
        flow_id: "refund".into(),
        hash: hash.into(),
        share,
        author_id: "usr_a".into(),
        revision: 1,
        note: "试一试".into(),
        since: NOW,
    }
}

#[tokio::test]
async fn a_planned_version_goes_live_at_its_time_and_not_over_another() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await.unwrap();
        publish(w, "h1", "usr_a", None, 1).await.unwrap();
        flow_draft::save(&w.db, &draft(w, "usr_a", 0, Some("h1"))).await.unwrap();
        let wish = plan(w, "h2", Some("h1"), NOW + 100);
        flow_plan::put(&w.db, &version(w, "h2", "usr_a"), &wish).await.unwrap();
        assert_eq!(flow_plan::find(&w.db, &w.ours, "refund").await.unwrap(), Some(wish.clone()));
        assert!(flow_plan::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(flow_plan::next_due(&w.db).await.unwrap(), Some(NOW + 100));
        assert!(flow_plan::list_due(&w.db, NOW + 99, 9).await.unwrap().is_empty());
        assert_eq!(flow_plan::list_due(&w.db, NOW + 100, 9).await.unwrap(), vec![wish.clone()]);
        assert!(flow_release::carry_out(&w.db, &wish, NOW + 101, "退款 3").await.unwrap());
        assert!(!flow_release::carry_out(&w.db, &wish, NOW + 102, "退款 3").await.unwrap(), "once");
        let live = flow::get(&w.db, &w.ours, "refund").await.unwrap();
        assert_eq!((live.live_hash(), live.name.as_str()), (Some("h2"), "退款 3"));
        assert!(flow_draft::list(&w.db, &w.ours, None).await.unwrap().is_empty(), "the draft it came of is gone");
        // something else is live by then: it stays and says so
        let late = plan(w, "h3", Some("h1"), NOW + 200);
        flow_plan::put(&w.db, &version(w, "h3", "usr_a"), &late).await.unwrap();
        assert!(!flow_release::carry_out(&w.db, &late, NOW + 201, "x").await.unwrap());
        let told = Notice {
            id: "ntc_1".into(),
            title: "没有按时上线".into(),
            body: "线上版本已经更新".into(),
            flow_name: "退款".into(),
            run_id: String::new(),
            conversation_id: None,
            at: NOW + 201,
            flow_id: Some("refund".into()),
            ticket_id: None,
        };
        let author = UserId::from("usr_a");
        let failure = PlanFailure { word: "moved_on", notice: &told, to: &[&author] };
        assert!(flow_release::fail_plan(&w.db, &late, &failure, NOW + 201).await.unwrap());
        assert!(!flow_release::fail_plan(&w.db, &late, &failure, NOW + 202).await.unwrap(), "once");
        assert_eq!(notice::list(&w.db, &w.ours, &author, 9).await.unwrap(), std::slice::from_ref(&told));
        let last = flow_release::list(&w.db, &w.ours, "refund", None, 1).await.unwrap().items.remove(0);
        assert_eq!((last.kind, last.hash.as_deref(), last.note), (ReleaseKind::PlanFailed, Some("h3"), told.body));
        let kept = flow_plan::find(&w.db, &w.ours, "refund").await.unwrap().unwrap();
        assert_eq!((kept.failure.as_deref(), kept.failed_at), (Some("moved_on"), Some(NOW + 201)));
        assert_eq!((flow_plan::next_due(&w.db).await.unwrap(), flow_plan::list_due(&w.db, NOW + 999, 9).await.unwrap()), (None, vec![]));
        assert!(flow_plan::delete(&w.db, &w.ours, "refund").await.unwrap() && !flow_plan::delete(&w.db, &w.ours, "refund").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_version_on_trial_is_counted_promoted_and_ended_by_whatever_else_goes_live() {
    on_both(async |w| {
        flow::insert(&w.db, &made(w, "refund")).await.unwrap();
        flow_draft::save(&w.db, &draft(w, "usr_a", 0, None)).await.unwrap();
        publish(w, "h1", "usr_a", None, 1).await.unwrap();
        flow_canary::put(&w.db, &version(w, "h2", "usr_a"), &canary(w, "h2", 10)).await.unwrap();
        assert!(flow_canary::set_share(&w.db, &w.ours, "refund", 30).await.unwrap());
        assert!(!flow_canary::set_share(&w.db, &w.theirs, "refund", 30).await.unwrap());
        assert_eq!(flow_canary::list(&w.db, &w.ours).await.unwrap(), [canary(w, "h2", 30)]);
        for (id, hash, standing) in
            [("run_1", "h1", RunStanding::Done), ("run_2", "h2", RunStanding::Failed), ("run_3", "h2", RunStanding::Done)]
        {
            begin(w, id, hash, standing).await;
        }
        qn_store::flow_run::note_handed_off(&w.db, &w.ours, "run_2", NOW + 50).await.unwrap();
        qn_store::flow_run::note_handed_off(&w.db, &w.theirs, "run_3", NOW + 50).await.unwrap();
        let told = flow_canary::tally(&w.db, &w.ours, "refund", NOW).await.unwrap();
        let told: Vec<_> = told.iter().map(|(hash, standing, n, handed)| (hash.as_str(), standing.as_str(), *n, *handed)).collect();
        assert_eq!(told, [("h1", "done", 1, 0), ("h2", "done", 1, 0), ("h2", "failed", 1, 1)]);
        let trial = canary(w, "h2", 30);
        assert!(flow_release::promote(&w.db, &trial, &release(w, ReleaseKind::Promote, Some("h2")), "退款 2").await.unwrap());
        assert!(!flow_release::promote(&w.db, &trial, &release(w, ReleaseKind::Promote, Some("h2")), "退款 2").await.unwrap());
        assert_eq!(flow::get(&w.db, &w.ours, "refund").await.unwrap().live_hash(), Some("h2"));
        // going back ends a trial, and so does withdrawing it
        flow_canary::put(&w.db, &version(w, "h3", "usr_a"), &canary(w, "h3", 5)).await.unwrap();
        assert!(flow_release::roll_back(&w.db, &release(w, ReleaseKind::Rollback, Some("h1"))).await.unwrap());
        assert_eq!(flow_canary::find(&w.db, &w.ours, "refund").await.unwrap(), None);
        flow_canary::put(&w.db, &version(w, "h3", "usr_a"), &canary(w, "h3", 5)).await.unwrap();
        assert!(flow_release::withdraw(&w.db, &release(w, ReleaseKind::Withdraw, Some("h3"))).await.unwrap());
        assert!(!flow_release::withdraw(&w.db, &release(w, ReleaseKind::Withdraw, Some("h3"))).await.unwrap());
        flow_release::note(&w.db, &release(w, ReleaseKind::Unplan, Some("h4"))).await.unwrap();
        let kinds = walk(3, async |c, l| flow_release::list(&w.db, &w.ours, "refund", c.as_deref(), l).await.unwrap()).await;
        assert_eq!(kinds.iter().map(|r| r.kind.as_str()).collect::<Vec<_>>(), ["unplan", "withdraw", "rollback", "promote", "publish"]);
    })
    .await;
}

async fn begin(w: &World, id: &str, hash: &str, standing: RunStanding) {
    let at = NOW + 1;
    let run = FlowRun { version_hash: hash.into(), standing, started_at: at, changed_at: at, ..plain_run(&w.ours, id) };
    w.db.commit_run(begun(run)).await.unwrap();
}
