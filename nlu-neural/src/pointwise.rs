//! What happens between multiplications: activations, softmax, and adding a residual with layer normalisation. Exponentials and the
//! error function are polynomials accurate to a few units in the seventh digit, the same on every instruction set.

use pulp::{Arch, Scalar, Simd, WithSimd};

/// What a feed-forward layer does between its two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    Identity,
    Relu,
    /// x Φ(x), with the error function
    Gelu,
    /// The approximation with tanh
    GeluTanh,
}

impl Activation {
    #[inline(always)]
    pub fn apply<S: Simd>(self, simd: S, x: S::f32s) -> S::f32s {
        match self {
            Activation::Identity => x,
            Activation::Relu => simd.max_f32s(x, simd.splat_f32s(0.0)),
            Activation::Gelu => {
                let half = simd.mul_f32s(x, simd.splat_f32s(0.5));
                let error = erf(simd, simd.mul_f32s(x, simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2)));
                simd.mul_add_e_f32s(half, error, half)
            }
            Activation::GeluTanh => {
                // x Φ(x) ≈ x / (1 + exp(-2u)), u = √(2/π) (x + 0.044715 x³)
                let square = simd.mul_f32s(x, x);
                let inner =
                    simd.mul_add_e_f32s(square, simd.splat_f32s(-2.0 * 0.797_884_6 * 0.044_715), simd.splat_f32s(-2.0 * 0.797_884_6));
                let power = exp(simd, simd.mul_f32s(inner, x));
                simd.div_f32s(x, simd.add_f32s(simd.splat_f32s(1.0), power))
            }
        }
    }
}

/// Σ c[i] x^i
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[N - 1]);
    for c in coefficients[..N - 1].iter().rev() {
        sum = simd.mul_add_e_f32s(sum, x, simd.splat_f32s(*c));
    }
    sum
}

/// The error function as a rational of degree 13 over 8 on [-4, 4], where it is ±1 to single precision; absolute error below 5e-7.
#[inline(always)]
pub fn erf<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const ABOVE: [f32; 7] =
        [-1.609_603_3e-2, -2.954_6e-3, -7.349_906_3e-4, -5.692_506_4e-5, -2.101_024e-6, 2.770_681_4e-8, -2.726_142_3e-10];
    const BELOW: [f32; 5] = [-1.426_473_9e-2, -7.373_329_2e-3, -1.682_827e-3, -2.133_740_6e-4, -1.456_607_2e-5];
    let x = simd.min_f32s(simd.max_f32s(x, simd.splat_f32s(-4.0)), simd.splat_f32s(4.0));
    let square = simd.mul_f32s(x, x);
    simd.div_f32s(simd.mul_f32s(x, polynomial(simd, square, ABOVE)), polynomial(simd, square, BELOW))
}

/// e^x; results outside the range of normal numbers are the nearest end of the range.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const TAYLOR: [f32; 7] = [1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0];
    /// 1.5 · 2²³ makes the addition round to a whole number n; 127 more leaves n + 127, an exponent, in the lowest bits.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let x = simd.min_f32s(simd.max_f32s(x, simd.splat_f32s(-87.3)), simd.splat_f32s(88.3));
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let whole = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    // ln 2 in two parts, so that the product with a small whole number is exact in the first
    let rest = simd.mul_add_e_f32s(whole, simd.splat_f32s(-0.693_359_4), x);
    let rest = simd.mul_add_e_f32s(whole, simd.splat_f32s(2.121_944_4e-4), rest);
    let power = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.mul_f32s(polynomial(simd, rest, TAYLOR), simd.transmute_f32s_u32s(power))
}

/// Turns each row of `width` scores into weights that sum to 1.
pub fn softmax(arch: Arch, values: &mut [f32], width: usize) {
    arch.dispatch(Softmax { values, width });
}

struct Softmax<'a> {
    values: &'a mut [f32],
    width: usize,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for row in self.values.chunks_exact_mut(self.width) {
            let (head, tail) = S::as_mut_simd_f32s(row);
            let mut highest = simd.splat_f32s(f32::MIN);
            for x in head.iter() {
                highest = simd.max_f32s(highest, *x);
            }
            let highest = tail.iter().fold(simd.reduce_max_f32s(highest), |a, b| a.max(*b));
            let mut sums = simd.splat_f32s(0.0);
            for x in head.iter_mut() {
                *x = exp(simd, simd.sub_f32s(*x, simd.splat_f32s(highest)));
                sums = simd.add_f32s(sums, *x);
            }
            let mut sum = simd.reduce_sum_f32s(sums);
            for x in tail.iter_mut() {
                *x = exp(Scalar::new(), *x - highest);
                sum += *x;
            }
            let share = 1.0 / sum;
            for x in head {
                *x = simd.mul_f32s(*x, simd.splat_f32s(share));
            }
            for x in tail {
                *x *= share;
            }
        }
    }
}

/// Scale and shift of one layer normalisation.
#[derive(Debug)]
pub struct Norm {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub epsilon: f32,
}

/// `values = norm(values + residual)`, row by row.
pub fn add_and_norm(arch: Arch, values: &mut [f32], residual: &[f32], norm: &Norm) {
    arch.dispatch(AddAndNorm { values, residual, norm });
}

struct AddAndNorm<'a> {
    values: &'a mut [f32],
    residual: &'a [f32],
    norm: &'a Norm,
}

impl WithSimd for AddAndNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.norm.scale.len();
        for (row, residual) in self.values.chunks_exact_mut(width).zip(self.residual.chunks_exact(width)) {
            norm_row(simd, row, residual, self.norm);
        }
    }
}

#[inline(always)]
fn norm_row<S: Simd>(simd: S, row: &mut [f32], residual: &[f32], norm: &Norm) {
    let width = row.len() as f32;
    let (head, tail) = S::as_mut_simd_f32s(row);
    let (more, more_tail) = S::as_simd_f32s(residual);
    let mut sums = simd.splat_f32s(0.0);
    for (x, more) in head.iter_mut().zip(more) {
        *x = simd.add_f32s(*x, *more);
        sums = simd.add_f32s(sums, *x);
    }
    let mut sum = simd.reduce_sum_f32s(sums);
    for (x, more) in tail.iter_mut().zip(more_tail) {
        *x += more;
        sum += *x;
    }
    let mean = sum / width;
    let mut squares = simd.splat_f32s(0.0);
    for x in head.iter_mut() {
        *x = simd.sub_f32s(*x, simd.splat_f32s(mean));
        squares = simd.mul_add_e_f32s(*x, *x, squares);
    }
    let mut square = simd.reduce_sum_f32s(squares);
    for x in tail.iter_mut() {
        *x -= mean;
        square += *x * *x;
    }
    let factor = 1.0 / (square / width + norm.epsilon).sqrt();
    let (scale, scale_tail) = S::as_simd_f32s(&norm.scale);
    let (shift, shift_tail) = S::as_simd_f32s(&norm.shift);
    for ((x, scale), shift) in head.iter_mut().zip(scale).zip(shift) {
        *x = simd.mul_add_e_f32s(simd.mul_f32s(*x, simd.splat_f32s(factor)), *scale, *shift);
    }
    for ((x, scale), shift) in tail.iter_mut().zip(scale_tail).zip(shift_tail) {
        *x = *x * factor * scale + shift;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The series of erf in double precision; good to 1e-12 for |x| ≤ 4.
    fn erf_exact(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn the_polynomials_are_as_exact_as_they_say() {
        let simd = Scalar::new();
        for step in -4000..=4000 {
            let x = step as f32 / 1000.0;
            let error = f64::from(erf(simd, x)) - erf_exact(f64::from(x));
            assert!(error.abs() < 5e-7, "erf({x}) is off by {error}");
        }
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let ratio = f64::from(exp(simd, x)) / f64::from(x).exp();
            assert!((ratio - 1.0).abs() < 4e-7, "exp({x}) is off by the factor {ratio}");
        }
        assert!(exp(simd, -1e9) < 1e-37 && exp(simd, f32::MAX).is_finite());
    }

    #[test]
    fn softmax_and_norm_handle_every_width() {
        for width in 1..70 {
            let mut row: Vec<f32> = (0..width).map(|i| (i as f32 * 0.37).sin() * 9.0).collect();
            let exact: Vec<f64> = row.iter().map(|x| f64::from(*x).exp()).collect();
            let (mut normed, residual) = (row.clone(), vec![0.5; width]);
            softmax(Arch::new(), &mut row, width);
            for (x, e) in row.iter().zip(&exact) {
                assert!((f64::from(*x) - e / exact.iter().sum::<f64>()).abs() < 1e-6, "softmax at width {width}");
            }
            let norm = Norm { scale: vec![2.0; width], shift: vec![1.0; width], epsilon: 1e-12 };
            add_and_norm(Arch::new(), &mut normed, &residual, &norm);
            let mean = normed.iter().sum::<f32>() / width as f32;
            assert!((mean - 1.0).abs() < 1e-4, "the mean of a norm of width {width} is {mean}");
        }
    }

    #[test]
    fn both_gelus_are_near_each_other_and_relu_cuts() {
        let simd = Scalar::new();
        for step in -60..=60 {
            let x = step as f32 / 10.0;
            let exact = f64::from(x) * 0.5 * (1.0 + erf_exact((f64::from(x) / 2f64.sqrt()).clamp(-4.0, 4.0)));
            assert!((f64::from(Activation::Gelu.apply(simd, x)) - exact).abs() < 1e-6, "{x}");
            assert!((f64::from(Activation::GeluTanh.apply(simd, x)) - exact).abs() < 1e-3, "{x}");
            assert_eq!(Activation::Relu.apply(simd, x), x.max(0.0));
        }
    }
}
