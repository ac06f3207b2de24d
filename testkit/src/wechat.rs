//! WeChat's side of a service account in plain mode, on loopback: signs and repeats pushes as the platform does, gives tokens, takes
//! customer messages and refuses them on request. What it was sent is kept for looking at.

use crate::http::{Answer, Api, Request};
use crate::loopback::Loopback;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use http::Method;
use qn_base::{Clock, SystemClock};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::HashMap;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// Of the inbox's settings.
pub const TOKEN: &str = "push-token";
/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82";

#[derive(Default)]
struct Book {
    /// Tokens given so far; the last is the good one.
    tokens: usize,
    sent: Vec<Value>,
    /// Error codes for the next sends.
    refusals: Vec<i64>,
}

type Shared = crate::loopback::Shared<Book>;

pub struct Wechat {
    pub address: String,
    server: Loopback<Book>,
}

impl Wechat {
    pub async fn start() -> Result<Wechat> {
        let app = Router::new()
            .route("/cgi-bin/stable_token", post(give_token))
            .route("/cgi-bin/message/custom/send", post(take_message))
            .route("/cgi-bin/user/info", get(tell_user))
            .route("/cgi-bin/media/get", get(async || ([("content-type", "image/png")], PNG)));
        let server = Loopback::serve(app).await?;
        Ok(Wechat { address: server.address.to_string(), server })
    }

    /// Settings of an inbox that talks to this platform.
    pub fn settings(&self) -> Value {
        json!({"app_id": "wx0001", "app_secret": "app-s3cret", "token": TOKEN, "api_base": format!("http://{}", self.address)})
    }

    /// The next sends get these error codes, one each.
    pub fn refuse(&self, codes: &[i64]) {
        self.server.book().refusals.extend(codes);
    }

    pub fn tokens_given(&self) -> usize {
        self.server.book().tokens
    }

    /// Customer messages to one OpenID, as they were taken.
    pub fn sent_to(&self, openid: &str) -> Vec<Value> {
        self.server.book().sent.iter().filter(|body| body["touser"] == openid).cloned().collect()
    }

    /// Waits until a customer has got this many messages.
    pub async fn wait_sent(&self, openid: &str, count: usize) -> Result<Vec<Value>> {
        let sent = self.server.wait(PATIENCE, || Some(self.sent_to(openid)).filter(|sent| sent.len() >= count)).await;
        sent.with_context(|| format!("{openid} has {:?}, not {count} messages", self.sent_to(openid)))
    }
}

async fn give_token(State(shared): State<Shared>) -> axum::Json<Value> {
    let mut book = shared.book();
    book.tokens += 1;
    axum::Json(json!({"access_token": format!("tok-{}", book.tokens), "expires_in": 7200}))
}

async fn take_message(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    axum::Json(body): axum::Json<Value>,
) -> axum::Json<Value> {
    let code = {
        let mut book = shared.book();
        let good = format!("tok-{}", book.tokens);
        let refusal = if book.refusals.is_empty() { 0 } else { book.refusals.remove(0) };
        let code = if query.get("access_token") == Some(&good) { refusal } else { 40001 };
        if code == 0 {
            book.sent.push(body);
        }
        code
    };
    shared.news.notify_waiters();
    axum::Json(json!({"errcode": code, "errmsg": "as asked"}))
}

async fn tell_user(Query(query): Query<HashMap<String, String>>) -> axum::Json<Value> {
    let openid = query.get("openid").cloned().unwrap_or_default();
    axum::Json(
        json!({"subscribe": 1, "openid": openid, "language": "zh_CN", "unionid": format!("union-{openid}"), "remark": format!("备注 {openid}")}),
    )
}

/// The query that proves a push.
fn proof(at_s: i64) -> String {
    let (timestamp, nonce) = (at_s.to_string(), "n0nce");
    let mut parts = [TOKEN, &timestamp, nonce];
    parts.sort_unstable();
    let signature: String = Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("signature={signature}&timestamp={timestamp}&nonce={nonce}")
}

fn now_s() -> i64 {
    SystemClock.now() / 1000
}

/// The check of an address, as the platform asks for it when the address is entered.
pub async fn confirm(api: &Api, path: &str, echo: &str) -> Result<Answer> {
    api.send(&Request::get(&format!("{path}?{}&echostr={echo}", proof(now_s())))).await
}

/// A push of a text, as the platform makes it: the same body may be pushed again.
pub fn text(openid: &str, id: u64, text: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{id}</MsgId></xml>",
        now_s()
    )
}

pub fn image(openid: &str, id: u64) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{}</CreateTime>\
         <MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[]]></PicUrl><MediaId><![CDATA[media-1]]></MediaId><MsgId>{id}</MsgId></xml>",
        now_s()
    )
}

/// A request that pushes this body; `skew_s` seconds away from now.
pub fn push(path: &str, body: &str, skew_s: i64) -> Request {
    let path = format!("{path}?{}", proof(now_s() + skew_s));
    let headers = vec![("content-type".to_owned(), "text/xml".to_owned())];
    Request { method: Method::POST, path, headers, body: body.to_owned().into() }
}
