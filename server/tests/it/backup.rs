//! Backups: made beside a running server, checked, and restored into either database; a damaged one is refused.

use crate::binary::{Postgres, Server, fails, json, path, postgres, run};
use serde_json::json;
use std::io::{Read, Write};
use std::path::Path;
use tempfile::tempdir;

/// Puts an attachment where the database says it is.
fn add_attachment(dir: &Path, bytes: &[u8]) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = qn_store::Options::sqlite(dir.join("qingniao.db"));
        let db = qn_store::Db::inspect(&options).await.unwrap();
        let tenant = qn_store::tenant::list(&db).await.unwrap().remove(0);
        let key = qn_blob::Key::new(tenant.id.as_str(), "att_1", 1_767_225_600_000).unwrap();
        let attachment = qn_store::attachment::StoredAttachment {
            id: "att_1".into(),
            tenant_id: tenant.id,
            name: "照片.png".into(),
            media_type: "image/png".into(),
            inline: true,
            size_bytes: bytes.len() as i64,
            blob_key: key.as_str().to_owned(),
            uploader_kind: "contact".into(),
            uploader_id: "con_1".into(),
            created_at: 1_767_225_600_000,
        };
        qn_store::attachment::insert(&db, &attachment).await.unwrap();
        db.close().await;
        let file = dir.join("attachments").join(key.as_str());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
        key.as_str().to_owned()
    })
}

#[test]
fn a_backup_goes_round_both_databases_and_comes_back_the_same() {
    let folder = tempdir().unwrap();
    let [from, to, back] = ["from", "to", "back"].map(|n| folder.path().join(n));
    let [first, second] = ["first.tar.gz", "second.tar.gz"].map(|n| folder.path().join(n));
    let server = Server::start(&["--demo", "--data-dir", path(&from)]);
    let key = add_attachment(&from, b"not really a picture");
    let made = json(&["backup", "create", path(&first), "--data-dir", path(&from)]);
    assert_eq!((&made["manifest"]["attachments"], &made["manifest"]["missing_attachments"]), (&json!(1), &json!([])));
    drop(server);
    assert_eq!(json(&["backup", "verify", path(&first)])["ok"], true);
    assert!(fails(1, &["backup", "create", path(&first), "--data-dir", path(&from)]).contains("exists already"));
    assert!(fails(1, &["backup", "restore", path(&first), "--data-dir", path(&from)]).contains("exists already"));

    let database = postgres().map(|server| Postgres::new(&server));
    let mut target = vec!["--data-dir", path(&to)];
    if let Some(database) = &database {
        target.extend(["--database-url", &database.url]);
    }
    json(&[&["backup", "restore", path(&first)], &target[..]].concat());
    assert_eq!(std::fs::read(to.join("attachments").join(&key)).unwrap(), b"not really a picture");
    let again = fails(1, &[&["backup", "restore", path(&first)], &target[..]].concat());
    assert!(again.contains("already"), "{again}");
    json(&[&["backup", "create", path(&second)], &target[..]].concat());
    json(&["backup", "restore", path(&second), "--data-dir", path(&back)]);
    let sums = |file: &Path| {
        let manifest = manifest(file);
        (manifest["tables"].clone(), manifest["parts"].as_array().unwrap().len())
    };
    assert_eq!(sums(&first), sums(&second), "every table has the same rows, and the same checksum, from either database");

    let restored = Server::start(&["--demo", "--data-dir", path(&back)]);
    assert!(!restored.printed().contains("blue-whale-demo"), "a restored database is not a first start");
}

fn entries(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()));
    let read = |entry: Result<tar::Entry<'_, _>, _>| {
        let mut entry = entry.unwrap();
        let (mut bytes, name) = (Vec::new(), entry.path().unwrap().display().to_string());
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    archive.entries().unwrap().map(read).collect()
}

fn manifest(file: &Path) -> serde_json::Value {
    let (name, bytes) = entries(file).pop().unwrap();
    assert_eq!(name, "manifest.json");
    serde_json::from_slice(&bytes).unwrap()
}

fn write(file: &Path, entries: &[(String, Vec<u8>)]) {
    let out = flate2::write::GzEncoder::new(std::fs::File::create(file).unwrap(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(out);
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &bytes[..]).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap().flush().unwrap();
}

#[test]
fn a_backup_that_is_not_whole_is_refused() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    drop(Server::start(&["--data-dir", path(&data)]));
    let good = folder.path().join("good.tar.gz");
    json(&["backup", "create", path(&good), "--data-dir", path(&data)]);
    let whole = entries(&good);
    let at = whole.iter().position(|(name, _)| name.starts_with("tables/app_user/")).unwrap();
    let mut changed = whole.clone();
    let agent = text_of(&changed[at].1).replace("\"admin\"", "\"agent\"");
    changed[at].1 = agent.into_bytes();
    let mut missing = whole.clone();
    missing.remove(at);
    let mut more = whole.clone();
    more.insert(0, ("attachments/tnt_x/2026/01/att_x".into(), b"smuggled".to_vec()));
    let mut climbing = whole.clone();
    climbing.insert(0, ("../climbed".into(), b"out".to_vec()));
    let mut cut = whole.clone();
    cut.pop();
    let cases = [
        (changed, "has changed"),
        (missing, "is missing"),
        (more, "not in the manifest"),
        (climbing, "does not belong"),
        (cut, "no manifest"),
    ];
    for (entries, word) in cases {
        let bad = folder.path().join("bad.tar.gz");
        write(&bad, &entries);
        let said = fails(3, &["backup", "verify", path(&bad)]);
        assert!(said.contains(word), "{word}: {said}");
        let target = folder.path().join("target");
        assert!(fails(1, &["backup", "restore", path(&bad), "--data-dir", path(&target)]).contains("nothing was restored"));
        assert!(!target.join("qingniao.db").exists() && !folder.path().join("climbed").exists());
    }
    let half = folder.path().join("half.tar.gz");
    let bytes = std::fs::read(&good).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    assert!(fails(3, &["backup", "verify", path(&half)]).contains("cut off"));
    std::fs::write(&half, "no archive at all").unwrap();
    fails(3, &["backup", "verify", path(&half)]);
    assert!(fails(1, &["backup", "verify", path(&folder.path().join("none"))]).contains("no file"));
    assert!(run(&["backup", "verify", path(&good)]).status.success());
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
