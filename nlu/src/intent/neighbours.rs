//! How near a turn is to training examples: the mean of the three highest cosines in a class. Sees only each example's strongest
//! common columns, so that a search is a few tens of microseconds, and only the classes it is asked for.

use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::rows::SparseVector;
use crate::learn::svm::dot;

/// Columns are numbered by how common they are; one that few texts have makes no neighbours.
const COLUMNS_MAX: usize = 1 << 14;
const COLUMNS_EACH_MAX: usize = 48;
/// Examples of a class that are kept, in the order they came.
pub const EXAMPLES_EACH_MAX: usize = 200;
const NEAREST: usize = 3;

/// A class's nearness to one turn; cosines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub class: u32,
    pub mean: f32,
    pub top: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// First example of each class, and the end.
    classes: Vec<u32>,
    /// First entry of each example, and the end.
    examples: Vec<u32>,
    columns: Vec<u16>,
    /// Values of length-1 rows in 1/255.
    values: Vec<u8>,
    dense_width: usize,
    /// Length-1 encoder vectors in 1/127, one for each example.
    dense: Vec<i8>,
}

impl Neighbours {
    /// `rows` are sparse vectors of length 1 with non-negative values; `dense` is empty or holds one length-1 vector for each. At most
    /// `each_max` examples of a class are kept.
    pub fn fit(rows: &[SparseVector], dense: &[&[f32]], labels: &[u32], (classes, each_max): (usize, usize)) -> Self {
        let mut of_class = vec![Vec::new(); classes];
        for (i, label) in labels.iter().enumerate() {
            if of_class[*label as usize].len() < each_max {
                of_class[*label as usize].push(i);
            }
        }
        let dense_width = dense.first().map_or(0, |d| d.len());
        let mut index =
            Self { classes: vec![0], examples: vec![0], columns: Vec::new(), values: Vec::new(), dense_width, dense: Vec::new() };
        for members in of_class {
            for i in members {
                index.push(&rows[i]);
                index.dense.extend(dense.get(i).into_iter().copied().flatten().map(|v| (v * 127.0).round() as i8));
            }
            index.classes.push(index.examples.len() as u32 - 1);
        }
        index
    }

    fn push(&mut self, row: &SparseVector) {
        let mut kept: Vec<(u32, f32)> = row.columns.iter().copied().zip(row.values.iter().copied()).collect();
        kept.retain(|(column, _)| (*column as usize) < COLUMNS_MAX);
        kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        kept.truncate(COLUMNS_EACH_MAX);
        let length = kept.iter().map(|(_, v)| v * v).sum::<f32>().sqrt().max(1e-9);
        self.columns.extend(kept.iter().map(|(column, _)| *column as u16));
        self.values.extend(kept.iter().map(|(_, v)| (v / length * 255.0).round().clamp(0.0, 255.0) as u8));
        self.examples.push(self.columns.len() as u32);
    }

    /// Nearness by grams of each class asked for.
    pub fn sparse(&self, turn: &SparseVector, classes: impl Iterator<Item = u32>) -> Vec<Near> {
        let mut table = vec![0.0f32; COLUMNS_MAX];
        for (column, value) in turn.columns.iter().zip(&turn.values) {
            if let Some(slot) = table.get_mut(*column as usize) {
                *slot = value / 255.0;
            }
        }
        let cosine = |example: usize| -> f32 {
            let entries = self.examples[example] as usize..self.examples[example + 1] as usize;
            let columns = &self.columns[entries.clone()];
            columns.iter().zip(&self.values[entries]).map(|(c, v)| table[*c as usize & (COLUMNS_MAX - 1)] * f32::from(*v)).sum()
        };
        classes.map(|class| self.nearest(class, &cosine)).collect()
    }

    /// Nearness by the encoder's vectors; `turn` has length 1. Nothing when there are none.
    pub fn dense(&self, turn: &[f32], classes: impl Iterator<Item = u32>) -> Vec<Near> {
        if self.dense_width == 0 || turn.len() != self.dense_width {
            return Vec::new();
        }
        let mut vector = vec![0.0; self.dense_width];
        let mut cosine = |example: usize| -> f32 {
            let stored = &self.dense[example * self.dense_width..(example + 1) * self.dense_width];
            vector.iter_mut().zip(stored).for_each(|(v, s)| *v = f32::from(*s) / 127.0);
            dot(&vector, turn)
        };
        classes.map(|class| self.nearest_mut(class, &mut cosine)).collect()
    }

    fn nearest(&self, class: u32, cosine: &impl Fn(usize) -> f32) -> Near {
        self.nearest_mut(class, &mut |example| cosine(example))
    }

    fn nearest_mut(&self, class: u32, cosine: &mut impl FnMut(usize) -> f32) -> Near {
        let members = self.classes[class as usize] as usize..self.classes[class as usize + 1] as usize;
        let count = members.len().min(NEAREST);
        let mut best = [f32::NEG_INFINITY; NEAREST];
        for example in members {
            let mut found = cosine(example);
            for place in &mut best {
                if found > *place {
                    std::mem::swap(&mut found, place);
                }
            }
        }
        let mean = if count == 0 { 0.0 } else { best[..count].iter().sum::<f32>() / count as f32 };
        Near { class, mean, top: if count == 0 { 0.0 } else { best[0] } }
    }

    pub fn examples(&self) -> usize {
        self.examples.len() - 1
    }

    pub fn bytes(&self) -> usize {
        self.columns.len() * 3 + self.dense.len() + 4 * (self.examples.len() + self.classes.len())
    }

    pub fn write(&self, out: &mut Writer) {
        out.u32s(&self.classes);
        out.u32s(&self.examples);
        out.u16s(&self.columns);
        out.bytes(&self.values);
        out.u32(self.dense_width as u32);
        out.i8s(&self.dense);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (classes, examples, columns) = (from.u32s()?, from.u32s()?, from.u16s()?);
        let (values, dense_width, dense) = (from.bytes()?.to_vec(), from.u32()? as usize, from.i8s()?);
        let spans = |starts: &[u32], end: usize| {
            starts.first() == Some(&0) && starts.is_sorted() && starts.last().is_some_and(|l| *l as usize == end)
        };
        let sound = !examples.is_empty()
            && spans(&classes, examples.len() - 1)
            && spans(&examples, columns.len())
            && columns.len() == values.len()
            && (examples.len() - 1).checked_mul(dense_width) == Some(dense.len());
        if !sound {
            return Err(CodecError::Inconsistent("nearest examples"));
        }
        Ok(Self { classes, examples, columns, values, dense_width, dense })
    }

    pub fn classes(&self) -> usize {
        self.classes.len() - 1
    }

    pub fn dense_width(&self) -> usize {
        self.dense_width
    }
}
