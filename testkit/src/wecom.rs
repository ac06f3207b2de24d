//! WeCom's side of a customer-service account, on loopback: seals and signs callbacks, hands out what customers wrote page by page after
//! a cursor, takes messages and files. What it was sent is kept for looking at.

use crate::http::Request;
use crate::loopback::Loopback;
use aes::Aes256;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use http::Method;
use qn_base::{Clock, SystemClock};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::HashMap;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const TOKEN: &str = "callback-token";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA";
pub const CORP: &str = "ww0001";
pub const ACCOUNT: &str = "wk0001";
/// The media id of a file that the platform has only at the second asking.
pub const LATE: &str = "late";
/// The media id of a file that is larger than the server takes.
pub const TOO_LARGE: &str = "too-large";
const TOO_LARGE_BYTES: usize = 20 * 1024 * 1024 + 1;
/// Small, so that few messages are many pages.
const PAGE: usize = 3;
const PAD_BYTES: usize = 32;

/// A file that was uploaded: its kind and the bytes of the form it came in.
#[derive(Debug, Clone)]
pub struct Uploaded {
    pub kind: String,
    pub form: Bytes,
}

#[derive(Default)]
struct Book {
    written: Vec<Value>,
    sent: Vec<Value>,
    uploaded: Vec<Uploaded>,
    /// Customers whose session is not the assistant's: 2 in the line, 3 with a person, 4 over.
    sessions: HashMap<String, i64>,
    /// Cursors that were asked after, in order.
    pulls: Vec<String>,
    /// Media ids that were asked for.
    fetched: Vec<String>,
}

type Shared = crate::loopback::Shared<Book>;

pub struct Wecom {
    pub address: String,
    server: Loopback<Book>,
}

impl Wecom {
    /// `picture` is what every file of a customer holds but `TOO_LARGE`.
    pub async fn start(picture: &'static [u8]) -> Result<Wecom> {
        let app = Router::new()
            .route("/cgi-bin/gettoken", get(async || axum::Json(json!({"errcode": 0, "access_token": "tok", "expires_in": 7200}))))
            .route("/cgi-bin/kf/sync_msg", post(give_page))
            .route("/cgi-bin/kf/send_msg", post(take_message))
            .route("/cgi-bin/kf/service_state/get", post(tell_session))
            .route("/cgi-bin/kf/service_state/trans", post(give_session))
            .route("/cgi-bin/kf/customer/batchget", post(tell_customer))
            .route("/cgi-bin/media/upload", post(take_file))
            .route(
                "/cgi-bin/media/get",
                get(async move |shared: State<Shared>, asked: Query<HashMap<String, String>>| give_file(&shared, &asked, picture)),
            );
        let server = Loopback::serve(app).await?;
        Ok(Wecom { address: server.address.to_string(), server })
    }

    /// Settings of an inbox that talks to this platform.
    pub fn settings(&self) -> Value {
        json!({"corp_id": CORP, "secret": "app-s3cret", "token": TOKEN, "encoding_aes_key": AES_KEY, "open_kfid": ACCOUNT,
            "api_base": format!("http://{}", self.address)})
    }

    /// A customer writes; the callback is another matter (`callback`).
    pub fn writes(&self, customer: &str, id: &str, kind: &str, part: Value) {
        let message = json!({"msgid": id, "open_kfid": ACCOUNT, "external_userid": customer, "send_time": now_s(), "origin": 3,
            "msgtype": kind, kind: part});
        self.server.book().written.push(message);
    }

    /// Something happened to a customer's session.
    pub fn happens(&self, customer: &str, id: &str, mut event: Value) {
        event["external_userid"] = json!(customer);
        event["open_kfid"] = json!(ACCOUNT);
        let message = json!({"msgid": id, "open_kfid": ACCOUNT, "send_time": now_s(), "origin": 4, "msgtype": "event", "event": event});
        self.server.book().written.push(message);
    }

    /// Who has a customer's session: 1 the assistant, 2 the line, 3 a person, 4 nobody any more.
    pub fn session(&self, customer: &str, state: i64) {
        self.server.book().sessions.insert(customer.to_owned(), state);
    }

    pub fn sent_to(&self, customer: &str) -> Vec<Value> {
        self.server.book().sent.iter().filter(|body| body["touser"] == customer).cloned().collect()
    }

    pub fn uploaded(&self) -> Vec<Uploaded> {
        self.server.book().uploaded.clone()
    }

    pub fn pulls(&self) -> Vec<String> {
        self.server.book().pulls.clone()
    }

    /// Waits until a customer has got this many messages.
    pub async fn wait_sent(&self, customer: &str, count: usize) -> Result<Vec<Value>> {
        let sent = self.server.wait(PATIENCE, || Some(self.sent_to(customer)).filter(|sent| sent.len() >= count)).await;
        sent.with_context(|| format!("{customer} has {:?}, not {count} messages", self.sent_to(customer)))
    }
}

async fn give_page(State(shared): State<Shared>, axum::Json(body): axum::Json<Value>) -> axum::Json<Value> {
    let mut book = shared.book();
    let cursor = body["cursor"].as_str().unwrap_or_default().to_owned();
    let from: usize = cursor.parse().unwrap_or(0);
    book.pulls.push(cursor);
    let page: Vec<Value> = book.written.iter().skip(from).take(PAGE).cloned().collect();
    let next = from + page.len();
    axum::Json(json!({"errcode": 0, "msg_list": page, "next_cursor": next.to_string(), "has_more": i32::from(next < book.written.len())}))
}

/// A message id that was taken before changes nothing, as the platform promises.
async fn take_message(State(shared): State<Shared>, axum::Json(body): axum::Json<Value>) -> axum::Json<Value> {
    let id = body["msgid"].as_str().unwrap_or_default().to_owned();
    if id.is_empty() || id.len() > 32 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return axum::Json(json!({"errcode": 40058, "errmsg": "msgid"}));
    }
    let mut book = shared.book();
    if book.sessions.get(body["touser"].as_str().unwrap_or_default()).is_some_and(|state| *state > 1) {
        return axum::Json(json!({"errcode": 95018, "errmsg": "session status"}));
    }
    if !book.sent.iter().any(|known| known["msgid"] == id.as_str()) {
        book.sent.push(body);
    }
    drop(book);
    shared.news.notify_waiters();
    axum::Json(json!({"errcode": 0, "errmsg": "ok", "msgid": id}))
}

async fn tell_session(State(shared): State<Shared>, axum::Json(body): axum::Json<Value>) -> axum::Json<Value> {
    let customer = body["external_userid"].as_str().unwrap_or_default();
    let state = shared.book().sessions.get(customer).copied().unwrap_or(0);
    axum::Json(json!({"errcode": 0, "errmsg": "ok", "service_state": state}))
}

/// Only what waits in the line is given away.
async fn give_session(State(shared): State<Shared>, axum::Json(body): axum::Json<Value>) -> axum::Json<Value> {
    let customer = body["external_userid"].as_str().unwrap_or_default().to_owned();
    let mut book = shared.book();
    if book.sessions.get(&customer).copied() != Some(2) {
        return axum::Json(json!({"errcode": 95016, "errmsg": "cannot change"}));
    }
    book.sessions.insert(customer, body["service_state"].as_i64().unwrap_or(0));
    axum::Json(json!({"errcode": 0, "errmsg": "ok"}))
}

async fn tell_customer(axum::Json(body): axum::Json<Value>) -> axum::Json<Value> {
    let id = &body["external_userid_list"][0];
    axum::Json(
        json!({"errcode": 0, "customer_list": [{"external_userid": id, "nickname": format!("微信 {}", id.as_str().unwrap_or_default())}]}),
    )
}

fn give_file(shared: &Shared, asked: &HashMap<String, String>, picture: &'static [u8]) -> Response {
    let id = asked.get("media_id").map_or("", String::as_str);
    let mut book = shared.book();
    let is_first = !book.fetched.iter().any(|known| known == id);
    book.fetched.push(id.to_owned());
    let kind = [("content-type", "image/png")];
    match id {
        LATE if is_first => axum::Json(json!({"errcode": -1, "errmsg": "system busy"})).into_response(),
        TOO_LARGE => (kind, Bytes::from(vec![0; TOO_LARGE_BYTES])).into_response(),
        _ => (kind, picture).into_response(),
    }
}

async fn take_file(State(shared): State<Shared>, Query(query): Query<HashMap<String, String>>, form: Bytes) -> axum::Json<Value> {
    let mut book = shared.book();
    book.uploaded.push(Uploaded { kind: query.get("type").cloned().unwrap_or_default(), form });
    axum::Json(json!({"errcode": 0, "type": "image", "media_id": format!("up-{}", book.uploaded.len()), "created_at": now_s().to_string()}))
}

fn now_s() -> i64 {
    SystemClock.now() / 1000
}

/// As the platform seals: 16 bytes of noise, the length, the text and whom it is for, in blocks of 32.
fn seal(text: &str, receiver: &str) -> Result<String> {
    let key = STANDARD.decode(format!("{AES_KEY}="))?;
    let length = u32::try_from(text.len())?.to_be_bytes();
    let mut plain = [&b"0123456789abcdef"[..], &length, text.as_bytes(), receiver.as_bytes()].concat();
    let pad = PAD_BYTES - plain.len() % PAD_BYTES;
    plain.extend(std::iter::repeat_n(u8::try_from(pad)?, pad));
    let sealer = cbc::Encryptor::<Aes256>::new_from_slices(&key, &key[..16])?;
    Ok(STANDARD.encode(sealer.encrypt_padded_vec::<NoPadding>(&plain)))
}

/// The callback that says that somebody wrote. `receiver` is the company it is sealed for.
pub fn callback(path: &str, hint: &str, receiver: &str) -> Result<Request> {
    let event = format!(
        "<xml><ToUserName><![CDATA[{receiver}]]></ToUserName><CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[{hint}]]></Token><OpenKfId><![CDATA[{ACCOUNT}]]></OpenKfId></xml>",
        now_s()
    );
    let sealed = seal(&event, receiver)?;
    let (timestamp, nonce) = (now_s().to_string(), "n0nce");
    let mut parts = [TOKEN, &timestamp, nonce, &sealed];
    parts.sort_unstable();
    let signature: String = Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect();
    let body = format!("<xml><ToUserName><![CDATA[{receiver}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>");
    let path = format!("{path}?msg_signature={signature}&timestamp={timestamp}&nonce={nonce}");
    let headers = vec![("content-type".to_owned(), "text/xml".to_owned())];
    Ok(Request { method: Method::POST, path, headers, body: body.into() })
}
