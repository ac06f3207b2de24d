//! Whether what the articles say counts more than the intent a question was understood as. A version errs most on questions that are
//! near to what it was taught, and those the company's articles often answer. Pure.

use crate::workshop::Reading;
use qn_domain::IntentReply;
use qn_knowledge::{Answer, Hit, NEAR_MIN};

/// `reply` is what the intent wants done; none for one that begins a flow.
pub(crate) fn by_articles(reading: &Reading, reply: Option<&IntentReply>, hits: &[Hit]) -> bool {
    if !reading.accepted || reading.sure {
        return false;
    }
    match reply {
        // The search speaks for the article too, or knows nothing at all.
        Some(IntentReply::Article { article_id }) => {
            hits.first().is_some_and(|best| best.article_id != *article_id && best.score >= NEAR_MIN)
        }
        Some(IntentReply::None) => false,
        Some(IntentReply::Text { .. } | IntentReply::Handoff) | None => matches!(qn_knowledge::answer(hits), Answer::Found { .. }),
    }
}
