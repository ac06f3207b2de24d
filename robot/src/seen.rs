//! What is noted of steps and seen of pages, for records and for whoever looks on.

use crate::driver::Driver;
use crate::file::Download;
use crate::scene::Scene;
use qn_connector::{Failure, Step, redact};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::timeout;

/// Pictures of one watched play; each has up to a few hundred KiB.
const LOOKS_MAX: usize = 30;
pub(crate) const LOOK_MS: u64 = 5_000;

#[derive(Default)]
pub(crate) struct Seen {
    pub notes: Vec<Value>,
    /// PNG of the page where it failed.
    pub picture: Option<Vec<u8>>,
    pub looks: VecDeque<(usize, Vec<u8>)>,
    pub page: Option<Value>,
    /// What was downloaded, where all went well.
    pub files: Vec<Download>,
}

impl Seen {
    pub fn note(&mut self, step: &Step, took_ms: i64, failure: Option<&Failure>) {
        let (error, zh) =
            (failure.map(|failure| failure.message.clone()), failure.map(|failure| failure.zh.clone()).filter(|zh| !zh.is_empty()));
        self.notes.push(json!({"step": step.shown(), "took_ms": took_ms, "error": error, "error_zh": zh}));
    }

    /// What is recorded of failures holds no personal data: a page's words may repeat what was typed.
    pub fn veil(&mut self) {
        for note in &mut self.notes {
            for name in ["error", "error_zh"] {
                if let Some(words) = note.get_mut(name) {
                    *words = redact(words);
                }
            }
        }
    }

    /// A page that cannot be seen is no reason to stop.
    pub async fn look(&mut self, driver: &Driver, scene: &Scene, place: usize) {
        let Some(picture) = shot(driver, scene).await else { return };
        if self.looks.len() == LOOKS_MAX {
            self.looks.pop_front();
        }
        self.looks.push_back((place, picture));
    }

    /// The page as it is once it has come to rest, and what is on it; `place` is the step that led there.
    pub async fn look_around(&mut self, driver: &Driver, scene: &Scene, place: Option<usize>) {
        let _ = timeout(Duration::from_millis(LOOK_MS), driver.settle()).await;
        if let Some(place) = place {
            self.look(driver, scene, place).await;
        }
        self.page = timeout(Duration::from_millis(LOOK_MS), driver.survey()).await.ok().and_then(Result::ok);
        if let Some(page) = &mut self.page {
            scene.conceal(page);
        }
    }
}

/// None as well where a secret could not be covered.
pub(crate) async fn shot(driver: &Driver, scene: &Scene) -> Option<Vec<u8>> {
    let covered = async {
        scene.cover(driver).await?;
        driver.screenshot().await
    };
    timeout(Duration::from_millis(LOOK_MS), covered).await.ok().and_then(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_of_a_failure_holds_no_personal_data() {
        let mut seen = Seen::default();
        let failure = Failure::invalid("#phone never said \"13812345678\"").zh("#phone 一直没有出现 13812345678");
        seen.note(&Step::Wait { at: "#phone".into() }, 1, Some(&failure));
        seen.note(&Step::Wait { at: "#ok".into() }, 1, None);
        seen.veil();
        let told = Value::from(seen.notes.clone()).to_string();
        assert!(told.contains("never said") && told.contains("没有出现") && !told.contains("138"), "{told}");
        assert_eq!(seen.notes[1]["error"], Value::Null);
    }
}
