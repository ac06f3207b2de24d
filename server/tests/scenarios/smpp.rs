//! A message centre with which the server holds a session: long messages in parts both ways, receipts in any order, what is repeated, a
//! wrong password, throttling, connections and servers that end at the worst moment.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use qn_testkit::Request;
use qn_testkit::scenario::Stage;
use qn_testkit::smsc::Smsc;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const CUSTOMER: &str = "8613800138000";

fn settings(smsc: &Smsc, password: &str) -> Value {
    json!({"host": "127.0.0.1", "port": smsc.port, "system_id": "esme1", "password": password, "sender": "10690001"})
}

async fn open_inbox(stage: &Stage, settings: &Value, bot_enabled: bool) -> Result<String> {
    let body = json!({"name": "SMPP", "channel": "smpp", "bot_enabled": bot_enabled, "channel_settings": settings});
    let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
    Ok(inbox["id"].as_str().context("no id")?.to_owned())
}

/// Health and all messages of the inbox, once none of its events waits and it is so.
async fn settled(stage: &Stage, inbox_id: &str, until: impl Fn(&Value, &[Value]) -> bool) -> Result<(Value, Vec<Value>)> {
    let api = &stage.company.admin.api;
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let mut all = Vec::new();
        for conversation in api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await? {
            let id = conversation["id"].as_str().unwrap_or_default();
            let page = api.get(&format!("/conversations/{id}/messages?limit=100")).await?.ok()?.json()?;
            all.extend(page["items"].as_array().cloned().unwrap_or_default());
        }
        let health = api.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
        if health["waiting"] == 0 && until(&health, &all) {
            ensure!(health["stuck"] == 0, "{health}");
            return Ok((health, all));
        }
        ensure!(Instant::now() < deadline, "{health} {all:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn incoming(messages: &[Value]) -> Vec<&Value> {
    messages.iter().filter(|m| m["kind"] == "incoming").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_message_comes_in_parts_and_is_answered_in_parts() {
    on_each(async |stage| {
        let smsc = Smsc::start("s3cret").await?;
        let halves = ["我上周买的净水器一直漏水,已经联系过两次都没有人处理,请尽快安排师傅上门,", "订单号是 A20261130001,地址没有变,电话也还是这个,白天晚上都可以打,谢谢。"];
        // The second half first, and twice: nothing was answered yet.
        for (words, number) in [(halves[1], 2), (halves[0], 1), (halves[1], 2)] {
            smsc.say(CUSTOMER, words, Some((77, 2, number)));
        }
        let inbox_id = open_inbox(stage, &settings(&smsc, "s3cret"), false).await?;
        smsc.wait("all parts are answered", |s| (s.waiting() == 0).then_some(())).await?;
        let (_, all) = settled(stage, &inbox_id, |_, all| !incoming(all).is_empty()).await?;
        let came = incoming(&all);
        ensure!(came.len() == 1 && came[0]["content"]["text"] == halves.concat(), "{all:?}");

        let id = came[0]["conversation_id"].as_str().context("no conversation")?;
        let answer = "您好,已经为您登记上门维修,师傅会在今天下午两点到四点之间联系您,请保持电话畅通。若时间不合适,可以直接回复这条短信告诉我们,我们再为您改约;给您添麻烦了,非常抱歉。";
        smsc.throttle(1);
        let place = format!("/conversations/{id}/messages");
        stage.company.admin.api.post(&place, &json!({"client_msg_id": "a-1", "text": answer})).await?.ok()?;
        smsc.wait("the answer", |s| s.texts().iter().any(|text| text == answer).then_some(())).await?;
        let parts: Vec<_> = smsc.sent().into_iter().filter(|one| one.part.is_some() && answer.contains(&one.words)).collect();
        ensure!(parts.len() == 2, "each part once: {:?}", smsc.sent());
        ensure!(parts.iter().all(|part| part.coding == 8 && part.wants_receipt && part.to == CUSTOMER), "{parts:?}");

        // Receipts in the wrong order, and one twice.
        for (part, stat) in [(1, "DELIVRD"), (0, "DELIVRD"), (0, "ENROUTE"), (1, "ACCEPTD"), (0, "DELIVRD")] {
            smsc.receipt(&parts[part].id, stat);
        }
        smsc.wait("all receipts are answered", |s| (s.waiting() == 0).then_some(())).await?;
        let is_ours = |message: &Value| message["content"]["text"] == answer;
        settled(stage, &inbox_id, |_, all| all.iter().any(|m| is_ours(m) && m["state"] == "delivered")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_the_right_one_lets_in() {
    on_each(async |stage| {
        let smsc = Smsc::start("s3cret").await?;
        smsc.say(CUSTOMER, "怎么退货?", None);
        let inbox_id = open_inbox(stage, &settings(&smsc, "wrong"), true).await?;
        let (health, _) = settled(stage, &inbox_id, |health, _| health["last_error"] == "bad_credentials").await?;
        ensure!(
            health["last_error_side"] == "stream" && health["last_error_text"].as_str().is_some_and(|text| !text.is_empty()),
            "{health}"
        );
        let admin = &stage.company.admin.api;
        let test = admin.post(&format!("/inboxes/{inbox_id}/test"), &Value::Null).await?.ok()?.json()?;
        ensure!(test["outcome"] == "fails" && test["reason"] == "bad_credentials", "{test}");
        ensure!(smsc.binds() == 0 && smsc.waiting() == 1);
        let inbox = admin.get(&format!("/inboxes/{inbox_id}")).await?.ok()?.json()?;
        ensure!(inbox["secrets_set"] == json!(["password"]) && !inbox.to_string().contains("wrong"), "{inbox}");
        let change = json!({"channel_settings": settings(&smsc, "s3cret")});
        let request = Request::json(http::Method::PATCH, &format!("/inboxes/{inbox_id}"), &change);
        admin.send(&request.header("if-match", &format!("\"{}\"", inbox["version"]))).await?.ok()?;
        smsc.wait("the answer", |s| s.texts().iter().any(|text| text.contains("7 天")).then_some(())).await?;
        let test = admin.post(&format!("/inboxes/{inbox_id}/test"), &Value::Null).await?.ok()?.json()?;
        ensure!(test["outcome"] == "works", "{test}");
        ensure!(smsc.binds() == 1, "the test is made on the session that stands");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_in_the_middle_is_neither_lost_nor_doubled() {
    on_each(async |stage| {
        let smsc = Smsc::start("s3cret").await?;
        // Our first answer is lost with the connection, and so is our first request.
        smsc.lose_answers(1);
        smsc.cut(1);
        smsc.say(CUSTOMER, "怎么退货?", None);
        let inbox_id = open_inbox(stage, &settings(&smsc, "s3cret"), true).await?;
        let returns = |s: &Smsc| s.texts().iter().filter(|text| text.contains("7 天")).count();
        smsc.wait("the answer", |s| (returns(s) == 1).then_some(())).await?;
        smsc.wait("the message is answered", |s| (s.waiting() == 0).then_some(())).await?;
        ensure!(smsc.binds() >= 3, "the session came back twice: {}", smsc.binds());
        let is_sent = |all: &[Value]| all.iter().any(|m| m["kind"] == "outgoing" && m["state"] == "sent");
        let (_, all) = settled(stage, &inbox_id, |_, all| is_sent(all)).await?;
        ensure!(incoming(&all).len() == 1, "brought twice, it is one: {all:?}");

        stage.server.kill()?;
        smsc.say(CUSTOMER, "发票怎么开?", None);
        stage.server.launch().await?;
        smsc.wait("the second answer", |s| s.texts().iter().any(|text| text.contains("申请发票")).then_some(())).await?;
        let (_, all) = settled(stage, &inbox_id, |_, all| incoming(all).len() == 2).await?;
        ensure!(returns(&smsc) == 1, "each once: {:?}", smsc.texts());

        // The same words once more are the customer's own: what came before is known to have been answered.
        let before = incoming(&all).len();
        smsc.say(CUSTOMER, "怎么退货?", None);
        settled(stage, &inbox_id, |_, all| incoming(all).len() == before + 1).await?;
        Ok(())
    })
    .await;
}
