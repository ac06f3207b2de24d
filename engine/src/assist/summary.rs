//! A conversation in a few lines: by the language model where there is one, else taken from what was said. For agents on demand, and for
//! the packet of a hand-off, where the model's words replace the template's once they are there. A person never waits for them.

use super::talk;
use crate::deliver::Done;
use crate::{Actor, Engine, Result};
use qn_domain::{Conversation, ConversationId, Effect, EffectKind, EffectRow, Language, Message, TenantId, Timestamp};
use qn_llm::uses::summary;
use qn_llm::{Line, LlmError, Speaker};
use serde_json::json;

/// The customer's words that are quoted, newest.
const QUOTES_MAX: usize = 4;
const QUOTE_CHARS_MAX: usize = 80;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summarised {
    pub text: String,
    /// False when it was only put together from quotes.
    pub by_model: bool,
    /// Why the model did not write it, when there is one; a stable code.
    pub problem: Option<&'static str>,
}

impl Engine {
    pub async fn summarise(&self, actor: &Actor, id: &ConversationId) -> Result<Summarised> {
        let case = self.case(&actor.tenant_id, id).await?;
        let language = self.reader_language(actor).await.unwrap_or(case.conversation.language);
        let extract = |problem| Summarised { text: extract(&talk::lines(&case.messages), language), by_model: false, problem };
        match self.model_summary(&case.conversation, &case.messages, language).await {
            None => Ok(extract(None)),
            Some(Ok(text)) => Ok(Summarised { text, by_model: true, problem: None }),
            Some(Err(error)) => {
                tracing::info!(%error, conversation = %id, "no summary by the model");
                Ok(extract(Some(error.code())))
            }
        }
    }

    /// Agents read in their own language, whatever the customer speaks.
    async fn reader_language(&self, actor: &Actor) -> Option<Language> {
        self.settings(&actor.tenant_id).await.ok()?.users.get(&actor.user_id).map(|user| user.language)
    }

    /// None without a model.
    async fn model_summary(
        &self,
        c: &Conversation,
        messages: &[Message],
        language: Language,
    ) -> Option<std::result::Result<String, LlmError>> {
        let llm = self.llm.as_ref()?;
        let mut veil = self.veil(c).await;
        let chat = summary::chat(&talk::lines(messages), language, &mut veil);
        let asked = llm.ask_for(self, &c.tenant_id, &chat).await;
        Some(asked.and_then(|value| summary::read(&value, &veil)).map(|summary| summary.text))
    }

    /// Puts the model's words into the hand-off packet `at`, if it is still the conversation's. Nothing is lost without them.
    pub(crate) async fn on_summary_due(&self, effect: &EffectRow) -> Done {
        let id: ConversationId = effect.payload["conversation_id"].as_str().unwrap_or_default().into();
        let at = effect.payload["at"].as_i64().unwrap_or_default();
        if let Err(error) = self.improve_packet(&effect.tenant_id, &id, at).await {
            tracing::warn!(%error, conversation = %id, "the hand-off packet keeps its template summary");
        }
        Done::Yes
    }

    async fn improve_packet(&self, tenant_id: &TenantId, id: &ConversationId, at: Timestamp) -> Result<()> {
        let case = self.case(tenant_id, id).await?;
        let Some(packet) = case.conversation.handoff.as_ref().filter(|packet| packet.at == at) else { return Ok(()) };
        let text = match self.model_summary(&case.conversation, &case.messages, packet.language).await {
            Some(Ok(text)) => text,
            Some(Err(error)) => {
                tracing::info!(%error, conversation = %id, "the hand-off packet keeps its template summary");
                return Ok(());
            }
            None => return Ok(()),
        };
        let why = crate::handoff::why(packet.reason, packet.language);
        let summary = format!("{why}{}{text}", packet.language.pick("。", ". "));
        let done = self.decide(tenant_id, id, |draft| {
            if let Some(packet) = draft.conversation.handoff.as_mut().filter(|packet| packet.at == at) {
                packet.summary.clone_from(&summary);
            }
            Ok(())
        });
        done.await.map(|_| ())
    }
}

/// What a hand-off owes when there is a model.
pub(crate) fn effect(c: &Conversation, now: Timestamp) -> Option<Effect> {
    let at = c.handoff.as_ref()?.at;
    Some(Effect {
        kind: EffectKind::HandoffSummary,
        key: format!("summary:{}:{at}", c.id),
        payload: json!({"conversation_id": c.id, "at": at}),
        due_at: now,
        trace: None,
    })
}

/// From quotes: what the customer said, and who answered last.
fn extract(lines: &[Line], language: Language) -> String {
    let quote = |text: &str| language.pick("「{}」", "“{}”").replace("{}", &qn_base::text::line(text, QUOTE_CHARS_MAX));
    let said: Vec<String> = lines.iter().filter(|l| l.speaker == Speaker::Customer).map(|l| quote(&l.text)).collect();
    let newest = &said[said.len().saturating_sub(QUOTES_MAX)..];
    let mut parts = vec![match newest.is_empty() {
        true => language.pick("客户还没有说话", "The customer has not said anything yet").to_owned(),
        false => format!("{}{}", language.pick("客户说：", "The customer said: "), newest.join(language.pick("、", ", "))),
    }];
    let answer = |speaker| lines.iter().rev().find(|l| l.speaker == speaker).map(|l| quote(&qn_knowledge::markdown::to_text(&l.text)));
    if let Some(text) = answer(Speaker::Bot) {
        parts.push(format!("{}{text}", language.pick("机器人最后答：", "the bot last answered: ")));
    }
    if let Some(text) = answer(Speaker::Agent) {
        parts.push(format!("{}{text}", language.pick("坐席最后答：", "an agent last answered: ")));
    }
    let waits = lines.last().is_some_and(|l| l.speaker == Speaker::Customer);
    parts.extend(waits.then(|| language.pick("客户在等答复", "the customer waits for an answer").to_owned()));
    format!("{}{}", parts.join(language.pick("；", "; ")), language.pick("。", "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_make_a_summary() {
        let line = |speaker, text: &str| Line { speaker, text: text.into() };
        let lines = [line(Speaker::Customer, "怎么退货"), line(Speaker::Bot, "签收后 **7 天**内"), line(Speaker::Customer, "已经拆了")];
        assert_eq!(extract(&lines, Language::Zh), "客户说：「怎么退货」、「已经拆了」；机器人最后答：「签收后 7 天内」；客户在等答复。");
        assert_eq!(extract(&[], Language::En), "The customer has not said anything yet.");
    }
}
