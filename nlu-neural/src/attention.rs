//! Self-attention within one text, head by head. Queries go in blocks, so that memory grows with the text's length, not its square.

use crate::matmul::multiply;
use crate::panels::Panels;
use crate::pointwise::{Activation, softmax};
use crate::rows::{Rows, Target};
use pulp::Arch;

/// A multiple of every height of a block of rows that the multiplication prefers.
const QUERIES: usize = 96;

/// Buffers that calls reuse.
#[derive(Debug, Default)]
pub struct Attention {
    keys: Panels,
    values: Panels,
    scores: Vec<f32>,
    packed: Vec<f32>,
}

/// `projected` holds queries, keys and values side by side, each as wide as all heads together.
pub fn attend(arch: Arch, projected: Rows<'_>, heads: usize, out: Target<'_>, work: &mut Attention) {
    let hidden = projected.width / 3;
    let width = hidden / heads;
    let tokens = projected.count;
    for head in 0..heads {
        let from = head * width;
        work.keys.pack_transposed(arch, projected.part((0, tokens), (hidden + from, width)));
        work.values.pack(arch, projected.part((0, tokens), (2 * hidden + from, width)));
        for first in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - first);
            let queries = projected.part((first, count), (from, width));
            work.scores.resize(count * tokens, 0.0);
            let scores = Target { values: &mut work.scores, stride: tokens };
            multiply(arch, queries, &work.keys, Activation::Identity, (scores, &mut work.packed));
            softmax(arch, &mut work.scores, tokens);
            let mixed = Target { values: &mut out.values[first * out.stride + from..], stride: out.stride };
            multiply(arch, Rows::whole(&work.scores, tokens), &work.values, Activation::Identity, (mixed, &mut work.packed));
        }
    }
}
