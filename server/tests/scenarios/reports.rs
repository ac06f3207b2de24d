//! A report as a letter through real mail servers: once for each key, with the figures and the table that the page shows.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use http::Method;
use qn_mail::{Mail, OwnMail};
use qn_testkit::company::made;
use qn_testkit::http::{Api, Request};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;
const LOOKS: u32 = 600;

#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its servers by the environment
fn servers() -> Option<HashMap<String, String>> {
    let told = std::env::var("QN_TEST_MAIL").unwrap_or_default();
    let words = told.split(' ').filter_map(|word| word.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let found: HashMap<String, String> = words.collect();
    if !found.contains_key("smtp") {
        eprintln!("QN_TEST_MAIL names no SMTP server: no real letters");
        return None;
    }
    Some(found)
}

/// Letters in a box that have this subject's beginning.
fn letters(boxes: &Path, begin: &str) -> Result<Vec<Mail>> {
    let mut found = Vec::new();
    for folder in ["new", "cur"].map(|name| boxes.join(name)) {
        let Ok(files) = std::fs::read_dir(folder) else { continue };
        for file in files {
            let mail = Mail::read(&std::fs::read(file?.path())?, &OwnMail::default());
            if mail.subject.starts_with(begin) {
                found.push(mail);
            }
        }
    }
    Ok(found)
}

/// Waits until so many letters have come.
async fn arrived(boxes: &Path, begin: &str, count: usize) -> Result<Vec<Mail>> {
    for _ in 0..LOOKS {
        let found = letters(boxes, begin)?;
        if found.len() >= count {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("{count} letters were expected and did not come")
}

async fn send(admin: &Api, schedule: &Value, key: &str) -> Result<()> {
    let path = format!("/report-schedules/{}/send", schedule["id"].as_str().context("no id")?);
    admin.deliver(&Request::json(Method::POST, &path, &json!({})).header("idempotency-key", key)).await?.ok()?;
    Ok(())
}

#[tokio::test]
async fn a_report_arrives_once_with_figures_and_table() {
    let Some(servers) = servers() else { return };
    on_each(async |stage| {
        let admin = stage.company.admin.api.clone();
        let settings = json!({
            "address": "support@shop.example", "user": "support", "password": servers["password"],
            "imap_host": "127.0.0.1", "imap_port": servers["imap"].parse::<u16>()?, "imap_security": "plain",
            "smtp_host": "127.0.0.1", "smtp_port": servers["smtp"].parse::<u16>()?, "smtp_security": "plain",
        });
        let wish = json!({"name": "邮箱", "channel": "email", "bot_enabled": false, "channel_settings": settings});
        let inbox = made(&admin, "/inboxes", &wish).await?;
        let reader = json!({"email": "reader@shop.example", "name": "安娜", "role": "supervisor"});
        let reader = made(&admin, "/users", &reader).await?;
        let name = format!("周报 {}", qn_base::ids::secret(8));
        let wish = json!({"name": name, "inbox_id": inbox["id"], "range": "day", "by": "day", "recipient_ids": [reader["id"]],
            "minute": 540, "language": "zh-CN", "active": true});
        let schedule = made(&admin, "/report-schedules", &wish).await?;
        let boxes = PathBuf::from(&servers["mail"]).join("reader");
        send(&admin, &schedule, "first").await?;
        send(&admin, &schedule, "first").await?;
        arrived(&boxes, &name, 1).await?;
        send(&admin, &schedule, "second").await?;
        let found = arrived(&boxes, &name, 2).await?;
        ensure!(found.len() == 2, "the same key twice is one letter");
        let mail = &found[0];
        let text = mail.body.reply();
        ensure!(text.contains("会话数：0") && text.contains("Asia/Shanghai"), "{text}");
        let file = mail.attachments.first().context("no table")?;
        let report = admin.get("/reports").await?.ok()?.json()?;
        let to = report["to"].as_i64().context("no end")?;
        let midnight = (to + 8 * 3_600_000) / DAY_MS * DAY_MS - 8 * 3_600_000;
        let table = admin.get(&format!("/reports/table.csv?by=day&from={}&to={midnight}", midnight - DAY_MS)).await?.ok()?.text();
        ensure!(file.bytes.starts_with("\u{feff}分组".as_bytes()), "the table is read by spreadsheets as Chinese");
        ensure!(String::from_utf8_lossy(&file.bytes).lines().count() == table.lines().count(), "the table that the page gives");
        let seen = admin.get("/report-schedules").await?.ok()?.json()?;
        ensure!(seen["items"][0]["sent_at"].is_i64() && seen["items"][0]["failures"] == 0, "{seen}");
        Ok(())
    })
    .await;
}
