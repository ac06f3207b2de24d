//! What to do next in a conversation, for the person who has it: a few steps, each with its reason, from what is known already. No
//! model is asked and nothing is written; taking a step is an act like any other.

mod decide;
mod talk;

use crate::{Actor, Engine, Result};
use decide::{Facts, decide};
use qn_domain::{ContactId, Conversation, ConversationFilter, ConversationId, MessageId, Owner, Status, TenantId, Timestamp};
use qn_store::conversation;
use talk::Talk;

/// Of the case, the last ones.
const MESSAGES_MAX: i64 = 30;
/// Of a person, looked through.
const CASES_MAX: i64 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BestKind {
    /// The customer's question is nearly or already late.
    Answer,
    /// They thanked, and nothing is open.
    Resolve,
    /// A live flow begins with what they want, and the bot goes on with it.
    BeginFlow,
    /// Another open conversation of the same person, on another channel.
    Merge,
    /// Another contact may be the same person.
    SamePerson,
    /// They were asked something and have not answered.
    Pend,
}

/// One step and its reason; what a kind has no use for is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextBest {
    pub kind: BestKind,
    /// Id of the flow, the conversation or the contact it is about.
    pub target: String,
    /// What that is called.
    pub title: String,
    pub title_en: Option<String>,
    /// The words that speak for it.
    pub quote: String,
    /// Where they stand.
    pub message_id: Option<MessageId>,
    /// Until when an answer was promised.
    pub at: Option<Timestamp>,
    /// How likely it is.
    pub percent: Option<i64>,
}

impl Engine {
    /// At most three, the most pressing first; none for whoever does not have the conversation.
    pub async fn next_best(&self, actor: &Actor, id: &ConversationId) -> Result<Vec<NextBest>> {
        let tenant_id = &actor.tenant_id;
        let c = conversation::get(&self.db, tenant_id, id).await?;
        if !is_theirs(&c, actor) {
            return Ok(Vec::new());
        }
        let messages = self.case_messages(tenant_id, id, MESSAGES_MAX).await?;
        let talk = Talk::of(&messages, &*self.intents);
        let book = self.book(tenant_id).await;
        let person = self.person(tenant_id, &c.contact_id).await?;
        let others = self.open_elsewhere(&c, person.contacts.into_iter().map(|contact| contact.id).collect()).await?;
        let intent = self.intent_of(tenant_id, &talk).await;
        let settings = self.settings(tenant_id).await?;
        let inbox_name = |other: &Conversation| settings.inboxes.get(&other.inbox_id).map(|inbox| inbox.name.clone()).unwrap_or_default();
        Ok(decide(&Facts {
            now: self.now(),
            conversation: &c,
            messages: &messages,
            talk: &talk,
            book: &book,
            intents: &*self.intents,
            intent: intent.as_deref(),
            bot_enabled: settings.inbox(&c.inbox_id)?.bot_enabled,
            other: others.first().map(|other| (other, inbox_name(other))),
            likely: person.likely.first().map(|likely| (&likely.contact, likely.probability)),
        }))
    }

    /// What the trained version makes of the customer's last wish; it reads nothing by itself while a person has the conversation.
    async fn intent_of(&self, tenant_id: &TenantId, talk: &Talk<'_>) -> Option<String> {
        let wish = talk.wishes.first()?;
        let model = self.live_model(tenant_id).await?;
        let reading = model.read(&wish.content.text, &self.encoder).await;
        if reading.accepted { reading.ranked.first().map(|first| first.name.clone()) } else { None }
    }

    /// The person's open conversations on other channels that nobody tied to this one or took apart from it.
    async fn open_elsewhere(&self, c: &Conversation, contact_ids: Vec<ContactId>) -> Result<Vec<Conversation>> {
        let by = ConversationFilter { statuses: vec![Status::Open, Status::Pending, Status::Snoozed], ..ConversationFilter::default() };
        let filter = conversation::Filter { by, contact_ids, now: self.now(), ..conversation::Filter::default() };
        let mut open = conversation::list(&self.db, &c.tenant_id, &filter, None, CASES_MAX).await?.items;
        open.retain(|other| other.inbox_id != c.inbox_id && other.tied.split_from.is_none());
        if open.is_empty() || c.tied.split_from.is_some() {
            return Ok(Vec::new());
        }
        let ties = self.ties(&c.tenant_id, &c.id).await?;
        open.retain(|other| ties.iter().all(|tie| tie.from != other.id && tie.to != other.id));
        Ok(open)
    }
}

/// Their own, or one that waits for anybody.
fn is_theirs(c: &Conversation, actor: &Actor) -> bool {
    let has_it = match &c.owner {
        Owner::Agent { agent_id } => *agent_id == actor.user_id,
        Owner::Queue { .. } => true,
        Owner::Bot => false,
    };
    has_it && c.status != Status::Resolved && c.tied.merged_into.is_none()
}
