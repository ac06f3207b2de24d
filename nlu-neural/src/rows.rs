//! Views of matrices stored row after row, with a stride so that a view can be some columns of a wider matrix.

/// `count` rows of `width` values; row `i` starts at `i * stride`.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    pub values: &'a [f32],
    pub stride: usize,
    pub count: usize,
    pub width: usize,
}

impl<'a> Rows<'a> {
    /// All of a matrix.
    pub fn whole(values: &'a [f32], width: usize) -> Self {
        Self { values, stride: width, count: values.len() / width.max(1), width }
    }

    /// Rows `first..first + count` and columns `from..from + width`.
    pub fn part(self, (first, count): (usize, usize), (from, width): (usize, usize)) -> Self {
        Self { values: &self.values[first * self.stride + from..], stride: self.stride, count, width }
    }

    pub fn row(&self, index: usize) -> &'a [f32] {
        &self.values[index * self.stride..][..self.width]
    }
}

/// Where a product is written: like `Rows`; the number of rows and columns follow from the product.
#[derive(Debug)]
pub struct Target<'a> {
    pub values: &'a mut [f32],
    pub stride: usize,
}
