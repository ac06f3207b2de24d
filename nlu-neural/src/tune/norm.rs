//! Layer normalisation forward, keeping what the way back needs, and back.

use super::sums::{dot, total};
use pulp::Arch;

/// What a forward pass leaves for the way back.
#[derive(Debug, Default)]
pub struct Normed {
    /// Rows with mean 0 and deviation 1, before scale and shift.
    values: Vec<f32>,
    /// One over the deviation, for each row.
    factors: Vec<f32>,
}

/// `values = norm(values)`, row by row.
pub fn forward(arch: Arch, values: &mut [f32], (scale, shift): (&[f32], &[f32]), epsilon: f32, kept: &mut Normed) {
    let width = scale.len();
    kept.values.resize(values.len(), 0.0);
    kept.factors.resize(values.len() / width, 0.0);
    arch.dispatch(
        #[inline(always)]
        || {
            let rows = values.chunks_exact_mut(width).zip(kept.values.chunks_exact_mut(width));
            for ((row, normed), factor) in rows.zip(&mut kept.factors) {
                let mean = total(row) / width as f32;
                for (z, x) in normed.iter_mut().zip(&*row) {
                    *z = x - mean;
                }
                *factor = 1.0 / (dot(normed, normed) / width as f32 + epsilon).sqrt();
                for (((x, z), scale), shift) in row.iter_mut().zip(normed).zip(scale).zip(shift) {
                    *z *= *factor;
                    *x = *z * scale + shift;
                }
            }
        },
    );
}

/// Turns the gradient of the output into that of the input, and adds those of scale and shift.
pub fn backward(arch: Arch, gradient: &mut [f32], kept: &Normed, scale: &[f32], (of_scale, of_shift): (&mut [f32], &mut [f32])) {
    let width = scale.len();
    arch.dispatch(
        #[inline(always)]
        || {
            let rows = gradient.chunks_exact_mut(width).zip(kept.values.chunks_exact(width));
            for ((row, normed), factor) in rows.zip(&kept.factors) {
                for ((((x, z), scale), of_scale), of_shift) in
                    row.iter_mut().zip(normed).zip(scale).zip(of_scale.iter_mut()).zip(of_shift.iter_mut())
                {
                    *of_scale += *x * z;
                    *of_shift += *x;
                    *x *= scale;
                }
                let (mean, along) = (total(row) / width as f32, dot(row, normed) / width as f32);
                for (x, z) in row.iter_mut().zip(normed) {
                    *x = factor * (*x - mean - along * z);
                }
            }
        },
    );
}
