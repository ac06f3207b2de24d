//! What can be done on a page, over the WebDriver protocol (W3C). Elements are waited for, never slept for.

use crate::driver::{Driver, ELEMENT_MS};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_connector::{Failure, Kind};
use qn_egress::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// The name the protocol gives to references of elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const LOOK_AGAIN_MS: u64 = 50;
const FILE_MS: u64 = 20_000;
const FILE_BYTES_MAX: u64 = 256 * 1024;
const ROWS_MAX: usize = 500;

const CHOOSE: &str = "const [list, wanted] = arguments;
    const found = [...list.options].find(o => o.value === wanted || o.text.trim() === wanted);
    if (!found) return false;
    list.value = found.value;
    list.dispatchEvent(new Event('input', {bubbles: true}));
    list.dispatchEvent(new Event('change', {bubbles: true}));
    return true;";
const TABLE: &str = "const [table, most] = arguments;
    const text = cell => cell.innerText.trim().slice(0, 500);
    const rows = [...table.rows].filter(r => r.cells.length);
    const names = rows.length ? [...rows[0].cells].map(text) : [];
    return rows.slice(1, most + 1).map(r => Object.fromEntries([...r.cells].map((c, i) => [names[i] || String(i + 1), text(c)])));";

impl Driver {
    pub(crate) async fn open(&self, url: &Url) -> Result<(), Failure> {
        self.command(Method::POST, "/url", json!({"url": url.as_str()})).await.map(|_| ())
    }

    pub(crate) async fn address(&self) -> Result<Url, Failure> {
        let url = self.command(Method::GET, "/url", Value::Null).await?;
        Url::parse(url.as_str().unwrap_or_default()).map_err(|_| Failure::invalid("the page has no address").zh("页面没有网址"))
    }

    /// Waits until it is there.
    async fn element(&self, at: &str) -> Result<String, Failure> {
        let found = self.command(Method::POST, "/element", json!({"using": "css selector", "value": at})).await?;
        let id = found[ELEMENT].as_str().map(str::to_owned);
        id.ok_or_else(|| Failure::invalid("the driver named no element").zh("浏览器驱动没有给出元素"))
    }

    async fn on(&self, at: &str, what: &str, body: Value) -> Result<(), Failure> {
        let id = self.element(at).await?;
        self.command(Method::POST, &format!("/element/{id}/{what}"), body).await.map(|_| ())
    }

    pub(crate) async fn wait(&self, at: &str) -> Result<(), Failure> {
        self.element(at).await.map(|_| ())
    }

    pub(crate) async fn click(&self, at: &str) -> Result<(), Failure> {
        self.on(at, "click", json!({})).await
    }

    pub(crate) async fn fill(&self, at: &str, text: &str) -> Result<(), Failure> {
        let id = self.element(at).await?;
        self.command(Method::POST, &format!("/element/{id}/clear"), json!({})).await?;
        self.command(Method::POST, &format!("/element/{id}/value"), json!({"text": text})).await.map(|_| ())
    }

    pub(crate) async fn choose(&self, at: &str, wanted: &str) -> Result<(), Failure> {
        let list = json!({ELEMENT: self.element(at).await?});
        let chosen = self.command(Method::POST, "/execute/sync", json!({"script": CHOOSE, "args": [list, wanted]})).await?;
        let none = || Failure::new(Kind::Refused, format!("{at} has no such choice")).zh(format!("{at} 没有这个选项"));
        if chosen == Value::Bool(true) { Ok(()) } else { Err(none()) }
    }

    pub(crate) async fn text(&self, at: &str) -> Result<String, Failure> {
        let id = self.element(at).await?;
        let text = self.command(Method::GET, &format!("/element/{id}/text"), Value::Null).await?;
        Ok(text.as_str().unwrap_or_default().trim().to_owned())
    }

    pub(crate) async fn table(&self, at: &str) -> Result<Value, Failure> {
        let table = json!({ELEMENT: self.element(at).await?});
        self.command(Method::POST, "/execute/sync", json!({"script": TABLE, "args": [table, ROWS_MAX]})).await
    }

    /// Looks until the element contains the text, or long enough.
    pub(crate) async fn expect(&self, at: &str, contains: &str) -> Result<(), Failure> {
        let until = Instant::now() + Duration::from_millis(ELEMENT_MS);
        loop {
            let seen = self.text(at).await;
            if seen.as_ref().is_ok_and(|text| text.contains(contains)) {
                return Ok(());
            }
            if Instant::now() > until {
                let never =
                    || Failure::new(Kind::Refused, format!("{at} never said {contains:?}")).zh(format!("{at} 一直没有出现 {contains:?}"));
                return Err(seen.err().unwrap_or_else(never));
            }
            sleep(Duration::from_millis(LOOK_AGAIN_MS)).await;
        }
    }

    /// The file a click brings: `{"name", "bytes", "text"}`.
    pub(crate) async fn download(&self, at: &str) -> Result<Value, Failure> {
        let folder = self.downloads();
        self.click(at).await?;
        let until = Instant::now() + Duration::from_millis(FILE_MS);
        loop {
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let whole = files.map(|file| file.path()).find(|path| path.extension().is_none_or(|kind| kind != "crdownload"));
            if let Some(path) = whole {
                let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
                if bytes > FILE_BYTES_MAX {
                    return Err(Failure::new(Kind::Limit, format!("the file is larger than {FILE_BYTES_MAX} bytes"))
                        .zh(format!("文件超过 {} KiB", FILE_BYTES_MAX / 1024)));
                }
                let content = std::fs::read(&path).unwrap_or_default();
                let _ = std::fs::remove_file(&path);
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                return Ok(json!({"name": name, "bytes": bytes, "text": String::from_utf8(content).ok()}));
            }
            if Instant::now() > until {
                return Err(Failure::new(Kind::Timeout, "no file came").zh("没有等到文件"));
            }
            sleep(Duration::from_millis(LOOK_AGAIN_MS)).await;
        }
    }

    /// PNG.
    pub(crate) async fn screenshot(&self) -> Result<Vec<u8>, Failure> {
        let shot = self.command(Method::GET, "/screenshot", Value::Null).await?;
        STANDARD.decode(shot.as_str().unwrap_or_default()).map_err(|_| Failure::invalid("no picture").zh("没有得到画面"))
    }
}
