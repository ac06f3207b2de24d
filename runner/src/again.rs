//! Runs that go on otherwise than they were going: one that failed from the step that failed, one that waits under another version.
//! Both write the state they go on from into the journal, so what came before stays readable and is not run again.

use crate::error::{Error, Result};
use crate::people;
use crate::recover::{self, Read};
use crate::run::{self, Driven};
use crate::runner::Runner;
use crate::task::Claim;
use qn_domain::TenantId;
use qn_store::flow_run::FlowTimer;
use qn_store::{RunChange, RunCommit, RunOutcome};
use qn_workflow::migrate::{NodeMap, migrate};
use qn_workflow::model::ErrorKind;
use qn_workflow::run::Place;
use qn_workflow::{Effect, Entry, Program, RunState, Status, outstanding, replay};
use std::collections::BTreeMap;
use std::time::Duration;

const CLAIM_TRIES: u32 = 20;
const CLAIM_PAUSE: Duration = Duration::from_millis(10);

impl Runner {
    /// A failed run goes on from `step`, or else from the last step that failed, which is asked for again under its key as a further
    /// attempt. Refused once anything was taken back: what was undone must not be built upon.
    pub async fn retry(&self, tenant_id: &TenantId, run_id: &str, step: Option<&str>) -> Result<()> {
        let claim = self.claim(tenant_id, run_id).await?;
        let entries = recover::entries(&self.0, tenant_id, run_id).await?;
        let read = recover::read(&self.0, tenant_id, run_id).await?;
        if read.state.status != Status::Failed {
            return Err(Error::NotSo(run_id.to_owned(), "it has not failed"));
        }
        let now = self.0.clock.now();
        let state = rewound(&read.program, run_id, &entries, step, now)?;
        let flow = read.program.hash.clone();
        let entry = Entry::Moved { flow, map: BTreeMap::new(), state: Box::new(state.clone()), at: now };
        let next = RunState { position: read.state.position + 1, ..state };
        self.go_on(claim, read, entry, next, None, now).await?;
        self.0.places.count(tenant_id, 1);
        Ok(())
    }

    /// A run that waits goes on under another published version; `map` gives old nodes their new names. Everything that stands against
    /// it comes as `Unsound`; `dry` only looks.
    pub async fn move_to(&self, tenant_id: &TenantId, run_id: &str, version_hash: &str, map: &NodeMap, dry: bool) -> Result<()> {
        let claim = self.claim(tenant_id, run_id).await?;
        let read = recover::read(&self.0, tenant_id, run_id).await?;
        let program = self.0.programs.get(&self.0.db, tenant_id, version_hash).await?;
        let now = self.0.clock.now();
        let decision = migrate(&read.program, &program, map, &read.state, now).map_err(Error::Unsound)?;
        let Some(entry) = decision.entries.into_iter().next().filter(|_| !dry) else { return Ok(()) };
        let read = Read { program, ..read };
        self.go_on(claim, read, entry, decision.next, Some(version_hash.to_owned()), now).await
    }

    /// A run that is just coming to rest is waited for.
    async fn claim(&self, tenant_id: &TenantId, run_id: &str) -> Result<Claim> {
        for _ in 0..CLAIM_TRIES {
            if let Some((claim, _)) = Claim::take(&self.0, tenant_id, run_id, None) {
                return Ok(claim);
            }
            tokio::time::sleep(CLAIM_PAUSE).await;
        }
        Err(Error::NotSo(run_id.to_owned(), "it is moving; try again"))
    }

    /// Commits the entry, and moves the run from the state it leads to.
    async fn go_on(&self, claim: Claim, read: Read, entry: Entry, next: RunState, version_hash: Option<String>, now: i64) -> Result<()> {
        let run_id = next.run_id.clone();
        let timer = |effect: Effect| match effect {
            Effect::SetTimer { step, due_at } => Some(FlowTimer { run_id: run_id.clone(), step, due_at }),
            _ => None,
        };
        let (set_tasks, drop_tasks) = people::tasks(&read.state, &next, now);
        let commit = RunCommit {
            tenant_id: claim.tenant_id.clone(),
            run_id: run_id.clone(),
            position: i64::try_from(read.state.position).unwrap_or(i64::MAX),
            at: now,
            entries: serde_json::to_string(&[entry]).unwrap_or_default(),
            run: RunChange::Stands { standing: people::standing(&next), error: None, error_zh: None, version_hash },
            set_timers: outstanding(&next).into_iter().filter_map(timer).collect(),
            drop_timers: vec![],
            set_tasks,
            drop_tasks,
            set_values: vec![],
            signal: None,
            effects: vec![],
        };
        match self.0.db.commit_run(commit).await? {
            RunOutcome::Done => {}
            RunOutcome::Duplicate | RunOutcome::Conflict => return Err(Error::Overtaken(run_id)),
        }
        let read = recover::read(&self.0, &claim.tenant_id, &run_id).await?;
        tokio::spawn(run::drive(Driven::woken(claim, read), None));
        Ok(())
    }
}

/// The state before the step failed. What is open is a further attempt, with as much time as it had.
fn rewound(program: &Program, run_id: &str, entries: &[Entry], step: Option<&str>, now: i64) -> Result<RunState> {
    let not = |why| Error::NotSo(run_id.to_owned(), why);
    let at = failure(entries, step).ok_or_else(|| not("no such step failed in it"))?;
    if entries[at..].iter().any(|entry| matches!(entry, Entry::Undoing { .. })) {
        return Err(not("what it had done was taken back; begin a new run"));
    }
    let unreadable = |e: qn_workflow::run::Corrupt| Error::Journal(run_id.to_owned(), e.to_string());
    let mut state = replay(program, run_id, &entries[..at]).map_err(unreadable)?;
    for (id, token) in &mut state.tokens {
        if let Place::Split { due_at: due_at @ Some(_), .. } = &mut token.place {
            let opened = entries[..at].iter().rev().find_map(|entry| match entry {
                Entry::Split { token, due_at: Some(due_at), at, .. } if token == id => Some(due_at - at),
                _ => None,
            });
            *due_at = opened.map(|ms| now + ms);
        }
        let Place::Open(open) = &mut token.place else { continue };
        let opened = entries[..at].iter().rev().find_map(|entry| match entry {
            Entry::Opened { token, due_at, at, .. } if token == id => Some((*due_at, *at)),
            _ => None,
        });
        (open.attempt, open.resting) = (open.attempt + 1, false);
        open.due_at = opened.and_then(|(due_at, at)| Some(now + (due_at? - at)));
    }
    state.position = entries.len() as u64;
    Ok(state)
}

/// Where the journal says that the step failed: of the given one, else the last that did not end by the flow's own decision.
fn failure(entries: &[Entry], wanted: Option<&str>) -> Option<usize> {
    let failed = |entry: &Entry, own: bool| match entry {
        Entry::Closed { step, error: Some(error), .. } | Entry::Failed { step, error, .. } => {
            wanted.is_none_or(|wanted| wanted == step) && (own || error.kind != ErrorKind::Failed)
        }
        _ => false,
    };
    entries.iter().rposition(|entry| failed(entry, false)).or_else(|| entries.iter().rposition(|entry| failed(entry, true)))
}
