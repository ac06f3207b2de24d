//! A matrix in the order in which the multiplication reads it: panels of `width` outputs, each `inner` lines long, so that one
//! line is two vector registers. Weights are packed once when a model is loaded; attention packs its keys and values per text.

use crate::aligned::Aligned;
use crate::rows::Rows;
use pulp::{Arch, Simd, WithSimd};

const LINES: usize = 16;

/// `outer` outputs from `inner` inputs each.
#[derive(Debug, Default)]
pub struct Panels {
    pub inner: usize,
    pub outer: usize,
    /// Outputs in one panel; the last panel is filled up with zeros.
    pub width: usize,
    values: Aligned,
    bias: Aligned,
}

impl Panels {
    /// From a linear layer as models store it: `weight[outer][inner]`.
    pub fn from_linear(arch: Arch, weight: &[f32], bias: &[f32]) -> Self {
        let mut panels = Self::default();
        panels.pack_linear(arch, weight, bias);
        panels
    }

    /// As `from_linear`, into the room that is there.
    pub fn pack_linear(&mut self, arch: Arch, weight: &[f32], bias: &[f32]) {
        let (outer, inner) = (bias.len(), weight.len() / bias.len().max(1));
        self.pack_transposed(arch, Rows { values: weight, stride: inner, count: outer, width: inner });
        self.bias.values_mut()[..outer].copy_from_slice(bias);
    }

    /// Each row of `source` becomes an output: multiplying by the result gives dot products with the rows.
    pub fn pack_transposed(&mut self, arch: Arch, source: Rows<'_>) {
        self.shape(panel_width(arch), source.width, source.count);
        let (width, inner) = (self.width, self.inner);
        let panels = self.values.values_mut().chunks_exact_mut((inner * width).max(1));
        for (index, panel) in panels.enumerate() {
            let filled = (source.count - index * width).min(width);
            if filled < width {
                panel.fill(0.0);
            }
            // some lines at a time, which stay in the nearest cache until all columns are written
            for (turn, lines) in panel.chunks_mut(LINES * width).enumerate() {
                for column in 0..filled {
                    let row = &source.row(index * width + column)[turn * LINES..];
                    for (line, value) in lines.chunks_exact_mut(width).zip(row) {
                        line[column] = *value;
                    }
                }
            }
        }
    }

    /// Each column of `source` is an output: multiplying by the result gives sums of rows.
    pub fn pack(&mut self, arch: Arch, source: Rows<'_>) {
        self.shape(panel_width(arch), source.count, source.width);
        let (width, inner) = (self.width, self.inner);
        let panels = self.values.values_mut().chunks_exact_mut((inner * width).max(1));
        for (index, panel) in panels.enumerate() {
            let start = index * width;
            let filled = (source.width - start).min(width);
            for (line, row) in panel.chunks_exact_mut(width).zip(0..source.count) {
                line[..filled].copy_from_slice(&source.row(row)[start..start + filled]);
                line[filled..].fill(0.0);
            }
        }
    }

    fn shape(&mut self, width: usize, inner: usize, outer: usize) {
        let filled_up = outer.div_ceil(width) * width;
        (self.width, self.inner, self.outer) = (width, inner, outer);
        self.values.reset(filled_up * inner);
        self.bias.reset(filled_up);
        self.bias.values_mut().fill(0.0);
    }

    /// Panels with the bias of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[f32], &[f32])> {
        let size = (self.inner * self.width).max(1);
        self.values.values().chunks_exact(size).zip(self.bias.values().chunks_exact(self.width.max(1)))
    }
}

/// Two registers of this processor.
fn panel_width(arch: Arch) -> usize {
    struct Width;
    impl WithSimd for Width {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            2 * S::F32_LANES
        }
    }
    arch.dispatch(Width)
}
