//! MariaDB over TLS and inside one's own network.

use crate::world::{ORDERS, World, serves_a_desk};
use qn_connector::{Auth, Kind};
use serde_json::json;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::collections::HashMap;

/// `name=value` words, as `xtask/src/mariadb.rs` writes them.
#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its server by the environment
fn server() -> Option<HashMap<String, String>> {
    let Ok(told) = std::env::var("QN_TEST_MYSQL") else {
        eprintln!("QN_TEST_MYSQL is not set: no MariaDB");
        return None;
    };
    Some(told.split(' ').filter_map(|word| word.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
}

async fn fill(server: &HashMap<String, String>) {
    let options = MySqlConnectOptions::new().host("127.0.0.1").port(server["port"].parse().unwrap()).username(&server["user"]);
    let mut connection = MySqlConnection::connect_with(&options.password(&server["password"]).database(&server["database"])).await.unwrap();
    let many = "INSERT INTO many WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500) SELECT n FROM c";
    for sql in ["DROP TABLE IF EXISTS orders, many"].into_iter().chain(ORDERS).chain([many]) {
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    connection.close().await.unwrap();
}

fn world(server: &HashMap<String, String>, host: &str) -> World {
    let url = format!("mysql://{host}:{}/{}", server["port"], server["database"]);
    let mut w = World::new(&url, Vec::new(), Some(std::fs::read_to_string(&server["root"]).unwrap()));
    w.database.auth = Some(Auth::Basic { user: Some(server["user"].clone()), secret: "db".to_owned() });
    w
}

/// One test: they share a database.
#[tokio::test]
async fn a_server_serves_a_desk_reads_only_and_keeps_strangers_out() {
    let Some(server) = server() else { return };
    fill(&server).await;
    serves_a_desk(&world(&server, "localhost")).await;
    fill(&server).await;
    let mut plain = world(&server, "127.0.0.1");
    let refused = plain.failure("find", json!({"no": "A1"})).await;
    assert_eq!(refused.detail["code"], "tls_failed", "{refused:?}");
    plain.database.plain = true;
    serves_a_desk(&plain).await;

    let kinds = "SELECT CAST(12.5 AS DECIMAL(6, 2)) AS a, TIMESTAMP '2026-11-29 08:00:01' AS b, DATE '2026-11-29' AS c, CAST(7 AS UNSIGNED) AS d, \
        1.5e0 AS e, x'00ff' AS f, TIME '-26:00:05' AS g, NULL AS h, '青鸟' AS i, TIMESTAMP '2026-11-29 08:00:01.25' AS j";
    let w = world(&server, "localhost")
        .with(json!({"name": "kinds", "sql": kinds, "input": {"type": "object"}}))
        .with(json!({"name": "locks", "sql": "SELECT sleep(30) AS s", "input": {"type": "object"}}));
    let row = w.answer("kinds", json!({})).await["rows"][0].clone();
    let wanted = json!({"a": 12.5, "b": "2026-11-29T08:00:01", "c": "2026-11-29", "d": 7, "e": 1.5, "f": "\\x00ff", "g": "-26:00:05", "h": null,
        "i": "青鸟", "j": "2026-11-29T08:00:01.250000"});
    assert_eq!(row, wanted);
    let late = w.run_in("locks", json!({}), 300).await.outcome.unwrap_err();
    assert_eq!((late.kind, late.in_doubt), (Kind::Timeout, false));
    let mut stranger = world(&server, "localhost");
    stranger.password = "wrong";
    let refused = stranger.failure("find", json!({"no": "A1"})).await;
    assert_eq!((refused.kind, &refused.detail["code"]), (Kind::Refused, &json!("login_refused")), "{refused:?}");
}
