//! Recordings of routines: browsers that stay while somebody shows them what to do. Each is one person's; one that nobody uses for a
//! while is ended, and its browser with it.

use super::{Outside, REHEARSAL_MS};
use qn_connector::{Robot, Routine, Step};
use qn_domain::{TenantId, UserId};
use qn_robot::{Played, Session, Work};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// What nobody uses for so long is ended.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// Why nothing was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRecording {
    /// This person has no such recording, or none any more.
    Unknown,
    /// Its browser is gone.
    Ended,
}

/// Whose it is.
type Owner = (TenantId, UserId);

pub(super) struct Recordings {
    idle: Duration,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    open: HashMap<String, Arc<Recording>>,
    /// The server stops: nothing is taken in any more.
    is_closed: bool,
}

struct Recording {
    owner: Owner,
    used: Mutex<Instant>,
    /// It was ended: a step that runs is given up, and the browser goes with it.
    over: CancellationToken,
    session: tokio::sync::Mutex<Session>,
}

impl Outside {
    /// Plays the routine's steps in a browser that stays, with everything they do. An id only where all of them could be done. Who
    /// records already ends that first.
    pub async fn begin_recording(
        &self,
        (tenant_id, user_id): (&TenantId, &UserId),
        (robot, routine): (&Robot, &Routine),
        input: &Value,
    ) -> (Played, Option<String>) {
        self.end_recordings_of(tenant_id, user_id);
        let name = qn_base::ids::fresh(self.0.clock.now());
        let key = format!("try_{name}");
        let secrets = self.vault(tenant_id);
        let work = Work { robot, routine, input, key: &key, timeout_ms: REHEARSAL_MS, secrets: &secrets, watched: true };
        // browsers and pages make for a large future
        let (played, session) = Box::pin(self.0.player.record(&work)).await;
        let owner = (tenant_id.clone(), user_id.clone());
        let id = session.and_then(|session| self.0.recordings.keep(format!("rec_{name}"), owner, session));
        (played, id)
    }

    /// Does a step in somebody's recording. `input` is added to what it was begun with.
    pub async fn record_step(
        &self,
        (tenant_id, user_id): (&TenantId, &UserId),
        id: &str,
        step: &Step,
        input: Map<String, Value>,
    ) -> Result<Played, NotRecording> {
        let recording = self.0.recordings.find(tenant_id, user_id, id)?;
        let stepped = async {
            let mut session = recording.session.lock().await;
            let secrets = self.vault(tenant_id);
            let played = Box::pin(session.step(step, input, &secrets)).await;
            self.seen(id, &recording, &session, played).await
        };
        recording.unless_over(stepped).await
    }

    /// The page of a recording as it is now.
    pub async fn look_at_recording(&self, (tenant_id, user_id): (&TenantId, &UserId), id: &str) -> Result<Played, NotRecording> {
        let recording = self.0.recordings.find(tenant_id, user_id, id)?;
        let looked = async {
            let mut session = recording.session.lock().await;
            let played = Box::pin(session.look()).await;
            self.seen(id, &recording, &session, played).await
        };
        recording.unless_over(looked).await
    }

    /// Ends it if its browser is gone.
    async fn seen(&self, id: &str, recording: &Recording, session: &Session, played: Played) -> Result<Played, NotRecording> {
        *recording.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let is_doubtful = played.done.outcome.is_err() || played.page.is_none();
        if is_doubtful && !Box::pin(session.is_alive()).await {
            self.0.recordings.shelf().open.remove(id);
            return Err(NotRecording::Ended);
        }
        Ok(played)
    }

    /// False: this person has no such recording.
    pub fn end_recording(&self, tenant_id: &TenantId, user_id: &UserId, id: &str) -> bool {
        let Ok(recording) = self.0.recordings.find(tenant_id, user_id, id) else { return false };
        self.0.recordings.shelf().open.remove(id);
        recording.over.cancel();
        // the browser ends here or with the step that runs, and nobody waits for it at the shelf
        drop(recording);
        true
    }

    /// When somebody signs out.
    pub fn end_recordings_of(&self, tenant_id: &TenantId, user_id: &UserId) {
        drop(self.0.recordings.take(|owner| owner.0 == *tenant_id && owner.1 == *user_id));
    }

    /// When the server stops: all browsers are ended, and no recording begins any more.
    pub fn stop_recordings(&self) {
        self.0.recordings.shelf().is_closed = true;
        drop(self.0.recordings.take(|_| true));
    }
}

impl Recordings {
    pub fn new(idle: Option<Duration>) -> Self {
        Self { idle: idle.unwrap_or(IDLE), shelf: Arc::default() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: String, owner: Owner, session: Session) -> Option<String> {
        drop(self.take(|other| *other == owner));
        let (used, session) = (Mutex::new(Instant::now()), tokio::sync::Mutex::new(session));
        let recording = Recording { owner, used, over: CancellationToken::new(), session };
        let mut shelf = self.shelf();
        if shelf.is_closed {
            return None;
        }
        shelf.open.insert(id.clone(), Arc::new(recording));
        tokio::spawn(end_when_idle(Arc::downgrade(&self.shelf), id.clone(), self.idle));
        Some(id)
    }

    fn find(&self, tenant_id: &TenantId, user_id: &UserId, id: &str) -> Result<Arc<Recording>, NotRecording> {
        let found = self.shelf().open.get(id).cloned();
        found.filter(|found| found.owner.0 == *tenant_id && found.owner.1 == *user_id).ok_or(NotRecording::Unknown)
    }

    /// Out of the shelf and over; the browsers end where they are dropped.
    fn take(&self, is_meant: impl Fn(&Owner) -> bool) -> Vec<Arc<Recording>> {
        let taken: Vec<_> = self.shelf().open.extract_if(|_, recording| is_meant(&recording.owner)).map(|(_, one)| one).collect();
        taken.iter().for_each(|recording| recording.over.cancel());
        taken
    }
}

impl Recording {
    /// What is done in it, given up when it is ended.
    async fn unless_over(&self, work: impl Future<Output = Result<Played, NotRecording>>) -> Result<Played, NotRecording> {
        self.over.run_until_cancelled(work).await.unwrap_or(Err(NotRecording::Ended))
    }

    /// How long it may still be left alone. One that is at work is in use.
    fn left(&self, idle: Duration) -> Duration {
        match self.session.try_lock() {
            Ok(_) => idle.saturating_sub(self.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed()),
            Err(_) => idle,
        }
    }
}

async fn end_when_idle(shelf: Weak<Mutex<Shelf>>, id: String, idle: Duration) {
    let mut rest = idle;
    loop {
        sleep(rest).await;
        let Some(shelf) = shelf.upgrade() else { return };
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = shelf.open.get(&id).map(|recording| recording.left(idle)) else { return };
        if left.is_zero() {
            let ended = shelf.open.remove(&id);
            drop(shelf);
            drop(ended);
            return;
        }
        rest = left;
    }
}
