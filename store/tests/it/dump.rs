//! Dumps: nothing is left out, one moment is seen, and rows survive the way from one database to the other and back.

use crate::world::{NOW, World, address, admin, contact, identity, on_both, opening, postgres, reply};
use qn_domain::{Article, ArticleScope, ArticleState, Language, Role, Team};
use qn_store::dump::{self, Kind, Loader, TABLES};
use qn_store::{CommitSink, Db, Error, LATEST_VERSION, Options, health};
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeMap;

type Dump = BTreeMap<&'static str, Vec<String>>;

async fn read_all(db: &Db) -> Dump {
    let mut snapshot = db.snapshot().await.unwrap();
    assert_eq!(snapshot.schema_version, LATEST_VERSION);
    let mut out = Dump::new();
    for table in TABLES {
        let mut lines = Vec::new();
        let keep = |line: &str| -> Result<(), Error> {
            lines.push(line.to_owned());
            Ok(())
        };
        let count = snapshot.read(table, keep).await.unwrap();
        assert_eq!(count, lines.len() as u64);
        out.insert(table.name, lines);
    }
    out
}

async fn load(db: &Db, rows: &Dump) {
    let mut loader: Loader = db.loader().await.unwrap();
    for table in TABLES {
        let columns: Vec<String> = table.columns().iter().map(|c| c.name.to_owned()).collect();
        for lines in rows[table.name].chunks(2) {
            assert_eq!(loader.add(table, &columns, &lines.join("\n")).await.unwrap(), lines.len() as u64);
        }
    }
    loader.finish().await.unwrap();
}

/// Something in most tables, with every kind of text that might break on the way.
async fn fill(w: &World) {
    qn_store::team::insert(
        &w.db,
        &Team { id: "tea_1".into(), tenant_id: w.ours.clone(), name: "售后".into(), version: 1, created_at: NOW },
    )
    .await
    .unwrap();
    w.add_user("usr_1", Role::Admin).await;
    let inbox = w.add_inbox("inb_1").await;
    let customer = contact(&w.ours, "con_1", "王 \"大\" \\ 明\u{2028}\n\t😀");
    qn_store::identity::insert_with_contact(&w.db, &customer, "wang", &identity(&customer, &inbox.id, "ext")).await.unwrap();
    for n in 0..5 {
        let conversation = w.add_conversation(&format!("cnv_{n}"), "con_1", "退款\r\n<b>{\"a\": null}</b> 9223372036854775807").await;
        w.db.commit(reply(&conversation, "'); DROP TABLE message; --")).await.unwrap();
    }
    let article = Article {
        id: "art_1".into(),
        tenant_id: w.ours.clone(),
        language: Language::Zh,
        title: "退货".into(),
        questions: vec!["怎么退".into()],
        body: "**正文**".into(),
        category: "售后".into(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 0,
        updated_by: None,
        created_at: NOW,
        updated_at: NOW,
    };
    qn_store::article::upsert(&w.db, &article, None).await.unwrap();
    qn_store::tenant::secret(&w.db, "visitor", "s3cret".into(), NOW).await.unwrap();
    while qn_store::search::index_after(&w.db, &w.ours, 100).await.unwrap() {}
}

#[tokio::test]
async fn a_dump_has_every_table_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.db");
    Db::open(&Options::sqlite(&path), CommitSink::none()).await.unwrap().close().await;
    let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' \
         AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'message_search%' AND m.name NOT LIKE 'schema_%' ORDER BY m.rowid, c.cid",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    let mut schema: BTreeMap<String, Vec<(String, Kind)>> = BTreeMap::new();
    for (table, column, kind) in rows {
        schema.entry(table).or_default().push((column, if kind == "TEXT" { Kind::Text } else { Kind::Int }));
    }
    let listed: BTreeMap<String, Vec<(String, Kind)>> =
        TABLES.iter().map(|t| (t.name.to_owned(), t.columns().iter().map(|c| (c.name.to_owned(), c.kind)).collect())).collect();
    assert_eq!(listed, schema);
}

#[tokio::test]
async fn rows_survive_the_way_to_the_other_database_and_back() {
    on_both(async |w| {
        fill(w).await;
        let before = read_all(&w.db).await;
        assert!(before["message"].len() == 10 && before["log"].len() == 10 && before["follower"].is_empty());
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Options::sqlite(folder.path().join("copy.db"));
        let copy = Db::open_at(&sqlite, LATEST_VERSION).await.unwrap();
        assert_eq!(dump::first_table_with_rows(&copy).await.unwrap(), None);
        load(&copy, &before).await;
        copy.upgrade().await.unwrap();
        assert_eq!(dump::first_table_with_rows(&copy).await.unwrap(), Some("tenant"));
        assert_eq!(read_all(&copy).await, before);
        assert!(health::integrity(&copy).await.unwrap().is_empty());
        if let Some(server) = postgres() {
            let name = format!("qn_test_{}", qn_base::ids::secret(12));
            admin(&server, format!("CREATE DATABASE {name}")).await;
            let there = Db::open(&Options::postgres(address(&server, &name)), CommitSink::none()).await.unwrap();
            load(&there, &read_all(&copy).await).await;
            assert_eq!(read_all(&there).await, before);
            // What is written next does not collide with what was loaded.
            there.commit(opening(&w.ours, "cnv_new", "con_1", "新的")).await.unwrap();
            assert_eq!(read_all(&there).await["message"].len(), 11);
            there.close().await;
            admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        copy.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_does_not_see_what_comes_later() {
    on_both(async |w| {
        w.add_conversation("cnv_1", "con_1", "before").await;
        let mut snapshot = w.db.snapshot().await.unwrap();
        w.add_conversation("cnv_2", "con_1", "after").await;
        let table = dump::find("conversation").unwrap();
        assert_eq!(snapshot.read(table, |_| -> Result<(), Error> { Ok(()) }).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_load_that_fails_leaves_nothing_and_unknown_columns_are_refused() {
    on_both(async |w| {
        let (team, columns) = (dump::find("team").unwrap(), ["id", "tenant_id", "name", "version", "created_at"].map(str::to_owned));
        let mut loader = w.db.loader().await.unwrap();
        loader.add(team, &columns, "[\"tea_1\",\"tnt_ours\",\"a\",1,2]").await.unwrap();
        assert!(loader.add(team, &columns, "[\"tea_2\",\"tnt_nobody\",\"a\",1,2]").await.is_err());
        drop(loader);
        assert!(qn_store::team::find(&w.db, &w.ours, &"tea_1".into()).await.unwrap().is_none());
        let mut loader = w.db.loader().await.unwrap();
        let odd = ["id".to_owned(), "x) SELECT 1; --".to_owned()];
        assert!(matches!(loader.add(team, &odd, "[\"tea_1\",1]").await, Err(Error::Corrupt { .. })));
    })
    .await;
}

#[tokio::test]
async fn health_answers() {
    on_both(async |w| {
        assert!(health::integrity(&w.db).await.unwrap().is_empty());
        assert_eq!((health::newest_entry_at(&w.db).await.unwrap(), health::search_lag(&w.db).await.unwrap()), (None, 0));
        w.add_conversation("cnv_1", "con_1", "hello").await;
        assert_eq!((health::newest_entry_at(&w.db).await.unwrap(), health::search_lag(&w.db).await.unwrap()), (Some(NOW), 1));
        assert_eq!(health::sizes(&w.db).await.unwrap(), (2, 0, 1));
        assert_eq!(health::overdue_effects(&w.db, NOW).await.unwrap(), 0);
        health::database_clock(&w.db).await.unwrap();
    })
    .await;
}
