//! Versions that go live at a time people chose. The rows are the truth: what was due while the server was down goes live at the next
//! look. One that began from another version than is live by then, or names what is gone, stays where it is; its author is told.

use super::tell::Untold;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use qn_store::flow_plan::{self, FlowPlan};
use qn_store::{flow, flow_release, flow_version};
use qn_workflow::{Flow, Problem};

/// Looked at in one go.
const DUE_MAX: i64 = 100;
/// Of what is gone, so much is told.
const TOLD_MAX: usize = 3;

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
        let number = version.as_ref().map_or(0, |version| version.number);
        let document = version.and_then(|v| serde_json::from_str::<Flow>(&v.document).ok());
        let gone: Vec<Problem> = match &document {
            Some(document) => self.flow_names(&tenant_id, document).await?.into_iter().filter(Problem::is_error).collect(),
            None => Vec::new(),
        };
        let name = qn_base::text::line(&document.map_or_else(|| plan.flow_id.clone(), |flow| flow.name), 80);
        let failure = if !gone.is_empty() {
            Some(names_gone(&gone))
        } else if flow_release::carry_out(&self.db, plan, self.now(), &name).await? {
            None
        } else {
            Some(moved_on())
        };
        if let Some(why) = failure {
            if flow::find(&self.db, &tenant_id, &plan.flow_id).await?.is_none() {
                flow_plan::delete(&self.db, &tenant_id, &plan.flow_id).await?;
            }
            // Changed a moment ago: the next look takes it as it is then. Else it waits for a person.
            self.tell_untold(&tenant_id, plan, &Untold { name: &name, number, ..why }).await?;
        }
        self.flows_changed(&tenant_id);
        if let Err(error) = self.db.announce(&tenant_id, "flow", &plan.flow_id, self.now()).await {
            tracing::warn!(%error, flow = plan.flow_id, "that a planned version went live could not be announced");
        }
        Ok(())
    }
}

/// Something else is live than it began from.
fn moved_on() -> Untold<'static> {
    let (zh, en) = ("那时线上版本已经更新，请合并后重新安排。", "Something else was live by then. Merge and plan it again.");
    Untold { word: "moved_on", zh: zh.to_owned(), en: en.to_owned(), ..Untold::default() }
}

/// Something it names is not there any more.
fn names_gone(gone: &[Problem]) -> Untold<'static> {
    let told = |words: fn(&Problem) -> &str| gone.iter().take(TOLD_MAX).map(words).collect::<Vec<_>>().join("\n");
    Untold { word: "names_gone", zh: told(|problem| &problem.zh), en: told(|problem| &problem.en), ..Untold::default() }
}
