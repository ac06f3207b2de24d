//! What rules offer a customer to make up: met once per conversation, it is a line in the thread, which tells colleagues, webhooks and
//! the flows that begin on it.

use crate::draft::{Draft, Elsewhere};
use crate::rules::{facts, team_of};
use crate::settings::TenantSettings;
use crate::stages::identified;
use crate::{Engine, Result};
use qn_domain::{Activity, ActivityKey, Author, Compensation, Message, MessageKind};
use qn_routing::policy::MakeUp;
use serde_json::{Map, json};

impl Engine {
    /// Adds to the draft what rules offer for the first time, before it is committed.
    pub(crate) async fn make_up(&self, settings: &TenantSettings, draft: &mut Draft) -> Result<()> {
        let policy = &settings.routing.policy;
        let is_offered = policy.rules.iter().any(|rule| !rule.off && rule.then.compensation.is_some());
        let is_news = || draft.messages().iter().chain(&draft.heard).any(asks_rules);
        if !is_offered || draft.elsewhere != Elsewhere::No || !is_news() {
            return Ok(());
        }
        let c = &draft.conversation;
        let attributes = identified::attributes(self, &c.tenant_id, &c.contact_id).await?;
        let plan = policy.plan(&facts(c, &attributes, settings), team_of(c), draft.now);
        plan.compensation.into_iter().for_each(|offer| tell(draft, offer));
        Ok(())
    }
}

/// The customer said something, or people are to have it.
fn asks_rules(message: &Message) -> bool {
    let is_queued = || message.content.activity.as_ref().is_some_and(|activity| activity.key == ActivityKey::Queued);
    (message.kind == MessageKind::Incoming && !message.content.rating) || is_queued()
}

fn tell(draft: &mut Draft, MakeUp { name, rule }: MakeUp) {
    if draft.conversation.routing.compensation.iter().any(|known| known.name == name) {
        return;
    }
    let called = if rule.name.is_empty() { rule.id.clone() } else { rule.name };
    let params = [("name", json!(name)), ("rule", json!(called)), ("rule_id", json!(rule.id))];
    let params: Map<_, _> = params.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
    draft.activity(Activity { key: ActivityKey::CompensationOffered, params, public: false }, Author::system());
    let at = draft.now;
    draft.conversation.routing.compensation.push(Compensation { name, rule_id: rule.id, rule: called, at });
}
