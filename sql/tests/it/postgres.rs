//! PostgreSQL over TLS and inside one's own network, with what only it does.

use crate::door::{self, Door};
use crate::world::{ORDERS, World, serves_a_desk};
use qn_connector::{Auth, Kind};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

struct Shop {
    server: String,
    name: String,
    socket: String,
}

#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its server by the environment
async fn shop(name: &str) -> Option<Shop> {
    let Some(server) = std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) else {
        eprintln!("QN_TEST_POSTGRES is not set: no PostgreSQL");
        return None;
    };
    let folder = server.split_once("host=").unwrap().1.to_owned();
    let name = format!("qn_sql_{name}_{}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let mut connection = PgConnection::connect(&server.replace("/postgres?", &format!("/{name}?"))).await.unwrap();
    for sql in ORDERS.into_iter().chain(["INSERT INTO many SELECT generate_series(1, 500)", "CREATE SEQUENCE numbers"]) {
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    connection.close().await.unwrap();
    Some(Shop { server, name, socket: format!("{folder}/.s.PGSQL.5432") })
}

impl Shop {
    fn world(&self, door: &Door, user: &str) -> World {
        let url = format!("postgres://localhost:{}/{}", door.port, self.name);
        let mut w = World::new(&url, Vec::new(), Some(door.root.clone()));
        w.database.auth = Some(Auth::Basic { user: Some(user.to_owned()), secret: "db".to_owned() });
        w
    }

    async fn close(self) {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        connection.execute(AssertSqlSafe(format!("DROP DATABASE {} WITH (FORCE)", self.name))).await.unwrap();
    }
}

fn read(name: &str, sql: &str) -> Value {
    json!({"name": name, "sql": sql, "input": {"type": "object"}})
}

#[tokio::test]
async fn a_server_serves_a_desk_over_tls() {
    let Some(shop) = shop("tls").await else { return };
    let door = door::open(shop.socket.clone(), true).await;
    let w = shop.world(&door, "postgres");
    serves_a_desk(&w).await;
    let w = w
        .with(read("kinds", "SELECT 12.5::numeric AS a, '2026-11-29 08:00+08'::timestamptz AT TIME ZONE 'UTC' AS b, ARRAY[1, 2] AS c, '{\"d\": 1}'::jsonb AS d"))
        .with(json!({"name": "back", "access": "write", "sql": "UPDATE orders SET note = 'y' WHERE no = :no RETURNING no, cents",
            "input": {"type": "object", "properties": {"no": {"type": "string"}}}}));
    let kinds = w.answer("kinds", json!({})).await["rows"][0].clone();
    assert_eq!(
        (&kinds["a"], &kinds["b"], &kinds["c"], &kinds["d"]),
        (&json!(12.5), &json!("2026-11-29T00:00:00"), &json!([1, 2]), &json!({"d": 1}))
    );
    assert_eq!(w.answer("back", json!({"no": "A1"})).await, json!({"changed": 1, "rows": [{"no": "A1", "cents": 1250}]}));
    shop.close().await;
}

#[tokio::test]
async fn without_tls_only_where_somebody_said_so_and_never_with_another_name() {
    let Some(shop) = shop("plain").await else { return };
    let open = door::open(shop.socket.clone(), false).await;
    let mut w = shop.world(&open, "postgres");
    assert_eq!(w.failure("find", json!({"no": "A1"})).await.detail["code"], "no_tls");
    w.database.plain = true;
    serves_a_desk(&w).await;
    let private = door::open(shop.socket.clone(), true).await;
    let mut w = shop.world(&private, "postgres");
    w.database.base_url = w.database.base_url.replace("localhost", "127.0.0.1");
    let refused = w.failure("find", json!({"no": "A1"})).await;
    assert_eq!((refused.kind, &refused.detail["code"]), (Kind::Unavailable, &json!("tls_failed")));
    shop.close().await;
}

#[tokio::test]
async fn reading_changes_nothing_and_ends_in_time() {
    let Some(shop) = shop("read").await else { return };
    let door = door::open(shop.socket.clone(), true).await;
    let w = shop
        .world(&door, "postgres")
        .with(read("count", "SELECT nextval('numbers') AS n"))
        .with(read("sleep", "SELECT pg_sleep(30) AS s"))
        .with(read("locks", "SELECT no FROM orders FOR UPDATE"));
    let refused = w.failure("count", json!({})).await;
    assert_eq!((refused.kind, &refused.detail["code"]), (Kind::Refused, &json!("read_only")), "{refused:?}");
    assert_eq!(w.failure("locks", json!({})).await.detail["code"], "read_only");
    let late = w.run_in("sleep", json!({}), 300).await.outcome.unwrap_err();
    assert_eq!((late.kind, late.in_doubt), (Kind::Timeout, false));
    let nobody = shop.world(&door, "nobody_here");
    let refused = nobody.failure("find", json!({"no": "A1"})).await;
    assert_eq!((refused.kind, &refused.detail["code"]), (Kind::Refused, &json!("login_refused")), "{refused:?}");
    shop.close().await;
}

/// Nobody knows whether a change lasts whose COMMIT got no answer; everything before is taken back.
#[tokio::test]
async fn only_a_commit_without_an_answer_leaves_doubt() {
    let Some(shop) = shop("doubt").await else { return };
    let door = door::open(shop.socket.clone(), true).await;
    let slow = "UPDATE orders SET note = 'late' FROM (SELECT pg_sleep(30)) AS s";
    let w = shop.world(&door, "postgres").with(json!({"name": "slow", "access": "write", "sql": slow, "input": {"type": "object"}}));
    let late = w.run_in("slow", json!({}), 300).await.outcome.unwrap_err();
    assert_eq!((late.kind, late.in_doubt), (Kind::Timeout, false));
    assert_ne!(w.answer("find", json!({"no": "A2"})).await["rows"][0]["note"], "late");
    // checked only when it is made to last
    let rule = "ALTER TABLE orders ADD CONSTRAINT late UNIQUE (buyer) DEFERRABLE INITIALLY DEFERRED";
    let mut connection = PgConnection::connect(&shop.server.replace("/postgres?", &format!("/{}?", shop.name))).await.unwrap();
    connection.execute(AssertSqlSafe(rule)).await.unwrap();
    let w = w.with(json!({"name": "same", "access": "write", "sql": "UPDATE orders SET buyer = 'x'", "input": {"type": "object"}}));
    let refused = w.failure("same", json!({})).await;
    assert_eq!((refused.kind, refused.in_doubt, &refused.detail["code"]), (Kind::Refused, false, &json!("rule_broken")), "{refused:?}");
    shop.close().await;
}
