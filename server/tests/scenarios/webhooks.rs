//! Outgoing webhooks: signed as the standard says, tried again, written down, resendable, and never sent inside.

use crate::on_each;
use anyhow::{Context, ensure};
use http::Method;
use qn_testkit::company::made;
use qn_testkit::http::Request;
use qn_testkit::visitor::Visitor;
use serde_json::json;
use std::time::Duration;

/// What the customer's own request says it belongs to.
const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn events_are_signed_retried_and_listed() {
    on_each(async |stage| {
        let admin = stage.company.admin.api.clone();
        let hook =
            made(&admin, "/webhooks", &json!({"url": stage.receiver.url("hook"), "events": ["message.created"], "enabled": true})).await?;
        let id = hook["id"].as_str().context("no id")?.to_owned();
        let secret = hook["secret"].as_str().context("a new webhook shows its secret")?.to_owned();
        stage.receiver.expect_secret("hook", &secret);
        stage.receiver.set_temper(|_, _, before| if before == 0 { 503 } else { 200 });
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let says = qn_testkit::visitor::says("m-1", "怎么退货?").header("traceparent", TRACE);
        let sent = visitor.api.deliver(&says).await?.ok()?.json()?;
        let done = |calls: &[qn_testkit::receiver::Call]| {
            (calls.iter().filter(|c| c.mailbox == "hook" && c.status == 200).count() >= 2).then(|| calls.to_vec())
        };
        let calls = stage.receiver.wait("both events", done).await?;
        let calls: Vec<_> = calls.into_iter().filter(|c| c.mailbox == "hook").collect();
        ensure!(calls.iter().all(|c| c.signed), "an unsigned call: {calls:?}");
        let of_the_chain = |parent: &str| parent.starts_with(&TRACE[..36]) && parent.ends_with("-01") && parent != TRACE;
        ensure!(calls.iter().all(|c| of_the_chain(&c.traceparent)), "a call of another chain: {calls:?}");
        ensure!(calls.iter().all(|c| c.body["type"] == "message.created" && c.body["timestamp"].is_string()), "{calls:?}");
        ensure!(calls.iter().any(|c| c.body["data"]["id"] == sent["message"]["id"]), "the question is missing: {calls:?}");
        ensure!(calls.iter().all(|c| c.body["data"].get("trace").is_none()), "inner workings were told: {calls:?}");
        stage.receiver.set_temper(|_, _, _| 200);
        let log = admin.list_all(&format!("/webhooks/{id}/deliveries")).await?;
        ensure!(log.len() == 2 && log.iter().all(|d| d["event_type"] == "message.created"), "{log:?}");
        let again = log[0]["effect_id"].as_str().context("no effect_id")?.to_owned();
        let before = stage.receiver.calls("hook").len();
        admin.post(&format!("/webhooks/{id}/deliveries/{again}/resend"), &json!({})).await?.ok()?;
        stage
            .receiver
            .wait("the resent event", |calls| (calls.iter().filter(|c| c.mailbox == "hook").count() > before).then_some(()))
            .await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_gone_is_paused_and_resumed_by_a_person() {
    on_each(async |stage| {
        let admin = stage.company.admin.api.clone();
        stage.receiver.set_temper(|mailbox, _, _| if mailbox == "gone" { 410 } else { 200 });
        let wish = json!({"url": stage.receiver.url("gone"), "events": ["message.created"]});
        let hook = made(&admin, "/webhooks", &wish).await?;
        let one = format!("/webhooks/{}", hook["id"].as_str().context("no id")?);
        stage.receiver.expect_secret("gone", hook["secret"].as_str().context("no secret")?);
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        visitor.say("m-1", "怎么退货?").await?.ok()?;
        let mut paused = admin.get(&one).await?.ok()?.json()?;
        for _ in 0..1_000 {
            if paused["paused"].is_object() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            paused = admin.get(&one).await?.ok()?.json()?;
        }
        ensure!(paused["paused"]["reason"] == "http_410" && paused["enabled"] == true, "{paused}");
        for n in 2..12 {
            visitor.say(&format!("m-{n}"), "怎么开发票?").await?.ok()?;
        }
        let dead = admin.list_all("/effects").await?;
        let dead: Vec<_> = dead.iter().filter(|e| e["kind"] == "webhook_send").collect();
        ensure!((1..=6).contains(&dead.len()), "{} events were given up", dead.len());
        let refused = admin.post(&format!("/effects/{}/retry", dead[0]["id"].as_str().context("no id")?), &json!({})).await?;
        ensure!(refused.status == 409 && refused.text().contains("webhook_paused"), "{}", refused.text());

        stage.receiver.set_temper(|_, _, _| 200);
        let resumed = {
            let version = paused["version"].as_i64().context("no version")?;
            let request = Request::json(Method::PATCH, &one, &json!({"paused": false})).header("if-match", &format!("\"{version}\""));
            admin.send(&request).await?.ok()?.json()?
        };
        ensure!(resumed["paused"].is_null(), "{resumed}");
        visitor.say("m-last", "谢谢").await?.ok()?;
        stage
            .receiver
            .wait("an event after the pause", |calls| calls.iter().any(|c| c.mailbox == "gone" && c.status == 200).then_some(()))
            .await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn addresses_inside_are_refused() {
    on_each(async |stage| {
        let admin = stage.company.admin.api.clone();
        for url in [
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]:1/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "ftp://example.com/",
            "http://user:pw@example.com/",
        ] {
            let answer = admin.post("/webhooks", &json!({"url": url, "events": [], "enabled": true})).await?;
            if answer.is_ok() {
                // an address that only resolving shows to be private is refused when it is called
                let id = answer.json()?["id"].as_str().context("no id")?.to_owned();
                let test = admin.post(&format!("/webhooks/{id}/test"), &json!({})).await?;
                ensure!(!test.text().contains("\"ok\":true"), "{url} was called: {}", test.text());
            } else {
                ensure!(answer.status == 422, "{url}: status {} {}", answer.status, answer.text());
            }
        }
        Ok(())
    })
    .await;
}
