//! Text messages as three gateways bring them (any signed one, Twilio, Aliyun), taken by the whole server: whoever proves nothing is refused,
//! what comes twice is one message, the answer leaves in the gateway's shape, and receipts only move it forward.

use crate::on_each;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qn_testkit::agreeable::Agreeable;
use qn_testkit::scenario::Stage;
use qn_testkit::signing::signed;
use qn_testkit::{Api, Request};
use ring::hmac;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TOKEN: &str = "auth-token";
const KEY: &str = "callback-key-0123456789";
const OTHER_SECRET: &str = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=";
const WORDS: &str = "发票怎么开?";

#[derive(Debug, Clone, Copy)]
enum Gateway {
    Generic,
    Twilio,
    Aliyun,
}

/// Where a gateway calls, and what it signs with.
struct Line {
    gateway: Gateway,
    inbox_id: String,
    address: String,
    path: String,
    secret: String,
}

fn settings(gateway: Gateway, api_base: &str) -> Value {
    match gateway {
        Gateway::Generic => json!({"provider": "generic", "send_url": format!("{api_base}/send")}),
        Gateway::Twilio => {
            json!({"provider": "twilio", "account": "AC1", "account_secret": TOKEN, "sender": "+15005550006", "api_base": api_base})
        }
        Gateway::Aliyun => json!({"provider": "aliyun", "account": "LTAI", "account_secret": TOKEN, "sender": "蓝鲸",
            "template_code": "SMS_1", "callback_key": KEY, "api_base": api_base}),
    }
}

fn written(gateway: Gateway) -> Value {
    match gateway {
        Gateway::Generic => json!({"message_id": "in1", "from": "+8613800138001", "text": WORDS}),
        Gateway::Twilio => json!({"AccountSid": "AC1", "MessageSid": "SMin1", "From": "+14155550100", "Body": WORDS}),
        Gateway::Aliyun => {
            json!({"phone_number": "13800138001", "content": WORDS, "send_time": "2026-11-30 09:00:00", "sequence_id": "77"})
        }
    }
}

/// Arrived, and then what was true before; Aliyun tells the end alone, and tells it twice.
fn receipts(gateway: Gateway) -> [Value; 2] {
    match gateway {
        Gateway::Generic => ["delivered", "sent"].map(|state| json!({"message_id": "gw1", "state": state})),
        Gateway::Twilio => ["delivered", "sent"].map(|state| json!({"AccountSid": "AC1", "MessageSid": "SM1", "MessageStatus": state})),
        Gateway::Aliyun => [(); 2].map(|()| json!({"biz_id": "biz1", "success": true})),
    }
}

impl Line {
    async fn open(stage: &Stage, gateway: Gateway, api_base: &str) -> Result<Self> {
        let admin = &stage.company.admin.api;
        let body = json!({"name": format!("{gateway:?}"), "channel": "sms", "channel_settings": settings(gateway, api_base)});
        let inbox = admin.post("/inboxes", &body).await?.ok()?.json()?;
        let inbox_id = inbox["id"].as_str().context("no id")?.to_owned();
        let address = inbox["webhook_url"].as_str().context("no address")?.to_owned();
        let path = address.split_once("/api/v1").context("not under /api/v1")?.1.to_owned();
        let shown = admin.post(&format!("/inboxes/{inbox_id}/secret?rotate=false"), &Value::Null).await?.ok()?.json()?;
        let secret = shown["secret"].as_str().context("no secret")?.to_owned();
        Ok(Self { gateway, inbox_id, address, path, secret })
    }

    /// The status of a call with these fields, by the gateway or by somebody who lacks its secret.
    async fn call(&self, api: &Api, fields: &Value, honest: bool) -> Result<u16> {
        let request = match self.gateway {
            Gateway::Generic => signed(if honest { self.secret.as_str() } else { OTHER_SECRET }, &self.path, "call", fields.to_string())?,
            Gateway::Twilio => self.form(fields, if honest { TOKEN } else { "another" })?,
            Gateway::Aliyun => {
                let path = format!("{}?key={}", self.path, if honest { KEY } else { "another-key-0123456789" });
                Request::json(http::Method::POST, &path, &json!([fields]))
            }
        };
        Ok(api.send(&request).await?.status)
    }

    /// HMAC-SHA1 over the address and the fields in order of their names.
    fn form(&self, fields: &Value, token: &str) -> Result<Request> {
        let fields = fields.as_object().context("no fields")?;
        let mut pairs: Vec<(&str, &str)> = fields.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        pairs.sort_unstable();
        let told: String = pairs.iter().map(|(name, value)| format!("{name}{value}")).collect();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
        let sign = hmac::sign(&key, format!("{}{told}", self.address).as_bytes());
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let request = Request { method: http::Method::POST, path: self.path.clone(), headers: Vec::new(), body: body.into() };
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Ok(request.header("x-twilio-signature", &STANDARD.encode(sign)))
    }

    /// All messages once none of the inbox's events waits and the answer is in this state.
    async fn settled(&self, api: &Api, state: &str) -> Result<Vec<Value>> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut all = Vec::new();
            for conversation in api.list_all(&format!("/conversations?inbox_id={}", self.inbox_id)).await? {
                let id = conversation["id"].as_str().unwrap_or_default();
                let page = api.get(&format!("/conversations/{id}/messages?limit=100")).await?.ok()?.json()?;
                all.extend(page["items"].as_array().cloned().unwrap_or_default());
            }
            let health = api.get(&format!("/inboxes/{}/health", self.inbox_id)).await?.ok()?.json()?;
            if health["waiting"] == 0 && all.iter().any(|m| m["kind"] == "outgoing" && m["state"] == state) {
                ensure!(health["stuck"] == 0, "{health}");
                return Ok(all);
            }
            ensure!(Instant::now() < deadline, "{:?}: {health} {all:?}", self.gateway);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn count(messages: &[Value], kind: &str) -> usize {
    messages.iter().filter(|m| m["kind"] == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_gateways_bring_a_text_once_and_take_the_answer() {
    on_each(async |stage| {
        let platform = Agreeable::start().await?;
        let api_base = format!("http://{}", platform.address);
        let admin = stage.company.admin.api.clone();
        let nobody = admin.as_nobody();
        for gateway in [Gateway::Generic, Gateway::Twilio, Gateway::Aliyun] {
            let line = Line::open(stage, gateway, &api_base).await?;
            let test = admin.post(&format!("/inboxes/{}/test", line.inbox_id), &Value::Null).await?.ok()?.json()?;
            let proved = if matches!(gateway, Gateway::Generic) { ("partly", json!("only_reached")) } else { ("works", Value::Null) };
            ensure!(test["outcome"] == proved.0 && test["reason"] == proved.1, "{gateway:?}: {test}");
            ensure!(test["reason_text"] != test["reason"] || test["reason"].is_null(), "{test}");
            let text = written(gateway);
            ensure!(line.call(&nobody, &text, false).await? == 401, "{gateway:?}: whoever proved nothing was heard");
            for _ in 0..2 {
                ensure!(line.call(&nobody, &text, true).await? == 200, "{gateway:?}");
            }
            let all = line.settled(&admin, "sent").await?;
            ensure!((count(&all, "incoming"), count(&all, "outgoing")) == (1, 1), "{gateway:?}: {all:?}");
            ensure!(all.iter().any(|m| m["content"]["text"] == WORDS), "{gateway:?}: {all:?}");
            for receipt in receipts(gateway) {
                ensure!(line.call(&nobody, &receipt, true).await? == 200, "{gateway:?}");
            }
            ensure!(line.call(&nobody, &text, true).await? == 200, "{gateway:?}");
            let all = line.settled(&admin, "delivered").await?;
            ensure!((count(&all, "incoming"), count(&all, "outgoing")) == (1, 1), "{gateway:?}: {all:?}");
        }
        ensure!((platform.called("HEAD /send"), platform.called("/send")) == (1, 1), "a test sends no text");
        Ok(())
    })
    .await;
}
