//! What can be done on a page, over the WebDriver protocol (W3C). Elements are waited for, never slept for.

use crate::driver::{Driver, ELEMENT_MS};
use crate::file::FILE_BYTES_MAX;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_connector::{Failure, Kind};
use qn_egress::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// The name the protocol gives to references of elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const LOOK_AGAIN_MS: u64 = 50;
const FILE_MS: u64 = 20_000;
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

    /// The file a click brings, of at most so many bytes: its name and its content.
    pub(crate) async fn download(&self, at: &str, bytes_max: usize) -> Result<(String, Vec<u8>), Failure> {
        let folder = self.downloads();
        self.click(at).await?;
        let until = Instant::now() + Duration::from_millis(FILE_MS);
        loop {
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            if let Some(path) = files.map(|file| file.path()).find(|path| is_whole(path)) {
                return taken(&path, bytes_max);
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

/// The browser writes under a name of its own until everything is there.
fn is_whole(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && path.extension().is_none_or(|kind| kind != "crdownload")
}

/// Out of the folder, so that the next download finds its own.
fn taken(path: &Path, bytes_max: usize) -> Result<(String, Vec<u8>), Failure> {
    let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
    if usize::try_from(bytes).is_ok_and(|bytes| bytes <= bytes_max) {
        let content = std::fs::read(path)
            .map_err(|error| Failure::new(Kind::Unavailable, format!("the file cannot be read: {error}")).zh("文件读不出来"))?;
        let _ = std::fs::remove_file(path);
        return Ok((path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(), content));
    }
    let _ = std::fs::remove_file(path);
    let message = format!("the file has {bytes} bytes, more than the {bytes_max} that a routine may still keep");
    Err(Failure::new(Kind::Limit, message)
        .zh(format!("文件有 {bytes} 字节，超过还可以保留的 {bytes_max} 字节（每个文件最多 {} MiB）", FILE_BYTES_MAX / 1024 / 1024)))
}
