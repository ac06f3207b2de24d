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
    /// Search score within the title and questions, as a share of the most that was possible.
    pub asked: f32,
    /// The same within the body.
    pub body: f32,
    /// How much of what the article is about the customer said.
    pub topic: f32,
    /// Likeness (cosine over rarity-weighted terms) to the most alike of the article's title and questions; 0 where too little of what
    /// was said is covered for it to decide.
    pub likeness: f32,
    /// Likeness by the encoder's vectors to the nearest text of the article, times how far the encoder is trusted with this library; 0
    /// without an encoder.
    pub vector: f32,
    /// 1 when question and article name the same product, -1 when they name different ones, else 0.
    pub thing: f32,
    /// The customer wrote the title or a question of the article, up to case and punctuation.
    pub same_words: bool,
}

// Fitted with `examples/features.rs` on the demo articles' own questions (each left out of the index in turn), the half of
// `server/demo/questions.csv` marked `tune`, and questions whose article was taken out of the library. The other half is for reporting.
const RANK_COVERAGE: f32 = 0.64;
const RANK_COVERAGE_ALL: f32 = 4.3;
const RANK_ASKED: f32 = 6.0;
const RANK_BODY: f32 = 5.0;
const RANK_TOPIC: f32 = 8.25;
/// Not fitted, for lack of an encoder that everybody has: at this the difference between a near and a far text decides among articles
/// whose words say the same.
const RANK_VECTOR: f32 = 8.0;
/// Another product than the article's own tells against it; the same one says little, most articles of a kind share it.
const RANK_OTHER_THING: f32 = 0.6;
const SURE_BIAS: f32 = -0.73;
const SURE_COVERAGE_ALL: f32 = 1.53;
const SURE_TOPIC: f32 = 2.61;
const SURE_SHARE: f32 = 1.0;
const SURE_BODY_LEAD: f32 = 2.8;
const SURE_ASKED_LEAD: f32 = 3.7;
const SURE_OTHER_THING: f32 = 1.18;
/// The customer used the article's own words, or pressed a button that holds them.
const CONFIDENCE_SAME_WORDS: f32 = 0.99;
/// The same but for words that weigh nothing: 「怎么开发票」 for 「开发票」.
const ALIKE_MIN: f32 = 0.97;
const CONFIDENCE_ALIKE: f32 = 0.95;

/// What the evidence makes of one candidate among the others of its question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Greater comes first. Comparable only among the candidates of one question.
    pub rank: f32,
    /// How often such a candidate is the right answer, in [0, 1].
    pub confidence: f32,
}

impl Evidence {
    fn rank(&self) -> f32 {
        RANK_COVERAGE * self.coverage
            + RANK_COVERAGE_ALL * self.coverage_all
            + RANK_ASKED * self.asked
            + RANK_BODY * self.body
            + RANK_TOPIC * self.topic
            + RANK_VECTOR * self.vector
            + RANK_OTHER_THING * self.thing.min(0.0)
    }
}

/// Judges the candidates of one question, in their order. How sure the best one is depends on what it says and on how far it is ahead;
/// the others are as much less sure as they rank lower.
pub fn judge(candidates: &[Evidence]) -> Vec<Judged> {
    let ranks: Vec<f32> = candidates.iter().map(Evidence::rank).collect();
    let Some(best) = (0..ranks.len()).reduce(|best, at| if ranks[at] > ranks[best] { at } else { best }) else { return Vec::new() };
    let sure = sure(candidates, &ranks, best);
    let judged = |(evidence, rank): (&Evidence, &f32)| {
        if evidence.same_words {
            Judged { rank: 2.0 * FIRST + rank, confidence: CONFIDENCE_SAME_WORDS }
        } else if evidence.likeness >= ALIKE_MIN {
            Judged { rank: FIRST + rank, confidence: CONFIDENCE_ALIKE }
        } else {
            Judged { rank: *rank, confidence: sure * (rank - ranks[best]).exp() }
        }
    };
    candidates.iter().zip(&ranks).map(judged).collect()
}

/// Beyond any rank.
const FIRST: f32 = 100.0;

/// The probability that the best-ranked candidate is the right answer. Two candidates that look alike share it.
fn sure(candidates: &[Evidence], ranks: &[f32], best: usize) -> f32 {
    let share_log = -ranks.iter().map(|rank| (rank - ranks[best]).exp()).sum::<f32>().ln();
    let lead = |of: fn(&Evidence) -> f32| {
        let others = candidates.iter().enumerate().filter(|(at, _)| *at != best);
        of(&candidates[best]) - others.map(|(_, evidence)| of(evidence)).fold(0.0, f32::max)
    };
    let evidence = &candidates[best];
    let sure = SURE_BIAS
        + SURE_COVERAGE_ALL * evidence.coverage_all
        + SURE_TOPIC * evidence.topic
        + SURE_SHARE * share_log
        + SURE_BODY_LEAD * lead(|e| e.body)
        + SURE_ASKED_LEAD * lead(|e| e.asked)
        + SURE_OTHER_THING * evidence.thing.min(0.0);
    1.0 / (1.0 + (-sure).exp())
}
