//! The linear learner over an encoder's vectors. With few examples it draws curved borders (`kernel`) and may take an intent's name for one
//! more example of it. Fitted and used by `heads`; whether names help is decided in `train`.

use super::heads::Prepared;
use super::kernel::{Kernel, brought_back};
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::linear::Linear;
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};

/// For encoder vectors of length 1.
const COST: f32 = 4.0;
/// Examples up to which borders are curved: the cost of learning them grows with the square.
const CURVED_MAX: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// Of the encoder's vectors.
    width: usize,
    kernel: Option<Kernel>,
    linear: Linear,
}

impl Dense {
    /// None when the examples have no vectors.
    pub fn fit(examples: &Prepared<'_>, classes: usize, learner: &SvmOptions) -> Option<Self> {
        let width = examples.dense.first()?.len();
        let (mut vectors, mut labels) = (examples.dense.clone(), examples.labels.clone());
        let mut taught = vec![false; classes];
        labels.iter().for_each(|l| taught[*l as usize] = true);
        for (class, name) in examples.names.iter().enumerate().filter(|(class, _)| taught[*class]) {
            vectors.push(name);
            labels.push(class as u32);
        }
        let options = SvmOptions { c: COST, ..*learner };
        let learn = |given: &[&[f32]], width| {
            let mut rows = Rows::new(0, width);
            given.iter().for_each(|row| rows.push(&SparseVector::default(), row));
            svm::train(&rows, &labels, classes, &options)
        };
        if vectors.len() > CURVED_MAX {
            return Some(Self { width, kernel: None, linear: Linear::pack(&learn(&vectors, width)) });
        }
        let kernel = Kernel::new(&vectors, width);
        let factor = kernel.factor();
        let rows: Vec<&[f32]> = factor.iter().map(Vec::as_slice).collect();
        let weights = brought_back(learn(&rows, rows.len()), &factor);
        Some(Self { width, kernel: Some(kernel), linear: Linear::pack(&weights) })
    }

    /// The margin of each intent; nothing for a vector of another width.
    pub fn scores(&self, vector: &[f32]) -> Vec<f32> {
        if vector.len() != self.width {
            return Vec::new();
        }
        let row = self.kernel.as_ref().map(|kernel| kernel.row(vector));
        self.linear.scores(&SparseVector::default(), row.as_deref().unwrap_or(vector))
    }

    pub fn classes(&self) -> usize {
        self.linear.classes()
    }

    /// Of the encoder's vectors.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn bytes(&self) -> usize {
        self.linear.bytes() + self.kernel.as_ref().map_or(0, |kernel| 4 * kernel.examples().len())
    }

    pub fn write(&self, out: &mut Writer) {
        out.u32(self.width as u32);
        out.u8(u8::from(self.kernel.is_some()));
        if let Some(kernel) = &self.kernel {
            out.f32s(kernel.examples());
        }
        self.linear.write(out);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let wrong = CodecError::Inconsistent("weights over the encoder's vectors");
        let (width, is_curved) = (from.u32()? as usize, from.u8()? == 1);
        let examples = if is_curved { from.f32s()? } else { Vec::new() };
        let linear = Linear::read(from)?;
        let expected = if is_curved { examples.len() / width.max(1) } else { width };
        if linear.dense_width() != expected {
            return Err(wrong);
        }
        let kernel = if is_curved { Some(Kernel::stored(width, examples).ok_or(wrong)?) } else { None };
        Ok(Self { width, kernel, linear })
    }
}
