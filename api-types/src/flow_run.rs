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
    pub started_at: i64,
    /// When its state changed last.
    pub changed_at: i64,
}

/// Why a step did not succeed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowStepError {
    /// `timeout`, `unavailable`, `refused`, `invalid`, `limit`, `failed`, `cancelled`.
    pub kind: String,
    pub message: String,
    /// What the other side said, if anything.
    #[schema(value_type = Object)]
    pub detail: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowStepState {
    /// The outside was asked.
    Open,
    /// It failed and will be tried again at `due_at`.
    Resting,
    /// Rounds, branches or a sub-flow are under way inside it.
    Split,
    Done,
    Failed,
    /// The run ended or went another way first.
    Left,
}

/// One visit of one node, as the journal tells it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowStepView {
    /// `node@path`; the second visit in the same place is `node~2@path`.
    pub step: String,
    pub node: String,
    /// The loop rounds, branches and sub-flows it is in, for example `each[2].both[b]`; empty in the flow itself.
    pub path: String,
    pub state: FlowStepState,
    /// How often the outside was asked.
    pub attempts: u32,
    /// What was asked; null when nothing left the house.
    #[schema(value_type = Object)]
    pub request: Value,
    /// What it gave.
    #[schema(value_type = Object)]
    pub output: Value,
    /// The variables it set.
    pub sets: Map<String, Value>,
    /// The port it was left through.
    pub port: Option<String>,
    pub error: Option<FlowStepError>,
    pub began_at: i64,
    pub ended_at: Option<i64>,
    /// Of the last answer of the outside.
    pub took_ms: i64,
    /// When it goes on by itself.
    pub due_at: Option<i64>,
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
    #[schema(value_type = Object)]
    pub output: Value,
    /// What it waits for: those of `steps` that are open or resting.
    pub waits: Vec<FlowStepView>,
    /// At most 2,000.
    pub steps: Vec<FlowStepView>,
    /// There are more steps than are shown.
    pub more: bool,
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
    #[schema(value_type = Object)]
    pub event: Value,
}

impl Check for StartFlowRun {}

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
    #[schema(value_type = Object)]
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

/// Something a flow asks people to decide.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalView {
    pub run_id: String,
    pub step: String,
    /// To be sent with the decision.
    pub attempt: u32,
    pub flow_id: String,
    pub flow_name: String,
    /// Who may decide, as the flow says: a role, a team or a person.
    pub who: String,
    pub title: String,
    /// What they see and may change.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Whether the one who asks may decide it.
    pub may_decide: bool,
    pub asked_at: i64,
    /// When the run goes on without a decision.
    pub due_at: Option<i64>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideApproval {
    /// As it was read: a flow may ask again.
    pub attempt: u32,
    pub approved: bool,
    /// Instead of what was shown; as it was when not given.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub payload: Option<Value>,
    #[serde(default)]
    pub comment: String,
}

impl Check for DecideApproval {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.comment, "comment", 1_000, wrong);
    }
}
