//! The vendors' own SDKs as the other side: each script of `tests/oracle` plays one platform over loopback. It signs and seals calls to
//! us, takes what we send as the platform would, and compares both with what its SDK makes of them. `cargo xtask oracle` installs the
//! SDKs; a machine that lacks them fails here.
//!
//! What each script shows of what can go wrong. "–" stands where the protocol has nothing of the kind:
//!
//! | | bad signature | replay | skewed clock | wrong app | tampered cipher | batch | duplicate | statuses out of order |
//! |---|---|---|---|---|---|---|---|---|
//! | WeChat, mini-program | ✓ | ✓ | ✓ both ways | ✓ sealed; – plain: it names no app | ✓ also under a fitting signature | – one message a push | ✓ | – no reports |
//! | WeCom | ✓ | ✓ | ✓ both ways | ✓ | ✓ also under a fitting signature | ✓ a page of 500 | ✓ also within a page | ✓ msg_send_fail; – it has no other |
//! | DingTalk | ✓ | ✓ | ✓ both ways | ✓ | – nothing is sealed | – one message a call or frame | ✓ | – no reports |
//! | Feishu | ✓ | ✓ | ✓ both ways | ✓ | ✓ | ✓ parts of a frame; – one event a call | ✓ | ✓ read reports; – it has no others |
//! | LINE | ✓ | ✓ | – no time is signed | ✓ `destination`, where the bot's id is set | ✓ the body | ✓ 100 | ✓ | – no reports |
//! | Telegram | ✓ | ✓ | – nothing is signed | – the secret is the bot's own | – nothing is sealed | ✓ 100 polled | ✓ | – no reports |
//! | WhatsApp | ✓ | ✓ | – no time is signed | ✓ | ✓ the body | ✓ | ✓ | ✓ all six orders |
//! | SMPP | – a password opens the session | – | – no time is told | – | – nothing is sealed, but by TLS | ✓ parts, and PDUs in one read | ✓ until our answer is proved | ✓ |
//!
//! A replay or duplicate shows here as the same key. That the same key changes nothing is shown on the whole server, with calls that the
//! same SDKs make: `server/tests/scenarios/vendors.rs`, `wechat.rs`, `wecom.rs`; all orders of WhatsApp's statuses in `linked.rs`.

use crate::harness::Harness;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Fewer checks than this would mean that a script stopped early without failing.
fn play(script: &str, checks_min: usize) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../target/oracle/bin/python");
    assert!(python.exists(), "the vendors' SDKs are not installed: run `cargo xtask oracle` first");
    let harness = Harness::start();
    let output = Command::new(python)
        .arg(script_path(&root, script))
        .arg(harness.url())
        .env("NO_PROXY", "*")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}:\n{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let checks: usize = told.lines().last().and_then(|line| line.strip_suffix(" checks")?.parse().ok()).unwrap_or(0);
    assert!(checks >= checks_min, "{script}: only {checks} checks\n{told}");
}

fn script_path(root: &Path, script: &str) -> PathBuf {
    root.join("tests/oracle").join(script)
}

#[test]
fn wechatpy_is_understood_and_understands_us() {
    play("wechat.py", 250);
}

#[test]
fn dingtalk_stream_is_understood_and_understands_us() {
    play("dingtalk.py", 72);
}

#[test]
fn lark_oapi_is_understood_and_understands_us() {
    play("feishu.py", 69);
}

#[test]
fn line_bot_sdk_is_understood_and_understands_us() {
    play("line.py", 66);
}

#[test]
fn python_telegram_bot_is_understood_and_understands_us() {
    play("telegram_bot.py", 60);
}

/// Another codec, smpp.pdu3, plays the message centre.
#[test]
fn smpp_pdu_is_understood_and_understands_us() {
    play("smpp_centre.py", 250);
}

/// No SDK of Meta's is in use: the standard library signs, over the raw bytes.
#[test]
fn whatsapp_batches_come_in_whatever_their_order() {
    play("whatsapp.py", 52);
}
