//! One moving run: event, decision, commit, act, in a task of its own until it waits or ends. The only place where a decision is
//! committed, and where effects are carried out after that.

use crate::acts::{Errand, FlowName, News};
use crate::error::{Error, Result};
use crate::people;
use crate::recover::{self, Read};
use crate::runner::{Ended, Inner};
use crate::search;
use crate::task::{Claim, Letter};
use crate::values;
use qn_base::{backoff, ids};
use qn_domain::{ContactId, ConversationId};
use qn_store::flow_run::{FlowRun, FlowTimer, RunStanding};
use qn_store::{RunChange, RunCommit, RunOutcome, Told, flow_value};
use qn_workflow::model::ErrorKind;
use qn_workflow::run::{Shared, advance_knowing};
use qn_workflow::{Decision, Effect, Event, Moment, Outcome, Program, Request, RunState, StepError, outstanding};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::task::JoinSet;

/// A store that is busy for longer than this is broken.
const BUSY_TRIES: u32 = 400;
const BUSY_PAUSE: Duration = Duration::from_millis(25);
/// How long a run whose journal could not be written rests before it tries again.
const MEND_MS_MIN: i64 = 100;
const MEND_MS_MAX: i64 = 30_000;

type Answered = (String, u32, Option<Outcome>, i64);

/// What a run is born with beside its program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Birth {
    pub trigger_key: String,
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
}

pub(crate) struct Driven {
    claim: Claim,
    program: Arc<Program>,
    name: Arc<FlowName>,
    pub(crate) state: RunState,
    birth: Birth,
    standing: Option<RunStanding>,
    /// Asked of people, and nobody knows of it yet.
    untold: HashSet<(String, u32)>,
    is_held: bool,
    /// Steps and attempts that are under way, and whether each is given up: one that has not begun then never does.
    pub(crate) under_way: HashMap<(String, u32), Arc<AtomicBool>>,
    /// What takes back a step that is under way, until it is not.
    pub(crate) behind: Vec<Effect>,
    /// In tasks of their own: one may hold the database's only writer just when a decision waits for it.
    acting: JoinSet<Answered>,
    ended: Option<oneshot::Sender<Ended>>,
    /// Its place among the runs that are woken at the same time, until it has gone on.
    place: Option<OwnedSemaphorePermit>,
}

impl Driven {
    /// A run that has not begun.
    pub fn fresh(claim: Claim, program: Arc<Program>, birth: Birth, ended: Option<oneshot::Sender<Ended>>) -> Self {
        let state = RunState::new(claim.run_id.clone());
        let read = Read { program, state, birth, is_held: false, untold: HashSet::new() };
        Self { ended, ..Self::woken(claim, read) }
    }

    /// A run that was read from its journal.
    pub fn woken(claim: Claim, read: Read) -> Self {
        let flow = &read.program.flow;
        let name = Arc::new(FlowName { id: flow.id.clone(), name: flow.name.clone(), name_en: flow.name_en.clone() });
        Self {
            claim,
            name,
            program: read.program,
            state: read.state,
            birth: read.birth,
            standing: None,
            untold: read.untold,
            is_held: read.is_held,
            under_way: HashMap::new(),
            behind: Vec::new(),
            acting: JoinSet::new(),
            ended: None,
            place: None,
        }
    }

    pub fn in_place(self, place: OwnedSemaphorePermit) -> Self {
        Self { place: Some(place), ..self }
    }
}

/// Moves a run until it waits or ends. `first` is what it was woken for.
pub(crate) async fn drive(mut driven: Driven, first: Option<Letter>) {
    if driven.state.position > 0 {
        driven.go_on().await;
    }
    driven.place = None;
    let mut next = first;
    loop {
        match next.take() {
            Some(Letter::Event { event, done }) => {
                let goes_on = driven.handle(event, done).await;
                if !goes_on {
                    return;
                }
            }
            Some(Letter::Hold(held)) => {
                driven.is_held = held;
                driven.owe_outstanding();
            }
            None => {}
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
        let stop = driven.claim.inner.stop.clone();
        next = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            letter = driven.hear() => letter,
        };
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
    /// After its journal was read: what is owed is asked for again, and a decision that was made in pieces goes on.
    async fn go_on(&mut self) {
        self.standing = Some(people::standing(&self.state));
        self.owe_outstanding();
        if let Err(error) = self.take(&Event::Continue).await {
            tracing::debug!(%error, "nothing to go on with");
        }
    }

    /// False: this task has nothing more to do with the run.
    async fn handle(&mut self, event: Event, done: Option<oneshot::Sender<Result<bool>>>) -> bool {
        let mut taken = self.take(&event).await;
        let mut rests = 0;
        while matches!(taken, Err(Error::Store(_) | Error::Overtaken(_))) && self.state.position > 0 {
            if !self.mend(rests).await {
                return false;
            }
            taken = self.take(&event).await;
            rests += 1;
        }
        answer(done, taken);
        // A run that could not begin, or was begun before, is nobody's.
        self.state.position > 0
    }

    /// The journal could not be written: after a rest it is read again, because what it holds now is not known. Tried until it
    /// works; false when the server stops.
    async fn mend(&mut self, rests: u32) -> bool {
        let inner = Arc::clone(&self.claim.inner);
        metrics::counter!("qn_flow_journal_failures_total").increment(1);
        metrics::gauge!("qn_flow_runs_unwritable").increment(1.0);
        let run_id = self.state.run_id.clone();
        let mut rests = rests;
        let mended = loop {
            tracing::error!(run_id, rests, "the journal of a run cannot be written; it rests and is read again");
            let rest_ms = backoff::delay_ms(rests, MEND_MS_MIN, MEND_MS_MAX, random());
            let rest = Duration::from_millis(u64::try_from(rest_ms).unwrap_or(1));
            tokio::select! {
                () = inner.stop.cancelled() => break false,
                () = tokio::time::sleep(rest) => {}
            }
            match recover::read(&inner, &self.claim.tenant_id, &run_id).await {
                Ok(read) => {
                    (self.state, self.untold) = (read.state, read.untold);
                    self.standing = Some(people::standing(&self.state));
                    self.owe_outstanding();
                    break true;
                }
                Err(error) => tracing::error!(%error, run_id, "and it cannot be read"),
            }
            rests += 1;
        };
        metrics::gauge!("qn_flow_runs_unwritable").decrement(1.0);
        mended
    }

    /// The next thing that happens to it.
    async fn hear(&mut self) -> Option<Letter> {
        tokio::select! {
            biased;
            Some(answered) = self.acting.join_next() => match answered {
                Ok((step, attempt, outcome, took_ms)) => {
                    self.under_way.remove(&(step.clone(), attempt));
                    self.go_on_behind();
                    outcome.map(|outcome| Letter::of(Event::Reply { step, attempt, outcome, took_ms }, None))
                }
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                // Everything goes down.
                Err(_) => None,
            },
            letter = self.claim.inbox.recv() => letter,
        }
    }

    /// Decides, commits, and sets about what was decided. False: it was a repetition and changed nothing.
    async fn take(&mut self, event: &Event) -> Result<bool> {
        let mut event = event;
        let mut known = self.shared(event).await?;
        loop {
            let moment = Moment { now: self.claim.inner.clock.now(), random: random() };
            let decision = advance_knowing(&self.program, &self.state, event, moment, &known)?;
            if decision.entries.is_empty() {
                return Ok(true);
            }
            match self.write(event, &decision, moment.now).await? {
                RunOutcome::Done => {}
                RunOutcome::Duplicate => return Ok(false),
                RunOutcome::Conflict => return Err(Error::Overtaken(self.state.run_id.clone())),
            }
            let unfinished = decision.unfinished;
            self.follow(decision);
            if !unfinished {
                return Ok(true);
            }
            (event, known) = (&Event::Continue, Shared::new());
        }
    }

    /// What others keep in the variables that the flow shares; nothing is read for flows that share none.
    async fn shared(&mut self, event: &Event) -> Result<Shared> {
        if matches!(event, Event::Continue) || self.program.shares().is_empty() {
            return Ok(Shared::new());
        }
        let (conversation_id, contact_id) = (self.birth.conversation_id.as_ref(), self.birth.contact_id.as_ref());
        let rows = flow_value::list_for(&self.claim.inner.db, &self.claim.tenant_id, conversation_id, contact_id).await?;
        Ok(values::read(rows))
    }

    /// What was decided is on disk: it is so from here on.
    fn follow(&mut self, decision: Decision) {
        let Decision { effects, next, .. } = decision;
        let (began, before) = (self.standing.is_none(), people::asks_anybody(&self.state));
        self.state = next;
        self.standing = Some(people::standing(&self.state));
        let (inner, tenant_id) = (Arc::clone(&self.claim.inner), &self.claim.tenant_id);
        let ended = self.state.status.is_final().then(|| Ended::of(&self.state));
        if began {
            metrics::counter!("qn_flow_runs_begun_total").increment(1);
            inner.places.count(tenant_id, 1);
        }
        if let Some(ended) = &ended {
            metrics::counter!("qn_flow_runs_ended_total", "status" => ended.status.as_str()).increment(1);
            inner.places.count(tenant_id, -1);
        }
        let asks_people = before || people::asks_anybody(&self.state);
        inner.acts.hear(&News { tenant_id, run_id: &self.state.run_id, asks_people, ended: ended.as_ref() });
        self.owe(effects);
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
        let run_id = self.state.run_id.clone();
        let (mut set_timers, mut drop_timers, mut effects) = (Vec::new(), Vec::new(), Vec::new());
        let talks_in = self.birth.conversation_id.as_ref();
        for effect in &decision.effects {
            match effect {
                Effect::SetTimer { step, due_at } => {
                    set_timers.push(FlowTimer { run_id: run_id.clone(), step: step.clone(), due_at: *due_at });
                }
                Effect::DropTimer { step } => drop_timers.push(step.clone()),
                Effect::Withdraw { step, request } => {
                    let question = talks_in.filter(|_| matches!(**request, Request::Ask { .. }));
                    effects.extend(question.map(|id| people::withdrawn(&run_id, step, id, now, self.state.position)));
                }
                Effect::Act { .. } => {}
            }
        }
        effects.extend(talks_in.and_then(|id| people::owed(&decision.next, &self.name, id, now)));
        let (set_tasks, drop_tasks) = people::tasks(&self.state, &decision.next, now);
        let signal = if let Event::Signal { id, .. } | Event::Correct { id, .. } = event { Some(id.clone()) } else { None };
        RunCommit {
            tenant_id: self.claim.tenant_id.clone(),
            run_id,
            position: i64::try_from(self.state.position).unwrap_or(i64::MAX),
            at: now,
            entries: serde_json::to_string(&decision.entries).unwrap_or_default(),
            run: self.change(decision, now),
            set_timers,
            drop_timers,
            set_tasks,
            drop_tasks,
            set_values: values::kept(&self.state, decision, &self.claim.tenant_id, &self.birth, now),
            signal,
            effects,
        }
    }

    /// What becomes of the run's row.
    fn change(&self, decision: &Decision, now: i64) -> RunChange {
        let standing = people::standing(&decision.next);
        let why = decision.next.error.as_ref().filter(|_| decision.next.status.is_final());
        let (error, error_zh) = (why.map(ToString::to_string), why.map(in_chinese).filter(|zh| !zh.is_empty()));
        match self.standing {
            None => RunChange::Begins(Box::new(FlowRun {
                id: self.state.run_id.clone(),
                tenant_id: self.claim.tenant_id.clone(),
                flow_id: self.program.flow.id.clone(),
                version_hash: self.program.hash.clone(),
                trigger_key: self.birth.trigger_key.clone(),
                standing,
                error,
                error_zh,
                started_at: now,
                changed_at: now,
                conversation_id: self.birth.conversation_id.clone(),
                contact_id: self.birth.contact_id.clone(),
                paused_at: None,
                search: search::words_of(&decision.entries),
            })),
            Some(before) if before == standing => RunChange::None,
            Some(_) => RunChange::Stands { standing, error, error_zh, version_hash: None },
        }
    }

    /// What a restart, a pause or a broken journal left undone. What people were told is not told again.
    fn owe_outstanding(&mut self) {
        let (under_way, untold) = (&self.under_way, &self.untold);
        let owed = outstanding(&self.state).into_iter().filter(|effect| match effect {
            Effect::Act { step, attempt, request, .. } => {
                let place = (step.clone(), *attempt);
                !under_way.contains_key(&place) && (!people::is_for_people(request) || untold.contains(&place))
            }
            _ => true,
        });
        let owed = owed.collect();
        self.owe(owed);
    }

    pub(crate) fn owe(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if self.keep_behind(&effect) {
                continue;
            }
            match effect {
                Effect::Act { step, attempt, key, request } => {
                    if people::is_for_people(&request) {
                        self.untold.insert((step.clone(), attempt));
                    }
                    if self.is_held {
                        continue;
                    }
                    let given_up = Arc::new(AtomicBool::new(false));
                    self.under_way.insert((step.clone(), attempt), Arc::clone(&given_up));
                    let errand = self.errand(step, attempt, key, request);
                    let acting_max = self.program.flow.acting_max;
                    self.acting.spawn(act(Arc::clone(&self.claim.inner), errand, acting_max, given_up));
                }
                Effect::SetTimer { step, due_at } => self.claim.inner.wheel.set(&self.claim.tenant_id, &self.state.run_id, step, due_at),
                Effect::DropTimer { .. } => {}
                Effect::Withdraw { step, request } => {
                    let given_up = self.under_way.iter().filter(|((at, _), _)| *at == step);
                    given_up.for_each(|(_, given_up)| given_up.store(true, Ordering::Release));
                    self.claim.inner.acts.withdraw(&self.state.run_id, &step, &request);
                }
            }
        }
    }

    fn errand(&self, step: String, attempt: u32, key: String, request: Arc<Request>) -> Errand {
        Errand {
            tenant_id: self.claim.tenant_id.clone(),
            run_id: self.state.run_id.clone(),
            flow: Arc::clone(&self.name),
            conversation_id: self.birth.conversation_id.clone(),
            contact_id: self.birth.contact_id.clone(),
            step,
            attempt,
            key,
            request,
        }
    }
}

async fn act(inner: Arc<Inner>, errand: Errand, acting_max: Option<u32>, given_up: Arc<AtomicBool>) -> Answered {
    let _place = inner.places.enter(&errand.tenant_id, &errand.flow.id, acting_max).await;
    if given_up.load(Ordering::Acquire) {
        return (errand.step, errand.attempt, None, 0);
    }
    let began = inner.clock.now();
    let outcome = inner.acts.act(&errand).await;
    let took_ms = inner.clock.now() - began;
    if outcome.is_none() && people::is_for_people(&errand.request) {
        let told = Told { run_id: errand.run_id, step: errand.step.clone(), attempt: i64::from(errand.attempt) };
        if let Err(error) = inner.db.tell_flow_task(told).await {
            // It is told once more after a restart, under the same key.
            tracing::warn!(%error, "that a question was asked could not be noted");
        }
    }
    (errand.step, errand.attempt, outcome, took_ms)
}

/// What a flow ends with by its own words is said in them.
fn in_chinese(why: &StepError) -> String {
    let own = why.zh.is_empty() && why.kind == ErrorKind::Failed;
    if own { why.message.clone() } else { why.zh.clone() }
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
