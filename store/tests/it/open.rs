//! Opening, upgrading and refusing databases.

use crate::world::{address, admin, on_both, postgres};
use qn_store::{CommitSink, Db, Dialect, Error, LATEST_VERSION, Options};

#[tokio::test]
async fn it_opens_answers_and_knows_its_version() {
    on_both(async |w| {
        w.db.ping().await.unwrap();
        assert_eq!(qn_store::schema_version(&w.db).await.unwrap(), LATEST_VERSION);
    })
    .await;
}

#[tokio::test]
async fn a_second_start_keeps_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::sqlite(folder.path().join("twice.db"));
    let db = Db::open(&options, CommitSink::none()).await.unwrap();
    assert_eq!(db.dialect(), Dialect::Sqlite);
    qn_store::tenant::insert(&db, &crate::world::tenant(&"tnt_1".into())).await.unwrap();
    db.close().await;
    let db = Db::inspect(&options).await.unwrap();
    assert_eq!(qn_store::tenant::list(&db).await.unwrap().len(), 1);
    db.close().await;
}

#[tokio::test]
async fn a_server_finds_room_in_the_log_and_what_a_crash_left_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room.db");
    let log = folder.path().join("room.db-wal");
    let options = Options::sqlite(&path).serving();
    let db = Db::open(&options, CommitSink::none()).await.unwrap();
    let room = std::fs::metadata(&log).unwrap().len();
    assert!(room > 60 << 20, "{room}");
    for n in 0..50 {
        qn_store::tenant::insert(&db, &crate::world::tenant(&format!("tnt_{n}").as_str().into())).await.unwrap();
    }
    assert_eq!(std::fs::metadata(&log).unwrap().len(), room, "a commit made the log longer");

    // As it lies on disk when the power goes.
    let left = folder.path().join("left.db");
    std::fs::copy(&path, &left).unwrap();
    std::fs::copy(&log, folder.path().join("left.db-wal")).unwrap();
    for _ in 0..2 {
        let again = Db::open(&Options::sqlite(&left).serving(), CommitSink::none()).await.unwrap();
        assert_eq!(qn_store::tenant::list(&again).await.unwrap().len(), 50);
        assert_eq!(std::fs::metadata(folder.path().join("left.db-wal")).unwrap().len(), room);
        again.close().await;
    }
    db.close().await;
}

#[tokio::test]
async fn a_servers_log_comes_into_the_file_without_a_commit_that_fills_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copied.db");
    let db = Db::open(&Options::sqlite(&path).serving(), CommitSink::none()).await.unwrap();
    qn_store::tenant::insert(&db, &crate::world::tenant(&"tnt_copied".into())).await.unwrap();
    let is_there = || std::fs::read(&path).unwrap().windows(10).any(|bytes| bytes == b"tnt_copied");
    let copied = async {
        while !is_there() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), copied).await.unwrap();
    db.close().await;
    assert!(!folder.path().join("copied.db-wal").exists(), "the last one out takes the log along");
}

#[tokio::test]
async fn two_that_open_an_empty_database_at_once_make_one_schema() {
    let folder = tempfile::tempdir().unwrap();
    let mut targets = vec![Options::sqlite(folder.path().join("raced.db"))];
    let name = format!("qn_test_{}", qn_base::ids::secret(12));
    if let Some(server) = postgres() {
        admin(&server, format!("CREATE DATABASE {name}")).await;
        targets.push(Options::postgres(address(&server, &name)));
    }
    for options in targets {
        let (a, b) = tokio::join!(Db::open(&options, CommitSink::none()), Db::open(&options, CommitSink::none()));
        for db in [a.unwrap(), b.unwrap()] {
            assert_eq!(qn_store::schema_version(&db).await.unwrap(), LATEST_VERSION);
            db.close().await;
        }
    }
    if let Some(server) = postgres() {
        admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

#[tokio::test]
async fn one_server_at_a_time_serves_a_postgres_database() {
    let folder = tempfile::tempdir().unwrap();
    assert!(qn_store::sole::claim(&Options::sqlite(folder.path().join("x.db"))).await.unwrap().is_none());
    let Some(server) = postgres() else { return };
    let name = format!("qn_test_{}", qn_base::ids::secret(12));
    admin(&server, format!("CREATE DATABASE {name}")).await;
    let options = Options::postgres(address(&server, &name));
    let first = qn_store::sole::claim(&options).await.unwrap();
    assert!(first.is_some());
    assert!(matches!(qn_store::sole::claim(&options).await, Err(Error::Served)));
    drop(first);
    assert!(qn_store::sole::claim(&options).await.unwrap().is_some(), "free again");
    admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

#[tokio::test]
async fn newer_damaged_and_foreign_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.db");
    std::fs::write(&path, "this is no database, it is a letter to a friend ".repeat(40)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Db::open(&Options::sqlite(&path), CommitSink::none()).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let missing = Db::inspect(&Options::sqlite(folder.path().join("none.db"))).await.unwrap_err();
    assert!(matches!(missing, Error::Open { .. }), "{missing}");

    let path = folder.path().join("theirs.db");
    let mut raw = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    sqlx::query("CREATE TABLE recipe (name TEXT)").execute(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Db::open(&Options::sqlite(&path), CommitSink::none()).await.unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let newer = Options::sqlite(folder.path().join("newer.db"));
    Db::open(&newer, CommitSink::none()).await.unwrap().close().await;
    let mut raw = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", folder.path().join("newer.db").display()))
        .await
        .unwrap();
    sqlx::query("INSERT INTO schema_version (version) VALUES (9999)").execute(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
    let error = Db::open(&newer, CommitSink::none()).await.unwrap_err();
    assert!(matches!(error, Error::TooNew { found: 9999, .. }), "{error}");
}

/// The text of a migration must never change after a database was made with it; one that did is refused, not half understood.
#[tokio::test]
async fn a_schema_that_other_texts_made_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edited.db");
    let options = Options::sqlite(&path);
    let change = async |sql: &'static str| {
        let mut raw = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        sqlx::query(sql).execute(&mut raw).await.unwrap();
        sqlx::Connection::close(raw).await.unwrap();
    };
    Db::open(&options, CommitSink::none()).await.unwrap().close().await;
    // From before notes were kept, but ours: noted now.
    change("DROP TABLE schema_text").await;
    Db::inspect(&options).await.unwrap().close().await;
    Db::open(&options, CommitSink::none()).await.unwrap().close().await;
    change("UPDATE schema_text SET hash = 'x' WHERE version = 3").await;
    for error in [Db::open(&options, CommitSink::none()).await.unwrap_err(), Db::inspect(&options).await.unwrap_err()] {
        assert!(matches!(error, Error::OtherSchema { version: 3 }), "{error}");
    }
    // From before notes were kept, and made by another text.
    change("DROP TABLE schema_text").await;
    change("ALTER TABLE message DROP COLUMN trace").await;
    let error = Db::open(&options, CommitSink::none()).await.unwrap_err();
    assert!(matches!(error, Error::OtherSchema { version: qn_store::LATEST_VERSION }), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let nowhere = Options::postgres("postgres://someone:hunter2@127.0.0.1:1/none");
    for error in [Db::open(&nowhere, CommitSink::none()).await.unwrap_err(), qn_store::sole::claim(&nowhere).await.unwrap_err()] {
        let said = error.to_string();
        assert!(matches!(error, Error::Unreachable { .. }) && said.contains("127.0.0.1:1") && !said.contains("hunter2"), "{said}");
    }
}

/// A statement nobody ran on both databases is a statement nobody prepared.
#[test]
fn every_public_function_is_called_by_this_suite() {
    let read = |folder: &str| -> Vec<(String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
        files
            .filter(|f| f.extension().is_some_and(|e| e == "rs"))
            .map(|f| (f.display().to_string(), std::fs::read_to_string(f).unwrap()))
            .collect()
    };
    let tests: String = read("tests/it").into_iter().map(|(_, text)| text).collect();
    let mut missing = Vec::new();
    for (file, text) in read("src") {
        let names = text.split("pub async fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        missing.extend(names.filter(|name| !tests.contains(&format!("{name}("))).map(|name| format!("{file}: {name}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn scratch_databases_come_and_go() {
    let Some(server) = postgres() else { return };
    let name = format!("qn_scratch_{}", qn_base::ids::secret(8));
    let address = qn_store::scratch::create(&server, &name, None).await.unwrap();
    Db::open(&Options::postgres(address), CommitSink::none()).await.unwrap().close().await;
    qn_store::scratch::drop(&server, &name).await.unwrap();
    assert!(qn_store::scratch::create(&server, "a; DROP DATABASE b", None).await.is_err());
}
