//! The signed API channel against callers who are not who they say, who repeat themselves, and who send nonsense;
//! and its callbacks to a receiver that fails.

use crate::on_each;
use anyhow::ensure;
use qn_base::{Clock, SystemClock};
use qn_testkit::signing::{signed, signed_at};
use serde_json::{Value, json};

fn message(id: &str, text: &str) -> Value {
    json!({"message_id": id, "contact": {"external_id": "u-1"}, "text": text})
}

#[tokio::test]
async fn only_signed_and_fresh_calls_are_heard() {
    on_each(async |stage| {
        let api = stage.api_of(None)?;
        let (secret, path) = (stage.company.api_secret().to_owned(), stage.company.channel_path("messages"));
        let body = message("forged", "你好").to_string();
        let now_s = SystemClock.now() / 1000;
        let other_secret = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=";
        let mut altered = signed(&secret, &path, "c-3", body.clone())?;
        altered.body = message("forged", "你好!").to_string().into();
        let mut unsigned = signed(&secret, &path, "c-4", body.clone())?;
        unsigned.headers.retain(|(name, _)| name != "webhook-signature");
        let refused = [
            ("another secret", signed(other_secret, &path, "c-1", body.clone())?),
            ("an old call", signed_at(&secret, &path, "c-2", now_s - 400, body.clone())?),
            ("a call from the future", signed_at(&secret, &path, "c-2", now_s + 400, body.clone())?),
            ("an altered body", altered),
            ("no signature", unsigned),
        ];
        for (what, request) in refused {
            let answer = api.send(&request).await?;
            ensure!(answer.status == 401, "{what}: status {} {}", answer.status, answer.text());
            ensure!(answer.header("content-type") == Some("application/problem+json"), "{what}: {:?}", answer.headers);
        }
        let unknown = signed(&secret, "/channels/api/nosuchinbox/messages", "c-5", body)?;
        let answer = api.send(&unknown).await?;
        ensure!([401, 404].contains(&answer.status), "an unknown inbox: {}", answer.status);
        let none = stage.company.admin.api.get("/conversations").await?.json()?;
        ensure!(none["items"].as_array().is_some_and(Vec::is_empty), "something was heard: {none}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_call_heard_twice_changes_nothing() {
    on_each(async |stage| {
        let api = stage.api_of(None)?;
        let request =
            signed(stage.company.api_secret(), &stage.company.channel_path("messages"), "call-1", message("m-1", "怎么退货?").to_string())?;
        let first = api.send(&request).await?.ok()?.json()?;
        let second = api.send(&request).await?.ok()?.json()?;
        ensure!(first["results"][0]["duplicate"] == false && second["results"][0]["duplicate"] == true, "{first} {second}");
        ensure!(first["results"][0]["qn_message_id"] == second["results"][0]["qn_message_id"], "{first} {second}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_stored() {
    on_each(async |stage| {
        let api = stage.api_of(None)?;
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let long = "字".repeat(10_001);
        let batch: Vec<Value> = (0..101).map(|n| message(&format!("b-{n}"), "x")).collect();
        let bodies: Vec<(&str, Vec<u8>, &[u16])> = vec![
            ("not JSON", b"{".to_vec(), &[400, 422]),
            ("not UTF-8", b"{\"message_id\":\"\xff\xfe\"}".to_vec(), &[400, 422]),
            ("deep JSON", format!("{{\"text\":{deep}}}").into_bytes(), &[400, 422]),
            ("no contact", json!({"message_id": "x", "text": "x"}).to_string().into_bytes(), &[422]),
            (
                "an unknown field",
                json!({"message_id": "x", "contact": {"external_id": "u"}, "text": "x", "admin": true}).to_string().into_bytes(),
                &[422],
            ),
            ("a long text", message("x", &long).to_string().into_bytes(), &[413, 422]),
            ("too many", json!({"messages": batch}).to_string().into_bytes(), &[422]),
            ("nothing to say", message("x", "  ").to_string().into_bytes(), &[422]),
            (
                "a header in a name",
                json!({"message_id": "x\r\nset-cookie: a=b", "contact": {"external_id": "u"}, "text": "x"}).to_string().into_bytes(),
                &[422],
            ),
            (
                "a nested attribute",
                json!({"message_id": "x", "contact": {"external_id": "u", "attributes": {"a": {"b": 1}}}, "text": "x"})
                    .to_string()
                    .into_bytes(),
                &[422],
            ),
            (
                "a file from inside",
                json!({"message_id": "x", "contact": {"external_id": "u"}, "attachments": [{"name": "a", "url": "file:///etc/passwd"}]})
                    .to_string()
                    .into_bytes(),
                &[422],
            ),
            ("too large", vec![b' '; 3 * 1024 * 1024], &[413]),
        ];
        for (n, (what, body, wanted)) in bodies.into_iter().enumerate() {
            let request = signed(stage.company.api_secret(), &stage.company.channel_path("messages"), &format!("bad-{n}"), body)?;
            let answer = match api.send(&request).await {
                Ok(answer) => answer,
                // a server may hang up on a body it will not read
                Err(_) if wanted == [413] => continue,
                Err(error) => return Err(error),
            };
            ensure!(wanted.contains(&answer.status), "{what}: status {} {}", answer.status, answer.text());
            ensure!(answer.header("x-request-id").is_some(), "{what}: no request id");
        }
        let none = stage.company.admin.api.get("/conversations").await?.json()?;
        ensure!(none["items"].as_array().is_some_and(Vec::is_empty), "something was stored: {none}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_failing_receiver_is_called_again_until_it_takes_the_answer() {
    on_each(async |stage| {
        stage.receiver.set_temper(|_, _, before| if before < 2 { 500 } else { 200 });
        let request =
            signed(stage.company.api_secret(), &stage.company.channel_path("messages"), "call-1", message("m-1", "怎么退货?").to_string())?;
        stage.api_of(None)?.send(&request).await?.ok()?;
        let calls = stage.receiver.wait("three tries", |calls| (calls.len() >= 3).then(|| calls.to_vec())).await?;
        ensure!(calls.iter().all(|c| c.signed), "an unsigned call: {calls:?}");
        ensure!(calls.iter().all(|c| c.webhook_id == calls[0].webhook_id), "the tries cannot be told to be one: {calls:?}");
        ensure!(calls.iter().map(|c| c.status).eq([500, 500, 200]), "{calls:?}");
        stage.receiver.set_temper(|_, _, _| 200);
        Ok(())
    })
    .await;
}
