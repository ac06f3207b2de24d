//! A customer takes an answer back while their flow asks nothing: it waits for a colleague, for time or for news. Which run can still go
//! back to the answer is looked up before the message is decided on; the run is told afterwards, and the customer what came of it.

use super::follow::text;
use super::talk::Once;
use super::turn::Turn;
use crate::{Engine, Result};
use qn_domain::{Author, BotState, Button, ButtonAction, Content, ConversationId, EffectRow, MessageKind, Repair, TenantId};
use qn_workflow::run::Correctable;
use serde_json::json;

impl Engine {
    /// What a correction means to the runs at work here, innermost first: the first that can still go back, else the first that would have
    /// had to. None where the words take back no answer of any, or nobody can say.
    pub(crate) async fn takes_back(&self, tenant_id: &TenantId, bot: &BotState, said: &str) -> Option<Turn> {
        let runner = self.runner().ok()?;
        let mut late = None;
        for flow in bot.flows.iter().rev().filter(|flow| !flow.asks() && !flow.run_id.is_empty()) {
            let (run_id, name) = (flow.run_id.clone(), flow.name.clone());
            match runner.correctable(tenant_id, &run_id, said.trim()).await {
                Ok(Correctable::Now) => return Some(Turn::Correct { run_id, name }),
                Ok(Correctable::TooLate) => late = late.or(Some(Turn::TooLate { run_id, name })),
                Ok(Correctable::NotMeant) => {}
                Err(error) => tracing::warn!(%error, run = %run_id, "it could not be read what a customer may still correct"),
            }
        }
        late
    }

    /// Told first, so that what the run then asks comes after it.
    pub(super) async fn take_answer_back(&self, effect: &EffectRow) -> Result<()> {
        let (tenant_id, run_id, said) = (&effect.tenant_id, text(effect, "run_id"), text(effect, "said"));
        let runner = self.runner()?;
        if runner.correctable(tenant_id, run_id, said).await? != Correctable::Now {
            return self.tell_too_late(effect).await;
        }
        if self.tell_of_it(effect, Repair::TakenBack, &effect.key).await? == Once::Nothing {
            return Ok(());
        }
        let mut reply = json!({"text": said, "message_id": effect.payload["message_id"]});
        self.name_besides(tenant_id, &mut reply).await?;
        match runner.correct(tenant_id, run_id, &effect.key, reply).await {
            Ok(_) => Ok(()),
            // The run went on while it was told.
            Err(qn_runner::Error::Refused(_)) => self.tell_too_late(effect).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Not where an earlier try took it back; but also where one only said so, before the server stopped. Hence a key of its own.
    async fn tell_too_late(&self, effect: &EffectRow) -> Result<()> {
        if self.runner()?.has_heard(&effect.tenant_id, text(effect, "run_id"), &effect.key).await? {
            return Ok(());
        }
        self.tell_of_it(effect, Repair::TooLate, &format!("{}:late", effect.key)).await.map(drop)
    }

    /// Nothing where a person has taken over: the correction is theirs to make.
    async fn tell_of_it(&self, effect: &EffectRow, repair: Repair, key: &str) -> Result<Once> {
        let (run_id, id) = (text(effect, "run_id"), ConversationId::from(text(effect, "conversation_id")));
        self.decide_in_words(&effect.tenant_id, &id, run_id, key, |draft| {
            if !draft.conversation.bot_speaks() {
                return Ok(false);
            }
            let words = draft.repair(run_id, repair, text(effect, "name"));
            let label = draft.conversation.language.pick("转人工", "Talk to a person").to_owned();
            let person = (repair == Repair::TooLate).then_some(Button { label, action: ButtonAction::Handoff });
            let buttons = person.into_iter().collect();
            draft.message(MessageKind::Outgoing, Author::bot(), Content { buttons, ai: true, ..Content::text(words) });
            Ok(true)
        })
        .await
    }
}
