//! The realtime stream for clients that come with strange papers: no token, somebody else's conversation, a position from
//! another life, a gap too long to replay.

use crate::on_each;
use anyhow::{Context, ensure};
use futures_util::SinkExt;
use qn_testkit::follow::{Follower, Position, next, open};
use qn_testkit::visitor::Visitor;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn hello(address: &str, frame: Value) -> anyhow::Result<Vec<Value>> {
    let mut socket = open(address).await?;
    socket.send(Message::text(frame.to_string())).await?;
    let mut frames = Vec::new();
    while let Ok(frame) = next(&mut socket).await {
        let last = frame["type"] == "ready";
        frames.push(frame);
        if last {
            break;
        }
    }
    Ok(frames)
}

#[tokio::test]
async fn strangers_are_sent_away() {
    on_each(async |stage| {
        for frame in
            [json!({"type": "hello"}), json!({"type": "hello", "token": "qnv_x.y"}), json!({"type": "hello", "token": "qnt_nobody"})]
        {
            let frames = hello(&stage.server.address, frame.clone()).await?;
            ensure!(frames.iter().all(|f| f["type"] != "ready"), "{frame} was let in: {frames:?}");
        }
        for nonsense in ["", "{", "[]", "{\"type\":\"ping\"}", "{\"type\":\"hello\",\"x\":1}"] {
            let mut socket = open(&stage.server.address).await?;
            socket.send(Message::text(nonsense)).await?;
            ensure!(next(&mut socket).await.is_err(), "{nonsense} was answered");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn positions_that_cannot_be_continued_mean_reload() {
    on_each(async |stage| {
        let lin = stage.company.person("lin")?.clone();
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let sent = visitor.say("m-1", "怎么退货?").await?.ok()?.json()?;
        let conversation = sent["conversation"]["id"].as_str().context("no conversation")?.to_owned();
        let future = hello(&stage.server.address, json!({"type": "hello", "token": lin.token, "resume": {"seq": 999_999}})).await?;
        ensure!(future[0]["type"] == "reload" && future[1]["type"] == "ready" && future[1]["resumed"] == false, "{future:?}");
        let resume = json!({"conversation_id": conversation, "version": 999});
        let future = hello(&stage.server.address, json!({"type": "hello", "token": visitor.token, "resume": resume})).await?;
        ensure!(future[0]["type"] == "reload", "{future:?}");
        let other = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let resume = json!({"conversation_id": conversation, "version": 0});
        let stranger = hello(&stage.server.address, json!({"type": "hello", "token": other.token, "resume": resume})).await?;
        ensure!(stranger.iter().all(|f| f["type"] != "entry"), "somebody else's conversation: {stranger:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_gap_too_long_means_reload_and_a_shorter_one_is_exact() {
    on_each(async |stage| {
        let lin = stage.company.person("lin")?.clone();
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let first = visitor.say("m-0", "你好").await?.ok()?.json()?;
        let conversation = first["conversation"]["id"].as_str().context("no conversation")?.to_owned();
        for n in 1..=120 {
            visitor.say(&format!("m-{n}"), "你好").await?.ok()?;
        }
        let position = Position { conversation_id: Some(conversation), at: 1 };
        let follower = Follower::start(&stage.server.address, &visitor.token, Some(position), None);
        follower.wait("the whole gap", |seen| (seen.entries == 120).then_some(())).await?;
        {
            let seen = follower.seen();
            ensure!(seen.holes.is_empty() && seen.reloads == 0 && seen.resumed == 1, "{:?} {}", seen.holes, seen.reloads);
        }
        // the company's log grows by two thousand entries, from many customers at once
        let crowd = (0..20).map(async |_| {
            let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
            for n in 0..100 {
                visitor.say(&format!("m-{n}"), "你好").await?.ok()?;
            }
            anyhow::Ok(())
        });
        futures_util::future::try_join_all(crowd).await?;
        let late = hello(&stage.server.address, json!({"type": "hello", "token": lin.token, "resume": {"seq": 1}})).await?;
        ensure!(late[0]["type"] == "reload", "{late:?}");
        let answer = lin.api.get("/stream/poll?seq=1").await?.ok()?.json()?;
        ensure!(answer["reload"] == true, "{answer}");
        Ok(())
    })
    .await;
}
