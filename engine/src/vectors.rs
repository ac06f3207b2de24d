//! Vectors for what the company knows, where the operator configured an encoder: articles and canned responses are encoded in the
//! background, a few texts at a time, after their index serves by words. Not the search itself (`qn_knowledge`), and never in the way of a
//! turn or of the start.

use crate::Engine;
use qn_domain::TenantId;
use qn_knowledge::KnowledgeBase;
use std::sync::Arc;

impl Engine {
    /// Starts encoding the tenant's articles and returns at once.
    pub(crate) fn encode_knowledge(&self, tenant_id: &TenantId) {
        self.encode_texts(&self.knowledge, tenant_id);
    }

    /// Starts encoding what a base knows of the tenant and returns at once. Ends by itself when all is done, the encoder fails, or the base
    /// goes.
    pub(crate) fn encode_texts(&self, base: &Arc<KnowledgeBase>, tenant_id: &TenantId) {
        let Some(encoder) = self.encoder.find() else { return };
        let (base, health) = (Arc::downgrade(base), self.encoder.clone());
        let tenant_id = tenant_id.clone();
        tokio::task::spawn_blocking(move || {
            while let Some(base) = base.upgrade() {
                // One step at a time in the whole process: turns need the cores more.
                let step = health.in_background(|| base.encode_some(&tenant_id, &*encoder));
                health.note(step.as_ref().err());
                if !step.unwrap_or(false) {
                    break;
                }
            }
        });
    }

    /// The vector of a question to the tenant's articles; empty, and nothing is encoded, while they have none.
    pub(crate) async fn question_vector(&self, tenant_id: &TenantId, text: &str) -> Vec<f32> {
        if self.knowledge.has_vectors(tenant_id) { self.encoder.vector(text).await } else { Vec::new() }
    }
}
