//! What stands in the way of a start: each is named with what to do, nothing is overwritten, and the exit code is not zero.

use crate::binary::{Server, fails, path, qingniao, text};
use std::net::TcpListener;
use tempfile::tempdir;

/// An SQLite file whose `schema_version` says 9999.
const NEWER: &[u8] = include_bytes!("fixtures/newer.db");

#[test]
fn a_port_that_is_taken() {
    let folder = tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = fails(1, &["serve", "--listen", &address, "--data-dir", path(folder.path())]);
    assert!(said.contains(&address) && said.contains("already in use") && said.contains("--listen"), "{said}");
}

#[test]
fn a_data_folder_that_cannot_be_made() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("in-the-way");
    std::fs::write(&file, "a file").unwrap();
    for dir in [file.clone(), file.join("below")] {
        let said = fails(1, &["serve", "--listen", "127.0.0.1:0", "--data-dir", path(&dir)]);
        assert!(said.contains("data folder") && said.contains("--data-dir"), "{said}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"a file");
}

#[test]
fn a_folder_that_a_running_server_uses() {
    let folder = tempdir().unwrap();
    let running = Server::start(&["--data-dir", path(folder.path())]);
    let said = fails(1, &["serve", "--listen", "127.0.0.1:0", "--data-dir", path(folder.path())]);
    assert!(said.contains("another qingniao server"), "{said}");
    drop(running);
    drop(Server::start(&["--data-dir", path(folder.path())]));
}

#[test]
fn a_database_of_a_newer_program_and_a_damaged_file_are_left_alone() {
    let garbage = b"this is a letter, not a database. ".repeat(100);
    for (bytes, words) in [(NEWER, ["9999", "newer qingniao"]), (&garbage[..], ["not a usable database", "restore a backup"])] {
        let folder = tempdir().unwrap();
        let file = folder.path().join("qingniao.db");
        std::fs::write(&file, bytes).unwrap();
        let dir = path(folder.path());
        for (code, command) in [(1, &["serve", "--listen", "127.0.0.1:0"][..]), (1, &["migrate"]), (1, &["user", "list"]), (3, &["doctor"])]
        {
            let said = fails(code, &[command, &["--data-dir", dir]].concat());
            assert!(words.iter().all(|w| said.contains(w)), "{command:?}: {said}");
        }
        // Opening a good file may switch its journal mode, which is a byte of its head; the rest is as it was.
        let after = std::fs::read(&file).unwrap();
        assert!(after.len() == bytes.len() && after[100..] == bytes[100..], "the file was changed");
    }
}

#[test]
fn an_unknown_key_names_the_nearest_one() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("qingniao.toml");
    std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:0\"\n[storage]\ndata_dri = \"x\"\n").unwrap();
    let said = fails(2, &["serve", "--config", path(&file)]);
    assert!(said.contains("storage.data_dri") && said.contains("did you mean \"data_dir\"") && said.contains("qingniao.toml"), "{said}");
    let output = qingniao(&["config", "check"]).env("QN__SERVER__LISEN", "127.0.0.1:1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean \"listen\""), "{}", text(&output.stderr));
}

#[test]
fn wrong_values_are_wrong_usage() {
    for (args, word) in [
        (&["serve", "--listen", "nowhere"][..], "host:port"),
        (&["serve", "--public-url", "help.example"], "http"),
        (&["serve", "--admin-email", "nobody"], "e-mail"),
        (&["serve", "--database-url", "mysql://x"], "postgres"),
        (&["serve", "--unknown"], "--unknown"),
    ] {
        let folder = tempdir().unwrap();
        let said = fails(2, &[args, &["--data-dir", path(folder.path())]].concat());
        assert!(said.contains(word), "{args:?}: {said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was made");
    }
}
