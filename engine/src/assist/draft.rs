//! A drafted answer for an agent, written by the language model from what was found, with its sources. Takes seconds; nothing waits for
//! it and no transaction is open meanwhile. Why there is none is a word the screen explains.

use super::suggest::Case;
use super::talk;
use crate::{Actor, Engine, Result};
use qn_domain::{ArticleId, ConversationId, Offered, SuggestionSource};
use qn_llm::uses::answer;
use qn_llm::{Llm, LlmError, Passage, Veil};
use std::sync::Arc;

const PASSAGES_MAX: usize = 4;

#[derive(Debug, Clone, PartialEq)]
pub enum Drafted {
    Ready(Box<Offered>),
    /// `off`, `nothing_asked`, `nothing_found`, `not_answerable`, or an `llm_…` code.
    Not(&'static str),
}

impl Engine {
    pub async fn draft_answer(&self, actor: &Actor, id: &ConversationId) -> Result<Drafted> {
        let case = self.case(&actor.tenant_id, id).await?;
        let Some(llm) = self.llm.clone() else { return Ok(Drafted::Not("off")) };
        let Some(open) = &case.open else { return Ok(Drafted::Not("nothing_asked")) };
        let language = case.conversation.language;
        // What is written is for the customer: nothing they could not read themselves.
        let readers = self.customer(&actor.tenant_id, &case.conversation.contact_id).await?;
        let asked = self.what_is_asked(&actor.tenant_id, open).await;
        let hits = self.hits(&actor.tenant_id, &asked, language, &readers);
        let product = self.answer_in_catalogue(&case, open).await;
        let mut confidence = hits.first().map_or(0.0, |hit| hit.score);
        let mut sources: Vec<(Option<ArticleId>, Passage)> = hits
            .into_iter()
            .take(PASSAGES_MAX)
            .map(|hit| (Some(hit.article_id), Passage { title: hit.title, text: hit.passage }))
            .collect();
        if let Some(product) = product {
            confidence = confidence.max(product.confidence);
            sources.push((None, Passage { title: product.title, text: product.text }));
        }
        if sources.is_empty() {
            return Ok(Drafted::Not("nothing_found"));
        }
        let written = self.write(&llm, &case, &sources).await;
        let (text, cited) = match written {
            Ok(Some(answered)) => (answered.text, answered.cited),
            Ok(None) => return Ok(Drafted::Not("not_answerable")),
            Err(error) => {
                tracing::info!(%error, conversation = %id, "no draft");
                return Ok(Drafted::Not(error.code()));
            }
        };
        let cited: Vec<&(Option<ArticleId>, Passage)> = cited.iter().filter_map(|position| sources.get(*position)).collect();
        let titles: Vec<&str> = cited.iter().map(|(_, passage)| passage.title.as_str()).collect();
        let item = Offered {
            key: "draft".into(),
            source: SuggestionSource::Draft,
            title: titles.join(language.pick("、", ", ")),
            text,
            language,
            confidence,
            articles: cited.iter().filter_map(|(id, _)| id.clone()).collect(),
            internal: false,
        };
        self.add_to_offer(actor, &case, open.seq, &item).await?;
        Ok(Drafted::Ready(Box::new(item)))
    }

    async fn write(
        &self,
        llm: &Arc<Llm>,
        case: &Case,
        sources: &[(Option<ArticleId>, Passage)],
    ) -> std::result::Result<Option<answer::Answered>, LlmError> {
        let c = &case.conversation;
        let mut veil = self.veil(c).await;
        let lines = talk::lines(&case.messages);
        let passages: Vec<Passage> = sources.iter().map(|(_, passage)| passage.clone()).collect();
        let last = case.open.as_ref().map_or("", |open| open.last());
        let ask = answer::Ask { lines: &lines, passages: &passages, language: c.language, tone: super::tone::read(last) };
        let value = llm.ask_for(self, &c.tenant_id, &answer::chat(&ask, &mut veil)).await?;
        answer::read(&value, &ask, &veil)
    }

    /// A veil that knows the customer's name.
    pub(crate) async fn veil(&self, c: &qn_domain::Conversation) -> Veil {
        let mut veil = Veil::default();
        if let Ok(Some(contact)) = qn_store::contact::find(&self.db, &c.tenant_id, &c.contact_id).await {
            veil.know_name(&contact.name);
        }
        veil
    }

    /// Beside what was offered for the same message, so that using the draft is known as well.
    async fn add_to_offer(&self, actor: &Actor, case: &Case, seq: i64, item: &Offered) -> Result<()> {
        let open = qn_store::suggestion::list_open(&self.db, &actor.tenant_id, &case.conversation.id, &actor.user_id).await?;
        let mut offered = open.into_iter().find(|offer| offer.seq == seq).map(|offer| offer.offered).unwrap_or_default();
        offered.retain(|known| known.key != item.key);
        offered.push(item.clone());
        self.remember_offer(actor, &case.conversation, seq, &offered).await
    }
}
