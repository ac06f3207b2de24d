//! Answers offered to an agent beside the thread: from the articles, the canned responses and the catalogue, best first, each with its
//! source and confidence. No language model is asked here. They are inserted by the agent, never sent from here.

use super::talk::{self, Open};
use crate::stages::identified;
use crate::{Actor, Engine, EngineError, Readership, Result};
use qn_domain::{
    ArticleAudience, Conversation, ConversationId, Language, Offer, Offered, Owner, SuggestionOutcome, SuggestionSource, TenantId,
};
use qn_knowledge::catalogue::{self, Kind, Seen, Talk};
use qn_knowledge::{Hit, NEAR_MIN, Query, Reader};
use std::collections::HashMap;

/// More would not be read.
const OFFERED_MAX: usize = 3;
/// Less likely answers cost an agent more reading than they save.
const OFFERED_MIN: f32 = 0.3;
/// What the catalogue clearly says; it knows no shades.
const PRODUCT_SURE: f32 = 0.95;
const PRODUCT_WEAK: f32 = 0.5;

/// What an agent is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggested {
    /// The customer's message it answers; 0 when there is nothing to answer.
    pub seq: i64,
    /// Best first.
    pub items: Vec<Offered>,
    /// A language model is configured and there is something to draft from.
    pub can_draft: bool,
}

/// Everything a suggestion is made of.
pub(super) struct Case {
    pub conversation: Conversation,
    pub messages: Vec<qn_domain::Message>,
    pub open: Option<Open>,
}

/// What is searched for, with its vector: empty where there is no encoder, or articles have none yet.
pub(super) struct Wording {
    text: String,
    vector: Vec<f32>,
}

pub(super) struct Asked {
    together: Wording,
    /// Where several questions are open.
    last: Option<Wording>,
}

impl Engine {
    /// Offers answers to the customer's last turns. What is offered to the conversation's owner is remembered until they answer.
    pub async fn suggest(&self, actor: &Actor, id: &ConversationId) -> Result<Suggested> {
        let case = self.case(&actor.tenant_id, id).await?;
        let Some(open) = &case.open else { return Ok(Suggested { seq: 0, items: vec![], can_draft: false }) };
        let readers = self.colleagues(&actor.tenant_id).await?;
        let asked = self.what_is_asked(&actor.tenant_id, open).await;
        let mut items = self.answers_in_articles(&actor.tenant_id, &asked, case.conversation.language, &readers);
        let has_sources = !items.is_empty();
        items.extend(self.answer_in_catalogue(&case, open).await);
        items.extend(self.answers_in_canned(actor, &case, &asked).await?);
        items.retain(|item| item.confidence >= OFFERED_MIN);
        items.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        items.truncate(OFFERED_MAX);
        self.remember_offer(actor, &case.conversation, open.seq, &items).await?;
        let can_draft = self.llm.is_some() && (has_sources || items.iter().any(|i| i.source == SuggestionSource::Product));
        Ok(Suggested { seq: open.seq, items, can_draft })
    }

    pub(super) async fn case(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<Case> {
        let found = qn_store::conversation::find(&self.db, tenant_id, id).await?;
        let conversation = found.ok_or_else(|| EngineError::not_found("conversation", id))?;
        let messages = self.case_messages(tenant_id, id, talk::MESSAGES_MAX).await?;
        let open = talk::open(&messages, &*self.intents);
        Ok(Case { conversation, messages, open })
    }

    /// The questions together and the last one alone, as they are searched with: each encoded once, while articles have vectors.
    pub(super) async fn what_is_asked(&self, tenant_id: &TenantId, open: &Open) -> Asked {
        let together = self.wording(tenant_id, open.together()).await;
        let last = if open.last() == together.text { None } else { Some(self.wording(tenant_id, open.last().to_owned()).await) };
        Asked { together, last }
    }

    async fn wording(&self, tenant_id: &TenantId, text: String) -> Wording {
        let vector = self.question_vector(tenant_id, &text).await;
        Wording { text, vector }
    }

    /// Articles for the questions together and for the last one alone, the better of the two.
    pub(super) fn hits(&self, tenant_id: &TenantId, asked: &Asked, language: Language, readers: &Readership) -> Vec<Hit> {
        let mut best: HashMap<String, Hit> = HashMap::new();
        for Wording { text, vector } in std::iter::once(&asked.together).chain(&asked.last) {
            let query = Query { text, language, limit: 5, reader: readers.reader(&[]) };
            for hit in self.knowledge.search_near(tenant_id, &query, vector) {
                let known = best.get(hit.article_id.as_str());
                if hit.score >= NEAR_MIN && known.is_none_or(|known| known.score < hit.score) {
                    best.insert(hit.article_id.0.clone(), hit);
                }
            }
        }
        let mut hits: Vec<Hit> = best.into_values().collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.article_id.cmp(&b.article_id)));
        hits
    }

    fn answers_in_articles(&self, tenant_id: &TenantId, asked: &Asked, language: Language, readers: &Readership) -> Vec<Offered> {
        let offered = |hit: Hit| Offered {
            key: format!("article:{}", hit.article_id),
            source: SuggestionSource::Article,
            title: hit.title,
            text: hit.passage,
            language: hit.language,
            confidence: hit.score,
            articles: vec![hit.article_id],
            internal: hit.audience == ArticleAudience::Staff,
        };
        self.hits(tenant_id, asked, language, readers).into_iter().take(OFFERED_MAX).map(offered).collect()
    }

    pub(super) async fn answer_in_catalogue(&self, case: &Case, open: &Open) -> Option<Offered> {
        let c = &case.conversation;
        let shelf = self.shelf(&c.tenant_id).await;
        if shelf.is_empty() {
            return None;
        }
        let before: Talk = c.bot.talk.read().unwrap_or_default();
        let page = c.page.as_ref().map(|page| (page.url.as_str(), page.title.as_str()));
        // Who cannot be read is offered what anybody is.
        let owns =
            identified::attributes(self, &c.tenant_id, &c.contact_id).await.map(|known| identified::owns(&known)).unwrap_or_default();
        let seen = Seen { text: open.last(), language: c.language, usual: c.language, page, owns: &owns, now: self.now() };
        let reply = catalogue::turn(&shelf, &before, &seen).1.filter(|reply| reply.kind != Kind::Unknown)?;
        Some(Offered {
            key: "product".into(),
            source: SuggestionSource::Product,
            title: c.language.pick("商品目录", "Product catalogue").into(),
            text: reply.text,
            language: reply.language,
            confidence: if reply.weak { PRODUCT_WEAK } else { PRODUCT_SURE },
            articles: vec![],
            internal: false,
        })
    }

    async fn answers_in_canned(&self, actor: &Actor, case: &Case, asked: &Asked) -> Result<Vec<Offered>> {
        let pages = self.canned_pages(&actor.tenant_id).await?;
        if pages.responses.is_empty() {
            return Ok(vec![]);
        }
        let customer = qn_store::contact::find(&self.db, &actor.tenant_id, &case.conversation.contact_id).await?;
        let customer = customer.map(|contact| contact.name).unwrap_or_default();
        let (Wording { text, vector }, language) = (&asked.together, case.conversation.language);
        let query = Query { text, language, limit: OFFERED_MAX, reader: Reader::EVERYTHING };
        let hits = pages.base.search_near(&actor.tenant_id, &query, vector);
        let offered = hits.into_iter().filter(|hit| hit.score >= NEAR_MIN).filter_map(|hit| {
            let response = pages.responses.iter().find(|c| c.id.as_str() == hit.article_id.as_str())?;
            Some(Offered {
                key: format!("canned:{}", response.id),
                source: SuggestionSource::Canned,
                title: response.shortcut.clone(),
                text: fill_in(&response.text, &customer, &actor.name),
                language: hit.language,
                confidence: hit.score,
                articles: vec![],
                internal: false,
            })
        });
        Ok(offered.collect())
    }

    /// Only what the owner sees is an offer: a colleague who looks on has nothing to answer.
    pub(super) async fn remember_offer(&self, actor: &Actor, c: &Conversation, seq: i64, items: &[Offered]) -> Result<()> {
        let owns = matches!(&c.owner, Owner::Agent { agent_id } if *agent_id == actor.user_id);
        if !owns || items.is_empty() {
            return Ok(());
        }
        let offer = Offer {
            tenant_id: actor.tenant_id.clone(),
            conversation_id: c.id.clone(),
            seq,
            user_id: actor.user_id.clone(),
            offered: items.to_vec(),
            outcome: SuggestionOutcome::Offered,
            used: None,
            at: self.now(),
            settled_at: None,
        };
        Ok(qn_store::suggestion::offer(&self.db, &offer).await?)
    }
}

/// `{{contact}}` and `{{agent}}` stand for the names at hand, as in the composer.
fn fill_in(text: &str, customer: &str, agent: &str) -> String {
    let mut text = text.to_owned();
    for (name, value) in [("contact", customer), ("agent", agent)] {
        text = text.replace(&format!("{{{{{name}}}}}"), value).replace(&format!("{{{{ {name} }}}}"), value);
    }
    text
}
