//! Compiled versions, each made once per process and found by content hash, with the versions it calls. A version never changes,
//! so nothing here is ever refreshed.

use crate::error::{Error, Result};
use crate::known;
use qn_domain::TenantId;
use qn_store::{Db, flow_version};
use qn_workflow::model::Node;
use qn_workflow::{Flow, Language, Library, Program, compile, compile_published};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// Versions kept compiled; more than one company has live at a time.
const KEPT_MAX: usize = 2_000;
/// Flows that call flows that call flows.
const DEPTH_MAX: usize = 8;

#[derive(Debug, Default)]
pub struct Programs {
    language: Language,
    kept: Mutex<HashMap<(TenantId, String), Arc<Program>>>,
}

impl Programs {
    pub async fn get(&self, db: &Db, tenant_id: &TenantId, hash: &str) -> Result<Arc<Program>> {
        self.load(db, tenant_id, hash, 0).await
    }

    fn kept(&self, tenant_id: &TenantId, hash: &str) -> Option<Arc<Program>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&(tenant_id.clone(), hash.to_owned())).cloned()
    }

    fn load<'a>(
        &'a self,
        db: &'a Db,
        tenant_id: &'a TenantId,
        hash: &'a str,
        depth: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Program>>> + Send + 'a>> {
        Box::pin(async move {
            if let Some(program) = self.kept(tenant_id, hash) {
                return Ok(program);
            }
            let version = flow_version::find(db, tenant_id, hash).await?;
            let version = version.filter(|_| depth < DEPTH_MAX).ok_or_else(|| Error::NoVersion(hash.to_owned()))?;
            let flow: Flow = serde_json::from_str(&version.document).map_err(|e| Error::Journal(hash.to_owned(), e.to_string()))?;
            let mut library = BTreeMap::new();
            for called in called(&flow) {
                let program = self.load(db, tenant_id, &called, depth + 1).await?;
                library.insert(called, program);
            }
            let program = Arc::new(compile_published(flow, &self.language, &library).map_err(Error::Unsound)?);
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT_MAX {
                kept.clear();
            }
            kept.insert((tenant_id.clone(), hash.to_owned()), Arc::clone(&program));
            Ok(program)
        })
    }

    pub fn compile(&self, flow: Flow, library: &dyn Library) -> Result<Program> {
        compile(flow, &self.language, library).map_err(Error::Unsound)
    }

    /// Checks a document that is to be published; the flows it calls must be published already.
    pub async fn check(&self, db: &Db, tenant_id: &TenantId, flow: Flow) -> Result<Program> {
        let mut programs = BTreeMap::new();
        for hash in called(&flow) {
            if let Ok(program) = self.get(db, tenant_id, &hash).await {
                programs.insert(hash, program);
            }
        }
        let documents = programs.values().map(|program| &program.flow).chain([&flow]);
        let used: Vec<(String, String)> = documents.flat_map(operations).collect();
        let answers = known::declared(db, tenant_id, &used).await?;
        self.compile(flow, &Shelf { programs, answers })
    }
}

/// What a document is checked against.
struct Shelf {
    programs: BTreeMap<String, Arc<Program>>,
    answers: BTreeMap<(String, String), Value>,
}

impl Library for Shelf {
    fn find(&self, hash: &str) -> Option<Arc<Program>> {
        self.programs.find(hash)
    }

    fn answer(&self, connector: &str, operation: &str) -> Option<&Value> {
        self.answers.get(&(connector.to_owned(), operation.to_owned()))
    }
}

/// The operations of connectors that its steps ask for.
fn operations(flow: &Flow) -> Vec<(String, String)> {
    let asks = flow.nodes.iter().filter(|node| node.kind == "connect");
    let text = |node: &Node, name: &str| node.settings.get(name).and_then(Value::as_str).map(str::to_owned);
    asks.filter_map(|node| text(node, "connector").zip(text(node, "operation"))).collect()
}

fn called(flow: &Flow) -> Vec<String> {
    let calls = flow.nodes.iter().filter(|node| node.kind == "sub_flow");
    calls.filter_map(|node| node.settings.get("flow").and_then(Value::as_str)).map(str::to_owned).collect()
}
