//! Whether what was found may be said: a pure decision on the hits. Answers below the threshold are never sent.

use crate::retriever::Hit;
use qn_domain::{ArticleId, Language};
use serde::{Deserialize, Serialize};

/// Below this an article is not given as the answer.
pub const FOUND_MIN: f32 = 0.85;
/// Unless another one is nearly as likely: then the customer chooses.
pub const LEAD_MIN: f32 = 0.1;
/// Articles whose confidences together reach this are offered instead: one of them is likelier right than not.
pub const CLOSE_SUM_MIN: f32 = 0.5;
/// Articles offered to choose from when asking back.
pub const CLOSE_MAX: usize = 3;
/// Below this an article is not offered at all, neither to choose from nor as a near question.
pub const NEAR_MIN: f32 = 0.12;
/// Near questions offered as buttons.
pub const NEAR_MAX: usize = 3;
/// Nor is one that has only a few everyday words in common with the question: the share of what was said, and twice that of what the
/// article is about, reach this together. Set on the `tune` half of `server/demo/questions.csv`, where it keeps 101 of 103 right offers.
const OFFERED_MIN: f32 = 0.7;
const OFFERED_TOPIC: f32 = 2.0;
/// Unless the encoder finds the two this like each other. Not fitted, for lack of an encoder that everybody has.
const OFFERED_VECTOR_MIN: f32 = 0.6;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// Say this one; the near questions may stand below as buttons.
    Found { hit: Box<Hit>, near: Vec<Near> },
    /// Ask which of these was meant; two or three, best first.
    Close { hits: Vec<Hit> },
    /// Admit not knowing; the near questions may help.
    None { near: Vec<Near> },
}

/// A question to offer, by its article's title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    pub article_id: ArticleId,
    pub language: Language,
    pub title: String,
}

/// Decides on hits in the order `Retriever::search` gave them.
pub fn answer(hits: &[Hit]) -> Answer {
    let possible = &hits[..hits.iter().take_while(|hit| hit.score >= NEAR_MIN).count()];
    if let [best, others @ ..] = possible
        && best.score >= FOUND_MIN
        && leads(best, others)
    {
        return Answer::Found { hit: Box::new(best.clone()), near: near(&offered(others)) };
    }
    let offered = offered(possible);
    if offered.len() > 1 && together(&offered) >= CLOSE_SUM_MIN {
        return Answer::Close { hits: offered.into_iter().take(CLOSE_MAX).cloned().collect() };
    }
    Answer::None { near: near(&offered) }
}

/// Those that have enough in common with the question.
fn offered(hits: &[Hit]) -> Vec<&Hit> {
    let shares = |hit: &&Hit| {
        let evidence = &hit.evidence;
        evidence.coverage_all + OFFERED_TOPIC * evidence.topic >= OFFERED_MIN || evidence.vector >= OFFERED_VECTOR_MIN
    };
    hits.iter().filter(shares).collect()
}

fn leads(best: &Hit, others: &[Hit]) -> bool {
    best.evidence.same_words || others.first().is_none_or(|other| best.score - other.score >= LEAD_MIN)
}

fn together(hits: &[&Hit]) -> f32 {
    hits.iter().take(CLOSE_MAX).map(|hit| hit.score).sum()
}

fn near(hits: &[&Hit]) -> Vec<Near> {
    let offered = hits.iter().take(NEAR_MAX);
    offered.map(|hit| Near { article_id: hit.article_id.clone(), language: hit.language, title: hit.title.clone() }).collect()
}
