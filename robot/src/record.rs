//! A browser that stays while somebody shows it what to do: each step is done at once, on the page as the one before left it. What was
//! done is not kept here; whoever records writes the list.

use crate::play::{Browser, Played, Player, Work, at_step, late, told};
use crate::scene::Scene;
use crate::seen::{LOOK_MS, Seen};
use qn_base::Clock;
use qn_connector::{Failure, Kind, Secrets, Step};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

/// Longest time of one step; the driver gives a page 30 s.
const STEP: Duration = Duration::from_secs(45);

/// Ends with the value: no process and no profile is left.
pub struct Session {
    browser: Browser,
    scene: Scene,
    clock: Arc<dyn Clock>,
    base_url: String,
    _turn: OwnedSemaphorePermit,
}

impl Player {
    /// Plays the steps there are so far and stays on the page. A session only where all of them could be done.
    pub async fn record(&self, work: &Work<'_>) -> (Played, Option<Session>) {
        let began = self.clock.now();
        let mut seen = Seen::default();
        let (outcome, session) = match self.stay(work, &mut seen).await {
            Ok((given, session)) => (Ok(given), Some(session)),
            Err(failure) => (Err(failure), None),
        };
        let took_ms = self.clock.now() - began;
        (told(&work.robot.base_url, Value::Null, took_ms, outcome, seen), session)
    }

    async fn stay(&self, work: &Work<'_>, seen: &mut Seen) -> Result<(Value, Session), Failure> {
        let turn = Arc::clone(&self.recorded).try_acquire_owned().map_err(|_| {
            Failure::new(Kind::Unavailable, "somebody else is recording on this server: try again when they have ended")
                .zh("这台服务器上正有人在录制，请等对方结束后再试")
        })?;
        let (browser, mut scene) = self.raise(work).await?;
        let given = self.perform(work, &browser, &mut scene, seen).await?;
        if given["was_done"] == Value::Bool(true) {
            return Err(Failure::new(Kind::Refused, "the steps end at “done if”, so nothing can be recorded behind them")
                .zh("步骤在「已做过则结束」处就结束了，后面无法录制"));
        }
        let (clock, base_url) = (Arc::clone(&self.clock), work.robot.base_url.clone());
        Ok((given, Session { browser, scene, clock, base_url, _turn: turn }))
    }
}

impl Session {
    /// Does it now. `input` is added to what the session was begun with; a step that fails leaves the page as it is then.
    pub async fn step(&mut self, step: &Step, input: Map<String, Value>, secrets: &dyn Secrets) -> Played {
        let began = self.clock.now();
        self.scene.input.extend(input);
        let mut seen = Seen::default();
        let went = timeout(STEP, self.scene.act(&self.browser.driver, secrets, step)).await;
        let went = went.unwrap_or_else(|_| Err(late(STEP))).map_err(|failure| self.scene.concealed(failure));
        let took_ms = self.clock.now() - began;
        seen.note(step, took_ms, went.as_ref().err());
        seen.look_around(&self.browser.driver, &self.scene, Some(0)).await;
        if let Ok(false) = went {
            self.scene.kept.insert("was_done".to_owned(), true.into());
        }
        // who records looks at what was downloaded; nobody keeps it
        self.scene.files.clear();
        let outcome = match went {
            Ok(_) => Ok(self.scene.given()),
            Err(failure) => Err(self.browser.judged(at_step(step, failure), &self.scene)),
        };
        told(&self.base_url, Value::Null, took_ms, outcome, seen)
    }

    /// The page as it is now; does nothing.
    pub async fn look(&mut self) -> Played {
        let began = self.clock.now();
        let mut seen = Seen::default();
        seen.look_around(&self.browser.driver, &self.scene, Some(0)).await;
        let took_ms = self.clock.now() - began;
        seen.notes.push(json!({"step": "look", "took_ms": took_ms}));
        told(&self.base_url, Value::Null, took_ms, Ok(json!({})), seen)
    }

    /// False: its browser is gone. One that is only slow is not.
    pub async fn is_alive(&self) -> bool {
        let asked = timeout(Duration::from_millis(LOOK_MS), self.browser.driver.address()).await;
        !matches!(asked, Ok(Err(failure)) if failure.kind == Kind::Unavailable)
    }
}
