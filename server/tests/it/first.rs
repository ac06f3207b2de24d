//! First and later starts, whatever happens to them.

use crate::binary::{Postgres, Server, get, json, path, post, postgres};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

/// Rows per table, as a backup counts them. Server secrets, followers and what they derive depend on how far a server came.
fn counts(args: &[&str]) -> Value {
    let folder = tempdir().unwrap();
    let file = folder.path().join("count.tar.gz");
    let mut rows = json(&[&["backup", "create", path(&file)], args].concat())["manifest"]["rows"].take();
    for table in ["server_secret", "follower", "session", "episode"] {
        rows.as_object_mut().unwrap().remove(table);
    }
    rows
}

fn note_of_the_first_start(dir: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = qn_store::Db::inspect(&qn_store::Options::sqlite(dir.join("qingniao.db"))).await.unwrap();
        let note = qn_store::tenant::find_secret(&db, "first_start").await.unwrap().unwrap();
        db.close().await;
        note
    })
}

/// `/metrics` as soon as the gauges have been read for the first time.
fn numbers_once_read(server: &Server) -> String {
    let begun = std::time::Instant::now();
    loop {
        let (status, numbers) = get(&server.address, "/metrics").unwrap();
        if status == 200 && numbers.contains("qn_conversations_waiting ") {
            return numbers;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{numbers}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_demo_greets_once_serves_and_stays() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    let server = Server::start(&["--demo", "--data-dir", dir]);
    let said = server.printed();
    for part in ["/demo", "/docs/api", "blue-whale-demo", "linxia@bluewhale.example", "admin@bluewhale.example", "坐席 agent", "Shop"] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert_eq!(get(&server.address, "/healthz").unwrap().0, 200);
    let numbers = numbers_once_read(&server);
    for part in
        ["qn_effects{state=\"dead\"} 0", "qn_people_connected 0", "qn_conversations_longest_wait_seconds ", "qn_http_requests_total{"]
    {
        assert!(numbers.contains(part), "{part} is missing in:\n{numbers}");
    }
    assert!(numbers.contains("qn_http_request_duration_seconds_bucket{route=\"/healthz\",le=\"0.1\"} 1"), "{numbers}");
    let sign_in = json!({"email": "linxia@bluewhale.example", "password": "blue-whale-demo"});
    assert_eq!(post(&server.address, "/api/v1/auth/sign-in", &sign_in).unwrap().0, 200);
    let before = counts(&["--data-dir", dir]);
    drop(server);
    let count = |table: &str| before[table].as_i64().unwrap();
    assert!(count("article") >= 120 && count("article") == count("article_revision") && count("product") >= 25, "{before}");
    assert_eq!((count("app_user"), count("team"), count("inbox"), count("conversation")), (5, 2, 2, 10));

    let again = Server::start(&["--demo", "--data-dir", dir]);
    let said = again.printed();
    assert!(said.contains("/demo") && !said.contains("blue-whale-demo"), "{said}");
    assert_eq!(counts(&["--data-dir", dir]), before);
}

#[test]
fn without_demo_there_is_a_company_an_admin_and_an_inbox() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    let server = Server::start(&["--company", "Acme", "--admin-email", "Boss@Acme.example", "--data-dir", dir]);
    let said = server.printed();
    let password = said.lines().find_map(|l| l.split_once("Password")).unwrap().1.trim().to_owned();
    let users = json(&["user", "list", "--data-dir", dir]);
    assert_eq!((&users["tenant"]["name"], users["items"].as_array().unwrap().len()), (&json!("Acme"), 1));
    assert_eq!(users["items"][0]["email"], "boss@acme.example");
    assert_eq!(users["items"][0]["must_change_password"], true);
    let sign_in = json!({"email": "boss@acme.example", "password": password});
    assert_eq!(post(&server.address, "/api/v1/auth/sign-in", &sign_in).unwrap().0, 200);
    assert_eq!(counts(&["--data-dir", dir])["inbox"], 1);
    drop(server);
    let again = Server::start(&["--demo", "--data-dir", dir]);
    let said = again.printed();
    assert!(!said.contains(&password) && said.contains("--demo changes nothing"), "{said}");
    assert_eq!(get(&again.address, "/demo").unwrap().0, 404);
    assert_eq!(note_of_the_first_start(folder.path()), r#"{"kind":"done","demo":false}"#, "the password is not kept");
}

#[test]
fn a_first_start_killed_at_any_moment_is_completed_by_the_next() {
    let whole = tempdir().unwrap();
    drop(Server::start(&["--demo", "--data-dir", path(whole.path())]));
    let wanted = counts(&["--data-dir", path(whole.path())]);
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    for pause_ms in [40, 120, 200, 280, 360, 440, 520, 600] {
        let server = Server::spawn(&["--demo", "--data-dir", dir]);
        std::thread::sleep(Duration::from_millis(pause_ms));
        server.kill();
    }
    drop(Server::start(&["--demo", "--data-dir", dir]));
    assert_eq!(counts(&["--data-dir", dir]), wanted);
}

#[test]
fn of_two_first_starts_on_one_postgres_one_serves_and_makes_one_company() {
    let Some(server) = postgres() else { return };
    let database = Postgres::new(&server);
    let (a, b) = (tempdir().unwrap(), tempdir().unwrap());
    let start = |dir: &str| Server::spawn(&["--demo", "--data-dir", dir, "--database-url", &database.url]);
    let (one, two) = (start(path(a.path())), start(path(b.path())));
    let (code, serving) = Server::survivor(one, two);
    assert_eq!(code, Some(1), "a database has one server");
    while !serving.printed().contains("/docs/api") {
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(serving);
    let whole = tempdir().unwrap();
    drop(Server::start(&["--demo", "--data-dir", path(whole.path())]));
    let both = counts(&["--data-dir", path(a.path()), "--database-url", &database.url]);
    assert_eq!(both, counts(&["--data-dir", path(whole.path())]));
}

/// Everything below, with what others may do to it.
#[cfg(unix)]
fn open_to_others(dir: &Path) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let mut found = Vec::new();
    if mode(dir) != 0 {
        found.push(format!("{} {:o}", dir.display(), mode(dir)));
    }
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(open_to_others(&path));
        } else if mode(&path) != 0 {
            found.push(format!("{} {:o}", path.display(), mode(&path)));
        }
    }
    found
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_data() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let dir = folder.path().join("data");
    let server = Server::start(&["--demo", "--data-dir", path(&dir)]);
    json(&["backup", "create", path(&dir.join("backup.tar.gz")), "--data-dir", path(&dir)]);
    assert_eq!(open_to_others(&dir), Vec::<String>::new());
    drop(server);
    let database = dir.join("qingniao.db");
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(Server::start(&["--data-dir", path(&dir)]));
    assert_eq!(open_to_others(&dir), Vec::<String>::new(), "left open by an earlier version");
}
