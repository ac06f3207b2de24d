//! Commands beside the server: help, doctor, people, tokens, configuration, completions.

use crate::binary::{Server, fails, json, on, path, post, run, text};
use serde_json::json;
use tempfile::tempdir;

/// The names under "Commands:" in a help text.
fn commands_of(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let begins = |l: &&str| l.starts_with("  ") && !l.starts_with("   ");
    listed.filter(begins).filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_explains_itself_with_examples() {
    let overview = text(&run(&["--help"]).stdout);
    assert!(overview.contains("Examples:\n  ") && overview.contains("Exit codes:"), "{overview}");
    let commands = commands_of(&overview);
    assert!(commands.len() >= 8, "{commands:?}");
    for command in &commands {
        let output = run(&[command, "--help"]);
        let said = text(&output.stdout);
        assert!(output.status.success() && said.contains("Usage: qingniao"), "{command}: {said}");
        assert!(said.contains("Examples:\n  "), "{command} has no examples:\n{said}");
        for leaf in commands_of(&said) {
            let said = text(&run(&[command, &leaf, "--help"]).stdout);
            assert!(said.contains("Examples:\n  ") || said.contains("Commands:\n"), "{command} {leaf} has no examples:\n{said}");
        }
    }
    assert!(text(&run(&["--version"]).stdout).starts_with("qingniao "));
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&run(&["completions", shell]).stdout).contains("backup"), "{shell}");
    }
}

#[test]
fn doctor_is_content_before_and_after_the_first_start() {
    let folder = tempdir().unwrap();
    let dir = folder.path().join("data");
    let free = json(&["doctor", "--data-dir", path(&dir)]);
    assert_eq!((&free["ok"], dir.exists()), (&json!(true), false), "{free}");
    let server = Server::start(&["--demo", "--data-dir", path(&dir)]);
    let config = folder.path().join("qingniao.toml");
    std::fs::write(&config, format!("[server]\nlisten = {:?}\n", server.address)).unwrap();
    let running = json(&["doctor", "--data-dir", path(&dir), "--config", path(&config)]);
    let says = |check: &str| running["findings"].as_array().unwrap().iter().find(|f| f["check"] == check).unwrap()["says"].to_string();
    assert!(running["ok"] == true && says("port").contains("a Qingniao server answers"), "{running}");
    assert!(says("contents").contains("conversations: 10") && says("integrity").contains("whole"));
    let examples = folder.path().join("test.csv");
    std::fs::write(&examples, "text,label\n查一下物流,查物流\n").unwrap();
    let untaught = fails(1, &["nlu", "eval", "--live", "--examples", path(&examples), "--data-dir", path(&dir)]);
    assert!(untaught.contains("no live version"), "{untaught}");
}

#[test]
fn doctor_names_problems_and_ends_with_three() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = folder.path().join("qingniao.toml");
    std::fs::write(&config, format!("[server]\nlisten = \"{}\"\n", taken.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || taken.accept().map(drop));
    let said = fails(3, &["doctor", "--data-dir", path(&file), "--config", path(&config)]);
    assert!(said.contains("PROBLEM  data folder") && said.contains("PROBLEM  port") && said.contains("→ stop it"), "{said}");
    let url = "postgres://someone:hunter2@127.0.0.1:1/none";
    let said = fails(3, &["doctor", "--data-dir", path(folder.path()), "--database-url", url]);
    assert!(said.contains("PROBLEM  database") && !said.contains("hunter2"), "{said}");
}

#[test]
fn people_come_are_helped_and_go() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    let said = fails(1, &["user", "list", "--data-dir", dir]);
    assert!(said.contains("start the server once"), "{said}");
    let server = Server::start(&["--demo", "--data-dir", dir]);
    let sign_in = |password: &str| {
        let body = json!({"email": "lin@example.com", "password": password});
        post(&server.address, "/api/v1/auth/sign-in", &body).unwrap().0
    };
    let added = json(&on(dir, &["user", "add", "Lin@Example.com", "--name", "林", "--role", "supervisor", "--team", "售后 Support"]));
    assert_eq!((&added["user"]["email"], &added["user"]["role"]), (&json!("lin@example.com"), &json!("supervisor")));
    assert_eq!(sign_in(added["one_time_password"].as_str().unwrap()), 200);
    assert!(fails(1, &on(dir, &["user", "add", "lin@example.com", "--name", "again"])).contains("exists already"));
    assert!(fails(2, &on(dir, &["user", "add", "x@example.com", "--name", "x", "--team", "none"])).contains("售前 Sales"));
    assert!(fails(2, &on(dir, &["user", "add", "no address", "--name", "x"])).contains("e-mail"));
    let long = fails(2, &on(dir, &["user", "add", "x@example.com", "--name", &"长".repeat(10_000)]));
    assert!(long.contains("--name has 10000 characters") && long.contains("at most 100"), "{}", &long[..200]);
    let reset = json(&on(dir, &["user", "reset-password", "lin@example.com"]));
    assert_eq!(sign_in(added["one_time_password"].as_str().unwrap()), 401);
    assert_eq!(sign_in(reset["one_time_password"].as_str().unwrap()), 200);
    json(&on(dir, &["user", "disable", "lin@example.com"]));
    assert_eq!(sign_in(reset["one_time_password"].as_str().unwrap()), 401);
    json(&on(dir, &["user", "enable", "lin@example.com"]));
    assert_eq!(sign_in(reset["one_time_password"].as_str().unwrap()), 200);
    assert!(fails(1, &on(dir, &["user", "disable", "admin@bluewhale.example"])).contains("last admin"));
    assert!(fails(1, &on(dir, &["user", "disable", "nobody@example.com"])).contains("nobody"));
}

#[test]
fn tokens_are_shown_once_and_revoked() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    drop(Server::start(&["--data-dir", dir]));
    let made =
        json(&on(dir, &["token", "create", "--user", "admin@example.com", "--name", "crm", "--scope", "write", "--expires-days", "30"]));
    assert!(made["secret"].as_str().unwrap().starts_with("qnt_"));
    assert_eq!(made["token"]["scopes"], json!(["read", "write"]));
    let list = json(&on(dir, &["token", "list"]));
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert!(!list.to_string().contains(made["secret"].as_str().unwrap()));
    let id = made["token"]["id"].as_str().unwrap();
    json(&on(dir, &["token", "revoke", id]));
    assert!(fails(1, &on(dir, &["token", "revoke", id])).contains("no token"));
    assert_eq!(json(&on(dir, &["token", "list"]))["items"], json!([]));
}

#[test]
fn configuration_is_checked_and_printed_without_secrets() {
    let url = "postgres://u:hunter2@host/db";
    let printed = run(&["config", "print", "--database-url", url]);
    assert!(text(&printed.stdout).contains("[server]") && !text(&printed.stdout).contains("hunter2"));
    assert_eq!(json(&["config", "print"])["server"]["listen"], "127.0.0.1:8080");
    assert_eq!(json(&["config", "check"]), json!({"valid": true}));
    let folder = tempdir().unwrap();
    let file = folder.path().join("default.toml");
    std::fs::write(&file, run(&["config", "default"]).stdout).unwrap();
    assert!(run(&["config", "check", "--config", path(&file)]).status.success());
    let checked = run(&["migrate", "--check", "--data-dir", path(&folder.path().join("none"))]);
    assert_eq!(checked.status.code(), Some(3));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn failures_are_objects_too_when_results_are() {
    let folder = tempdir().unwrap();
    let none = folder.path().join("none");
    for (code, kind, args) in [
        (1, "failed", &["user", "list", "--data-dir", path(&none)][..]),
        (2, "usage", &["user", "add", "x@example.com"]),
        (2, "usage", &["config", "check", "--database-url", "mysql://x"]),
        (3, "problems_found", &["migrate", "--check", "--data-dir", path(&none)]),
    ] {
        let output = run(&[args, &["--output", "json"]].concat());
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!((&said["error"], &said["exit_code"]), (&json!(kind), &json!(code)), "{said}");
        assert!(said["message"].as_str().unwrap().len() > 10, "{said}");
    }
    assert!(run(&["--help", "--output", "json"]).status.success());
}

#[test]
fn documents_become_drafts_and_importing_again_changes_only_what_changed() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&["--demo", "--data-dir", path(&data)]).stop(rustix::process::Signal::TERM);
    let manuals = folder.path().join("manuals");
    std::fs::create_dir_all(manuals.join("sub")).unwrap();
    std::fs::write(manuals.join("手册.md"), "# 鲸舱怎么开\n\n按两下。\n\n# 鲸舱怎么关\n\n按三下。\n").unwrap();
    std::fs::write(manuals.join("sub/faq.csv"), "question,answer\nHow do I open the pod?,Press twice.\n").unwrap();
    std::fs::write(manuals.join("notes.log"), "not a document").unwrap();
    let import = |more: &[&str]| json(&[&["knowledge", "import", path(&manuals), "--data-dir", path(&data)], more].concat());
    let counts = |told: &serde_json::Value| ["added", "updated", "unchanged", "waiting", "archived"].map(|key| told[key].as_i64().unwrap());
    assert_eq!(counts(&import(&["--dry-run"])), [3, 0, 0, 0, 0]);
    assert_eq!(counts(&import(&[])), [3, 0, 0, 0, 0]);
    assert_eq!(counts(&import(&[])), [0, 0, 3, 0, 0]);
    std::fs::write(manuals.join("手册.md"), "# 鲸舱怎么开\n\n长按。\n").unwrap();
    assert_eq!(counts(&import(&["--publish"])), [0, 2, 0, 0, 1]);
    std::fs::write(manuals.join("手册.md"), "# 鲸舱怎么开\n\n再长按。\n").unwrap();
    assert_eq!(counts(&import(&[])), [0, 0, 1, 1, 0]);

    std::fs::write(manuals.join("broken.pdf"), "this is no PDF").unwrap();
    let failed = run(&["knowledge", "import", path(&manuals), "--data-dir", path(&data), "--output", "json"]);
    assert!(!failed.status.success());
    let told: serde_json::Value = serde_json::from_str(&text(&failed.stdout)).unwrap();
    assert_eq!((told["files"].as_i64(), told["failed"][0]["file"].as_str()), (Some(3), Some("broken.pdf")), "{told}");
    assert!(fails(2, &["knowledge", "import", path(&data.join("nowhere")), "--data-dir", path(&data)]).contains("cannot be read"));
}
