//! The conversation's side of a run: carries out what is to be said, asked and done in the desk. Each is committed at most once, by
//! the errand's key; a database that is away for a moment is waited for.

use super::desk;
use super::talk::{Beneath, Wordings};
use crate::{Engine, EngineError, Result};
use qn_base::{backoff, ids};
use qn_runner::{Acting, Acts, Errand, News};
use qn_workflow::model::ErrorKind;
use qn_workflow::{Outcome, Request, StepError};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// About a minute; then the step fails as unavailable.
const TRIES: u32 = 12;
const PAUSE_MS_MIN: i64 = 50;
const PAUSE_MS_MAX: i64 = 10_000;

pub(super) struct ConversationActs {
    engine: Weak<Engine>,
}

impl ConversationActs {
    pub fn new(engine: Weak<Engine>) -> Self {
        Self { engine }
    }
}

impl Acts for ConversationActs {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        Box::pin(async move {
            match self.engine.upgrade() {
                Some(engine) => carry_out(&engine, errand).await,
                // The house is closing; the next start asks again.
                None => std::future::pending().await,
            }
        })
    }

    fn hear(&self, news: &News<'_>) {
        let Some(engine) = self.engine.upgrade() else { return };
        engine.flows.news.hear(news);
        // What its end owes the conversation is in the outbox.
        engine.wakes.outbox.notify_one();
    }
}

async fn carry_out(engine: &Arc<Engine>, errand: &Errand) -> Option<Outcome> {
    let mut tries = 0;
    loop {
        match once(engine, errand).await {
            Err(EngineError::Store(_) | EngineError::Conflict) if tries + 1 < TRIES => {
                let pause_ms = backoff::delay_ms(tries, PAUSE_MS_MIN, PAUSE_MS_MAX, random());
                tokio::time::sleep(Duration::from_millis(pause_ms.unsigned_abs())).await;
                tries += 1;
            }
            Ok(outcome) => return outcome,
            Err(error) => return Some(Err(step_error(&error))),
        }
    }
}

async fn once(engine: &Arc<Engine>, errand: &Errand) -> Result<Option<Outcome>> {
    match &*errand.request {
        Request::Say { text, buttons, variants, rich, last } => {
            engine.flow_says(errand, &Wordings { text, variants }, &Beneath { buttons, rich }, *last).await.map(Some)
        }
        Request::Typing { until } => engine.flow_types(errand, *until).await.map(|()| None),
        Request::Ask { .. } => engine.flow_asks(errand).await,
        Request::Approve { who, title, also, .. } => {
            if also.is_some() {
                engine.flows.hours.notify_one();
            }
            engine.flow_waits(errand, who, title).await.map(|()| None)
        }
        Request::Desk(wanted) => desk::carry_out(engine, errand, wanted).await.map(Some),
        Request::Listen { about: Some(_), .. } => engine.flow_listens(errand).await.map(|()| None),
        Request::Call(_) | Request::Connect(_) | Request::Wait | Request::Listen { .. } => {
            Ok(Some(Err(StepError::new(ErrorKind::Invalid, "nobody here can do this").zh("这里没有谁能做这件事"))))
        }
    }
}

fn step_error(error: &EngineError) -> StepError {
    let kind = match error {
        EngineError::Store(qn_store::Error::NotFound { .. }) | EngineError::NotFound { .. } | EngineError::Invalid { .. } => {
            ErrorKind::Invalid
        }
        EngineError::Move(_) | EngineError::Blocked => ErrorKind::Refused,
        _ => ErrorKind::Unavailable,
    };
    StepError::new(kind, error.to_string())
}

fn random() -> u32 {
    let mut bytes = [0u8; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
