//! Whether what the articles say counts more than the intent a question was understood as. A version errs most on questions that are
//! near to what it was taught, and those the company's other articles often answer. Pure.

use crate::workshop::Reading;
use qn_domain::IntentReply;
use qn_knowledge::{Hit, NEAR_MIN};

/// `reply` is what the intent wants done; none for one that begins a flow. Words, people and flows are what only an intent has.
pub(crate) fn by_articles(reading: &Reading, reply: Option<&IntentReply>, hits: &[Hit]) -> bool {
    let Some(IntentReply::Article { article_id }) = reply.filter(|_| reading.accepted && !reading.sure) else { return false };
    // The search speaks for the article too, or knows nothing at all.
    hits.first().is_some_and(|best| best.article_id != *article_id && best.score >= NEAR_MIN)
}
