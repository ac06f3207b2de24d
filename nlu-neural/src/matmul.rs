//! The multiplication that nearly all time goes into: rows times packed panels, plus bias, through an activation. Written once
//! against `pulp`, which compiles it for each instruction set and picks one at run time. Single-threaded by design.
//!
//! A block of up to twelve rows by two registers stays in registers for the whole inner dimension. Rows are packed so that a block
//! reads its inputs in order; blocks are made equally high (16 rows are 8 + 8, not 12 + 4).

use crate::panels::Panels;
use crate::pointwise::Activation;
use crate::rows::{Rows, Target};
use pulp::{Arch, Simd, WithSimd};

/// `out = activation(input × panels + bias)`. `packed` is scratch and grows to the size of `input`.
pub fn multiply(arch: Arch, input: Rows<'_>, panels: &Panels, after: Activation, (out, packed): (Target<'_>, &mut Vec<f32>)) {
    debug_assert_eq!(input.width, panels.inner);
    if input.count == 0 {
        return;
    }
    arch.dispatch(Multiply { input: Input::Rows(input), panels, after, adds: false, out, packed });
}

/// `out += columnsᵀ × panels`: each column of `columns` is an input. What a linear layer's weights learn is such a product.
pub fn add_product(arch: Arch, columns: Rows<'_>, panels: &Panels, (out, packed): (Target<'_>, &mut Vec<f32>)) {
    debug_assert_eq!(columns.count, panels.inner);
    if columns.width == 0 || columns.count == 0 {
        return;
    }
    arch.dispatch(Multiply { input: Input::Columns(columns), panels, after: Activation::Identity, adds: true, out, packed });
}

#[derive(Clone, Copy)]
enum Input<'a> {
    Rows(Rows<'a>),
    Columns(Rows<'a>),
}

struct Multiply<'a> {
    input: Input<'a>,
    panels: &'a Panels,
    after: Activation,
    /// To what is in `out` already.
    adds: bool,
    out: Target<'a>,
    packed: &'a mut Vec<f32>,
}

/// Rows of a block; what the accumulators leave free holds one line of the panel and one input.
const fn height_max<S: Simd>() -> usize {
    if S::REGISTER_COUNT >= 32 { 12 } else { 6 }
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { input, panels, after, adds, out, packed } = self;
        let (rows, inner) = match input {
            Input::Rows(rows) => (rows.count, rows.width),
            Input::Columns(columns) => (columns.width, columns.count),
        };
        let height = rows.div_ceil(rows.div_ceil(height_max::<S>()));
        if packed.len() < rows * inner {
            packed.resize(rows * inner, 0.0);
        }
        let packed = &mut packed[..rows * inner];
        match input {
            Input::Rows(rows) => pack_rows(rows, height, packed),
            Input::Columns(columns) => pack_columns(columns, height, packed),
        }
        for (index, (panel, bias)) in panels.iter().enumerate() {
            let from = index * panels.width;
            let columns = from..panels.outer.min(from + panels.width);
            for (block, first) in packed.chunks(height * inner).zip((0..rows).step_by(height)) {
                let tile = Tile { block, panel, bias, after, adds, columns: columns.clone() };
                let lines = &mut out.values[first * out.stride..];
                match height.min(rows - first) {
                    1 => tile.write::<S, 1>(simd, lines, out.stride),
                    2 => tile.write::<S, 2>(simd, lines, out.stride),
                    3 => tile.write::<S, 3>(simd, lines, out.stride),
                    4 => tile.write::<S, 4>(simd, lines, out.stride),
                    5 => tile.write::<S, 5>(simd, lines, out.stride),
                    6 => tile.write::<S, 6>(simd, lines, out.stride),
                    7 => tile.write::<S, 7>(simd, lines, out.stride),
                    8 => tile.write::<S, 8>(simd, lines, out.stride),
                    9 => tile.write::<S, 9>(simd, lines, out.stride),
                    10 => tile.write::<S, 10>(simd, lines, out.stride),
                    11 => tile.write::<S, 11>(simd, lines, out.stride),
                    _ => tile.write::<S, 12>(simd, lines, out.stride),
                }
            }
        }
    }
}

/// Block after block of `height` rows; within a block all rows' first values, then all their second ones.
#[inline(always)]
fn pack_rows(input: Rows<'_>, height: usize, packed: &mut [f32]) {
    for (block, first) in packed.chunks_mut(height * input.width).zip((0..input.count).step_by(height)) {
        let height = height.min(input.count - first);
        for row in 0..height {
            for (place, value) in block[row..].iter_mut().step_by(height).zip(input.row(first + row)) {
                *place = *value;
            }
        }
    }
}

/// The same of the transposed matrix: a block's first values lie side by side already.
#[inline(always)]
fn pack_columns(input: Rows<'_>, height: usize, packed: &mut [f32]) {
    for (block, first) in packed.chunks_mut(height * input.count).zip((0..input.width).step_by(height)) {
        let height = height.min(input.width - first);
        for (values, row) in block.chunks_exact_mut(height).zip(0..input.count) {
            values.copy_from_slice(&input.row(row)[first..first + height]);
        }
    }
}

struct Tile<'a> {
    block: &'a [f32],
    panel: &'a [f32],
    bias: &'a [f32],
    after: Activation,
    adds: bool,
    columns: std::ops::Range<usize>,
}

impl Tile<'_> {
    #[inline(always)]
    fn write<S: Simd, const HEIGHT: usize>(&self, simd: S, lines: &mut [f32], stride: usize) {
        let (bias, _) = S::as_simd_f32s(self.bias);
        let mut sums = [[bias[0], bias[1]]; HEIGHT];
        let (panel, _) = S::as_simd_f32s(self.panel);
        let (panel, _) = panel.as_chunks::<2>();
        let (block, _) = self.block.as_chunks::<HEIGHT>();
        for (inputs, weights) in block.iter().zip(panel) {
            for row in 0..HEIGHT {
                let input = simd.splat_f32s(inputs[row]);
                sums[row][0] = simd.mul_add_e_f32s(input, weights[0], sums[row][0]);
                sums[row][1] = simd.mul_add_e_f32s(input, weights[1], sums[row][1]);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let place = &mut lines[row * stride..][self.columns.clone()];
            let mut left = self.after.apply(simd, sums[0]);
            let mut right = self.after.apply(simd, sums[1]);
            // whole registers go without the detour that parts of them take
            if let ([first, second], []) = S::as_mut_simd_f32s(place) {
                if self.adds {
                    left = simd.add_f32s(left, *first);
                    right = simd.add_f32s(right, *second);
                }
                (*first, *second) = (left, right);
                continue;
            }
            let (first, second) = place.split_at_mut(S::F32_LANES.min(place.len()));
            if self.adds {
                left = simd.add_f32s(left, simd.partial_load_f32s(first));
                right = simd.add_f32s(right, simd.partial_load_f32s(second));
            }
            simd.partial_store_f32s(first, left);
            simd.partial_store_f32s(second, right);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::Scalar;

    fn instruction_sets() -> Vec<Arch> {
        #[cfg(target_arch = "x86_64")]
        let others = [pulp::x86::V3::try_new().map(Arch::V3), pulp::x86::V4::try_new().map(Arch::V4)];
        #[cfg(not(target_arch = "x86_64"))]
        let others = [Some(Arch::new())];
        std::iter::once(Arch::Scalar).chain(others.into_iter().flatten()).collect()
    }

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7_919 + seed * 104_729) % 1_009) as f32 / 1_009.0 - 0.5).collect()
    }

    fn plainly(input: &[f32], weight: &[f32], bias: &[f32], inner: usize) -> Vec<f32> {
        let dot = |row: &[f32], line: &[f32]| row.iter().zip(line).map(|(a, b)| a * b).sum::<f32>();
        let output = |row: &[f32]| weight.chunks(inner).zip(bias).map(|(line, b)| dot(row, line) + b).collect::<Vec<_>>();
        input.chunks(inner).flat_map(output).collect()
    }

    #[test]
    fn every_instruction_set_multiplies_every_shape() {
        for arch in instruction_sets() {
            for rows in (1..=26).chain([97]) {
                for (inner, outer) in [(1, 1), (8, 3), (5, 31), (33, 32), (16, 33), (7, 100)] {
                    let (input, weight, bias) = (numbers(rows * inner, 1), numbers(outer * inner, 2), numbers(outer, 3));
                    let mut out = vec![f32::NAN; rows * outer];
                    let panels = Panels::from_linear(arch, &weight, &bias);
                    let target = Target { values: &mut out, stride: outer };
                    multiply(arch, Rows::whole(&input, inner), &panels, Activation::Relu, (target, &mut Vec::new()));
                    for (got, wanted) in out.iter().zip(plainly(&input, &weight, &bias, inner)) {
                        let wanted = Activation::Relu.apply(Scalar::new(), wanted);
                        assert!((got - wanted).abs() < 1e-4, "{arch:?} {rows} x {inner} x {outer}: {got} for {wanted}");
                    }
                }
            }
        }
    }

    #[test]
    fn columns_become_outputs_too_and_only_the_target_is_written() {
        let (rows, inner, outer) = (13, 9, 5);
        let (input, weight) = (numbers(rows * inner, 4), numbers(inner * outer, 5));
        let mut panels = Panels::default();
        panels.pack(Arch::new(), Rows::whole(&weight, outer));
        let transposed: Vec<f32> = (0..outer).flat_map(|o| (0..inner).map(move |i| (i, o))).map(|(i, o)| weight[i * outer + o]).collect();
        let mut out = vec![7.0; rows * 8];
        let target = Target { values: &mut out, stride: 8 };
        multiply(Arch::new(), Rows::whole(&input, inner), &panels, Activation::Identity, (target, &mut Vec::new()));
        let wanted = plainly(&input, &transposed, &[0.0; 5], inner);
        for (got, wanted) in out.chunks(8).zip(wanted.chunks(outer)) {
            assert!(got.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-5), "{got:?} for {wanted:?}");
            assert_eq!(got[outer..], [7.0; 3]);
        }
    }

    #[test]
    fn products_of_columns_are_added_for_every_shape() {
        for arch in instruction_sets() {
            for (count, columns, outer) in [(1, 1, 1), (5, 13, 33), (16, 7, 8), (3, 26, 31), (40, 97, 5)] {
                let (left, right) = (numbers(count * columns, 6), numbers(count * outer, 7));
                let mut panels = Panels::default();
                panels.pack(arch, Rows::whole(&right, outer));
                let mut out = vec![2.0; columns * outer];
                let target = Target { values: &mut out, stride: outer };
                add_product(arch, Rows::whole(&left, columns), &panels, (target, &mut Vec::new()));
                for (at, got) in out.iter().enumerate() {
                    let product: f32 = (0..count).map(|k| left[k * columns + at / outer] * right[k * outer + at % outer]).sum();
                    assert!((got - 2.0 - product).abs() < 1e-4, "{arch:?} {count} x {columns} x {outer}: {got}");
                }
            }
        }
    }
}
