//! What the composer is told before an agent hits a platform's wall: LINE's months, DingTalk's webhooks for people outside the company, and
//! WeChat accounts that may only answer in the call.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qn_base::{Clock, SystemClock};
use qn_testkit::agreeable::Agreeable;
use qn_testkit::linked::Linked;
use qn_testkit::scenario::Stage;
use qn_testkit::wechat::{self, Wechat, push};
use qn_testkit::{Api, Request};
use ring::hmac;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Its id and where the platform calls.
async fn open_inbox(stage: &Stage, channel: &str, settings: Value) -> Result<(String, String)> {
    let body = json!({"name": channel, "channel": channel, "channel_settings": settings});
    let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
    let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).map_or("", |(_, path)| path);
    Ok((inbox["id"].as_str().context("no id")?.to_owned(), path.to_owned()))
}

/// The inbox's conversation, once the bot's answer is noted as sent.
async fn answered(api: &Api, inbox_id: &str) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = api.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        let id = page["items"][0]["id"].as_str().unwrap_or_default().to_owned();
        if !id.is_empty() {
            let messages = api.get(&format!("/conversations/{id}/messages")).await?.ok()?.json()?;
            let items = messages["items"].as_array().context("no items")?;
            if items.iter().any(|m| m["kind"] == "outgoing" && m["state"] == "sent") {
                return Ok(id);
            }
        }
        ensure!(Instant::now() < deadline, "no answer left: {page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn window(api: &Api, conversation: &str) -> Result<Value> {
    api.get(&format!("/conversations/{conversation}/reply-window")).await?.ok()?.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_account_tells_what_its_month_has_left_and_is_not_asked_at_every_look() {
    on_each(async |stage| {
        let platform = Agreeable::start().await?;
        let base = format!("http://{}", platform.address);
        let settings = json!({"channel_id": "1", "channel_secret": "line-s3cret", "channel_access_token": "AT", "api_base": base});
        let (inbox_id, path) = open_inbox(stage, "line", settings).await?;
        let now = SystemClock.now();
        let event = json!({"type": "message", "timestamp": now, "source": {"type": "user", "userId": "U1"}, "webhookEventId": "01H1",
            "message": {"id": "m1", "type": "text", "text": "怎么退货?"}});
        let body = json!({"destination": "U0", "events": [event]}).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"line-s3cret");
        let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()));
        let call = Request { method: http::Method::POST, path, headers: Vec::new(), body: body.into() };
        let call = call.header("content-type", "application/json").header("x-line-signature", &signature);
        let admin = stage.company.admin.api.clone();
        ensure!(admin.as_nobody().send(&call).await?.status == 200, "the call was not taken");
        let conversation = answered(&admin, &inbox_id).await?;
        for _ in 0..2 {
            let seen = window(&admin, &conversation).await?;
            ensure!(seen["limited"] == false && seen["month"] == json!({"limit": 500, "used": 120}), "{seen}");
        }
        ensure!(platform.called("/v2/bot/message/quota") == 1, "asked again at once");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_outside_the_company_can_be_answered_while_dingtalks_webhook_is_good() {
    on_each(async |stage| {
        let platform = Linked::dingtalk().await?;
        let ends_at = SystemClock.now() + 3_600_000;
        platform.bring(json!({
            "conversationId": "cid1", "conversationType": "1", "chatbotUserId": "b", "msgId": "m1", "senderNick": "王小明",
            "senderId": "$:LWCP_v1:$abc", "createAt": SystemClock.now(), "robotCode": "ding1", "msgtype": "text",
            "text": {"content": "怎么退货?"}, "sessionWebhook": format!("http://{}/session/one", platform.address),
            "sessionWebhookExpiredTime": ends_at,
        }));
        let settings = json!({"client_id": "ding1", "client_secret": "s3cret", "api_base": format!("http://{}", platform.address)});
        let (inbox_id, _) = open_inbox(stage, "dingtalk", settings).await?;
        let admin = stage.company.admin.api.clone();
        let conversation = answered(&admin, &inbox_id).await?;
        let seen = window(&admin, &conversation).await?;
        ensure!(seen["limited"] == true && seen["open"] == true && seen["left"].is_null() && seen["closes_at"] == ends_at, "{seen}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_only_answer_in_the_call_shows_no_quota_and_takes_nothing_from_agents() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let mut settings = platform.settings();
        settings["reply"] = json!("passive_only");
        let (inbox_id, path) = open_inbox(stage, "wechat_official", settings).await?;
        let admin = stage.company.admin.api.clone();
        let said = admin.as_nobody().send(&push(&path, &wechat::text("o-eve", 5001, "怎么退货?"), 0)).await?;
        ensure!(String::from_utf8_lossy(&said.body).contains("7 天"), "{:?}", said.body);
        let conversation = answered(&admin, &inbox_id).await?;
        let seen = window(&admin, &conversation).await?;
        ensure!(seen["limited"] == true && seen["open"] == false && seen["left"] == 0 && seen["only_in_call"] == true, "{seen}");
        let lin = stage.company.person("lin")?.api.clone();
        let body = json!({"client_msg_id": "p1", "text": "请讲"});
        let refused = lin.post(&format!("/conversations/{conversation}/messages"), &body).await?;
        ensure!(refused.status == 409 && refused.json()?["code"] == "window_closed", "{:?}", refused.body);
        ensure!(platform.sent_to("o-eve").is_empty(), "nothing was tried");
        Ok(())
    })
    .await;
}
