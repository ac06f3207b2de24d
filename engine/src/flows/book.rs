//! What starts the flows of every tenant, in memory: read at the first message, read again when a flow changed. A turn takes what
//! there is by reference count and asks the database nothing. A book that cannot be read starts nothing, and never fails a turn.

use super::words;
use crate::workshop::bucket;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::{Change, Language, LogEntry, TenantId};
use qn_store::Db;
use qn_workflow::Flow;
use qn_workflow::model::{Node, Variable};
use qn_workflow::trigger::{Begins, Trigger};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How old a known book may become before it is read again.
const KEPT_MS_MAX: i64 = 60_000;

/// A published flow that takes new runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LiveFlow {
    pub id: String,
    pub name: String,
    /// For those who read English, where the live version says so.
    pub name_en: Option<String>,
    /// Of the version that new runs begin with.
    pub hash: String,
    /// Its phrases in the form turns are compared in (`words::normal`), so that no turn brings them there.
    pub begins: Begins,
    /// What a run is given when it begins.
    pub inputs: Vec<Variable>,
    /// A message that begins it is its to answer; any other flow works beside whatever answers.
    pub talks: bool,
    /// The events its steps emit.
    pub emits: Vec<String>,
    /// The variables it shares with other flows.
    pub shares: Vec<Variable>,
    /// A version on trial: its hash, and its share of new runs in percent. What begins the flow is what the live version says.
    pub canary: Option<(String, i64)>,
    /// It has a step that gives the conversation to a person.
    pub fetches: bool,
    /// It may change something, here or elsewhere.
    pub acts: bool,
}

impl LiveFlow {
    /// What it is called in this language.
    pub fn title(&self, language: Language) -> &str {
        self.name_en.as_deref().filter(|_| language == Language::En).unwrap_or(&self.name)
    }

    /// The version a run begins with; `of` is whom or what it is about, so that the same customer always gets the same one.
    pub fn version_for(&self, of: &str) -> &str {
        match &self.canary {
            Some((hash, share)) if bucket(&format!("{} {of}", self.id)) < *share => hash,
            _ => &self.hash,
        }
    }
}

/// A flow that a message starts without being answered by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beside {
    pub flow: String,
    pub name: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Book {
    pub flows: Vec<LiveFlow>,
}

impl Book {
    pub fn find(&self, id: &str) -> Option<&LiveFlow> {
        self.flows.iter().find(|flow| flow.id == id)
    }

    /// Those that a customer's message starts and that answer it.
    pub fn spoken(&self) -> impl Iterator<Item = &LiveFlow> {
        self.flows.iter().filter(|flow| flow.begins.trigger == Trigger::Message && flow.talks)
    }

    /// Those that a message with this text, understood as this intent, starts beside its answer, whoever answers.
    pub fn beside(&self, text: &str, intent: Option<&str>) -> Vec<Beside> {
        let silent = self.flows.iter().filter(|flow| flow.begins.trigger == Trigger::Message && !flow.talks);
        let mut silent = silent.peekable();
        if silent.peek().is_none() {
            return Vec::new();
        }
        let said = words::normal(text);
        silent
            .filter(|flow| {
                let is_meant = |known: &String| intent.is_some_and(|intent| intent == known);
                flow.begins.phrases.iter().any(|phrase| said.contains(phrase)) || flow.begins.intents.iter().any(is_meant)
            })
            .map(|flow| Beside { flow: flow.id.clone(), name: flow.name.clone() })
            .collect()
    }

    /// Those that an event starts.
    pub fn hearing<'b>(&'b self, event: &'b str) -> impl Iterator<Item = &'b LiveFlow> {
        self.flows.iter().filter(move |flow| flow.begins.hears(event))
    }

    /// By the name of the intent that was understood.
    pub fn by_intent(&self, name: &str) -> Option<&LiveFlow> {
        self.spoken().find(|flow| flow.begins.intents.iter().any(|intent| intent == name))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Books {
    known: RwLock<HashMap<TenantId, (Timestamp, Arc<Book>)>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
    /// One load at a time; those who wait find it done.
    loading: tokio::sync::Mutex<()>,
}

impl Books {
    /// Follows the commit stream; true when a flow changed.
    pub fn follow(&self, entry: &LogEntry) -> bool {
        let changed = entry.changes.iter().any(|c| matches!(c, Change::ResourceChanged { resource, .. } if resource == "flow"));
        if changed {
            self.forget(&entry.tenant_id);
        }
        changed
    }

    pub fn forget(&self, tenant_id: &TenantId) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(tenant_id);
    }

    fn known(&self, tenant_id: &TenantId, now: Timestamp) -> Option<Arc<Book>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant_id).filter(|(read_at, _)| now - read_at < KEPT_MS_MAX).map(|(_, book)| book.clone())
    }
}

impl Engine {
    /// English titles of live flows by id.
    pub async fn flow_titles(&self, tenant_id: &TenantId) -> HashMap<String, String> {
        let book = self.book(tenant_id).await;
        book.flows.iter().filter_map(|flow| Some((flow.id.clone(), flow.name_en.clone()?))).collect()
    }

    /// Ids of those that a customer can begin.
    pub async fn flows_for_customers(&self, tenant_id: &TenantId) -> HashSet<String> {
        self.book(tenant_id).await.spoken().map(|flow| flow.id.clone()).collect()
    }

    /// The tenant's live flows; none of them while they cannot be read.
    pub(crate) async fn book(&self, tenant_id: &TenantId) -> Arc<Book> {
        match self.read_book(tenant_id).await {
            Ok(book) => book,
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant_id, "the live flows could not be read");
                Arc::default()
            }
        }
    }

    pub(crate) async fn read_book(&self, tenant_id: &TenantId) -> Result<Arc<Book>> {
        let books = &self.flows.books;
        if let Some(known) = books.known(tenant_id, self.now()) {
            return Ok(known);
        }
        let _loading = books.loading.lock().await;
        if let Some(known) = books.known(tenant_id, self.now()) {
            return Ok(known);
        }
        let before = books.changes.load(Ordering::Acquire);
        let book = Arc::new(load(&self.db, tenant_id).await?);
        let mut known = books.known.write().unwrap_or_else(PoisonError::into_inner);
        if books.changes.load(Ordering::Acquire) == before {
            known.insert(tenant_id.clone(), (self.now(), book.clone()));
        }
        Ok(book)
    }
}

/// Kinds of steps that say something to the customer or bring somebody who will.
const TALKING: [&str; 7] = ["say", "ask", "verify", "answer", "hand_off", "assign", "sub_flow"];
/// Kinds that give the conversation to a person.
const FETCHING: [&str; 2] = ["hand_off", "assign"];

/// Kinds that only read and think.
const READING: [&str; 12] =
    ["start", "end", "choose", "switch", "set", "script", "loop", "parallel", "join", "wait", "classify", "extract"];

fn has(flow: &Flow, kinds: &[&str]) -> bool {
    flow.nodes.iter().any(|node| kinds.contains(&node.kind.as_str()))
}

/// In doubt it does: what a connector's operation does is not ours to know.
fn acts(flow: &Flow) -> bool {
    let reads = |node: &Node| {
        let is_get = node.settings.get("method").is_none_or(|method| method == "GET");
        READING.contains(&node.kind.as_str()) || (node.kind == "call" && is_get)
    };
    !flow.nodes.iter().all(reads) || flow.variables.iter().any(|variable| variable.scope.is_shared())
}

fn heard(mut begins: Begins) -> Begins {
    begins.phrases = begins.phrases.iter().map(|phrase| words::normal(phrase)).filter(|phrase| !phrase.is_empty()).collect();
    begins
}

/// Flows that are switched on, in their live version. A document that cannot be read starts nothing.
async fn load(db: &Db, tenant_id: &TenantId) -> Result<Book> {
    let mut flows = Vec::new();
    let canaries = qn_store::flow_canary::list(db, tenant_id).await?;
    let mut canaries: HashMap<String, (String, i64)> = canaries.into_iter().map(|c| (c.flow_id, (c.hash, c.share))).collect();
    for stored in qn_store::flow::list_live(db, tenant_id).await? {
        let Some(live) = stored.live else { continue };
        let Some(version) = qn_store::flow_version::find(db, tenant_id, &live.hash).await? else { continue };
        match serde_json::from_str::<Flow>(&version.document) {
            Ok(flow) => {
                let canary = canaries.remove(&stored.id);
                let (begins, emits) = (heard(Begins::of(&flow)), super::names::emitted(&flow));
                let (talks, fetches, acts) = (has(&flow, &TALKING), has(&flow, &FETCHING), acts(&flow));
                let name_en = flow.name_en.filter(|name| !name.trim().is_empty());
                let (shares, own): (Vec<_>, Vec<_>) = flow.variables.into_iter().partition(|variable| variable.scope.is_shared());
                let inputs = own.into_iter().filter(|variable| variable.input).collect();
                flows.push(LiveFlow {
                    begins,
                    inputs,
                    talks,
                    emits,
                    shares,
                    id: stored.id,
                    name: stored.name,
                    name_en,
                    hash: live.hash,
                    canary,
                    fetches,
                    acts,
                });
            }
            Err(error) => tracing::warn!(%error, flow = stored.id, "a published flow cannot be read"),
        }
    }
    Ok(Book { flows })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_does_not_act() {
        let flow = |node: serde_json::Value| -> Flow {
            let nodes = serde_json::json!([{"id": "s", "kind": "start"}, node, {"id": "e", "kind": "end"}]);
            serde_json::from_value(serde_json::json!({"format": 1, "id": "f", "name": "f", "nodes": nodes, "edges": []})).unwrap()
        };
        for (node, expected) in [
            (serde_json::json!({"id": "n", "kind": "set"}), false),
            (serde_json::json!({"id": "n", "kind": "call", "settings": {"url": "https://a.example"}}), false),
            (serde_json::json!({"id": "n", "kind": "call", "settings": {"method": "POST"}}), true),
            (serde_json::json!({"id": "n", "kind": "connect"}), true),
            (serde_json::json!({"id": "n", "kind": "say"}), true),
        ] {
            assert_eq!(acts(&flow(node.clone())), expected, "{node}");
        }
    }

    #[test]
    fn a_version_on_trial_gets_its_share_and_each_customer_keeps_theirs() {
        let flow = LiveFlow { id: "refund".into(), hash: "live".into(), canary: Some(("new".into(), 20)), ..LiveFlow::default() };
        let of = |n: usize| flow.version_for(&format!("con_{n}"));
        let share = (0..2_000).filter(|n| of(*n) == "new").count() as f64 / 2_000.0;
        assert!((0.16..0.24).contains(&share), "{share}");
        assert!((0..2_000).all(|n| of(n) == of(n)));
        assert_eq!(LiveFlow { canary: None, ..flow }.version_for("con_1"), "live");
    }
}
