//! A WeCom customer-service account from the platform's side: sealed callbacks that only say that something is there, pages after a
//! cursor, files in both directions, and a server that is killed between pages.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use http::Method;
use qn_testkit::scenario::Stage;
use qn_testkit::wecom::{self, CORP, LATE, TOO_LARGE, Wecom, callback};
use qn_testkit::{Api, Request};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, Instant};

pub const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82";

async fn open_inbox(stage: &Stage, platform: &Wecom) -> Result<(String, String)> {
    let body = json!({"name": "微信客服", "channel": "wecom_kf", "channel_settings": platform.settings()});
    let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
    let address = inbox["webhook_url"].as_str().context("no webhook_url")?;
    let path = address.split_once("/api/v1").context("not under /api/v1")?.1.to_owned();
    Ok((inbox["id"].as_str().context("no id")?.to_owned(), path))
}

async fn called(api: &Api, path: &str, hint: &str) -> Result<()> {
    let answer = api.send(&callback(path, hint, CORP)?).await?;
    ensure!(answer.status == 200 && &answer.body[..] == b"success", "{} {:?}", answer.status, answer.body);
    Ok(())
}

async fn messages(stage: &Stage, inbox_id: &str) -> Result<Vec<Value>> {
    let api = &stage.company.admin.api;
    let mut all = Vec::new();
    for conversation in api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await? {
        let id = conversation["id"].as_str().unwrap_or_default();
        let page = api.get(&format!("/conversations/{id}/messages?limit=100")).await?.ok()?.json()?;
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
    }
    Ok(all)
}

/// The messages once this many came in; a customer's are taken one after the other.
async fn all_of(stage: &Stage, inbox_id: &str, incoming: usize) -> Result<Vec<Value>> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let all = messages(stage, inbox_id).await?;
        if words(&all, "incoming").len() >= incoming || Instant::now() > deadline {
            return Ok(all);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn words<'a>(messages: &'a [Value], kind: &str) -> Vec<&'a str> {
    messages.iter().filter(|m| m["kind"] == kind).filter_map(|m| m["content"]["text"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_wrote_is_fetched_page_by_page_and_answered_once() {
    on_each(async |stage| {
        let platform = Wecom::start(PICTURE).await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        let stranger = callback(&path, "h0", "ww-another")?;
        ensure!((400..500).contains(&nobody.send(&stranger).await?.status), "sealed for another company");
        let mut forged = callback(&path, "h0", CORP)?;
        forged.path = forged.path.replace("msg_signature=", "msg_signature=0");
        ensure!(nobody.send(&forged).await?.status == 401, "a forged callback");
        ensure!(platform.pulls().is_empty(), "nobody who proved nothing makes the server ask");

        for n in 0..7 {
            platform.writes(
                "wm-anna",
                &format!("m{n}"),
                "text",
                json!({"content": if n == 0 { "怎么退货?".to_owned() } else { format!("第 {n} 句") }}),
            );
        }
        for _ in 0..3 {
            called(&nobody, &path, "h1").await?;
        }
        let sent = platform.wait_sent("wm-anna", 1).await?;
        ensure!(sent[0]["open_kfid"] == wecom::ACCOUNT && sent[0].to_string().contains("7 天"), "{sent:?}");
        platform.writes("wm-ben", "m7", "text", json!({"content": "发票怎么开?"}));
        called(&nobody, &path, "h2").await?;
        platform.wait_sent("wm-ben", 1).await?;
        let all = all_of(stage, &inbox_id, 8).await?;
        let mut incoming = words(&all, "incoming");
        incoming.sort_unstable();
        ensure!(incoming == ["发票怎么开?", "怎么退货?", "第 1 句", "第 2 句", "第 3 句", "第 4 句", "第 5 句", "第 6 句"], "{incoming:?}");
        let mut seen = HashSet::new();
        let pulls = platform.pulls();
        ensure!(pulls.iter().filter(|cursor| *cursor == "3").all(|cursor| seen.insert(cursor.clone())), "a page twice: {pulls:?}");
        Ok(())
    })
    .await;
}

pub fn upload(bytes: &[u8]) -> Request {
    let head = "--b0undary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"退货单.png\"\r\ncontent-type: image/png\r\n\r\n";
    let body = [head.as_bytes(), bytes, b"\r\n--b0undary--\r\n"].concat();
    let request = Request { method: Method::POST, path: "/attachments".into(), headers: Vec::new(), body: body.into() };
    request.header("content-type", "multipart/form-data; boundary=b0undary")
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_in_both_directions() {
    on_each(async |stage| {
        let platform = Wecom::start(PICTURE).await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        platform.writes("wm-chen", "m0", "text", json!({"content": "转人工"}));
        platform.writes("wm-chen", "m1", "image", json!({"media_id": LATE}));
        called(&nobody, &path, "h1").await?;
        platform.wait_sent("wm-chen", 1).await?;
        let deadline = Instant::now() + Duration::from_secs(20);
        let picture = loop {
            let all = messages(stage, &inbox_id).await?;
            if let Some(found) = all.iter().find(|m| m["content"]["attachments"][0]["media_type"] == "image/png") {
                break found.clone();
            }
            ensure!(Instant::now() < deadline, "the picture did not come: {all:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        ensure!(picture["content"]["attachments"][0]["size_bytes"] == PICTURE.len(), "{picture}");

        let lin = stage.company.person("lin")?.api.clone();
        let file = lin.send(&upload(PICTURE)).await?.ok()?.json()?;
        let conversation = picture["conversation_id"].as_str().context("no conversation")?;
        let ways = format!("/conversations/{conversation}/file-ways?attachments={}", file["id"].as_str().unwrap_or_default());
        let told = lin.get(&ways).await?.ok()?.json()?;
        let expected = json!([{"attachment_id": file["id"], "as_file": true, "max_bytes": 20 * 1024 * 1024}]);
        ensure!(told["items"] == expected, "{told}");
        ensure!(lin.get(&format!("/conversations/{conversation}/file-ways?attachments=att_none")).await?.status == 422, "an unknown file");
        let before = platform.sent_to("wm-chen").len();
        let body = json!({"client_msg_id": "a1", "text": "退货单在这里", "attachments": [file["id"]]});
        lin.post(&format!("/conversations/{conversation}/messages"), &body).await?.ok()?;
        let sent = platform.wait_sent("wm-chen", before + 2).await?;
        let uploaded = platform.uploaded();
        ensure!(uploaded.len() == 1 && uploaded[0].kind == "image", "{uploaded:?}");
        ensure!(uploaded[0].form.windows(PICTURE.len()).any(|window| window == PICTURE), "another picture");
        let kinds: Vec<_> = sent[before..].iter().map(|m| m["msgtype"].as_str().unwrap_or_default()).collect();
        ensure!(kinds == ["text", "image"], "{sent:?}");
        ensure!(sent[before + 1]["image"]["media_id"] == "up-1", "{sent:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_named_to_the_agent_and_on_the_health_card_and_its_message_is_kept() {
    on_each(async |stage| {
        let platform = Wecom::start(PICTURE).await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        platform.writes("wm-chen", "m0", "text", json!({"content": "转人工"}));
        platform.writes("wm-chen", "m1", "image", json!({"media_id": TOO_LARGE}));
        called(&nobody, &path, "h1").await?;
        let is_told = |m: &&Value| m["content"]["activity"]["key"] == "files_lost";
        let deadline = Instant::now() + Duration::from_secs(20);
        let told = loop {
            let all = messages(stage, &inbox_id).await?;
            if let Some(found) = all.iter().find(is_told) {
                break found.clone();
            }
            ensure!(Instant::now() < deadline, "nobody was told: {all:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let lost = &told["content"]["activity"]["params"]["files"];
        ensure!(lost[0]["reason"] == "file_too_large" && lost[1].is_null(), "{told}");
        let health = stage.company.admin.api.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
        let error = |name: &str| health[name].as_str().unwrap_or_default().to_owned();
        ensure!((error("last_error_side").as_str(), error("last_error").as_str()) == ("media", "file_too_large"), "{health}");
        ensure!(error("last_error_text").contains("20 MiB"), "{health}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_between_pages_loses_and_doubles_nothing() {
    on_each(async |stage| {
        let platform = Wecom::start(PICTURE).await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        let people: Vec<String> = (0..30).map(|n| format!("wm-{n:02}")).collect();
        for round in 0..3 {
            for (n, customer) in people.iter().enumerate() {
                platform.writes(customer, &format!("r{round}-{n}"), "text", json!({"content": "怎么退货?"}));
            }
            called(&nobody, &path, &format!("h{round}")).await?;
            stage.server.kill()?;
            stage.server.launch().await?;
        }
        for customer in &people {
            platform.wait_sent(customer, 3).await?;
        }
        let all = all_of(stage, &inbox_id, 90).await?;
        let incoming = words(&all, "incoming").len();
        let answers = all.iter().filter(|m| m["author"]["kind"] == "bot").count();
        ensure!(incoming == 90 && answers == 90, "{incoming} in, {answers} out");
        let sent: usize = people.iter().map(|customer| platform.sent_to(customer).len()).sum();
        ensure!(sent == 90, "{sent} left: a message id repeated after a crash must be the same");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_the_line_is_taken_and_a_persons_is_left_to_them() {
    on_each(async |stage| {
        let platform = Wecom::start(PICTURE).await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        platform.session("wm-line", 2);
        platform.session("wm-held", 3);
        for (customer, id) in [("wm-line", "s1"), ("wm-held", "s2")] {
            platform.writes(customer, id, "text", json!({"content": "怎么退货?"}));
        }
        called(&nobody, &path, "h1").await?;
        platform.wait_sent("wm-line", 1).await?;
        let deadline = Instant::now() + Duration::from_secs(20);
        let failed = loop {
            let all = messages(stage, &inbox_id).await?;
            if let Some(failed) = all.into_iter().find(|m| m["state"] == "failed") {
                break failed;
            }
            ensure!(Instant::now() < deadline, "the answer to a customer whom a person has did not fail");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        ensure!(failed["state_reason"] == "session_held_there" && platform.sent_to("wm-held").is_empty(), "{failed}");
        let conversation = failed["conversation_id"].as_str().context("no conversation")?;
        let api = &stage.company.admin.api;
        let window = async || api.get(&format!("/conversations/{conversation}/reply-window")).await?.ok()?.json();
        ensure!(window().await?["session"] == "held", "{}", window().await?);
        // The person ends it, and the customer writes again: the bot answers.
        platform.session("wm-held", 1);
        platform.happens("wm-held", "s3", json!({"event_type": "session_status_change", "change_type": 3}));
        platform.writes("wm-held", "s4", "text", json!({"content": "发票怎么开?"}));
        called(&nobody, &path, "h2").await?;
        platform.wait_sent("wm-held", 1).await?;
        ensure!(window().await?["session"].is_null(), "{}", window().await?);
        Ok(())
    })
    .await;
}
