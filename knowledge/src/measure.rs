//! How well questions find their articles, and how often the bot would say something wrong: for `qingniao knowledge eval` and for
//! the test that holds the demo's figures. Pure; nothing here changes how a search is scored.

use crate::answer::{Answer, answer};
use crate::base::KnowledgeBase;
use crate::retriever::{Hit, LIMIT_MAX, Query};
use qn_domain::{Language, Reader, TenantId};
use qn_nlu::{Encoder, EncoderError};
use serde::Serialize;

/// A question and the articles that answer it, by id; none where the company has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub text: String,
    pub language: Language,
    pub expected: Vec<String>,
}

impl Asked {
    pub fn is_answered_by(&self, hit: &Hit) -> bool {
        self.expected.contains(&hit.article_id.0)
    }
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub asked: Asked,
    /// At most `LIMIT_MAX`, best first.
    pub hits: Vec<Hit>,
    pub answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Right,
    Wrong,
    /// Asked back, the right article among the choices or not.
    OfferedRight,
    OfferedOthers,
    /// Admitted not knowing.
    Silent,
}

impl Outcome {
    pub fn verdict(&self) -> Verdict {
        let is_right = |hit: &Hit| self.asked.is_answered_by(hit);
        match &self.answer {
            Answer::Found { hit, .. } if is_right(hit) => Verdict::Right,
            Answer::Found { .. } => Verdict::Wrong,
            Answer::Close { hits } if hits.iter().any(is_right) => Verdict::OfferedRight,
            Answer::Close { .. } => Verdict::OfferedOthers,
            Answer::None { .. } => Verdict::Silent,
        }
    }

    /// Place of the first right article, from 1.
    fn rank(&self) -> Option<usize> {
        self.hits.iter().position(|hit| self.asked.is_answered_by(hit)).map(|at| at + 1)
    }
}

/// Shares are in [0, 1]; 0 of nothing is 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    pub questions: usize,
    pub answerable: usize,
    /// Of the answerable: the right article is first, among three, five, ten.
    pub recall_at_1: f64,
    pub recall_at_3: f64,
    pub recall_at_5: f64,
    pub recall_at_10: f64,
    pub mrr: f64,
    /// Answers given at once, and how many of them were wrong (to unanswerable questions all are).
    pub answers_given: usize,
    pub answers_wrong: usize,
    pub wrong_share_of_answers: f64,
    pub wrong_share_of_questions: f64,
    /// Of the answerable: answered rightly at once, and asked back with the right article among the choices.
    pub answered_right_share: f64,
    pub asked_back_right_share: f64,
    pub unanswerable: usize,
    /// Of the unanswerable: an answer was given; an answer or a choice was given.
    pub unanswerable_answered: usize,
    pub unanswerable_offered: usize,
}

/// Asks every question of a tenant's published articles, by words alone.
pub fn measure(base: &KnowledgeBase, tenant_id: &TenantId, asked: Vec<Asked>) -> Vec<Outcome> {
    asked.into_iter().map(|asked| outcome(base, tenant_id, asked, &[])).collect()
}

/// The same by words and by meaning, as the bot searches with this encoder. The articles get their vectors first.
pub fn measure_near(
    base: &KnowledgeBase,
    tenant_id: &TenantId,
    asked: Vec<Asked>,
    encoder: &dyn Encoder,
) -> Result<Vec<Outcome>, EncoderError> {
    while base.encode_some(tenant_id, encoder)? {}
    let ask = |asked: Asked| -> Result<Outcome, EncoderError> {
        let vector = encoder.encode(&[&asked.text])?.pop().unwrap_or_default();
        Ok(outcome(base, tenant_id, asked, &vector))
    };
    asked.into_iter().map(ask).collect()
}

fn outcome(base: &KnowledgeBase, tenant_id: &TenantId, asked: Asked, vector: &[f32]) -> Outcome {
    let query = Query { text: &asked.text, language: asked.language, limit: LIMIT_MAX, reader: Reader::EVERYTHING };
    let hits = base.search_near(tenant_id, &query, vector);
    let answer = answer(&hits);
    Outcome { asked, hits, answer }
}

pub fn figures<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Figures {
    let mut f = Figures::default();
    let (mut within, mut reciprocal, mut right, mut offered_right) = ([0usize; 4], 0.0, 0, 0);
    for outcome in outcomes {
        let (rank, verdict) = (outcome.rank(), outcome.verdict());
        f.questions += 1;
        f.answers_given += usize::from(matches!(verdict, Verdict::Right | Verdict::Wrong));
        f.answers_wrong += usize::from(verdict == Verdict::Wrong);
        if outcome.asked.expected.is_empty() {
            f.unanswerable += 1;
            f.unanswerable_answered += usize::from(verdict == Verdict::Wrong);
            f.unanswerable_offered += usize::from(verdict != Verdict::Silent);
            continue;
        }
        f.answerable += 1;
        right += usize::from(verdict == Verdict::Right);
        offered_right += usize::from(verdict == Verdict::OfferedRight);
        reciprocal += rank.map_or(0.0, |rank| 1.0 / rank as f64);
        for (count, n) in within.iter_mut().zip([1, 3, 5, 10]) {
            *count += usize::from(rank.is_some_and(|rank| rank <= n));
        }
    }
    [f.recall_at_1, f.recall_at_3, f.recall_at_5, f.recall_at_10] = within.map(|n| share(n, f.answerable));
    f.mrr = reciprocal / f.answerable.max(1) as f64;
    f.wrong_share_of_answers = share(f.answers_wrong, f.answers_given);
    f.wrong_share_of_questions = share(f.answers_wrong, f.questions);
    f.answered_right_share = share(right, f.answerable);
    f.asked_back_right_share = share(offered_right, f.answerable);
    f
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}
