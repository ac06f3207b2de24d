//! A routine played from its first step: checked input, one browser, every step noted, a picture where it failed; for whoever writes
//! the routine, a picture after every step and what is on the last page.

use crate::driver::Driver;
use qn_base::Clock;
use qn_connector::{Binding, Done, Exchange, Failure, Kind, Robot, Routine, Secrets, Step, fitted, redact};
use qn_crypto::Plain;
use qn_egress::{Egress, Gate};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

/// Browsers at the same time; each takes about 200 MiB.
const BROWSERS_MAX: usize = 2;
const TIMEOUT_MS_MAX: u64 = 120_000;
const STEPS_MAX: usize = 200;
/// Pictures of one watched play; each has up to a few hundred KiB.
const LOOKS_MAX: usize = 30;
const LOOK_MS: u64 = 5_000;

pub struct Player {
    egress: Egress,
    clock: Arc<dyn Clock>,
    /// None: not installed.
    program: Option<PathBuf>,
    room: Semaphore,
}

/// One call.
pub struct Work<'a> {
    pub robot: &'a Robot,
    pub routine: &'a Routine,
    pub input: &'a Value,
    pub key: &'a str,
    pub timeout_ms: u64,
    pub secrets: &'a dyn Secrets,
    /// Somebody writes it and looks on.
    pub watched: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct Played {
    pub done: Done,
    /// PNG of the page where it failed.
    pub picture: Option<Vec<u8>>,
    /// PNG of the page after each step, by the step's place; the newest `LOOKS_MAX`. Only of what is watched.
    pub looks: Vec<(usize, Vec<u8>)>,
    /// What is on the page in the end. Only of what is watched.
    pub page: Option<Value>,
}

/// The step that is played, and what was kept so far.
struct Scene<'a> {
    work: &'a Work<'a>,
    base: Url,
    input: Map<String, Value>,
    kept: Map<String, Value>,
    notes: Vec<Value>,
    /// Something was clicked or typed: a failure from now on leaves doubt.
    touched: bool,
    looks: VecDeque<(usize, Vec<u8>)>,
    page: Option<Value>,
    /// What was typed and must not come back in what was read.
    typed: Vec<Plain>,
}

impl<'a> Scene<'a> {
    fn new(work: &'a Work<'a>, base: Url, input: Map<String, Value>) -> Self {
        let (kept, notes, looks, typed) = (Map::new(), Vec::new(), VecDeque::new(), Vec::new());
        Self { work, base, input, kept, notes, touched: false, looks, page: None, typed }
    }
}

impl Player {
    pub fn new(egress: Egress, clock: Arc<dyn Clock>) -> Self {
        Self { egress, clock, program: Driver::program().map(PathBuf::from), room: Semaphore::new(BROWSERS_MAX) }
    }

    pub async fn play(&self, work: &Work<'_>) -> Played {
        let began = self.clock.now();
        let (outcome, Seen { notes, picture, looks, page }) = match self.prepare(work) {
            Ok(scene) => self.perform(scene).await,
            Err(failure) => (Err(failure), Seen::default()),
        };
        let exchange = Exchange {
            method: "ROBOT".to_owned(),
            url: work.robot.base_url.clone(),
            took_ms: self.clock.now() - began,
            sent: redact(work.input),
            got: json!({"steps": notes, "answer": outcome.as_ref().map(redact).unwrap_or_default()}),
            error: outcome.as_ref().err().map(|failure| failure.message.clone()),
            ..Exchange::default()
        };
        Played { done: Done { outcome, exchange }, picture, looks: looks.into(), page }
    }

    fn prepare<'a>(&self, work: &'a Work<'a>) -> Result<Scene<'a>, Failure> {
        self.egress.check_address(&work.robot.base_url)?;
        let base = qn_egress::check_url(&work.robot.base_url)?;
        if work.routine.steps.len() > STEPS_MAX {
            return Err(Failure::new(Kind::Limit, format!("a routine has at most {STEPS_MAX} steps")).zh(format!("最多 {STEPS_MAX} 步")));
        }
        match fitted(&work.routine.input, work.input)? {
            Value::Object(input) => Ok(Scene::new(work, base, input)),
            _ => Err(Failure::invalid("the input is not an object").zh("输入应为对象")),
        }
    }

    async fn perform(&self, mut scene: Scene<'_>) -> (Result<Value, Failure>, Seen) {
        let limit = Duration::from_millis(scene.work.timeout_ms.clamp(1, TIMEOUT_MS_MAX));
        let Ok(Ok(_place)) = timeout(limit, self.room.acquire()).await else {
            return (Err(Failure::new(Kind::Unavailable, "all browsers are busy").zh("浏览器都在忙")), Seen::default());
        };
        let (driver, gate) = match timeout(limit, self.browser(&scene)).await {
            Ok(Ok(ready)) => ready,
            Ok(Err(failure)) => return (Err(failure), Seen::default()),
            Err(_) => {
                return (Err(Failure::new(Kind::Timeout, "the browser did not start in time").zh("浏览器没有按时启动")), Seen::default());
            }
        };
        let played = timeout(limit, self.steps(&driver, &mut scene)).await;
        let outcome = match played {
            Ok(outcome) => outcome,
            Err(_) => {
                let ms = limit.as_millis();
                Err(Failure::new(Kind::Timeout, format!("not done within {ms} ms")).zh(format!("没有在 {ms} 毫秒内做完")))
            }
        };
        if scene.work.watched {
            scene.look_around(&driver).await;
        }
        let outcome = match outcome {
            Ok(()) => Ok(scene.given()),
            Err(failure) if scene.touched => Err(blocked(failure, gate.refused()).in_doubt()),
            Err(failure) => Err(blocked(failure, gate.refused())),
        };
        let picture = match outcome {
            Ok(_) => None,
            Err(_) => timeout(Duration::from_millis(LOOK_MS), driver.screenshot()).await.ok().and_then(Result::ok),
        };
        let Scene { notes, looks, page, .. } = scene;
        (outcome, Seen { notes, picture, looks, page })
    }

    async fn browser(&self, scene: &Scene<'_>) -> Result<(Driver, Gate), Failure> {
        let program = self.program.as_deref().ok_or_else(|| {
            Failure::new(Kind::Invalid, "chromedriver is not installed on the server (Debian: apt-get install chromium-driver)")
                .zh("服务器没有安装 chromedriver（Debian：apt-get install chromium-driver）")
        })?;
        let mut hosts: Vec<Binding> = scene.work.robot.hosts.iter().filter_map(|host| Binding::parse(host)).collect();
        let own = scene.base.host_str().unwrap_or_default();
        hosts.extend(Binding::parse(&scene.base.port().map_or_else(|| own.to_owned(), |port| format!("{own}:{port}"))));
        let permits = move |url: &Url| hosts.iter().any(|host| host.permits(url));
        let gate = self
            .egress
            .gate(permits)
            .await
            .map_err(|error| Failure::new(Kind::Unavailable, format!("no gate: {error}")).zh("浏览器的网络出口没有打开"))?;
        Ok((Driver::start(program, gate.address()).await?, gate))
    }

    async fn steps(&self, driver: &Driver, scene: &mut Scene<'_>) -> Result<(), Failure> {
        let work = scene.work;
        for (place, step) in work.routine.steps.iter().enumerate() {
            let began = self.clock.now();
            let went_on = scene.play(driver, step).await;
            let took_ms = self.clock.now() - began;
            let failure = went_on.as_ref().err();
            let (error, zh) =
                (failure.map(|failure| failure.message.clone()), failure.map(|failure| failure.zh.clone()).filter(|zh| !zh.is_empty()));
            scene.notes.push(json!({"step": step.shown(), "took_ms": took_ms, "error": error, "error_zh": zh}));
            if work.watched {
                scene.look(driver, place).await;
            }
            if !went_on.map_err(|failure| at_step(step, failure))? {
                scene.kept.insert("was_done".to_owned(), true.into());
                return Ok(());
            }
        }
        Ok(())
    }
}

fn at_step(step: &Step, failure: Failure) -> Failure {
    let zh = if failure.zh.is_empty() { &failure.message } else { &failure.zh };
    Failure { message: format!("{}: {}", step.shown(), failure.message), zh: format!("{}：{zh}", step.shown()), ..failure }
}

/// What was noted and seen on the way.
#[derive(Default)]
struct Seen {
    notes: Vec<Value>,
    picture: Option<Vec<u8>>,
    looks: VecDeque<(usize, Vec<u8>)>,
    page: Option<Value>,
}

impl Scene<'_> {
    /// A page that cannot be seen is no reason to stop.
    async fn look(&mut self, driver: &Driver, place: usize) {
        let Ok(Ok(picture)) = timeout(Duration::from_millis(LOOK_MS), driver.screenshot()).await else { return };
        if self.looks.len() == LOOKS_MAX {
            self.looks.pop_front();
        }
        self.looks.push_back((place, picture));
    }

    /// The last page as it is once it has come to rest, and what is on it.
    async fn look_around(&mut self, driver: &Driver) {
        let _ = timeout(Duration::from_millis(LOOK_MS), driver.settle()).await;
        if let Some((place, _)) = self.looks.pop_back() {
            self.look(driver, place).await;
        }
        self.page = timeout(Duration::from_millis(LOOK_MS), driver.survey()).await.ok().and_then(Result::ok);
    }

    /// What was kept, without the secrets that a page may have shown again.
    fn given(&mut self) -> Value {
        let mut given = Value::Object(std::mem::take(&mut self.kept));
        for secret in &self.typed {
            scrub(&mut given, secret.reveal());
        }
        given
    }

    /// False: nothing is left to do.
    async fn play(&mut self, driver: &Driver, step: &Step) -> Result<bool, Failure> {
        match step {
            Step::Open { url } => {
                let path = self.filled(url, true)?;
                let url = self.base.join(&path).map_err(|_| Failure::invalid("no address").zh("网址不正确"))?;
                if url.origin() != self.base.origin() {
                    return Err(Failure::new(Kind::Refused, "the address leads away from the base").zh("网址不在机器人的网页地址之下"));
                }
                driver.open(&url).await?;
            }
            Step::Fill { at, value } => {
                let value = self.filled(value, false)?;
                driver.fill(at, &value).await?;
            }
            Step::FillSecret { at, secret } => {
                driver.wait(at).await?;
                let secret = self.work.secrets.open(secret, &driver.address().await?).await?;
                driver.fill(at, secret.reveal()).await?;
                // a field that shows what is typed must not show it in pictures
                driver.cover(at).await?;
                self.typed.push(secret);
            }
            Step::Choose { at, value } => {
                let value = self.filled(value, false)?;
                driver.choose(at, &value).await?;
            }
            Step::Click { at } => {
                self.touched = true;
                driver.click(at).await?;
            }
            Step::Wait { at } => driver.wait(at).await?,
            Step::Expect { at, contains } => driver.expect(at, &self.filled(contains, false)?).await?,
            Step::DoneIf { at, contains } => return Ok(!driver.text(at).await?.contains(&self.filled(contains, false)?)),
            Step::Read { at, save } => _ = self.kept.insert(save.clone(), driver.text(at).await?.into()),
            Step::Table { at, save } => _ = self.kept.insert(save.clone(), driver.table(at).await?),
            Step::Download { at, save } => _ = self.kept.insert(save.clone(), driver.download(at).await?),
        }
        Ok(true)
    }

    /// `{name}` replaced by inputs; encoded where the text is an address.
    fn filled(&self, text: &str, is_address: bool) -> Result<String, Failure> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| Failure::invalid("a bracket is not closed").zh("大括号没有结束"))?;
            let value = match (name, self.input.get(name)) {
                ("key", None) => self.work.key.to_owned(),
                (_, Some(Value::String(text))) => text.clone(),
                (_, Some(other)) if !other.is_null() => other.to_string(),
                _ => return Err(Failure::invalid(format!("the routine needs the input {name:?}")).zh(format!("缺少输入 {name:?}"))),
            };
            out.push_str(before);
            match is_address {
                true => out.push_str(&url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")),
                false => out.push_str(&value),
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Says so when pages wanted more than they may: that is often why something is not there.
fn blocked(failure: Failure, refused: u64) -> Failure {
    match refused {
        0 => failure,
        n => Failure { message: format!("{} ({n} requests to hosts that are not allowed were blocked)", failure.message), ..failure },
    }
}

/// Shorter texts would be found everywhere.
const SCRUBBED_BYTES_MIN: usize = 6;

fn scrub(value: &mut Value, secret: &str) {
    match value {
        Value::String(text) if secret.len() >= SCRUBBED_BYTES_MIN && text.contains(secret) => *text = text.replace(secret, "***"),
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, secret)),
        Value::Object(fields) => fields.values_mut().for_each(|field| scrub(field, secret)),
        _ => {}
    }
}
