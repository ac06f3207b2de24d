//! A WeChat service account in plain mode, from the platform's side: the check of the address, messages answered by the bot through the
//! customer-message API, repetitions, a token refused early, files, the reply window, and a server that is killed.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use qn_testkit::scenario::Stage;
use qn_testkit::wechat::{self, Wechat, push};
use qn_testkit::{Api, Request};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// An inbox of the stage's company for this platform: its id and where the platform calls.
async fn open_inbox(stage: &Stage, platform: &Wechat) -> Result<(String, String)> {
    let body = json!({"name": "公众号", "channel": "wechat_official", "channel_settings": platform.settings()});
    let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
    ensure!(inbox["channel_settings"].get("app_secret").is_none() && inbox["channel_settings"].get("token").is_none(), "{inbox}");
    ensure!(inbox["secrets_set"] == json!(["app_secret", "token"]), "{inbox}");
    let address = inbox["webhook_url"].as_str().context("no webhook_url")?;
    let path = address.split_once("/api/v1").context("not under /api/v1")?.1.to_owned();
    Ok((inbox["id"].as_str().context("no id")?.to_owned(), path))
}

async fn pushed(api: &Api, request: &Request) -> Result<()> {
    let began = Instant::now();
    let answer = api.send(request).await?;
    ensure!(answer.status == 200 && &answer.body[..] == b"success", "{} {:?}", answer.status, answer.body);
    ensure!(began.elapsed() < Duration::from_secs(5), "the platform has gone by now");
    Ok(())
}

/// The conversations of an inbox with their messages.
async fn threads(stage: &Stage, inbox_id: &str) -> Result<Vec<(Value, Vec<Value>)>> {
    let api = &stage.company.admin.api;
    let page = api.get(&format!("/conversations?inbox_id={inbox_id}&limit=100")).await?.ok()?.json()?;
    let mut all = Vec::new();
    for conversation in page["items"].as_array().context("no items")? {
        let id = conversation["id"].as_str().unwrap_or_default();
        let messages = api.get(&format!("/conversations/{id}/messages?limit=100")).await?.ok()?.json()?;
        all.push((conversation.clone(), messages["items"].as_array().cloned().unwrap_or_default()));
    }
    Ok(all)
}

fn of_kind(messages: &[Value], kind: &str) -> Vec<Value> {
    messages.iter().filter(|m| m["kind"] == kind).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_answers_followers_and_repetitions_change_nothing() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        let echo = wechat::confirm(&nobody, &path, "echo-123").await?;
        ensure!(echo.status == 200 && &echo.body[..] == b"echo-123", "{:?}", echo.body);
        let question = wechat::text("o-anna", 1001, "怎么退货?");
        let forged = Request { path: path.clone() + "?signature=00&timestamp=1&nonce=n", ..push(&path, &question, 0) };
        ensure!(nobody.send(&forged).await?.status == 401, "a forged push");
        ensure!(nobody.send(&push(&path, &question, -90_000)).await?.status == 401, "an old push");
        for _ in 0..3 {
            pushed(&nobody, &push(&path, &question, 0)).await?;
        }
        let sent = platform.wait_sent("o-anna", 1).await?;
        ensure!(sent[0].to_string().contains("7 天"), "{sent:?}");
        pushed(&nobody, &push(&path, &question, 0)).await?;
        pushed(&nobody, &push(&path, &wechat::text("o-anna", 1002, "发票怎么开?"), 0)).await?;
        platform.wait_sent("o-anna", 2).await?;
        let threads = threads(stage, &inbox_id).await?;
        ensure!(threads.len() == 1 && of_kind(&threads[0].1, "incoming").len() == 2, "{threads:?}");
        ensure!(threads[0].0["contact"]["name"] == "备注 o-anna", "the profile was asked for: {}", threads[0].0["contact"]);
        ensure!(platform.tokens_given() == 1, "one token serves all");
        let health = stage.company.admin.api.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
        ensure!(health["received"].as_i64() >= Some(2) && health["refused"] == 2 && health["stuck"] == 0, "{health}");
        ensure!(health["last_error"] == "clock_skew" || health["last_error"] == "bad_signature", "{health}");
        let test = stage.company.admin.api.post(&format!("/inboxes/{inbox_id}/test"), &Value::Null).await?.ok()?.json()?;
        ensure!(test["outcome"] == "works", "{test}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passive_account_is_answered_in_the_answer_to_its_push() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let mut settings = platform.settings();
        settings["reply"] = json!("passive");
        let body = json!({"name": "订阅号", "channel": "wechat_official", "channel_settings": settings});
        let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no webhook_url")?.1.to_owned();
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        let nobody = stage.company.admin.api.as_nobody();
        let question = push(&path, &wechat::text("o-eve", 5001, "怎么退货?"), 0);
        let words = async |request: &Request| -> Result<String> {
            let answer = nobody.send(request).await?;
            ensure!(answer.status == 200, "{} {:?}", answer.status, answer.body);
            Ok(String::from_utf8_lossy(&answer.body).into_owned())
        };
        let said = words(&question).await?;
        ensure!(said.contains("7 天") && said.contains("<ToUserName><![CDATA[o-eve]]>"), "{said}");
        ensure!(words(&question).await? == said, "a push that is repeated gets the same answer");
        // A person has it now: the push goes home, and what they say later goes by the API.
        let lin = stage.company.person("lin")?.api.clone();
        let conversation = threads(stage, &inbox_id).await?.remove(0).0["id"].as_str().context("no id")?.to_owned();
        lin.post(&format!("/conversations/{conversation}/claim"), &json!({})).await?.ok()?;
        let began = Instant::now();
        let silent = words(&push(&path, &wechat::text("o-eve", 5002, "还有一个问题"), 0)).await?;
        ensure!(silent == "success" && began.elapsed() < Duration::from_secs(4), "{silent} after {:?}", began.elapsed());
        lin.post(&format!("/conversations/{conversation}/messages"), &json!({"client_msg_id": "p1", "text": "请讲"})).await?.ok()?;
        let sent = platform.wait_sent("o-eve", 1).await?;
        ensure!(sent.len() == 1 && sent[0]["text"]["content"] == "请讲", "only that went by the API: {sent:?}");
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let all = threads(stage, &inbox_id).await?.remove(0).1;
            ensure!(of_kind(&all, "incoming").len() == 2, "{all:?}");
            if of_kind(&all, "outgoing").iter().all(|m| m["state"] == "sent" || m["state"] == "delivered") {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{all:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_a_file_and_the_end_of_the_window() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        platform.refuse(&[40001, -1]);
        pushed(&nobody, &push(&path, &wechat::text("o-ben", 2001, "转人工"), 0)).await?;
        platform.wait_sent("o-ben", 1).await?;
        ensure!(platform.tokens_given() == 2, "one refresh after the refusal, not {}", platform.tokens_given());
        pushed(&nobody, &push(&path, &wechat::image("o-ben", 2002), 0)).await?;
        let lin = stage.company.person("lin")?.api.clone();
        let deadline = Instant::now() + Duration::from_secs(20);
        let conversation = loop {
            let all = threads(stage, &inbox_id).await?;
            let picture =
                all.iter().find(|(_, messages)| messages.iter().any(|m| m["content"]["attachments"][0]["media_type"] == "image/png"));
            if let Some((conversation, _)) = picture {
                break conversation["id"].as_str().context("no id")?.to_owned();
            }
            ensure!(Instant::now() < deadline, "the picture did not come: {all:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let window = async || lin.get(&format!("/conversations/{conversation}/reply-window")).await?.ok()?.json();
        ensure!(window().await?["left"] == 5, "the picture opened the window anew: {}", window().await?);
        for n in 0..5 {
            let body = json!({"client_msg_id": format!("w{n}"), "text": format!("第 {n} 条")});
            lin.post(&format!("/conversations/{conversation}/messages"), &body).await?.ok()?;
        }
        let sent = platform.wait_sent("o-ben", 6).await?;
        let texts: Vec<String> = sent[1..].iter().map(|m| m["text"]["content"].as_str().unwrap_or_default().to_owned()).collect();
        ensure!(texts == ["第 0 条", "第 1 条", "第 2 条", "第 3 条", "第 4 条"], "in order: {texts:?}");
        // The platform has the fifth before the server has written down that it was taken.
        let shut = loop {
            let seen = window().await?;
            if seen["left"] == 0 || Instant::now() > deadline + Duration::from_secs(10) {
                break seen;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        ensure!(shut["open"] == false && shut["left"] == 0, "{shut}");
        let refused =
            lin.post(&format!("/conversations/{conversation}/messages"), &json!({"client_msg_id": "w5", "text": "再说一句"})).await?;
        ensure!(refused.status == 409 && refused.json()?["code"] == "window_closed", "{:?}", refused.body);
        let note = json!({"client_msg_id": "n1", "text": "等客户回复", "kind": "note"});
        lin.post(&format!("/conversations/{conversation}/messages"), &note).await?.ok()?;
        pushed(&nobody, &push(&path, &wechat::text("o-ben", 2003, "在吗"), 0)).await?;
        let reopened = json!({"client_msg_id": "w6", "text": "在的"});
        while lin.post(&format!("/conversations/{conversation}/messages"), &reopened).await?.status == 409 {
            ensure!(Instant::now() < deadline + Duration::from_secs(10), "the window did not open again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        platform.wait_sent("o-ben", 7).await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_answered_after_kill_9() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let (inbox_id, path) = open_inbox(stage, &platform).await?;
        let nobody = stage.company.admin.api.as_nobody();
        let people: Vec<String> = (0..40).map(|n| format!("o-{n:02}")).collect();
        let mut acknowledged = HashMap::new();
        for round in 0..3u64 {
            let pushes = people.iter().enumerate().map(|(n, openid)| {
                let id = round * 1_000 + n as u64;
                let request = push(&path, &wechat::text(openid, id, "怎么退货?"), 0);
                let nobody = nobody.clone();
                async move { (openid.clone(), id, pushed(&nobody, &request).await) }
            });
            for (openid, id, pushed) in futures_util::future::join_all(pushes).await {
                pushed?;
                acknowledged.entry(openid).or_insert_with(Vec::new).push(id);
            }
            stage.server.kill()?;
            stage.server.launch().await?;
            // The platform saw no answer to some and brings them again.
            for (openid, id) in people.iter().zip(round * 1_000..).take(10) {
                pushed(&nobody, &push(&path, &wechat::text(openid, id, "怎么退货?"), 0)).await?;
            }
        }
        for openid in &people {
            platform.wait_sent(openid, 3).await?;
        }
        let all = threads(stage, &inbox_id).await?;
        ensure!(all.len() == people.len(), "{} conversations", all.len());
        for (conversation, messages) in &all {
            let incoming = of_kind(messages, "incoming").len();
            let answers = messages.iter().filter(|m| m["author"]["kind"] == "bot").count();
            ensure!(incoming == 3 && answers == 3, "{incoming} in, {answers} out: {conversation}");
        }
        let repeated: usize = people.iter().map(|openid| platform.sent_to(openid).len().saturating_sub(3)).sum();
        // A send that was under way when the server died may be done again; WeChat has no key against that.
        ensure!(repeated <= 3 * 32, "{repeated} answers left twice");
        Ok(())
    })
    .await;
}
