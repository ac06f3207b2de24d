//! Versions that go live at a time people chose. The rows are the truth: what was due while the server was down goes live at the next
//! look. One that began from another version than is live by then stays where it is and says so.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use qn_store::flow_plan::{self, FlowPlan};
use qn_store::{flow, flow_release, flow_version};
use qn_workflow::Flow;

/// Looked at in one go.
const DUE_MAX: i64 = 100;
/// Something else is live than it began from.
const MOVED_ON: &str = "moved_on";

impl Engine {
    /// Makes live what is due and gives the time of the next.
    pub async fn publish_due(&self) -> Result<Option<Timestamp>> {
        for plan in flow_plan::list_due(&self.db, self.now(), DUE_MAX).await? {
            self.carry_out_plan(&plan).await?;
        }
        Ok(flow_plan::next_due(&self.db).await?)
    }

    async fn carry_out_plan(&self, plan: &FlowPlan) -> Result<()> {
        let tenant_id = TenantId(plan.tenant_id.clone());
        let version = flow_version::find(&self.db, &tenant_id, &plan.hash).await?;
        let name = version.and_then(|v| serde_json::from_str::<Flow>(&v.document).ok()).map(|flow| flow.name);
        let name = qn_base::text::line(&name.unwrap_or_else(|| plan.flow_id.clone()), 80);
        if !flow_release::carry_out(&self.db, plan, self.now(), &name).await? {
            if flow::find(&self.db, &tenant_id, &plan.flow_id).await?.is_none() {
                flow_plan::delete(&self.db, &tenant_id, &plan.flow_id).await?;
            }
            // Changed a moment ago: the next look takes it as it is then. Else it waits for a person.
            flow_plan::fail(&self.db, plan, MOVED_ON, self.now()).await?;
        }
        self.flows_changed(&tenant_id);
        if let Err(error) = self.db.announce(&tenant_id, "flow", &plan.flow_id, self.now()).await {
            tracing::warn!(%error, flow = plan.flow_id, "that a planned version went live could not be announced");
        }
        Ok(())
    }
}
