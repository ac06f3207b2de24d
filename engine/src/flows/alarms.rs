//! Alarms begin flows: each firing a run of its own, however often it is told. When one is over, the run that it began hears so.

use super::LiveFlow;
use crate::{Engine, EngineError, Result};
use qn_domain::TenantId;
use qn_runner::Error;
use qn_store::flow_run;
use qn_workflow::Flow;
use qn_workflow::alarm::{Alarm, AlarmStatus, RESOLVED};
use qn_workflow::run::Refusal;
use qn_workflow::trigger::{Begins, Resolved, Trigger};

/// What became of the alarms of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmsTaken {
    pub runs: Vec<AlarmRun>,
    /// Alarms that the flow's start does not ask for, and those over that no run under way began with.
    pub passed_over: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRun {
    pub key: String,
    pub run_id: String,
    /// It is over, and the run has been told.
    pub resolved: bool,
    /// The run knew before.
    pub repeated: bool,
}

/// A flow as alarms find it.
struct AlarmFlow {
    id: String,
    begins: Begins,
    /// None: switched off.
    live: Option<LiveFlow>,
}

impl Engine {
    /// Whether the flow's start takes alarms, also one that is switched off.
    pub async fn takes_alarms(&self, tenant_id: &TenantId, flow_id: &str) -> Result<bool> {
        Ok(self.alarm_flow(tenant_id, flow_id).await?.begins.trigger == Trigger::Alarm)
    }

    /// Each alarm begins a run or tells the one that it began. One that cannot is said when all others have had their turn: whoever
    /// sends them all again changes nothing of these. A flow that is off begins nothing, and its runs hear what is over.
    pub async fn take_alarms(&self, tenant_id: &TenantId, flow_id: &str, alarms: &[Alarm]) -> Result<AlarmsTaken> {
        let flow = self.alarm_flow(tenant_id, flow_id).await?;
        let (mut taken, mut failed) = (AlarmsTaken::default(), None);
        for alarm in alarms {
            match self.take_alarm(tenant_id, &flow, alarm).await {
                Ok(Some(run)) => taken.runs.push(run),
                Ok(None) => taken.passed_over += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(taken), Err)
    }

    async fn alarm_flow(&self, tenant_id: &TenantId, flow_id: &str) -> Result<AlarmFlow> {
        let none = || EngineError::not_found("live flow", flow_id);
        let stored = qn_store::flow::get(&self.db, tenant_id, flow_id).await?;
        if stored.enabled && stored.live.is_some() {
            let flow = self.live_flow(tenant_id, flow_id).await?;
            return Ok(AlarmFlow { id: flow.id.clone(), begins: flow.begins.clone(), live: Some(flow) });
        }
        let hash = stored.live_hash().ok_or_else(none)?;
        let version = qn_store::flow_version::find(&self.db, tenant_id, hash).await?.ok_or_else(none)?;
        let document: Flow = serde_json::from_str(&version.document).map_err(|_| none())?;
        Ok(AlarmFlow { id: stored.id, begins: Begins::of(&document), live: None })
    }

    async fn take_alarm(&self, tenant_id: &TenantId, flow: &AlarmFlow, alarm: &Alarm) -> Result<Option<AlarmRun>> {
        let trigger = format!("alarm:{}:{}", flow.id, alarm.key);
        match alarm.status {
            AlarmStatus::Firing if flow.begins.takes(alarm) => {
                let live = flow.live.as_ref().ok_or_else(|| EngineError::not_found("live flow", &flow.id))?;
                self.alarm_fires(tenant_id, live, alarm, &trigger).await.map(Some)
            }
            AlarmStatus::Resolved if flow.begins.resolved == Resolved::Signal => self.alarm_is_over(tenant_id, alarm, &trigger).await,
            AlarmStatus::Firing | AlarmStatus::Resolved => Ok(None),
        }
    }

    async fn alarm_fires(&self, tenant_id: &TenantId, flow: &LiveFlow, alarm: &Alarm, trigger: &str) -> Result<AlarmRun> {
        let event = serde_json::to_value(alarm).unwrap_or_default();
        let input = self.known_inputs(tenant_id, flow.version_for(trigger), &event).await?;
        let began = self.start_flow(tenant_id, &flow.id, Some(trigger), input, event).await?;
        Ok(AlarmRun { key: alarm.key.clone(), run_id: began.run_id, resolved: false, repeated: began.repeated })
    }

    /// The run keeps what it hears until a step listens for it. None where no run under way began with it.
    async fn alarm_is_over(&self, tenant_id: &TenantId, alarm: &Alarm, trigger: &str) -> Result<Option<AlarmRun>> {
        let Some(run) = flow_run::find_by_trigger(&self.db, tenant_id, trigger).await? else { return Ok(None) };
        let event = serde_json::to_value(alarm).unwrap_or_default();
        match self.runner()?.signal(tenant_id, &run.id, RESOLVED, RESOLVED, event).await {
            Ok(heard) => Ok(Some(AlarmRun { key: alarm.key.clone(), run_id: run.id, resolved: true, repeated: !heard })),
            Err(Error::Refused(Refusal::NotRunning) | Error::NoRun(_)) => Ok(None),
            Err(error) => Err(EngineError::from(error)),
        }
    }
}
