//! One act on many runs of flows, named by what they have in common, and what came of it.

use crate::bulk::BulkRefused;
use crate::check::{self, Check, Invalid};
use crate::flow_run::FlowRunState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowRunsAction {
    /// Those that have not ended; what they did is taken back by their compensations.
    Cancel,
    /// Those that failed go on from the step that failed.
    Retry,
    /// Those that have not ended and are not held.
    Pause,
    /// Those that are held.
    Resume,
}

/// As the list of runs takes it; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FlowRunsFilter {
    /// Id of a flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<FlowRunState>,
    /// Id of the conversation it talks in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Begun then or later, epoch milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Only those that failed, went to nobody and were not closed.
    pub dead: bool,
    /// Only those that owe something and did nothing for ten minutes.
    pub stuck: bool,
    /// What they are searched by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActOnFlowRuns {
    pub action: FlowRunsAction,
    pub filter: FlowRunsFilter,
    /// Kept with the order; shown with the runs that are cancelled.
    #[serde(default)]
    pub reason: String,
    /// Only says how many there are.
    #[serde(default)]
    pub dry_run: bool,
}

impl Check for ActOnFlowRuns {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.reason, "reason", 500, wrong);
        if let Some(q) = &mut self.filter.q {
            check::optional_name(q, "filter.q", 100, wrong);
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlowRunsActed {
    /// Runs that fit the filter and the action; at most 500.
    pub matched: i64,
    /// Of these so many were changed; none in a dry run.
    pub done: i64,
    /// Why others were not; the first 50.
    pub refused: Vec<BulkRefused>,
    /// More fit than are acted on at once: order it again.
    pub more: bool,
}

/// An order about many runs, as it was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunsOrder {
    pub id: String,
    pub action: FlowRunsAction,
    pub filter: FlowRunsFilter,
    pub reason: String,
    /// Id of a person.
    pub by: String,
    pub at: i64,
    /// None while it is carried out, or where the server stopped in the middle.
    pub outcome: Option<FlowRunsActed>,
}
