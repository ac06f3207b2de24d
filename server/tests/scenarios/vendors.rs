//! The vendors' own SDKs write and sign (`channel/tests/oracle/calls.py`), the whole server takes: whatever comes twice is one message, what
//! was changed is refused, and reports only move forward.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use qn_testkit::agreeable::Agreeable;
use qn_testkit::scenario::Stage;
use qn_testkit::wecom::Wecom;
use qn_testkit::{Api, Request};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn written(api_base: &str) -> Result<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("target/oracle/bin/python");
    ensure!(python.exists(), "the vendors' SDKs are not installed: run `cargo xtask oracle` first");
    let script = root.join("channel/tests/oracle/calls.py");
    let output = std::process::Command::new(python).arg(script).arg(api_base).env("PYTHONDONTWRITEBYTECODE", "1").output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn call(api: &Api, path: &str, call: &Value) -> Result<u16> {
    let body = call["body"].as_str().context("no body")?.to_owned();
    let kind = if body.starts_with('<') { "text/xml" } else { "application/json" };
    let query = call["query"].as_str().map(|query| format!("?{query}")).unwrap_or_default();
    let mut request = Request { method: http::Method::POST, path: format!("{path}{query}"), headers: vec![], body: body.into() };
    request = request.header("content-type", kind);
    for header in call["headers"].as_array().context("no headers")? {
        request = request.header(header[0].as_str().unwrap_or_default(), header[1].as_str().unwrap_or_default());
    }
    Ok(api.send(&request).await?.status)
}

/// All messages of an inbox once none of its events waits.
async fn settled(stage: &Stage, inbox_id: &str, until: impl Fn(&[Value]) -> bool) -> Result<Vec<Value>> {
    let api = &stage.company.admin.api;
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let mut all = Vec::new();
        for conversation in api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await? {
            let id = conversation["id"].as_str().unwrap_or_default();
            let page = api.get(&format!("/conversations/{id}/messages?limit=100")).await?.ok()?.json()?;
            all.extend(page["items"].as_array().cloned().unwrap_or_default());
        }
        let health = api.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
        if health["waiting"] == 0 && until(&all) {
            ensure!(health["stuck"] == 0, "{health}");
            return Ok(all);
        }
        ensure!(Instant::now() < deadline, "{inbox_id}: {health} {all:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn count(messages: &[Value], kind: &str) -> usize {
    messages.iter().filter(|m| m["kind"] == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_platform_says_twice_is_said_once_and_what_was_changed_is_refused() {
    on_each(async |stage| {
        let platform = Agreeable::start().await?;
        let calls = written(&format!("http://{}", platform.address))?;
        let nobody = stage.company.admin.api.as_nobody();
        for channel in ["line", "telegram", "dingtalk", "feishu", "wechat_official", "wechat_mini_program"] {
            let vendor = &calls[channel];
            let body = json!({"name": channel, "channel": channel, "channel_settings": vendor["settings"]});
            let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
            let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
            let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
            ensure!(call(&nobody, &path, &vendor["changed"]).await? == 401, "{channel}: changed words were taken");
            // Twice the very call, then as the platform repeats it, and once more after the answer has left.
            for one in [&vendor["first"], &vendor["first"], &vendor["again"]] {
                ensure!(call(&nobody, &path, one).await? == 200, "{channel}");
            }
            let answered = |all: &[Value]| all.iter().any(|m| m["kind"] == "outgoing" && m["state"] == "sent");
            settled(stage, &inbox_id, answered).await.context(channel)?;
            ensure!(call(&nobody, &path, &vendor["again"]).await? == 200, "{channel}");
            ensure!(call(&nobody, &path, &vendor["changed"]).await? == 401, "{channel}: changed words were taken");
            let all = settled(stage, &inbox_id, answered).await.context(channel)?;
            ensure!((count(&all, "incoming"), count(&all, "outgoing")) == (1, 1), "{channel}: {all:?}");
            ensure!(all.iter().any(|m| m["content"]["text"] == "发票怎么开?"), "{channel}: {all:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wecoms_callback_makes_the_server_fetch_and_says_each_message_once() {
    on_each(async |stage| {
        let platform = Wecom::start(&[]).await?;
        let vendor = written(&format!("http://{}", platform.address))?["wecom_kf"].take();
        let body = json!({"name": "微信客服", "channel": "wecom_kf", "channel_settings": platform.settings()});
        let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
        let nobody = stage.company.admin.api.as_nobody();
        platform.writes("wm-sdk", "m1", "text", json!({"content": "发票怎么开?"}));
        ensure!(call(&nobody, &path, &vendor["changed"]).await? == 401, "changed words were taken");
        ensure!(platform.pulls().is_empty(), "a call that proved nothing makes the server ask");
        for one in [&vendor["first"], &vendor["first"], &vendor["again"]] {
            ensure!(call(&nobody, &path, one).await? == 200);
        }
        platform.wait_sent("wm-sdk", 1).await?;
        ensure!(call(&nobody, &path, &vendor["again"]).await? == 200);
        let all = settled(stage, &inbox_id, |all| all.iter().any(|m| m["kind"] == "outgoing" && m["state"] == "sent")).await?;
        ensure!((count(&all, "incoming"), count(&all, "outgoing"), platform.sent_to("wm-sdk").len()) == (1, 1, 1), "{all:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feishu_reports_count_once_and_only_forward() {
    on_each(async |stage| {
        let platform = Agreeable::start().await?;
        let vendor = written(&format!("http://{}", platform.address))?["feishu"].take();
        let body = json!({"name": "飞书", "channel": "feishu", "channel_settings": vendor["settings"]});
        let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
        let nobody = stage.company.admin.api.as_nobody();
        // A report that comes before the message it is about waits for it.
        ensure!(call(&nobody, &path, &vendor["first"]).await? == 200);
        for report in vendor["reports"].as_array().context("no reports")? {
            ensure!(call(&nobody, &path, report).await? == 200);
        }
        let all = settled(stage, &inbox_id, |all| all.iter().any(|m| m["kind"] == "outgoing" && m["state"] == "read")).await?;
        ensure!(count(&all, "outgoing") == 1, "{all:?}");
        Ok(())
    })
    .await;
}
