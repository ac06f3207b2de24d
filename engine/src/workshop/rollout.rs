//! Moving versions: draft → shadow → canary → live → back. Each move is one stored step with who took it; whoever asks next is read by
//! what it left. Called by the API; nothing restarts.

use crate::{Engine, EngineError, Result};
use qn_domain::{ModelId, ModelState, StepKind, TenantId, TrainedModel, UserId, VersionStep};

/// Percent of the conversations a canary may have; all of them is being live.
const SHARE_PERCENT_MAX: i64 = 99;

impl Engine {
    /// Makes a version live at a threshold; publishing an earlier one is the way back.
    pub async fn publish_model(&self, tenant_id: &TenantId, id: &ModelId, threshold: f32, by: &UserId) -> Result<TrainedModel> {
        let model = qn_store::intent_model::get(&self.db, tenant_id, id).await?;
        let kind = if model.state == ModelState::Retired { StepKind::RolledBack } else { StepKind::Published };
        self.check_readable(&model).await?;
        qn_store::intent_model::publish(&self.db, &self.step(&model, kind, threshold, by)).await?;
        self.moved(tenant_id).await;
        Ok(qn_store::intent_model::get(&self.db, tenant_id, id).await?)
    }

    /// Publishes the version that was live before the one that is, at the threshold it had.
    pub async fn roll_back_model(&self, tenant_id: &TenantId, by: &UserId) -> Result<TrainedModel> {
        let previous = qn_store::intent_model::find_previous(&self.db, tenant_id).await?.ok_or(EngineError::NothingBefore)?;
        self.publish_model(tenant_id, &previous.id, previous.threshold, by).await
    }

    /// Puts a version on trial beside the live one, or changes its trial: a shadow at 0 percent, else a canary.
    pub async fn try_out_model(
        &self,
        tenant_id: &TenantId,
        id: &ModelId,
        share_percent: i64,
        threshold: Option<f32>,
        by: &UserId,
    ) -> Result<TrainedModel> {
        if !(0..=SHARE_PERCENT_MAX).contains(&share_percent) {
            return Err(EngineError::Invalid { field: "share_percent" });
        }
        let model = qn_store::intent_model::get(&self.db, tenant_id, id).await?;
        if model.state == ModelState::Live {
            return Err(EngineError::AlreadyLive);
        }
        self.check_readable(&model).await?;
        let kind = if share_percent > 0 { StepKind::Canary } else { StepKind::Shadow };
        let step = VersionStep { share_percent, ..self.step(&model, kind, threshold.unwrap_or(model.threshold), by) };
        qn_store::intent_model::start_trial(&self.db, &step).await?;
        self.moved(tenant_id).await;
        Ok(qn_store::intent_model::get(&self.db, tenant_id, id).await?)
    }

    /// Ends the trial there is. The version's id when there was one.
    pub async fn withdraw_trial(&self, tenant_id: &TenantId, by: &UserId) -> Result<Option<ModelId>> {
        let Some(model) = qn_store::intent_model::find_trial(&self.db, tenant_id).await? else { return Ok(None) };
        let step = self.step(&model, StepKind::Withdrawn, model.threshold, by);
        let withdrawn = qn_store::intent_model::withdraw(&self.db, &step).await?;
        self.moved(tenant_id).await;
        Ok(withdrawn.then_some(model.id))
    }

    /// Takes the live version out of use. True when there was one.
    pub async fn retire_model(&self, tenant_id: &TenantId, by: &UserId) -> Result<bool> {
        let Some(model) = qn_store::intent_model::find_live(&self.db, tenant_id).await? else { return Ok(false) };
        let step = self.step(&model, StepKind::TakenOff, model.threshold, by);
        let retired = qn_store::intent_model::retire_live(&self.db, &step).await?;
        self.moved(tenant_id).await;
        Ok(retired)
    }

    fn step(&self, model: &TrainedModel, kind: StepKind, threshold: f32, by: &UserId) -> VersionStep {
        VersionStep {
            tenant_id: model.tenant_id.clone(),
            model_id: model.id.clone(),
            number: model.number,
            kind,
            share_percent: 0,
            threshold,
            taken_by: by.clone(),
            at: self.now(),
        }
    }

    /// A version that cannot be read must not take over.
    async fn check_readable(&self, model: &TrainedModel) -> Result<()> {
        self.load_model(model).await.map(|_| ())
    }

    /// Reads the versions again before the caller is answered, so that no customer waits for it.
    async fn moved(&self, tenant_id: &TenantId) {
        self.models.forget(tenant_id);
        self.versions(tenant_id).await;
    }
}
