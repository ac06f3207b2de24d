//! A routine played from its first step: checked input, one browser, every step noted, a picture where it failed; for whoever writes
//! the routine, a picture after every step and what is on the last page.

use crate::driver::Driver;
use crate::file::Download;
use crate::scene::Scene;
use crate::seen::{Seen, shot};
use qn_base::Clock;
use qn_connector::{Binding, Done, Exchange, Failure, Kind, Robot, Routine, Secrets, Step, fitted, redact};
use qn_egress::{Egress, Gate};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use url::Url;

/// Browsers at the same time; each takes about 200 MiB.
const BROWSERS_MAX: usize = 2;
/// Of these at most so many stay with somebody who records: calls find at least one.
const RECORDED_MAX: usize = 1;
const TIMEOUT_MS_MAX: u64 = 120_000;
const STEPS_MAX: usize = 200;

pub struct Player {
    egress: Egress,
    pub(crate) clock: Arc<dyn Clock>,
    /// None: not installed.
    program: Option<PathBuf>,
    room: Arc<Semaphore>,
    pub(crate) recorded: Arc<Semaphore>,
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
    /// PNG of the page after each step, by the step's place; the newest 30. Only of what is watched.
    pub looks: Vec<(usize, Vec<u8>)>,
    /// What is on the page in the end. Only of what is watched.
    pub page: Option<Value>,
    /// What was downloaded, where all went well; the answer tells of each under its name.
    pub files: Vec<Download>,
}

/// A browser behind its gate, in its place among the few there may be. All of it ends with the value, the process first.
pub(crate) struct Browser {
    pub driver: Driver,
    pub gate: Gate,
    _place: OwnedSemaphorePermit,
}

impl Player {
    pub fn new(egress: Egress, clock: Arc<dyn Clock>) -> Self {
        let [room, recorded] = [BROWSERS_MAX, RECORDED_MAX].map(|many| Arc::new(Semaphore::new(many)));
        Self { egress, clock, program: Driver::program().map(PathBuf::from), room, recorded }
    }

    pub async fn play(&self, work: &Work<'_>) -> Played {
        let began = self.clock.now();
        let mut seen = Seen::default();
        let outcome = match self.raise(work).await {
            Ok((browser, mut scene)) => self.perform(work, &browser, &mut scene, &mut seen).await,
            Err(failure) => Err(failure),
        };
        let took_ms = self.clock.now() - began;
        if !work.watched {
            seen.veil();
        }
        told(&work.robot.base_url, redact(work.input), took_ms, outcome, seen)
    }

    /// What is needed before the first step, once there is a browser free.
    pub(crate) async fn raise(&self, work: &Work<'_>) -> Result<(Browser, Scene), Failure> {
        let scene = self.prepare(work)?;
        let limit = work.limit();
        let Ok(Ok(place)) = timeout(limit, Arc::clone(&self.room).acquire_owned()).await else {
            return Err(Failure::new(Kind::Unavailable, "all browsers are busy").zh("浏览器都在忙"));
        };
        let started = timeout(limit, self.start(work.robot, &scene.base)).await;
        let (driver, gate) =
            started.unwrap_or_else(|_| Err(Failure::new(Kind::Timeout, "the browser did not start in time").zh("浏览器没有按时启动")))?;
        Ok((Browser { driver, gate, _place: place }, scene))
    }

    fn prepare(&self, work: &Work<'_>) -> Result<Scene, Failure> {
        self.egress.check_address(&work.robot.base_url)?;
        let base = qn_egress::check_url(&work.robot.base_url)?;
        if work.routine.steps.len() > STEPS_MAX {
            return Err(Failure::new(Kind::Limit, format!("a routine has at most {STEPS_MAX} steps")).zh(format!("最多 {STEPS_MAX} 步")));
        }
        match fitted(&work.routine.input, work.input)? {
            Value::Object(input) => Ok(Scene::new(base, input, work.key)),
            _ => Err(Failure::invalid("the input is not an object").zh("输入应为对象")),
        }
    }

    async fn start(&self, robot: &Robot, base: &Url) -> Result<(Driver, Gate), Failure> {
        let program = self.program.as_deref().ok_or_else(|| {
            Failure::new(Kind::Invalid, "chromedriver is not installed on the server (Debian: apt-get install chromium-driver)")
                .zh("服务器没有安装 chromedriver（Debian：apt-get install chromium-driver）")
        })?;
        let mut hosts: Vec<Binding> = robot.hosts.iter().filter_map(|host| Binding::parse(host)).collect();
        let own = base.host_str().unwrap_or_default();
        hosts.extend(Binding::parse(&base.port().map_or_else(|| own.to_owned(), |port| format!("{own}:{port}"))));
        let permits = move |url: &Url| hosts.iter().any(|host| host.permits(url));
        let gate = self
            .egress
            .gate(permits)
            .await
            .map_err(|error| Failure::new(Kind::Unavailable, format!("no gate: {error}")).zh("浏览器的网络出口没有打开"))?;
        Ok((Driver::start(program, gate.address()).await?, gate))
    }

    /// All steps of the routine, and what they kept.
    pub(crate) async fn perform(&self, work: &Work<'_>, browser: &Browser, scene: &mut Scene, seen: &mut Seen) -> Result<Value, Failure> {
        let limit = work.limit();
        let played = timeout(limit, self.steps(work, &browser.driver, scene, seen)).await;
        let outcome = played.unwrap_or_else(|_| Err(late(limit)));
        if work.watched {
            let last = seen.looks.pop_back().map(|(place, _)| place);
            seen.look_around(&browser.driver, scene, last).await;
        }
        match outcome {
            Ok(()) => {
                seen.files = std::mem::take(&mut scene.files);
                Ok(scene.given())
            }
            Err(failure) => {
                seen.picture = shot(&browser.driver, scene).await;
                Err(browser.judged(failure, scene))
            }
        }
    }

    async fn steps(&self, work: &Work<'_>, driver: &Driver, scene: &mut Scene, seen: &mut Seen) -> Result<(), Failure> {
        for (place, step) in work.routine.steps.iter().enumerate() {
            let began = self.clock.now();
            let went_on = scene.act(driver, work.secrets, step).await.map_err(|failure| scene.concealed(failure));
            seen.note(step, self.clock.now() - began, went_on.as_ref().err());
            if work.watched {
                seen.look(driver, scene, place).await;
            }
            if !went_on.map_err(|failure| at_step(step, failure))? {
                scene.kept.insert("was_done".to_owned(), true.into());
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Work<'_> {
    fn limit(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.clamp(1, TIMEOUT_MS_MAX))
    }
}

impl Browser {
    /// Says so when pages wanted more than they may, which is often why something is not there, and when there is doubt.
    pub fn judged(&self, failure: Failure, scene: &Scene) -> Failure {
        let failure = match self.gate.refused() {
            0 => failure,
            n => Failure { message: format!("{} ({n} requests to hosts that are not allowed were blocked)", failure.message), ..failure },
        };
        if scene.touched { failure.in_doubt() } else { failure }
    }
}

pub(crate) fn late(limit: Duration) -> Failure {
    let ms = limit.as_millis();
    Failure::new(Kind::Timeout, format!("not done within {ms} ms")).zh(format!("没有在 {ms} 毫秒内做完"))
}

pub(crate) fn at_step(step: &Step, failure: Failure) -> Failure {
    let zh = if failure.zh.is_empty() { &failure.message } else { &failure.zh };
    Failure { message: format!("{}: {}", step.shown(), failure.message), zh: format!("{}：{zh}", step.shown()), ..failure }
}

/// What is told and recorded of it.
pub(crate) fn told(base_url: &str, sent: Value, took_ms: i64, outcome: Result<Value, Failure>, seen: Seen) -> Played {
    let Seen { notes, picture, looks, page, files } = seen;
    let mut exchange = Exchange {
        method: "ROBOT".to_owned(),
        url: base_url.to_owned(),
        took_ms,
        sent,
        got: json!({"steps": notes, "answer": outcome.as_ref().map(redact).unwrap_or_default()}),
        ..Exchange::default()
    };
    if let Err(failure) = &outcome {
        exchange.failed(failure);
    }
    Played { done: Done { outcome, exchange }, picture, looks: looks.into(), page, files }
}
