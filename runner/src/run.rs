//! One moving run: event, decision, commit, act, in a task of its own until it waits or ends. The only place where a decision is
//! committed, and where effects are carried out after that.

use crate::acts::Errand;
use crate::error::{Error, Result};
use crate::runner::{Ended, Inner};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use qn_base::ids;
use qn_domain::TenantId;
use qn_store::flow_run::{FlowRun, FlowTimer, RunStanding};
use qn_store::flow_task::FlowTask;
use qn_store::{RunChange, RunCommit, RunOutcome};
use qn_workflow::run::Place;
use qn_workflow::{Decision, Effect, Event, Moment, Outcome, Program, Request, RunState, Status, advance, outstanding};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A store that is busy for longer than this is broken.
const BUSY_TRIES: u32 = 400;
const BUSY_PAUSE: Duration = Duration::from_millis(25);

/// An event for a run. `done` hears true once it is on disk, false if it was a repetition.
pub(crate) struct Letter {
    pub event: Event,
    pub done: Option<oneshot::Sender<Result<bool>>>,
}

type Answered = (String, u32, Option<Outcome>, i64);

pub(crate) struct Driven {
    claim: Claim,
    program: Arc<Program>,
    state: RunState,
    trigger_key: String,
    standing: Option<RunStanding>,
    acting: FuturesUnordered<BoxFuture<'static, Answered>>,
    ended: Option<oneshot::Sender<Ended>>,
}

impl Driven {
    /// A run that has not begun.
    pub fn fresh(claim: Claim, program: Arc<Program>, trigger_key: String, ended: Option<oneshot::Sender<Ended>>) -> Self {
        let state = RunState::new(claim.run_id.clone());
        Self { trigger_key, ended, ..Self::woken(claim, program, state) }
    }

    /// A run that was read from its journal.
    pub fn woken(claim: Claim, program: Arc<Program>, state: RunState) -> Self {
        let (acting, trigger_key) = (FuturesUnordered::new(), String::new());
        Self { claim, program, state, trigger_key, standing: None, acting, ended: None }
    }
}

/// The right to move a run: one task has it, and letters for the run come to it. Given up when dropped.
pub(crate) struct Claim {
    pub inner: Arc<Inner>,
    pub tenant_id: TenantId,
    pub run_id: String,
    inbox: mpsc::UnboundedReceiver<Letter>,
}

impl Claim {
    /// None when another task has the run; the letter, if any, went there.
    pub fn take(inner: &Arc<Inner>, tenant_id: &TenantId, run_id: &str, letter: Option<Letter>) -> Option<(Self, Option<Letter>)> {
        let mut moving = inner.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let letter = match (moving.get(run_id), letter) {
            (Some(task), Some(letter)) => Some(task.send(letter).err()?.0),
            (Some(_), None) => return None,
            (None, letter) => letter,
        };
        let (task, inbox) = mpsc::unbounded_channel();
        moving.insert(run_id.to_owned(), task);
        drop(moving);
        Some((Self { inner: Arc::clone(inner), tenant_id: tenant_id.clone(), run_id: run_id.to_owned(), inbox }, letter))
    }

    /// Gives the run up unless a letter came in the meantime.
    fn rest(&mut self) -> bool {
        let mut moving = self.inner.moving.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.inbox.is_empty() {
            return false;
        }
        moving.remove(&self.run_id);
        self.inbox.close();
        true
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.inbox.is_closed() {
            self.inner.moving.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.run_id);
        }
    }
}

/// Moves a run until it waits or ends. `first` is what it was woken for.
pub(crate) async fn drive(mut driven: Driven, first: Option<Letter>) {
    if driven.state.position > 0 {
        // What people are asked stands in its table; they were told, or see it there.
        let told = |effect: &Effect| matches!(effect, Effect::Act { request, .. } if is_for_people(request));
        let owed = outstanding(&driven.state).into_iter().filter(|effect| !told(effect)).collect();
        driven.owe(owed);
        driven.standing = Some(standing(&driven.state));
        if let Err(error) = driven.take(Event::Continue).await {
            tracing::debug!(%error, "nothing to go on with");
        }
    }
    let mut next = first;
    loop {
        if let Some(Letter { event, done }) = next.take() {
            let taken = driven.take(event).await;
            let stops = matches!(taken, Err(Error::Store(_) | Error::Overtaken(_)));
            if stops {
                tracing::error!(run_id = driven.state.run_id, "a run stopped, its journal could not be written; a restart goes on with it");
            }
            answer(done, taken);
            // A run that could not begin, or was begun before, is nobody's.
            if stops || driven.state.position == 0 {
                return;
            }
        }
        if driven.state.status.is_final() {
            if let Some(ended) = driven.ended.take() {
                let _ = ended.send(Ended::of(&driven.state));
            }
            return;
        }
        let watched = driven.ended.as_ref().is_some_and(|ended| !ended.is_closed());
        if driven.acting.is_empty() && !watched && driven.claim.rest() {
            return;
        }
        next = driven.hear().await;
    }
}

fn answer(done: Option<oneshot::Sender<Result<bool>>>, taken: Result<bool>) {
    match done {
        Some(done) => drop(done.send(taken)),
        None => {
            if let Err(error) = taken {
                tracing::debug!(%error, "an event changed nothing");
            }
        }
    }
}

impl Driven {
    /// The next thing that happens to it.
    async fn hear(&mut self) -> Option<Letter> {
        tokio::select! {
            biased;
            Some((step, attempt, outcome, took_ms)) = self.acting.next(), if !self.acting.is_empty() => {
                outcome.map(|outcome| Letter { event: Event::Reply { step, attempt, outcome, took_ms }, done: None })
            }
            letter = self.claim.inbox.recv() => letter,
        }
    }

    /// Decides, commits, and sets about what was decided. False: it was a repetition and changed nothing.
    async fn take(&mut self, event: Event) -> Result<bool> {
        let mut event = event;
        loop {
            let moment = Moment { now: self.claim.inner.clock.now(), random: random() };
            let decision = advance(&self.program, &self.state, &event, moment)?;
            if decision.entries.is_empty() {
                return Ok(true);
            }
            match self.write(&event, &decision, moment.now).await? {
                RunOutcome::Done => {}
                RunOutcome::Duplicate => return Ok(false),
                RunOutcome::Conflict => return Err(Error::Overtaken(self.state.run_id.clone())),
            }
            let Decision { effects, next, unfinished, .. } = decision;
            self.state = next;
            self.standing = Some(standing(&self.state));
            self.owe(effects);
            if !unfinished {
                return Ok(true);
            }
            event = Event::Continue;
        }
    }

    /// Waits its turn when too many others are being written.
    async fn write(&mut self, event: &Event, decision: &Decision, now: i64) -> Result<RunOutcome> {
        for _ in 0..BUSY_TRIES {
            match self.claim.inner.db.commit_run(self.commit(event, decision, now)).await {
                Err(qn_store::Error::Busy) => tokio::time::sleep(BUSY_PAUSE).await,
                written => return Ok(written?),
            }
        }
        Err(Error::Store(qn_store::Error::Busy))
    }

    fn commit(&self, event: &Event, decision: &Decision, now: i64) -> RunCommit {
        let (run_id, stands) = (self.state.run_id.clone(), standing(&decision.next));
        let error = decision.next.error.as_ref().filter(|_| decision.next.status.is_final()).map(ToString::to_string);
        let run = match self.standing {
            None => RunChange::Begins(Box::new(FlowRun {
                id: run_id.clone(),
                tenant_id: self.claim.tenant_id.clone(),
                flow_id: self.program.flow.id.clone(),
                version_hash: self.program.hash.clone(),
                trigger_key: self.trigger_key.clone(),
                standing: stands,
                error,
                started_at: now,
                changed_at: now,
            })),
            Some(before) if before == stands => RunChange::None,
            Some(_) => RunChange::Stands { standing: stands, error },
        };
        let (mut set_timers, mut drop_timers) = (Vec::new(), Vec::new());
        for effect in &decision.effects {
            match effect {
                Effect::SetTimer { step, due_at } => {
                    set_timers.push(FlowTimer { run_id: run_id.clone(), step: step.clone(), due_at: *due_at });
                }
                Effect::DropTimer { step } => drop_timers.push(step.clone()),
                Effect::Act { .. } | Effect::Withdraw { .. } => {}
            }
        }
        let (set_tasks, drop_tasks) = tasks(&self.state, &decision.next, now);
        let signal = if let Event::Signal { id, .. } = event { Some(id.clone()) } else { None };
        RunCommit {
            tenant_id: self.claim.tenant_id.clone(),
            run_id,
            position: i64::try_from(self.state.position).unwrap_or(i64::MAX),
            at: now,
            entries: serde_json::to_string(&decision.entries).unwrap_or_default(),
            run,
            set_timers,
            drop_timers,
            set_tasks,
            drop_tasks,
            signal,
        }
    }

    fn owe(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Act { step, attempt, key, request } => {
                    let (tenant_id, run_id) = (self.claim.tenant_id.clone(), self.state.run_id.clone());
                    let errand = Errand { tenant_id, run_id, step, attempt, key, request };
                    self.acting.push(Box::pin(act(Arc::clone(&self.claim.inner), errand)));
                }
                Effect::SetTimer { step, due_at } => self.claim.inner.wheel.set(&self.claim.tenant_id, &self.state.run_id, step, due_at),
                Effect::DropTimer { .. } => {}
                Effect::Withdraw { step, request } => self.claim.inner.acts.withdraw(&self.state.run_id, &step, &request),
            }
        }
    }
}

async fn act(inner: Arc<Inner>, errand: Errand) -> Answered {
    let began = inner.clock.now();
    let outcome = inner.acts.act(&errand).await;
    (errand.step, errand.attempt, outcome, inner.clock.now() - began)
}

/// What the run's row says.
fn standing(state: &RunState) -> RunStanding {
    match state.status {
        Status::Done => RunStanding::Done,
        Status::Failed => RunStanding::Failed,
        Status::Cancelled => RunStanding::Cancelled,
        Status::New | Status::Running => {
            // What people are asked stands in a table of its own; everything else is asked for again after a restart.
            let owes = |effect: &Effect| matches!(effect, Effect::Act { request, .. } if !is_for_people(request));
            let ready = state.tokens.values().any(|t| matches!(t.place, Place::Ready | Place::Stranded));
            if ready || outstanding(state).iter().any(owes) { RunStanding::Active } else { RunStanding::Parked }
        }
    }
}

/// What people are asked now and were not, and the other way round.
fn tasks(before: &RunState, after: &RunState, at: i64) -> (Vec<FlowTask>, Vec<String>) {
    let (old, new) = (asked(before), asked(after));
    let is_in = |list: &[(String, u32, Arc<Request>)], step: &str, attempt: u32| list.iter().any(|(s, a, _)| s == step && *a == attempt);
    let set = new.iter().filter(|(step, attempt, _)| !is_in(&old, step, *attempt)).map(|(step, attempt, request)| FlowTask {
        run_id: after.run_id.clone(),
        step: step.clone(),
        attempt: i64::from(*attempt),
        request: serde_json::to_string(request).unwrap_or_default(),
        at,
    });
    let gone = old.iter().filter(|(step, ..)| !new.iter().any(|(s, ..)| s == step)).map(|(step, ..)| step.clone());
    (set.collect(), gone.collect())
}

fn asked(state: &RunState) -> Vec<(String, u32, Arc<Request>)> {
    let open = state.tokens.values().filter_map(|token| match &token.place {
        Place::Open(open) if is_for_people(&open.request) => Some((token.step.to_string(), open.attempt, Arc::clone(&open.request))),
        _ => None,
    });
    open.collect()
}

fn is_for_people(request: &Request) -> bool {
    matches!(request, Request::Approve { .. } | Request::Ask { .. })
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
