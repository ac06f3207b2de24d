//! The face of the engine: publish, start, answer, signal, cancel. Runs that move are tasks of their own; runs that wait are rows
//! in the store and nothing in memory.

use crate::acts::Acts;
use crate::error::{Error, Result};
use crate::places::{Limits, Places};
use crate::programs::Programs;
use crate::run::{self, Birth, Driven};
use crate::task::{Claim, Letter};
use crate::wheel::{self, Wheel};
use crate::{care, recover};
use qn_base::{Clock, ids};
use qn_domain::{ContactId, ConversationId, TenantId};
use qn_store::flow_task::{self, FlowTask};
use qn_store::flow_version::{self, FlowVersion};
use qn_store::{Db, flow_run};
use qn_workflow::run::{Correctable, Refusal, correctable};
use qn_workflow::{Context, Entry, Event, Flow, Outcome, RunState, Status, StepError};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OnceCell, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Runs that are read from the store, and go on, at the same time.
const WAKING_MAX: usize = 64;
/// How long a stop waits for runs to lay down what they are at.
const STOP_WITHIN: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Runner(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub acts: Arc<dyn Acts>,
    pub programs: Programs,
    pub wheel: Arc<Wheel>,
    pub waking: Arc<Semaphore>,
    pub places: Places,
    /// Somebody else wrote runs.
    pub written: Arc<Notify>,
    /// The runs a stopped server left are counted.
    pub counted: OnceCell<()>,
    /// Cancelled when the server stops: runs lay down what they are at, and the next start goes on.
    pub stop: CancellationToken,
    /// Runs that have a task, and how to reach it.
    pub moving: Mutex<HashMap<String, mpsc::UnboundedSender<Letter>>>,
}

/// A run to start.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    pub tenant_id: &'a TenantId,
    /// Content hash of the version.
    pub version_hash: &'a str,
    /// A fresh one when none is given. Whoever gives one gives a trigger key that goes with it.
    pub run_id: Option<String>,
    /// The same key starts no second run; none starts one each time.
    pub trigger_key: Option<&'a str>,
    pub input: Map<String, Value>,
    /// What the flow reads as `context`.
    pub context: Box<Context>,
    /// Where the run talks.
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
}

impl<'a> Wish<'a> {
    /// Without input, and for nobody; add the rest by field.
    pub fn of(tenant_id: &'a TenantId, version_hash: &'a str, trigger_key: Option<&'a str>) -> Self {
        let (input, context) = (Map::new(), Box::default());
        Self { tenant_id, version_hash, run_id: None, trigger_key, input, context, conversation_id: None, contact_id: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    pub run_id: String,
    /// The trigger had started this run before.
    pub repeated: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    pub run_id: String,
    pub status: Status,
    pub output: Value,
    pub error: Option<StepError>,
}

impl Ended {
    pub(crate) fn of(state: &RunState) -> Self {
        Self { run_id: state.run_id.clone(), status: state.status, output: state.output.clone(), error: state.error.clone() }
    }
}

impl Runner {
    /// Starts the timers and goes on, in the background, with what a stopped server left.
    pub fn start(db: Db, clock: Arc<dyn Clock>, acts: Arc<dyn Acts>) -> Self {
        Self::start_within(db, clock, acts, Limits::default())
    }

    pub fn start_within(db: Db, clock: Arc<dyn Clock>, acts: Arc<dyn Acts>, limits: Limits) -> Self {
        let inner = Arc::new(Inner {
            db,
            clock,
            acts,
            programs: Programs::default(),
            wheel: Arc::default(),
            waking: Arc::new(Semaphore::new(WAKING_MAX)),
            places: Places::new(limits),
            written: Arc::default(),
            counted: OnceCell::new(),
            stop: CancellationToken::new(),
            moving: Mutex::default(),
        });
        tokio::spawn(wheel::turn(Arc::downgrade(&inner)));
        tokio::spawn(recover::watch(Arc::downgrade(&inner)));
        tokio::spawn(care::watch(Arc::downgrade(&inner)));
        Self(inner)
    }

    /// Nothing new is asked of the outside; returns when the runs that move have laid down what they were at, or after a few seconds.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        let waited = async {
            while !self.0.moving.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let _ = tokio::time::timeout(STOP_WITHIN, waited).await;
    }

    /// Another session wrote timers: they are read now.
    pub fn look_at_timers(&self) {
        self.0.wheel.read_anew();
    }

    /// Another session wrote runs: those that owe or are owed something go on, in the background.
    pub fn look_at_runs(&self) {
        self.0.written.notify_one();
    }

    /// Publishes a sound flow; gives its content hash.
    pub async fn publish(&self, tenant_id: &TenantId, flow: Flow, by: &str, note: &str) -> Result<String> {
        let document = serde_json::to_string(&flow).unwrap_or_default();
        let program = self.0.programs.check(&self.0.db, tenant_id, flow).await?;
        let version = FlowVersion {
            tenant_id: tenant_id.to_string(),
            hash: program.hash.clone(),
            flow_id: program.flow.id.clone(),
            number: 0,
            document,
            note: note.to_owned(),
            published_by: by.to_owned(),
            published_at: self.0.clock.now(),
        };
        flow_version::insert(&self.0.db, &version).await?;
        Ok(program.hash)
    }

    /// Returns once the run's beginning is on disk.
    pub async fn begin(&self, wish: Wish<'_>) -> Result<Began> {
        let (began, _) = self.launch(wish, None).await?;
        Ok(began)
    }

    /// Returns once the run has ended. The run goes on when the caller does not wait.
    pub async fn run(&self, wish: Wish<'_>) -> Result<Ended> {
        let (tenant_id, (ended, end)) = (wish.tenant_id, oneshot::channel());
        let (began, repeated) = self.launch(wish, Some(ended)).await?;
        if repeated {
            return self.0.end_of(tenant_id, &began.run_id).await;
        }
        end.await.map_err(|_| Error::Closed)
    }

    async fn launch(&self, wish: Wish<'_>, ended: Option<oneshot::Sender<Ended>>) -> Result<(Began, bool)> {
        let program = self.0.programs.get(&self.0.db, wish.tenant_id, wish.version_hash).await?;
        if self.0.stop.is_cancelled() {
            return Err(Error::Closed);
        }
        let named = wish.run_id.is_some();
        let run_id = wish.run_id.unwrap_or_else(|| format!("run_{}", ids::fresh(self.0.clock.now())));
        let trigger_key = wish.trigger_key.unwrap_or(&run_id).to_owned();
        if named && let Some(run_id) = self.0.first_of(wish.tenant_id, &trigger_key).await? {
            return Ok((Began { run_id, repeated: true }, true));
        }
        self.0.count_left().await?;
        if let Some(max) = self.0.places.full(wish.tenant_id) {
            // A repetition is none too many.
            return match self.0.first_of(wish.tenant_id, &trigger_key).await? {
                Some(run_id) => Ok((Began { run_id, repeated: true }, true)),
                None => Err(Error::Limit(max)),
            };
        }
        let (accepted, answer) = oneshot::channel();
        let event = Event::Start { input: wish.input, context: wish.context };
        let letter = Letter::of(event, Some(accepted));
        let Some((claim, letter)) = Claim::take(&self.0, wish.tenant_id, &run_id, Some(letter)) else {
            return Err(Error::Closed);
        };
        let birth = Birth { trigger_key: trigger_key.clone(), conversation_id: wish.conversation_id, contact_id: wish.contact_id };
        tokio::spawn(run::drive(Driven::fresh(claim, program, birth, ended), letter));
        match answer.await.map_err(|_| Error::Closed)? {
            Ok(true) => Ok((Began { run_id, repeated: false }, false)),
            Ok(false) => {
                let first = self.0.first_of(wish.tenant_id, &trigger_key).await?;
                let run_id = first.ok_or_else(|| Error::NoRun(trigger_key))?;
                Ok((Began { run_id, repeated: true }, true))
            }
            Err(error) => Err(error),
        }
    }

    /// The answer to something a run asked for: a decision, a customer's words.
    pub async fn reply(&self, tenant_id: &TenantId, run_id: &str, step: &str, attempt: u32, outcome: Outcome) -> Result<()> {
        let event = Event::Reply { step: step.to_owned(), attempt, outcome, took_ms: 0 };
        self.tell(tenant_id, run_id, event).await.map(|_| ())
    }

    /// False when this signal was heard before.
    pub async fn signal(&self, tenant_id: &TenantId, run_id: &str, id: &str, name: &str, payload: Value) -> Result<bool> {
        let event = Event::Signal { id: id.to_owned(), name: name.to_owned(), payload, step: None };
        self.tell(tenant_id, run_id, event).await
    }

    /// For a step that listens now. False when the run has heard this signal before, or the step listens no more.
    pub async fn signal_for(&self, tenant_id: &TenantId, run_id: &str, step: &str, signal: (&str, &str), payload: Value) -> Result<bool> {
        let (id, name) = signal;
        let event = Event::Signal { id: id.to_owned(), name: name.to_owned(), payload, step: Some(step.to_owned()) };
        match self.tell(tenant_id, run_id, event).await {
            Err(Error::Refused(Refusal::NotWaiting(_) | Refusal::NotRunning) | Error::NoRun(_)) => Ok(false),
            heard => heard,
        }
    }

    /// The customer takes an answer back while nothing is asked; `reply` is like that of a question. False when this was heard before.
    pub async fn correct(&self, tenant_id: &TenantId, run_id: &str, id: &str, reply: Value) -> Result<bool> {
        self.tell(tenant_id, run_id, Event::Correct { id: id.to_owned(), reply }).await
    }

    /// Whether the run has heard the signal or the correction of this id, also where it has gone on since.
    pub async fn has_heard(&self, tenant_id: &TenantId, run_id: &str, id: &str) -> Result<bool> {
        Ok(flow_run::has_heard(&self.0.db, tenant_id, run_id, id).await?)
    }

    /// What these words could take back in the run as it stands.
    pub async fn correctable(&self, tenant_id: &TenantId, run_id: &str, said: &str) -> Result<Correctable> {
        let read = recover::read(&self.0, tenant_id, run_id).await?;
        Ok(correctable(&read.program, &read.state, said))
    }

    pub async fn cancel(&self, tenant_id: &TenantId, run_id: &str, reason: &str) -> Result<()> {
        self.tell(tenant_id, run_id, Event::Cancel { reason: reason.to_owned() }).await.map(|_| ())
    }

    /// How the run stands now, from its journal.
    pub async fn state(&self, tenant_id: &TenantId, run_id: &str) -> Result<RunState> {
        Ok(recover::read(&self.0, tenant_id, run_id).await?.state)
    }

    /// How a run ended; none while it goes on.
    pub async fn ended(&self, tenant_id: &TenantId, run_id: &str) -> Result<Option<Ended>> {
        Ok(Some(self.0.end_of(tenant_id, run_id).await?).filter(|ended| ended.status.is_final()))
    }

    /// What a run was begun with.
    pub async fn input_of(&self, tenant_id: &TenantId, run_id: &str) -> Result<Map<String, Value>> {
        let entries = recover::entries(&self.0, tenant_id, run_id).await?;
        let begun = entries.into_iter().find_map(|entry| if let Entry::Started { input, .. } = entry { Some(input) } else { None });
        begun.ok_or_else(|| Error::NoRun(run_id.to_owned()))
    }

    /// The run that this trigger began.
    pub async fn begun_by(&self, tenant_id: &TenantId, trigger_key: &str) -> Result<Option<String>> {
        self.0.first_of(tenant_id, trigger_key).await
    }

    /// How many runs stand how.
    pub async fn count(&self, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
        Ok(flow_run::count_by_standing(&self.0.db, tenant_id).await?)
    }

    /// What people are asked, oldest first.
    pub async fn tasks(&self, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<qn_store::Page<FlowTask>> {
        Ok(flow_task::list(&self.0.db, tenant_id, cursor, limit).await?)
    }

    async fn tell(&self, tenant_id: &TenantId, run_id: &str, event: Event) -> Result<bool> {
        let (done, answer) = oneshot::channel();
        self.0.deliver(tenant_id, run_id, event, Some(done)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

impl Inner {
    /// Brings an event to a run, waking it if it waits.
    pub async fn deliver(
        self: &Arc<Self>,
        tenant_id: &TenantId,
        run_id: &str,
        event: Event,
        done: Option<oneshot::Sender<Result<bool>>>,
    ) -> Result<()> {
        let Some((claim, letter)) = Claim::take(self, tenant_id, run_id, Some(Letter::of(event, done))) else { return Ok(()) };
        let read = recover::read(self, tenant_id, run_id).await?;
        if read.state.status.is_final() {
            if let Some(Letter::Event { done: Some(done), .. }) = letter {
                let _ = done.send(Err(Error::Refused(Refusal::NotRunning)));
            }
            return Ok(());
        }
        tokio::spawn(run::drive(Driven::woken(claim, read), letter));
        Ok(())
    }

    /// Counts what a stopped server left, once, before anything new is counted.
    pub async fn count_left(&self) -> Result<()> {
        let count = async || {
            for (tenant_id, count) in flow_run::count_unfinished(&self.db).await? {
                self.places.count(&tenant_id.into(), count);
            }
            Ok::<(), qn_store::Error>(())
        };
        self.counted.get_or_try_init(count).await?;
        Ok(())
    }

    async fn first_of(&self, tenant_id: &TenantId, trigger_key: &str) -> Result<Option<String>> {
        Ok(flow_run::find_by_trigger(&self.db, tenant_id, trigger_key).await?.map(|run| run.id))
    }

    /// How a run ended that may still be moving.
    async fn end_of(self: &Arc<Self>, tenant_id: &TenantId, run_id: &str) -> Result<Ended> {
        Ok(Ended::of(&recover::read(self, tenant_id, run_id).await?.state))
    }
}
