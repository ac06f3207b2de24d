//! Signing in, reading, writing once, downloading; what fails, fails with a picture, and nothing is left running.

use qn_backoffice::{Books, router};
use qn_base::{Clock, SystemClock};
use qn_connector::{Binding, Failure, Kind, Opening, Replacing, RetryClass, Robot, Routine, Secrets, Step, Words};
use qn_crypto::Plain;
use qn_egress::{Egress, Policy};
use qn_robot::{Driver, Played, Player, Work};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use url::Url;

struct Safe(Binding);

impl Secrets for Safe {
    fn open<'a>(&'a self, _name: &'a str, url: &'a Url) -> Opening<'a> {
        let opened = if self.0.permits(url) { Ok(Plain::new("cangku-2009")) } else { Err(Failure::new(Kind::Refused, "not bound")) };
        Box::pin(async move { opened })
    }

    fn check<'a>(&'a self, _name: &'a str, _url: &'a Url) -> Replacing<'a> {
        Box::pin(async { Ok(()) })
    }

    fn replace<'a>(&'a self, _name: &'a str, _plain: &'a Plain) -> Replacing<'a> {
        Box::pin(async { Ok(()) })
    }
}

async fn stock() -> SocketAddr {
    assert!(Driver::program().is_some(), "chromedriver is missing: cargo xtask test installs it");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let books = Books::open(None).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, router(Arc::new(books))).await });
    address
}

fn steps(rest: Value) -> Vec<Step> {
    let mut all = json!([{"do": "open", "url": "/legacy"}, {"do": "fill", "at": "#user", "value": "cangku"},
        {"do": "fill_secret", "at": "#password", "secret": "stock"}, {"do": "click", "at": "#ok"}]);
    all.as_array_mut().unwrap().extend(rest.as_array().unwrap().iter().cloned());
    serde_json::from_value(all).unwrap()
}

async fn play(address: SocketAddr, steps: Vec<Step>, input: Value, bound: &str) -> Played {
    play_for(address, steps, input, (bound, false)).await
}

async fn play_for(address: SocketAddr, steps: Vec<Step>, input: Value, (bound, watched): (&str, bool)) -> Played {
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let player = Player::new(egress, Arc::new(SystemClock) as Arc<dyn Clock>);
    let (title, description) = (Words::default(), String::new());
    let routine = Routine { name: "x".into(), title, description, input: json!({"type": "object"}), steps, retry: RetryClass::Keyed };
    let robot = Robot { format: 1, base_url: format!("http://{address}"), hosts: vec![], operations: vec![] };
    let secrets = Safe(Binding::parse(bound).unwrap());
    let work = Work { robot: &robot, routine: &routine, input: &input, key: "run_1/note", timeout_ms: 60_000, secrets: &secrets, watched };
    player.play(&work).await
}

#[tokio::test]
async fn it_signs_in_reads_the_late_table_and_downloads() {
    let address = stock().await;
    let rest = json!([{"do": "table", "at": "#orders", "save": "orders"}, {"do": "download", "at": "#csv", "save": "file"}]);
    let played = play(address, steps(rest), json!({}), "127.0.0.1").await;
    let kept = played.done.outcome.unwrap();
    assert_eq!(kept["orders"].as_array().map(Vec::len), Some(3), "{kept}");
    assert_eq!((&kept["orders"][0]["单号"], &kept["orders"][0]["已退款"]), (&json!("1001"), &json!("否")));
    assert!(kept["file"]["text"].as_str().is_some_and(|text| text.starts_with("单号,金额\n1001,")), "{kept}");
    assert_eq!((kept["file"]["name"].as_str(), played.picture.is_none()), (Some("orders.csv"), true));
    let record = serde_json::to_string(&played.done.exchange).unwrap();
    assert!(record.contains("fill #password with a secret") && !record.contains("cangku-2009"), "{record}");
}

#[tokio::test]
async fn a_note_is_left_once_however_often_it_is_played() {
    let address = stock().await;
    let rest = json!([{"do": "wait", "at": "#orders"}, {"do": "open", "url": "/legacy/order/{id}"}, {"do": "done_if", "at": "#notes", "contains": "{key}"},
        {"do": "choose", "at": "#kind", "value": "退货入库"}, {"do": "fill", "at": "#note", "value": "{text} ({key})"},
        {"do": "click", "at": "#save"}, {"do": "expect", "at": "#notes", "contains": "{key}"}, {"do": "read", "at": "#notes", "save": "notes"}]);
    let input = json!({"id": "1002", "text": "退货 <b>1</b> 件"});
    let first = play(address, steps(rest.clone()), input.clone(), "127.0.0.1").await.done.outcome.unwrap();
    assert_eq!(first["notes"], "备注：\n[退货入库] 退货 <b>1</b> 件 (run_1/note)");
    let again = play(address, steps(rest), input, "127.0.0.1").await.done.outcome.unwrap();
    assert_eq!(again, json!({"was_done": true}));
}

#[tokio::test]
async fn failures_say_which_step_and_show_the_page() {
    let address = stock().await;
    let played = play(address, steps(json!([{"do": "click", "at": "#nothing"}])), json!({}), "127.0.0.1").await;
    let failure = played.done.outcome.unwrap_err();
    assert!(failure.message.starts_with("click #nothing: no such element") && failure.in_doubt, "{failure}");
    assert!(played.picture.unwrap().starts_with(b"\x89PNG"));
    assert_eq!(played.done.exchange.got["steps"].as_array().map(Vec::len), Some(5));
    // the password is typed only where it belongs
    let played = play(address, steps(json!([])), json!({}), "stock.example.com").await;
    let failure = played.done.outcome.unwrap_err();
    assert!(failure.message.contains("not bound") && !failure.in_doubt, "{failure}");
}

#[tokio::test]
async fn no_page_leads_it_elsewhere() {
    let address = stock().await;
    let elsewhere = stock().await;
    let open = |url: &str| serde_json::from_value(json!([{"do": "open", "url": url}, {"do": "wait", "at": "#user"}])).unwrap();
    let played = play(address, open(&format!("http://{elsewhere}/legacy")), json!({}), "127.0.0.1").await;
    assert!(played.done.outcome.unwrap_err().message.contains("leads away"));
    // a page that sends the browser to another host finds no way out
    let to = format!("http://{elsewhere}/legacy");
    let lure = axum::Router::new().fallback(move || async move { axum::response::Redirect::to(&to) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lured = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, lure).await });
    let played = play(lured, open("/x"), json!({}), "127.0.0.1").await;
    assert!(played.done.outcome.unwrap_err().message.starts_with("wait #user"));
}

#[tokio::test]
async fn who_writes_a_routine_sees_every_step_and_what_is_on_the_page() {
    let address = stock().await;
    let rest = json!([{"do": "wait", "at": "#orders"}, {"do": "open", "url": "/legacy/order/1002"}]);
    let played = play_for(address, steps(rest), json!({}), ("127.0.0.1", true)).await;
    played.done.outcome.unwrap();
    assert_eq!(played.looks.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    assert!(played.looks.iter().all(|(_, picture)| picture.starts_with(b"\x89PNG")));
    let page = played.page.unwrap();
    let found = |at: &str| page["elements"].as_array().unwrap().iter().find(|element| element["at"] == at).cloned().unwrap_or_default();
    assert_eq!((&found("#kind")["kind"], &found("#kind")["options"][0]), (&json!("list"), &json!("其他")), "{page}");
    assert_eq!((&found("#note")["kind"], &found("#save")["kind"]), (&json!("field"), &json!("button")), "{page}");
    assert!(found("#save")["width"].as_i64().unwrap() > 0 && page["width"].as_i64().unwrap() > 0);
    // what cannot be done is seen as well
    let played = play_for(address, steps(json!([{"do": "choose", "at": "#user", "value": "x"}])), json!({}), ("127.0.0.1", true)).await;
    assert!(played.done.outcome.is_err() && played.picture.is_some() && played.looks.len() == 5 && played.page.is_some());
}

#[tokio::test]
async fn a_page_that_comes_while_the_last_is_looked_at_is_seen_whole() {
    // it leaves before it was quiet, and what it leads to fills itself late
    const FIRST: &str = "<button id=go onclick=\"setTimeout(() => location = '/second', 300)\">1</button>";
    const SECOND: &str = "<p id=b>正在载入</p><script>setTimeout(() => b.outerHTML = '<a id=late href=/>2</a>', 300)</script>";
    let pages = axum::Router::new()
        .route("/", axum::routing::get(|| async { axum::response::Html(FIRST) }))
        .route("/second", axum::routing::get(|| async { axum::response::Html(SECOND) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, pages).await });
    let steps = json!([{"do": "open", "url": "/"}, {"do": "click", "at": "#go"}]);
    let played = play_for(address, serde_json::from_value(steps).unwrap(), json!({}), ("127.0.0.1", true)).await;
    played.done.outcome.unwrap();
    let page = played.page.unwrap();
    let found = page["elements"].as_array().unwrap().iter().any(|element| element["at"] == "#late");
    assert!(found && page["url"].as_str().unwrap().ends_with("/second"), "{page}");
}

#[tokio::test]
async fn a_secret_typed_into_a_field_that_shows_it_is_not_given_back() {
    let typed =
        axum::Router::new().route("/", axum::routing::get(|| async { axum::response::Html("<input id=a><p id=b>cangku-2009</p>") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, typed).await });
    let steps =
        json!([{"do": "open", "url": "/"}, {"do": "fill_secret", "at": "#a", "secret": "stock"}, {"do": "read", "at": "#b", "save": "b"}]);
    let played = play(address, serde_json::from_value(steps).unwrap(), json!({}), "127.0.0.1").await;
    assert_eq!(played.done.outcome.unwrap(), json!({"b": "***"}));
}

#[tokio::test]
async fn a_field_that_a_page_makes_anew_is_covered_in_every_picture() {
    const PAGE: &str = "<input id=a><p id=b></p>
        <button id=anew onclick=\"const n = document.createElement('input'); n.id = 'a'; n.value = a.value; a.replaceWith(n)\">1</button>
        <button id=tell onclick=\"b.textContent = getComputedStyle(a).webkitTextSecurity\">2</button>";
    let page = axum::Router::new().route("/", axum::routing::get(|| async { axum::response::Html(PAGE) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, page).await });
    let steps = json!([{"do": "open", "url": "/"}, {"do": "fill_secret", "at": "#a", "secret": "stock"}, {"do": "click", "at": "#anew"},
        {"do": "click", "at": "#tell"}, {"do": "read", "at": "#b", "save": "shown"}]);
    let played = play_for(address, serde_json::from_value(steps).unwrap(), json!({}), ("127.0.0.1", true)).await;
    assert_eq!((played.done.outcome.unwrap(), played.looks.len()), (json!({"shown": "disc"}), 5));
}

/// A page of an office's old kind: a table for Excel, a list in GBK, something too large.
async fn office() -> SocketAddr {
    use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
    use axum::routing::get;
    let file = |name: &'static str, content: Vec<u8>| {
        get(move || async move {
            let disposition = format!("attachment; filename=\"{name}\"");
            ([(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_DISPOSITION, disposition)], content)
        })
    };
    let page = "<a id=book href=/book>1</a><a id=list href=/list>2</a><a id=film href=/film>3</a>";
    let office = axum::Router::new()
        .route("/", get(move || async move { axum::response::Html(page) }))
        .route("/book", file("orders.xlsx", b"PK\x03\x04\x14\0\x06\0 and so on".to_vec()))
        .route("/list", file("list.csv", b"\xb5\xa5\xba\xc5,\xbd\xf0\xb6\xee\r\n1001,12.5\r\n".to_vec()))
        .route("/film", file("film.dat", vec![1; qn_robot::FILE_BYTES_MAX + 1]));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, office).await });
    address
}

#[tokio::test]
async fn files_of_any_kind_are_brought_whole_and_those_that_are_text_are_read() {
    let address = office().await;
    let steps = json!([{"do": "open", "url": "/"}, {"do": "download", "at": "#book", "save": "book"},
        {"do": "download", "at": "#list", "save": "list"}]);
    let played = play(address, serde_json::from_value(steps).unwrap(), json!({}), "127.0.0.1").await;
    let kept = played.done.outcome.unwrap();
    assert_eq!((&kept["book"]["name"], &kept["book"]["text"]), (&json!("orders.xlsx"), &Value::Null));
    assert_eq!((&kept["list"]["bytes"], &kept["list"]["text"]), (&json!(22), &json!("单号,金额\r\n1001,12.5\r\n")));
    let files: Vec<_> = played.files.iter().map(|file| (file.save.as_str(), file.name.as_str())).collect();
    assert_eq!(files, [("book", "orders.xlsx"), ("list", "list.csv")]);
    assert!(played.files[0].content.starts_with(b"PK\x03\x04"));
    // one that is too large says so
    let steps = json!([{"do": "open", "url": "/"}, {"do": "download", "at": "#film", "save": "film"}]);
    let played = play(address, serde_json::from_value(steps).unwrap(), json!({}), "127.0.0.1").await;
    let failure = played.done.outcome.unwrap_err();
    assert!(failure.kind == Kind::Limit && failure.message.contains("10485761"), "{failure}");
    assert!(played.files.is_empty());
}
