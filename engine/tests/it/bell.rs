//! What another session writes is acted on at once. The clock stands still or the next unasked look is half a minute away, so nothing
//! here would be found in time by looking again. PostgreSQL alone has a bell.

use crate::fixture::{House, START, drop_database, served_house};
use crate::flows::{Stage, node};
use qn_base::ManualClock;
use qn_domain::{Effect, EffectKind, EffectState, TenantId};
use qn_engine::Sent;
use qn_runner::{Acting, Acts, Errand, Runner, Wish};
use qn_store::bell::Ring;
use qn_store::flow_run::{self, RunStanding};
use qn_store::kept_signal::{self, KeptSignal};
use qn_store::{CommitSink, Db, Url, effect, sole};
use qn_workflow::Flow;
use qn_workflow::request::listens_for;
use serde_json::json;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A serving house, and a session beside it.
struct Served {
    stage: Stage,
    beside: Db,
    name: String,
    hears: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn open() -> Option<Served> {
        let (house, name) = served_house().await?;
        let mut sole = sole::claim(&house.beside()).await.unwrap().unwrap();
        let beside = Db::open(&house.beside(), CommitSink::none()).await.unwrap();
        let stage = Stage::on(house);
        let engine = stage.house.engine.clone();
        let hears = tokio::spawn(async move {
            // Until the right is taken away with the database.
            while let Ok(ring) = sole.hear().await {
                Box::pin(engine.ring(ring)).await;
            }
        });
        Some(Served { stage, beside, name, hears })
    }

    fn house(&self) -> &House {
        &self.stage.house
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..2_000 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never: {what}; runs {:?}", self.stage.runs().await);
    }

    async fn until_done(&self, run_id: &str) {
        self.until("the run is done", async || {
            let run = flow_run::find(&self.house().engine.db, &ours(), run_id).await.unwrap();
            run.is_some_and(|run| run.standing == RunStanding::Done)
        })
        .await;
    }

    /// A run that another process began and that waits for a time which is past for this one: its rows are all there is of it.
    async fn left_by_another(&self) -> String {
        let clock = Arc::new(ManualClock::at(START - 3_600_000));
        let runner = Runner::start(self.beside.clone(), clock, Arc::new(Nobody));
        let nodes = json!([node("s", "start", json!({})), node("w", "wait", json!({"for_ms": 1_000})), node("e", "end", json!({}))]);
        let edges = json!([{"from": "s", "port": "next", "to": "w"}, {"from": "w", "port": "next", "to": "e"}]);
        let flow = json!({"format": 1, "id": "waits", "name": "waits", "nodes": nodes, "edges": edges});
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let hash = runner.publish(&ours(), flow, "usr_a", "").await.unwrap();
        let run_id = runner.begin(Wish::of(&ours(), &hash, None)).await.unwrap().run_id;
        self.until("its beginning is on disk", async || {
            let run = flow_run::find(&self.beside, &ours(), &run_id).await.unwrap();
            run.is_some_and(|run| matches!(run.standing, RunStanding::Parked | RunStanding::Done))
        })
        .await;
        runner.stop().await;
        run_id
    }

    async fn close(self) {
        self.hears.abort();
        self.beside.close().await;
        self.house().engine.stop_flows().await;
        self.house().engine.db.close().await;
        drop_database(&self.name).await;
    }
}

struct Nobody;

impl Acts for Nobody {
    fn act<'a>(&'a self, _: &'a Errand) -> Acting<'a> {
        Box::pin(async { None })
    }
}

fn ours() -> TenantId {
    "tnt_1".into()
}

#[tokio::test]
async fn a_timer_that_another_session_wrote_fires() {
    let Some(served) = Served::open().await else { return };
    let run_id = served.left_by_another().await;
    served.until_done(&run_id).await;
    served.close().await;
}

#[tokio::test]
async fn what_was_written_while_the_connection_was_broken_is_looked_at_when_it_is_back() {
    let Some(served) = Served::open().await else { return };
    let Url::Postgres(url) = served.house().beside().url else { panic!("not on PostgreSQL") };
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'qingniao sole server'";
    assert!(Command::new("psql").args([url.as_str(), "-qc", end]).stdout(Stdio::null()).status().unwrap().success());
    let run_id = served.left_by_another().await;
    served.until_done(&run_id).await;
    served.close().await;
}

/// Begins a run that waits until A1 is paid.
async fn waits_for_payment(stage: &Stage) -> Sent {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["等付款"]}},
        node("w", "signal", json!({"signal": "payment", "field": "order_id", "equals": "A1"})),
        {"id": "t", "kind": "say", "settings": {"text": "收到付款了"}},
        {"id": "e", "kind": "end"},
        {"id": "x", "kind": "end", "settings": {"failed": "late"}},
    ]);
    let edges = json!([["s", "next", "w"], ["w", "next", "t"], ["w", "error", "x"], ["t", "next", "e"]]);
    stage.publish("paid", "等付款", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "等付款").await;
    let listens = listens_for("payment", &json!({"order_id": "A1"}));
    for _ in 0..2_000 {
        if !kept_signal::listeners(&stage.house.engine.db, &ours(), "", &listens[0], 1).await.unwrap().is_empty() {
            return sent;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the run never listens: {:?}", stage.runs().await);
}

/// The payment is kept, and nobody is told.
async fn keep_payment(db: &Db) {
    let payload = json!({"order_id": "A1"});
    let kept = KeptSignal {
        id: "payment/A1".into(),
        flow_id: String::new(),
        name: "payment".into(),
        payload: payload.to_string(),
        at: START,
        heard_at: None,
        expires_at: START + 1_000,
    };
    assert!(kept_signal::insert(db, &ours(), &kept, &listens_for("payment", &payload), 10).await.unwrap());
}

#[tokio::test]
async fn a_signal_that_another_session_kept_is_heard() {
    let Some(served) = Served::open().await else { return };
    let sent = waits_for_payment(&served.stage).await;
    keep_payment(&served.beside).await;
    served.stage.until_said(&sent, "收到付款了").await;
    served
        .until("it is noted as heard", async || {
            let kept = kept_signal::find(&served.beside, &ours(), "payment/A1").await.unwrap();
            kept.is_some_and(|kept| kept.heard_at.is_some())
        })
        .await;
    served.close().await;
}

#[tokio::test]
async fn a_signal_that_was_kept_and_passed_on_to_nobody_is_heard_after_the_start() {
    let stage = Stage::open().await;
    let sent = waits_for_payment(&stage).await;
    let stage = stage.again().await;
    keep_payment(&stage.house.engine.db).await;
    let stop = CancellationToken::new();
    let flows = tokio::spawn(stage.house.engine.clone().run_flows(0, stop.clone()));
    stage.until_said(&sent, "收到付款了").await;
    stop.cancel();
    flows.await.unwrap();
}

#[tokio::test]
async fn an_effect_and_a_setting_that_another_session_wrote_are_seen() {
    let Some(served) = Served::open().await else { return };
    let mei = served.house().visitor("mei").await;
    let sent = served.house().ask(&mei, "1", "你好").await;
    let payload = json!({"conversation_id": sent.conversation.id, "until": 0});
    let owed = Effect { kind: EffectKind::ConversationWake, key: "beside".into(), payload, due_at: START, trace: None };
    effect::insert(&served.beside, &ours(), &owed, START).await.unwrap();
    served
        .until("the effect was carried out", async || {
            let pending = effect::list(&served.beside, &ours(), EffectState::Pending, None, 10).await.unwrap().items;
            let leased = effect::list(&served.beside, &ours(), EffectState::Leased, None, 10).await.unwrap().items;
            !pending.iter().chain(&leased).any(|effect| effect.key == "beside")
        })
        .await;

    let settings = async || served.house().engine.settings(&ours()).await.unwrap();
    let inbox = (**settings().await.inbox(&"inb_1".into()).unwrap()).clone();
    qn_store::inbox::update(&served.beside, &qn_domain::Inbox { name: "新名字".into(), ..inbox }).await.unwrap();
    served.until("the new name is known", async || settings().await.inbox(&"inb_1".into()).unwrap().name == "新名字").await;
    served.close().await;
}

#[tokio::test]
async fn a_ring_for_nothing_changes_nothing() {
    let house = crate::fixture::house().await;
    let mei = house.visitor("mei").await;
    let sent = house.ask(&mei, "1", "怎么退货").await;
    let before = house.messages(&sent).await;
    house.engine.ring(Ring::Everything).await;
    house.engine.ring(Ring::Entry { tenant_id: ours(), seq: 99 }).await;
    house.engine.ring(Ring::Run { tenant_id: ours(), run_id: "run_none".into() }).await;
    assert_eq!(house.messages(&sent).await, before);
}
