//! What is on a page, for people who write a routine: what can be filled, chosen, pressed and read, each with a selector that finds it
//! again, its words and where it stands in the picture. Looks only; changes nothing but how a typed secret is shown.

use crate::driver::Driver;
use qn_connector::Failure;
use qn_egress::Method;
use serde_json::{Value, json};

const ELEMENTS_MAX: usize = 150;
const LOOK: &str = include_str!("survey.js");
/// When the page was made: tells one from the page that took its place.
const BORN: &str = "return performance.timeOrigin;";
/// Until nothing has changed for a while: pages that fill themselves late are seen as a person would see them. Tells when it was made.
const SETTLE: &str = "const [quiet_ms, most_ms, done] = arguments;
    let timer = setTimeout(finish, quiet_ms);
    const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(finish, quiet_ms); });
    function finish() { watch.disconnect(); done(performance.timeOrigin); }
    watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    setTimeout(finish, most_ms);";
const QUIET_MS: u32 = 700;
const SETTLE_MS_MAX: u32 = 3_000;
const COVER: &str = "const found = document.querySelector(arguments[0]); if (found) found.style.webkitTextSecurity = 'disc';";

impl Driver {
    /// `{"url", "title", "width", "height", "elements": [{"at", "kind", "label", "x", "y", "width", "height", "options"?}]}`, in pixels.
    pub(crate) async fn survey(&self) -> Result<Value, Failure> {
        self.command(Method::POST, "/execute/sync", json!({"script": LOOK, "args": [ELEMENTS_MAX]})).await
    }

    /// Waits until the page is quiet; which page that is. One that gives way to another meanwhile is a failure.
    pub(crate) async fn settle(&self) -> Result<Value, Failure> {
        let args = json!([QUIET_MS, SETTLE_MS_MAX]);
        self.command(Method::POST, "/execute/async", json!({"script": SETTLE, "args": args})).await
    }

    /// Which page this is.
    pub(crate) async fn born(&self) -> Result<Value, Failure> {
        self.command(Method::POST, "/execute/sync", json!({"script": BORN, "args": []})).await
    }

    /// Dots instead of letters.
    pub(crate) async fn cover(&self, at: &str) -> Result<(), Failure> {
        self.command(Method::POST, "/execute/sync", json!({"script": COVER, "args": [at]})).await.map(|_| ())
    }
}
