//! Channels that we connect to: Telegram is polled with an offset that survives a kill, DingTalk brings its calls over a WebSocket of ours
//! that breaks and comes back; WhatsApp reports on what it was sent, late, early and twice.

use crate::on_each;
use crate::wecom::{PICTURE, upload};
use anyhow::{Context, Result, ensure};
use qn_base::{Clock, SystemClock};
use qn_testkit::linked::{FILE, FILE_PATH, Linked};
use qn_testkit::scenario::Stage;
use qn_testkit::{Api, Request};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn open_inbox(stage: &Stage, channel: &str, settings: Value) -> Result<String> {
    let body = json!({"name": channel, "channel": channel, "channel_settings": settings});
    let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
    Ok(inbox["id"].as_str().context("no id")?.to_owned())
}

fn update(id: i64, text: &str) -> Value {
    let from = json!({"id": 7, "is_bot": false, "first_name": "Anna", "language_code": "zh-hans"});
    let message =
        json!({"message_id": id, "date": SystemClock.now() / 1000, "chat": {"id": 7, "type": "private"}, "from": from, "text": text});
    json!({"update_id": id, "message": message})
}

/// Waits until the answer's having left is noted: a send that is under way when a server dies is made again.
async fn left(stage: &Stage, inbox_id: &str) -> Result<()> {
    let api = &stage.company.admin.api;
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = api.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        let id = page["items"][0]["id"].as_str().unwrap_or_default();
        let messages = api.get(&format!("/conversations/{id}/messages")).await?.ok()?.json()?;
        let answer = messages["items"].as_array().and_then(|items| items.iter().find(|m| m["kind"] == "outgoing").cloned());
        if answer.is_some_and(|answer| answer["state"] == "sent") {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "the answer is not noted as sent: {messages}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn answers(platform: &Linked) -> Vec<String> {
    let sent = platform.sent();
    sent.iter().filter(|body| body["method"] == "sendMessage").map(|body| body["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polled_channel_goes_on_where_it_was_killed() {
    on_each(async |stage| {
        let platform = Linked::telegram().await?;
        platform.bring(update(41, "怎么退货?"));
        let base = format!("http://{}", platform.address);
        let inbox_id = open_inbox(stage, "telegram", json!({"bot_token": "1:t", "api_base": base})).await?;
        platform.wait("the first answer", |p| answers(p).first().cloned().filter(|text| text.contains("7 天"))).await?;
        platform.wait("the update confirmed", |p| (p.last_offset() == Some(42)).then_some(())).await?;
        left(stage, &inbox_id).await?;
        stage.server.kill()?;
        platform.bring(update(42, "发票怎么开?"));
        stage.server.launch().await?;
        platform.wait("the second answer", |p| answers(p).iter().any(|text| text.contains("申请发票")).then_some(())).await?;
        platform.wait("the second update confirmed", |p| (p.last_offset() == Some(43)).then_some(())).await?;
        let page = stage.company.admin.api.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        ensure!(page["items"].as_array().is_some_and(|items| items.len() == 1), "{page}");
        ensure!(answers(&platform).len() == 2, "each once: {:?}", answers(&platform));
        Ok(())
    })
    .await;
}

/// Waits until the platform has taken it.
async fn delivered(api: &Api, place: &str, message_id: &str) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = api.get(place).await?.ok()?.json()?;
        let items = page["items"].as_array().context("no items")?;
        if items.iter().any(|message| message["id"] == message_id && message["state"] == "sent") {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "it did not leave: {page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_telegram_has_delivered_is_taken_back_there_and_never_by_somebody_else() {
    on_each(async |stage| {
        let platform = Linked::telegram().await?;
        platform.bring(update(41, "转人工"));
        let base = format!("http://{}", platform.address);
        let inbox_id = open_inbox(stage, "telegram", json!({"bot_token": "1:t", "api_base": base})).await?;
        platform.wait("the first answer", |p| answers(p).first().cloned()).await?;
        let lin = stage.company.person("lin")?.api.clone();
        let page = lin.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        let conversation = page["items"][0]["id"].as_str().context("no conversation")?;
        let place = format!("/conversations/{conversation}/messages");
        let said = lin.post(&place, &json!({"client_msg_id": "a1", "text": "发错了"})).await?.ok()?.json()?;
        let message_id = said["id"].as_str().context("no id")?;
        delivered(&lin, &place, message_id).await?;
        let recall = format!("{place}/{message_id}/recall");
        let refused = stage.company.admin.api.post(&recall, &Value::Null).await?;
        ensure!(refused.status == 403, "only its author may: {}", refused.text());
        let deletions = || platform.sent().into_iter().filter(|body| body["method"] == "deleteMessage").collect::<Vec<_>>();
        ensure!(deletions().is_empty(), "{:?}", deletions());
        let recalled = lin.post(&recall, &Value::Null).await?.ok()?.json()?;
        ensure!(recalled["recalled_at"].is_i64() && recalled["content"]["text"] == "", "{recalled}");
        let number = platform.sent().iter().position(|body| body["text"] == "发错了").context("never sent")? + 1;
        let gone = deletions();
        ensure!(gone.len() == 1 && gone[0]["chat_id"] == "7" && gone[0]["message_id"] == number, "{gone:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_leaves_a_server_that_nobody_reaches() {
    on_each(async |stage| {
        let platform = Linked::telegram().await?;
        platform.bring(update(41, "转人工"));
        let base = format!("http://{}", platform.address);
        let inbox_id = open_inbox(stage, "telegram", json!({"bot_token": "1:t", "api_base": base})).await?;
        platform.wait("the first answer", |p| answers(p).first().cloned()).await?;
        let lin = stage.company.person("lin")?.api.clone();
        let file = lin.send(&upload(PICTURE)).await?.ok()?.json()?;
        let page = lin.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        let conversation = page["items"][0]["id"].as_str().context("no conversation")?;
        let body = json!({"client_msg_id": "a1", "text": "退货单在这里", "attachments": [file["id"]]});
        lin.post(&format!("/conversations/{conversation}/messages"), &body).await?.ok()?;
        let photo = platform.wait("the picture", |p| p.sent().into_iter().find(|body| body["method"] == "sendPhoto")).await?;
        let form = photo["form"].as_str().context("no form")?;
        ensure!(form.contains("name=\"chat_id\"\r\n\r\n7\r\n") && form.contains("filename=\"退货单.png\""), "{form}");
        ensure!(form.contains("IHDR") && !form.contains("/api/v1/attachments/"), "the file itself, and no address: {form}");
        ensure!(answers(&platform).iter().any(|text| text == "退货单在这里"), "{:?}", platform.sent());
        Ok(())
    })
    .await;
}

fn robot(address: &str, id: &str, text: &str) -> Value {
    let now = SystemClock.now();
    json!({
        "conversationId": "cid1", "conversationType": "1", "chatbotUserId": "b", "msgId": id, "senderNick": "王小明", "senderStaffId": "staff1",
        "senderId": "s", "createAt": now, "robotCode": "ding1", "msgtype": "text", "text": {"content": text},
        "sessionWebhook": format!("http://{address}/session/one"), "sessionWebhookExpiredTime": now + 3_600_000,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_brings_messages_breaks_and_comes_back() {
    on_each(async |stage| {
        let platform = Linked::dingtalk().await?;
        platform.turn_away(1);
        platform.bring(robot(&platform.address, "m1", "怎么退货?"));
        let settings = json!({"client_id": "ding1", "client_secret": "s3cret", "api_base": format!("http://{}", platform.address)});
        let inbox_id = open_inbox(stage, "dingtalk", settings).await?;
        platform
            .wait("an answer over the session's webhook", |p| p.sent().first().filter(|b| b.to_string().contains("7 天")).cloned())
            .await?;
        ensure!(platform.connections() == 2, "turned away once, then taken: {}", platform.connections());
        left(stage, &inbox_id).await?;
        stage.server.kill()?;
        platform.bring(robot(&platform.address, "m2", "发票怎么开?"));
        stage.server.launch().await?;
        platform.wait("the second answer", |p| (p.sent().len() == 2).then_some(())).await?;
        let change =
            json!({"channel_settings": {"client_id": "ding1", "receive": "http", "api_base": format!("http://{}", platform.address)}});
        let admin = &stage.company.admin.api;
        let inbox = admin.get(&format!("/inboxes/{inbox_id}")).await?.ok()?.json()?;
        let mut request = Request::json(http::Method::PATCH, &format!("/inboxes/{inbox_id}"), &change);
        request = request.header("if-match", &format!("\"{}\"", inbox["version"]));
        let changed = admin.send(&request).await?.ok()?.json()?;
        ensure!(changed["secrets_set"] == json!(["client_secret"]), "the secret stays: {changed}");
        Ok(())
    })
    .await;
}

/// A call of WhatsApp with this value, signed.
fn whatsapp(path: &str, value: &Value) -> Result<Request> {
    let change = json!({"field": "messages", "value": value});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "e", "changes": [change]}]}).to_string();
    let signature = qn_testkit::signing::meta_signature("app-s3cret", body.as_bytes())?;
    let request = Request { method: http::Method::POST, path: path.to_owned(), headers: vec![], body: body.into() };
    Ok(request.header("content-type", "application/json").header("x-hub-signature-256", &signature))
}

fn statuses(of: &[(&str, &str)]) -> Value {
    let now = (SystemClock.now() / 1000).to_string();
    let each = of.iter().map(|(id, status)| json!({"id": id, "status": status, "timestamp": now, "recipient_id": "491512345678"}));
    json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": each.collect::<Vec<_>>()})
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_by_the_platforms_own_names_only_move_forward() {
    on_each(async |stage| {
        let platform = Linked::whatsapp().await?;
        let admin = stage.company.admin.api.clone();
        let settings = json!({
            "phone_number_id": "1", "access_token": "t", "app_secret": "app-s3cret", "verify_token": "v", "api_base": format!("http://{}", platform.address),
        });
        let body = json!({"name": "WhatsApp", "channel": "whatsapp", "channel_settings": settings});
        let inbox = admin.post("/inboxes", &body).await?.ok()?.json()?;
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
        let nobody = admin.as_nobody();
        let message = json!({"id": "wamid.in", "from": "491512345678", "timestamp": (SystemClock.now() / 1000).to_string(), "type": "text",
            "text": {"body": "怎么退货?"}});
        let brought = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
            "contacts": [{"wa_id": "491512345678", "profile": {"name": "Anna"}}], "messages": [message]});
        nobody.send(&whatsapp(&path, &brought)?).await?.ok()?;
        platform.wait("the answer", |p| p.sent().first().filter(|body| body.to_string().contains("7 天")).cloned()).await?;
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        left(stage, &inbox_id).await?;
        // Read before delivered, delivered twice, and one of a message that is not ours.
        for report in [statuses(&[("wamid.1", "read")]), statuses(&[("wamid.1", "delivered"), ("wamid.none", "read")]), statuses(&[("wamid.1", "delivered")])] {
            nobody.send(&whatsapp(&path, &report)?).await?.ok()?;
        }
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let page = admin.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
            let id = page["items"][0]["id"].as_str().context("no conversation")?.to_owned();
            let messages = admin.get(&format!("/conversations/{id}/messages")).await?.ok()?.json()?;
            let answer = messages["items"].as_array().and_then(|items| items.iter().find(|m| m["kind"] == "outgoing").cloned());
            let health = admin.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
            if answer.as_ref().is_some_and(|answer| answer["state"] == "read") && health["waiting"] == 0 {
                ensure!(health["stuck"] == 0, "{health}");
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{answer:?} {health}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_order_of_reports_the_furthest_counts() {
    on_each(async |stage| {
        let platform = Linked::whatsapp().await?;
        let admin = stage.company.admin.api.clone();
        let settings = json!({
            "phone_number_id": "1", "access_token": "t", "app_secret": "app-s3cret", "verify_token": "v", "api_base": format!("http://{}", platform.address),
        });
        let inbox = admin.post("/inboxes", &json!({"name": "WhatsApp", "channel": "whatsapp", "channel_settings": settings})).await?.ok()?.json()?;
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
        let nobody = admin.as_nobody();
        let orders = [
            ["sent", "delivered", "read"],
            ["sent", "read", "delivered"],
            ["delivered", "sent", "read"],
            ["delivered", "read", "sent"],
            ["read", "sent", "delivered"],
            ["read", "delivered", "sent"],
        ];
        for (n, order) in orders.iter().enumerate() {
            let who = format!("49151234567{n}");
            let message = json!({"id": format!("wamid.in{n}"), "from": who, "timestamp": (SystemClock.now() / 1000).to_string(), "type": "text",
                "text": {"body": "怎么退货?"}});
            let brought = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
                "contacts": [{"wa_id": who, "profile": {"name": "Anna"}}], "messages": [message]});
            nobody.send(&whatsapp(&path, &brought)?).await?.ok()?;
            platform.wait("the answer", |p| (p.sent().len() == n + 1).then_some(())).await?;
            for status in order {
                nobody.send(&whatsapp(&path, &statuses(&[(&format!("wamid.{}", n + 1), status)]))?).await?.ok()?;
            }
        }
        let inbox_id = inbox["id"].as_str().context("no id")?;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut states = Vec::new();
            for conversation in admin.list_all(&format!("/conversations?inbox_id={inbox_id}")).await? {
                let id = conversation["id"].as_str().unwrap_or_default();
                let messages = admin.get(&format!("/conversations/{id}/messages")).await?.ok()?.json()?;
                states.extend(messages["items"].as_array().into_iter().flatten().filter(|m| m["kind"] == "outgoing").map(|m| m["state"].clone()));
            }
            let health = admin.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
            if health["waiting"] == 0 && states.len() == orders.len() && states.iter().all(|state| state == "read") {
                ensure!(health["stuck"] == 0, "{health}");
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{states:?} {health}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_window_an_agent_chooses_a_template() {
    on_each(async |stage| {
        let platform = Linked::whatsapp().await?;
        let admin = stage.company.admin.api.clone();
        let settings = json!({
            "phone_number_id": "1", "access_token": "t", "app_secret": "app-s3cret", "verify_token": "v", "template_name": "follow_up, order_update:de",
            "api_base": format!("http://{}", platform.address),
        });
        let body = json!({"name": "WhatsApp", "channel": "whatsapp", "bot_enabled": false, "channel_settings": settings});
        let inbox = admin.post("/inboxes", &body).await?.ok()?.json()?;
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no address")?.1.to_owned();
        let yesterday = SystemClock.now() / 1000 - 25 * 3_600;
        let message = json!({"id": "wamid.old", "from": "491512345678", "timestamp": yesterday.to_string(), "type": "text", "text": {"body": "怎么退货?"}});
        let brought = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
            "contacts": [{"wa_id": "491512345678", "profile": {"name": "Anna"}}], "messages": [message]});
        admin.as_nobody().send(&whatsapp(&path, &brought)?).await?.ok()?;
        let id = conversation_of(stage, inbox["id"].as_str().context("no id")?).await?;
        let window = admin.get(&format!("/conversations/{id}/reply-window")).await?.ok()?.json()?;
        ensure!(window["open"] == false && window["templates"] == json!(["follow_up", "order_update"]), "{window}");
        let place = format!("/conversations/{id}/messages");
        for (n, more) in [json!({}), json!({"template": "unheard_of"})].into_iter().enumerate() {
            let mut body = json!({"client_msg_id": format!("no-{n}"), "text": "您的订单已发出"});
            body.as_object_mut().context("no object")?.extend(more.as_object().cloned().unwrap_or_default());
            let refused = admin.post(&place, &body).await?;
            ensure!((400..500).contains(&refused.status), "{} {}", refused.status, refused.text());
        }
        let body = json!({"client_msg_id": "yes", "text": "您的订单已发出", "template": "order_update"});
        let sent = admin.post(&place, &body).await?.ok()?.json()?;
        ensure!(sent["content"]["template"] == "order_update", "{sent}");
        // The house's own line about the queue went by the default template.
        let of = |sent: Vec<Value>, name: &str| sent.into_iter().filter(|m| m["template"]["name"] == name).collect::<Vec<_>>();
        let taken = platform.wait("the template", |p| of(p.sent(), "order_update").first().cloned()).await?;
        let template = &taken["template"];
        ensure!(template["name"] == "order_update" && template["language"]["code"] == "de" && taken.to_string().contains("您的订单已发出"), "{taken}");
        ensure!(of(platform.sent(), "order_update").len() == 1, "{:?}", platform.sent());
        Ok(())
    })
    .await;
}

/// Waits for the inbox's first conversation.
async fn conversation_of(stage: &Stage, inbox_id: &str) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = stage.company.admin.api.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        if let Some(id) = page["items"][0]["id"].as_str() {
            return Ok(id.to_owned());
        }
        ensure!(Instant::now() < deadline, "no conversation: {page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_file_that_reads_like_the_platforms_word_is_followed_nowhere() {
    on_each(async |stage| {
        let platform = Linked::telegram().await?;
        let mut brought = update(41, "");
        brought["message"]["text"] = Value::Null;
        brought["message"]["document"] = json!({"file_id": "f1", "file_name": "note.txt"});
        platform.bring(brought);
        let base = format!("http://{}", platform.address);
        let inbox_id = open_inbox(stage, "telegram", json!({"bot_token": "1:t", "api_base": base})).await?;
        let conversation = conversation_of(stage, &inbox_id).await?;
        let messages = stage.company.admin.api.get(&format!("/conversations/{conversation}/messages")).await?.ok()?.json()?;
        ensure!(messages["items"][0]["content"]["attachments"][0]["size_bytes"] == FILE.len(), "{messages}");
        let fetched: Vec<Value> = platform.sent().into_iter().filter(|one| one["method"] == "file").collect();
        ensure!(fetched == [json!({"method": "file", "path": FILE_PATH})], "{fetched:?}");
        Ok(())
    })
    .await;
}
