//! The first layer of question match: large-margin models over the crossed features of a pair. One reads all features as they are, one
//! multiplied by their naive-Bayes ratios, and one for each kind of feature reads only that. They err differently, and the trees of
//! `model` weigh them.

use super::crosses::KINDS;
use super::model::PairOptions;
use crate::learn::bayes;
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::grams::Bag;
use crate::learn::linear::{Linear, Weights};
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};
use crate::learn::vectoriser::Vectoriser;

/// A pair's features, all of them and those of each kind; each vector has length 1.
#[derive(Debug, Clone)]
pub struct Vectors {
    all: SparseVector,
    kinds: [SparseVector; KINDS],
}

impl Vectors {
    pub fn new(crosses: &[Bag; KINDS], vectoriser: &Vectoriser) -> Self {
        let kinds = crosses.each_ref().map(|bag| vectoriser.vector(bag));
        Self { all: vectoriser.vector(&Bag::together(crosses)), kinds }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Margins {
    plain: Linear,
    bayes: Linear,
    /// No feature is of two kinds, so their models share one table; only the constants are apart.
    kinds: Linear,
    constants: [f32; KINDS],
}

/// The pairs a model learns from.
struct Lesson<'a> {
    same: &'a [bool],
    chosen: &'a [usize],
    width: usize,
    options: &'a PairOptions,
}

impl Margins {
    /// Learns from the chosen pairs; `vectors` and `same` are of all pairs.
    pub fn fit(vectors: &[Vectors], same: &[bool], chosen: &[usize], width: usize, options: &PairOptions) -> Self {
        let lesson = Lesson { same, chosen, width, options };
        let plain = lesson.learn(|i| vectors[i].all.clone(), options.c);
        let mut kinds = Weights { sparse_width: width, dense_width: 0, classes: vec![vec![0.0; width + 1]] };
        let constants = std::array::from_fn(|kind| {
            let learnt = lesson.by_counts(|i| &vectors[i].kinds[kind]);
            kinds.add(&Weights { classes: learnt.classes[1..].to_vec(), ..learnt }, 1.0);
            std::mem::take(&mut kinds.classes[0][width])
        });
        let bayes = lesson.by_counts(|i| &vectors[i].all);
        Self { plain: Linear::pack(&plain), bayes: Linear::pack(&bayes), kinds: Linear::pack(&kinds), constants }
    }

    /// How far the pair is on the side of "same", by each model.
    pub fn scores(&self, vectors: &Vectors) -> impl Iterator<Item = f32> {
        let whole = [&self.plain, &self.bayes].map(|model| model.scores(&vectors.all, &[]).get(1).copied().unwrap_or_default());
        let of_kind = |kind: usize| self.kinds.scores(&vectors.kinds[kind], &[])[0] + self.constants[kind];
        whole.into_iter().chain(std::array::from_fn::<f32, KINDS, _>(of_kind))
    }

    pub fn write(&self, out: &mut Writer) {
        self.plain.write(out);
        self.bayes.write(out);
        self.kinds.write(out);
        out.f32s(&self.constants);
    }

    /// Models of another number of columns than `width` are refused.
    pub fn read(from: &mut Reader<'_>, width: usize) -> Result<Self, CodecError> {
        let wrong = CodecError::Inconsistent("margins of the pair model");
        let (plain, bayes, kinds) = (Linear::read(from)?, Linear::read(from)?, Linear::read(from)?);
        let Ok(constants) = <[f32; KINDS]>::try_from(from.f32s()?) else { return Err(wrong) };
        let fits = |model: &Linear, classes: usize| model.classes() == classes && model.sparse_width() == width;
        let whole = fits(&plain, 2) && fits(&bayes, 2) && fits(&kinds, 1);
        if whole { Ok(Self { plain, bayes, kinds, constants }) } else { Err(wrong) }
    }
}

impl Lesson<'_> {
    fn learn(&self, read: impl Fn(usize) -> SparseVector, c: f32) -> Weights {
        let labels: Vec<u32> = self.chosen.iter().map(|&i| u32::from(self.same[i])).collect();
        let mut rows = Rows::new(self.width, 0);
        self.chosen.iter().for_each(|&i| rows.push(&read(i), &[]));
        let svm = SvmOptions { c, seed: self.options.seed, threads: 1, others_max: usize::MAX, ..SvmOptions::default() };
        svm::train(&rows, &labels, 2, &svm)
    }

    /// Over features multiplied by their naive-Bayes ratios.
    fn by_counts<'v>(&self, read: impl Fn(usize) -> &'v SparseVector) -> Weights {
        let ratios = bayes::ratios(self.chosen.iter().map(|&i| (read(i), self.same[i])), self.width);
        let mut weights = self.learn(|i| bayes::scaled(read(i), &ratios), self.options.bayes_c);
        weights.classes.iter_mut().for_each(|w| bayes::fold(w, &ratios));
        weights
    }
}
