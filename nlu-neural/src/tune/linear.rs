//! A linear layer's two products, forward and back. Weights are packed once a step (`packed`); inputs are packed here.

use super::sums::add_scaled;
use crate::matmul::{add_product, multiply};
use crate::panels::Panels;
use crate::pointwise::Activation;
use crate::rows::{Rows, Target};
use pulp::Arch;

/// Buffers that calls reuse.
#[derive(Debug, Default)]
pub struct Scratch {
    pub panels: Panels,
    pub packed: Vec<f32>,
}

/// `out = input · weightᵀ + bias`
pub fn forward(arch: Arch, input: &[f32], panels: &Panels, out: &mut Vec<f32>, scratch: &mut Scratch) {
    let rows = Rows::whole(input, panels.inner);
    out.resize(rows.count * panels.outer, 0.0);
    multiply(arch, rows, panels, Activation::Identity, (Target { values: out, stride: panels.outer }, &mut scratch.packed));
}

/// Adds the gradients of weight and bias, and writes that of the input. `panels` hold the weight for the way back.
pub fn backward(
    arch: Arch,
    (gradient, input): (&[f32], &[f32]),
    panels: &Panels,
    (of_weight, of_bias): (&mut [f32], &mut [f32]),
    (of_input, scratch): (&mut Vec<f32>, &mut Scratch),
) {
    let (outer, inner) = (panels.inner, panels.outer);
    forward(arch, gradient, panels, of_input, scratch);
    scratch.panels.pack(arch, Rows::whole(input, inner));
    add_product(arch, Rows::whole(gradient, outer), &scratch.panels, (Target { values: of_weight, stride: inner }, &mut scratch.packed));
    arch.dispatch(
        #[inline(always)]
        || {
            for row in gradient.chunks_exact(outer) {
                add_scaled(of_bias, 1.0, row);
            }
        },
    );
}
