//! A linear model over sparse and dense columns: as learnt (`Weights`), and packed for use (`Linear`: one byte for each sparse weight,
//! a scale for each column). Scores only; what they mean is calibration's matter.

use super::codec::{CodecError, Reader, Writer};
use super::rows::SparseVector;

/// Full-precision weights of each class: `sparse_width` sparse columns, `dense_width` dense ones, the constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub sparse_width: usize,
    pub dense_width: usize,
    pub classes: Vec<Vec<f32>>,
}

impl Weights {
    /// Adds `other` times `factor`; both must have the same shape. Scores of the sum are the sum of scores.
    pub fn add(&mut self, other: &Weights, factor: f32) {
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            mine.iter_mut().zip(theirs).for_each(|(m, t)| *m += factor * t);
        }
    }
}

/// What predicts. Memory: `sparse_width × classes` bytes and little more.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    classes: usize,
    /// One row of `classes` weights for each sparse column, in units of the column's scale.
    table: Vec<i8>,
    scales: Vec<f32>,
    /// The same for dense columns, in full.
    dense: Vec<f32>,
    constants: Vec<f32>,
}

impl Linear {
    pub fn pack(weights: &Weights) -> Self {
        let (classes, sparse) = (weights.classes.len(), weights.sparse_width);
        let mut table = Vec::with_capacity(sparse * classes);
        let mut scales = Vec::with_capacity(sparse);
        for column in 0..sparse {
            let largest = weights.classes.iter().map(|w| w[column].abs()).fold(0.0, f32::max);
            let scale = largest / 127.0;
            table.extend(weights.classes.iter().map(|w| if scale > 0.0 { (w[column] / scale).round() as i8 } else { 0 }));
            scales.push(scale);
        }
        let dense = (sparse..sparse + weights.dense_width).flat_map(|c| weights.classes.iter().map(move |w| w[c])).collect();
        let constants = weights.classes.iter().map(|w| w.last().copied().unwrap_or_default()).collect();
        Self { classes, table, scales, dense, constants }
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    pub fn sparse_width(&self) -> usize {
        self.scales.len()
    }

    pub fn dense_width(&self) -> usize {
        self.dense.len().checked_div(self.classes).unwrap_or(0)
    }

    /// The score of each class: the distance from its border, positive inside. Columns beyond the model's are ignored.
    pub fn scores(&self, sparse: &SparseVector, dense: &[f32]) -> Vec<f32> {
        let mut scores = self.constants.clone();
        for (&column, &value) in sparse.columns.iter().zip(&sparse.values) {
            let from = column as usize * self.classes;
            let Some(row) = self.table.get(from..from + self.classes) else { continue };
            let value = value * self.scales[column as usize];
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += value * f32::from(*weight));
        }
        for (row, value) in self.dense.chunks_exact(self.classes.max(1)).zip(dense) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    /// The weight of one sparse column for one class; 0 outside.
    pub fn weight(&self, column: u32, class: usize) -> f32 {
        let at = column as usize * self.classes + class;
        let scale = self.scales.get(column as usize).copied().unwrap_or_default();
        if class < self.classes { self.table.get(at).map_or(0.0, |w| f32::from(*w) * scale) } else { 0.0 }
    }

    /// Bytes in memory, near enough.
    pub fn bytes(&self) -> usize {
        self.table.len() + 4 * (self.scales.len() + self.dense.len() + self.constants.len())
    }

    pub fn write(&self, out: &mut Writer) {
        out.f32s(&self.constants);
        out.f32s(&self.scales);
        out.i8s(&self.table);
        out.f32s(&self.dense);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (constants, scales) = (from.f32s()?, from.f32s()?);
        let (table, dense) = (from.i8s()?, from.f32s()?);
        let classes = constants.len();
        let fits = scales.len().checked_mul(classes) == Some(table.len()) && (classes > 0 || dense.is_empty());
        if !fits || (classes > 0 && dense.len() % classes != 0) {
            return Err(CodecError::Inconsistent("weights of the linear model"));
        }
        Ok(Self { classes, table, scales, dense, constants })
    }
}
