//! Reviews of conversations (质检): a reviewer scores what was drawn (`draw`), the agent may answer once, the reviewer has the last word.
//! Each is kept as an `Oversight` in the transaction of what it tells. Who may see what is the API's check; who may score is this file's.

mod by_hand;
mod draw;

pub use by_hand::ReviewWish;
pub use draw::DrawPeriod;

use crate::{Actor, Engine, EngineError, Result};
use qn_domain::quality::{Answers, ScoreForm};
use qn_domain::{BadField, OversightKind, Review, ReviewId, ReviewState, Role, Scorecard, UserId};
use qn_report::{NOT_APPLICABLE, Unscored, score};

/// What a reviewer wrote into a form.
#[derive(Debug, Clone)]
pub struct Scoring {
    /// Of the form as the reviewer saw it.
    pub scorecard_version: i64,
    pub answers: Answers,
    pub note: String,
    pub submit: bool,
}

/// How an answer of the agent ends.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub text: String,
    /// The form filled in anew; none leaves the score as it is.
    pub answers: Option<Answers>,
}

impl Engine {
    /// The form a review is scored with: the newest until something was answered.
    pub async fn scorecard_of(&self, review: &Review) -> Result<Scorecard> {
        let (db, tenant_id, id) = (&self.db, &review.tenant_id, &review.scorecard_id);
        let untouched = review.state == ReviewState::Open && review.answers.is_empty();
        Ok(match untouched {
            true => qn_store::scorecard::newest(db, tenant_id, id).await?,
            false => qn_store::scorecard::get(db, tenant_id, id, review.scorecard_version).await?,
        })
    }

    /// Keeps what was answered so far, or submits it. Whoever saves is the reviewer from now on.
    pub async fn score_review(&self, actor: &Actor, id: &ReviewId, version: i64, said: Scoring) -> Result<Review> {
        let mut review = self.review(actor, id, version).await?;
        if review.agent_id == actor.user_id {
            return Err(EngineError::NotYours);
        }
        if review.state != ReviewState::Open {
            return Err(refused("submit", "已经提交，不能再改", "was submitted and stays as it is"));
        }
        let form = qn_store::scorecard::get(&self.db, &actor.tenant_id, &review.scorecard_id, said.scorecard_version).await?.form;
        known(&form, &said.answers)?;
        review.reviewer_id = Some(actor.user_id.clone());
        review.scorecard_version = said.scorecard_version;
        (review.answers, review.note) = (said.answers, said.note);
        let mut entry = None;
        if said.submit {
            rate(&form, &mut review)?;
            (review.state, review.submitted_at) = (ReviewState::Submitted, Some(self.now()));
            entry = Some(self.reviewed(actor, OversightKind::Review, &review, &score_text(&review)));
        }
        review.version = qn_store::review::update(&self.db, &review, entry.as_ref()).await?;
        Ok(review)
    }

    /// The agent's answer to a score, once.
    pub async fn appeal_review(&self, actor: &Actor, id: &ReviewId, version: i64, text: String) -> Result<Review> {
        let mut review = self.review(actor, id, version).await?;
        if review.agent_id != actor.user_id {
            return Err(EngineError::NotYours);
        }
        if review.state == ReviewState::Open {
            return Err(EngineError::not_found("review", id));
        }
        if review.state != ReviewState::Submitted {
            return Err(refused("text", "每次评分只能申诉一次", "is given once, after the review was submitted"));
        }
        (review.state, review.appeal, review.appealed_at) = (ReviewState::Appealed, Some(text), Some(self.now()));
        review.version = qn_store::review::update(&self.db, &review, None).await?;
        Ok(review)
    }

    /// The last word of whoever scored it, or of an admin.
    pub async fn settle_review(&self, actor: &Actor, id: &ReviewId, version: i64, said: Settlement) -> Result<Review> {
        let mut review = self.review(actor, id, version).await?;
        let scored_it = review.reviewer_id.as_ref() == Some(&actor.user_id);
        if review.agent_id == actor.user_id || !(scored_it || actor.role == Role::Admin) {
            return Err(EngineError::NotYours);
        }
        if review.state != ReviewState::Appealed {
            return Err(refused("text", "没有待处理的申诉", "answers an appeal, and there is none"));
        }
        review.first_score_x100 = review.score_x100;
        if let Some(answers) = said.answers {
            let form = qn_store::scorecard::get(&self.db, &actor.tenant_id, &review.scorecard_id, review.scorecard_version).await?.form;
            known(&form, &answers)?;
            review.answers = answers;
            rate(&form, &mut review)?;
        }
        (review.state, review.settlement, review.settled_at) = (ReviewState::Settled, Some(said.text), Some(self.now()));
        let entry = self.reviewed(actor, OversightKind::SettleReview, &review, &score_text(&review));
        review.version = qn_store::review::update(&self.db, &review, Some(&entry)).await?;
        Ok(review)
    }

    async fn review(&self, actor: &Actor, id: &ReviewId, version: i64) -> Result<Review> {
        let review = qn_store::review::get(&self.db, &actor.tenant_id, id).await?;
        if review.version != version {
            return Err(qn_store::Error::Stale { what: "review", id: id.0.clone() }.into());
        }
        Ok(review)
    }

    fn reviewed(&self, actor: &Actor, kind: OversightKind, review: &Review, text: &str) -> qn_domain::Oversight {
        self.oversight(actor, kind, Some(review.agent_id.clone()), Some(review.conversation_id.clone()), text)
    }

    /// What a change of forms and plans is kept as; written by the store with the change itself.
    pub fn quality_entry(&self, actor: &Actor, kind: OversightKind, name: &str) -> qn_domain::Oversight {
        self.oversight(actor, kind, None::<UserId>, None, name)
    }
}

fn rate(form: &ScoreForm, review: &mut Review) -> Result<()> {
    let scored = score(form, &review.answers).map_err(|unscored| match unscored {
        Unscored::Missing(key) => refused(&format!("answers.{key}"), "请作答", "needs an answer"),
        Unscored::Unknown(key) => refused(&format!("answers.{key}"), "没有这个选项", "is not one of the choices"),
        Unscored::Nothing => refused("answers", "至少要有一项适用", "apply to nothing: answer at least one"),
    })?;
    (review.score_x100, review.fatal) = (Some(scored.score_x100), scored.fatal);
    Ok(())
}

/// Answers, also of a form half filled in, are to criteria that exist.
fn known(form: &ScoreForm, answers: &Answers) -> Result<()> {
    for (key, answer) in answers {
        let field = || format!("answers.{key}");
        let Some(criterion) = form.criteria().find(|c| c.key == *key) else {
            return Err(refused(&field(), "评分表里没有这一项", "is not in the form"));
        };
        if answer.value == NOT_APPLICABLE && !criterion.optional {
            return Err(refused(&field(), "这一项必须评分", "always applies"));
        }
    }
    Ok(())
}

fn score_text(review: &Review) -> String {
    let x100 = review.score_x100.unwrap_or_default();
    format!("{}.{:02}", x100 / 100, x100 % 100)
}

fn refused(field: &str, zh: &'static str, en: &'static str) -> EngineError {
    EngineError::Field(BadField { field: field.to_owned(), zh, en })
}
