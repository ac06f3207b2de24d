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
/// A page that leads to another by itself, which leads to a third.
const PAGES_MAX: usize = 3;

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
        if let Some(picture) = shot(driver, scene).await {
            self.keep(place, picture);
        }
    }

    fn keep(&mut self, place: usize, picture: Vec<u8>) {
        if self.looks.len() == LOOKS_MAX {
            self.looks.pop_front();
        }
        self.looks.push_back((place, picture));
    }

    /// The page as it is once it has come to rest, and what is on it; `place` is the step that led there. One that gives way to another
    /// while it is looked at is not what a person would see: then the other is looked at.
    pub async fn look_around(&mut self, driver: &Driver, scene: &Scene, place: Option<usize>) {
        let mut looked = look_once(driver, scene).await;
        for _ in 1..PAGES_MAX {
            if looked.stayed {
                break;
            }
            looked = look_once(driver, scene).await;
        }
        if let (Some(place), Some(picture)) = (place, looked.picture) {
            self.keep(place, picture);
        }
        self.page = looked.page;
        if let Some(page) = &mut self.page {
            scene.conceal(page);
        }
    }
}

/// A page, looked at once.
struct Looked {
    picture: Option<Vec<u8>>,
    page: Option<Value>,
    /// It was the same from when it came to rest to the end.
    stayed: bool,
}

async fn look_once(driver: &Driver, scene: &Scene) -> Looked {
    let at_rest = in_time(driver.settle()).await;
    let (picture, page) = (shot(driver, scene).await, in_time(driver.survey()).await);
    let stayed = at_rest.is_some() && at_rest == in_time(driver.born()).await;
    Looked { picture, page, stayed }
}

/// None: late, or it could not be done.
async fn in_time<T>(asked: impl Future<Output = Result<T, Failure>>) -> Option<T> {
    timeout(Duration::from_millis(LOOK_MS), asked).await.ok().and_then(Result::ok)
}

/// None as well where a secret could not be covered.
pub(crate) async fn shot(driver: &Driver, scene: &Scene) -> Option<Vec<u8>> {
    let covered = async {
        scene.cover(driver).await?;
        driver.screenshot().await
    };
    in_time(covered).await
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
