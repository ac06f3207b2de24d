//! The stock department's old web page: sign in, look at orders, leave a note. Pages and forms only, as such systems are; what they show
//! comes late, by script. For robots to work on.

use crate::books::Books;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub const USER: &str = "cangku";
/// Of a made-up company; the demo keeps it as a secret.
pub const PASSWORD: &str = "cangku-2009";
const SESSION: &str = "JSESSIONID=8F2A90";
/// What old pages take to fill themselves.
const LATE_MS: u32 = 400;

struct Desk {
    books: Arc<Books>,
    notes: Mutex<HashMap<String, Vec<String>>>,
}

pub fn router(books: Arc<Books>) -> Router {
    Router::new()
        .route("/legacy", get(login_page))
        .route("/legacy/login", post(login))
        .route("/legacy/orders", get(orders))
        .route("/legacy/orders.csv", get(table))
        .route("/legacy/order/{id}", get(order))
        .route("/legacy/order/{id}/note", post(note))
        .with_state(Arc::new(Desk { books, notes: Mutex::default() }))
}

impl Desk {
    fn notes(&self, id: &str) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned().unwrap_or_default()
    }
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body bgcolor=\"#d4d0c8\">\
         <table width=\"760\" border=\"1\" cellpadding=\"4\"><tr><td bgcolor=\"#000080\"><font color=\"white\"><b>仓储管理系统 V2.3</b></font></td></tr>\
         <tr><td>{body}</td></tr></table></body></html>"
    ))
}

/// Shows what is in `#late` only after a while.
fn late(body: &str) -> String {
    format!(
        "<div id=\"wait\">正在载入…</div><template id=\"late\">{body}</template><script>setTimeout(function () {{ \
         document.getElementById('wait').replaceWith(document.getElementById('late').content); }}, {LATE_MS});</script>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn fields(body: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn to(place: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, place.to_owned())]).into_response()
}

fn is_known(headers: &HeaderMap) -> bool {
    headers.get(COOKIE).and_then(|cookie| cookie.to_str().ok()).is_some_and(|cookie| cookie.contains(SESSION))
}

async fn login_page() -> Html<String> {
    page(
        "登录",
        "<form method=\"post\" action=\"/legacy/login\">工号 <input name=\"user\" id=\"user\"> 密码 \
         <input name=\"password\" id=\"password\" type=\"password\"> <input type=\"submit\" id=\"ok\" value=\"登录\"></form>",
    )
}

async fn login(body: String) -> Response {
    let fields = fields(&body);
    let given = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if (given("user"), given("password")) != (USER, PASSWORD) {
        return page("登录", "<font color=\"red\" id=\"error\">工号或密码错误</font>").into_response();
    }
    (StatusCode::FOUND, [(LOCATION, "/legacy/orders"), (SET_COOKIE, &format!("{SESSION}; Path=/legacy; HttpOnly"))]).into_response()
}

/// What the list shows.
const LISTED: [&str; 3] = ["1001", "1002", "1003"];

async fn orders(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return to("/legacy");
    }
    let rows = LISTED.iter().fold(String::new(), |rows, id| {
        let order = desk.books.order(id);
        let refunded = if order["refunded"] == json!(true) { "是" } else { "否" };
        let notes = desk.notes(id).len();
        format!(
            "{rows}<tr><td><a href=\"/legacy/order/{id}\">{id}</a></td><td>{}</td><td>{refunded}</td><td>{notes}</td></tr>",
            order["amount"]
        )
    });
    let table =
        format!("<table id=\"orders\" border=\"1\"><tr><th>单号</th><th>金额</th><th>已退款</th><th>备注数</th></tr>{rows}</table>");
    page("订单", &late(&format!("{table}<a id=\"csv\" href=\"/legacy/orders.csv\">导出</a>"))).into_response()
}

async fn table(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return to("/legacy");
    }
    let rows = LISTED.iter().fold("单号,金额\n".to_owned(), |rows, id| format!("{rows}{id},{}\n", desk.books.order(id)["amount"]));
    ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\"")], rows).into_response()
}

async fn order(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if !is_known(&headers) {
        return to("/legacy");
    }
    let notes = desk.notes(&id).iter().fold(String::new(), |notes, note| format!("{notes}<li>{}</li>", escaped(note)));
    let (id, amount) = (escaped(&id), &desk.books.order(&id)["amount"]);
    let body = format!(
        "订单 <b id=\"order\">{id}</b> 金额 <span id=\"amount\">{amount}</span><ul id=\"notes\"><li>备注：</li>{notes}</ul>\
         <form method=\"post\" action=\"/legacy/order/{id}/note\"><select name=\"kind\" id=\"kind\"><option value=\"0\">其他</option>\
         <option value=\"1\">退货入库</option></select> <textarea name=\"note\" id=\"note\"></textarea> \
         <input type=\"submit\" id=\"save\" value=\"保存\"></form>"
    );
    page("订单", &late(&body)).into_response()
}

async fn note(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>, body: String) -> Response {
    if !is_known(&headers) {
        return to("/legacy");
    }
    let fields = fields(&body);
    let kind = if fields.get("kind").is_some_and(|kind| kind == "1") { "退货入库" } else { "其他" };
    let text = format!("[{kind}] {}", fields.get("note").map(String::as_str).unwrap_or_default());
    desk.notes.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().push(text);
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    to(&format!("/legacy/order/{encoded}"))
}
