//! What people decide about reviews beside plans: to send a conversation to review, to pass one over, and to take it up after all.

use super::refused;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::quality::Answers;
use qn_domain::{
    Conversation, ConversationId, OversightKind, Review, ReviewId, ReviewPlanId, ReviewState, Role, ScorecardId, Timestamp, UserId,
};

/// What a supervisor wants reviewed.
#[derive(Debug, Clone)]
pub struct ReviewWish {
    pub conversation_id: ConversationId,
    pub scorecard_id: ScorecardId,
    /// Anybody but the agent where there is none.
    pub reviewer_id: Option<UserId>,
    pub why: String,
}

/// Whose work, and which stretch of the conversation.
struct Worked {
    agent_id: UserId,
    number: i64,
    opened_at: Timestamp,
}

impl Engine {
    /// A conversation is in review once; one that was passed over may be sent again.
    pub async fn ask_review(&self, actor: &Actor, wish: ReviewWish) -> Result<Review> {
        let (db, tenant_id) = (&self.db, &actor.tenant_id);
        let conversation = qn_store::conversation::find(db, tenant_id, &wish.conversation_id).await?;
        let conversation = conversation.ok_or_else(|| refused("conversation_id", "没有这个会话", "is not a conversation"))?;
        let worked = self.worked(&conversation).await?;
        let cards = qn_store::scorecard::list(db, tenant_id).await?;
        let card = cards.into_iter().find(|card| card.id == wish.scorecard_id);
        let card = card.ok_or_else(|| refused("scorecard_id", "没有这个评分表", "is not a score form"))?;
        self.may_review(actor, wish.reviewer_id.as_ref(), &worked.agent_id).await?;
        let now = self.now();
        let before = qn_store::review::find_of_conversation(db, tenant_id, &wish.conversation_id).await?;
        let in_review = || refused("conversation_id", "这个会话已在质检中", "is in review already");
        if before.as_ref().is_some_and(|review| review.state != ReviewState::Skipped) {
            return Err(in_review());
        }
        let mut review = Review {
            id: before.as_ref().map_or_else(|| ReviewId::fresh(now), |review| review.id.clone()),
            tenant_id: tenant_id.clone(),
            plan_id: before.as_ref().map_or_else(|| ReviewPlanId(String::new()), |review| review.plan_id.clone()),
            period_from: before.as_ref().map_or(now, |review| review.period_from),
            conversation_id: wish.conversation_id,
            number: worked.number,
            opened_at: worked.opened_at,
            agent_id: worked.agent_id,
            reviewer_id: wish.reviewer_id,
            scorecard_id: card.id,
            scorecard_version: card.version,
            state: ReviewState::Open,
            answers: Answers::new(),
            note: String::new(),
            score_x100: None,
            fatal: false,
            first_score_x100: None,
            appeal: None,
            settlement: None,
            drawn_at: now,
            submitted_at: None,
            appealed_at: None,
            settled_at: None,
            asked_by: Some(actor.user_id.clone()),
            asked_why: wish.why,
            skip_reason: None,
            skipped_at: None,
            version: before.as_ref().map_or(1, |review| review.version),
        };
        let entry = self.reviewed(actor, OversightKind::AskReview, &review, &review.asked_why);
        match before {
            // Whose work it is stays as it was drawn.
            Some(before) => {
                (review.agent_id, review.number, review.opened_at) = (before.agent_id, before.number, before.opened_at);
                review.version = qn_store::review::update(db, &review, Some(&entry)).await?;
            }
            None if qn_store::review::insert_asked(db, &review, &entry).await? => {}
            None => return Err(in_review()),
        }
        Ok(review)
    }

    /// Of the last stretch that a person had, as reports tell it, or of whoever has it now.
    async fn worked(&self, c: &Conversation) -> Result<Worked> {
        let told = qn_store::episode::list_of(&self.db, &c.tenant_id, &c.id).await?;
        let last = told.into_iter().rev().find_map(|e| Some(Worked { agent_id: e.agent_id?, number: e.number, opened_at: e.opened_at }));
        let now = c.owner.agent_id().or(c.last_agent_id.as_ref()).cloned();
        let worked = last.or_else(|| now.map(|agent_id| Worked { agent_id, number: 0, opened_at: c.created_at }));
        worked.ok_or_else(|| refused("conversation_id", "没有坐席接待过这个会话", "was never with an agent"))
    }

    async fn may_review(&self, actor: &Actor, reviewer: Option<&UserId>, agent: &UserId) -> Result<()> {
        let Some(reviewer) = reviewer else { return Ok(()) };
        let settings = self.settings(&actor.tenant_id).await?;
        let may = settings.users.get(reviewer).is_some_and(|u| u.role >= Role::Supervisor && !u.disabled && !u.is_service());
        if !may || reviewer == agent {
            return Err(refused("reviewer_id", "不能给这个会话评分", "may not score this conversation"));
        }
        Ok(())
    }

    /// It is not scored, and a plan draws another in its place.
    pub async fn skip_review(&self, actor: &Actor, id: &ReviewId, version: i64, reason: String) -> Result<Review> {
        let mut review = self.review(actor, id, version).await?;
        if review.agent_id == actor.user_id {
            return Err(EngineError::NotYours);
        }
        if review.state != ReviewState::Open {
            return Err(refused("reason", "只能跳过待评分的会话", "is for conversations that are still to be scored"));
        }
        let entry = self.reviewed(actor, OversightKind::SkipReview, &review, &reason);
        (review.state, review.reviewer_id) = (ReviewState::Skipped, Some(actor.user_id.clone()));
        (review.skip_reason, review.skipped_at) = (Some(reason), Some(self.now()));
        review.version = qn_store::review::update(&self.db, &review, Some(&entry)).await?;
        Ok(review)
    }

    /// Back among those to score, with what was answered before.
    pub async fn take_up_review(&self, actor: &Actor, id: &ReviewId, version: i64) -> Result<Review> {
        let mut review = self.review(actor, id, version).await?;
        if review.agent_id == actor.user_id {
            return Err(EngineError::NotYours);
        }
        if review.state != ReviewState::Skipped {
            return Err(refused("state", "这个会话没有被跳过", "was not passed over"));
        }
        (review.state, review.reviewer_id) = (ReviewState::Open, Some(actor.user_id.clone()));
        (review.skip_reason, review.skipped_at) = (None, None);
        review.version = qn_store::review::update(&self.db, &review, None).await?;
        Ok(review)
    }
}
