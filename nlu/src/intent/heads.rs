//! What speaks for each intent, before anything is weighed: margins of the linear learners and nearness to examples, by grams and by
//! the encoder's vectors. Fitted once; `mix` weighs the signals, `scope` judges them.

use super::dense::Dense;
use super::neighbours::{EXAMPLES_EACH_MAX, Near, Neighbours};
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::grams::{Bag, Block, GramOptions};
use crate::learn::linear::Linear;
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};
use crate::learn::vectoriser::{Vectoriser, VectoriserOptions};

/// Intents whose examples are compared with a turn, the best by margin; all of them while a model is small.
const CLASSES_NEAR: usize = 8;
const EXAMPLES_ALL_MAX: usize = 1_000;
/// Out-of-scope examples that are remembered.
const STRANGERS_MAX: usize = 2_000;

/// Examples ready for fitting. `dense` is empty or as long as `bags`, vectors of length 1.
#[derive(Debug, Clone, Default)]
pub struct Prepared<'a> {
    pub bags: Vec<&'a Bag>,
    pub dense: Vec<&'a [f32]>,
    /// The intents' names as vectors of length 1, in order; empty when names are no examples.
    pub names: &'a [Vec<f32>],
    pub labels: Vec<u32>,
}

impl<'a> Prepared<'a> {
    /// The examples of these indices.
    pub fn pick(&self, indices: &[usize]) -> Self {
        Self {
            bags: indices.iter().map(|i| self.bags[*i]).collect(),
            dense: if self.dense.is_empty() { Vec::new() } else { indices.iter().map(|i| self.dense[*i]).collect() },
            names: self.names,
            labels: indices.iter().filter_map(|i| self.labels.get(*i).copied()).collect(),
        }
    }

    pub fn dense_of(&self, i: usize) -> &'a [f32] {
        self.dense.get(i).copied().unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Heads {
    pub vectoriser: Vectoriser,
    pub sparse: Linear,
    pub dense: Option<Dense>,
    pub near: Neighbours,
    /// Examples of what is no intent, as one class.
    pub strange: Option<Neighbours>,
}

/// One turn's evidence. Vectors over intents; `near` lists may be partial.
#[derive(Debug, Clone, PartialEq)]
pub struct Signals {
    pub margins: Vec<f32>,
    /// Empty without an encoder.
    pub dense: Vec<f32>,
    pub near: Vec<Near>,
    pub near_dense: Vec<Near>,
    /// Share of the turn's grams that training had seen.
    pub known: f32,
    /// The same for its words and their pairs only, without their pieces.
    pub known_words: f32,
    /// Of the likeliest intent by margins: what speaks for it, what against it, and the share of the turn's weight that speaks for it.
    pub support: [f32; 3],
    /// Cosine of the nearest out-of-scope example; 0 when there are none.
    pub strange: f32,
}

impl Heads {
    pub fn fit(
        examples: &Prepared<'_>,
        strangers: &Prepared<'_>,
        classes: usize,
        (columns, learner): (&VectoriserOptions, &SvmOptions),
    ) -> Self {
        let vectoriser = Vectoriser::fit_refs(&[&examples.bags[..], &strangers.bags[..]].concat(), columns);
        let vectors: Vec<SparseVector> = examples.bags.iter().map(|bag| vectoriser.vector(bag)).collect();
        let mut rows = Rows::new(vectoriser.width(), 0);
        vectors.iter().for_each(|v| rows.push(v, &[]));
        let few = examples.labels.len() < 20 * classes;
        let learner = SvmOptions { c: if few { learner.c * 3.0 } else { learner.c }, ..*learner };
        let sparse = Linear::pack(&svm::train(&rows, &examples.labels, classes, &learner));
        let dense = Dense::fit(examples, classes, &learner);
        let near = Neighbours::fit(&vectors, &examples.dense, &examples.labels, (classes, EXAMPLES_EACH_MAX));
        let strange = (!strangers.bags.is_empty()).then(|| {
            let vectors: Vec<SparseVector> = strangers.bags.iter().map(|bag| vectoriser.vector(bag)).collect();
            Neighbours::fit(&vectors, &strangers.dense, &vec![0; vectors.len()], (1, STRANGERS_MAX))
        });
        Self { vectoriser, sparse, dense, near, strange }
    }

    pub fn signals(&self, bag: &Bag, dense: &[f32]) -> Signals {
        let vector = self.vectoriser.vector(bag);
        let margins = self.sparse.scores(&vector, &[]);
        let dense_margins = self.dense.as_ref().map(|head| head.scores(dense)).unwrap_or_default();
        let asked = self.candidates(&margins, &dense_margins);
        Signals {
            near: self.near.sparse(&vector, asked.iter().copied()),
            near_dense: if dense_margins.is_empty() { Vec::new() } else { self.near.dense(dense, asked.iter().copied()) },
            known: vector.columns.len() as f32 / bag.len().max(1) as f32,
            known_words: self.known_words(bag),
            support: self.support(&vector, &margins, &dense_margins),
            strange: self.strangeness(&vector, dense),
            margins,
            dense: dense_margins,
        }
    }

    fn known_words(&self, bag: &Bag) -> f32 {
        let (mut known, mut all) = (0, 0);
        for hash in bag.hashes(Block::Words) {
            known += usize::from(self.vectoriser.column(hash).is_some());
            all += 1;
        }
        known as f32 / all.max(1) as f32
    }

    fn strangeness(&self, vector: &SparseVector, dense: &[f32]) -> f32 {
        let Some(strange) = &self.strange else { return 0.0 };
        let near = strange.sparse(vector, std::iter::once(0)).into_iter().chain(strange.dense(dense, std::iter::once(0)));
        near.map(|n| n.top).fold(0.0, f32::max)
    }

    fn support(&self, vector: &SparseVector, margins: &[f32], dense: &[f32]) -> [f32; 3] {
        let total = |k: usize| margins[k] + dense.get(k).copied().unwrap_or_default();
        let Some(class) = (0..margins.len()).max_by(|a, b| total(*a).total_cmp(&total(*b))) else { return [0.0; 3] };
        let (mut up, mut down, mut share) = (0.0, 0.0, 0.0);
        for (column, value) in vector.columns.iter().zip(&vector.values) {
            let weight = self.sparse.weight(*column, class);
            if weight > 0.0 {
                up += weight * value;
                share += value * value;
            } else {
                down += weight * value;
            }
        }
        [up, down, share]
    }

    fn candidates(&self, margins: &[f32], dense: &[f32]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..margins.len() as u32).collect();
        if self.near.examples() > EXAMPLES_ALL_MAX && order.len() > CLASSES_NEAR {
            let total = |k: u32| margins[k as usize] + dense.get(k as usize).copied().unwrap_or_default();
            order.select_nth_unstable_by(CLASSES_NEAR, |a, b| total(*b).total_cmp(&total(*a)).then(a.cmp(b)));
            order.truncate(CLASSES_NEAR);
        }
        order
    }

    pub fn bytes(&self) -> usize {
        self.vectoriser.width() * 20
            + self.sparse.bytes()
            + self.dense.as_ref().map_or(0, Dense::bytes)
            + self.near.bytes()
            + self.strange.as_ref().map_or(0, Neighbours::bytes)
    }

    pub fn write(&self, out: &mut Writer) {
        self.vectoriser.write(out);
        self.sparse.write(out);
        out.u8(u8::from(self.dense.is_some()));
        if let Some(dense) = &self.dense {
            dense.write(out);
        }
        self.near.write(out);
        out.u8(u8::from(self.strange.is_some()));
        if let Some(strange) = &self.strange {
            strange.write(out);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (vectoriser, sparse) = (Vectoriser::read(from)?, Linear::read(from)?);
        let dense = if from.u8()? == 1 { Some(Dense::read(from)?) } else { None };
        let near = Neighbours::read(from)?;
        let strange = if from.u8()? == 1 { Some(Neighbours::read(from)?) } else { None };
        let classes = sparse.classes();
        let widths = dense.as_ref().is_none_or(|d| d.classes() == classes && d.width() == near.dense_width());
        let strangers = strange.as_ref().is_none_or(|s| s.classes() == 1);
        if sparse.sparse_width() != vectoriser.width() || near.classes() != classes || !widths || !strangers {
            return Err(CodecError::Inconsistent("parts of the intent model"));
        }
        Ok(Self { vectoriser, sparse, dense, near, strange })
    }
}

/// How texts are read for intents.
pub fn grams() -> GramOptions {
    GramOptions { han_pairs: 4, ..GramOptions::default() }
}
