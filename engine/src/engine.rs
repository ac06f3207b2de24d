//! The engine as the server wires it: what it needs, what it follows, and the one way a decision becomes durable.

use crate::assist::CannedPages;
use crate::channels::ChannelDesk;
use crate::draft::Draft;
use crate::floors::Floors;
use crate::flows::{FlowDesk, house, stack};
use crate::library::{Compared, Library, Stamps};
use crate::mail::MailDesk;
use crate::namings::Namings;
use crate::presence::Presences;
use crate::settings::{SettingsCache, TenantSettings};
use crate::shelves::Shelves;
use crate::stages::identified::{self, Identified};
use crate::stages::next_step;
use crate::threads::{Threads, conversation_of, stirs_queue};
use crate::turns::Turns;
use crate::workshop::{LiveModels, Runs, TextEncoder, Trainings};
use crate::{EngineError, Result};
use qn_base::{Clock, Timestamp};
use qn_blob::Blobs;
use qn_bus::Hub;
use qn_crypto::Keys;
use qn_domain::{
    Author, AuthorKind, Change, Commit, ContactId, Conversation, ConversationId, Inbox, InboxId, LogEntry, Message, MessageId, Outcome,
    Role, TenantId, UserId,
};
use qn_egress::Egress;
use qn_knowledge::KnowledgeBase;
use qn_llm::Llm;
use qn_nlu::IntentBackend;
use qn_store::{CommitSink, Db, Options};
use quick_cache::sync::Cache;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// A decision that keeps losing races is given up after this many.
pub(crate) const ATTEMPTS: usize = 3;
const CONTACTS_KEPT_MAX: usize = 20_000;

/// What the server hands in.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub intents: Arc<dyn IntentBackend>,
    pub encoder: TextEncoder,
    /// None: everything works without a language model.
    pub llm: Option<Llm>,
    /// None: messages are read as they were written.
    pub translator: Option<crate::Translator>,
    pub egress: Egress,
    pub blobs: Blobs,
    /// Seals what platforms entrust to us: credentials, tokens, reply handles.
    pub keys: Keys,
    pub library: Library,
    /// Where customers' systems reach us, without a trailing slash; in links and attachment addresses.
    pub public_url: String,
}

pub struct Engine {
    pub db: Db,
    pub hub: Arc<Hub>,
    pub clock: Arc<dyn Clock>,
    pub presence: Presences,
    pub knowledge: Arc<KnowledgeBase>,
    pub(crate) intents: Arc<dyn IntentBackend>,
    pub encoder: Arc<TextEncoder>,
    pub llm: Option<Arc<Llm>>,
    pub(crate) translator: Option<crate::Translator>,
    pub(crate) egress: Egress,
    pub blobs: Blobs,
    pub(crate) library: Library,
    pub(crate) stamps: Stamps,
    pub(crate) compared: Compared,
    pub(crate) public_url: String,
    pub(crate) threads: Arc<Threads>,
    pub(crate) turns: Turns,
    pub(crate) contacts: Arc<Cache<String, Identified>>,
    pub(crate) facts_seen: crate::persons::Seen,
    pub(crate) joined: crate::persons::Joined,
    /// Held while match weights are learnt.
    pub(crate) weighing: tokio::sync::Mutex<()>,
    pub(crate) wakes: Arc<Wakes>,
    pub(crate) models: Arc<LiveModels>,
    pub(crate) trainings: Arc<Trainings>,
    pub(crate) runs: Runs,
    pub(crate) shelves: Arc<Shelves>,
    pub(crate) namings: Arc<Namings>,
    pub(crate) canned: Arc<CannedPages>,
    pub(crate) flows: Arc<FlowDesk>,
    pub(crate) channels: Arc<ChannelDesk>,
    pub(crate) mail: MailDesk,
    pub(crate) floors: Arc<Floors>,
    settings: Arc<SettingsCache>,
    /// Hears of every commit; of another session's by `bell`.
    pub(crate) sink: CommitSink,
}

/// What background tasks sleep on.
#[derive(Default)]
pub(crate) struct Wakes {
    /// Tenants whose queue may move.
    pub queues: Mutex<HashSet<TenantId>>,
    pub router: Notify,
    pub outbox: Notify,
    /// What is due by the calendar.
    pub rounds: Notify,
    /// Articles were changed by another session.
    pub articles: Notify,
    /// Sources of articles are to be looked at.
    pub sources: Notify,
    /// Mailboxes came, changed or went.
    pub mailboxes: Notify,
}

impl Wakes {
    pub fn stir(&self, tenant_id: &TenantId) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant_id.clone());
        self.router.notify_one();
    }
}

/// The person who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
}

impl Actor {
    pub(crate) fn author(&self) -> Author {
        Author { kind: AuthorKind::Agent, id: Some(self.user_id.0.clone()), name: self.name.clone() }
    }
}

/// The customer who acts, in one inbox.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    pub contact_id: ContactId,
    pub name: String,
}

/// A message that is durable, and the conversation it left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub message: Arc<Message>,
    pub conversation: Arc<Conversation>,
    /// The same event had been committed before.
    pub replayed: bool,
}

impl Engine {
    /// Opens the database and follows its commit stream: caches first, then sleepers, then live readers.
    pub async fn open(options: &Options, parts: Parts) -> std::result::Result<Arc<Engine>, qn_store::Error> {
        let hub = Arc::new(Hub::default());
        let threads = Arc::new(Threads::default());
        let settings = Arc::new(SettingsCache::default());
        let wakes = Arc::new(Wakes::default());
        let contacts = Arc::new(Cache::new(CONTACTS_KEPT_MAX));
        let models = Arc::new(LiveModels::default());
        let shelves = Arc::new(Shelves::default());
        let namings = Arc::new(Namings::default());
        let canned = Arc::new(CannedPages::default());
        let floors = Arc::new(Floors::default());
        let flows = Arc::new(FlowDesk::default());
        let channels = Arc::new(ChannelDesk::new(parts.keys));
        let sink = {
            let (hub, threads, settings, wakes) = (hub.clone(), threads.clone(), settings.clone(), wakes.clone());
            let (contacts, models, shelves, flows) = (contacts.clone(), models.clone(), shelves.clone(), flows.clone());
            let namings = namings.clone();
            let channels = channels.clone();
            let (canned, floors) = (canned.clone(), floors.clone());
            CommitSink::new(move |entry: Arc<LogEntry>| {
                threads.follow(&entry);
                settings.follow(&entry);
                models.follow(&entry);
                shelves.follow(&entry);
                namings.follow(&entry);
                canned.follow(&entry);
                flows.follow(&entry);
                channels.follow(&entry);
                identified::follow(&contacts, &entry);
                // After the caches that it reads through.
                floors.follow(&entry);
                if stirs_queue(&entry) {
                    wakes.stir(&entry.tenant_id);
                }
                hub.publish(entry);
            })
        };
        let db = Db::open(options, sink.clone()).await?;
        Ok(Arc::new(Engine {
            db,
            hub,
            presence: Presences::new(parts.clock.clone()),
            clock: parts.clock,
            knowledge: Arc::new(KnowledgeBase::new()),
            intents: parts.intents,
            encoder: Arc::new(parts.encoder),
            llm: parts.llm.map(Arc::new),
            translator: parts.translator,
            egress: parts.egress,
            blobs: parts.blobs,
            library: parts.library,
            stamps: Stamps::default(),
            compared: Compared::default(),
            public_url: parts.public_url,
            threads,
            turns: Turns::default(),
            contacts,
            facts_seen: crate::persons::Seen::default(),
            joined: crate::persons::Joined::default(),
            weighing: tokio::sync::Mutex::default(),
            wakes,
            models,
            trainings: Arc::default(),
            runs: Runs::default(),
            shelves,
            namings,
            canned,
            flows,
            channels,
            mail: MailDesk::default(),
            floors,
            settings,
            sink,
        }))
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub async fn settings(&self, tenant_id: &TenantId) -> Result<Arc<TenantSettings>> {
        self.settings.get(&self.db, tenant_id, self.now()).await
    }

    pub async fn inbox(&self, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<Arc<Inbox>> {
        Ok(self.settings(tenant_id).await?.inbox(inbox_id)?.clone())
    }

    /// The house's way out.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Whether an address somebody typed may be called at all; private ones only where the operator allows them.
    pub fn check_address(&self, url: &str) -> std::result::Result<(), qn_egress::EgressError> {
        self.egress.check_address(url)
    }

    /// After settings changed outside the log (tests, imports).
    pub fn reload_settings(&self, tenant_id: &TenantId) {
        self.settings.forget(tenant_id);
        self.shelves.forget(tenant_id);
        self.flows_changed(tenant_id);
        self.floors.room(tenant_id).build_anew();
        self.wakes.stir(tenant_id);
    }

    /// Somebody can take more or less than before, which no commit tells.
    pub(crate) fn people_changed(&self, tenant_id: &TenantId) {
        self.floors.people_changed(tenant_id);
        self.wakes.stir(tenant_id);
    }

    /// Indexes the tenant's published articles again.
    pub async fn reload_knowledge(&self, tenant_id: &TenantId) -> Result<()> {
        // One after the other: an index built from older articles must not replace a newer one.
        let _turn = self.turns.enter(&format!("knowledge:{tenant_id}")).await;
        // First: a change that comes between is seen as one that is not indexed yet.
        let stamp = qn_store::article_stamp::find(&self.db, tenant_id).await?;
        let mut articles = qn_store::article::list_published(&self.db, tenant_id).await?;
        let flows = qn_store::article_category::flows(&self.db, tenant_id).await?;
        next_step::by_category(&mut articles, &flows);
        let (knowledge, tenant) = (self.knowledge.clone(), tenant_id.clone());
        tokio::task::spawn_blocking(move || knowledge.replace(&tenant, &articles)).await.map_err(|error| unusable_index(&error))?;
        self.stamps.set(tenant_id, stamp);
        self.encode_knowledge(tenant_id);
        Ok(())
    }

    /// Decides on the present state of a conversation and commits, again from the start when somebody else was faster.
    pub(crate) async fn decide<F>(&self, tenant_id: &TenantId, id: &ConversationId, mut decide: F) -> Result<Arc<LogEntry>>
    where
        F: FnMut(&mut Draft) -> Result<()>,
    {
        let _turn = self.turns.enter(id.as_str()).await;
        for _ in 0..ATTEMPTS {
            let conversation =
                qn_store::conversation::find(&self.db, tenant_id, id).await?.ok_or_else(|| EngineError::not_found("conversation", id))?;
            let mut draft = Draft::on(conversation, self.now());
            decide(&mut draft)?;
            match self.commit(draft).await? {
                Outcome::Done { entry } => return Ok(entry),
                Outcome::Duplicate(_) | Outcome::Conflict => {}
            }
        }
        Err(EngineError::Conflict)
    }

    /// The same for a decision about one message, which is read in the same state as its conversation.
    pub(crate) async fn decide_on_message<F>(
        &self,
        tenant_id: &TenantId,
        id: &ConversationId,
        message_id: &MessageId,
        mut decide: F,
    ) -> Result<Message>
    where
        F: FnMut(&mut Draft, Message) -> Result<()>,
    {
        for _ in 0..ATTEMPTS {
            let version = qn_store::conversation::get(&self.db, tenant_id, id).await?.version;
            let message = qn_store::message::get(&self.db, tenant_id, message_id).await?;
            if message.conversation_id != *id {
                return Err(EngineError::not_found("message", message_id));
            }
            let done = self.decide(tenant_id, id, |draft| {
                if draft.conversation.version != version {
                    return Err(EngineError::Conflict);
                }
                decide(draft, message.clone())
            });
            match done.await {
                Ok(_) => return Ok(qn_store::message::get(&self.db, tenant_id, message_id).await?),
                Err(EngineError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(EngineError::Conflict)
    }

    /// Adds what every commit owes the outside (channel deliveries, webhooks) and runs of flows, and makes it durable.
    pub(crate) async fn commit(&self, draft: Draft) -> Result<Outcome> {
        let commit = self.finish(draft).await?;
        let (wakes_outbox, thread) =
            (!commit.effects.is_empty(), Threads::key(&commit.conversation.inbox_id, &commit.conversation.thread_key));
        let outcome = self.db.commit(commit).await?;
        match outcome {
            Outcome::Conflict => self.threads.forget(&thread),
            Outcome::Done { .. } if wakes_outbox => self.wakes.outbox.notify_one(),
            _ => {}
        }
        Ok(outcome)
    }

    /// The same for a decision about several conversations: all of it becomes true, or none. The outcome is the first one's.
    pub(crate) async fn commit_together(&self, drafts: Vec<Draft>) -> Result<Outcome> {
        let mut commits = Vec::with_capacity(drafts.len());
        for draft in drafts {
            commits.push(self.finish(draft).await?);
        }
        let keys = |c: &Commit| Threads::key(&c.conversation.inbox_id, &c.conversation.thread_key);
        let threads: Vec<String> = commits.iter().map(keys).collect();
        let wakes_outbox = commits.iter().any(|c| !c.effects.is_empty());
        let outcome = self.db.commit_together(commits).await?;
        match outcome {
            Outcome::Conflict => threads.iter().for_each(|thread| self.threads.forget(thread)),
            Outcome::Done { .. } if wakes_outbox => self.wakes.outbox.notify_one(),
            _ => {}
        }
        Ok(outcome)
    }

    async fn finish(&self, mut draft: Draft) -> Result<Commit> {
        stack::settle(&mut draft);
        let settings = self.settings(&draft.conversation.tenant_id).await?;
        self.ask_rating(&settings, &mut draft).await?;
        self.make_up(&settings, &mut draft).await?;
        self.keep_promises(&settings, &mut draft).await?;
        let by_flow = draft.by_flow;
        let mut commit = crate::webhooks::finish(&settings, draft);
        let events = if by_flow { Vec::new() } else { house::events(&commit) };
        if !events.is_empty() {
            let book = self.book(&commit.conversation.tenant_id).await;
            house::begin_flows(&mut commit, &events, &book);
        }
        if !commit.effects.is_empty() {
            let trace = crate::trace::current();
            commit.effects.iter_mut().for_each(|effect| effect.trace.clone_from(&trace));
        }
        Ok(commit)
    }

    /// The result of an event that was committed before.
    pub(crate) async fn replay(&self, tenant_id: &TenantId, first: &qn_domain::Dedupe) -> Result<Sent> {
        let conversation = qn_store::conversation::get(&self.db, tenant_id, &first.conversation_id).await?;
        let id = first.message_id.as_ref().ok_or(EngineError::Conflict)?;
        let message = qn_store::message::get(&self.db, tenant_id, id).await?;
        Ok(Sent { message: message.into(), conversation: conversation.into(), replayed: true })
    }

    /// Midnight of today in the tenant's time zone.
    pub async fn day_start(&self, tenant_id: &TenantId) -> Result<Timestamp> {
        let settings = self.settings(tenant_id).await?;
        Ok(crate::hours::day_start(&settings.tenant.time_zone, self.now()))
    }
}

/// The first new message of an entry and the conversation it leaves.
pub(crate) fn sent(entry: &LogEntry) -> Result<Sent> {
    let message = entry.changes.iter().find_map(|c| match c {
        Change::MessageCreated { message } if message.kind != qn_domain::MessageKind::Activity => Some(message.clone()),
        _ => None,
    });
    match (message, conversation_of(entry)) {
        (Some(message), Some(conversation)) => Ok(Sent { message, conversation: conversation.clone(), replayed: false }),
        _ => Err(EngineError::Conflict),
    }
}

pub(crate) fn unusable_index(error: &dyn std::fmt::Display) -> EngineError {
    tracing::error!(%error, "the knowledge index could not be built");
    EngineError::Store(qn_store::Error::Corrupt { column: "article", reason: error.to_string() })
}
