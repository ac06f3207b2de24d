//! The vectors of one language's articles: of each title, its similar questions and its passages. They come after the index stands,
//! from the operator's encoder, and are optional: without them a search goes by words alone. Not the encoding itself.

use super::build::LanguageIndex;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Similar questions and passages of an article that get a vector beside its title.
const QUESTIONS_MAX: usize = 6;
const PASSAGES_MAX: usize = 4;
/// Beyond this many texts only titles get one: a search looks at every vector.
const TEXTS_MAX: usize = 20_000;
/// Texts whose nearest neighbour is looked at to judge the encoder.
const JUDGED_MAX: usize = 200;
/// Texts whose nearest neighbour belongs to the same article, as a share: an encoder that does not know the language stays below the
/// first, and a good one reaches the second.
const ACCURACY_NONE: f32 = 0.3;
const ACCURACY_FULL: f32 = 0.7;
/// Fewer texts say nothing about the encoder: it counts half.
const JUDGED_MIN: usize = 20;

/// Unit vectors by the text they stand for.
pub(crate) type Known = FxHashMap<Box<str>, Arc<[f32]>>;

pub(crate) struct Vectors {
    /// Article of each vector, in ascending order.
    docs: Vec<u32>,
    vectors: Vec<Arc<[f32]>>,
    articles: usize,
    /// 0 to 1: how far this encoder tells these articles apart.
    pub trust: f32,
}

/// The texts of a language that should have vectors, with the number of their article.
pub(crate) fn texts(index: &LanguageIndex) -> Vec<(u32, &str)> {
    let all = index.docs.iter().map(|doc| 1 + doc.asked.len().min(QUESTIONS_MAX) + doc.passages.len().min(PASSAGES_MAX)).sum::<usize>();
    let (questions, passages) = if all > TEXTS_MAX { (0, 0) } else { (QUESTIONS_MAX, PASSAGES_MAX) };
    let mut texts = Vec::with_capacity(all.min(TEXTS_MAX));
    for (at, doc) in index.docs.iter().enumerate() {
        // The first one asked is the title.
        texts.extend(doc.asked.iter().take(1 + questions).map(|asked| (at as u32, asked.text.as_str())));
        texts.extend(doc.passages.iter().take(passages).map(|passage| (at as u32, passage.text.as_str())));
    }
    texts
}

impl Vectors {
    /// None when a text is not known yet, or there are none.
    pub fn new(index: &LanguageIndex, known: &Known) -> Option<Self> {
        let texts = texts(index);
        let vectors: Vec<Arc<[f32]>> = texts.iter().map(|(_, text)| known.get(*text).cloned()).collect::<Option<_>>()?;
        let docs: Vec<u32> = texts.into_iter().map(|(doc, _)| doc).collect();
        if docs.is_empty() {
            return None;
        }
        let mut all = Self { docs, vectors, articles: index.docs.len(), trust: 0.0 };
        all.trust = all.judge();
        Some(all)
    }

    pub fn dims(&self) -> usize {
        self.vectors[0].len()
    }

    /// The likeness of each article's nearest text to `asked` (a unit vector), in [-1, 1].
    pub fn likenesses(&self, asked: &[f32]) -> Vec<f32> {
        let mut best = vec![-1.0f32; self.articles];
        for (doc, vector) in self.docs.iter().zip(&self.vectors) {
            let slot = &mut best[*doc as usize];
            *slot = slot.max(qn_nlu::learn::svm::dot(asked, vector));
        }
        best
    }

    fn judge(&self) -> f32 {
        let step = self.docs.len().div_ceil(JUDGED_MAX).max(1);
        let alone = |at: &usize| self.docs.iter().filter(|doc| **doc == self.docs[*at]).take(2).count() < 2;
        let judged: Vec<usize> = (0..self.docs.len()).step_by(step).filter(|at| !alone(at)).collect();
        if judged.len() < JUDGED_MIN {
            return 0.5;
        }
        let is_right = |at: &&usize| {
            let near = |other: &usize| qn_nlu::learn::svm::dot(&self.vectors[**at], &self.vectors[*other]);
            let nearest = (0..self.docs.len()).filter(|other| other != *at).max_by(|a, b| near(a).total_cmp(&near(b)));
            nearest.is_some_and(|nearest| self.docs[nearest] == self.docs[**at])
        };
        let accuracy = judged.iter().filter(is_right).count() as f32 / judged.len() as f32;
        ((accuracy - ACCURACY_NONE) / (ACCURACY_FULL - ACCURACY_NONE)).clamp(0.0, 1.0)
    }
}

/// The vector at length 1; none when it cannot be.
pub(crate) fn unit(vector: &[f32]) -> Option<Arc<[f32]>> {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    (length.is_finite() && length > 0.0).then(|| vector.iter().map(|v| v / length).collect())
}
