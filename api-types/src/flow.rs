//! Flows as people keep them: the list, drafts, what is wrong with a document, versions and what made them live.
//! Documents travel as they are; their JSON Schema and what each kind of node asks for are in `GET /flow-nodes`.

use crate::check::{self, Check, Invalid};
use crate::flow_trial::{FlowCanaryView, FlowPlanView};
use crate::words::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The longest note of a release, in characters.
const NOTE_MAX: usize = 500;

/// What the builder draws with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowNodesView {
    /// JSON Schema of a flow document.
    #[schema(value_type = Object)]
    pub document_schema: Value,
    /// In the order of the palette.
    #[schema(value_type = Vec<FlowNodeView>)]
    pub items: Value,
    /// What the house tells by itself, and flows may begin on.
    pub events: Vec<FlowEventView>,
}

/// An event that begins flows without one emitting it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowEventView {
    /// What a start's `event` says.
    pub name: String,
    pub zh: String,
    pub en: String,
    /// What it tells; read as `context.event.<field>`.
    pub fields: Vec<String>,
}

/// A name of ours and what it is called.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowNamed {
    pub name: String,
    pub zh: String,
    pub en: String,
}

/// One kind of node.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowNodeView {
    /// What a node's `kind` says.
    pub name: String,
    pub zh: String,
    pub en: String,
    /// What it is for.
    pub zh_about: String,
    pub en_about: String,
    pub icon: String,
    /// Where the palette shows it.
    pub family: FlowNamed,
    /// Ports every node of this kind has.
    pub ports: Vec<FlowNamed>,
    /// The setting that names further ports: `branches`, `intents`, or `cases[].port`.
    pub ports_from: Option<String>,
    /// Ports it may have besides: `error`, `timeout`, `undo`.
    pub extra_ports: Vec<FlowNamed>,
    /// The outside can fail it: it must have an edge at `error`.
    pub needs_error_edge: bool,
    /// It must say how long it waits at most.
    pub needs_timeout: bool,
    /// Somebody or something else sets the pace.
    pub waits: bool,
    /// Type of what it gives to the variable that it sets, `any` where its settings or the outside decide. A variable of another type is a
    /// `type_mismatch`.
    pub gives: String,
    /// JSON Schema of its settings; `x-qn` of each says how to edit it.
    #[schema(value_type = Object)]
    pub settings: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowSeverity {
    /// It cannot be published.
    Error,
    /// Worth a look.
    Warning,
}

/// What is wrong with a document, and where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowProblem {
    /// Stable; programs may rely on it.
    pub code: String,
    pub severity: FlowSeverity,
    /// The node to look at; null: the whole flow is meant.
    pub node: Option<String>,
    /// Which setting or port of it; may be empty.
    pub field: String,
    pub zh: String,
    pub en: String,
}

/// A document to look at; nothing is kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckFlow {
    #[schema(value_type = Object)]
    pub document: Value,
}

impl Check for CheckFlow {}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowChecked {
    /// No problem is an error: it may be published once its tests pass.
    pub sound: bool,
    pub problems: Vec<FlowProblem>,
}

/// How many runs stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowRunCounts {
    pub active: i64,
    /// They wait for a person, a signal or a time.
    pub parked: i64,
    pub done: i64,
    pub failed: i64,
    pub cancelled: i64,
}

/// That somebody edits a flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowDraftBrief {
    pub author_id: String,
    /// The live version it began from; null: there was none.
    pub base_hash: Option<String>,
    pub revision: i64,
    pub updated_at: i64,
}

/// A version, without its document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowVersionView {
    /// Content hash: the same document is the same version.
    pub hash: String,
    /// Counted from 1 within the flow.
    pub number: i64,
    pub note: String,
    /// Id of a user.
    pub published_by: String,
    pub published_at: i64,
}

/// A version with its document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowVersionDetail {
    #[serde(flatten)]
    pub version: FlowVersionView,
    #[schema(value_type = Object)]
    pub document: Value,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowView {
    /// Also the document's `id`.
    pub id: String,
    pub name: String,
    /// What the live version is called in English, where it says so.
    pub name_en: Option<String>,
    /// New runs begin with it; null before the first publishing.
    pub live: Option<FlowVersionView>,
    /// Off: no new runs begin, those that move go on.
    pub enabled: bool,
    /// A customer's message begins the live version, and it answers them: articles and intents may offer it.
    pub customers_begin: bool,
    /// Runs begun in the last seven days.
    pub runs: FlowRunCounts,
    /// Who edits it, last saved first.
    pub drafts: Vec<FlowDraftBrief>,
    /// Whether its webhook has a secret; without one it takes nothing.
    pub has_hook_secret: bool,
    /// What is to go live later.
    pub plan: Option<FlowPlanView>,
    /// The version on trial beside the live one.
    pub canary: Option<FlowCanaryView>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// A flow to begin with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowTemplateView {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// What it does.
    pub zh_about: String,
    pub en_about: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowTemplateDetail {
    #[serde(flatten)]
    pub template: FlowTemplateView,
    /// Of the words in the document.
    pub language: Language,
    #[schema(value_type = Object)]
    pub document: Value,
}

/// A new flow, as a draft of the one who makes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFlow {
    /// Letters, digits, `-` and `_`, at most 64; made up when not given. Cannot be changed later.
    pub id: Option<String>,
    /// As it is called; the document's own name when not given.
    pub name: Option<String>,
    /// What it begins with, for example an exported flow; its `id` and `name` follow from the fields beside it.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    /// The key of a template to begin with, instead of a document.
    pub template: Option<String>,
    /// Of the template's words; the caller's own when not given.
    pub language: Option<Language>,
}

impl Check for CreateFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(id) = &self.id {
            check::id(id, "id", wrong);
        }
        if let Some(name) = &mut self.name {
            check::name(name, "name", 80, wrong);
        }
        match (&self.document, &self.template) {
            (Some(_), Some(_)) => wrong.push(Invalid::new("template", "不能与 document 同时给出", "is not given beside a document")),
            (None, None) if self.name.is_none() => wrong.push(Invalid::new("name", "必填", "is required")),
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateFlow {
    pub name: String,
}

impl Check for UpdateFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
    }
}

/// Where the document of a draft is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowDraftSource {
    /// It was saved by the one who asks.
    Mine,
    /// Nothing was saved: it is the live version.
    Live,
    /// Nothing was saved and nothing is live: it is what a colleague saved last.
    Colleague,
    /// There is nothing yet: a start and an end.
    New,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowDraftView {
    pub flow_id: String,
    pub source: FlowDraftSource,
    #[schema(value_type = Object)]
    pub document: Value,
    /// The live version it began from; null: there was none.
    pub base_hash: Option<String>,
    /// What is live now. When it differs from `base_hash`, merge before publishing.
    pub live_hash: Option<String>,
    /// To be sent with the next save; 0: nothing was saved yet.
    pub revision: i64,
    pub updated_at: Option<i64>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveFlowDraft {
    #[schema(value_type = Object)]
    pub document: Value,
    /// The revision it was read at; 0 when nothing was saved yet.
    pub revision: i64,
    /// The version it began from, or was merged with.
    pub base_hash: Option<String>,
}

impl Check for SaveFlowDraft {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.revision < 0 {
            wrong.push(Invalid::new("revision", "不能小于 0", "is 0 or more"));
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishFlow {
    /// Why; shown in the history.
    pub note: String,
    /// Of one's own draft, as it was read.
    pub revision: i64,
}

impl Check for PublishFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollBackFlow {
    /// Of the version to make live again.
    pub number: i64,
    pub note: String,
}

impl Check for RollBackFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchFlow {
    #[serde(default)]
    pub note: String,
}

impl Check for SwitchFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowReleaseKind {
    Publish,
    /// An earlier version is live again.
    Rollback,
    Enable,
    Disable,
    /// To go live later.
    Plan,
    /// It will not.
    Unplan,
    PlanFailed,
    /// On trial in a share of new runs.
    Canary,
    /// The version on trial is live.
    Promote,
    /// The trial ended without it.
    Withdraw,
}

/// One change of what is live, and who made it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowReleaseView {
    pub kind: FlowReleaseKind,
    /// The version that is live from then on, or that a plan or trial is about; null when nothing ever was.
    pub hash: Option<String>,
    pub number: Option<i64>,
    /// Id of a user.
    pub taken_by: String,
    pub note: String,
    pub at: i64,
}

/// A document as text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadFlow {
    pub text: String,
}

impl Check for ReadFlow {}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRead {
    #[schema(value_type = Object)]
    pub document: Value,
}

/// One thing that differs between two documents, told for people.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowChange {
    /// `renamed`, `limit_changed`, `node_added`, `node_removed`, `node_changed`, `edge_added`, `edge_removed`, `edge_moved`, `variable_…`, `test_…`, `layout`.
    pub what: String,
    /// The node to look at.
    #[serde(default)]
    pub node: Option<String>,
    /// Setting, port, variable or test; may be empty.
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub before: Value,
    #[serde(default)]
    pub after: Value,
    pub zh: String,
    pub en: String,
}

/// What differs, from one version or draft to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowDifference {
    #[schema(value_type = Vec<FlowChange>)]
    pub items: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowSide {
    Mine,
    Theirs,
}

/// Two documents that began from the same one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeFlows {
    /// What both began from.
    #[schema(value_type = Object)]
    pub base: Value,
    #[schema(value_type = Object)]
    pub mine: Value,
    #[schema(value_type = Object)]
    pub theirs: Value,
    /// Which side to take where both changed the same thing, by the path of the conflict.
    #[serde(default)]
    pub chosen: BTreeMap<String, FlowSide>,
}

impl Check for MergeFlows {}

/// Something both sides changed differently.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowConflict {
    /// Names it when somebody chooses.
    pub path: String,
    #[serde(default)]
    pub node: Option<String>,
    pub base: Value,
    pub mine: Value,
    pub theirs: Value,
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowMerged {
    /// Both changes; where they clash, mine, unless theirs was chosen.
    #[schema(value_type = Object)]
    pub document: Value,
    /// What nobody has decided yet.
    #[schema(value_type = Vec<FlowConflict>)]
    pub conflicts: Value,
}
