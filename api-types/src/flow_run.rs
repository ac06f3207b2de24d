//! Runs of flows as people watch and steer them, and the approvals that wait for somebody.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowRunState {
    /// It moves, or the outside owes it an answer.
    Active,
    /// It waits for a person, a signal or a time.
    Parked,
    Done,
    Failed,
    Cancelled,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunView {
    pub id: String,
    pub flow_id: String,
    /// Its version: what it began with is what it ends with.
    pub version_hash: String,
    pub version_number: Option<i64>,
    /// What began it: `api`, `hook`, `message`, `schedule`, …
    pub trigger: String,
    pub state: FlowRunState,
    /// Why it failed or was cancelled.
    pub error: Option<String>,
    /// The same in Chinese, where the words are ours.
    pub error_zh: Option<String>,
    pub started_at: i64,
    /// When its state changed last.
    pub changed_at: i64,
    /// Where it talks.
    pub conversation_id: Option<String>,
    pub contact_id: Option<String>,
    /// Since when a person holds it.
    pub paused_at: Option<i64>,
    /// When it gave its conversation to a person.
    pub handed_off_at: Option<i64>,
    /// A person has looked at the failure and wants nothing more of it.
    pub closed: Option<FlowRunClosed>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowRunClosed {
    pub at: i64,
    /// Id of a person.
    pub by: String,
    pub note: String,
}

/// Failed runs that nobody is at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeadFlowRuns {
    /// Counted up to 1,000.
    pub count: i64,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseFlowRun {
    /// Why nothing more is to be done.
    #[serde(default)]
    pub note: String,
}

impl Check for CloseFlowRun {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.note, "note", 500, wrong);
    }
}

/// Why a step did not succeed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowStepError {
    /// `timeout`, `unavailable`, `refused`, `invalid`, `limit`, `failed`, `cancelled`.
    pub kind: String,
    pub message: String,
    /// The same in Chinese, where the words are ours.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zh: String,
    /// What the other side said, if anything.
    #[serde(default)]
    pub detail: Value,
}

/// One request to the outside.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowAttempt {
    /// Counted from 1.
    pub number: u32,
    /// What was asked; `do` says which kind of request it is. It holds no secrets.
    #[schema(value_type = Object)]
    pub request: Value,
    pub at: i64,
    /// When it goes on by itself.
    #[serde(default)]
    pub due_at: Option<i64>,
    /// Why it is tried again.
    #[serde(default)]
    pub error: Option<FlowStepError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowVisitStanding {
    /// Waits for the outside, for time, or for what it opened.
    Open,
    Done,
    Failed,
    TimedOut,
    /// The flow went on without it.
    GivenUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowUndoing {
    Running,
    Done,
    Failed,
}

/// One visit of one node, as the journal tells it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowVisit {
    /// `node@path`; the second visit in the same place is `node~2@path`.
    pub step: String,
    pub node: String,
    pub kind: String,
    pub title: String,
    /// Hash of the version the node belongs to: the run's own, or a sub-flow's.
    pub flow: String,
    /// The loop rounds, branches and sub-flows it is in, for example `each[2].both[b]`; empty in the flow itself.
    pub path: String,
    pub standing: FlowVisitStanding,
    /// The port it was left through.
    #[serde(default)]
    pub port: Option<String>,
    pub attempts: Vec<FlowAttempt>,
    /// Rounds, branches and sub-flows it opened.
    #[serde(default)]
    pub frames: u64,
    /// What it gave; any JSON.
    pub output: Value,
    /// The variables it set.
    #[schema(value_type = Object)]
    pub sets: Map<String, Value>,
    #[serde(default)]
    pub error: Option<FlowStepError>,
    pub began_at: i64,
    #[serde(default)]
    pub ended_at: Option<i64>,
    /// How long the outside took, all attempts together.
    pub took_ms: i64,
    /// What became of its compensation, if it was needed.
    #[serde(default)]
    pub undo: Option<FlowUndoing>,
    /// After a correction: the outside had done this before and was not asked again.
    #[serde(default)]
    pub reused: bool,
    /// The customer answered with a correction of an earlier answer: their words.
    #[serde(default)]
    pub corrected: Option<String>,
    /// What the customer's words named besides the answer, by kind: `entities`, and what is only `likely`. Later questions for it are
    /// passed over, or offer it.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub named: Map<String, Value>,
}

/// A run and its steps in the order they began.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunDetail {
    #[serde(flatten)]
    pub run: FlowRunView,
    /// What it was given.
    #[schema(value_type = Object)]
    pub input: Value,
    /// Who and what it is about.
    #[schema(value_type = Object)]
    pub context: Value,
    /// What it came to; null until then.
    pub output: Value,
    /// Those of `steps` that wait for somebody or something outside.
    #[schema(value_type = Vec<FlowVisit>)]
    pub waits: Value,
    /// At most 2,000, the newest.
    #[schema(value_type = Vec<FlowVisit>)]
    pub steps: Value,
    /// There were more steps than are shown.
    pub more: bool,
    /// Compensations that failed: somebody must look. Steps.
    pub not_undone: Vec<String>,
    /// What the variables that the flow shares hold now, whoever set them.
    pub shared: Vec<FlowSharedView>,
}

/// A variable of a conversation, a contact or the company.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowSharedView {
    /// `conversation`, `contact` or `tenant`.
    pub scope: String,
    pub name: String,
    /// Null where nobody has set it.
    pub value: Value,
    /// The run that set it last.
    pub run_id: Option<String>,
    pub updated_at: Option<i64>,
}

/// A document and what happens to it in a simulation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulateFlow {
    #[schema(value_type = Object)]
    pub document: Value,
    /// `input`, `context`, `shared` by scope and name, `begins_at`, `answers` and `pins` by node, `happens` in order, `events_max`. What
    /// customers' words name is found out; `names`, by the words, says otherwise.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub script: Value,
}

impl Check for SimulateFlow {}

/// What a simulated run waits for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowWaiting {
    pub step: String,
    pub node: String,
    #[schema(value_type = Object)]
    pub request: Value,
    /// When it gives up waiting.
    #[serde(default)]
    pub due_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowSpeaker {
    Bot,
    Customer,
}

/// One line of a simulated conversation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowLine {
    pub by: FlowSpeaker,
    pub text: String,
    #[serde(default)]
    pub buttons: Vec<String>,
    pub at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowStatus {
    New,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What a simulation came to. Nothing was called, said or kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowReport {
    pub status: FlowStatus,
    pub output: Value,
    #[serde(default)]
    pub error: Option<FlowStepError>,
    pub visits: Vec<FlowVisit>,
    /// What its shared variables hold in the end, by scope and name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub shared: Map<String, Value>,
    pub waits: Vec<FlowWaiting>,
    pub messages: Vec<FlowLine>,
    /// The simulated clock at the end.
    pub now: i64,
    /// How many things happened.
    pub events: u64,
    /// Things of the script that nobody waited for, by their number.
    pub unheard: Vec<u64>,
    /// Compensations that failed.
    pub not_undone: Vec<String>,
    /// Why it could not begin or go on.
    #[serde(default)]
    pub refused: Option<String>,
}

/// What was expected of a saved test and did not come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowTestMiss {
    pub zh: String,
    pub en: String,
}

/// What became of one saved test.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowTestOutcome {
    pub name: String,
    pub passed: bool,
    pub misses: Vec<FlowTestMiss>,
    pub report: FlowReport,
}

/// Start a run by hand or from another program.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartFlowRun {
    /// The flow's inputs by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub input: Map<String, Value>,
    /// What it is about, read by the flow as `context.event`.
    #[serde(default)]
    pub event: Value,
    /// Where it talks; then without an `event`.
    #[serde(default)]
    pub conversation_id: Option<String>,
}

impl Check for StartFlowRun {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(id) = &self.conversation_id {
            check::id(id, "conversation_id", wrong);
            if !self.event.is_null() {
                wrong.push(Invalid::new("event", "不能与 conversation_id 同时给出", "is not given beside a conversation"));
            }
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunStarted {
    pub run_id: String,
    /// The same trigger had started this run before.
    pub repeated: bool,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelFlowRun {
    /// Shown with the run.
    #[serde(default)]
    pub reason: String,
}

impl Check for CancelFlowRun {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.reason, "reason", 500, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelFlowRuns {
    /// At most 200.
    pub ids: Vec<String>,
    #[serde(default)]
    pub reason: String,
}

impl Check for CancelFlowRuns {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !(1..=200).contains(&self.ids.len()) {
            wrong.push(Invalid::new("ids", "应有 1 到 200 个", "has 1 to 200 ids"));
        }
        check::text(&mut self.reason, "reason", 500, wrong);
    }
}

/// What became of each.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunsCancelled {
    pub cancelled: Vec<String>,
    /// They had ended, or do not exist.
    pub refused: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalFlowRun {
    /// The same id twice changes nothing.
    pub id: String,
    /// What the flow listens for.
    pub name: String,
    #[serde(default)]
    pub payload: Value,
}

impl Check for SignalFlowRun {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.id, "id", 200, wrong);
        check::name(&mut self.name, "name", 100, wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunSignalled {
    /// This signal was heard before.
    pub repeated: bool,
}

/// Something happened; who waits for it is found by what it is about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalFlows {
    /// The same id is the same signal.
    pub id: String,
    /// What flows wait for, for example `payment.received`.
    pub name: String,
    /// Its plain fields are what it may be found by, for example `order_id`.
    #[schema(value_type = Object)]
    pub payload: Map<String, Value>,
    /// How long it is kept when nobody waits for it; a day if not given, at most seven.
    #[serde(default)]
    pub keep_minutes: Option<u32>,
}

impl Check for SignalFlows {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.id, "id", 200, wrong);
        check::name(&mut self.name, "name", 200, wrong);
        if self.keep_minutes.is_some_and(|minutes| !(1..=7 * 24 * 60).contains(&minutes)) {
            wrong.push(Invalid::new("keep_minutes", "应为 1 到 10080", "is between 1 and 10080"));
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowSignalled {
    /// This signal came before.
    pub repeated: bool,
    /// Runs that went on.
    pub runs: Vec<String>,
    /// Until when it waits for somebody who listens; null when it was heard.
    pub kept_until: Option<i64>,
}
