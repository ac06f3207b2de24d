//! A file of another system: only where the operator allows it, read-only unless it may be written to, never longer than asked.

use crate::world::{ORDERS, World, serves_a_desk};
use qn_connector::Kind;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection};
use std::path::Path;

async fn shop(folder: &Path) -> String {
    let path = folder.join("shop.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let many = "INSERT INTO many WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 500) SELECT n FROM c";
    for sql in ORDERS.into_iter().chain([many]) {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    format!("sqlite://{}", path.display())
}

#[tokio::test]
async fn a_file_serves_a_desk() {
    let folder = tempfile::tempdir().unwrap();
    let url = shop(folder.path()).await;
    let w = World::new(&url, vec![folder.path().to_owned()], None);
    serves_a_desk(&w).await;
    let w = w
        .with(json!({"name": "kinds", "sql": "SELECT 1.5 AS a, x'00ff' AS b, CAST(:big AS INTEGER) AS c, :on AS d",
            "input": {"type": "object", "properties": {"big": {"type": "integer"}, "on": {"type": "boolean"}}}}))
        .with(json!({"name": "back", "access": "write", "sql": "UPDATE orders SET note = 'y' RETURNING no", "input": {"type": "object"}}));
    let kinds = w.answer("kinds", json!({"big": 9_007_199_254_740_993_i64, "on": true})).await;
    assert_eq!(kinds["rows"][0], json!({"a": 1.5, "b": "\\x00ff", "c": 9_007_199_254_740_993_i64, "d": 1}));
    assert_eq!(w.answer("back", json!({})).await, json!({"changed": 2, "rows": [{"no": "A1"}, {"no": "A2"}]}));
}

#[tokio::test]
async fn only_files_below_the_operators_folders_wherever_links_lead() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = shop(outside.path()).await;
    let folders = vec![inside.path().to_owned()];
    let code = async |url: &str, folders: Vec<std::path::PathBuf>| {
        World::new(url, folders, None).failure("find", json!({"no": "A1"})).await.detail["code"].clone()
    };
    assert_eq!(code(&url, Vec::new()).await, "file_not_allowed");
    assert_eq!(code(&url, folders.clone()).await, "file_not_allowed");
    let dotted = format!("sqlite://{}/../{}/shop.db", inside.path().display(), outside.path().file_name().unwrap().display());
    assert_eq!(code(&dotted, folders.clone()).await, "file_not_allowed");
    std::os::unix::fs::symlink(outside.path().join("shop.db"), inside.path().join("link.db")).unwrap();
    assert_eq!(code(&format!("sqlite://{}/link.db", inside.path().display()), folders.clone()).await, "file_not_allowed");
    assert_eq!(code(&format!("sqlite://{}/no.db", inside.path().display()), folders.clone()).await, "no_file");
    assert_eq!(code("sqlite:///etc/no-such-file", folders).await, "file_not_allowed");
}

#[tokio::test]
async fn a_reading_statement_cannot_write_and_a_reading_connector_has_no_writing_ones() {
    let folder = tempfile::tempdir().unwrap();
    let url = shop(folder.path()).await;
    let mut w = World::new(&url, vec![folder.path().to_owned()], None);
    for query in &mut w.database.operations {
        query.access = qn_connector::sql::Access::Read;
    }
    let refused = w.failure("add", json!({"no": "A3"})).await;
    assert!(refused.zh.contains("只能是 SELECT"), "{refused:?}");
    let mut w = World::new(&url, vec![folder.path().to_owned()], None);
    w.database.write = false;
    assert!(w.failure("add", json!({"no": "A3"})).await.zh.contains("只允许读取"));
    assert!(w.database.check().is_err());
}

#[tokio::test]
async fn a_statement_without_end_is_stopped_and_a_large_answer_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = shop(folder.path()).await;
    let endless = "WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c) SELECT max(n) AS n FROM c";
    let w = World::new(&url, vec![folder.path().to_owned()], None)
        .with(json!({"name": "endless", "sql": endless, "input": {"type": "object"}}))
        .with(json!({"name": "large", "sql": "SELECT hex(zeroblob(10000)) AS a FROM many", "input": {"type": "object"}}));
    let late = w.run_in("endless", json!({}), 200).await.outcome.unwrap_err();
    assert_eq!((late.kind, late.in_doubt), (Kind::Timeout, false));
    let large = w.failure("large", json!({})).await;
    assert_eq!(large.kind, Kind::Limit, "{large:?}");
    // the file is free again
    assert_eq!(w.answer("note", json!({"no": "A1", "note": "x"})).await, json!({"changed": 1}));
}
