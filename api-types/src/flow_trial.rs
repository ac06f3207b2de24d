//! What is not live yet: versions with a time to go live, versions on trial in a share of new runs, and drafts played over the past.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

const NOTE_MAX: usize = 500;

/// Something that goes live by itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowPlanView {
    pub flow_id: String,
    /// Of the version.
    pub hash: String,
    pub number: Option<i64>,
    pub note: String,
    /// Id of a user.
    pub made_by: String,
    pub made_at: i64,
    pub due_at: i64,
    /// Why it did not go live at its time: `moved_on`, something else was live by then; `names_gone`, something it names is not
    /// there any more. It stays until it is taken back or planned anew.
    pub failure: Option<String>,
}

/// One's own draft, frozen now as a version, to go live later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFlow {
    pub note: String,
    /// Of one's own draft, as it was read.
    pub revision: i64,
    /// Epoch milliseconds, at most a year from now.
    pub due_at: i64,
}

impl Check for PlanFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowCanaryView {
    pub flow_id: String,
    pub hash: String,
    pub number: Option<i64>,
    /// Of new runs, in percent.
    pub share_percent: i64,
    pub note: String,
    /// Id of a user.
    pub begun_by: String,
    pub since: i64,
}

/// One's own draft on trial, or another share for the version that is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryFlow {
    /// 1 to 99.
    pub share_percent: i64,
    /// Of one's own draft, as it was read; absent: only the share changes.
    #[serde(default)]
    pub revision: Option<i64>,
    #[serde(default)]
    pub note: String,
}

impl Check for TryFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !(1..=99).contains(&self.share_percent) {
            wrong.push(Invalid::new("share_percent", "应在 1 到 99 之间", "is 1 to 99"));
        }
        check::text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

/// How the runs of one version fared since the trial began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowTally {
    pub runs: i64,
    /// They move or wait.
    pub open: i64,
    pub done: i64,
    pub failed: i64,
    pub cancelled: i64,
    /// They gave their conversation to a person.
    pub handed_off: i64,
}

/// Both versions beside each other, runs since the trial began.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowCanaryDetail {
    #[serde(flatten)]
    pub canary: FlowCanaryView,
    pub live: FlowTally,
    pub trial: FlowTally,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteFlow {
    #[serde(default)]
    pub note: String,
}

impl Check for PromoteFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.note, "note", NOTE_MAX, wrong);
    }
}

/// A document to be played over what happened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BacktestFlow {
    #[schema(value_type = Object)]
    pub document: Value,
    /// How many of the newest runs that ended, 1 to 200; 50 when not given.
    #[serde(default)]
    pub runs: Option<i64>,
}

impl Check for BacktestFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.runs.is_some_and(|n| !(1..=200).contains(&n)) {
            wrong.push(Invalid::new("runs", "应在 1 到 200 之间", "is 1 to 200"));
        }
    }
}

/// What a run did, in short.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowCourse {
    /// `done`, `failed`, `cancelled`, or `running` where it stopped waiting for what nobody knows.
    pub status: String,
    /// Ids of nodes, in order.
    pub path: Vec<String>,
    /// What the bot said.
    pub said: Vec<String>,
    pub output: Value,
    #[serde(default)]
    pub error: Option<String>,
}

/// One past run, and what the document would have made of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowBacktested {
    /// Null where it is a conversation in which the flow would have begun.
    pub run_id: Option<String>,
    pub started_at: i64,
    pub conversation_id: Option<String>,
    /// `same`, `different`, or `unknown` where it asks for something the past does not tell.
    pub verdict: String,
    /// What went otherwise: `path`, `said`, `status`, `output`.
    pub differs: Vec<String>,
    /// The last node both passed, where they part.
    pub parts_at: Option<String>,
    /// The node that waits for what the past does not tell.
    pub waits_at: Option<String>,
    #[schema(value_type = FlowCourse)]
    pub then: Value,
    #[schema(value_type = FlowCourse)]
    pub now: Value,
}

#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct FlowBacktest {
    /// The flow has no runs yet: it was played over conversations in which it would have begun.
    pub from_conversations: bool,
    pub same: i64,
    pub different: i64,
    pub unknown: i64,
    pub items: Vec<FlowBacktested>,
}

/// An expression or a template and what it would be given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewExpression {
    pub text: String,
    /// `expression` or `template`.
    pub kind: String,
    /// Variables by name; `context` is one of them.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub values: serde_json::Map<String, Value>,
}

impl Check for PreviewExpression {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !matches!(self.kind.as_str(), "expression" | "template") {
            wrong.push(Invalid::new("kind", "应为 expression 或 template", "is expression or template"));
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpressionPreview {
    pub ok: bool,
    pub value: Value,
    /// Why there is no value.
    pub error: Option<String>,
    /// Variables it names that were not given.
    pub missing: Vec<String>,
}
