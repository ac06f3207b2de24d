//! What the classifier learns and reads with: linear machines over the features of a text. One part learns on weighted n-grams, the other on the
//! same multiplied by how much each speaks for a class (naive Bayes); their weights are summed, so that reading costs one look-up.

use super::classifier::Recipe;
use super::features::{bag, grams};
use super::vectors::Vectors;
use crate::learn::bayes;
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::grams::{Bag, GramOptions};
use crate::learn::linear::{Linear, Weights};
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};
use crate::learn::vectoriser::{Vectoriser, VectoriserOptions};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Machines {
    grams: GramOptions,
    groups: bool,
    vectoriser: Vectoriser,
    linear: Linear,
    vectors: Option<Vectors>,
}

/// Examples ready for learning. `vectors` is empty or as long as `bags`.
pub(super) struct Texts {
    pub bags: Vec<Bag>,
    pub vectors: Vec<Vec<f32>>,
}

impl Texts {
    /// Empty when there are none.
    pub fn vector(&self, i: usize) -> &[f32] {
        self.vectors.get(i).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Machines {
    pub fn classes(&self) -> usize {
        self.linear.classes()
    }

    pub fn reads_vectors(&self) -> bool {
        self.vectors.is_some()
    }

    /// `vector` is the encoder's of this text; an empty one adds nothing to what the words say.
    pub fn scores(&self, text: &str, vector: &[f32]) -> Vec<f32> {
        self.scores_of(&bag(text, &self.grams, self.groups), vector)
    }

    pub fn scores_of(&self, bag: &Bag, vector: &[f32]) -> Vec<f32> {
        let mut scores = self.linear.scores(&self.vectoriser.vector(bag), &[]);
        if let Some(vectors) = &self.vectors {
            vectors.add(vector, &mut scores);
        }
        scores
    }

    pub fn write(&self, out: &mut Writer) {
        let g = &self.grams;
        let lengths = [g.words_max, g.han_max, g.piece_min, g.piece_max];
        // A byte more says that groups are read, and one more that vectors are; files of before have none.
        let more: &[u8] = match (self.groups, self.vectors.is_some()) {
            (false, false) => &[],
            (true, false) => &[1],
            (false, true) => &[0, 1],
            (true, true) => &[1, 1],
        };
        out.bytes(&[&lengths[..], more].concat());
        self.vectoriser.write(out);
        self.linear.write(out);
        if let Some(vectors) = &self.vectors {
            vectors.write(out);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let head = from.bytes()?;
        let (lengths, groups, has_vectors) = match head[..] {
            [a, b, c, d] => ([a, b, c, d], false, false),
            [a, b, c, d, 1] => ([a, b, c, d], true, false),
            [a, b, c, d, groups @ (0 | 1), 1] => ([a, b, c, d], groups == 1, true),
            _ => return Err(CodecError::Inconsistent("lengths of the grams")),
        };
        let (vectoriser, linear) = (Vectoriser::read(from)?, Linear::read(from)?);
        if linear.sparse_width() != vectoriser.width() {
            return Err(CodecError::Inconsistent("width of the classifier"));
        }
        let vectors = if has_vectors { Some(Vectors::read(from)?) } else { None };
        if vectors.as_ref().is_some_and(|v| v.classes() != linear.classes()) {
            return Err(CodecError::Inconsistent("labels of the vectors"));
        }
        Ok(Self { grams: grams(lengths), groups, vectoriser, linear, vectors })
    }
}

pub(super) fn learn(texts: &Texts, truth: &[u32], chosen: &[usize], classes: usize, recipe: &Recipe) -> Machines {
    let bags: Vec<Bag> = chosen.iter().map(|&i| texts.bags[i].clone()).collect();
    let truth: Vec<u32> = chosen.iter().map(|&i| truth[i]).collect();
    let of_encoder: Vec<&[f32]> = chosen.iter().map(|&i| texts.vector(i)).filter(|v| !v.is_empty()).collect();
    let (bags, truth) = (&bags[..], &truth[..]);
    let options = VectoriserOptions {
        columns_max: recipe.columns_max,
        texts_min: recipe.texts_min,
        shares: recipe.shares,
        ..VectoriserOptions::default()
    };
    let vectoriser = Vectoriser::fit(bags, &options);
    let vectors: Vec<SparseVector> = bags.iter().map(|b| vectoriser.vector(b)).collect();
    let mut rows = Rows::new(vectoriser.width(), 0);
    vectors.iter().for_each(|v| rows.push(v, &[]));
    let svm = SvmOptions { c: recipe.c, balance: recipe.balance, seed: recipe.seed, others_max: usize::MAX, ..SvmOptions::default() };
    let mut weights = svm::train(&rows, truth, classes, &svm);
    if recipe.bayes > 0.0 {
        weights.classes.iter_mut().flatten().for_each(|w| *w *= 1.0 - recipe.bayes);
        weights.add(&by_counts(&vectors, truth, classes, vectoriser.width(), recipe), recipe.bayes);
    }
    Machines {
        grams: recipe.grams,
        groups: recipe.groups,
        linear: Linear::pack(&weights),
        vectoriser,
        vectors: Vectors::fit(&of_encoder, truth, classes, recipe),
    }
}

/// One machine for each class over columns multiplied by that class's log-count ratio; the ratio is then folded into the weights.
fn by_counts(vectors: &[SparseVector], truth: &[u32], classes: usize, width: usize, recipe: &Recipe) -> Weights {
    let svm = SvmOptions {
        c: recipe.bayes_c,
        balance: recipe.balance,
        seed: recipe.seed,
        threads: 1,
        others_max: usize::MAX,
        ..SvmOptions::default()
    };
    let of_class = |class: usize| {
        let yes: Vec<u32> = truth.iter().map(|t| u32::from(*t as usize == class)).collect();
        let ratios = bayes::ratios(vectors.iter().zip(yes.iter().map(|y| *y == 1)), width);
        let mut rows = Rows::new(width, 0);
        for v in vectors {
            rows.push(&bayes::scaled(v, &ratios), &[]);
        }
        let mut weights = svm::train(&rows, &yes, 2, &svm).classes.pop().unwrap_or_default();
        bayes::fold(&mut weights, &ratios);
        weights
    };
    Weights { sparse_width: width, dense_width: 0, classes: (0..classes).map(of_class).collect() }
}
