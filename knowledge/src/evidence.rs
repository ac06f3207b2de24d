//! From what matched to a confidence. Raw search scores grow with the length of the question and the size of the library, so they
//! say nothing between questions. The shares below do not grow; logistic curves over them, fitted on questions whose answer was
//! known, give a figure that means the same for every question: how often such a hit is the right one.

use serde::{Deserialize, Serialize};

/// What speaks for an article; shares in [0, 1].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How much of what the customer said the title and questions speak to, by rarity.
    pub coverage: f32,
    /// The same with the body counted too.
    pub coverage_all: f32,
    /// The same without the words that name a product; 1 when nothing else was said.
    pub content: f32,
    /// Search score within the body, as a share of the most that was possible.
    pub body: f32,
    /// How much of what the article is about the customer said.
    pub topic: f32,
    /// Likeness (cosine over rarity-weighted terms) to the most alike of the article's title and questions.
    pub likeness: f32,
    /// 1 when question and article name the same product, -1 when they name different ones, else 0.
    pub thing: f32,
    /// The customer wrote the title or a question of the article, up to case and punctuation.
    pub same_words: bool,
}

// Fitted with `examples/features.rs` on the demo articles' own questions (each left out of the index in turn), the half of
// `server/demo/questions.csv` marked `tune`, and lines from other fields that no article answers. The other half is for reporting.
const RANK_COVERAGE: f32 = 4.0;
const RANK_COVERAGE_ALL: f32 = 3.8;
const RANK_BODY: f32 = 7.2;
const RANK_TOPIC: f32 = 7.6;
/// Another product than the article's own tells against it; the same one says little, most articles of a kind share it.
const RANK_OTHER_THING: f32 = 0.7;
const SURE_BIAS: f32 = -1.69;
const SURE_COVERAGE_ALL: f32 = 2.83;
const SURE_TOPIC: f32 = 1.77;
const SURE_SHARE: f32 = 0.75;
const SURE_BODY_LEAD: f32 = 3.43;
const SURE_OTHER_THING: f32 = 0.8;
/// The customer used the article's own words, or pressed a button that holds them.
const CONFIDENCE_SAME_WORDS: f32 = 0.99;
/// The same but for words that weigh nothing: 「怎么开发票」 for 「开发票」.
const ALIKE_MIN: f32 = 0.97;
const CONFIDENCE_ALIKE: f32 = 0.95;

impl Evidence {
    /// Comparable only among the candidates of one question.
    fn rank(&self) -> f32 {
        RANK_COVERAGE * self.coverage
            + RANK_COVERAGE_ALL * self.coverage_all
            + RANK_BODY * self.body
            + RANK_TOPIC * self.topic
            + RANK_OTHER_THING * self.thing.min(0.0)
    }
}

/// For each candidate of one question the probability that it is the right answer. Two candidates that look alike share it.
pub fn confidences(candidates: &[Evidence]) -> Vec<f32> {
    let ranks: Vec<f32> = candidates.iter().map(Evidence::rank).collect();
    let highest = ranks.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = ranks.iter().map(|rank| (rank - highest).exp()).sum();
    let confidence = |(at, evidence): (usize, &Evidence)| {
        if evidence.same_words {
            return CONFIDENCE_SAME_WORDS;
        }
        if evidence.likeness >= ALIKE_MIN {
            return CONFIDENCE_ALIKE;
        }
        let share_log = ranks[at] - highest - sum.ln();
        let others = candidates.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, evidence)| evidence.body);
        let body_lead = evidence.body - others.fold(0.0, f32::max);
        let sure = SURE_BIAS
            + SURE_COVERAGE_ALL * evidence.coverage_all
            + SURE_TOPIC * evidence.topic
            + SURE_SHARE * share_log
            + SURE_BODY_LEAD * body_lead
            + SURE_OTHER_THING * evidence.thing.min(0.0);
        1.0 / (1.0 + (-sure).exp())
    };
    candidates.iter().enumerate().map(confidence).collect()
}
