//! What became of the alarms that a monitoring system posted to a flow.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowAlarmsTaken {
    pub runs: Vec<FlowAlarmRun>,
    /// Alarms that the flow's start does not ask for, and those over that no run under way began with.
    pub passed_over: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowAlarmRun {
    /// Names one firing; read by the flow as `context.event.key`.
    pub key: String,
    pub run_id: String,
    /// The alarm is over, and the run that it began was told.
    pub resolved: bool,
    /// The run knew before.
    pub repeated: bool,
}
