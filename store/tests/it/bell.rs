//! What another session writes is heard, what the server writes itself is not; the right to serve is kept, waited for and lost.

use crate::world::{NOW, address, admin, begun, opening, plain_run, postgres, tenant, user};
use qn_domain::{Effect, EffectKind, Outcome, Role, TenantId};
use qn_store::bell::{Ring, Topic};
use qn_store::flow_run::{FlowRun, FlowTimer, RunStanding};
use qn_store::sole::{self, SoleServer};
use qn_store::{CommitSink, Db, Error, Options, RunCommit, RunOutcome, effect};
use sqlx::{Connection, PgConnection};

/// The right of this database's server.
const RIGHT: &str =
    "FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

struct Place {
    server: String,
    name: String,
}

impl Place {
    /// None where no PostgreSQL server is named.
    async fn fresh() -> Option<Place> {
        let server = postgres()?;
        let name = format!("qn_test_{}", qn_base::ids::secret(12));
        admin(&server, format!("CREATE DATABASE {name}")).await;
        Some(Place { server, name })
    }

    fn options(&self) -> Options {
        Options::postgres(address(&self.server, &self.name))
    }

    /// The database as the server that holds the right opens it.
    async fn serve(&self, sole: &SoleServer) -> qn_store::Result<Db> {
        Db::open(&self.options().serving().fenced(Some(sole)), CommitSink::none()).await
    }

    async fn claim(&self) -> SoleServer {
        sole::claim(&self.options()).await.unwrap().unwrap()
    }

    /// As an operator does it.
    async fn sql(&self, sql: &str) {
        admin(&address(&self.server, &self.name), sql.to_owned()).await;
    }

    async fn until(&self, sql: String) {
        let mut connection = PgConnection::connect(&address(&self.server, &self.name)).await.unwrap();
        for _ in 0..2_000 {
            let (holds,): (bool,) = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).fetch_one(&mut connection).await.unwrap();
            if holds {
                return connection.close().await.unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("never: {sql}");
    }

    async fn drop(self) {
        admin(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

fn ours() -> TenantId {
    "tnt_ours".into()
}

fn run(id: &str) -> RunCommit {
    let set_timers = vec![FlowTimer { run_id: id.into(), step: "wait@".into(), due_at: NOW + 5 }];
    RunCommit { set_timers, ..begun(FlowRun { standing: RunStanding::Parked, ..plain_run(&ours(), id) }) }
}

fn owed(key: &str) -> Effect {
    Effect { kind: EffectKind::ConversationWake, key: key.into(), payload: serde_json::json!({}), due_at: NOW, trace: None }
}

#[tokio::test]
async fn another_session_rings_and_the_servers_own_writes_do_not() {
    let Some(place) = Place::fresh().await else { return };
    let mut sole = place.claim().await;
    let db = place.serve(&sole).await.unwrap();
    qn_store::tenant::insert(&db, &tenant(&ours())).await.unwrap();
    qn_store::user::insert(&db, &user(&ours(), "usr_1", Role::Agent), "hash").await.unwrap();
    let mut first = opening(&ours(), "cnv_1", "con_1", "你好");
    first.effects.push(owed("first"));
    assert!(matches!(db.commit(first).await.unwrap(), Outcome::Done { .. }));
    assert_eq!(db.commit_run(run("run_1")).await.unwrap(), RunOutcome::Done);
    assert!(qn_store::flow_run::set_paused(&db, &ours(), "run_1", Some(NOW)).await.unwrap());
    db.announce(&ours(), "user", "usr_1", NOW).await.unwrap();
    // Rings come in the order of commits: none of the above did.
    place.sql("UPDATE flow_timer SET due_at = 1").await;
    assert_eq!(sole.hear().await.unwrap(), Ring::Wrote(Topic::Timers));

    let rings = [
        ("UPDATE flow_run SET state = 'active'", Topic::Runs),
        ("UPDATE flow_task SET told = 0", Topic::Runs),
        (
            "INSERT INTO kept_signal (tenant_id, id, flow_id, name, payload, at, expires_at) VALUES ('tnt_ours', 's', '', 'n', '{}', 1, 2)",
            Topic::Signals,
        ),
        ("UPDATE effect SET due_at = 1", Topic::Effects),
        ("DELETE FROM flow_schedule", Topic::Hours),
        ("DELETE FROM flow_plan", Topic::Hours),
        ("UPDATE flow SET enabled = 0", Topic::Flows),
        ("INSERT INTO article_stamp (tenant_id, stamp) VALUES ('tnt_ours', 1)", Topic::Articles),
        ("UPDATE channel_event SET due_at = 1", Topic::Journal),
        ("UPDATE mail SET due_at = 1", Topic::Mail),
        ("UPDATE knowledge_source SET due_at = 1", Topic::Sources),
        ("DELETE FROM report_schedule", Topic::Rounds),
        ("UPDATE app_user SET disabled = 1", Topic::Settings),
        ("UPDATE tenant SET time_zone = 'UTC'", Topic::Settings),
        ("DELETE FROM product", Topic::Products),
        ("DELETE FROM canned_response", Topic::Words),
        ("DELETE FROM api_token", Topic::Keys),
    ];
    for (sql, topic) in rings {
        place.sql(sql).await;
        assert_eq!(sole.hear().await.unwrap(), Ring::Wrote(topic), "{sql}");
    }
    place.sql("UPDATE flow_run SET paused_at = NULL").await;
    assert_eq!(sole.hear().await.unwrap(), Ring::Run { tenant_id: ours(), run_id: "run_1".into() });

    // As a command beside the server does it.
    let beside = Db::open(&place.options(), CommitSink::none()).await.unwrap();
    beside.announce(&ours(), "user", "usr_1", NOW).await.unwrap();
    assert_eq!(sole.hear().await.unwrap(), Ring::Entry { tenant_id: ours(), seq: 3 });
    effect::insert(&beside, &ours(), &owed("beside"), NOW).await.unwrap();
    assert_eq!(sole.hear().await.unwrap(), Ring::Wrote(Topic::Effects));
    beside.close().await;
    db.close().await;
    drop(sole);
    place.drop().await;
}

#[tokio::test]
async fn a_connection_that_broke_keeps_the_right_and_wakes_everything_once() {
    let Some(place) = Place::fresh().await else { return };
    let mut sole = place.claim().await;
    let db = place.serve(&sole).await.unwrap();
    place.sql(&format!("SELECT pg_terminate_backend(pid) {RIGHT}")).await;
    place.until(format!("SELECT COUNT(*) = 0 {RIGHT}")).await;
    assert!(matches!(place.serve(&sole).await, Err(Error::Served)), "nothing is opened without the right");
    assert_eq!(sole.hear().await.unwrap(), Ring::Everything);
    place.serve(&sole).await.unwrap().close().await;
    assert!(matches!(sole::claim(&place.options()).await, Err(Error::Served)), "the right was taken again");
    place.sql("UPDATE effect SET due_at = 1").await;
    assert_eq!(sole.hear().await.unwrap(), Ring::Wrote(Topic::Effects), "and is listened to again");
    db.close().await;
    drop(sole);
    place.drop().await;
}

#[tokio::test]
async fn a_stand_by_waits_and_ends_what_its_predecessor_left() {
    let Some(place) = Place::fresh().await else { return };
    let mut first = place.claim().await;
    let left = place.serve(&first).await.unwrap();
    qn_store::tenant::insert(&left, &tenant(&ours())).await.unwrap();
    let options = place.options();
    let second = tokio::spawn(async move { sole::wait(&options).await });
    place.until(format!("SELECT COUNT(*) = 1 {RIGHT} AND NOT granted")).await;
    assert!(!second.is_finished());
    place.sql(&format!("SELECT pg_terminate_backend(pid) {RIGHT} AND granted")).await;
    let mut second = second.await.unwrap().unwrap().unwrap();
    // The first has not heard of it yet. What it had open is gone, and what it would open is refused.
    assert!(matches!(place.serve(&first).await, Err(Error::Served)));
    assert!(left.commit(opening(&ours(), "cnv_1", "con_1", "你好")).await.is_err());
    assert!(matches!(first.hear().await, Err(Error::Served)), "who lost the right hears it");
    place
        .until(
            "SELECT COUNT(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'qingniao server'".into(),
        )
        .await;
    let db = place.serve(&second).await.unwrap();
    assert!(matches!(db.commit(opening(&ours(), "cnv_1", "con_1", "你好")).await.unwrap(), Outcome::Done { .. }));
    place.sql("UPDATE effect SET due_at = 1").await;
    assert_eq!(second.hear().await.unwrap(), Ring::Wrote(Topic::Effects));
    left.close().await;
    db.close().await;
    drop((first, second));
    place.drop().await;
}

/// What it has in memory is older than what the other one did.
#[tokio::test]
async fn who_was_away_while_another_served_does_not_go_on() {
    let Some(place) = Place::fresh().await else { return };
    let mut first = place.claim().await;
    let left = place.serve(&first).await.unwrap();
    place.sql(&format!("SELECT pg_terminate_backend(pid) {RIGHT}")).await;
    place.until(format!("SELECT COUNT(*) = 0 {RIGHT}")).await;
    let second = place.claim().await;
    place.serve(&second).await.unwrap().close().await;
    drop(second);
    place.until(format!("SELECT COUNT(*) = 0 {RIGHT}")).await;
    assert!(matches!(first.hear().await, Err(Error::Served)));
    left.close().await;
    drop(first);
    place.drop().await;
}

#[tokio::test]
async fn nothing_is_held_or_waited_for_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    assert!(sole::wait(&Options::sqlite(folder.path().join("x.db"))).await.unwrap().is_none());
}
