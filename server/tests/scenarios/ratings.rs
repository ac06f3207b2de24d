//! A follower of a WeChat account is asked how the service was when it ends, rates and comments by messages, and comes back with a new
//! question; one whose window is used up is not asked.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use qn_testkit::scenario::Stage;
use qn_testkit::wechat::{self, Wechat, push};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn wait_for(stage: &Stage, id: &str, is: impl Fn(&Value) -> bool) -> Result<Value> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let seen = stage.company.admin.api.get(&format!("/conversations/{id}")).await?.ok()?.json()?;
        if is(&seen) {
            return Ok(seen);
        }
        ensure!(Instant::now() < deadline, "{seen}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The follower's conversation, once it is there.
async fn conversation(stage: &Stage, inbox_id: &str, name: &str) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = stage.company.admin.api.get(&format!("/conversations?inbox_id={inbox_id}")).await?.ok()?.json()?;
        let found = page["items"].as_array().into_iter().flatten().find(|c| c["contact"]["name"] == name && c["owner"]["kind"] == "queue");
        if let Some(id) = found.and_then(|c| c["id"].as_str()) {
            return Ok(id.to_owned());
        }
        ensure!(Instant::now() < deadline, "{page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_rates_by_a_number_and_one_who_cannot_be_written_to_is_not_asked() {
    on_each(async |stage| {
        let platform = Wechat::start().await?;
        let body = json!({"name": "公众号", "channel": "wechat_official", "channel_settings": platform.settings(),
            "widget": {"csat_by_message": true}});
        let inbox = stage.company.admin.api.post("/inboxes", &body).await?.ok()?.json()?;
        ensure!(inbox["widget"]["csat_by_message"] == true, "{inbox}");
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        let path = inbox["webhook_url"].as_str().and_then(|url| url.split_once("/api/v1")).context("no webhook_url")?.1.to_owned();
        let nobody = stage.company.admin.api.as_nobody();
        let says = async |openid: &str, id: u64, text: &str| -> Result<()> {
            let answer = nobody.send(&push(&path, &wechat::text(openid, id, text), 0)).await?;
            ensure!(answer.status == 200, "{} {:?}", answer.status, answer.body);
            Ok(())
        };
        let lin = stage.company.person("lin")?.api.clone();
        let serve = async |id: &str, words: u32| -> Result<()> {
            lin.post(&format!("/conversations/{id}/claim"), &json!({})).await?.ok()?;
            for n in 0..words {
                let body = json!({"client_msg_id": format!("{id}{n}"), "text": format!("第 {n} 条")});
                lin.post(&format!("/conversations/{id}/messages"), &body).await?.ok()?;
            }
            lin.post(&format!("/conversations/{id}/resolve"), &json!({})).await?.ok()?;
            Ok(())
        };
        says("o-anna", 1, "转人工").await?;
        let anna = conversation(stage, &inbox_id, "备注 o-anna").await?;
        serve(&anna, 1).await?;
        let sent = platform.wait_sent("o-anna", 3).await?;
        let menu = &sent[2]["msgmenu"];
        ensure!(menu["list"].as_array().is_some_and(|l| l.len() == 5 && l[4]["content"] == "非常满意"), "{sent:?}");
        for _ in 0..2 {
            says("o-anna", 2, "5").await?;
        }
        let rated = wait_for(stage, &anna, |c| c["csat"]["score"] == 5).await?;
        ensure!(rated["status"] == "resolved" && rated["unread"] == 0, "{rated}");
        platform.wait_sent("o-anna", 4).await?;
        says("o-anna", 3, "补充意见").await?;
        platform.wait_sent("o-anna", 5).await?;
        says("o-anna", 4, "小林很耐心").await?;
        let told = wait_for(stage, &anna, |c| c["csat"]["comment"] == "小林很耐心").await?;
        ensure!(told["status"] == "resolved", "{told}");
        says("o-anna", 5, "怎么退货?").await?;
        wait_for(stage, &anna, |c| c["status"] == "open").await?;
        let thread = lin.get(&format!("/conversations/{anna}/messages?limit=100")).await?.ok()?.json()?;
        let lines = thread["items"].as_array().context("no items")?.iter();
        let ratings = lines.filter(|m| m["content"]["activity"]["key"] == "csat_given").count();
        ensure!(ratings == 1, "{thread}");

        // The hand-over's words and four of the person's use the five answers up.
        says("o-ben", 11, "转人工").await?;
        let ben = conversation(stage, &inbox_id, "备注 o-ben").await?;
        platform.wait_sent("o-ben", 1).await?;
        serve(&ben, 4).await?;
        let closed = wait_for(stage, &ben, |c| c["status"] == "resolved").await?;
        let sent = platform.wait_sent("o-ben", 5).await?;
        ensure!(sent.iter().all(|m| m["msgmenu"]["list"].as_array().is_none_or(|l| l.len() != 5)), "{closed} {sent:?}");
        let thread = lin.get(&format!("/conversations/{ben}/messages?limit=100")).await?.ok()?.json()?;
        ensure!(thread["items"].as_array().into_iter().flatten().all(|m| m["content"]["rating"] != true), "{thread}");
        Ok(())
    })
    .await;
}
