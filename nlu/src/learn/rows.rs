//! Examples as numbers: sparse rows, and beside them optional dense ones (an encoder's vectors). What learners read.

/// Columns in ascending order without repeats, and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseVector {
    pub columns: Vec<u32>,
    pub values: Vec<f32>,
}

impl SparseVector {
    pub fn dot(&self, other: &Self) -> f32 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < self.columns.len() && j < other.columns.len() {
            match self.columns[i].cmp(&other.columns[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += self.values[i] * other.values[j];
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        sum
    }
}

/// Many rows of one width, one after the other.
#[derive(Debug, Clone)]
pub struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    dense: Vec<f32>,
    sparse_width: usize,
    dense_width: usize,
}

/// One row: sparse columns and values, then the dense part (empty when there is none).
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub columns: &'a [u32],
    pub values: &'a [f32],
    pub dense: &'a [f32],
}

impl Rows {
    /// No rows yet, of `sparse_width` possible columns and `dense_width` dense values each.
    pub fn new(sparse_width: usize, dense_width: usize) -> Self {
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), dense: Vec::new(), sparse_width, dense_width }
    }

    /// Appends a row. Columns beyond the width are left out; a dense part of another width is cut or filled with zeros.
    pub fn push(&mut self, sparse: &SparseVector, dense: &[f32]) {
        for (&column, &value) in sparse.columns.iter().zip(&sparse.values) {
            if (column as usize) < self.sparse_width {
                self.columns.push(column);
                self.values.push(value);
            }
        }
        self.starts.push(self.columns.len());
        self.dense.extend(dense.iter().copied().chain(std::iter::repeat(0.0)).take(self.dense_width));
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn sparse_width(&self) -> usize {
        self.sparse_width
    }

    pub fn dense_width(&self) -> usize {
        self.dense_width
    }

    /// Row `i`, which must be below `len()`.
    pub fn row(&self, i: usize) -> Row<'_> {
        let (from, to) = (self.starts[i], self.starts[i + 1]);
        let dense = &self.dense[i * self.dense_width..(i + 1) * self.dense_width];
        Row { columns: &self.columns[from..to], values: &self.values[from..to], dense }
    }
}
