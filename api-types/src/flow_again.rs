//! Runs that go on otherwise than they were going: again from the step that failed, or under another version.

use crate::check::{Check, Invalid};
use crate::flow::FlowProblem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryFlowRun {
    /// As the run's steps name it; without it the step that failed last.
    #[serde(default)]
    pub step: Option<String>,
}

impl Check for RetryFlowRun {}

/// A waiting run and the version it is to go on under.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveFlowRun {
    /// Number or content hash of a published version of the same flow.
    pub version: String,
    /// Nodes that have another name there: old to new. Others keep theirs.
    #[serde(default)]
    pub nodes: BTreeMap<String, String>,
    /// Only says what stands against it.
    #[serde(default)]
    pub dry_run: bool,
}

impl Check for MoveFlowRun {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.nodes.len() > 1_000 {
            wrong.push(Invalid::new("nodes", "最多 1000 个", "has at most 1000 entries"));
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowRunMoved {
    /// False in a dry run, and where something stands against it.
    pub moved: bool,
    pub problems: Vec<FlowProblem>,
}
