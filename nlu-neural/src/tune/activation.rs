//! Activations beside their input, and their slopes.

use crate::pointwise::{Activation, erf, exp};
use pulp::{Arch, Scalar, Simd, WithSimd};
use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// `out = activation(input)`
pub fn forward(arch: Arch, kind: Activation, input: &[f32], out: &mut Vec<f32>) {
    out.resize(input.len(), 0.0);
    arch.dispatch(Forward { kind, input, out });
}

struct Forward<'a> {
    kind: Activation,
    input: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ((input, input_tail), (out, out_tail)) = (S::as_simd_f32s(self.input), S::as_mut_simd_f32s(self.out));
        for (x, out) in input.iter().zip(out) {
            *out = self.kind.apply(simd, *x);
        }
        for (x, out) in input_tail.iter().zip(out_tail) {
            *out = self.kind.apply(Scalar::new(), *x);
        }
    }
}

/// `gradient *= activation'(input)`
pub fn backward(arch: Arch, kind: Activation, input: &[f32], gradient: &mut [f32]) {
    arch.dispatch(Backward { kind, input, gradient });
}

struct Backward<'a> {
    kind: Activation,
    input: &'a [f32],
    gradient: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ((input, input_tail), (rows, tail)) = (S::as_simd_f32s(self.input), S::as_mut_simd_f32s(self.gradient));
        for (x, gradient) in input.iter().zip(rows) {
            *gradient = simd.mul_f32s(*gradient, slope(simd, self.kind, *x));
        }
        for (x, gradient) in input_tail.iter().zip(tail) {
            *gradient *= slope(Scalar::new(), self.kind, *x);
        }
    }
}

#[inline(always)]
fn slope<S: Simd>(simd: S, kind: Activation, x: S::f32s) -> S::f32s {
    let number = |x| simd.splat_f32s(x);
    match kind {
        Activation::Identity => number(1.0),
        // 0 at 0, as it is usual
        Activation::Relu => simd.select_f32s(simd.less_than_f32s(number(0.0), x), number(1.0), number(0.0)),
        Activation::Gelu => {
            // Φ(x) + x φ(x)
            let share = simd.mul_add_e_f32s(erf(simd, simd.mul_f32s(x, number(FRAC_1_SQRT_2))), number(0.5), number(0.5));
            let density = exp(simd, simd.mul_f32s(simd.mul_f32s(x, x), number(-0.5)));
            simd.mul_add_e_f32s(simd.mul_f32s(x, density), number(0.5 * FRAC_1_SQRT_2 * FRAC_2_SQRT_PI), share)
        }
        Activation::GeluTanh => {
            // x σ(v) with v = 2 √(2/π) (x + 0.044715 x³) has the slope σ + x σ (1 - σ) v'
            let square = simd.mul_f32s(x, x);
            let part = |factor: f32| simd.mul_add_e_f32s(square, number(2.0 * 0.797_884_6 * 0.044_715 * factor), number(2.0 * 0.797_884_6));
            let power = exp(simd, simd.neg_f32s(simd.mul_f32s(part(1.0), x)));
            let share = simd.div_f32s(number(1.0), simd.add_f32s(number(1.0), power));
            let bend = simd.mul_f32s(simd.mul_f32s(x, part(3.0)), simd.sub_f32s(number(1.0), share));
            simd.mul_add_e_f32s(share, bend, share)
        }
    }
}
