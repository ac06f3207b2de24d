//! Self-attention within one text that keeps its weights, and the way back. Unlike `crate::attention` it holds all of a text's scores:
//! heads × tokens² numbers.

use super::linear::Scratch;
use super::sums::dot;
use crate::matmul::{add_product, multiply};
use crate::pointwise::{Activation, softmax};
use crate::rows::{Rows, Target};
use pulp::Arch;

/// A head's queries, keys and values among all heads' (a row holds all queries, then all keys, then all values).
fn parts<'a>(projected: Rows<'a>, head: usize, heads: usize) -> [Rows<'a>; 3] {
    let (hidden, width) = (projected.width / 3, projected.width / 3 / heads);
    [0, hidden, 2 * hidden].map(|part| projected.part((0, projected.count), (part + head * width, width)))
}

/// Queries are already divided by the root of the head's width. `weights` are kept for the way back.
pub fn forward(arch: Arch, projected: Rows<'_>, heads: usize, (weights, mixed): (&mut [f32], &mut [f32]), scratch: &mut Scratch) {
    let (tokens, hidden) = (projected.count, projected.width / 3);
    let Scratch { panels, packed } = scratch;
    for (head, weights) in weights.chunks_exact_mut(tokens * tokens).enumerate() {
        let [queries, keys, values] = parts(projected, head, heads);
        panels.pack_transposed(arch, keys);
        multiply(arch, queries, panels, Activation::Identity, (Target { values: weights, stride: tokens }, packed));
        softmax(arch, weights, tokens);
        panels.pack(arch, values);
        let out = Target { values: &mut mixed[head * (hidden / heads)..], stride: hidden };
        multiply(arch, Rows::whole(weights, tokens), panels, Activation::Identity, (out, packed));
    }
}

/// What one text's forward pass left.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    pub projected: Rows<'a>,
    pub weights: &'a [f32],
}

/// From the gradient of what was mixed to that of queries, keys and values, which must be zero before. `slopes` is scratch.
pub fn backward(arch: Arch, kept: Kept<'_>, heads: usize, (mixed, projected): (&[f32], &mut [f32]), work: (&mut Vec<f32>, &mut Scratch)) {
    let (slopes, Scratch { panels, packed }) = work;
    let (tokens, hidden) = (kept.projected.count, kept.projected.width / 3);
    let width = hidden / heads;
    slopes.resize(tokens * tokens, 0.0);
    for (head, weights) in kept.weights.chunks_exact(tokens * tokens).enumerate() {
        let [queries, keys, values] = parts(kept.projected, head, heads);
        let mixed = Rows::whole(mixed, hidden).part((0, tokens), (head * width, width));
        let starts = [0, hidden, 2 * hidden].map(|part| part + head * width);
        panels.pack(arch, mixed);
        let of_values = Target { values: &mut projected[starts[2]..], stride: 3 * hidden };
        add_product(arch, Rows::whole(weights, tokens), panels, (of_values, packed));
        panels.pack_transposed(arch, values);
        multiply(arch, mixed, panels, Activation::Identity, (Target { values: slopes, stride: tokens }, packed));
        softmax_backward(arch, weights, slopes, tokens);
        panels.pack(arch, queries);
        let of_keys = Target { values: &mut projected[starts[1]..], stride: 3 * hidden };
        add_product(arch, Rows::whole(slopes, tokens), panels, (of_keys, packed));
        panels.pack(arch, keys);
        let of_queries = Target { values: &mut projected[starts[0]..], stride: 3 * hidden };
        multiply(arch, Rows::whole(slopes, tokens), panels, Activation::Identity, (of_queries, packed));
    }
}

/// From the gradient of weights to that of scores, row by row.
fn softmax_backward(arch: Arch, weights: &[f32], gradient: &mut [f32], width: usize) {
    arch.dispatch(
        #[inline(always)]
        || {
            for (row, weights) in gradient.chunks_exact_mut(width).zip(weights.chunks_exact(width)) {
                let along = dot(row, weights);
                for (x, weight) in row.iter_mut().zip(weights) {
                    *x = weight * (*x - along);
                }
            }
        },
    );
}
