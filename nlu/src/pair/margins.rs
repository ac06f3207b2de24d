//! The first layer of question match: two large-margin models over the crossed features of a pair, one on the features as they are and one on
//! them multiplied by their naive-Bayes ratios. They err differently, and the trees of `model` weigh them.

use super::model::PairOptions;
use crate::learn::bayes;
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::linear::Linear;
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};

#[derive(Debug, Clone, PartialEq)]
pub struct Margins {
    plain: Linear,
    bayes: Linear,
}

impl Margins {
    /// Learns from the chosen pairs; `vectors` and `same` are of all pairs.
    pub fn fit(vectors: &[SparseVector], same: &[bool], chosen: &[usize], width: usize, options: &PairOptions) -> Self {
        let labels: Vec<u32> = chosen.iter().map(|&i| u32::from(same[i])).collect();
        let learn = |rows: &Rows, c: f32| {
            let svm = SvmOptions { c, seed: options.seed, threads: 1, others_max: usize::MAX, ..SvmOptions::default() };
            svm::train(rows, &labels, 2, &svm)
        };
        let mut rows = Rows::new(width, 0);
        chosen.iter().for_each(|&i| rows.push(&vectors[i], &[]));
        let plain = Linear::pack(&learn(&rows, options.c));
        let ratios = bayes::ratios(chosen.iter().map(|&i| (&vectors[i], same[i])), width);
        let mut rows = Rows::new(width, 0);
        chosen.iter().for_each(|&i| rows.push(&bayes::scaled(&vectors[i], &ratios), &[]));
        let mut weights = learn(&rows, options.bayes_c);
        weights.classes.iter_mut().for_each(|w| bayes::fold(w, &ratios));
        Self { plain, bayes: Linear::pack(&weights) }
    }

    /// How far the pair is on the side of "same", by either model.
    pub fn scores(&self, vector: &SparseVector) -> [f32; 2] {
        [&self.plain, &self.bayes].map(|model| model.scores(vector, &[]).get(1).copied().unwrap_or_default())
    }

    pub fn write(&self, out: &mut Writer) {
        self.plain.write(out);
        self.bayes.write(out);
    }

    /// Models of another number of columns than `width` are refused.
    pub fn read(from: &mut Reader<'_>, width: usize) -> Result<Self, CodecError> {
        let margins = Self { plain: Linear::read(from)?, bayes: Linear::read(from)? };
        let fits = |model: &Linear| model.classes() == 2 && model.sparse_width() == width;
        if fits(&margins.plain) && fits(&margins.bayes) { Ok(margins) } else { Err(CodecError::Inconsistent("margins of the pair model")) }
    }
}
